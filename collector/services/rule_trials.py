"""Room of the dry run: a rule is tried on all that was sent before it goes into force, and nothing is kept of it.

It must not write, and never runs in the writer: batches by key, newest first, within a time and a size, with rests.
The page of a rule shows what it would have found; `services/rules` notes how much it was.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from time import monotonic

import orjson

from collector.domain.checking.findings import Finding
from collector.domain.rule_answers import combinations_of, compared
from collector.domain.rule_judging import AUDIT, TOLD, Twin, Twins, judge
from collector.domain.rule_sentences import MANY
from collector.domain.rules import Rule, SameFile, Unique
from collector.services import rules
from collector.services.rule_reading import (
    Columns,
    as_in,
    read_sent,
    rule_of,
    scope_forms,
    twins_of,
    watched,
)
from collector.services.unit import UnitOfWork
from collector.store.queries import forms
from collector.store.queries import rules as queries

SHOWN = 50  # findings that are listed
TOGETHER = 500  # records in a batch
PAGE = 2000  # rows or files in a batch
SECONDS = 25.0
MOST_VALUES = 1_000_000  # different values that are held in memory, each a few dozen bytes


@dataclass(frozen=True, slots=True)
class Tried:
    """A finding that the rule would have made, and the record that it is in."""

    form_id: str
    instance_id: str
    name: str
    finding: Finding


@dataclass(slots=True)
class Trial:
    """What a rule would have found. total: records there are; looked: that were looked at; records: with findings;
    findings: in all; first: the newest of them. complete: whether all of history was looked at.
    """

    rule_id: int
    parameters: dict
    total: int = 0
    looked: int = 0
    records: int = 0
    findings: int = 0
    complete: bool = True
    first: list[Tried] = field(default_factory=list)

    def summary(self) -> dict:
        """What is noted beside the rule."""
        return {"total": self.total, "looked": self.looked, "records": self.records, "findings": self.findings,
                "complete": self.complete}


@dataclass(frozen=True, slots=True)
class _Scope:
    """The rule, the forms it looks at with their columns, the names of those forms, and when to end."""

    rule: Rule
    forms: list[tuple[int, Columns]]
    names: dict[int, str]
    until: float

    @property
    def late(self) -> bool:
        return monotonic() > self.until


def dry_run(unit: UnitOfWork, project_id: int, xml_form_id: str, number: int, seconds: float = SECONDS) -> Trial:
    """What the rule would have found in all that was sent. For a reading unit. Raises 404.1, 403.1.

    seconds: after so many it ends and says that it did not see all.
    """
    form = unit.require("form.update", forms.find_form(unit.session, project_id, xml_form_id))
    row = rules.find_rule(unit, project_id, xml_form_id, number).row
    rule = rule_of(row)
    held = scope_forms(unit, form.id, form.current_version_id, project_id, row.scope)
    names = {one: forms.find_form_by_number(unit.session, one).xml_form_id for one, _columns in held}
    scope = _Scope(rule, held, names, monotonic() + seconds)
    if isinstance(rule.definition, Unique):
        held = [(one, columns) for one, columns in held if watched(rule, [(one, columns)])]
    trial = Trial(row.id, dict(row.parameters),
                  total=queries.count_living(unit.session, [one for one, _columns in held]))
    if isinstance(rule.definition, Unique | SameFile):
        _try_twins(unit, scope, trial)
    else:
        _try_each(unit, scope, trial)
    return trial


def _try_each(unit: UnitOfWork, scope: _Scope, trial: Trial) -> None:
    """Judges every record by itself."""
    form_id, columns = scope.forms[0]
    before, ask = None, twins_of(unit, scope.rule, scope.forms, 0)
    while records := queries.list_batch(unit.session, form_id, before, TOGETHER):
        sent = read_sent(unit, records, columns, [scope.rule.definition])
        for one in records:
            found = judge(scope.rule, sent[one.id], columns.by_path, ask)
            trial.records += bool(found)
            trial.findings += len(found)
            _list(trial, scope, one, found)
        trial.looked += len(records)
        before = records[-1].id
        unit.rest()
        if scope.late:
            trial.complete = trial.looked >= trial.total
            return
    trial.looked = trial.total  # what is encrypted has nothing to judge


def _try_twins(unit: UnitOfWork, scope: _Scope, trial: Trial) -> None:
    """Finds what stands twice in one pass over values or files, then judges the newest of those records."""
    first: dict[int, int] = {}  # hash of a value -> the record it was met in
    twins: dict[int, list[int]] = {}
    looked: set[int] = set()
    for page in _pages(unit, scope):
        for number, hashed in page:
            looked.add(number)
            if hashed in first:
                twins.setdefault(hashed, [first[hashed]]).append(number)
            else:
                first[hashed] = number
        unit.rest()
        if scope.late or len(first) > MOST_VALUES:
            trial.complete = False
            break
    records = {number for numbers in twins.values() for number in numbers}
    trial.looked = trial.total if trial.complete else len(looked)
    trial.records, trial.findings = len(records), sum(map(len, twins.values()))
    _list_twins(unit, scope, trial, twins, sorted(records, reverse=True)[:SHOWN])


def _list_twins(unit: UnitOfWork, scope: _Scope, trial: Trial, twins: dict[int, list[int]], numbers: list[int]) -> None:
    held = {number: list(dict.fromkeys(numbers)) for number, numbers in twins.items()}
    newest = queries.list_by_numbers(unit.session, numbers)
    wanted = set(numbers)
    others = {other for one in held.values() if wanted & set(one) for other in one[:TOLD + 1]}
    about = {one.id: Twin(one.id, scope.names[one.form_id], one.instance_id, one.name or "")
             for one in queries.list_by_numbers(unit.session, others)}
    columns = dict(scope.forms)
    for record in newest:
        def ask(value: str, but: int = record.id) -> Twins:
            rest = [other for other in held.get(_hash(value), ()) if other != but]
            return Twins(tuple(about[other] for other in rest[:TOLD] if other in about), min(len(rest), MANY + 1))

        rules_here = as_in(scope.rule, record.form_id, columns[record.form_id])
        sent = read_sent(unit, [record], columns[record.form_id], [one.definition for one in rules_here])[record.id]
        for rule in rules_here:
            _list(trial, scope, record, judge(rule, sent, columns[record.form_id].by_path, ask))


def _pages(unit: UnitOfWork, scope: _Scope) -> Iterator[list[tuple[int, int]]]:
    """Pages of (submission, hash of a value or file) of all that the rule compares."""
    definition = scope.rule.definition
    if isinstance(definition, SameFile):
        name = definition.field.rpartition("/")[2]
        for files in queries.stream_files(unit.session, [one for one, _columns in scope.forms], PAGE):
            yield [(number, _hash(sha256)) for _file, number, sha256, path, kind in files
                   if kind != AUDIT and (not name or path.rpartition("/")[2] == name)]
        return
    if definition.also:
        for form_id, columns in scope.forms:
            yield from _combined(unit, as_in(scope.rule, form_id, columns), form_id, columns)
        return
    for _form, columns, path in watched(scope.rule, scope.forms):
        one = columns.by_path[path]
        for rows in queries.stream_rows(unit.session, columns.tables[one.table], PAGE):
            yield [(number, _hash(compared(value))) for number, _ordinal, data in rows
                   if (value := _at(data, one.position)) is not None]


def _combined(unit: UnitOfWork, rules_here: list[Rule], form_id: int, columns: Columns) -> Iterator[list]:
    """The same of combinations, which take a record's rows together."""
    before = None
    while rules_here and (records := queries.list_batch(unit.session, form_id, before, TOGETHER)):
        sent = read_sent(unit, records, columns, [one.definition for one in rules_here])
        yield [(one.id, _hash(held.mark)) for one in records for rule in rules_here
               for held in combinations_of(rule.definition, sent[one.id], columns.by_path)]
        before = records[-1].id


def _at(data: str, position: int):
    values = orjson.loads(data)
    return values[position] if position < len(values) else None


def _hash(text: str) -> int:
    """Eight bytes instead of a text: a million of them must fit."""
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest())


def _list(trial: Trial, scope: _Scope, record, found: list[Finding]) -> None:
    for one in found[:SHOWN - len(trial.first)]:
        trial.first.append(Tried(scope.names[record.form_id], record.instance_id, record.name or "", one))
