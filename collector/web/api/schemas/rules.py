"""Shapes of rules beyond the form, and of their dry run. Ours: ODK Central has none.

They must not ask services.
"""

from marshmallow import fields

from collector.web.api.schemas.shape import Moment, Shape


class RuleShape(Shape):
    """A rule. Dumped from services' Shown; parameters by type: domain/rules. says: in a sentence."""

    id = fields.Integer(attribute="row.id", dump_only=True)
    type = fields.String(attribute="row.type", dump_only=True)
    parameters = fields.Dict(attribute="row.parameters", dump_only=True)
    severity = fields.String(attribute="row.severity", dump_only=True)
    message_es = fields.String(attribute="row.message_es", data_key="messageEs", dump_only=True)
    message_en = fields.String(attribute="row.message_en", data_key="messageEn", dump_only=True)
    state = fields.String(attribute="row.state", dump_only=True)
    says = fields.String(attribute="en", dump_only=True)
    tried = fields.Dict(attribute="row.tried", dump_only=True, allow_none=True)
    created_at = Moment(attribute="row.created_at", data_key="createdAt", dump_only=True)
    updated_at = Moment(attribute="row.updated_at", data_key="updatedAt", dump_only=True)
    published_at = Moment(attribute="row.published_at", data_key="publishedAt", dump_only=True)


class RuleChangeShape(Shape):
    """What of a rule can be changed."""

    parameters = fields.Dict()
    severity = fields.String()
    message_es = fields.String(data_key="messageEs", allow_none=True)
    message_en = fields.String(data_key="messageEn", allow_none=True)
    state = fields.String()


class NewRuleShape(RuleChangeShape):
    """A rule to declare; it is a draft whatever state is given."""

    class Meta(RuleChangeShape.Meta):
        exclude = ("state",)

    type = fields.String(required=True)
    parameters = fields.Dict(required=True)


class TrialShape(Shape):
    """What a rule would have found in all that was sent; first: the newest findings."""

    total = fields.Integer(dump_only=True)
    looked = fields.Integer(dump_only=True)
    records = fields.Integer(dump_only=True)
    findings = fields.Integer(dump_only=True)
    complete = fields.Boolean(dump_only=True)
    first = fields.List(fields.Nested("TriedShape"), dump_only=True)


class TriedShape(Shape):
    """A finding of a dry run and the record it is in."""

    xml_form_id = fields.String(attribute="form_id", data_key="xmlFormId", dump_only=True)
    instance_id = fields.String(data_key="instanceId", dump_only=True)
    ref = fields.String(attribute="finding.ref", dump_only=True)
    value = fields.String(attribute="finding.value", dump_only=True)
    messages = fields.Dict(attribute="finding.messages", dump_only=True)
    details = fields.Dict(attribute="finding.details", dump_only=True)
