"""Queries of re-checks: one begun, its next batch, how far it is.

It must not check anything (`services/rechecking`).
"""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from collector.store.tables.findings import Recheck
from collector.store.tables.submissions import Submission


def begin(session: Session, form_id: int, at: datetime) -> Recheck:
    """A re-check of all that was sent to the form by now; one that is under way ends, since this one begins anew."""
    session.execute(update(Recheck).where(Recheck.form_id == form_id, Recheck.ended_at.is_(None)).values(ended_at=at))
    total = session.scalar(select(func.count(Submission.id)).where(*_of_form(form_id)))
    row = Recheck(form_id=form_id, total=total, done=0, after=0, created_at=at)
    session.add(row)
    session.flush()
    return row


def find_open(session: Session, event_id: int) -> Recheck | None:
    """The re-check that this event began, as long as it has not ended."""
    return session.scalar(select(Recheck).where(Recheck.event_id == event_id, Recheck.ended_at.is_(None)))


def find_last(session: Session, form_id: int) -> Recheck | None:
    """The newest re-check of a form, under way or ended."""
    return session.scalar(select(Recheck).where(Recheck.form_id == form_id).order_by(Recheck.id.desc()).limit(1))


def list_next(session: Session, form_id: int, after: int, limit: int) -> list[int]:
    """The next submissions of a form, by number."""
    query = select(Submission.id).where(*_of_form(form_id), Submission.id > after).order_by(Submission.id)
    return list(session.scalars(query.limit(limit)))


def go_on(session: Session, row: Recheck, after: int, done: int) -> None:
    """Nothing; so many more were looked at, up to this submission."""
    row.after, row.done = after, row.done + done
    session.flush()


def end(session: Session, row: Recheck, at: datetime) -> None:
    """Nothing; all of them were looked at."""
    row.ended_at = at
    session.flush()


def _of_form(form_id: int) -> tuple:
    return Submission.form_id == form_id, Submission.draft.is_(False), Submission.purged_at.is_(None)
