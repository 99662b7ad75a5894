"""Room of the parking lot's entrance: keeps whole, with its reason, what could not be taken.

It must not decide what is parked (`services/intake` does). People settle it through `services/admission`.
"""

import hashlib

from collector.domain.problems import Problem
from collector.services import blobs
from collector.services.unit import UnitOfWork
from collector.store.queries import parked


def park(unit: UnitOfWork, delivery, problem: Problem, form_id: int | None) -> bool:
    """Whether the delivery was parked. Strangers' are not: who has no key of ours could fill the disk. Nor tests."""
    if unit.actor.kind in ("anonymous", "draft") or delivery.sender.draft_token is not None:
        return False
    blobs.keep_all(unit, delivery.files.values())
    key, now, header = delivery.key, unit.now(), delivery.header
    row = parked.find_by_key(unit.session, key)
    if row is None:
        row = parked.add_parked(
            unit.session, project_id=delivery.project_id, key=key, form_id=form_id, code=str(problem.code),
            message_es=problem.es, message_en=problem.en, details=problem.details, xml=delivery.xml,
            xml_form_id=header.form_id if header else None, version=header.version if header else None,
            instance_id=header.instance_id if header else None, tries=1, created_at=now, state="waiting",
            deprecated_id=header.deprecated_id if header else None, submitter_id=unit.actor.id,
            device_id=delivery.sender.device_id or None, user_agent=delivery.sender.user_agent or None)
        unit.record("submission.park", project_id=delivery.project_id, form_id=form_id, target_id=row.id,
                    details={"code": problem.code, "instanceId": row.instance_id})
    else:
        row.tries += 1
        row.updated_at = now
        row.code, row.details = str(problem.code), problem.details
        row.message_es, row.message_en = problem.es, problem.en
        if row.state == "dismissed":
            row.state = "waiting"
    for name, blob in delivery.files.items():
        parked.add_file(unit.session, row.id, name, blob.sha256)
    unit.session.flush()
    return True


def files_with(unit: UnitOfWork, delivery) -> dict:
    """The delivery's files with those that came when the very same XML was parked, as long as its line is open."""
    row = parked.find_by_key(unit.session, delivery.key)
    if row is None or row.state == "admitted":
        return delivery.files
    kept = {file.name: blobs.find(unit, file.blob_sha256) for file in parked.list_files(unit.session, row.id)}
    return {**kept, **delivery.files}


def settle_same(unit: UnitOfWork, delivery, submission_id: int) -> None:
    """Nothing; when the very same XML was parked before and is taken now, its line is settled as admitted."""
    key = delivery.key
    row = parked.find_by_key(unit.session, key)
    if row is not None and row.state != "admitted":
        row.state, row.submission_id, row.settled_at = "admitted", submission_id, unit.now()
        unit.session.flush()


def key_of(project_id: int, xml: bytes) -> bytes:
    """SHA-256 over project and XML; a draft's test data is never parked."""
    return hashlib.sha256(f"{project_id}\n".encode() + xml).digest()
