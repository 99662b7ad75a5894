"""Queries of queues: the condition that a submission waits for something, or was decided today.

It must not narrow by anything else (`queries/records`) nor count (`queries/inbox`). What few records have at a time is
gathered from where it is kept; all else stands in the submission and its index.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, or_, select, text
from sqlalchemy.orm import aliased

from collector.store.queries import alike, findings
from collector.store.tables.returns import Return
from collector.store.tables.review import Decision
from collector.store.tables.submissions import MARKED, Submission

GATHERED = ("returned", "back", "alike", "today")
QUEUES = ("waiting", "unread", "findings", "files", "edited", "second", *GATHERED)
BACK = ("edit", "new")  # how a return is closed by what the phone sends
marked = text(f"({MARKED})")  # word for word as the partial index says it


def in_queue(queue: str, today: datetime | None = None, scopes: tuple = (), many: bool = False) -> ColumnElement[bool]:
    """The condition that a submission is in a queue. today: when the day of the project began; scopes: what who asks is
    limited to; many: that many are, so that each is looked up."""
    undecided = is_undecided()
    return {"waiting": lambda: undecided,
            "unread": lambda: and_(undecided, Submission.read_at.is_(None)),
            "findings": lambda: and_(marked, undecided, or_(findings.has_errors(), findings.has_warnings())),
            "files": lambda: and_(marked, undecided, Submission.files_present < Submission.files_expected),
            "edited": lambda: and_(marked, Submission.review_state == "edited"),
            "second": lambda: and_(marked, undecided, Submission.first_by.is_not(None)),
            "alike": lambda: alike.looks_alike(scopes) if many else Submission.id.in_(members(queue, today, scopes)),
            }.get(queue, lambda: Submission.id.in_(members(queue, today, scopes)))()


def members(queue: str, today: datetime | None, scopes: tuple = ()) -> Select:
    """The submissions of a queue that few are in at a time, some of them twice."""
    if queue == "returned":
        return select(Return.submission_id).where(Return.closed_at.is_(None))
    if queue == "back":
        return select(Return.submission_id).where(came_back())
    if queue == "alike":
        return alike.waiting(scopes)
    return select(Decision.submission_id).where(*_stands(), Decision.at >= today)


def is_undecided() -> ColumnElement[bool]:
    """The condition that nobody decided yet on the current version of a submission."""
    return or_(Submission.review_state.is_(None), Submission.review_state.in_(("received", "edited")))


def came_back() -> ColumnElement[bool]:
    """The condition that a return was closed by what the phone sent, and nobody decided or returned it since."""
    later = aliased(Return)
    returned = select(later.id).where(later.submission_id == Return.submission_id, later.id > Return.id,
                                      or_(later.how.is_(None), later.how != "withdrawn"))
    decided = select(Decision.id).where(Decision.submission_id == Return.submission_id,
                                        Decision.at >= Return.closed_at, *_stands())
    return and_(Return.closed_at.is_not(None), Return.how.in_(BACK), ~returned.exists(), ~decided.exists())


def _stands() -> tuple:
    """A decision that was not taken back, and did not itself take one back."""
    return Decision.undoes.is_(None), Decision.undone_at.is_(None), Decision.move != "reopen"
