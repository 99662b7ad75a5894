"""Room where people and the API read and change entities: one, or many at once.

It must not know HTTP, nor what submissions want (`services/entity_acts`). `services/entity_versions` writes.
"""

import uuid as identifiers
from collections import Counter
from collections.abc import Iterable, Sequence

from collector.domain import entity as domain
from collector.domain import entity_problems, problems
from collector.domain.entity import Change
from collector.services import entity_versions
from collector.services.entity_versions import Source
from collector.services.unit import UnitOfWork
from collector.store.queries import datasets
from collector.store.queries import entities as queries
from collector.store.queries.entities import Narrowing, Versioned
from collector.store.tables.datasets import Dataset
from collector.store.tables.entities import Entity

DELETE, RESTORE, RESOLVE = "entity.delete", "entity.restore", "entity.update.resolve"
BULK_CREATE, BULK_DELETE, BULK_RESTORE = "entity.bulk.create", "entity.bulk.delete", "entity.bulk.restore"
API, EVERY = Source("api"), Narrowing()


def find_entity(unit: UnitOfWork, dataset: Dataset, uuid: str, deleted: bool = False,
                verb: str = "entity.read") -> Entity:
    """The entity; deleted: it may lie in the trash. Raises 403.1, 404.1."""
    unit.require(verb, dataset)
    one = queries.find(unit.session, dataset.id, uuid.lower().removeprefix("uuid:"))
    if one is None or (one.deleted_at is not None and not deleted):
        raise problems.not_found("La ficha", "The entity")
    return one


def list_entities(unit: UnitOfWork, dataset: Dataset, narrowing: Narrowing = EVERY, limit: int = 50,
                  before: int | None = None) -> list[Entity]:
    """The entities of a list, newest first; before: the number of the last one of the page before. Raises 403.1."""
    unit.require("entity.list", dataset)
    return queries.list_entities(unit.session, dataset.id, narrowing, limit, before)


def count_entities(unit: UnitOfWork, dataset: Dataset, narrowing: Narrowing = EVERY) -> int:
    """How many there are of them. Raises 403.1."""
    unit.require("entity.list", dataset)
    return queries.count_entities(unit.session, dataset.id, narrowing)


def list_creators(unit: UnitOfWork, dataset: Dataset) -> list:
    """Who made the entities of a list. Raises 403.1."""
    unit.require("entity.list", dataset)
    return queries.list_creators(unit.session, dataset.id)


def list_versions(unit: UnitOfWork, dataset: Dataset, uuid: str) -> list[Versioned]:
    """All versions with where they came from, in their order. Raises 403.1, 404.1."""
    return versions_of(unit, dataset, find_entity(unit, dataset, uuid))


def versions_of(unit: UnitOfWork, dataset: Dataset, one: Entity) -> list[Versioned]:
    """All versions of an entity that `find_entity` gave, in the trash too. Raises 403.1."""
    unit.require("entity.read", dataset)
    return queries.list_versions(unit.session, one.id)


def create_entity(unit: UnitOfWork, dataset: Dataset, uuid: str | None, label: str, data: dict[str, str],
                  source: Source = API) -> Entity:
    """The entity made; uuid None: it gets one.

    Raises 403.1, 400.2, 400.8, 400.11, 400.22, 400.28 (a property that the list does not have), 409.3, 409.19.
    """
    dataset = _locked(unit, "entity.create", dataset)
    uuid = domain.read_uuid(uuid) if uuid else str(identifiers.uuid4())
    _require_label(label)
    data = _data(data, entity_versions.properties_of(unit, dataset))
    _require_free(unit, dataset, [uuid])
    return entity_versions.create(unit, dataset, uuid, label, data, source)[0]


def create_many(unit: UnitOfWork, dataset: Dataset, rows: Iterable[dict], source: Source) -> int:
    """How many entities were made, of rows {"uuid" or None, "label", "data"}; all of them or none.

    source: its kind becomes bulk. Raises as create_entity.
    """
    dataset = _locked(unit, "entity.create", dataset)
    properties = entity_versions.properties_of(unit, dataset)
    read = []
    for row in rows:
        _require_label(row["label"])
        uuid = domain.read_uuid(row["uuid"]) if row.get("uuid") else str(identifiers.uuid4())
        read.append((uuid, row["label"], _data(row.get("data") or {}, properties)))
    _require_free(unit, dataset, [uuid for uuid, _label, _values in read])
    now, who = unit.now(), unit.actor.id
    kept = queries.add_source(unit.session, kind="bulk", name=source.name, size=source.size)
    queries.add_many(
        unit.session,
        [entity_versions.entity_row(dataset.id, uuid, label, data, who, now) for uuid, label, data in read],
        [entity_versions.version_row(label, data, kept.id, who, source.user_agent, now) for _uuid, label, data in read])
    datasets.bump(unit.session, dataset.id)
    kept.event_id = unit.record(BULK_CREATE, project_id=dataset.project_id, target_id=dataset.id, details={
        "dataset": dataset.name, "sourceId": kept.id, "source": {"name": source.name, "size": source.size},
        "count": len(read)})
    unit.session.flush()
    return len(read)


def update_entity(unit: UnitOfWork, dataset: Dataset, uuid: str, label: str | None, data: dict[str, str],
                  base_version: int | None = None, force: bool = False, resolve: bool = False,
                  source: Source = API, why: str = "") -> Entity:
    """The entity with a version more, made of its newest with these values. label None, data {}: only resolved.

    force: whatever its newest version is; else base_version must be that. resolve: conflicts are settled with it; why:
    in the person's own words.
    Raises 403.1, 404.1, 400.8, 400.22, 400.28, 400.32 (nothing to resolve), 409.15 (it changed meanwhile).
    """
    dataset = _locked(unit, "entity.update", dataset)
    one = find_entity(unit, dataset, uuid, verb="entity.update")
    if resolve and one.conflict is None:
        raise entity_problems.nothing_to_resolve(one.uuid)
    if not force and base_version != one.version:
        raise entity_problems.version_differs(one.version, base_version)
    if label is None and not data and not resolve:
        raise entity_problems.invalid_entity("No entity data or label provided.", "no se dijo qué cambiar.")
    before = one.version
    if label is not None or data:
        if label is not None:
            _require_label(label)
        wanted = Change(one.uuid, False, True, label,
                        _data(data, entity_versions.properties_of(unit, dataset)))
        entity_versions.change(unit, dataset, one, wanted, one.version, domain.Verdict(), source)
    if resolve:
        _resolve(unit, dataset, one, before, why)
    return one


def resolve(unit: UnitOfWork, dataset: Dataset, uuid: str, base_version: int | None = None,
            force: bool = False) -> Entity:
    """The entity as it stands, its conflicts settled. Raises as update_entity."""
    return update_entity(unit, dataset, uuid, None, {}, base_version, force, resolve=True)


def delete_entity(unit: UnitOfWork, dataset: Dataset, uuid: str) -> None:
    """Nothing; the entity lies in the trash. Raises 403.1, 404.1."""
    dataset = _locked(unit, "entity.delete", dataset)
    one = find_entity(unit, dataset, uuid, verb="entity.delete")
    queries.mark(unit.session, one, deleted_at=unit.now())
    _tell(unit, DELETE, dataset, one)


def restore_entity(unit: UnitOfWork, dataset: Dataset, uuid: str) -> None:
    """Nothing; the entity is back from the trash. Raises 403.1, 404.1."""
    dataset = _locked(unit, "entity.restore", dataset)
    one = find_entity(unit, dataset, uuid, deleted=True, verb="entity.restore")
    if one.deleted_at is None:
        raise problems.not_found("La ficha", "The entity")
    queries.mark(unit.session, one, deleted_at=None)
    _tell(unit, RESTORE, dataset, one)


def delete_many(unit: UnitOfWork, dataset: Dataset, uuids: Sequence[str]) -> list[Entity]:
    """Those of these entities that lie in the trash now; what is not there is passed over. Raises 403.1, 400.11."""
    return _mark_many(unit, _locked(unit, "entity.delete", dataset), uuids, BULK_DELETE)


def restore_many(unit: UnitOfWork, dataset: Dataset, uuids: Sequence[str]) -> list[Entity]:
    """Those of these entities that are back from the trash. Raises 403.1, 400.11."""
    return _mark_many(unit, _locked(unit, "entity.restore", dataset), uuids, BULK_RESTORE)


def _mark_many(unit: UnitOfWork, dataset: Dataset, uuids: Sequence[str], action: str) -> list[Entity]:
    wanted = list(dict.fromkeys(domain.read_uuid(uuid) for uuid in uuids))
    found = queries.list_by_uuid(unit.session, dataset.id, wanted, deleted=action == BULK_RESTORE)
    if found:
        queries.mark_deleted(unit.session, [one.id for one in found], unit.now() if action == BULK_DELETE else None)
        datasets.bump(unit.session, dataset.id)
        unit.record(action, project_id=dataset.project_id, target_id=dataset.id, details={
            "dataset": dataset.name, "uuids": [one.uuid for one in found], "count": len(found)})
    return found


def _resolve(unit: UnitOfWork, dataset: Dataset, one: Entity, before: int, why: str) -> None:
    """Nothing; the conflict is settled. before: the version that was settled, which settling may have followed."""
    was = one.conflict
    queries.mark(unit.session, one, conflict=None, updated_at=unit.now())
    newest = queries.find_version(unit.session, one.id, one.version)
    unit.record(RESOLVE, project_id=dataset.project_id, target_id=one.id,
                details={**entity_versions.details_of(dataset, one, newest.id), "version": one.version,
                         "was": was, "from": before, **({"text": why} if why else {})})


def _tell(unit: UnitOfWork, action: str, dataset: Dataset, one: Entity) -> None:
    datasets.bump(unit.session, dataset.id)
    unit.record(action, project_id=dataset.project_id, target_id=one.id,
                details=entity_versions.details_of(dataset, one))


def _locked(unit: UnitOfWork, verb: str, dataset: Dataset) -> Dataset:
    """The list as it is now; who else changes its entities waits."""
    unit.require(verb, dataset)
    locked = datasets.find_to_change(unit.session, dataset.id)
    if locked is None or locked.deleted_at is not None:
        raise problems.not_found("El padrón", "The dataset")
    return locked


def _require_label(label: str | None) -> None:
    if label is None:
        raise problems.missing_parameter("label")
    if not label.strip():
        raise entity_problems.blank_label()
    _require_storable(label)


def _data(data: dict[str, str], properties: dict[str, str]) -> dict[str, str]:
    """The values, when the list has all of their properties."""
    for name, value in data.items():
        if name not in properties.values():
            raise entity_problems.unknown_property(name)
        _require_storable(value)
    return dict(data)


def _require_storable(text: str) -> None:
    if "\x00" in text or (not text.isascii() and text.encode("utf-8", "replace").decode() != text):
        raise problems.unstorable(text)


def _require_free(unit: UnitOfWork, dataset: Dataset, uuids: list[str]) -> None:
    twice = sorted(uuid for uuid, many in Counter(uuids).items() if many > 1)
    if twice:
        raise entity_problems.uuids_taken(twice)
    taken = queries.list_taken(unit.session, dataset.id, uuids)
    living = sorted(row.uuid for row in taken if row.deleted_at is None)
    if living:
        raise entity_problems.uuids_taken(living)
    if taken:
        raise entity_problems.uuids_deleted(sorted(row.uuid for row in taken))
