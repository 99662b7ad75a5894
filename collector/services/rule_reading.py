"""Room that reads what rules beyond the form are judged by: columns, answers and files of records, who else has them.

It must not judge (`domain/rule_judging`), change anything, or say who may: services that have asked come here.
`services/rule_checking` reads one record at a time, `services/rule_trials` all of history in batches.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import orjson

from collector.domain import rules as domain
from collector.domain.columns import Column
from collector.domain.rule_answers import Row, Sent, SentFile, tables_of
from collector.domain.rule_judging import Ask, Twin, Twins
from collector.domain.rule_sentences import MANY
from collector.domain.rules import PROJECT, Definition, InOffice, Reconciled, Rule, SameFile, Unique
from collector.services import arrivals, mandates, models
from collector.services.unit import UnitOfWork
from collector.store.queries import rules as queries

REMEMBERED = 200


@dataclass(frozen=True, slots=True)
class Columns:
    """The column model of a form as rules need it: columns by path, their numbers by path, tables' numbers by path."""

    by_path: dict[str, Column]
    numbers: dict[str, int]
    tables: dict[str, int]


def rule_of(row) -> Rule:
    """A rule that is kept, as it judges."""
    own = {language: words for language, words in (("es", row.message_es), ("en", row.message_en)) if words}
    return Rule(row.id, row.form_id, row.type, row.severity, domain.definition(row.type, row.parameters), own)


def columns_of(unit: UnitOfWork, form_id: int, version_id: int | None) -> Columns:
    """The columns of a form; they change when a version is published, so they are remembered under that version."""
    remembered = unit.units.memory.setdefault("columns of rules", OrderedDict())
    known = remembered.get((form_id, version_id))
    if known is None:
        rows = queries.list_columns(unit.session, form_id)
        known = remembered[form_id, version_id] = Columns(
            {row.path: Column(row.table, row.path, row.name, row.type, row.position, row.filterable) for row in rows},
            {row.path: row.id for row in rows}, {row.table: row.table_id for row in rows})
        while len(remembered) > REMEMBERED:
            remembered.popitem(last=False)
    return known


def as_in(rule: Rule, form_id: int, columns: Columns) -> list[Rule]:
    """The rule as it holds in a form: in its own as it stands, in others of the project for fields of the same name."""
    if rule.form_id == form_id or not getattr(rule.definition, "field", ""):
        return [rule]
    name = _name(rule.definition.field)
    wanted = ("binary",) if isinstance(rule.definition, SameFile) else domain.ALIKE
    fields = [path for path, one in columns.by_path.items() if _name(path) == name and one.type in wanted]
    if not getattr(rule.definition, "also", ()):
        return [replace(rule, definition=replace(rule.definition, field=path)) for path in fields]
    return [replace(rule, definition=replace(rule.definition, field=path, also=also))
            for path in fields if (also := _also_in(rule.definition, path, columns))]


def _also_in(definition: Unique, field: str, columns: Columns) -> tuple[str, ...]:
    """Fields of another form that go with one of it as those of the rule do; none where one is lacking."""
    found = [next((path for path, one in columns.by_path.items() if _name(path) == _name(wanted) and path != field
                   and one.type in domain.ALIKE and domain.are_near(columns.by_path, path, field)), "")
             for wanted in definition.also]
    return tuple(found) if all(found) else ()


def read_sent(unit: UnitOfWork, records: Iterable, columns: Columns, definitions: list[Definition]) -> dict[int, Sent]:
    """{submission: what is judged} of records of one form, with what these definitions need of them.

    records: rows with id, created_at, version_id, form_version_id, device_id.
    """
    records = list(records)
    tables = {columns.tables[path]: path for one in definitions for path in tables_of(one, columns.by_path)}
    files: dict[int, list[SentFile]] = {}
    if any(isinstance(one, SameFile) for one in definitions):
        # the place of a file in a repeat is told by the answer that names it
        tables |= {columns.tables[one.table]: one.table for one in columns.by_path.values() if one.type == "binary"}
        for version_id, *file in queries.list_files(unit.session, [one.version_id for one in records]):
            files.setdefault(version_id, []).append(SentFile(*file))
    rows: dict[int, dict[str, list[Row]]] = {one.id: {} for one in records}
    for number, table, key, data in queries.list_rows(unit.session, list(rows), list(tables)) if tables else ():
        rows[number].setdefault(tables[table], []).append(Row(key, orjson.loads(data)))
    versions = {one.form_version_id for one in records}
    roots = {version: models.form_model(unit, version).root_name for version in versions}
    return {one.id: Sent(roots[one.form_version_id], rows[one.id], tuple(files.get(one.version_id, ())),
                         one.created_at, one.id, one.device_id or "")
            for one in records}


def scope_forms(unit: UnitOfWork, form_id: int, version_id: int | None, project_id: int,
                scope: str) -> list[tuple[int, Columns]]:
    """(form, its columns) of every form that a rule of this scope looks at."""
    forms = queries.list_forms(unit.session, project_id) if scope == PROJECT else [(form_id, version_id)]
    return [(number, columns_of(unit, number, version)) for number, version in forms]


def watched(rule: Rule, forms: list[tuple[int, Columns]]) -> list[tuple[int, Columns, str]]:
    """(form, its columns, path) of every field that a unique rule compares."""
    return [(number, columns, one.definition.field) for number, columns in forms
            for one in as_in(rule, number, columns) if one.definition.field in columns.by_path]


def twins_of(unit: UnitOfWork, rule: Rule, forms: list[tuple[int, Columns]], but: int) -> Ask:
    """Answers which other records have a value or a file; but: the record that asks. Each is one look into an index.

    Of a rule about signatories: the mandates of a community. Of one about a phone's day: how much came from it.
    """
    definition = rule.definition
    if isinstance(definition, Reconciled):
        return arrivals.asked_of(unit, queries.project_of(unit.session, rule.form_id))
    if isinstance(definition, InOffice):
        return mandates.asked_of(unit, queries.project_of(unit.session, rule.form_id), definition.dataset)
    if isinstance(definition, Unique) and definition.also:
        return lambda mark: as_twins(queries.list_marked_twins(unit.session, rule.id, mark, but, MANY + 1))
    if isinstance(definition, Unique):
        numbers = [columns.numbers[path] for _form, columns, path in watched(rule, forms)]
        return lambda value: as_twins(queries.list_twins(unit.session, numbers, value, but, MANY + 1))
    if isinstance(definition, SameFile):
        ids, name = [number for number, _columns in forms], _name(definition.field)
        return lambda sha256: as_twins(
            queries.list_file_twins(unit.session, ids, sha256, name, but, MANY + 1))
    return lambda _value: Twins()


def as_twins(rows: list) -> Twins:
    """Records as others that hold the same; rows with id, xml_form_id, instance_id, name."""
    return Twins(tuple(Twin(one.id, one.xml_form_id, one.instance_id, one.name or "") for one in rows), len(rows))


def values_of(sent: Sent, columns: Columns, path: str) -> Iterator:
    """The values of a field, of every row."""
    one = columns.by_path[path]
    for row in sent.rows.get(one.table, ()):
        if one.position < len(row.values) and row.values[one.position] is not None:
            yield row.values[one.position]


def _name(path: str) -> str:
    return path.rpartition("/")[2]
