"""Shapes of webhooks and their deliveries. Ours: ODK Central has none.

They must not ask services. The secret stands in no shape: it is answered once, where it is made.
"""

from marshmallow import fields

from collector.web.api.schemas.shape import Moment, Shape


class NewWebhookShape(Shape):
    """A webhook to be. events: actions; formId: of the only form that counts; answers: whether they go along."""

    name = fields.String(required=True)
    url = fields.String(required=True)
    events = fields.List(fields.String(), required=True)
    xml_form_id = fields.String(data_key="formId")
    answers = fields.Boolean()


class WebhookChangeShape(Shape):
    """What changes. formId: '' for all forms; state: active or paused."""

    name = fields.String()
    url = fields.String()
    events = fields.List(fields.String())
    form = fields.String(data_key="formId")
    answers = fields.Boolean()
    state = fields.String()


class WebhookShape(Shape):
    """A webhook. Dumped from the services' Listed. failures: in a row, of what is sent next; runAfter: its next try."""

    id = fields.Integer(attribute="row.id", dump_only=True)
    name = fields.String(attribute="row.name", dump_only=True)
    url = fields.String(attribute="row.url", dump_only=True)
    events = fields.List(fields.String(), attribute="row.events", dump_only=True)
    xml_form_id = fields.String(data_key="formId", dump_only=True)
    answers = fields.Boolean(attribute="row.answers", dump_only=True)
    state = fields.String(attribute="row.state", dump_only=True)
    failures = fields.Integer(attribute="row.failures", dump_only=True)
    run_after = Moment(attribute="row.run_after", data_key="runAfter", dump_only=True)
    waiting = fields.Integer(dump_only=True)
    created_by = fields.Integer(attribute="row.created_by", data_key="createdBy", dump_only=True, allow_none=True)
    created_at = Moment(attribute="row.created_at", data_key="createdAt", dump_only=True)
    updated_at = Moment(attribute="row.updated_at", data_key="updatedAt", dump_only=True)


class NewSecretShape(WebhookShape):
    """The same with its secret, which is told once."""

    secret = fields.String(dump_only=True)


class DeliveryShape(Shape):
    """A delivery. uid: the id that the receiver sees; code: status of the last answer; fault: why it failed, or ''."""

    id = fields.Integer(dump_only=True)
    uid = fields.String(dump_only=True)
    action = fields.String(dump_only=True)
    state = fields.String(dump_only=True)
    tries = fields.Integer(dump_only=True)
    code = fields.Integer(dump_only=True, allow_none=True)
    fault = fields.String(dump_only=True)
    took = fields.Integer(data_key="tookMs", dump_only=True, allow_none=True)
    created_at = Moment(data_key="createdAt", dump_only=True)
    tried_at = Moment(data_key="triedAt", dump_only=True)
    ended_at = Moment(data_key="endedAt", dump_only=True)
