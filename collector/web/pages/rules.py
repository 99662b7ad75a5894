"""Pages of rules beyond the form: the list, declaring one, its dry run over history, into force and out of it.

It must not judge anything nor know what parameters a rule may have (`services/rules` says what is wrong with them).
"""

from flask import Response, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from collector.domain import rules as kinds
from collector.domain.problems import Problem
from collector.services import forms, mandates, projects, rule_trials, rules
from collector.services.unit import UnitOfWork
from collector.web.blueprint import UnitBlueprint
from collector.web.pages.inputs import RuleInput
from collector.web.pages.showing import go, number_asked, page, told

pages = UnitBlueprint("rules", __name__, url_prefix="/projects/<int:project_id>/forms/<segment:form_id>/rules",
                      dialect="html")
TYPED = {"unique": ("field", "also", "scope"), "date_order": ("field", "order", "other"),
         "distance": ("field", "latitude", "longitude", "metres"), "box": ("field", "south", "west", "north", "east"),
         "duration": ("minutes",), "same_file": ("field", "scope"),
         "in_office": ("field", "date", "community", "dataset"), "reconciled": ("field", "date", "waiting")}
SEVERAL = ("also", "waiting")  # inputs that take more than one field
ABOUT = {"unique": kinds.ALIKE, "date_order": kinds.DATES, "distance": kinds.PLACES, "box": kinds.PLACES,
         "same_file": kinds.FILES, "in_office": kinds.SIGNING, "reconciled": kinds.COUNTS}


@pages.get("", endpoint="list")
def show_all(unit: UnitOfWork, project_id: int, form_id: str):
    """The rules of a form; after one was dropped, the way back."""
    found, view = projects.find_project(unit, project_id), forms.find_form(unit, project_id, form_id)
    return page(unit, "rules/list.html", found, "forms", form=view.form, title=view.version.title or form_id,
                rules=rules.list_rules(unit, project_id, form_id), dropped=number_asked("dropped"), said=_said)


@pages.get("/new")
def new(unit: UnitOfWork, project_id: int, form_id: str):
    """The inputs of a new rule; without a type, the types."""
    kind = request.args.get("type", "")
    return _declaring(unit, project_id, form_id, kind if kind in TYPED else "")


@pages.post("/new")
def add(unit: UnitOfWork, project_id: int, form_id: str):
    """The new rule, or its inputs with what is wrong."""
    kind = request.args.get("type", "")
    given = RuleInput()
    try:
        made = rules.add_rule(unit, project_id, form_id, kind, _parameters(given, kind), **_about(given))
    except Problem as problem:
        if problem.status != 400 or kind not in TYPED:
            raise
        unit.undo()
        return _declaring(unit, project_id, form_id, kind, given, problem)
    return _back(project_id, form_id, made.row.id, _("La regla está en borrador. Pruébela con lo que ya llegó."))


@pages.get("/<int:number>")
def show(unit: UnitOfWork, project_id: int, form_id: str, number: int):
    """One rule."""
    return _page(unit, project_id, form_id, number)


@pages.post("/<int:number>")
def change(unit: UnitOfWork, project_id: int, form_id: str, number: int):
    """The rule with other values, or its inputs with what is wrong."""
    given = RuleInput()
    kind = rules.find_rule(unit, project_id, form_id, number).row.type
    try:
        rules.change_rule(unit, project_id, form_id, number, parameters=_parameters(given, kind), **_about(given))
    except Problem as problem:
        if problem.status != 400:
            raise
        unit.undo()
        return _page(unit, project_id, form_id, number, given, problem)
    return _back(project_id, form_id, number, _("La regla se guardó."))


def tried(unit: UnitOfWork, project_id: int, form_id: str, number: int) -> rule_trials.Trial:
    """What the rule would have found, looked for in a reading unit."""
    return rule_trials.dry_run(unit, project_id, form_id, number)


@pages.post("/<int:number>/try", prepare=tried)
def try_out(unit: UnitOfWork, trial: rule_trials.Trial, project_id: int, form_id: str, number: int):
    """The rule with what it would have found in all that was sent; it ran before, in a reading unit."""
    rules.note_trial(unit, project_id, form_id, number, trial.parameters, trial.summary())
    return _page(unit, project_id, form_id, number, trial=trial)


@pages.post("/<int:number>/publish")
def publish(unit: UnitOfWork, project_id: int, form_id: str, number: int):
    """The rule in force, or why it cannot be."""
    try:
        rules.publish_rule(unit, project_id, form_id, number)
    except Problem as problem:
        if problem.status != 400:
            raise
        unit.undo()
        return _page(unit, project_id, form_id, number, problem=problem)
    return _back(project_id, form_id, number, _("La regla está en vigor. Lo que ya llegó se revisa de nuevo."))


@pages.post("/<int:number>/stop")
def stop(unit: UnitOfWork, project_id: int, form_id: str, number: int):
    """The rule, a draft again."""
    rules.stop_rule(unit, project_id, form_id, number)
    message = _("La regla ya no está en vigor. Sus hallazgos sin resolver se quitaron.")
    return _back(project_id, form_id, number, message)


@pages.post("/<int:number>/drop")
def drop(unit: UnitOfWork, project_id: int, form_id: str, number: int):
    """The list without the rule, with the way back."""
    rules.drop_rule(unit, project_id, form_id, number)
    return go(url_for("rules.list", project_id=project_id, form_id=form_id, dropped=number))


@pages.post("/<int:number>/restore")
def restore(unit: UnitOfWork, project_id: int, form_id: str, number: int):
    """The rule that was dropped, a draft."""
    rules.restore_rule(unit, project_id, form_id, number)
    return _back(project_id, form_id, number, _("La regla volvió, en borrador."))


def _declaring(unit: UnitOfWork, project_id: int, form_id: str, kind: str, given: RuleInput | None = None,
               problem: Problem | None = None) -> Response:
    found, view = projects.find_project(unit, project_id), forms.find_form(unit, project_id, form_id)
    given = given or RuleInput(severity="warning")
    _offer(unit, project_id, form_id, kind, given)
    return page(unit, "rules/new.html", found, "forms", 422 if problem else 200, form=view.form, kind=kind,
                input=given, problem=_beside(given, problem), shown=TYPED.get(kind, ()))


def _page(unit: UnitOfWork, project_id: int, form_id: str, number: int, given: RuleInput | None = None,
          problem: Problem | None = None, trial: rule_trials.Trial | None = None) -> Response:
    found, view = projects.find_project(unit, project_id), forms.find_form(unit, project_id, form_id)
    rule = rules.find_rule(unit, project_id, form_id, number)
    row, editing = rule.row, unit.may("form.update", view.form)
    given_again = given is not None
    if given is None:
        given = RuleInput(formdata=None, data={
            "severity": row.severity, "message_es": row.message_es, "message_en": row.message_en,
            **{name: f"{value:g}" if isinstance(value, float) and abs(value) >= 1000 else value
               for name, value in row.parameters.items()}})
    if editing:
        _offer(unit, project_id, form_id, row.type, given)
    return page(unit, "rules/show.html", found, "forms", 422 if problem else 200, form=view.form, rule=rule,
                said=_said(rule), input=given, problem=_beside(given, problem), open=given_again, trial=trial,
                shown=TYPED[row.type], kind=row.type, words=_words)


def _offer(unit: UnitOfWork, project_id: int, form_id: str, kind: str, given: RuleInput) -> None:
    """Nothing; the inputs offer the fields that a rule of this type may be about."""
    all_of_them = rules.list_choices(unit, project_id, form_id)
    fields, days = (
        {one.path: f"{one.label} ({one.path[1:]})" if one.label != one.path[1:] else one.label
         for one in all_of_them if one.type in types} for types in (ABOUT.get(kind, ()), kinds.DATES))
    any_file = {"": _("Cualquier foto, firma o archivo")} if kind == "same_file" else {}
    given.field.choices, given.other.choices, given.date.choices = any_file | fields, fields, days
    given.also.choices = given.waiting.choices = {"": _("Ninguna")} | fields
    if kind == "in_office":
        given.community.choices = {"": _("Ninguno: la respuesta es el mandato")} | fields
        kept = [one.dataset.name for one in mandates.list_books(unit, project_id)]
        given.dataset.choices = {name: name for name in (*kept, given.dataset.data) if name}
    given.scope.choices = {"form": _("Sólo este formulario"), "project": _("Todo el proyecto")}
    given.order.choices = {"not_after": _("no es posterior a"), "not_before": _("no es anterior a")}
    given.severity.choices = {"error": _("Error"), "warning": _("Aviso"), "note": _("Nota")}


def _beside(given: RuleInput, problem: Problem | None) -> str:
    """What went wrong, where it belongs beside no input; else it stands beside the one it is about."""
    if problem is None:
        return ""
    one = given._fields.get(problem.details.get("field", ""))
    if one is None:
        return told(problem)
    reason = told(problem).partition(": ")[2] or told(problem)
    one.errors = [_("Falta este dato.") if problem.code == 400.2 else reason[:1].upper() + reason[1:]]
    return ""


def _parameters(given: RuleInput, kind: str) -> dict:
    return {name: list(filter(None, given[name].data or ())) if name in SEVERAL else given[name].data or ""
            for name in TYPED.get(kind, ())}


def _about(given: RuleInput) -> dict:
    return {"severity": given.severity.data, "message_es": given.message_es.data, "message_en": given.message_en.data}


def _said(rule: rules.Shown) -> str:
    return rule.en if _english() else rule.es


def _words(messages: dict) -> str:
    return messages["en" if _english() else "es"]


def _english() -> bool:
    return str(get_locale()).startswith("en")


def _back(project_id: int, form_id: str, number: int, message: str) -> Response:
    return go(url_for("rules.show", project_id=project_id, form_id=form_id, number=number), message)
