"""Queries of datasets: the lists of a project, their properties, which forms write and read them.

It must not know entities beyond their numbers (`queries/entities`). `services/datasets` and `services/dataset_uses`
call it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, delete, func, select, update
from sqlalchemy.orm import Session

from collector.store.tables.datasets import Dataset, DatasetProperty, DatasetUse
from collector.store.tables.entities import Entity
from collector.store.tables.forms import Form, FormMedia, FormVersion


@dataclass(frozen=True, slots=True)
class Tally:
    """What a list of datasets shows beside one. last_entity: when the newest was made."""

    entities: int
    conflicts: int
    last_entity: datetime | None


def list_datasets(session: Session, project_id: int, deleted: bool = False) -> list[Dataset]:
    """The living datasets of a project by name, or those in the trash."""
    where = Dataset.deleted_at.is_not(None) & Dataset.purged_at.is_(None) if deleted else Dataset.deleted_at.is_(None)
    return list(session.scalars(select(Dataset).where(Dataset.project_id == project_id, where)
                                .order_by(Dataset.folded, Dataset.id)))


def list_of_projects(session: Session, project_ids: Iterable[int]) -> list[Dataset]:
    """The living datasets of these projects by name."""
    return list(session.scalars(select(Dataset).where(
        Dataset.project_id.in_(list(project_ids)), Dataset.deleted_at.is_(None))
        .order_by(Dataset.folded, Dataset.id)))


def find_dataset(session: Session, project_id: int, name: str) -> Dataset | None:
    """The living dataset of just this name."""
    return session.scalar(select(Dataset).where(Dataset.project_id == project_id, Dataset.folded == name.casefold(),
                                                Dataset.name == name, Dataset.deleted_at.is_(None)))


def find_folded(session: Session, project_id: int, name: str) -> Dataset | None:
    """The living dataset of this name, however it is capitalised."""
    return session.scalar(select(Dataset).where(Dataset.project_id == project_id, Dataset.folded == name.casefold(),
                                                Dataset.deleted_at.is_(None)))


def find_by_id(session: Session, dataset_id: int) -> Dataset | None:
    """A dataset by its number, in the trash too."""
    return session.get(Dataset, dataset_id)


def find_to_change(session: Session, dataset_id: int) -> Dataset | None:
    """The dataset as it is now; who else wants to change it or its entities waits for this transaction."""
    return session.scalar(select(Dataset).where(Dataset.id == dataset_id).with_for_update()
                          .execution_options(populate_existing=True))


def add_dataset(session: Session, **values) -> Dataset:
    """The dataset written, with its number. values: columns but `folded`."""
    made = Dataset(folded=values["name"].casefold(), **values)
    session.add(made)
    session.flush()
    return made


def mark(session: Session, dataset: Dataset, **values) -> None:
    """Nothing; changes columns of the dataset."""
    for name, value in values.items():
        setattr(dataset, name, value)
    session.flush()


def bump(session: Session, dataset_id: int) -> None:
    """Nothing; what phones hold of this list is older than what stands here."""
    session.execute(update(Dataset).where(Dataset.id == dataset_id).values(edition=Dataset.edition + 1),
                    execution_options={"synchronize_session": False})


def list_properties(session: Session, dataset_id: int) -> list[DatasetProperty]:
    """The published properties of a dataset, in the order they came."""
    return list(session.scalars(
        select(DatasetProperty).where(DatasetProperty.dataset_id == dataset_id,
                                      DatasetProperty.published_at.is_not(None)).order_by(DatasetProperty.id)))


def find_property(session: Session, dataset_id: int, name: str) -> DatasetProperty | None:
    """The property of this name, however it is capitalised."""
    return session.scalar(select(DatasetProperty).where(DatasetProperty.dataset_id == dataset_id,
                                                        DatasetProperty.folded == name.casefold()))


def add_property(session: Session, dataset_id: int, name: str, published_at: datetime | None) -> DatasetProperty:
    """The property written, with its number."""
    made = DatasetProperty(dataset_id=dataset_id, name=name, folded=name.casefold(), published_at=published_at)
    session.add(made)
    session.flush()
    return made


def drop_property(session: Session, property_id: int) -> None:
    """Nothing; the property is gone, and what former versions of forms wrote into it."""
    session.execute(delete(DatasetUse).where(DatasetUse.property_id == property_id))
    session.execute(delete(DatasetProperty).where(DatasetProperty.id == property_id))


def tallies(session: Session, dataset_ids: Iterable[int]) -> dict[int, Tally]:
    """{dataset: its numbers}; every asked one is there."""
    wanted = list(dataset_ids)
    found = {number: Tally(count, conflicts, last) for number, count, conflicts, last in session.execute(
        select(Entity.dataset_id, func.count(), func.count(Entity.conflict), func.max(Entity.created_at))
        .where(Entity.dataset_id.in_(wanted), Entity.deleted_at.is_(None)).group_by(Entity.dataset_id))}
    return {number: found.get(number, Tally(0, 0, None)) for number in wanted}


def replace_uses(session: Session, version_id: int, uses: list[dict]) -> None:
    """Nothing; what this version of a form writes is just this. uses: columns of DatasetUse but version_id."""
    session.execute(delete(DatasetUse).where(DatasetUse.version_id == version_id))
    session.add_all([DatasetUse(version_id=version_id, **one) for one in uses])
    session.flush()


def list_sources(session: Session, dataset_ids: Iterable[int]) -> list[Row]:
    """(dataset_id, property_id or None, xml_form_id, title) of living forms whose current version writes them."""
    return list(session.execute(
        select(DatasetUse.dataset_id, DatasetUse.property_id, Form.xml_form_id, FormVersion.title)
        .join(FormVersion, FormVersion.id == DatasetUse.version_id)
        .join(Form, Form.current_version_id == FormVersion.id)
        .where(DatasetUse.dataset_id.in_(list(dataset_ids)), Form.deleted_at.is_(None))
        .order_by(DatasetUse.dataset_id, FormVersion.title, Form.id, DatasetUse.id)))


def list_readers(session: Session, dataset_ids: Iterable[int]) -> list[Row]:
    """(dataset_id, xml_form_id, title) of living forms whose current version reads them as a file."""
    return list(session.execute(
        select(FormMedia.dataset_id, Form.xml_form_id, FormVersion.title).distinct()
        .join(FormVersion, FormVersion.id == FormMedia.version_id)
        .join(Form, Form.current_version_id == FormVersion.id)
        .where(FormMedia.dataset_id.in_(list(dataset_ids)), Form.deleted_at.is_(None))
        .order_by(FormMedia.dataset_id, FormVersion.title, Form.xml_form_id)))


def list_fetched(session: Session) -> list[Dataset]:
    """The living datasets that the current version of a living form reads as a file."""
    read = (select(FormMedia.dataset_id).join(Form, Form.current_version_id == FormMedia.version_id)
            .where(FormMedia.dataset_id.is_not(None), Form.deleted_at.is_(None)))
    return list(session.scalars(select(Dataset).where(Dataset.id.in_(read), Dataset.deleted_at.is_(None))
                                .order_by(Dataset.id)))


def is_in_use(session: Session, dataset_id: int) -> bool:
    """Whether the current version or draft of a living form writes or reads the dataset."""
    writing = select(DatasetUse.version_id).where(DatasetUse.dataset_id == dataset_id)
    reading = select(FormMedia.version_id).where(FormMedia.dataset_id == dataset_id)
    used = writing.union(reading)
    return session.scalar(select(Form.id).where(
        Form.deleted_at.is_(None), Form.current_version_id.in_(used) | Form.draft_version_id.in_(used)).limit(1)
    ) is not None


def filled(session: Session, dataset_id: int, name: str, limit: int) -> tuple[int, list[tuple[str, str]]]:
    """(how many living entities have a value in a property, (uuid, label) of the first of them)."""
    where = (Entity.dataset_id == dataset_id) & Entity.deleted_at.is_(None) & (
        func.coalesce(Entity.data[name].as_string(), "") != "")
    total = session.scalar(select(func.count(Entity.id)).where(where))
    first = session.execute(select(Entity.uuid, Entity.label).where(where).order_by(Entity.id).limit(limit))
    return total, [(uuid, label) for uuid, label in first]


def list_rows(session: Session, dataset_id: int, after: int, limit: int, owner: int | None = None,
              matching: dict[str, str] | None = None) -> list[Row]:
    """(id, uuid, label, version, data) of living entities by id, those after one. owner: only what that actor made;
    matching: only where these properties have these values."""
    query = (select(Entity.id, Entity.uuid, Entity.label, Entity.version, Entity.data)
             .where(Entity.dataset_id == dataset_id, Entity.deleted_at.is_(None), Entity.id > after))
    if owner is not None:
        query = query.where(Entity.creator_id == owner)
    for name, value in (matching or {}).items():
        query = query.where(Entity.data[name].as_string() == value)
    return list(session.execute(query.order_by(Entity.id).limit(limit)))


def list_states(session: Session, dataset_id: int, uuids: list[str]) -> list[Row]:
    """(uuid, deleted_at) of the entities of a dataset among these."""
    return list(session.execute(select(Entity.uuid, Entity.deleted_at).where(
        Entity.dataset_id == dataset_id, Entity.uuid.in_(uuids)).order_by(Entity.uuid)))
