"""API of decisions about many records: plan one over a filter or a list, confirm it by its number, follow it, undo it.

It must not choose records itself (`services/bulks`, `services/filters`). Ours: ODK Central has no such thing.
"""

from flask import request

from collector.services import bulks as services
from collector.services import filters
from collector.services.unit import UnitOfWork
from collector.web.api.requests import body_as, number_asked
from collector.web.api.schemas.decisions import BulkItemShape, BulkShape, ConfirmShape, NewBulkShape
from collector.web.blueprint import UnitBlueprint

bulks = UnitBlueprint("api_bulks", __name__, dialect="json", url_prefix="/v1/projects/<int:project_id>/bulk-decisions")


@bulks.post("", prepare=body_as(NewBulkShape()), answers=BulkShape)
def plan(unit: UnitOfWork, given: dict, project_id: int):
    """What would change and what not, with the number to confirm. filter: the words of the inbox's address."""
    ticked = given.get("submissions")
    chosen = None if ticked is None else [(str(one.get("xmlFormId")), str(one.get("instanceId"))) for one in ticked]
    return BulkShape().dump(services.plan(unit, project_id, given["move"],
                                          filters.read(given.get("filter") or {}), chosen))


@bulks.get("/<int:number>", answers=BulkShape)
def show(unit: UnitOfWork, project_id: int, number: int):
    """How far it is."""
    return BulkShape().dump(services.find(unit, project_id, number))


@bulks.get("/<int:number>/submissions", answers=[BulkItemShape], asks="after(number) outcome")
def list_items(unit: UnitOfWork, project_id: int, number: int):
    """The records, 200 at a time, after a number; with `outcome` only those that came out so."""
    return BulkItemShape(many=True).dump([
        {"id": one.id, "instance_id": one.instance_id, "xml_form_id": form, "outcome": outcome or "waiting"}
        for one, form, outcome in services.list_items(unit, project_id, number, request.args.get("outcome"),
                                                      number_asked("after") or 0)])


@bulks.post("/<int:number>/confirm", prepare=body_as(ConfirmShape()), answers=BulkShape)
def confirm(unit: UnitOfWork, given: dict, project_id: int, number: int):
    """The decision, which goes on in the background."""
    return BulkShape().dump(services.confirm(unit, project_id, number, **given))


@bulks.post("/<int:number>/undo", answers=BulkShape)
def undo(unit: UnitOfWork, project_id: int, number: int):
    """The decision, which is being taken back."""
    return BulkShape().dump(services.undo(unit, project_id, number))
