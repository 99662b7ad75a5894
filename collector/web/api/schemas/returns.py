"""Shapes of returns. Ours: ODK Central has none.

They must not ask services.
"""

from marshmallow import fields

from collector.web.api.schemas.shape import Moment, Shape


class FieldShape(Shape):
    """A field to look at again. ref: its path with [n] on every repeat; reason: words for the enumerator."""

    ref = fields.String(required=True)
    reason = fields.String()


class NewReturnShape(Shape):
    """What goes back. due: a day; seen: instanceID of the version looked at; showValues: with what was answered."""

    wanted = fields.List(fields.Nested(FieldShape), data_key="fields")
    due = fields.String()
    words = fields.String()
    seen = fields.String()
    show_values = fields.Boolean(data_key="showValues")


class NoteShape(Shape):
    """Why it is closed."""

    note = fields.String()


class ReturnShape(Shape):
    """A return. Dumped from the store's Listed; fields: [{ref, label, reason, type, value, answer?}].

    how: edit, new, person or withdrawn, null while it is open.
    """

    id = fields.Integer(attribute="row.id", dump_only=True)
    xml_form_id = fields.String(data_key="xmlFormId", dump_only=True)
    instance_id = fields.String(attribute="submission.instance_id", data_key="instanceId", dump_only=True)
    wanted = fields.Raw(attribute="row.fields", data_key="fields", dump_only=True)
    words = fields.String(attribute="row.words", dump_only=True)
    due = fields.String(attribute="row.due", dump_only=True)
    app_user_id = fields.Integer(attribute="row.actor_id", data_key="appUserId", dump_only=True, allow_none=True)
    device_id = fields.String(attribute="row.device_id", data_key="deviceId", dump_only=True)
    editable = fields.Boolean(attribute="row.editable", dump_only=True)
    opened_by = fields.Integer(attribute="row.opened_by", data_key="openedBy", dump_only=True, allow_none=True)
    opened_at = Moment(attribute="row.opened_at", data_key="openedAt", dump_only=True)
    told_at = Moment(attribute="row.told_at", data_key="toldAt", dump_only=True)
    answered_at = Moment(attribute="row.answered_at", data_key="answeredAt", dump_only=True)
    closed_by = fields.Integer(attribute="row.closed_by", data_key="closedBy", dump_only=True, allow_none=True)
    closed_at = Moment(attribute="row.closed_at", data_key="closedAt", dump_only=True)
    how = fields.String(attribute="row.how", dump_only=True, allow_none=True)
