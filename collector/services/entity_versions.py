"""Room where a version of an entity is written, with its source, its event, and the list a step newer for phones.

It must not decide whether it may be (`services/entities`, `services/entity_acts`) nor judge it (`domain/entity`).
Whoever writes here has locked the list.
"""

from dataclasses import dataclass

from collector.domain import entity as domain
from collector.domain.entity import Change, Verdict
from collector.services.unit import UnitOfWork
from collector.store.queries import datasets
from collector.store.queries import entities as queries
from collector.store.tables.datasets import Dataset
from collector.store.tables.entities import Entity, EntitySource, EntityVersion

CREATE, UPDATE = "entity.create", "entity.update.version"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a version comes from. kind: submission, api, bulk or page. name, size: of the file of a bulk.

    sent: the row of the submission's version (`queries/entity_acts.find_sent`); event_id: the event that caused it.
    """

    kind: str = "api"
    name: str | None = None
    size: int | None = None
    user_agent: str | None = None
    sent: object = None
    event_id: int | None = None


def properties_of(unit: UnitOfWork, dataset: Dataset) -> dict[str, str]:
    """{name without capitals: name} of what a list keeps of each entity. Raises 403.1."""
    unit.require("dataset.read", dataset)
    return {one.folded: one.name for one in datasets.list_properties(unit.session, dataset.id)}


def create(unit: UnitOfWork, dataset: Dataset, uuid: str, label: str, data: dict[str, str], source: Source,
           branch_id: str | None = None) -> tuple[Entity, EntityVersion]:
    """The entity and its first version. data: under the list's names. branch_id: of a change that had to create it.

    Raises 403.1.
    """
    unit.require("entity.create", dataset)
    now, who = unit.now(), _who(unit, source)
    kept = _kept(unit, source)
    made, first = queries.add(unit.session, entity_row(dataset.id, uuid, label, data, who, now), {
        **version_row(label, data, kept.id, who, source.user_agent, now), "branch_id": branch_id})
    datasets.bump(unit.session, dataset.id)
    _tell(unit, CREATE, dataset, made, first, source, kept)
    return made, first


def change(unit: UnitOfWork, dataset: Dataset, one: Entity, wanted: Change, base_version: int, verdict: Verdict,
           source: Source) -> EntityVersion:
    """The next version of the entity: its newest with what was received. wanted.data: under the list's names.

    Raises 403.1.
    """
    unit.require("entity.update", dataset)
    now, who = unit.now(), _who(unit, source)
    kept = _kept(unit, source)
    data, label = {**one.data, **wanted.data}, one.label if wanted.label is None else wanted.label
    latitude, longitude = domain.place_of(data)
    version = queries.add_version(
        unit.session, one,
        {"version": one.version + 1, "label": label, "data": data, "search": domain.searched(label, data),
         "latitude": latitude, "longitude": longitude, "updated_at": now,
         "conflict": domain.worse(one.conflict, verdict.conflict)},
        {**version_row(label, data, kept.id, who, source.user_agent, now), "version": one.version + 1,
         "received": wanted.received, "base_version": base_version, "branch_id": wanted.branch_id,
         "trunk_version": wanted.trunk_version,
         "branch_base_version": wanted.base_version if wanted.branch_id else None, "conflict": verdict.conflict,
         "conflicting": list(verdict.conflicting) if verdict.conflict else None})
    datasets.bump(unit.session, dataset.id)
    _tell(unit, UPDATE, dataset, one, version, source, kept)
    return version


def entity_row(dataset_id: int, uuid: str, label: str, data: dict[str, str], who: int | None, now) -> dict:
    """The columns of a new entity."""
    latitude, longitude = domain.place_of(data)
    return {"dataset_id": dataset_id, "uuid": uuid, "version": 1, "label": label, "data": data,
            "search": domain.searched(label, data), "latitude": latitude, "longitude": longitude, "creator_id": who,
            "created_at": now}


def version_row(label: str, data: dict[str, str], source_id: int, who: int | None, user_agent: str | None, now) -> dict:
    """The columns of a first version."""
    return {"version": 1, "label": label, "data": data, "received": domain.said(label, data), "source_id": source_id,
            "creator_id": who, "user_agent": user_agent, "created_at": now}


def details_of(dataset: Dataset, one: Entity, version_id: int | None = None) -> dict:
    """What the history says of an act on one entity, as ODK Central's does."""
    told = {"entityId": one.id, "entity": {"uuid": one.uuid, "dataset": dataset.name, "label": one.label}}
    return told if version_id is None else {**told, "entityDefId": version_id}


def _tell(unit: UnitOfWork, action: str, dataset: Dataset, one: Entity, version: EntityVersion, source: Source,
          kept: EntitySource) -> None:
    details = {**details_of(dataset, one, version.id), "sourceId": kept.id, "version": version.version}
    about = {}
    if source.sent is not None:
        about = {"form_id": source.sent.form_id, "submission_id": source.sent.submission_id,
                 "actor_id": source.sent.submitter_id}
        details |= {"submissionId": source.sent.submission_id, "submissionDefId": source.sent.id,
                    "instanceId": source.sent.instance_id, "xmlFormId": source.sent.xml_form_id}
    unit.record(action, project_id=dataset.project_id, target_id=one.id, details=details, **about)


def _kept(unit: UnitOfWork, source: Source) -> EntitySource:
    sent = source.sent
    return queries.add_source(unit.session, kind=source.kind, name=source.name, size=source.size,
                              submission_id=sent and sent.submission_id, submission_version_id=sent and sent.id,
                              event_id=source.event_id)


def _who(unit: UnitOfWork, source: Source) -> int | None:
    return unit.actor.id if source.sent is None else source.sent.submitter_id
