"""Shapes of what the check finds, of a form's policy and of re-checks. Ours: ODK Central checks nothing.

They must not ask services.
"""

from marshmallow import fields

from collector.domain.checking.findings import Finding
from collector.domain.finding_sentences import sentence
from collector.web.api.schemas.shape import MAYBE_TEXT, TEXT, Moment, Shape


class OtherShape(Shape):
    """A record that shares what was found."""

    xml_form_id = fields.Function(lambda one: one.get("xmlFormId"), data_key="xmlFormId", dump_only=True,
                                  metadata=MAYBE_TEXT)
    instance_id = fields.Function(lambda one: one.get("instanceId"), data_key="instanceId", dump_only=True,
                                  metadata=MAYBE_TEXT)
    instance_name = fields.Function(lambda one: one.get("name"), data_key="instanceName", dump_only=True,
                                    metadata=MAYBE_TEXT)


class FindingShape(Shape):
    """What one rule says about one answer. Dumped from services' Held; key names it as long as it is the same finding.

    ref: its place with [n] on every repeat; open: nobody settled it, and it is no mere note. language: of the message.
    """

    def __init__(self, language: str = "en", **options):
        super().__init__(**options)
        self.language = language

    key = fields.String(attribute="row.fingerprint", dump_only=True)
    kind = fields.String(attribute="row.kind", dump_only=True)
    severity = fields.String(attribute="row.severity", dump_only=True)
    ref = fields.String(attribute="row.ref", dump_only=True)
    path = fields.String(attribute="row.path", dump_only=True)
    value = fields.String(attribute="row.value", dump_only=True)
    message = fields.Method("words_of", dump_only=True, metadata=TEXT)
    rule_id = fields.Integer(attribute="row.rule_id", data_key="ruleId", dump_only=True)
    others = fields.List(fields.Nested(OtherShape), dump_only=True)
    open = fields.Boolean(dump_only=True)
    note = fields.String(attribute="row.settled_note", dump_only=True)
    settled_by = fields.Integer(attribute="row.settled_by", data_key="settledBy", dump_only=True)
    settled_at = Moment(attribute="row.settled_at", data_key="settledAt", dump_only=True)
    created_at = Moment(attribute="row.created_at", data_key="createdAt", dump_only=True)

    def words_of(self, held) -> str:
        """What is the matter."""
        row = held.row
        finding = Finding(row.ref, row.kind, row.severity, row.value, row.path, row.messages, row.details)
        return sentence(finding, self.language)


class SummaryShape(Shape):
    """How many records of a form have open findings. checked: whether any was checked."""

    checked = fields.Boolean(dump_only=True)
    errors = fields.Integer(dump_only=True)
    warnings = fields.Integer(dump_only=True)


class SettleShape(Shape):
    """Why a finding stands."""

    note = fields.String(required=True)


class PolicyShape(Shape):
    """The kinds of findings for which a form turns a record away; empty where it takes everything."""

    refuse = fields.List(fields.String(), required=True)


class RecheckShape(Shape):
    """A new look at all that was sent to a form: how far it is."""

    id = fields.Integer(dump_only=True)
    total = fields.Integer(dump_only=True)
    done = fields.Integer(dump_only=True)
    created_at = Moment(data_key="createdAt", dump_only=True)
    ended_at = Moment(data_key="endedAt", dump_only=True)
