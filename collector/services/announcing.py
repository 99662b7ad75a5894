"""Room where events become deliveries: which webhooks listen, and what they shall be told, written beside the event.

It must not send anything (`services/delivering`). Its acts run within the steps that follow an event, so each listening
webhook gets each event once, in the order in which they happened to a record.
"""

import uuid
from datetime import UTC, datetime

from collector.domain import webhooks as domain
from collector.domain.webhooks import COMPLETE, EDITED, RECEIVED
from collector.services.unit import UnitOfWork
from collector.store.queries import deliveries
from collector.store.queries import webhooks as queries


def tell(unit: UnitOfWork, event, _found=None) -> None:
    """Nothing; who listens to the event will be told."""
    unit.require_system()
    _queue(unit, event, event.action, event.id, event.at)


def after(keep):
    """The step `keep` of an arrival, and then who listens is told; also that all files came, when they came along."""
    def both(unit: UnitOfWork, event, found) -> None:
        keep(unit, event, found)
        tell(unit, event)
        if event.action in (RECEIVED, EDITED) and (event.details or {}).get("complete"):
            _queue(unit, event, COMPLETE, event.id, event.at)
    return both


def counting(keep):
    """The step `keep` that counts the files of a record; when they became complete that is an event of its own."""
    def both(unit: UnitOfWork, event, found) -> None:
        before = queries.files_of(unit.session, event.submission_id)
        keep(unit, event, found)
        expected, present = queries.files_of(unit.session, event.submission_id)
        if before[1] < before[0] and expected and present >= expected:
            number = unit.record(COMPLETE, project_id=event.project_id, form_id=event.form_id,
                                 submission_id=event.submission_id, actor_id=event.actor_id,
                                 details={"files": expected})
            _queue(unit, event, COMPLETE, number, unit.now())
    return both


def _queue(unit: UnitOfWork, event, action: str, event_id: int, at: datetime) -> None:
    listening = [hook for hook in queries.list_listening(unit.session, event.project_id)
                 if action in hook.events and hook.form_id in (None, event.form_id)]
    if not listening:
        return
    details = event.details or {}
    arrived = action != COMPLETE or event_id == event.id
    found = queries.find_told(unit.session, event.submission_id, details.get("versionId") if arrived else None)
    if found is None:
        return
    version = found[1]
    for hook in listening:
        uid = str(uuid.uuid4())
        told = domain.body(uid, action, moment(at), {"projectId": event.project_id, "xmlFormId": found[2],
                                                     "formVersion": found[3]},
                           _actor(unit, event.actor_id), _record(found), details)
        deliveries.add(unit.session, webhook_id=hook.id, event_id=event_id, uid=uid, action=action,
                       submission_id=event.submission_id, version_id=version.id,
                       body=domain.written(told).decode(), state="waiting", created_at=unit.now())
    unit.on_commit(unit.units.wake)


def moment(value: datetime | None) -> str | None:
    """A time as the API writes it."""
    if value is None:
        return None
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _actor(unit: UnitOfWork, number: int | None) -> dict | None:
    found = queries.find_actor(unit.session, number)
    return None if found is None else {"id": found.id, "type": found.kind, "displayName": found.name}


def _record(found) -> dict:
    one, version = found[0], found[1]
    return {"instanceId": one.instance_id, "submitterId": one.submitter_id, "deviceId": one.device_id,
            "reviewState": one.review_state, "createdAt": moment(one.created_at), "updatedAt": moment(one.updated_at),
            "edits": one.edits, "attachmentsExpected": one.files_expected, "attachmentsPresent": one.files_present,
            "currentVersion": {"instanceId": version.instance_id, "createdAt": moment(version.created_at)}}
