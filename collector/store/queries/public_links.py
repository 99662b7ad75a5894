"""Queries of public links: those of a form with their token, and the one submission that a link may be for.

It must not know rights. `services/public_links` calls it.
"""

from datetime import datetime

from sqlalchemy import Row, and_, func, select, update
from sqlalchemy.orm import Session, aliased

from collector.store.tables.people import Actor
from collector.store.tables.people import Session as Pass
from collector.store.tables.public_links import PublicLink


def list_links(session: Session, form_id: int, link_id: int | None = None) -> list[Row]:
    """(actor, link, token or None, maker) of the living links of a form: those that work first, the newest before."""
    maker, newer = aliased(Actor), aliased(Pass)
    newest = (select(func.max(newer.id)).where(newer.actor_id == Actor.id, newer.ended_at.is_(None))
              .correlate(Actor).scalar_subquery())
    query = (select(Actor, PublicLink, Pass.token, maker).select_from(PublicLink)
             .join(Actor, Actor.id == PublicLink.actor_id)
             .outerjoin(Pass, and_(Pass.actor_id == Actor.id, Pass.id == newest))
             .outerjoin(maker, maker.id == Actor.created_by)
             .where(PublicLink.form_id == form_id, Actor.deleted_at.is_(None)))
    if link_id is not None:
        query = query.where(Actor.id == link_id)
    return list(session.execute(query.order_by(Pass.id.is_(None), Actor.id.desc())))


def count_working(session: Session, form_ids: list[int]) -> dict[int, int]:
    """How many links of each of these forms work; forms without any are left out."""
    return dict(map(tuple, session.execute(
        select(PublicLink.form_id, func.count(func.distinct(PublicLink.actor_id)))
        .join(Actor, Actor.id == PublicLink.actor_id).join(Pass, Pass.actor_id == Actor.id)
        .where(PublicLink.form_id.in_(form_ids), Actor.deleted_at.is_(None), Pass.ended_at.is_(None))
        .group_by(PublicLink.form_id))))


def find_form_id(session: Session, actor_id: int) -> int | None:
    """The form that a link is for."""
    return session.scalar(select(PublicLink.form_id).where(PublicLink.actor_id == actor_id))


def add_link(session: Session, actor_id: int, form_id: int, once: bool | None) -> None:
    """Nothing; the actor is a link to this form."""
    session.add(PublicLink(actor_id=actor_id, form_id=form_id, once=once))
    session.flush()


def spend(session: Session, actor_id: int, at: datetime) -> bool:
    """Whether the link takes one more submission: a link for one does so once, whoever asks at the same time."""
    taken = session.execute(update(PublicLink).where(
        PublicLink.actor_id == actor_id, PublicLink.once.is_(True), PublicLink.used_at.is_(None))
        .values(used_at=at), execution_options={"synchronize_session": False}).rowcount
    return bool(taken) or not session.scalar(select(PublicLink.once).where(PublicLink.actor_id == actor_id))
