"""API of entities: list, make one or many, show, change, delete, bring back; who made them; what waits.

It must not know entity lists (`web/api/datasets`) nor the past of an entity (`web/api/entity_history`).
"""

from collections.abc import Iterator
from types import SimpleNamespace

import orjson
from flask import request

from collector.domain import problems
from collector.services import datasets as lists
from collector.services import entities as services
from collector.services import entity_acts, entity_history, entity_tables
from collector.services.entity_versions import Source
from collector.services.unit import UnitOfWork
from collector.web import streams
from collector.web.api.answers import GEOJSON, Either
from collector.web.api.requests import SUCCESS, body_as, is_asked, is_extended, number_asked
from collector.web.api.schemas.entities import (
    EntityActShape,
    EntityChangeShape,
    EntityShape,
    EntitySummaryShape,
    ExtendedEntityShape,
    ExtendedEntitySummaryShape,
    ManyEntitiesShape,
    NewEntityShape,
)
from collector.web.api.schemas.people import ActorShape
from collector.web.api.schemas.shape import moment
from collector.web.blueprint import UnitBlueprint

JSON = "application/json; charset=utf-8"
WAITS = ("held", "approval", "failed")

entities = UnitBlueprint("api_entities", __name__, dialect="json",
                         url_prefix="/v1/projects/<int:project_id>/datasets/<segment:list_name>")
_ONE = "/entities/<segment:uuid>"


@entities.get("/entities", answers=[(EntitySummaryShape, ExtendedEntitySummaryShape)], asks="deleted")
def list_all(unit: UnitOfWork, project_id: int, list_name: str):
    """The entities of the list without their values, newest first."""
    table = entity_tables.open_table(unit, project_id, list_name, deleted=is_asked("deleted"))
    return streams.pieces_answer(unit, _pieces(entity_tables.list_heads(unit, table), is_extended()), JSON)


@entities.get("/entities/creators", answers=[ActorShape])
def list_creators(unit: UnitOfWork, project_id: int, list_name: str):
    """Who made the entities of the list, by name."""
    return ActorShape(many=True).dump(services.list_creators(unit, lists.find_dataset(unit, project_id, list_name)))


@entities.post("/entities", prepare=body_as(NewEntityShape()), answers=Either(EntityShape, SUCCESS))
def create(unit: UnitOfWork, given: dict, project_id: int, list_name: str):
    """The new entity; with `entities` and `source` many are made, all or none."""
    dataset = lists.find_dataset(unit, project_id, list_name, "entity.create")
    if "entities" in given:
        services.create_many(unit, dataset, given["entities"], Source(
            "bulk", given["name"], given["size"], _user_agent()))
        return SUCCESS
    return _told(unit, services.create_entity(unit, dataset, given["uuid"], given["label"], given["data"],
                                              Source("api", user_agent=_user_agent())))


@entities.get(_ONE, answers=(EntityShape, ExtendedEntityShape))
def show(unit: UnitOfWork, project_id: int, list_name: str, uuid: str):
    """One entity as it is now."""
    return _told(unit, services.find_entity(unit, lists.find_dataset(unit, project_id, list_name), uuid))


@entities.get(_ONE + "/geojson", answers=GEOJSON)
def place(unit: UnitOfWork, project_id: int, list_name: str, uuid: str):
    """The place of one entity, as its property `geometry` tells it."""
    one = services.find_entity(unit, lists.find_dataset(unit, project_id, list_name), uuid)
    return entity_tables.place_of(one.uuid, one.data)


@entities.patch(_ONE, prepare=body_as(EntityChangeShape()), asks="baseVersion force resolve", answers=EntityShape)
def change(unit: UnitOfWork, given: dict, project_id: int, list_name: str, uuid: str):
    """The entity as it is now; `resolve` settles its conflict, with or without values."""
    dataset = lists.find_dataset(unit, project_id, list_name, "entity.update")
    return _told(unit, services.update_entity(
        unit, dataset, uuid, given["label"], given["data"], number_asked("baseVersion"), is_asked("force"),
        is_asked("resolve"), Source("api", user_agent=_user_agent())))


@entities.delete(_ONE, answers=SUCCESS)
def withdraw(unit: UnitOfWork, project_id: int, list_name: str, uuid: str):
    """The entity goes to the trash."""
    services.delete_entity(unit, lists.find_dataset(unit, project_id, list_name, "entity.delete"), uuid)
    return SUCCESS


@entities.post(_ONE + "/restore", answers=SUCCESS)
def restore(unit: UnitOfWork, project_id: int, list_name: str, uuid: str):
    """The entity comes back from the trash."""
    services.restore_entity(unit, lists.find_dataset(unit, project_id, list_name, "entity.restore"), uuid)
    return SUCCESS


@entities.post("/entities/bulk-delete", prepare=body_as(ManyEntitiesShape()), answers=SUCCESS)
def withdraw_many(unit: UnitOfWork, given: dict, project_id: int, list_name: str):
    """These entities go to the trash; those that are not there are passed over."""
    services.delete_many(unit, lists.find_dataset(unit, project_id, list_name, "entity.delete"), given["ids"])
    return SUCCESS


@entities.post("/entities/bulk-restore", prepare=body_as(ManyEntitiesShape()), answers=SUCCESS)
def restore_many(unit: UnitOfWork, given: dict, project_id: int, list_name: str):
    """These entities come back from the trash; those that are not there are passed over."""
    services.restore_many(unit, lists.find_dataset(unit, project_id, list_name, "entity.restore"), given["ids"])
    return SUCCESS


@entities.get("/acts", answers=[EntityActShape], asks="state(of)")
def list_acts(unit: UnitOfWork, project_id: int, list_name: str):
    """What submissions ask of the list and was not done, oldest first. `state`: held (an earlier change of the same
    phone has not arrived), approval (the record is not approved yet) or failed."""
    dataset = lists.find_dataset(unit, project_id, list_name, "entity.list")
    state = request.args.get("state")
    if state is not None and state not in WAITS:
        raise problems.unexpected_value("state", state, f"expected one of {', '.join(WAITS)}")
    return [row for one in ((state,) if state else WAITS)
            for row in EntityActShape(many=True).dump(entity_acts.list_acts(unit, dataset, one))]


@entities.post("/acts/<int:act_id>/force", answers=SUCCESS)
def force(unit: UnitOfWork, project_id: int, list_name: str, act_id: int):
    """What is held is done now, upon what stands there, without waiting for what should have come before."""
    dataset = lists.find_dataset(unit, project_id, list_name, "entity.update")
    if act_id not in {row[0].id for row in entity_acts.list_acts(unit, dataset, "held")}:
        raise problems.not_found("El cambio", "The change")
    entity_acts.force_held(unit, act_id)
    return SUCCESS


def _told(unit: UnitOfWork, one) -> dict:
    """An entity with its newest version, as the API tells it."""
    newest = entity_history.newest_of(unit, one)
    who = entity_tables.actors(unit, (one, newest)) if is_extended() else {}
    told = (ExtendedEntityShape if is_extended() else EntityShape)().dump(SimpleNamespace(
        **_columns(one, "uuid created_at creator_id updated_at deleted_at conflict"), creator=who.get(one.creator_id),
        newest=SimpleNamespace(current=True, creator=who.get(newest.creator_id), **_columns(
            newest, "label created_at creator_id user_agent version base_version branch_id trunk_version "
                    "branch_base_version conflicting data received"))))
    return told


def _columns(row, names: str) -> dict:
    return {name: getattr(row, name) for name in names.split()}


def _pieces(pages: Iterator, extended: bool) -> Iterator[bytes]:
    """A list in pieces; made by hand, since it has as many entities as there are."""
    before, known = b"[", {None: None}
    for rows, actors in pages:
        known |= {number: ActorShape().dump(one) for number, one in actors.items() if number not in known}
        told = [_summary(one, known if extended else None) for one in rows]
        yield before + orjson.dumps(told)[1:-1]
        before = b","
    yield b"[]" if before == b"[" else b"]"


def _summary(one, known: dict | None) -> dict:
    newest = {"label": one.label, "current": True, "createdAt": moment(one.version_at), "creatorId": one.version_by,
              "userAgent": one.user_agent, "version": one.version, "baseVersion": one.base_version,
              "branchId": one.branch_id, "trunkVersion": one.trunk_version,
              "branchBaseVersion": one.branch_base_version, "conflictingProperties": one.conflicting}
    told = {"uuid": one.uuid, "createdAt": moment(one.created_at), "creatorId": one.creator_id,
            "updatedAt": moment(one.updated_at), "deletedAt": moment(one.deleted_at), "conflict": one.conflict,
            "currentVersion": newest}
    if known is not None:
        newest["creator"], told["creator"] = known.get(one.version_by), known.get(one.creator_id)
    return told


def _user_agent() -> str | None:
    return request.headers.get("User-Agent", "").strip() or None
