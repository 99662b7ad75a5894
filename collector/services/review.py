"""Room of what people say about a record, and of the trash. Decisions are `services/deciding`'s.

It must not change answers (an edit is a further version, through `services/intake`).
The API and the pages call it; the history shows what was done here.
"""

from collector.domain import problems
from collector.services import deciding, records
from collector.services.unit import UnitOfWork
from collector.store.queries import events
from collector.store.queries import records as queries
from collector.store.queries.records import Record

COMMENT = "comment.create"


def decide(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str, state: str | None) -> Record:
    """The record, in this review state from now on; None is 'received'. Raises 404.1, 403.1, 400.8, 409.32."""
    return deciding.set_state(unit, project_id, xml_form_id, instance_id, state)


def comment(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str, text: str) -> None:
    """Nothing; the comment stands in the record's history. Raises 404.1, 403.1, 400.2 (empty)."""
    record = records.find_record(unit, project_id, xml_form_id, instance_id, verb="comment.create")
    if not text.strip():
        raise problems.missing_parameter("body")
    unit.record(COMMENT, project_id=project_id, form_id=record.submission.form_id,
                submission_id=record.submission.id, details={"body": text})


def list_comments(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str) -> list[tuple]:
    """[(event, who)] of the comments, newest first; the text is details["body"]. Raises 404.1, 403.1."""
    record = records.find_record(unit, project_id, xml_form_id, instance_id)
    return events.list_with_actors(unit.session, record.submission.id, COMMENT)


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
    unit.record(action, project_id=project_id, form_id=submission.form_id, submission_id=submission.id,
                details={"instanceId": submission.instance_id})
