"""Queries of what entities point at each other: values that hold another entity's identifier, from both ends.

It must not read values as anything else. `services/entity_links` asks; pages lead from one to the other.
"""

from collections.abc import Iterable

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from collector.store.tables.datasets import Dataset
from collector.store.tables.entities import Entity


def list_named(session: Session, project_id: int, uuids: Iterable[str]) -> list[Row]:
    """(uuid, name of the list, label) of living entities of a project with these identifiers."""
    query = (select(Entity.uuid, Dataset.name, Entity.label).join(Dataset, Dataset.id == Entity.dataset_id)
             .where(Dataset.project_id == project_id, Dataset.deleted_at.is_(None), Entity.deleted_at.is_(None),
                    Entity.uuid.in_(list(uuids))))
    return list(session.execute(query))


def list_pointing(session: Session, project_id: int, uuid: str, limit: int) -> list[Row]:
    """(uuid, name of the list, label, data) of living entities of a project whose values hold this identifier, the
    newest first."""
    query = (select(Entity.uuid, Dataset.name, Entity.label, Entity.data)
             .join(Dataset, Dataset.id == Entity.dataset_id)
             .where(Dataset.project_id == project_id, Dataset.deleted_at.is_(None), Entity.deleted_at.is_(None),
                    Entity.search.contains(uuid))
             .order_by(Entity.id.desc()).limit(limit))
    return list(session.execute(query))
