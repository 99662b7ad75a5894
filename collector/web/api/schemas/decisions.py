"""Shapes of decisions about one record and about many, and of how a form is reviewed. Ours: ODK Central has none.

They must not ask services.
"""

from marshmallow import fields

from collector.web.api.schemas.shape import COUNTS, TEXT, Moment, Shape


class ChoicesShape(Shape):
    """What may be decided about a record."""

    moves = fields.List(fields.String(), dump_only=True)
    seen = fields.String(dump_only=True)
    second = fields.Boolean(data_key="takesTwo", dump_only=True)
    waits_for_second = fields.Boolean(data_key="approvedOnce", dump_only=True)


class NewDecisionShape(Shape):
    """A decision to make. seen: as it was read before."""

    move = fields.String(required=True)
    seen = fields.String(required=True)
    reason = fields.String()
    words = fields.String()


class DecisionShape(Shape):
    """A decision that was made."""

    id = fields.Integer(dump_only=True)
    move = fields.String(dump_only=True)
    before = fields.Function(lambda one: one.before or "received", dump_only=True, metadata=TEXT)
    after = fields.Function(lambda one: one.after or "received", dump_only=True, metadata=TEXT)
    reason = fields.String(dump_only=True)
    words = fields.String(dump_only=True)
    actor_id = fields.Integer(data_key="actorId", dump_only=True)
    undoes = fields.Integer(dump_only=True)
    at = Moment(data_key="createdAt", dump_only=True)


class ReviewSettingsShape(Shape):
    """How a form is reviewed. roles: {move: system names of roles}; second: approval takes two people."""

    roles = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))
    second = fields.Boolean(data_key="takesTwo")


class NewBulkShape(Shape):
    """A decision about many to plan: over a filter, or these records."""

    move = fields.String(required=True)
    filter = fields.Dict(keys=fields.String(), values=fields.String())
    submissions = fields.List(fields.Dict())


class ConfirmShape(Shape):
    """count: how many change, as the plan says."""

    count = fields.Integer(required=True)
    reason = fields.String()
    words = fields.String()


class BulkShape(Shape):
    """A decision about many. Dumped from services' Shown; outcomes: how many came, or would come, out how."""

    id = fields.Integer(attribute="row.id", dump_only=True)
    move = fields.String(attribute="row.move", dump_only=True)
    state = fields.String(attribute="row.state", dump_only=True)
    total = fields.Integer(attribute="row.total", dump_only=True)
    done = fields.Integer(attribute="row.done", dump_only=True)
    changes = fields.Integer(dump_only=True)
    outcomes = fields.Function(lambda shown: {name or "waiting": count for name, count in shown.counts.items()},
                               dump_only=True, metadata=COUNTS)
    can_undo = fields.Boolean(data_key="canUndo", dump_only=True)
    created_at = Moment(attribute="row.created_at", data_key="createdAt", dump_only=True)
    ended_at = Moment(attribute="row.ended_at", data_key="endedAt", dump_only=True)


class BulkItemShape(Shape):
    """A record of such a decision, and how it came out."""

    id = fields.Integer(dump_only=True)
    xml_form_id = fields.String(data_key="xmlFormId", dump_only=True)
    instance_id = fields.String(data_key="instanceId", dump_only=True)
    outcome = fields.String(dump_only=True)
