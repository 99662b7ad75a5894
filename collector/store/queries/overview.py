"""Queries of the numbers on a project's first page.

It must not decide whose records count (`services/overview` hands in the forms).
"""

from datetime import datetime
from itertools import pairwise

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from collector.store.tables.submissions import Submission


def count_arrivals(session: Session, form_ids: tuple[int, ...], edges: list[datetime]) -> list[int]:
    """How many living records of these forms came between each edge and the next, in one pass over them."""
    if not form_ids:
        return [0] * (len(edges) - 1)
    at = Submission.created_at
    spans = [func.count().filter(and_(at >= begin, at < end)) for begin, end in pairwise(edges)]
    query = select(*spans).where(Submission.form_id.in_(form_ids), Submission.draft.is_(False),
                                 Submission.deleted_at.is_(None), at >= edges[0])
    return list(session.execute(query).one())
