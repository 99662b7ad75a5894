"""Room of a record's state as ODK Central sets it, and of the trash. Decisions are `services/deciding`'s.

It must not change answers (an edit is a further version, through `services/intake`).
The API and the pages call it; the history shows what was done here.
"""

from collector.services import deciding, records
from collector.services.unit import UnitOfWork
from collector.store.queries import alike
from collector.store.queries import records as queries
from collector.store.queries.records import Record


def decide(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str, state: str | None) -> Record:
    """The record, in this review state from now on; None is 'received'. Raises 404.1, 403.1, 400.8, 409.32."""
    return deciding.set_state(unit, project_id, xml_form_id, instance_id, state)


def delete(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str, draft: bool = False) -> None:
    """Nothing; the record lies in the trash. Raises 404.1, 403.1."""
    record = records.find_record(unit, project_id, xml_form_id, instance_id, draft, "submission.delete")
    _mark_deleted(unit, project_id, record, "submission.delete", unit.now())


def restore(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str) -> None:
    """Nothing; the record is back from the trash. Raises 404.1, 403.1."""
    record = records.find_record(unit, project_id, xml_form_id, instance_id, verb="submission.restore", deleted=True)
    _mark_deleted(unit, project_id, record, "submission.restore", None)


def _mark_deleted(unit: UnitOfWork, project_id: int, record: Record, action: str, at) -> None:
    submission = record.submission
    queries.mark_submission(unit.session, submission.id, deleted_at=at)
    alike.refresh_of(unit.session, [submission.id])
    unit.record(action, project_id=project_id, form_id=submission.form_id, submission_id=submission.id,
                details={"instanceId": submission.instance_id})
