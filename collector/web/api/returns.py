"""API of returns: a record sent back to its phone, those of a project, closing, taking back and opening again.

It must not decide who may (`services/returns`). Ours: ODK Central has no way back to the phone.
"""

from flask import request

from collector.domain import problems
from collector.services import returns as services
from collector.services.returns import Filters
from collector.services.unit import UnitOfWork
from collector.web.api.requests import body_as, number_asked
from collector.web.api.schemas.returns import NewReturnShape, NoteShape, ReturnShape
from collector.web.blueprint import UnitBlueprint

returns = UnitBlueprint("api_returns", __name__, dialect="json", url_prefix="/v1/projects/<int:project_id>")
AT_ONCE = 250
_ONE = "/returns/<int:number>"


@returns.get("/returns", answers=[ReturnShape], asks="state formId appUserId after")
def list_all(unit: UnitOfWork, project_id: int):
    """The returns of the project, by the day they are due."""
    state = request.args.get("state", "")
    if state not in ("", *services.STATES):
        known = ", ".join(services.STATES)
        raise problems.unexpected_value("state", state, f"expected one of {known}", f"se espera {known}")
    due, _sign, number = request.args.get("after", "").rpartition("~")
    after = (due[:10], int(number)) if number.isascii() and number.isdigit() and len(number) <= 15 else None
    filters = Filters(state, request.args.get("formId", ""), number_asked("appUserId"))
    return ReturnShape(many=True).dump(services.list_returns(unit, project_id, filters, AT_ONCE, after))


@returns.post("/forms/<segment:xml_form_id>/submissions/<segment:instance_id>/returns",
              prepare=body_as(NewReturnShape()), answers=ReturnShape)
def create(unit: UnitOfWork, given: dict, project_id: int, xml_form_id: str, instance_id: str):
    """The record goes back to its phone."""
    fields = [(one["ref"], one.get("reason", "")) for one in given.pop("wanted", ())]
    row = services.open_return(unit, project_id, xml_form_id, instance_id, fields, **given)
    return _told(unit, project_id, row.id)


@returns.get(_ONE, answers=ReturnShape)
def show(unit: UnitOfWork, project_id: int, number: int):
    """One return."""
    return _told(unit, project_id, number)


@returns.post(_ONE + "/close", prepare=body_as(NoteShape()), answers=ReturnShape)
def close(unit: UnitOfWork, given: dict, project_id: int, number: int):
    """The return, closed by a person."""
    services.close(unit, project_id, number, given.get("note", ""))
    return _told(unit, project_id, number)


@returns.post(_ONE + "/withdraw", answers=ReturnShape)
def withdraw(unit: UnitOfWork, project_id: int, number: int):
    """The return, taken back."""
    services.withdraw(unit, project_id, number)
    return _told(unit, project_id, number)


@returns.post(_ONE + "/reopen", answers=ReturnShape)
def reopen(unit: UnitOfWork, project_id: int, number: int):
    """The return, open again."""
    services.reopen(unit, project_id, number)
    return _told(unit, project_id, number)


def _told(unit: UnitOfWork, project_id: int, number: int) -> dict:
    return ReturnShape().dump(services.find_listed(unit, project_id, number))
