"""API of rules beyond the form: list, declare, try on history, change, into force and out of it, drop.

It must not judge anything. Ours: ODK Central has no such rules; names follow its manners.
"""

from collector.domain import problems
from collector.services import rule_trials
from collector.services import rules as services
from collector.services.unit import UnitOfWork
from collector.web.api.requests import SUCCESS, body_as
from collector.web.api.schemas.rules import NewRuleShape, RuleChangeShape, RuleShape, TrialShape
from collector.web.blueprint import UnitBlueprint

rules = UnitBlueprint("api_rules", __name__, dialect="json",
                      url_prefix="/v1/projects/<int:project_id>/forms/<segment:xml_form_id>/rules")


@rules.get("", answers=[RuleShape])
def list_all(unit: UnitOfWork, project_id: int, xml_form_id: str):
    """The rules of the form."""
    return RuleShape(many=True).dump(services.list_rules(unit, project_id, xml_form_id))


@rules.post("", prepare=body_as(NewRuleShape()), answers=RuleShape)
def create(unit: UnitOfWork, given: dict, project_id: int, xml_form_id: str):
    """The new rule, as a draft."""
    return RuleShape().dump(services.add_rule(unit, project_id, xml_form_id, **given))


@rules.get("/<int:number>", answers=RuleShape)
def show(unit: UnitOfWork, project_id: int, xml_form_id: str, number: int):
    """One rule."""
    return RuleShape().dump(services.find_rule(unit, project_id, xml_form_id, number))


@rules.patch("/<int:number>", prepare=body_as(RuleChangeShape()), answers=RuleShape)
def change(unit: UnitOfWork, given: dict, project_id: int, xml_form_id: str, number: int):
    """The rule as it is now; state: live puts it into force."""
    state = given.pop("state", None)
    if state not in (None, services.DRAFT, services.LIVE):
        raise problems.unexpected_value("state", state, "expected draft or live", "se espera draft o live")
    if given:
        services.change_rule(unit, project_id, xml_form_id, number, **given)
    act = {services.LIVE: services.publish_rule, services.DRAFT: services.stop_rule}.get(state, services.find_rule)
    return RuleShape().dump(act(unit, project_id, xml_form_id, number))


@rules.delete("/<int:number>", answers=SUCCESS)
def drop(unit: UnitOfWork, project_id: int, xml_form_id: str, number: int):
    """The rule is dropped."""
    services.drop_rule(unit, project_id, xml_form_id, number)
    return SUCCESS


def tried(unit: UnitOfWork, project_id: int, xml_form_id: str, number: int) -> rule_trials.Trial:
    """What the rule would have found, looked for in a reading unit."""
    return rule_trials.dry_run(unit, project_id, xml_form_id, number)


@rules.post("/<int:number>/dry-run", prepare=tried, answers=TrialShape)
def dry_run(unit: UnitOfWork, trial: rule_trials.Trial, project_id: int, xml_form_id: str, number: int):
    """What the rule would have found in all that was sent."""
    services.note_trial(unit, project_id, xml_form_id, number, trial.parameters, trial.summary())
    return TrialShape().dump(trial)
