"""Pages of returns: sending a record back with what to look at again, the list of those under way, closing, undo.

It must not find findings nor change anything itself (`services/returns`). What the enumerator reads is shown before.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from flask import request, url_for
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _

from collector.domain import sheet
from collector.domain.problems import Problem
from collector.services import findings, forms, projects, reading, records, returns
from collector.services.returning import Waiting
from collector.services.returns import Filters
from collector.services.unit import UnitOfWork
from collector.web import return_words
from collector.web.blueprint import UnitBlueprint
from collector.web.pages.finding_words import Findings
from collector.web.pages.inputs import ReturnFilter, ReturnInput
from collector.web.pages.showing import go, number_asked, page, told

pages = UnitBlueprint("returns", __name__, url_prefix="/projects/<int:project_id>", dialect="html")
AT_ONCE = 30
DAYS = 5
_RECORD = "/forms/<segment:form_id>/submissions/<segment:instance_id>/return"


@dataclass(frozen=True, slots=True)
class Pick:
    """A field that may be sent back. note: what was found in it; reason: words for the enumerator."""

    ref: str
    label: str
    note: str
    reason: str
    chosen: bool


@pages.get(_RECORD)
def ask(unit: UnitOfWork, project_id: int, form_id: str, instance_id: str):
    """What to send back: fields with findings are ticked, with words ready."""
    due = date.fromisoformat(returns.today(unit, projects.find_project(unit, project_id))) + timedelta(DAYS)
    given = ReturnInput(due=due.isoformat())
    return _ask(unit, project_id, form_id, instance_id, given)


@pages.post(_RECORD)
def send(unit: UnitOfWork, project_id: int, form_id: str, instance_id: str):
    """The record, sent back; or the page again, with one more field or what the enumerator will read."""
    given = ReturnInput()
    chosen = [(ref, request.form.get(f"reason:{ref}", "")) for ref in request.form.getlist("field")]
    act = request.form.get("act", "send")
    fault = "" if given.validate() else next(iter(given.errors.values()))[0]
    if act == "send" and not chosen and not (given.words.data or "").strip():
        fault = _("Elija al menos un campo o escriba unas palabras.")
    if act != "send" or fault:
        return _ask(unit, project_id, form_id, instance_id, given, fault, 422 if fault else 200)
    try:
        returns.open_return(unit, project_id, form_id, instance_id, chosen, given.due.data or "",
                            given.words.data or "", given.seen.data or None, given.show_values.data)
    except Problem as problem:
        if problem.status not in (400, 409):
            raise
        unit.undo()
        return _ask(unit, project_id, form_id, instance_id, given, told(problem), problem.status)
    return go(_record(project_id, form_id, instance_id),
              _("El registro se devolvió. El teléfono lo sabrá al enviar o al actualizar sus formularios."))


@pages.get("/returns", endpoint="list")
def show_all(unit: UnitOfWork, project_id: int):
    """The returns that the address asks for, first due first."""
    found = projects.find_project(unit, project_id)
    given = ReturnFilter(request.args)
    state = given.state.data if given.state.data in returns.STATES else ""
    filters = Filters(state, given.form.data or "", number_asked("phone"))
    rows = returns.list_returns(unit, project_id, filters, AT_ONCE + 1, _after())
    more = None
    if len(rows) > AT_ONCE:
        rows = rows[:AT_ONCE]
        more = _address(project_id, after=f"{rows[-1].row.due}~{rows[-1].row.id}")
    counts = returns.count_states(unit, project_id, filters)
    listed = [one for one in forms.list_forms(unit, project_id)
              if not one.is_draft and unit.may("submission.list", one)]
    return page(unit, "returns/list.html", found, "returns", rows=rows, input=given, counts=counts,
                states=_states(project_id, counts), today=returns.today(unit, found), more=more, forms=listed,
                phones=returns.list_phones(unit, project_id), lacks_form=returns.lacks_form(unit, project_id))


@pages.post("/returns/<int:number>/close")
def close(unit: UnitOfWork, project_id: int, number: int):
    """The record, whose return a person closed."""
    returns.close(unit, project_id, number, request.form.get("note", ""))
    return _back(unit, project_id, number, _("La devolución se cerró."))


@pages.post("/returns/<int:number>/withdraw")
def withdraw(unit: UnitOfWork, project_id: int, number: int):
    """The record, as before it was sent back."""
    returns.withdraw(unit, project_id, number)
    return _back(unit, project_id, number, _("La devolución se deshizo: el teléfono ya no la verá."))


@pages.post("/returns/<int:number>/reopen")
def reopen(unit: UnitOfWork, project_id: int, number: int):
    """The record, whose return is open again."""
    returns.reopen(unit, project_id, number)
    return _back(unit, project_id, number, _("La devolución está abierta otra vez."))


@pages.post("/returns/form", prepare=returns.prepare_form)
def put_form(unit: UnitOfWork, file, project_id: int):
    """The list; phones with returns get the form for them."""
    returns.put_form(unit, project_id, file)
    return go(url_for("returns.list", project_id=project_id),
              _("«Mis devoluciones» está en el proyecto. Lo verán los teléfonos que tengan devoluciones."))


def _ask(unit: UnitOfWork, project_id: int, form_id: str, instance_id: str, given: ReturnInput, fault: str = "",
         status: int = 200):
    found = projects.find_project(unit, project_id)
    shown = records.show_record(unit, project_id, form_id, instance_id)
    unit.require("submission.update", forms.find_form(unit, project_id, form_id))
    labels, picks = _picks(unit, shown, found.language)
    one = shown.record.submission
    chosen = [pick for pick in picks if pick.chosen]
    said = return_words.waiting(found.language, [Waiting(one.id, one.name or "", len(chosen), _due(given))])
    return page(unit, "returns/ask.html", found, "returns", status, shown=shown, input=given, picks=picks, fault=fault,
                others=[(ref, label) for ref, label in labels.items() if ref not in {pick.ref for pick in picks}],
                recipient=returns.recipient_of(unit, shown.record), said=said, chosen=chosen,
                seen=shown.record.version.instance_id, open=_open(unit, one.id),
                lacks_form=returns.lacks_form(unit, project_id), back=_record(project_id, form_id, instance_id))


def _picks(unit: UnitOfWork, shown, language: str) -> tuple[dict[str, str], list[Pick]]:
    """({ref: label} of every answer, the fields offered: those with findings, those given or added)."""
    laid = reading.sections(unit, shown, language)
    labels = dict(_labels(laid))
    held = findings.list_findings(unit, shown.record)
    mine = Findings(held, reading.sections(unit, shown, str(get_locale())), False)
    with force_locale(language):
        theirs = Findings(held, laid, False)
    notes, reasons = _by_place(mine, lambda one: one.fact), _by_place(
        theirs, lambda one: " ".join(filter(None, (one.fact, one.advice))))
    asked = request.method == "POST"
    refs = list(dict.fromkeys([*(ref for ref in notes if ref in labels), *request.form.getlist("shown")]))
    added = request.form.get("other") if request.form.get("act") == "add" else None
    ticked = {*(request.form.getlist("field") if asked else notes), *([added] if added else [])}
    refs += [added] if added and added not in refs else []
    return labels, [Pick(ref, labels[ref], notes.get(ref, ""),
                         request.form.get(f"reason:{ref}", reasons.get(ref, "")), ref in ticked)
                    for ref in refs if ref in labels]


def _by_place(found: Findings, words) -> dict[str, str]:
    places: dict[str, list[str]] = {}
    for one in found.open:
        if one.place:
            places.setdefault(one.place, []).append(words(one))
    return {place: " ".join(said) for place, said in places.items()}


def _labels(parts: tuple, around: str = ""):
    """(ref, label with what is around it) of every answer that was asked."""
    for part in parts:
        if isinstance(part, sheet.Answer):
            if part.state != "unasked" and not part.calculated:
                yield part.ref, f"{part.label}{around}"
        elif isinstance(part, sheet.Repeat):
            for turn in part.turns:
                name = f"{turn.position}, {turn.name}" if turn.name else str(turn.position)
                yield from _labels(turn.parts, f" · {part.label} {name}{around}")
        else:
            yield from _labels(part.parts, around)


def _open(unit: UnitOfWork, submission_id: int):
    row = returns.returned(unit, [submission_id]).get(submission_id)
    return row if row is not None and row.closed_at is None else None


def _due(given: ReturnInput) -> str:
    try:
        return date.fromisoformat(given.due.data or "").isoformat()
    except ValueError:
        return ""


def _states(project_id: int, counts: dict) -> list[tuple]:
    words = {"open": _("Abiertas"), "overdue": _("Vencidas"), "back": _("Volvieron"), "closed": _("Cerradas")}
    every = [("", _("Todas"), sum(counts.values()), _address(project_id, state=None))]
    return every + [(name, words[name], counts[name], _address(project_id, state=name)) for name in returns.STATES]


def _address(project_id: int, **changes) -> str:
    asked = {key: request.args[key] for key in ("state", "form", "phone") if request.args.get(key)}
    return url_for("returns.list", project_id=project_id, **{**asked, **changes})


def _after() -> tuple[str, int] | None:
    due, _sign, number = request.args.get("after", "").rpartition("~")
    return (due[:10], int(number)) if number.isascii() and number.isdigit() and len(number) <= 15 else None


def _record(project_id: int, form_id: str, instance_id: str) -> str:
    return url_for("submissions.show", project_id=project_id, form_id=form_id, instance_id=instance_id)


def _back(unit: UnitOfWork, project_id: int, number: int, message: str):
    listed = returns.find_listed(unit, project_id, number)
    return go(_record(project_id, listed.xml_form_id, listed.submission.instance_id), message)
