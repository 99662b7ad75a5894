"""Room that judges a submission by the rules beyond its form, and tells who shares a value or a file with it.

It must not keep findings: `services/checking` puts them beside those of the form's own rules, in the same step.
What a rule compares and lists do not filter by is brought into the index of values here, or marked.
"""

import logging

from collector.domain.checking.findings import NOT_EVALUATED, NOTE, Finding
from collector.domain.rule_answers import Sent, combinations_of, compared
from collector.domain.rule_judging import closing_of, judge
from collector.domain.rules import Reconciled, Rule, Unique
from collector.services import arrivals
from collector.services.rule_reading import (
    Columns,
    as_in,
    columns_of,
    read_sent,
    rule_of,
    scope_forms,
    twins_of,
    values_of,
)
from collector.services.unit import UnitOfWork
from collector.store.queries import rules as queries

log = logging.getLogger(__name__)
WATCHED = ("unique", arrivals.TYPE)  # types of rules that find records again
AGAIN = 10  # other records that one arrival makes us look at again


def findings_of(unit: UnitOfWork, submission_id: int) -> list[Finding]:
    """What the rules in force find in the current version of a submission, in the order of the rules.

    Nothing for what was sent to test a draft, is encrypted, or lies in the trash. Its flat rows must be there.
    """
    unit.require_system()
    if not queries.is_ruled(unit.session, submission_id):
        return []
    record = queries.find_judged(unit.session, submission_id)
    if record.draft or record.encrypted or record.deleted_at is not None:
        return []
    return _found(unit, record, queries.list_live(unit.session, record.form_id, record.project_id))


def look_again(unit: UnitOfWork, submission_id: int, found: list[dict]) -> list[int]:
    """The few other records that share something with this one since now, or no longer do: both should show it. And
    those by which something of its phone was missing on its day.

    found: findings as rows that are about to replace those that are kept. Many that share one value know it already.
    """
    unit.require_system()
    before = _others(queries.list_found(unit.session, submission_id))
    after = _others(row["details"] for row in found if row["kind"] == "rule")
    return [*sorted(before ^ after)[:AGAIN], *arrivals.missed_by(unit, submission_id)[-AGAIN:]]


def watch(unit: UnitOfWork, submission_id: int) -> bool:
    """Whether a rule in force finds the record again by what lists do not filter by; it stands in an index now."""
    unit.require_system()
    if not queries.is_ruled(unit.session, submission_id):
        return False
    record = queries.find_judged(unit.session, submission_id)
    live = [row for row in queries.list_live(unit.session, record.form_id, record.project_id) if row.type in WATCHED]
    if record.draft or not live:
        return False
    columns = columns_of(unit, record.form_id, record.current_version_id)
    rules = [one for row in live for one in as_in(rule_of(row), record.form_id, columns)]
    values = [one.definition for one in rules if _is_unfiltered(one, columns)]
    marked = [one for one in rules if getattr(one.definition, "also", ()) or isinstance(one.definition, Reconciled)]
    if values or marked:
        sent = read_sent(unit, [record], columns, [*values, *(one.definition for one in marked)])[record.id]
        _keep_values(unit, sent, columns, values)
        if marked:
            queries.replace_marks(unit.session, record.id, [
                {"rule_id": number, "submission_id": record.id, "mark": mark}
                for number, mark in dict.fromkeys(pair for one in marked for pair in _marks(one, sent, columns))])
    return bool(values or marked)


def _is_unfiltered(rule: Rule, columns: Columns) -> bool:
    """Whether a rule compares single answers that are not in the index of values anyway."""
    one = rule.definition
    return (isinstance(one, Unique) and not one.also and one.field in columns.by_path
            and not columns.by_path[one.field].filterable)


def _keep_values(unit: UnitOfWork, sent: Sent, columns: Columns, definitions: list[Unique]) -> None:
    paths = list(dict.fromkeys(one.field for one in definitions))
    rows = [{"column_id": columns.numbers[path], "submission_id": sent.number, "text": compared(value)}
            for path in paths for value in values_of(sent, columns, path)]
    if paths:
        queries.replace_values(unit.session, sent.number, [columns.numbers[path] for path in paths], rows)


def _marks(rule: Rule, sent: Sent, columns: Columns) -> list[tuple[int, str]]:
    """(rule, mark) of all that a rule finds the record again by."""
    if isinstance(rule.definition, Unique):
        return [(rule.id, one.mark) for one in combinations_of(rule.definition, sent, columns.by_path)]
    told = closing_of(rule.definition, sent, columns.by_path) if sent.device else None
    return [(rule.id, arrivals.mark_of(sent.device, told.on))] if told else []


def _found(unit: UnitOfWork, record, live: list) -> list[Finding]:
    columns = columns_of(unit, record.form_id, record.current_version_id)
    rules = [(one, row.scope) for row in live for one in as_in(rule_of(row), record.form_id, columns)]
    sent = read_sent(unit, [record], columns, [one.definition for one, _scope in rules])[record.id]
    forms: dict[str, list] = {}
    found = []
    for rule, scope in rules:
        if scope not in forms:
            forms[scope] = scope_forms(unit, record.form_id, record.current_version_id, record.project_id, scope)
        twins = twins_of(unit, rule, forms[scope], record.id)
        try:
            found += judge(rule, sent, columns.by_path, twins)
        except (ArithmeticError, LookupError, TypeError, ValueError):  # never for what is in a submission
            log.exception("submission %s could not be judged by rule %s", record.id, rule.id)
            found.append(Finding(f"/{sent.root_name}", NOT_EVALUATED, NOTE, "", "", {},
                                 {"rule": rule.type, "expression": "", "reason": "failed"}))
    return found


def _others(details) -> set[int]:
    """The records that findings name as holding the same."""
    return {other["number"] for one in details for other in one.get("others", ())}
