"""Queries of comments: said about a record, listed with who said it.

They must not say who may comment (`services/comments`).
"""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from collector.store.tables.comments import Comment
from collector.store.tables.people import Actor


def add_comment(session: Session, **values) -> Comment:
    """The comment, with its number."""
    row = Comment(**values)
    session.add(row)
    session.flush()
    return row


def find_comment(session: Session, submission_id: int, number: int) -> Comment | None:
    """A comment about this submission."""
    return session.scalar(select(Comment).where(Comment.submission_id == submission_id, Comment.id == number))


def list_comments(session: Session, submission_id: int) -> list[tuple[Comment, Actor | None]]:
    """(comment, who said it), newest first."""
    query = (select(Comment, Actor).outerjoin(Actor, Actor.id == Comment.actor_id)
             .where(Comment.submission_id == submission_id).order_by(Comment.id.desc()))
    return [tuple(row) for row in session.execute(query)]


def count_comments(session: Session, submission_id: int) -> int:
    """How many comments there are about a submission."""
    return session.scalar(select(func.count(Comment.id)).where(Comment.submission_id == submission_id))
