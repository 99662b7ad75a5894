"""API of a record corrected in place: its answers as inputs, what would change, and the save. Ours.

It must not judge answers nor keep anything (`services/correcting`). A file that a correction names is put afterwards,
as an attachment of the record.
"""

from flask import request

from collector.domain.correction import Given
from collector.services import activity, correcting, records
from collector.services.correcting import Case, Ready
from collector.services.unit import UnitOfWork
from collector.web.api.requests import json_body
from collector.web.api.schemas.corrections import (
    CorrectionShape,
    NewCorrectionShape,
    RevisionShape,
    TypedShape,
)
from collector.web.api.schemas.submissions import ExtendedSubmissionShape, SubmissionShape
from collector.web.api.submissions import dumped
from collector.web.blueprint import UnitBlueprint

corrections = UnitBlueprint("api_corrections", __name__, dialect="json",
                            url_prefix="/v1/projects/<int:project_id>/forms/<segment:xml_form_id>")
_ONE = "/submissions/<segment:instance_id>/correction"


@corrections.get(_ONE, answers=CorrectionShape)
def show(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str):
    """The record as inputs, with `seen` to hand back."""
    case = correcting.open_case(unit, project_id, xml_form_id, instance_id)
    activity.saw(unit, case.record)
    language = _language()
    revision = correcting.revise(case, Given(), language)
    return CorrectionShape().dump({"seen": case.seen, "version": case.version, "parts": revision.parts,
                                   "findings": _told(revision.left, language)})


def typed(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str) -> tuple[Case, dict]:
    """The record, and what was typed in its current version. Raises 404.1, 403.1, 409.51 (a newer version)."""
    case = correcting.open_case(unit, project_id, xml_form_id, instance_id)
    given = TypedShape().read(json_body())
    if given["seen"] != case.seen:
        raise correcting.changed(unit, case, given["seen"], _language())
    return case, given


@corrections.post(_ONE + "/preview", prepare=typed, reads=True, answers=RevisionShape, takes=TypedShape)
def preview(unit: UnitOfWork, arrived: tuple[Case, dict], project_id: int, xml_form_id: str, instance_id: str):
    """What would change, what the check would say of it; nothing is kept."""
    case, given = arrived
    language = _language()
    one = correcting.revise(case, _given(given), language)
    return RevisionShape().dump({
        "parts": one.parts, "changes": one.changes,
        **{name: _told(getattr(one, name), language) for name in ("closed", "left", "fresh", "stops")}})


def ready(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str) -> Ready:
    """The correction, ready to be kept. Raises 409.51 to 409.54, 400.8, 400.13."""
    case = correcting.open_case(unit, project_id, xml_form_id, instance_id)
    given = NewCorrectionShape().read(json_body())
    reasons = {place: (one["reason"], one["words"]) for place, one in given["reasons"].items()}
    if given["reason"]:
        places = (*given["values"], *given["added"], *given["removed"])
        reasons = {**dict.fromkeys(places, (given["reason"], given["words"])), **reasons}
    return correcting.make_ready(unit, project_id, case, _given(given), reasons, {}, given["seen"], _language())


@corrections.post(_ONE, prepare=ready, answers=(SubmissionShape, ExtendedSubmissionShape),
                  takes=NewCorrectionShape)
def save(unit: UnitOfWork, prepared: Ready, project_id: int, xml_form_id: str, instance_id: str):
    """The submission in its new version."""
    correcting.keep(unit, prepared, _language())
    unit.session.expire_all()
    record = records.find_record(unit, project_id, xml_form_id, instance_id)
    return dumped(unit, record)


def _given(typed: dict) -> Given:
    return Given({place: tuple(values) or ("",) for place, values in typed["values"].items()},
                 tuple(typed["added"]), tuple(typed["removed"]), typed["sought"])


def _told(found: tuple, language: str) -> list[tuple]:
    return [(place, finding, language) for place, finding in found]


def _language() -> str:
    return request.accept_languages.best_match(["en", "es"]) or "en"
