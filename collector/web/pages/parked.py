"""Pages of what phones sent and could not be taken: the list, one with its reason, admit, dismiss.

It must not decide what is parked; `services/admission` settles it.
"""

from flask import Response, request, url_for
from flask_babel import gettext as _

from collector.domain.problems import Problem
from collector.services import admission, people, projects, records
from collector.services.unit import UnitOfWork
from collector.web.blueprint import UnitBlueprint
from collector.web.pages.inputs import DismissInput
from collector.web.pages.showing import go, number_asked, page
from collector.web.streams import bytes_answer

pages = UnitBlueprint("parked", __name__, url_prefix="/projects/<int:project_id>/parked", dialect="html")
STATES = ("waiting", "admitted", "dismissed")
AT_ONCE = 50
LONGEST = 100_000


@pages.get("", endpoint="list")
def show_all(unit: UnitOfWork, project_id: int):
    """The lines in one state, newest first."""
    found = projects.find_project(unit, project_id)
    state = request.args.get("state", "waiting")
    state = state if state in STATES else "waiting"
    rows = admission.list_parked(unit, project_id, state, number_asked("before"), AT_ONCE + 1)
    after = None
    if len(rows) > AT_ONCE:
        rows = rows[:AT_ONCE]
        after = url_for("parked.list", project_id=project_id, state=state, before=rows[-1][0].id)
    return page(unit, "parked/list.html", found, "parked", rows=rows, state=state, after=after)


@pages.get("/<int:number>")
def show(unit: UnitOfWork, project_id: int, number: int):
    """One of them."""
    return _page(unit, project_id, number)


@pages.get("/<int:number>/xml")
def xml(unit: UnitOfWork, project_id: int, number: int):
    """What came, byte for byte, as a download."""
    row, _files = admission.show(unit, project_id, number)
    response = bytes_answer(row.xml, row.key.hex(), "application/octet-stream")
    response.headers.set("Content-Disposition", "attachment", filename=f"apartado-{number}.xml")
    return response


@pages.post("/<int:number>/admit", prepare=admission.delivery_of)
def admit(unit: UnitOfWork, delivery, project_id: int, number: int):
    """The page again; it is a record now, or what still stands against it."""
    try:
        admission.admit(unit, project_id, number, delivery)
    except Problem as problem:
        if problem.status not in (400, 404, 409):
            raise
        unit.undo()
        return _page(unit, project_id, number, problem=problem, status=problem.status)
    return go(url_for("parked.show", project_id=project_id, number=number), _("Se admitió. Ya es un registro."))


@pages.post("/<int:number>/dismiss")
def dismiss(unit: UnitOfWork, project_id: int, number: int):
    """The list; the line is kept with the note."""
    given = DismissInput()
    if not given.validate():
        return _page(unit, project_id, number, given, status=422)
    admission.dismiss(unit, project_id, number, given.note.data)
    return go(url_for("parked.list", project_id=project_id), _("Se descartó. Sigue guardado, con su motivo."))


def _page(unit: UnitOfWork, project_id: int, number: int, given: DismissInput | None = None,
          problem: Problem | None = None, status: int = 200) -> Response:
    found = projects.find_project(unit, project_id)
    row, files = admission.show(unit, project_id, number)
    sender = people.actor_name(unit, row.submitter_id)
    return page(unit, "parked/show.html", found, "parked", status, row=row, files=files, sender=sender, input=given,
                problem=problem, xml=row.xml[:LONGEST].decode("utf-8", "replace"),
                submission=_address(unit, found, row))


def _address(unit: UnitOfWork, found, row) -> str | None:
    """Where the record is that it became."""
    if row.submission_id is None or not row.xml_form_id:
        return None
    record = records.find_by_number(unit, found.id, row.submission_id)
    if record is None:
        return None
    return url_for("submissions.show", project_id=found.id, form_id=record.xml_form_id,
                   instance_id=record.submission.instance_id)
