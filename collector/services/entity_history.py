"""Room where the past of an entity is read: its versions with what stands in conflict, and what was done to it.

It must not change anything. `domain/entity_history` compares versions; the API and the conflict desk show them.
"""

from dataclasses import dataclass

from collector.domain import access
from collector.domain.entity_history import Standing, differences, standings
from collector.domain.problems import Problem
from collector.services import entities, records
from collector.services.activity import Audit, audit_of
from collector.services.unit import UnitOfWork
from collector.store.queries import entities as entity_queries
from collector.store.queries import entity_history as queries
from collector.store.queries.entities import Versioned
from collector.store.tables.datasets import Dataset
from collector.store.tables.entities import Entity, EntityVersion


@dataclass(frozen=True, slots=True)
class Past:
    """A version with how it stands among the others. newest: it is what the entity is now.

    event: what caused a version of a submission or of many; sent: that submission's facts; None elsewhere.
    hidden: it comes from a record that the actor may not look at.
    """

    version: EntityVersion
    versioned: Versioned
    standing: Standing
    newest: bool
    event: Audit | None
    sent: queries.Sent | None
    hidden: bool


def list_past(unit: UnitOfWork, dataset: Dataset, uuid: str, relevant: bool = False) -> list[Past]:
    """The versions of an entity in order; relevant: those alone that settle its open conflict. Raises 403.1, 404.1."""
    found = entities.list_versions(unit, dataset, uuid)
    if not found:
        return []
    numbers = [one.source.event_id for one in found if one.source.event_id]
    events = {number: audit_of(*row) for number, row in queries.list_events(unit.session, numbers).items()}
    sent = queries.list_sent(unit.session, {one.source.submission_id for one in found if one.source.submission_id})
    hidden = _hidden(unit, dataset, found)
    settled = queries.last_settled(unit.session, found[0].version.entity_id)
    past = [Past(one.version, one, standing, one is found[-1], events.get(one.source.event_id),
                 sent.get(one.source.submission_id), one.source.submission_id in hidden)
            for one, standing in zip(found, standings([one.version for one in found], settled), strict=True)]
    return [one for one in past if one.standing.relevant or not relevant]


def _hidden(unit: UnitOfWork, dataset: Dataset, found: list[Versioned]) -> set[int]:
    """Numbers of the records behind these versions that the actor may not look at."""
    behind = {one.source.submission_id: one.record for one in found if one.source.submission_id}
    if access.rows_at(unit.actor.grants, "submission.read", dataset.places()) is None:
        return set()
    return {number for number, record in behind.items() if record is None or not _may_look(unit, record)}


def _may_look(unit: UnitOfWork, record: tuple[int, str, str]) -> bool:
    try:
        records.find_record(unit, *record)
    except Problem:
        return False
    return True


def list_differences(unit: UnitOfWork, dataset: Dataset, uuid: str) -> list[list[dict]]:
    """What each version but the first changed, as `domain/entity_history.differences`. Raises 403.1, 404.1."""
    return differences([one.version for one in entities.list_versions(unit, dataset, uuid)])


def list_acts(unit: UnitOfWork, dataset: Dataset, uuid: str, limit: int | None = None,
              offset: int = 0) -> list[tuple[Audit, Past | None]]:
    """(act, Past of the version that it made or None) of what was done to an entity, newest first.

    Raises 403.1, 404.1.
    """
    one = entities.find_entity(unit, dataset, uuid)
    made = {past.version.id: past for past in list_past(unit, dataset, uuid)}
    bulk = [past.versioned.source.event_id for past in made.values() if past.versioned.source.kind == "bulk"]
    found = queries.list_acts(unit.session, one.id, bulk)
    end = None if limit is None else offset + limit
    return [(audit_of(event, actor), made.get((event.details or {}).get("entityDefId")))
            for event, actor in found[offset:end]]


def newest_of(unit: UnitOfWork, found: Entity) -> EntityVersion:
    """The newest version of an entity that the actor was given."""
    return entity_queries.find_version(unit.session, found.id, found.version)
