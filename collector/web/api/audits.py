"""API of the history in ODK Central's shape: all of it, and that of one submission.

It must not read events (`services/activity`, `services/records`).
"""

from datetime import UTC, datetime

from flask import request

from collector.domain import problems
from collector.services import activity, records
from collector.services.unit import UnitOfWork
from collector.web.api.requests import is_extended, number_asked
from collector.web.api.schemas.audits import AuditShape, ExtendedAuditShape
from collector.web.blueprint import UnitBlueprint

audits = UnitBlueprint("api_audits", __name__, url_prefix="/v1", dialect="json")


@audits.get("/audits",
            answers=[(AuditShape, ExtendedAuditShape)], asks="action start end limit offset")
def list_all(unit: UnitOfWork):
    """Newest first. Asked by action (one, or the word of a whole kind), start, end, limit, offset."""
    found = activity.list_audits(unit, request.args.get("action", ""), _moment("start"), _moment("end"),
                                 number_asked("limit"), number_asked("offset") or 0)
    return _shape().dump(found)


@audits.get("/projects/<int:project_id>/forms/<segment:xml_form_id>/submissions/<segment:instance_id>/audits",
            answers=[(AuditShape, ExtendedAuditShape)])
def list_of_submission(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str):
    """What happened to the submission, newest first."""
    record = records.find_record(unit, project_id, xml_form_id, instance_id)
    return _shape().dump(activity.list_of_record(unit, record))


def _shape():
    return (ExtendedAuditShape if is_extended() else AuditShape)(many=True)


def _moment(name: str) -> datetime | None:
    """A time of the query; one without a zone is UTC. Raises 400.11."""
    text = request.args.get(name)
    if not text:
        return None
    try:
        given = datetime.fromisoformat(text.strip().replace(" ", "+").removesuffix("z").removesuffix("Z"))
        return given.astimezone(UTC) if given.tzinfo else given.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise problems.wrong_type(name, text, "a time in ISO 8601") from None
