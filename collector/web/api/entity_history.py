"""API of the past of entities: versions and what stands in conflict, what each changed, what was done.

It must not change anything (`web/api/entities`) nor compare versions itself (`services/entity_history`).
"""

from types import SimpleNamespace

from collector.services import entity_history as services
from collector.services import entity_tables
from collector.services.activity import Audit
from collector.services.datasets import find_dataset
from collector.services.entity_history import Past
from collector.services.unit import UnitOfWork
from collector.web.api.answers import Answer
from collector.web.api.requests import is_asked, is_extended, number_asked
from collector.web.api.schemas.audits import AuditShape
from collector.web.api.schemas.entities import EntityAuditShape, ExtendedPastShape, PastShape
from collector.web.api.schemas.people import ActorShape
from collector.web.api.schemas.shape import moment
from collector.web.blueprint import UnitBlueprint

history = UnitBlueprint("api_entity_history", __name__, dialect="json",
                        url_prefix="/v1/projects/<int:project_id>/datasets/<segment:list_name>/entities/<segment:uuid>")
_NUMBERS = ("submissionId", "submissionDefId", "sourceId", "instanceId", "xmlFormId")
_CHANGED = {"type": "array", "items": {"type": "object", "required": ["new", "propertyName"], "properties": {
    "old": {"type": "string"}, "new": {"type": "string"}, "propertyName": {"type": "string"}}}}
_DIFFS = Answer("What each version but the first changed, in order.", schema={"type": "array", "items": _CHANGED})


@history.get("/versions", asks="relevantToConflict", answers=[(PastShape, ExtendedPastShape)])
def list_versions(unit: UnitOfWork, project_id: int, list_name: str, uuid: str):
    """The versions of the entity, in their order; `relevantToConflict=true`: those that its open conflict is about."""
    found = services.list_past(unit, find_dataset(unit, project_id, list_name), uuid, is_asked("relevantToConflict"))
    who = entity_tables.actors(unit, (one.version for one in found)) if is_extended() else {}
    return (ExtendedPastShape if is_extended() else PastShape)(many=True).dump([_version(one, who) for one in found])


@history.get("/diffs", answers=_DIFFS)
def list_differences(unit: UnitOfWork, project_id: int, list_name: str, uuid: str):
    """What each version but the first changed, in order; `old` is not there where nothing was said before."""
    return services.list_differences(unit, find_dataset(unit, project_id, list_name), uuid)


@history.get("/audits", asks="limit offset", answers=[EntityAuditShape])
def list_audits(unit: UnitOfWork, project_id: int, list_name: str, uuid: str):
    """What was done to the entity, newest first, with what caused it."""
    found = services.list_acts(unit, find_dataset(unit, project_id, list_name), uuid, number_asked("limit"),
                               number_asked("offset") or 0)
    return [_audit(act, {"source": _source(past)} if past else {}) for act, past in found]


def _version(one: Past, who: dict) -> SimpleNamespace:
    version, standing = one.version, one.standing
    return SimpleNamespace(
        label=version.label, current=one.newest, created_at=version.created_at, creator_id=version.creator_id,
        user_agent=version.user_agent, version=version.version, base_version=version.base_version,
        branch_id=version.branch_id, trunk_version=version.trunk_version,
        branch_base_version=version.branch_base_version, conflicting=version.conflicting, data=version.data,
        received=version.received, conflict=version.conflict, resolved=standing.resolved,
        last_good=standing.last_good, relevant=standing.relevant, base_diff=standing.base_diff,
        server_diff=standing.server_diff, source=_source(one), creator=who.get(version.creator_id))


def _source(one: Past) -> dict:
    """Where a version comes from: the submission with what was done to it, the file of many, or nothing."""
    source = one.versioned.source
    if source.kind == "bulk":
        return {"name": source.name, "size": source.size, "userAgent": one.version.user_agent,
                **({"count": one.event.event.details.get("count")} if one.event else {})}
    if source.submission_id is None or one.hidden:
        return {}
    told = {"submission": _submission(one)}
    return {"event": _audit(one.event, {}), **told} if one.event else told


def _submission(one: Past) -> dict:
    sent = one.sent
    if sent is None:
        return {"instanceId": one.versioned.record[2]} if one.versioned.record else {}
    submitter = ActorShape().dump(sent.submitter) if sent.submitter else None
    told = {"instanceId": sent.instance_id, "createdAt": moment(sent.created_at), "submitter": submitter}
    if sent.gone:
        return told
    return {**told, "xmlFormId": sent.xml_form_id, "submitterId": submitter and submitter["id"],
            "deviceId": sent.device_id, "reviewState": sent.review_state, "updatedAt": moment(sent.updated_at),
            "currentVersion": {"instanceId": sent.instance_id, "instanceName": sent.name, "submitter": submitter}}


def _audit(act: Audit, more: dict) -> dict:
    """An act with who did it; numbers of what is told beside it are left out."""
    told = AuditShape().dump(act)
    hidden = _NUMBERS if act.event.action.startswith("entity.") else ()
    details = {name: value for name, value in (told["details"] or {}).items() if name not in hidden}
    return {**told, "details": {**details, **more}, "actor": ActorShape().dump(act.actor) if act.actor else None}
