"""API of what phones sent and could not be taken: the list, one, its XML and files, admit, dismiss. Ours.

It must not decide what is parked nor settle it (`services/admission`).
"""

from flask import Response, request

from collector.domain import problems
from collector.services import admission, blobs, records
from collector.services.unit import UnitOfWork
from collector.web import streams
from collector.web.api.answers import file
from collector.web.api.requests import SUCCESS, body_as, number_asked
from collector.web.api.schemas.parked import DismissShape, OpenedParkedShape, ParkedShape
from collector.web.api.schemas.submissions import ExtendedSubmissionShape, SubmissionShape
from collector.web.api.submissions import dumped
from collector.web.blueprint import UnitBlueprint

parked = UnitBlueprint("api_parked", __name__, dialect="json",
                       url_prefix="/v1/projects/<int:project_id>/parked-submissions")
STATES = ("waiting", "admitted", "dismissed")
AT_ONCE = 250
LONGEST_NOTE = 2000
_ONE = "/<int:number>"


@parked.get("", answers=[ParkedShape], asks="state before limit")
def list_all(unit: UnitOfWork, project_id: int):
    """Newest first; state, waiting where none is told; limit, and before: the id to go on after."""
    state, limit = request.args.get("state", "waiting"), number_asked("limit")
    if state not in STATES:
        known = ", ".join(STATES)
        raise problems.unexpected_value("state", state, f"expected one of {known}", f"se espera {known}")
    rows = admission.list_parked(unit, project_id, state, number_asked("before"),
                                 AT_ONCE if limit is None else min(limit, AT_ONCE))
    return ParkedShape(many=True).dump([row for row, _sender in rows])


@parked.get(_ONE, answers=OpenedParkedShape)
def show(unit: UnitOfWork, project_id: int, number: int):
    """What came and was set aside, with the names of its files."""
    row, files = admission.show(unit, project_id, number)
    return {**ParkedShape().dump(row), "attachments": [one.name for one in files]}


@parked.get(_ONE + ".xml", answers=file(parts=False))
def xml(unit: UnitOfWork, project_id: int, number: int):
    """What came, byte for byte, which need not be XML."""
    row, _files = admission.show(unit, project_id, number)
    response = streams.sandboxed(Response(row.xml, content_type="application/octet-stream"))
    response.headers["Content-Disposition"] = streams.disposition("attachment", f"{number}.xml")
    return response


@parked.get(_ONE + "/attachments/<segment:name>", answers=file("*/*"))
def fetch(unit: UnitOfWork, project_id: int, number: int, name: str):
    """A file that came with it."""
    _row, files = admission.show(unit, project_id, number)
    blob = next((blobs.find(unit, one.blob_sha256) for one in files if one.name == name), None)
    if blob is None:
        raise problems.not_found(f"El archivo «{name}»", f"The file {name}")
    return streams.file_answer(lambda: blobs.open_blob(unit, blob.sha256), blob.size, blob.sha256, name)


@parked.post(_ONE + "/admit", prepare=admission.delivery_of,
             answers=(SubmissionShape, ExtendedSubmissionShape))
def admit(unit: UnitOfWork, delivery, project_id: int, number: int):
    """The submission that it became."""
    outcome = admission.admit(unit, project_id, number, delivery)
    unit.session.expire_all()
    record = records.find_by_number(unit, project_id, outcome.submission_id)
    return dumped(unit, record) if record else SUCCESS


@parked.post(_ONE + "/dismiss", prepare=body_as(DismissShape()), answers=SUCCESS)
def dismiss(unit: UnitOfWork, given: dict, project_id: int, number: int):
    """It is dismissed, for the reason given; it stays kept."""
    note = given["note"].strip()
    if not note:
        raise problems.missing_parameter("note")
    if len(note) > LONGEST_NOTE:
        raise problems.too_long("note")
    admission.dismiss(unit, project_id, number, note)
    return SUCCESS
