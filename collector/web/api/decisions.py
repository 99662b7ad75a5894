"""API of the review of one record: decide it as it was seen, take that back, how a form is reviewed.

It must not judge who may (`services/deciding`). Ours: ODK Central only sets a state, which `submissions` does.
"""

from collector.services import deciding, records
from collector.services.unit import UnitOfWork
from collector.web.api.requests import body_as
from collector.web.api.schemas.decisions import (
    ChoicesShape,
    DecisionShape,
    NewDecisionShape,
    ReviewSettingsShape,
)
from collector.web.blueprint import UnitBlueprint

decisions = UnitBlueprint("api_decisions", __name__, dialect="json",
                          url_prefix="/v1/projects/<int:project_id>/forms/<segment:xml_form_id>")
_ONE = "/submissions/<segment:instance_id>/decisions"


@decisions.get(_ONE, answers=ChoicesShape)
def show(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str):
    """What may be decided, and `seen` to hand back with it."""
    record = records.find_record(unit, project_id, xml_form_id, instance_id)
    return ChoicesShape().dump(deciding.choices(unit, project_id, record))


@decisions.post(_ONE, prepare=body_as(NewDecisionShape()), answers=DecisionShape)
def decide(unit: UnitOfWork, given: dict, project_id: int, xml_form_id: str, instance_id: str):
    """The decision that was made."""
    return DecisionShape().dump(deciding.decide(unit, project_id, xml_form_id, instance_id, **given))


@decisions.post(_ONE + "/undo", answers=DecisionShape)
def undo(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str):
    """The decision that takes back the last one."""
    return DecisionShape().dump(deciding.undo(unit, project_id, xml_form_id, instance_id))


@decisions.get("/review", answers=ReviewSettingsShape)
def settings(unit: UnitOfWork, project_id: int, xml_form_id: str):
    """How the form is reviewed."""
    return ReviewSettingsShape().dump(deciding.find_settings(unit, project_id, xml_form_id))


@decisions.put("/review", prepare=body_as(ReviewSettingsShape()), answers=ReviewSettingsShape)
def put_settings(unit: UnitOfWork, given: dict, project_id: int, xml_form_id: str):
    """How the form is reviewed from now on."""
    return ReviewSettingsShape().dump(deciding.put_settings(
        unit, project_id, xml_form_id, given.get("roles", {}), given.get("second", False)))
