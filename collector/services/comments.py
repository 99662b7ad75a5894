"""Room of what people say to each other about a record: said, answered, read in threads.

It must not decide anything (`services/deciding`) nor reach the phone (`services/returns` does).
The API and the record's page call it; the history tells that something was said.
"""

from dataclasses import dataclass

from collector.domain import problems
from collector.services import records
from collector.services.unit import UnitOfWork
from collector.store.queries import comments as queries
from collector.store.tables.comments import Comment
from collector.store.tables.people import Actor

COMMENTED = "submission.comment.create"
LONGEST = 5000


@dataclass(frozen=True, slots=True)
class Thread:
    """A comment with what was answered to it, oldest first. Each: (comment, who said it)."""

    first: tuple[Comment, Actor | None]
    answers: tuple[tuple[Comment, Actor | None], ...]


def comment(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str, text: str,
            reply_to: int | None = None) -> Comment:
    """The comment; reply_to: number of the comment that it answers.

    Raises 404.1, 403.1, 400.2 (empty), 400.13 (longer than LONGEST), 400.22 (text that no database keeps).
    """
    record = records.find_record(unit, project_id, xml_form_id, instance_id, verb="comment.create")
    submission = record.submission
    if not text.strip():
        raise problems.missing_parameter("body")
    if len(text) > LONGEST:
        raise problems.too_long("body")
    if "\x00" in text:
        raise problems.unstorable(text)
    began = None
    if reply_to is not None:
        began = queries.find_comment(unit.session, submission.id, reply_to)
        if began is None:
            raise problems.not_found("El comentario", "The comment")
    row = queries.add_comment(
        unit.session, submission_id=submission.id, reply_to=began and (began.reply_to or began.id),
        actor_id=unit.actor.id, body=text, created_at=unit.now())
    unit.record(COMMENTED, project_id=project_id, form_id=submission.form_id, submission_id=submission.id,
                target_id=row.id, details={"commentId": row.id, "instanceId": submission.instance_id})
    return row


def list_comments(unit: UnitOfWork, project_id: int, xml_form_id: str, instance_id: str) -> list[tuple]:
    """[(comment, who)], newest first. Raises 404.1, 403.1."""
    record = records.find_record(unit, project_id, xml_form_id, instance_id)
    return queries.list_comments(unit.session, record.submission.id)


def threads(unit: UnitOfWork, record) -> list[Thread]:
    """The comments about a record that was found by `services/records`, in the order they were begun."""
    said = queries.list_comments(unit.session, record.submission.id)[::-1]
    below: dict[int, list] = {}
    for one in said:
        if one[0].reply_to is not None:
            below.setdefault(one[0].reply_to, []).append(one)
    return [Thread(one, tuple(below.get(one[0].id, ()))) for one in said if one[0].reply_to is None]
