"""Room of the desk where a person settles what changes of an entity say otherwise, and takes that back.

It must not find conflicts (`domain/entity`) nor compare values (`domain/entity_desk`). `services/entities` writes what
was settled; pages show the two sides.
"""

from dataclasses import dataclass
from datetime import timedelta

from collector.domain import entity as domain
from collector.domain import entity_desk as rules
from collector.domain import problems
from collector.domain.entity import Change
from collector.services import datasets, entities, entity_versions
from collector.services.entity_versions import Source
from collector.services.unit import UnitOfWork
from collector.store.queries import entities as queries
from collector.store.queries import events
from collector.store.queries.entities import Narrowing, Versioned
from collector.store.tables.datasets import Dataset
from collector.store.tables.entities import Entity

REOPEN = "entity.update.reopen"
UNDO_WITHIN = timedelta(minutes=15)
BY_HAND = Source("page")
AT_ONCE = 100  # entities of one list on the page of all conflicts


@dataclass(frozen=True, slots=True)
class Desk:
    """What has to be settled. base: number of the version that all sides began from; sides: number of the last version
    of each -> that version; asked: properties to choose; agreed: how many values are the same on all sides."""

    entity: Entity
    base: int
    sides: dict[int, Versioned]
    asked: list[rules.Choice]
    agreed: int


def list_open(unit: UnitOfWork, project_id: int) -> list[tuple[Dataset, list[Entity], int]]:
    """(list, its entities whose conflict nobody settled, how many there are) of a project. Raises 404.1, 403.1."""
    found = []
    for dataset in datasets.list_datasets(unit, project_id):
        some = entities.list_entities(unit, dataset, Narrowing(conflict="any"), AT_ONCE)
        if some:
            many = len(some) if len(some) < AT_ONCE else entities.count_entities(unit, dataset,
                                                                                 Narrowing(conflict="any"))
            found.append((dataset, some, many))
    return found


def show(unit: UnitOfWork, dataset: Dataset, uuid: str) -> Desk | None:
    """What has to be settled of an entity; None when nothing has. Raises 403.1, 404.1."""
    one = entities.find_entity(unit, dataset, uuid)
    if one.conflict is None:
        return None
    versions = {held.version.version: held for held in queries.list_versions(unit.session, one.id)}
    settled, by_settling = _settled(unit, one)
    open_ones = [held.version for number, held in versions.items()
                 if held.version.conflict and number > settled and number not in by_settling]
    base = min((version.base_version or 1 for version in open_ones), default=settled or 1)
    heard = rules.sides((number, held.version.branch_id, held.version.received) for number, held in versions.items()
                        if number > base and number not in by_settling)
    began, newest = versions[min(base, one.version)].version, domain.said(one.label, one.data)
    asked = rules.choices(heard, domain.said(began.label, began.data), newest)
    return Desk(one, base, {side.version: versions[side.version] for side in heard}, asked,
                rules.agreed(heard, asked, newest))


def settle(unit: UnitOfWork, dataset: Dataset, uuid: str, seen: int, chosen: dict[str, str], why: str = "") -> Entity:
    """The entity with these values (label among them), its conflict settled; a version more only if one differs.

    Raises 403.1, 404.1, 400.8, 400.28, 400.32, 409.15 when it is no longer version `seen`.
    """
    one = entities.find_entity(unit, dataset, uuid, verb="entity.update")
    now = domain.said(one.label, one.data)
    data = {name: value for name, value in chosen.items() if value != now.get(name, "")}
    label = data.pop(rules.LABEL, None)
    return entities.update_entity(unit, dataset, uuid, label, data, seen, resolve=True, source=BY_HAND, why=why)


def can_reopen(unit: UnitOfWork, dataset: Dataset, one: Entity) -> dict | None:
    """The details of settling that can be taken back: the last act on the entity, a short time ago. Raises 403.1."""
    unit.require("entity.read", dataset)
    last = next(iter(events.list_of_entity(unit.session, one.id)), None)
    if last is None or last[0].action != entities.RESOLVE or one.conflict or one.deleted_at:
        return None
    details = last[0].details or {}
    fresh = last[0].at + UNDO_WITHIN > unit.now()
    return details if fresh and details.get("version") == one.version and details.get("was") else None


def reopen(unit: UnitOfWork, dataset: Dataset, uuid: str) -> Entity:
    """The entity as it was before somebody settled it, with its conflict. Raises 403.1, 404.1, 409.3 (too late)."""
    unit.require("entity.update", dataset)
    one = entities.find_entity(unit, dataset, uuid, verb="entity.update")
    settled = can_reopen(unit, dataset, one)
    if settled is None:
        raise problems.changed_meanwhile()
    if settled["from"] < one.version:
        before = queries.find_version(unit.session, one.id, settled["from"])
        back = {name: before.data.get(name, "") for name in one.data if one.data[name] != before.data.get(name, "")}
        wanted = Change(one.uuid, False, True, before.label if before.label != one.label else None, back)
        entity_versions.change(unit, dataset, one, wanted, one.version, domain.Verdict(), BY_HAND)
    queries.mark(unit.session, one, conflict=settled["was"], updated_at=unit.now())
    newest = queries.find_version(unit.session, one.id, one.version)
    unit.record(REOPEN, project_id=dataset.project_id, target_id=one.id, details={
        **entity_versions.details_of(dataset, one, newest.id), "version": one.version, "from": settled["from"]})
    return one


def _settled(unit: UnitOfWork, one: Entity) -> tuple[int, set[int]]:
    """(number of the version that was settled last, numbers of versions that settling and taking it back wrote)."""
    settled, made = [0], set()
    for event, _who in reversed(events.list_of_entity(unit.session, one.id)):
        details = event.details or {}
        if event.action == entities.RESOLVE:
            settled.append(details.get("version", 0))
        elif event.action == REOPEN:
            settled = settled[:-1] or [0]
            made |= set(range(details["from"] + 1, details["version"] + 1))
    return settled[-1], made
