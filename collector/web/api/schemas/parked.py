"""Shapes of what phones sent and could not be taken. Ours: ODK Central refuses it at the door.

They must not ask services.
"""

from marshmallow import fields

from collector.web.api.schemas.shape import Moment, Shape


class ParkedShape(Shape):
    """A line of the parking lot. code, details: of the Problem that the phone was told; state: waiting, admitted or
    dismissed; tries: how often it was sent."""

    id = fields.Integer(dump_only=True)
    state = fields.String(dump_only=True)
    code = fields.Function(lambda row: float(row.code), dump_only=True, metadata={"type": "number"})
    message = fields.String(attribute="message_en", dump_only=True)
    message_es = fields.String(data_key="messageEs", dump_only=True)
    details = fields.Raw(dump_only=True)
    xml_form_id = fields.String(data_key="xmlFormId", dump_only=True)
    form_version = fields.String(attribute="version", data_key="formVersion", dump_only=True)
    instance_id = fields.String(data_key="instanceId", dump_only=True)
    deprecated_id = fields.String(data_key="deprecatedId", dump_only=True)
    submitter_id = fields.Integer(data_key="submitterId", dump_only=True)
    device_id = fields.String(data_key="deviceId", dump_only=True)
    user_agent = fields.String(data_key="userAgent", dump_only=True)
    tries = fields.Integer(dump_only=True)
    settled_by = fields.Integer(data_key="settledBy", dump_only=True)
    settled_at = Moment(data_key="settledAt", dump_only=True)
    note = fields.String(attribute="settled_note", dump_only=True)
    created_at = Moment(data_key="createdAt", dump_only=True)
    updated_at = Moment(data_key="updatedAt", dump_only=True)


class OpenedParkedShape(ParkedShape):
    """The same with the names of the files that came with it."""

    attachments = fields.List(fields.String(), dump_only=True)


class DismissShape(Shape):
    """Why it is dismissed."""

    note = fields.String(required=True)
