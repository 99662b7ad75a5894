"""Queries of the numbers on a project's first page.

It must not decide whose records count (`services/overview` hands in the forms).
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from collector.store.tables.submissions import Submission


def list_arrivals(session: Session, form_ids: tuple[int, ...], since: datetime) -> list[datetime]:
    """When each living record of these forms came, since a moment."""
    if not form_ids:
        return []
    return list(session.scalars(
        select(Submission.created_at).where(Submission.form_id.in_(form_ids), Submission.draft.is_(False),
                                            Submission.deleted_at.is_(None), Submission.created_at >= since)))
