"""Room for what entities are tied to: the records that made them, other entities that they name and that name them.

It must not change anything. Pages of an entity and of a record draw what comes out.
"""

import re
from dataclasses import dataclass

from collector.services.unit import UnitOfWork
from collector.store.queries import datasets, entity_acts, entity_links, events
from collector.store.tables.datasets import Dataset
from collector.store.tables.entities import Entity

MOST = 50
_IDENTIFIER = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Link:
    """Another entity. properties: that tie the two."""

    dataset: str
    uuid: str
    label: str
    properties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Deed:
    """What a record does to one list. state: done, approval, held or failed; uuid: as it was told; entity, version:
    what was made, where it is done; label: of the entity as it is now; fault: why it failed, as `tables/entities`."""

    dataset: str
    known: bool
    state: str
    action: str
    uuid: str
    place: str
    label: str
    version: int | None
    deleted: bool
    fault: dict | None


def links_of(unit: UnitOfWork, dataset: Dataset, one: Entity) -> tuple[list[Link], list[Link]]:
    """(entities that its values name, entities whose values name it), of lists of the same project. Raises 403.1."""
    unit.require("entity.read", dataset)
    named: dict[str, list[str]] = {}
    for name, value in one.data.items():
        for uuid in _IDENTIFIER.findall(value):
            if uuid.lower() != one.uuid:
                named.setdefault(uuid.lower(), []).append(name)
    ahead = [Link(there, uuid, label, tuple(dict.fromkeys(named[uuid]))) for uuid, there, label in
             entity_links.list_named(unit.session, dataset.project_id, list(named)[:MOST])] if named else []
    back = []
    for uuid, there, label, data in entity_links.list_pointing(unit.session, dataset.project_id, one.uuid, MOST):
        ties = tuple(name for name, value in data.items() if one.uuid in value.lower())
        if ties and uuid != one.uuid:
            back.append(Link(there, uuid, label, ties))
    return ahead, back


def history_of(unit: UnitOfWork, dataset: Dataset, one: Entity) -> list:
    """[(event, who did it or None)] of an entity, newest first. Raises 403.1."""
    unit.require("entity.read", dataset)
    return events.list_of_entity(unit.session, one.id)


def deeds_of(unit: UnitOfWork, project, submission_id: int) -> list[Deed]:
    """What a record of a project does to its lists, in the order it says it; for who may see the record. Raises 403.1.
    """
    if not unit.may("entity.list", project):
        return []
    living = {one.id for one in datasets.list_datasets(unit.session, project.id)}
    done = {act.id: (entity, version) for act, entity, version in
            entity_acts.list_done(unit.session, submission_id)}
    told = []
    for act in entity_acts.list_of_submission(unit.session, submission_id):
        entity, version = done.get(act.id, (None, None))
        told.append(Deed(act.dataset_name, act.dataset_id in living, act.state, act.action, act.uuid, act.place,
                         entity.label if entity else "", version,
                         bool(entity and entity.deleted_at), act.fault))
    return told
