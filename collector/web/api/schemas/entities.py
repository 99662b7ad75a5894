"""Shapes of entities, their versions and what is done to many of them.

They must not ask services. Source: contract, `central-api` components Entity, EntityVersionFull, EntityDiffValue.
"""

from marshmallow import fields

from collector.domain import entity_problems, problems
from collector.web.api.schemas.people import ActorShape
from collector.web.api.schemas.shape import MAYBE_TEXTS, OBJECTS, Moment, Shape, moment

_SINGLE = ("uuid", "label", "data")


class EntityVersionShape(Shape):
    """A version of an entity without its values. Dumped from the version."""

    label = fields.String(dump_only=True)
    current = fields.Boolean(dump_only=True)
    created_at = Moment(data_key="createdAt", dump_only=True)
    creator_id = fields.Integer(data_key="creatorId", dump_only=True)
    user_agent = fields.String(data_key="userAgent", dump_only=True)
    version = fields.Integer(dump_only=True)
    base_version = fields.Integer(data_key="baseVersion", dump_only=True)
    branch_id = fields.String(data_key="branchId", dump_only=True)
    trunk_version = fields.Integer(data_key="trunkVersion", dump_only=True)
    branch_base_version = fields.Integer(data_key="branchBaseVersion", dump_only=True)
    conflicting = fields.Raw(data_key="conflictingProperties", dump_only=True, metadata=MAYBE_TEXTS)


class ExtendedEntityVersionShape(EntityVersionShape):
    """The same with who made it."""

    creator = fields.Nested(ActorShape, dump_only=True)


class EntityValuesShape(EntityVersionShape):
    """A version of an entity with its values. dataReceived: what the change said, the label among it."""

    data = fields.Dict(dump_only=True)
    received = fields.Dict(data_key="dataReceived", dump_only=True)


class ExtendedEntityValuesShape(EntityValuesShape):
    """The same with who made it."""

    creator = fields.Nested(ActorShape, dump_only=True)


class EntitySummaryShape(Shape):
    """An entity of a list, without its values."""

    uuid = fields.String(dump_only=True)
    created_at = Moment(data_key="createdAt", dump_only=True)
    creator_id = fields.Integer(data_key="creatorId", dump_only=True)
    updated_at = Moment(data_key="updatedAt", dump_only=True)
    deleted_at = Moment(data_key="deletedAt", dump_only=True)
    conflict = fields.String(dump_only=True)
    newest = fields.Nested(EntityVersionShape, data_key="currentVersion", dump_only=True)


class ExtendedEntitySummaryShape(EntitySummaryShape):
    """The same with who made it."""

    newest = fields.Nested(ExtendedEntityVersionShape, data_key="currentVersion", dump_only=True)
    creator = fields.Nested(ActorShape, dump_only=True)


class EntityShape(EntitySummaryShape):
    """An entity with its values."""

    newest = fields.Nested(EntityValuesShape, data_key="currentVersion", dump_only=True)


class ExtendedEntityShape(EntityShape):
    """The same with who made it and its newest version."""

    newest = fields.Nested(ExtendedEntityValuesShape, data_key="currentVersion", dump_only=True)
    creator = fields.Nested(ActorShape, dump_only=True)


class PastShape(EntityValuesShape):
    """A version of an entity among the others: where it comes from and how it stands in a conflict."""

    conflict = fields.String(dump_only=True)
    resolved = fields.Boolean(dump_only=True)
    last_good = fields.Boolean(data_key="lastGoodVersion", dump_only=True)
    relevant = fields.Boolean(data_key="relevantToConflict", dump_only=True)
    base_diff = fields.List(fields.String(), data_key="baseDiff", dump_only=True)
    server_diff = fields.List(fields.String(), data_key="serverDiff", dump_only=True)
    source = fields.Dict(dump_only=True)


class ExtendedPastShape(PastShape):
    """The same with who made it."""

    creator = fields.Nested(ActorShape, dump_only=True)


class EntityAuditShape(Shape):
    """What was done to an entity, with who did it."""

    actor_id = fields.Integer(data_key="actorId", dump_only=True)
    action = fields.String(dump_only=True)
    actee_id = fields.String(data_key="acteeId", dump_only=True)
    details = fields.Dict(dump_only=True)
    notes = fields.String(dump_only=True)
    logged_at = Moment(data_key="loggedAt", dump_only=True)
    actor = fields.Nested(ActorShape, dump_only=True)


class NewEntityShape(Shape):
    """What makes an entity, or many: entities, each as one, with source: {"name", "size"}."""

    uuid = fields.Raw(metadata={"type": "string"})
    label = fields.Raw(metadata={"type": "string"})
    data = fields.Raw(metadata={"type": "object"})
    entities = fields.Raw(metadata=OBJECTS)
    source = fields.Raw(metadata={"type": "object"})

    def read(self, body: dict) -> dict:
        """{"label", "data", "uuid"} of one, or {"entities": [the same], "name", "size"} of many.

        Raises 400.2, 400.8, 400.11, 400.31.
        """
        if "entities" not in body and "source" not in body:
            return read_entity(body)
        source = body.get("source")
        if not source:
            raise problems.missing_parameter("source")
        if not isinstance(source, dict):
            raise problems.wrong_type("source", str(source)[:200], "object")
        name, size = source.get("name"), source.get("size")
        if not name:
            raise problems.missing_parameter("source.name")
        if not isinstance(name, str):
            raise problems.wrong_type("name", str(name)[:200], "string")
        if size is not None and (isinstance(size, bool) or not isinstance(size, int | float)):
            raise problems.wrong_type("size", str(size)[:200], "number")
        many = body.get("entities")
        if many is None:
            raise problems.missing_parameter("entities")
        if not isinstance(many, list):
            raise problems.wrong_type("entities", str(many)[:200], "array")
        return {"entities": [read_entity(one) for one in many], "name": name,
                "size": None if size is None else min(int(size), 2**31 - 1)}


class EntityChangeShape(Shape):
    """What may change about an entity."""

    label = fields.Raw(metadata={"type": "string"})
    data = fields.Raw(metadata={"type": "object"})

    def read(self, body: dict) -> dict:
        """{"label", "data"}. Raises 400.11, 400.31."""
        found = read_entity(body)
        return {"label": found["label"], "data": found["data"]}


class ManyEntitiesShape(Shape):
    """Which entities."""

    ids = fields.List(fields.String(), required=True)


class EntityActShape(Shape):
    """What a submission asks of a list and was not done. Dumped from (act, xmlFormId, instanceId, when it was sent)."""

    id = fields.Function(lambda row: row[0].id, dump_only=True, metadata={"type": "integer"})
    state = fields.Function(lambda row: row[0].state, dump_only=True, metadata={"type": "string"})
    action = fields.Function(lambda row: row[0].action, dump_only=True, metadata={"type": "string"})
    uuid = fields.Function(lambda row: row[0].uuid, dump_only=True, metadata={"type": "string"})
    place = fields.Function(lambda row: row[0].place, dump_only=True, metadata={"type": "string"})
    branch_id = fields.Function(lambda row: row[0].branch_id, data_key="branchId", dump_only=True,
                                metadata={"type": ["string", "null"]})
    branch_base = fields.Function(lambda row: row[0].branch_base, data_key="branchBaseVersion", dump_only=True,
                                  metadata={"type": ["integer", "null"]})
    problem = fields.Function(lambda row: _fault(row[0].fault), dump_only=True, metadata={"type": ["object", "null"]})
    since = fields.Function(lambda row: moment(row[0].at), dump_only=True, metadata={"type": "string"})
    xml_form_id = fields.Function(lambda row: row[1], data_key="xmlFormId", dump_only=True,
                                  metadata={"type": "string"})
    instance_id = fields.Function(lambda row: row[2], data_key="instanceId", dump_only=True,
                                  metadata={"type": "string"})
    sent_at = fields.Function(lambda row: moment(row[3]), data_key="sentAt", dump_only=True,
                              metadata={"type": "string"})


def read_entity(body) -> dict:
    """{"uuid", "label", "data"} of a body; what is not there is None, data {}. Raises 400.11, 400.31."""
    if not isinstance(body, dict):
        raise problems.wrong_type("entity", str(body)[:200], "object")
    if set(body) - set(_SINGLE):
        raise entity_problems.unexpected_attributes(list(_SINGLE), sorted(map(str, body)))
    for name in ("uuid", "label"):
        if body.get(name) is not None and not isinstance(body[name], str):
            raise problems.wrong_type(name, str(body[name])[:200], "string")
    data = body.get("data") or {}
    if not isinstance(data, dict):
        raise problems.wrong_type("data", str(data)[:200], "object")
    for name, value in data.items():
        if not isinstance(value, str):
            raise problems.wrong_type(name, value if value is None else str(value)[:200], "string")
    return {"uuid": body.get("uuid") or None, "label": body.get("label"), "data": data}


def _fault(fault: dict | None) -> dict | None:
    return fault and {"code": fault["code"], "message": fault["en"], "messageEs": fault["es"],
                      "details": fault.get("details")}
