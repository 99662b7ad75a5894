"""Queries that entities are read with row by row, by OData, as CSV, as GeoJSON and as the API's list.

It must not know names or shapes of OData (`domain/odata`). Pages in the order of making are keyed, so the last one
costs what the first does. `services/entity_tables` reads through it.
"""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.orm import Session

from collector.domain.folded import fold
from collector.domain.odata.conditions import DELETED, Condition, fields_of
from collector.store.queries.conditions import ENTITIES, column_of, holds
from collector.store.tables.entities import Entity, EntityVersion
from collector.store.tables.people import Actor


class Wanted(NamedTuple):
    """Which entities of a list. search: words. deleted: those in the trash; else the trash is left out unless the
    filter asks about it. What was purged always is left out."""

    dataset_id: int
    filter: Condition | None = None
    search: str = ""
    deleted: bool = False


def list_rows(session: Session, wanted: Wanted, below: int | None, limit: int, skip: int = 0) -> list[Row]:
    """(id, uuid, label, data, version, conflict, created_at, updated_at, deleted_at, creator_id, creator's name) of the
    next entities below a number, newest first."""
    query = _narrowed(session, _rows(), wanted)
    if below is not None:
        query = query.where(Entity.id < below)
    return list(session.execute(query.order_by(Entity.id.desc()).limit(limit).offset(skip or None)))


def list_ordered(session: Session, wanted: Wanted, order: tuple[tuple[str, bool], ...], limit: int,
                 skip: int) -> list[Row]:
    """The same in another order; nothing is less than anything, as in ODK Central."""
    clauses = [column_of(field, ENTITIES).desc().nulls_last() if falling
               else column_of(field, ENTITIES).asc().nulls_first() for field, falling in order]
    clauses.append(Entity.id.desc() if order[0][1] else Entity.id.asc())
    return list(session.execute(_narrowed(session, _rows(), wanted).order_by(*clauses).limit(limit)
                                .offset(skip or None)))


def list_heads(session: Session, wanted: Wanted, below: int | None, limit: int) -> list[Row]:
    """(entity's columns without data, its newest version's columns without data) of the next entities, newest first."""
    query = _narrowed(session, select(
        Entity.id, Entity.uuid, Entity.created_at, Entity.updated_at, Entity.deleted_at, Entity.creator_id,
        Entity.conflict, Entity.label, Entity.version, EntityVersion.created_at.label("version_at"),
        EntityVersion.creator_id.label("version_by"), EntityVersion.user_agent, EntityVersion.base_version,
        EntityVersion.branch_id, EntityVersion.trunk_version, EntityVersion.branch_base_version,
        EntityVersion.conflicting)
        .join(EntityVersion, (EntityVersion.entity_id == Entity.id) & (EntityVersion.version == Entity.version)),
        wanted)
    if below is not None:
        query = query.where(Entity.id < below)
    return list(session.execute(query.order_by(Entity.id.desc()).limit(limit)))


def list_actors(session: Session, numbers: Iterable[int]) -> dict[int, Actor]:
    """{number: actor} of these."""
    wanted = set(numbers)
    return {one.id: one for one in session.scalars(select(Actor).where(Actor.id.in_(wanted)))} if wanted else {}


def count(session: Session, wanted: Wanted) -> int:
    """How many entities it is."""
    return session.scalar(_narrowed(session, select(func.count(Entity.id)), wanted)) or 0


def find_number(session: Session, dataset_id: int, uuid: str) -> int | None:
    """The number of an entity, in the trash or not."""
    return session.scalar(select(Entity.id).where(Entity.dataset_id == dataset_id, Entity.uuid == uuid))


def _rows() -> Select:
    return select(Entity.id, Entity.uuid, Entity.label, Entity.data, Entity.version, Entity.conflict, Entity.created_at,
                  Entity.updated_at, Entity.deleted_at, Entity.creator_id, Actor.name.label("creator")
                  ).outerjoin(Actor, Actor.id == Entity.creator_id)


def _narrowed(session: Session, query: Select, wanted: Wanted) -> Select:
    asked = wanted.filter
    query = query.where(Entity.dataset_id == wanted.dataset_id, Entity.purged_at.is_(None))
    if wanted.deleted:
        query = query.where(Entity.deleted_at.is_not(None))
    elif asked is None or DELETED not in fields_of(asked):
        query = query.where(Entity.deleted_at.is_(None))
    for word in fold(wanted.search).split():
        query = query.where(or_(Entity.search.contains(word, autoescape=True),
                                Entity.uuid.contains(word, autoescape=True)))
    return query if asked is None else query.where(holds(asked, session.get_bind().dialect.name, ENTITIES))
