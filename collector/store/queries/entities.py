"""Queries of entities: what stands in a list now, every version of it, where the versions came from.

It must not judge changes (`domain/entity`) nor know which submission wants what (`queries/entity_acts`).
`services/entity_versions` writes through it; lists for people and for the API read through it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, String, func, insert, literal_column, or_, select, update
from sqlalchemy.orm import Session

from collector.domain.entity import MOST_SEARCHED, Mark
from collector.domain.folded import fold
from collector.store.tables.datasets import Dataset
from collector.store.tables.entities import Entity, EntitySource, EntityVersion
from collector.store.tables.forms import Form
from collector.store.tables.people import Actor
from collector.store.tables.submissions import Submission

TOGETHER = 500  # identifiers asked for at once
_CONFLICT = literal_column("conflict IS NOT NULL")


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Which entities of a list; empty is no narrowing. conflict: any, soft or hard. values: {property: text}."""

    search: str = ""
    conflict: str = ""
    deleted: bool = False
    values: tuple[tuple[str, str], ...] = ()
    creators: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Versioned:
    """A version with where it came from. record: (project_id, xmlFormId, instanceId) of the submission that made it."""

    version: EntityVersion
    source: EntitySource
    creator: str | None
    record: tuple[int, str, str] | None


def find(session: Session, dataset_id: int, uuid: str) -> Entity | None:
    """The entity under this identifier, in the trash too, but not once it was purged; as it stands now."""
    return session.scalar(select(Entity).where(Entity.dataset_id == dataset_id, Entity.uuid == uuid,
                                               Entity.purged_at.is_(None)).execution_options(populate_existing=True))


def list_taken(session: Session, dataset_id: int, uuids: Sequence[str]) -> list[Row]:
    """(uuid, deleted_at) of those of these identifiers that are in the list, in the trash or were purged."""
    found = []
    for start in range(0, len(uuids), TOGETHER):
        found += session.execute(select(Entity.uuid, Entity.deleted_at).where(
            Entity.dataset_id == dataset_id, Entity.uuid.in_(uuids[start:start + TOGETHER])))
    return found


def list_by_uuid(session: Session, dataset_id: int, uuids: Sequence[str], deleted: bool = False) -> list[Entity]:
    """The entities with these identifiers that are living, or in the trash."""
    state = Entity.deleted_at.is_not(None) if deleted else Entity.deleted_at.is_(None)
    found: list[Entity] = []
    for start in range(0, len(uuids), TOGETHER):
        found += session.scalars(select(Entity).where(
            Entity.dataset_id == dataset_id, Entity.uuid.in_(uuids[start:start + TOGETHER]), state,
            Entity.purged_at.is_(None)).order_by(Entity.id))
    return found


def is_worded(session: Session, project_id: int, word: str) -> bool:
    """Whether a living entity of the project has this word in its label or values, folded."""
    query = (select(Entity.id).join(Dataset, Dataset.id == Entity.dataset_id)
             .where(Dataset.project_id == project_id, Dataset.deleted_at.is_(None), Entity.deleted_at.is_(None),
                    Entity.search.contains(word, autoescape=True)))
    return session.scalar(query.limit(1)) is not None


def list_labels(session: Session, dataset_id: int, limit: int) -> dict[str, str]:
    """{uuid: label} of the living ones, by label."""
    query = select(Entity.uuid, Entity.label).where(Entity.dataset_id == dataset_id, Entity.deleted_at.is_(None))
    return dict(tuple(row) for row in session.execute(query.order_by(Entity.label, Entity.id).limit(limit)))


def add_source(session: Session, **values) -> EntitySource:
    """The source written, with its number."""
    made = EntitySource(**values)
    session.add(made)
    session.flush()
    return made


def add(session: Session, entity: dict, version: dict) -> tuple[Entity, EntityVersion]:
    """The entity and its first version, written."""
    made = Entity(**entity)
    session.add(made)
    session.flush()
    first = EntityVersion(entity_id=made.id, **version)
    session.add(first)
    session.flush()
    return made, first


def add_many(session: Session, entities: list[dict], versions: list[dict]) -> None:
    """Nothing; the entities and their first versions, in the same order, of one list, are written."""
    if not entities:
        return
    session.execute(insert(Entity), entities)
    numbers = {}
    for start in range(0, len(entities), TOGETHER):
        some = [one["uuid"] for one in entities[start:start + TOGETHER]]
        numbers |= dict(session.execute(select(Entity.uuid, Entity.id).where(
            Entity.dataset_id == entities[0]["dataset_id"], Entity.uuid.in_(some))).all())
    session.execute(insert(EntityVersion), [
        {**version, "entity_id": numbers[one["uuid"]]} for one, version in zip(entities, versions, strict=True)])


def add_version(session: Session, entity: Entity, changes: dict, version: dict) -> EntityVersion:
    """The version written; the entity has these changes."""
    made = EntityVersion(entity_id=entity.id, **version)
    session.add(made)
    mark(session, entity, **changes)
    return made


def mark(session: Session, entity: Entity, **values) -> None:
    """Nothing; changes columns of the entity."""
    for name, value in values.items():
        setattr(entity, name, value)
    session.flush()


def mark_deleted(session: Session, numbers: Sequence[int], at: datetime | None) -> None:
    """Nothing; these entities lie in the trash since then, or are back."""
    for start in range(0, len(numbers), TOGETHER):
        session.execute(update(Entity).where(Entity.id.in_(numbers[start:start + TOGETHER])).values(deleted_at=at),
                        execution_options={"synchronize_session": "fetch"})


def list_marks(session: Session, entity_id: int) -> list[Mark]:
    """All versions of an entity, as far as lines of changes go, in their order."""
    return [Mark(*row) for row in session.execute(
        select(EntityVersion.version, EntityVersion.branch_id, EntityVersion.branch_base_version)
        .where(EntityVersion.entity_id == entity_id).order_by(EntityVersion.version))]


def find_version(session: Session, entity_id: int, version: int) -> EntityVersion | None:
    """One version of an entity by its number in it."""
    return session.scalar(select(EntityVersion).where(EntityVersion.entity_id == entity_id,
                                                      EntityVersion.version == version))


def list_versions(session: Session, entity_id: int) -> list[Versioned]:
    """All versions of an entity with where they came from, in their order."""
    query = (select(EntityVersion, EntitySource, Actor.name, Form.project_id, Form.xml_form_id, Submission.instance_id)
             .join(EntitySource, EntitySource.id == EntityVersion.source_id)
             .outerjoin(Actor, Actor.id == EntityVersion.creator_id)
             .outerjoin(Submission, Submission.id == EntitySource.submission_id)
             .outerjoin(Form, Form.id == Submission.form_id)
             .where(EntityVersion.entity_id == entity_id).order_by(EntityVersion.version))
    return [Versioned(version, source, creator, None if form is None else (project, form, instance))
            for version, source, creator, project, form, instance in session.execute(query)]


def list_entities(session: Session, dataset_id: int, narrowing: Narrowing = Narrowing(), limit: int = 50,
                  before: int | None = None) -> list[Entity]:
    """The entities of a list, newest first; before: the number of the last one of the page before."""
    query = select(Entity).where(*_narrowed(session, dataset_id, narrowing))
    if before is not None:
        query = query.where(Entity.id < before)
    return list(session.scalars(query.order_by(Entity.id.desc()).limit(limit)))


def count_entities(session: Session, dataset_id: int, narrowing: Narrowing = Narrowing()) -> int:
    """How many entities of a list."""
    return session.scalar(select(func.count(Entity.id)).where(*_narrowed(session, dataset_id, narrowing)))


def list_creators(session: Session, dataset_id: int) -> list[Actor]:
    """Who made the living entities of a list, by name."""
    made = select(Entity.creator_id).where(Entity.dataset_id == dataset_id, Entity.deleted_at.is_(None)).distinct()
    return list(session.scalars(select(Actor).where(Actor.id.in_(made)).order_by(Actor.name, Actor.id)))


def _narrowed(session: Session, dataset_id: int, asked: Narrowing) -> list:
    where = [Entity.dataset_id == dataset_id, Entity.purged_at.is_(None),
             Entity.deleted_at.is_not(None) if asked.deleted else Entity.deleted_at.is_(None)]
    where += [Entity.search.contains(word, autoescape=True) for word in fold(asked.search).split()]
    if asked.conflict:
        where.append(_CONFLICT)
    if asked.conflict in ("soft", "hard"):
        where.append(Entity.conflict == asked.conflict)
    if asked.creators:
        where.append(Entity.creator_id.in_(asked.creators))
    for name, text in asked.values:
        where += [or_(Entity.search.contains(fold(text), autoescape=True),
                      func.length(Entity.search) >= MOST_SEARCHED),
                  _value(session, name) == text]  # the first spares reading the values of most entities
    return where


def _value(session: Session, name: str):
    """What a property of an entity says, as text."""
    return Entity.data[name].as_string().cast(String)


def list_numbers(session: Session, uuids: Iterable[str]) -> list[Row]:
    """(uuid, dataset_id, label) of entities of any list with these identifiers, in the trash too: what values point at.
    """
    asked, found = list(uuids), []
    for start in range(0, len(asked), TOGETHER):
        found += session.execute(select(Entity.uuid, Entity.dataset_id, Entity.label).where(
            Entity.uuid.in_(asked[start:start + TOGETHER]), Entity.purged_at.is_(None)))
    return found
