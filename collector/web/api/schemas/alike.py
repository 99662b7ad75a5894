"""Shapes of records that look the same, and of how that is settled. Ours: ODK Central has none.

They must not ask services.
"""

from marshmallow import fields, validate

from collector.web.api.schemas.shape import MAYBE_NUMBER, MAYBE_OBJECT, MAYBE_TEXTS, OBJECTS, Moment, Shape


class LikeShape(Shape):
    """A record of a group. kinds: in what it is the same, content or key; seen: to hand back with a settlement."""

    instance_id = fields.String(attribute="record.submission.instance_id", data_key="instanceId", dump_only=True)
    instance_name = fields.String(attribute="record.submission.name", data_key="instanceName", dump_only=True)
    review_state = fields.String(attribute="record.submission.review_state", data_key="reviewState", dump_only=True)
    submitter_id = fields.Integer(attribute="record.submission.submitter_id", data_key="submitterId", dump_only=True)
    created_at = Moment(attribute="record.submission.created_at", data_key="createdAt", dump_only=True)
    kinds = fields.List(fields.String(), dump_only=True)
    seen = fields.String(dump_only=True)


class SettlementShape(Shape):
    """What somebody settled. outcome: right (all stay) or kept (one stays, the others are rejected as duplicates)."""

    id = fields.Integer(dump_only=True)
    outcome = fields.String(dump_only=True)
    words = fields.String(dump_only=True)
    actor_id = fields.Integer(data_key="actorId", dump_only=True)
    at = Moment(data_key="createdAt", dump_only=True)
    undone_at = Moment(data_key="undoneAt", dump_only=True)


class GroupShape(Shape):
    """A record with those that look the same. waits: nobody settled it; last: the settlement that stands, or null."""

    record = fields.Nested(LikeShape, attribute="first", dump_only=True)
    others = fields.List(fields.Nested(LikeShape), dump_only=True)
    more = fields.Boolean(dump_only=True)
    waits = fields.Boolean(dump_only=True)
    may = fields.Boolean(data_key="maySettle", dump_only=True)
    last = fields.Function(lambda group: SettlementShape().dump(group.last[0]) if group.last else None, dump_only=True,
                           metadata=MAYBE_OBJECT)
    undoable = fields.Boolean(data_key="canUndo", dump_only=True)


class DifferenceShape(Shape):
    """An answer that two records do not share. kind: changed, added (only the second has it), removed, or turn for a
    whole instance of a repeat; added: it is in the second alone. first, second: in the words of the
    form, null for nothing."""

    ref = fields.String(dump_only=True)
    path = fields.String(dump_only=True)
    kind = fields.String(dump_only=True)
    label = fields.String(dump_only=True)
    around = fields.String(dump_only=True)
    added = fields.Boolean(dump_only=True)
    first = fields.Function(lambda one: list(one.before.values) if one.before else None, dump_only=True,
                            metadata=MAYBE_TEXTS)
    second = fields.Function(lambda one: list(one.after.values) if one.after else None, dump_only=True,
                             metadata=MAYBE_TEXTS)


class ComparedShape(Shape):
    """Two records side by side. written: what the phone or the form wrote differently; same: how many answers both
    have."""

    said = fields.List(fields.Nested(DifferenceShape), dump_only=True)
    written = fields.List(fields.Nested(DifferenceShape), dump_only=True)
    same = fields.Function(lambda one: len(one.same), dump_only=True, metadata=MAYBE_NUMBER)


class NewSettlementShape(Shape):
    """How records are settled. submissions: {instanceID: how it was seen}; keep: the one that stays, for kept."""

    outcome = fields.String(required=True, validate=validate.OneOf(("right", "kept")))
    submissions = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    keep = fields.String(load_default="")
    words = fields.String(load_default="")


class LikenessShape(Shape):
    """What makes records of a form the same: the fields of a key, and whether the whole content does. offered: fields
    that a key may have; done, total: while all that was sent is looked at anew, else null."""

    key = fields.List(fields.String(), load_default=list)
    content = fields.Boolean(load_default=True)
    offered = fields.Function(lambda one: [{"path": path, "label": label} for path, label in one.fields],
                              dump_only=True, metadata=OBJECTS)
    done = fields.Integer(dump_only=True)
    total = fields.Function(lambda one: None if one.done is None else one.total, dump_only=True,
                            metadata=MAYBE_NUMBER)
