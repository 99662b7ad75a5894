"""API of records that look the same: of one record, two beside each other, settled, taken back; a form's key. Ours.

It must not compare nor decide anything (`services/alike`, `services/alike_marks`).
"""

from flask import request

from collector.services import activity, alike_marks, editions, inbox, records
from collector.services import alike as services
from collector.services.filters import Filters
from collector.services.unit import UnitOfWork
from collector.web.api.requests import body_as, is_extended, number_asked
from collector.web.api.schemas.alike import (
    ComparedShape,
    GroupShape,
    LikenessShape,
    NewSettlementShape,
    SettlementShape,
)
from collector.web.api.schemas.submissions import ExtendedSubmissionShape, SubmissionShape
from collector.web.blueprint import UnitBlueprint

look_alikes = UnitBlueprint("api_alike", __name__, dialect="json",
                            url_prefix="/v1/projects/<int:project_id>/forms/<segment:xml_form_id>")
AT_ONCE = 250
_ONE = "/submissions/<segment:instance_id>/alike"


@look_alikes.get("/alike", answers=[(SubmissionShape, ExtendedSubmissionShape)], asks="after limit")
def list_waiting(unit: UnitOfWork, project_id: int, xml_form_id: str):
    """The records that look like another and that nobody settled, oldest first; `after` an instanceID, `limit`."""
    name, limit = request.args.get("after"), number_asked("limit")
    after = records.find_record(unit, project_id, xml_form_id, name).submission.id if name else None
    given = Filters(xml_form_id=xml_form_id, queue="alike")
    page = inbox.list_page(unit, project_id, given, after, limit=AT_ONCE if limit is None else min(limit, AT_ONCE))
    shape = ExtendedSubmissionShape if is_extended() else SubmissionShape
    return shape(many=True).dump(editions.told(unit, page.rows))


@look_alikes.get(_ONE, answers=GroupShape)
def show(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str):
    """The record with those that look the same, and how that was settled."""
    return GroupShape().dump(services.find_group(unit, project_id, xml_form_id, instance_id))


@look_alikes.get(_ONE + "/<segment:other_id>", answers=ComparedShape)
def compare(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str, other_id: str):
    """What a record and one of those that look like it say differently; null when one of them cannot be read."""
    one, other = services.find_pair(unit, project_id, xml_form_id, instance_id, other_id)
    for record in (one, other):
        activity.saw(unit, record)
    found = services.compare(unit, one, other, request.accept_languages.best_match(["en", "es"]) or "en")
    return ComparedShape().dump(found) if found else {"said": None, "written": None, "same": None}


@look_alikes.post("/alike/settlements", prepare=body_as(NewSettlementShape()), answers=SettlementShape)
def settle(unit: UnitOfWork, given: dict, project_id: int, xml_form_id: str):
    """How these records are settled from now on."""
    seen, words = given["submissions"], given["words"]
    if given["outcome"] == services.RIGHT:
        made = services.settle_right(unit, project_id, xml_form_id, seen, words)
    else:
        made = services.keep(unit, project_id, xml_form_id, given["keep"], seen, words)
    return SettlementShape().dump(made)


@look_alikes.post("/alike/settlements/<int:number>/undo", answers=SettlementShape)
def undo(unit: UnitOfWork, project_id: int, xml_form_id: str, number: int):
    """The settlement, taken back."""
    return SettlementShape().dump(services.undo(unit, project_id, xml_form_id, number))


@look_alikes.get("/alike/key", answers=LikenessShape)
def show_key(unit: UnitOfWork, project_id: int, xml_form_id: str):
    """What makes records of this form the same."""
    language = request.accept_languages.best_match(["en", "es"]) or "en"
    return LikenessShape().dump(alike_marks.find_setting(unit, project_id, xml_form_id, language))


@look_alikes.put("/alike/key", prepare=body_as(LikenessShape()), answers=LikenessShape)
def put_key(unit: UnitOfWork, given: dict, project_id: int, xml_form_id: str):
    """The same, as it is from now on."""
    alike_marks.put_setting(unit, project_id, xml_form_id, given["key"], given["content"])
    return LikenessShape().dump(alike_marks.find_setting(unit, project_id, xml_form_id))
