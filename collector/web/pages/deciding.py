"""Pages where one record is decided: the act, its reasons, taking it back, and what happened when another was first.

They must not decide anything (`services/deciding`). Where one goes on is the filter one came from.
"""

from datetime import datetime
from urllib.parse import parse_qsl

from flask import Response, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from collector.domain import access, review
from collector.domain.problems import Problem
from collector.services import alike_marks, deciding, editions, filters, forms, inbox, projects, records
from collector.services.unit import UnitOfWork
from collector.web.blueprint import UnitBlueprint
from collector.web.pages.inbox import reasons
from collector.web.pages.showing import go, page, told
from collector.web.pages.telling import Told, told_changes

pages = UnitBlueprint("deciding", __name__, url_prefix="/projects/<int:project_id>/forms/<segment:form_id>",
                      dialect="html")
_ONE = "/submissions/<segment:instance_id>/decision"
OTHERS_FIRST, NOT_SO = 409.31, 409.32


@pages.get(_ONE)
def ask(unit: UnitOfWork, project_id: int, form_id: str, instance_id: str):
    """The reasons of a move, and words beside them."""
    return _asking(unit, project_id, form_id, instance_id, request.args.get("move", ""), request.args.get("seen", ""))


@pages.post(_ONE)
def decide(unit: UnitOfWork, project_id: int, form_id: str, instance_id: str):
    """The next record of the filter; or why nothing was kept."""
    given = request.form
    move, seen = given.get("move", ""), given.get("seen", "")
    try:
        deciding.decide(unit, project_id, form_id, instance_id, move, seen, given.get("reason", ""),
                        given.get("words", ""))
    except Problem as problem:
        if problem.status not in (400, 409):
            raise
        unit.undo()
        return _asking(unit, project_id, form_id, instance_id, move, seen, problem)
    return go(_next(unit, project_id, form_id, instance_id))


@pages.post(_ONE + "/undo")
def undo(unit: UnitOfWork, project_id: int, form_id: str, instance_id: str):
    """The record, as it stood before."""
    here = _record(project_id, form_id, instance_id)
    try:
        deciding.undo(unit, project_id, form_id, instance_id)
    except Problem as problem:
        if problem.status != 409:
            raise
        unit.undo()
        return go(here, told(problem), "error")
    return go(here, _("Se deshizo la decisión."))


@pages.get("/review")
def settings(unit: UnitOfWork, project_id: int, form_id: str):
    """How a form is reviewed."""
    found, view = projects.find_project(unit, project_id), forms.find_form(unit, project_id, form_id)
    return page(unit, "forms/review.html", found, "forms", form=view.form, title=view.version.title or form_id,
                kept=deciding.find_settings(unit, project_id, form_id), moves=_moves(), roles=_roles(),
                setting=alike_marks.find_setting(unit, project_id, form_id, str(get_locale())))


@pages.post("/review")
def keep_settings(unit: UnitOfWork, project_id: int, form_id: str):
    """How a form is reviewed from now on."""
    roles = {move: request.form.getlist(move) for move in review.MOVES}
    deciding.put_settings(unit, project_id, form_id, roles, "second" in request.form)
    return go(url_for("deciding.settings", project_id=project_id, form_id=form_id), _("Se guardó cómo se revisa."))


def _asking(unit: UnitOfWork, project_id: int, form_id: str, instance_id: str, move: str, seen: str,
            problem: Problem | None = None) -> Response:
    found = projects.find_project(unit, project_id)
    record = records.find_record(unit, project_id, form_id, instance_id, verb="submission.update")
    choices = deciding.choices(unit, project_id, record)
    conflict = problem is not None and problem.code == OTHERS_FIRST
    listed = records.list_editions(unit, record) if conflict else []
    newer = _newer(listed, seen)
    compared = _compared(unit, listed, newer)
    return page(unit, "submissions/decide.html", found, "inbox", problem.status if problem else 200, record=record,
                move=move if move in review.MOVES else "", choices=choices, reasons=reasons(move),
                must=move in review.NEED_REASON, seen=choices.seen if conflict else seen or choices.seen,
                problem=_words(problem), conflict=conflict, given=request.form,
                since=_since(problem, listed, newer) if conflict else [], carried=_carried(), verbs=dict(_moves()),
                compared=compared, changes=compared and told_changes(compared),
                place={"project_id": project_id, "form_id": form_id, "instance_id": instance_id},
                back=_record(project_id, form_id, instance_id))


def _words(problem: Problem | None) -> str:
    if problem is None:
        return ""
    return _("Elija un motivo, y con «Otro» escríbalo.") if problem.code == 400.2 else told(problem)


def _newer(listed: list, seen: str) -> int:
    """How many versions came since a record was seen so. listed: its versions, newest first."""
    edits = seen.partition(".")[0]
    known = int(edits) if edits.isascii() and edits.isdigit() and len(edits) < 9 else 0
    return max(0, len(listed) - 1 - known)


def _since(problem: Problem, listed: list, newer: int) -> list[Told]:
    """What was decided and what came meanwhile: who did what when, oldest first."""
    english, words = str(get_locale()).startswith("en"), {
        "approve": _("Aprobó"), "hasIssues": _("Marcó con observaciones"), "reject": _("Rechazó"),
        "reopen": _("Volvió a recibido"), "undo": _("Deshizo su decisión"), "edit": _("Marcó como editado")}
    tones = {"approved": "approved", "rejected": "rejected", "hasIssues": "issues", "edited": "edited"}
    told_ = [Told(tones.get(one["state"], "received"), words.get(one["move"], one["move"]) + (
        f": {review.reason_words(one['move'], one['reason'], english)}" if one["reason"] else ""),
        datetime.fromisoformat(one["at"]), one["by"] or _("el sistema"), one["words"])
        for one in problem.details["since"]]
    told_ += [Told("edited", _("Llegó la versión %(number)s", number=len(listed) - place),
                   listed[place].version.created_at, listed[place].submitter.name if listed[place].submitter else "")
              for place in range(newer)]
    return sorted(told_, key=lambda one: one.at)


def _compared(unit: UnitOfWork, listed: list, newer: int) -> editions.Compared | None:
    """The version that counts beside the one that was seen; None where that is the same."""
    return editions.compare(unit, listed, 0, str(get_locale()), newer) if newer else None


def _moves() -> list[tuple[str, str]]:
    return [("approve", _("Aprobar")), ("hasIssues", _("Marcar con observaciones")), ("reject", _("Rechazar")),
            ("reopen", _("Volver a recibido"))]


def _roles() -> list[tuple[str, str]]:
    words = {"admin": _("Administración"), "manager": _("Gestión del proyecto"), "supervisor": _("Supervisión")}
    return [(one.system, words.get(one.system, one.name)) for one in access.ROLES.values()
            if "submission.update" in one.verbs]


def _carried() -> str:
    return request.form.get("carried", "") or request.query_string.decode("utf-8", "replace")


def _given() -> filters.Filters:
    return filters.read(dict(parse_qsl(_carried())))


def _record(project_id: int, form_id: str, instance_id: str) -> str:
    return url_for("submissions.show", project_id=project_id, form_id=form_id, instance_id=instance_id,
                   **filters.written(_given()))


def _next(unit: UnitOfWork, project_id: int, form_id: str, instance_id: str) -> str:
    """The next record of the filter; without a filter the same record; at the end the inbox. Says what was decided."""
    given, was = _given(), {"wasform": form_id, "was": instance_id}
    if not given.queue:
        return _record(project_id, form_id, instance_id)
    number = records.find_record(unit, project_id, form_id, instance_id).submission.id
    _before, after = inbox.neighbours(unit, project_id, number, given)
    words = filters.written(given)
    if after is None:
        return url_for("inbox.list", project_id=project_id, **words, **was)
    return url_for("submissions.show", project_id=project_id, form_id=after.xml_form_id,
                   instance_id=after.submission.instance_id, **words, **was)
