"""Queries of sessions: those that work, and when their token was last used.

It must not know tokens. `services/sessions` and `services/phone_keys` call it.
"""

from datetime import datetime

from sqlalchemy import Row, func, or_, select, update
from sqlalchemy.orm import Session

from collector.store.tables.people import Actor, Grant
from collector.store.tables.people import Session as Pass


def list_open(session: Session, actor_id: int, now: datetime) -> list[Pass]:
    """Sessions of the actor that neither were ended nor are past their end, newest first."""
    return list(session.scalars(
        select(Pass).where(Pass.actor_id == actor_id, Pass.ended_at.is_(None),
                           or_(Pass.expires_at.is_(None), Pass.expires_at > now)).order_by(Pass.id.desc())))


def mark_used(session: Session, session_id: int, at: datetime) -> None:
    """Nothing; the token was used at this time."""
    session.execute(update(Pass).where(Pass.id == session_id).values(used_at=at),
                    execution_options={"synchronize_session": False})


def mark_end(session: Session, session_id: int, until: datetime) -> None:
    """Nothing; the token works until then."""
    session.execute(update(Pass).where(Pass.id == session_id).values(expires_at=until))


def reopen(session: Session, actor_id: int, ended_at: datetime) -> int:
    """How many sessions work again: those that were ended at this moment."""
    return session.execute(update(Pass).where(Pass.actor_id == actor_id, Pass.ended_at == ended_at)
                           .values(ended_at=None)).rowcount


def list_keys(session: Session, actor_ids: list[int]) -> list[Row]:
    """(actor_id, id, created_at, expires_at, used_at) of keys that were not ended, oldest first."""
    return list(session.execute(
        select(Pass.actor_id, Pass.id, Pass.created_at, Pass.expires_at, Pass.used_at)
        .where(Pass.actor_id.in_(actor_ids), Pass.ended_at.is_(None)).order_by(Pass.id)))


def is_last_administrator(session: Session, actor_id: int, role_id: int) -> bool:
    """Whether this user administers, and no other living one does without end."""
    query = (select(func.count()).select_from(Grant).join(Actor, Actor.id == Grant.actor_id)
             .where(Grant.role_id == role_id, Grant.place == "site", Actor.deleted_at.is_(None)))
    return bool(session.scalar(query.where(Actor.id == actor_id))) and not session.scalar(
        query.where(Actor.id != actor_id, Actor.expires_at.is_(None)))


def forget_token(session: Session, session_id: int) -> None:
    """Nothing; the token can no longer be shown, only recognised."""
    session.execute(update(Pass).where(Pass.id == session_id).values(token=None))
