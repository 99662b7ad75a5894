"""Queries of phones: app users with their token, who made them, and what they were last seen with.

It must not know what is in a QR code (`domain/formats/settings_qr`). `services/phones` calls it.
"""

from datetime import datetime

from sqlalchemy import Row, and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from collector.store.tables.people import Actor, Grant, Sighting
from collector.store.tables.people import Session as Pass


def list_phones(session: Session, project_id: int, role_id: int, phone_id: int | None = None) -> list[Row]:
    """(actor, token or None, maker, last seen, has role in the whole project) of living phones, newest first."""
    maker = aliased(Actor)
    seen = (select(func.max(Sighting.seen_at)).where(Sighting.actor_id == Actor.id).correlate(Actor)
            .scalar_subquery())
    whole = exists().where(Grant.actor_id == Actor.id, Grant.role_id == role_id, Grant.place == "project",
                           Grant.place_id == Actor.project_id).correlate(Actor)
    query = (select(Actor, Pass.token, maker, seen.label("seen"), whole.label("whole"))
             .outerjoin(Pass, and_(Pass.actor_id == Actor.id, Pass.ended_at.is_(None)))
             .outerjoin(maker, maker.id == Actor.created_by)
             .where(Actor.project_id == project_id, Actor.kind == "field_key", Actor.deleted_at.is_(None)))
    if phone_id is not None:
        query = query.where(Actor.id == phone_id)
    return list(session.execute(query.order_by(Actor.id.desc())))


def find_phone(session: Session, phone_id: int) -> Actor | None:
    """The living phone with this number, of any project."""
    return session.scalar(select(Actor).where(Actor.id == phone_id, Actor.kind == "field_key",
                                              Actor.deleted_at.is_(None)))


def find_ended(session: Session, phone_id: int) -> Actor | None:
    """The phone with this number, withdrawn or not."""
    return session.scalar(select(Actor).where(Actor.id == phone_id, Actor.kind == "field_key"))


def list_sightings(session: Session, phone_id: int) -> list[Sighting]:
    """The devices a phone's key was used on, last seen first."""
    return list(session.scalars(select(Sighting).where(Sighting.actor_id == phone_id)
                                .order_by(Sighting.seen_at.desc())))


def last_seen(session: Session, phone_id: int) -> datetime | None:
    """When the phone's key was last used."""
    return session.scalar(select(func.max(Sighting.seen_at)).where(Sighting.actor_id == phone_id))
