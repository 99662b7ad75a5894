"""Shapes of a record that is corrected in place. Ours: ODK Central sends people to a web form.

They must not ask services. Dumped from `domain/correction` and `domain/correcting/asking`.
"""

from marshmallow import fields

from collector.domain.correcting import asking
from collector.domain.correction import REASONS
from collector.domain.finding_sentences import sentence
from collector.web.api.schemas.shape import MAYBE_TEXT, TEXT, Shape


class OptionShape(Shape):
    """A choice."""

    name = fields.String(dump_only=True)
    label = fields.String(dump_only=True)


class QuestionShape(Shape):
    """A question with its answer. kind: how it is asked for; values: of its inputs, four for a point, one for each name
    that was chosen, else one; options: null when the list is not here; moreOptions: there are more than these."""

    type = fields.Constant("question", dump_only=True)
    place = fields.String(dump_only=True)
    path = fields.String(dump_only=True)
    kind = fields.String(dump_only=True)
    label = fields.String(dump_only=True)
    hint = fields.String(dump_only=True)
    value = fields.String(attribute="text", dump_only=True)
    values = fields.List(fields.String(), dump_only=True)
    options = fields.List(fields.Nested(OptionShape), dump_only=True, allow_none=True)
    more_options = fields.Boolean(attribute="long", data_key="moreOptions", dump_only=True)
    read_only = fields.Boolean(attribute="fixed", data_key="readOnly", dump_only=True)
    required = fields.Boolean(dump_only=True)


class Parts(fields.Field):
    """Questions, groups and repeats, in the form's order; `type` tells which."""

    def _serialize(self, value, attr, obj, **options) -> list[dict]:
        return [_SHAPES[type(part)]().dump(part) for part in value]


class GroupShape(Shape):
    """A group with its parts."""

    type = fields.Constant("group", dump_only=True)
    place = fields.String(dump_only=True)
    label = fields.String(dump_only=True)
    parts = Parts(dump_only=True)


class InstanceShape(Shape):
    """One instance of a repeat. name: what tells it apart."""

    place = fields.String(dump_only=True)
    position = fields.Integer(dump_only=True)
    name = fields.String(dump_only=True)
    parts = Parts(dump_only=True)


class RepeatShape(Shape):
    """A repeat. next: the place of an instance to add, empty where nobody may; mayRemove: whether one may go."""

    type = fields.Constant("repeat", dump_only=True)
    place = fields.String(dump_only=True)
    label = fields.String(dump_only=True)
    instances = fields.List(fields.Nested(InstanceShape), attribute="turns", dump_only=True)
    free = fields.String(data_key="next", dump_only=True)
    may_drop = fields.Boolean(data_key="mayRemove", dump_only=True)


_SHAPES = {asking.Question: QuestionShape, asking.Section: GroupShape, asking.Repeat: RepeatShape}


class FoundShape(Shape):
    """What the check says of an answer. Dumped from (place, finding, language)."""

    place = fields.Function(lambda row: row[0], dump_only=True, metadata=TEXT)
    kind = fields.Function(lambda row: row[1].kind, dump_only=True, metadata=TEXT)
    severity = fields.Function(lambda row: row[1].severity, dump_only=True, metadata=TEXT)
    value = fields.Function(lambda row: row[1].value, dump_only=True, metadata=MAYBE_TEXT)
    message = fields.Function(lambda row: sentence(row[1], row[2]), dump_only=True, metadata=TEXT)


class CorrectionShape(Shape):
    """A record as inputs. seen: to hand back with what is changed; version: the number of the one that would come."""

    seen = fields.String(dump_only=True)
    version = fields.Integer(dump_only=True)
    parts = Parts(dump_only=True)
    findings = fields.List(fields.Nested(FoundShape), dump_only=True)
    reasons = fields.Constant(list(REASONS), dump_only=True)


class ReasonShape(Shape):
    """Why an answer changes: a code, and words, which `other` needs."""

    reason = fields.String(required=True)
    words = fields.String(load_default="")


class TypedShape(Shape):
    """What somebody changes. values: {place: values of its inputs}; added, removed: places of instances of repeats;
    sought: {place: words that a long list is searched by}."""

    seen = fields.String(required=True)
    values = fields.Dict(keys=fields.String(), values=fields.List(fields.String()), load_default=dict)
    added = fields.List(fields.String(), load_default=list)
    removed = fields.List(fields.String(), load_default=list)
    sought = fields.Dict(keys=fields.String(), values=fields.String(), load_default=dict)


class NewCorrectionShape(TypedShape):
    """The same with why: reasons {place: reason}, or one for all that none is told for."""

    reasons = fields.Dict(keys=fields.String(), values=fields.Nested(ReasonShape), load_default=dict)
    reason = fields.String(load_default="")
    words = fields.String(load_default="")


class ChangeShape(Shape):
    """An answer that would be another. kind: changed, added or removed; typed: somebody did it, else the form did."""

    place = fields.String(dump_only=True)
    path = fields.String(dump_only=True)
    kind = fields.String(dump_only=True)
    label = fields.String(dump_only=True)
    around = fields.String(dump_only=True)
    before = fields.List(fields.String(), dump_only=True)
    after = fields.List(fields.String(), dump_only=True)
    typed = fields.Boolean(dump_only=True)


class RevisionShape(Shape):
    """What a correction would do. findings: that it closes, leaves and brings; stops: those that keep it from being
    saved."""

    parts = Parts(dump_only=True)
    changes = fields.List(fields.Nested(ChangeShape), dump_only=True)
    closed = fields.List(fields.Nested(FoundShape), dump_only=True)
    left = fields.List(fields.Nested(FoundShape), dump_only=True)
    fresh = fields.List(fields.Nested(FoundShape), dump_only=True)
    stops = fields.List(fields.Nested(FoundShape), dump_only=True)
