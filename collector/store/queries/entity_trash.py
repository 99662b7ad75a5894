"""Queries that empty entities and lists that lay in the trash for their time.

They must not ask how long that is (`services/purging`). The line of an entity stays with its identifier, which is not
given again, and the line of a list with its name: the history points at them.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row, delete, select, update
from sqlalchemy.orm import Session

from collector.store.tables.datasets import Dataset
from collector.store.tables.entities import Entity, EntityAct, EntityVersion

_APART = {"synchronize_session": False}


def list_due(session: Session, before: datetime, limit: int) -> list[int]:
    """Numbers of entities that were put into the trash before that, the longest there first."""
    return list(session.scalars(
        select(Entity.id).where(Entity.deleted_at < before, Entity.purged_at.is_(None))
        .order_by(Entity.deleted_at, Entity.id).limit(limit)))


def list_due_datasets(session: Session, before: datetime) -> list[int]:
    """Numbers of lists that were put into the trash before that."""
    return list(session.scalars(select(Dataset.id).where(
        Dataset.deleted_at < before, Dataset.purged_at.is_(None)).order_by(Dataset.deleted_at, Dataset.id)))


def list_of_dataset(session: Session, dataset_id: int, limit: int) -> list[int]:
    """Numbers of the next entities of a list that are not emptied, in the trash or not."""
    return list(session.scalars(select(Entity.id).where(
        Entity.dataset_id == dataset_id, Entity.purged_at.is_(None)).order_by(Entity.id).limit(limit)))


def lock_due(session: Session, numbers: Sequence[int]) -> list[Row]:
    """[(number, uuid, dataset_id)] of those of these entities that are in the trash still, or whose list is; nobody
    else changes them now."""
    query = (select(Entity.id, Entity.uuid, Entity.dataset_id).join(Dataset, Dataset.id == Entity.dataset_id)
             .where(Entity.id.in_(numbers), Entity.purged_at.is_(None),
                    Entity.deleted_at.is_not(None) | Dataset.deleted_at.is_not(None))
             .order_by(Entity.id).with_for_update(of=Entity))
    return list(session.execute(query))


def lock_dataset(session: Session, dataset_id: int) -> Dataset | None:
    """The list, when it is in the trash still; nobody else changes it now."""
    return session.scalar(select(Dataset).where(
        Dataset.id == dataset_id, Dataset.deleted_at.is_not(None), Dataset.purged_at.is_(None))
        .with_for_update().execution_options(populate_existing=True))


def empty_entities(session: Session, numbers: Sequence[int], at: datetime) -> None:
    """Nothing; of these entities nothing is left but that they were there."""
    versions = select(EntityVersion.id).where(EntityVersion.entity_id.in_(numbers))
    session.execute(update(EntityAct).where(EntityAct.entity_version_id.in_(versions)).values(entity_version_id=None),
                    execution_options=_APART)
    session.execute(delete(EntityVersion).where(EntityVersion.entity_id.in_(numbers)), execution_options=_APART)
    session.execute(update(Entity).where(Entity.id.in_(numbers)).values(
        label="", data={}, search="", latitude=None, longitude=None, conflict=None, creator_id=None, deleted_at=at,
        purged_at=at), execution_options=_APART)


def empty_dataset(session: Session, dataset: Dataset, at: datetime) -> None:
    """Nothing; of the list, whose entities are emptied, nothing is left but that it was there."""
    session.execute(delete(EntityAct).where(EntityAct.dataset_id == dataset.id, EntityAct.state != "done"),
                    execution_options=_APART)
    dataset.mandates = dataset.access_filter = None
    dataset.purged_at = at
    session.flush()
