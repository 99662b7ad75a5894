"""API of what the check finds: of a record, settled and opened again; of a form, its policy, a new look. Ours.

It must not judge anything (`services/checking`) nor decide who may (`services/findings`).
"""

from flask import request

from collector.domain import problems
from collector.services import activity, forms, rechecking, records, refusing
from collector.services import findings as services
from collector.services.unit import UnitOfWork
from collector.web.api.requests import SUCCESS, body_as
from collector.web.api.schemas.findings import (
    FindingShape,
    PolicyShape,
    RecheckShape,
    SettleShape,
    SummaryShape,
)
from collector.web.blueprint import UnitBlueprint

findings = UnitBlueprint("api_findings", __name__, dialect="json",
                         url_prefix="/v1/projects/<int:project_id>/forms/<segment:xml_form_id>")
_OF_ONE = "/submissions/<segment:instance_id>/findings"


@findings.get("/findings", answers=SummaryShape)
def summarise(unit: UnitOfWork, project_id: int, xml_form_id: str):
    """How many records of the form have open findings."""
    form = records.find_form(unit, "submission.list", project_id, xml_form_id)
    return SummaryShape().dump(services.summary(unit, form))


@findings.get(_OF_ONE, answers=[FindingShape])
def list_all(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str):
    """Errors first; those that were settled too."""
    record = records.find_record(unit, project_id, xml_form_id, instance_id)
    activity.saw(unit, record)
    language = request.accept_languages.best_match(["en", "es"]) or "en"
    return FindingShape(language, many=True).dump(services.list_findings(unit, record))


@findings.post(_OF_ONE + "/<segment:key>/settle", prepare=body_as(SettleShape()), answers=SUCCESS)
def settle(unit: UnitOfWork, given: dict, project_id: int, xml_form_id: str, instance_id: str, key: str):
    """The finding stands, for the reason given."""
    services.settle(unit, project_id, xml_form_id, instance_id, key, given["note"])
    return SUCCESS


@findings.post(_OF_ONE + "/<segment:key>/reopen", answers=SUCCESS)
def reopen(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str, key: str):
    """The finding is open again."""
    services.reopen(unit, project_id, xml_form_id, instance_id, key)
    return SUCCESS


@findings.get("/policy", answers=PolicyShape)
def show_policy(unit: UnitOfWork, project_id: int, xml_form_id: str):
    """For which findings the form turns records away."""
    return _policy(unit, project_id, xml_form_id)


@findings.put("/policy", prepare=body_as(PolicyShape()), answers=PolicyShape)
def put_policy(unit: UnitOfWork, given: dict, project_id: int, xml_form_id: str):
    """The same, as it is from now on."""
    refusing.set_policy(unit, project_id, xml_form_id, given["refuse"])
    return _policy(unit, project_id, xml_form_id)


@findings.post("/recheck", answers=RecheckShape)
def recheck(unit: UnitOfWork, project_id: int, xml_form_id: str):
    """All that was sent is checked once more, in the background."""
    return RecheckShape().dump(rechecking.begin(unit, project_id, xml_form_id))


@findings.get("/recheck", answers=RecheckShape)
def show_recheck(unit: UnitOfWork, project_id: int, xml_form_id: str):
    """The newest one. 404.1 where there was none."""
    form = records.find_form(unit, "form.update", project_id, xml_form_id)
    found = rechecking.progress(unit, form)
    if found is None:
        raise problems.not_found("Una revisión de lo ya enviado", "A re-check")
    return RecheckShape().dump(found)


def _policy(unit: UnitOfWork, project_id: int, xml_form_id: str) -> dict:
    return PolicyShape().dump({"refuse": refusing.refused_kinds(forms.find_form(unit, project_id, xml_form_id))})
