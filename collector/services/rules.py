"""Room where a manager declares rules beyond the form: list, add, change, into force, out of force, drop and undo.

It must not judge anything (`services/rule_findings`) nor run over history (`services/rule_trials`).
A rule in force is looked at by the check of each submission; history is checked again in the background.
"""

from dataclasses import dataclass

from collector.domain import problems, rule_declaring
from collector.domain import rules as domain
from collector.domain.rule_sentences import says
from collector.services import models, rechecking
from collector.services.rule_reading import columns_of, rule_of, scope_forms, watched
from collector.services.unit import UnitOfWork
from collector.store.queries import forms, projects
from collector.store.queries import rules as queries
from collector.store.tables.rules import RuleRow

DRAFT, LIVE = "draft", "live"


@dataclass(frozen=True, slots=True)
class Choice:
    """A field that a rule may be about. label: in the form's own words."""

    path: str
    label: str
    type: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A rule as people see it. es, en: what it says; declared_by: a name."""

    row: RuleRow
    es: str
    en: str
    declared_by: str | None = None


def list_rules(unit: UnitOfWork, project_id: int, xml_form_id: str) -> list[Shown]:
    """The rules of a form, oldest first, without dropped ones. Raises 404.1, 403.1."""
    form = _form(unit, "form.read", project_id, xml_form_id)
    names = {one.path: one.label for one in _choices(unit, form)}
    return [_shown(row, names, who) for row, who in queries.list_rules(unit.session, form.id)]


def find_rule(unit: UnitOfWork, project_id: int, xml_form_id: str, number: int) -> Shown:
    """One rule of a form. Raises 404.1, 403.1."""
    form = _form(unit, "form.read", project_id, xml_form_id)
    row = _row(unit, form, number)
    return _shown(row, {one.path: one.label for one in _choices(unit, form)})


def list_choices(unit: UnitOfWork, project_id: int, xml_form_id: str) -> list[Choice]:
    """The fields of a form that rules may be about, as the current version asks them. Raises 404.1, 403.1."""
    return _choices(unit, _form(unit, "form.update", project_id, xml_form_id))


def add_rule(unit: UnitOfWork, project_id: int, xml_form_id: str, type: str, parameters: dict,
             severity: str = "warning", message_es: str | None = None, message_en: str | None = None) -> Shown:
    """The rule, a draft that judges nothing yet. Raises 404.1, 403.1, 400.2, 400.4, 400.8, 400.11, 400.13."""
    form = _form(unit, "form.update", project_id, xml_form_id)
    made = _read(unit, form, type, parameters)
    row = queries.add_rule(
        unit.session, form_id=form.id, type=type, scope=getattr(made, "scope", domain.FORM),
        parameters=domain.parameters(made), severity=rule_declaring.read_severity(severity),
        message_es=rule_declaring.read_message("message_es", message_es),
        message_en=rule_declaring.read_message("message_en", message_en), state=DRAFT, created_by=unit.actor.id,
        created_at=unit.now())
    _record(unit, form, row, "rule.create", type=type, parameters=row.parameters, severity=row.severity)
    return find_rule(unit, project_id, xml_form_id, row.id)


def change_rule(unit: UnitOfWork, project_id: int, xml_form_id: str, number: int, **changes) -> Shown:
    """The rule with these values. A rule that says something else now is a draft again, to be tried anew.

    changes: parameters, severity, message_es, message_en. Raises as `add_rule` does.
    """
    form = _form(unit, "form.update", project_id, xml_form_id)
    row = _row(unit, form, number)
    before = {"parameters": row.parameters, "severity": row.severity, "state": row.state}
    if "parameters" in changes:
        made = _read(unit, form, row.type, changes["parameters"])
        if made != rule_of(row).definition:
            row.parameters, row.scope, row.tried = domain.parameters(made), getattr(made, "scope", domain.FORM), None
            _end(unit, row)
    for name in ("message_es", "message_en"):
        if name in changes:
            setattr(row, name, rule_declaring.read_message(name, changes[name]))
    if "severity" in changes:
        row.severity = rule_declaring.read_severity(changes["severity"])
    _touch(unit, row)
    _record(unit, form, row, "rule.update", before=before, parameters=row.parameters, severity=row.severity)
    if row.state == LIVE:
        _recheck(unit, form, row)
    return find_rule(unit, project_id, xml_form_id, number)


def publish_rule(unit: UnitOfWork, project_id: int, xml_form_id: str, number: int) -> Shown:
    """The rule in force; history is checked again in the background. Raises 404.1, 403.1, 400.8 (not tried yet)."""
    form = _form(unit, "form.update", project_id, xml_form_id)
    row = _row(unit, form, number)
    if row.tried is None:
        raise problems.unexpected_value("state", LIVE, "try the rule on what was sent so far first",
                                        "pruebe primero la regla con lo que ya llegó")
    if row.state != LIVE:
        row.state, row.published_at = LIVE, unit.now()
        _touch(unit, row)
        _record(unit, form, row, "rule.publish", found=row.tried.get("records"))
        _recheck(unit, form, row)
    return find_rule(unit, project_id, xml_form_id, number)


def stop_rule(unit: UnitOfWork, project_id: int, xml_form_id: str, number: int) -> Shown:
    """The rule, a draft again; what it found and nobody settled is gone. Raises 404.1, 403.1."""
    form = _form(unit, "form.update", project_id, xml_form_id)
    row = _row(unit, form, number)
    if row.state == LIVE:
        _end(unit, row)
        _touch(unit, row)
        _record(unit, form, row, "rule.stop")
    return find_rule(unit, project_id, xml_form_id, number)


def drop_rule(unit: UnitOfWork, project_id: int, xml_form_id: str, number: int) -> None:
    """Nothing; the rule is out of force and out of the list, and can be taken back. Raises 404.1, 403.1."""
    form = _form(unit, "form.update", project_id, xml_form_id)
    row = _row(unit, form, number)
    _end(unit, row)
    row.dropped_at = unit.now()
    _touch(unit, row)
    _record(unit, form, row, "rule.delete")


def restore_rule(unit: UnitOfWork, project_id: int, xml_form_id: str, number: int) -> Shown:
    """The rule that was dropped, as a draft. Raises 404.1, 403.1."""
    form = _form(unit, "form.update", project_id, xml_form_id)
    row = _row(unit, form, number, dropped=True)
    if row.dropped_at is not None:
        row.dropped_at = None
        _touch(unit, row)
        _record(unit, form, row, "rule.restore")
    return find_rule(unit, project_id, xml_form_id, number)


def note_trial(unit: UnitOfWork, project_id: int, xml_form_id: str, number: int, parameters: dict, tried: dict) -> None:
    """Nothing; what a dry run of these parameters found stands beside the rule, unless it was changed meanwhile.

    Raises 404.1, 403.1, 409.3.
    """
    row = _row(unit, _form(unit, "form.update", project_id, xml_form_id), number)
    if row.parameters != parameters:
        raise problems.changed_meanwhile()
    row.tried = {**tried, "at": unit.now().isoformat()}
    unit.session.flush()


def _form(unit: UnitOfWork, verb: str, project_id: int, xml_form_id: str):
    return unit.require(verb, forms.find_form(unit.session, project_id, xml_form_id))


def _row(unit: UnitOfWork, form, number: int, dropped: bool = False) -> RuleRow:
    row = queries.find_rule(unit.session, form.id, number)
    if row is None or (row.dropped_at is not None and not dropped):
        raise problems.not_found("La regla", "The rule")
    return row


def _model(unit: UnitOfWork, form):
    return models.form_model(unit, form.current_version_id) if form.current_version_id else None


def _read(unit: UnitOfWork, form, type: str, parameters: dict) -> domain.Definition:
    """What was declared; what looks at the whole project needs the right for the whole project."""
    columns = columns_of(unit, form.id, form.current_version_id)
    made = rule_declaring.read_rule(type, parameters, domain.ground_of(columns.by_path.values(), _model(unit, form)))
    if domain.scope_of(made) == domain.PROJECT:
        unit.require("form.update", projects.find_project(unit.session, form.project_id))
    return made


def _choices(unit: UnitOfWork, form) -> list[Choice]:
    columns, model = columns_of(unit, form.id, form.current_version_id).by_path, _model(unit, form)
    known = model.by_path if model else {}
    order = {path: place for place, path in enumerate(known)}
    return [Choice(one.path, model.label(known[one.path]) if one.path in known else one.name, one.type)
            for one in sorted(columns.values(), key=lambda one: order.get(one.path, len(order)))
            if not one.path.startswith("/meta/")]


def _shown(row: RuleRow, names: dict[str, str], who: str | None = None) -> Shown:
    es, en = says(rule_of(row).definition, lambda path: names.get(path) or path.rpartition("/")[2])
    return Shown(row, es, en, who)


def _end(unit: UnitOfWork, row: RuleRow) -> None:
    """Nothing; a rule in force is so no more."""
    if row.state == LIVE:
        row.state, row.published_at = DRAFT, None
        queries.drop_found(unit.session, row.id)


def _recheck(unit: UnitOfWork, form, row: RuleRow) -> None:
    """Nothing; what was sent to the forms that the rule looks at is checked again in the background."""
    rule = rule_of(row)
    held = scope_forms(unit, form.id, form.current_version_id, form.project_id, row.scope)
    if row.scope == domain.PROJECT and getattr(rule.definition, "field", ""):
        held = [(number, columns) for number, columns in held
                if number == form.id or watched(rule, [(number, columns)])]
    for number, _columns in held:
        rechecking.begin(unit, form.project_id, forms.find_form_by_number(unit.session, number).xml_form_id)


def _touch(unit: UnitOfWork, row: RuleRow) -> None:
    row.updated_by, row.updated_at = unit.actor.id, unit.now()
    unit.session.flush()


def _record(unit: UnitOfWork, form, row: RuleRow, action: str, **details) -> None:
    unit.record(action, project_id=form.project_id, form_id=form.id, target_id=row.id, details=details)
