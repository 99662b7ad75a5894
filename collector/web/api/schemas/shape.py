"""Room for what all shapes of the API share: names on the wire, times, and what a wrong body is called.

It must not know services. Central's camelCase exists only in this folder.
"""

from datetime import UTC, datetime

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from collector.domain import problems

LARGEST = 10**15 - 1  # of numbers that are asked for: each database can compare it

# what the description of the API says of a field that is computed
TEXT, NUMBER, SWITCH = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}
MAYBE_TEXT, MAYBE_NUMBER = {"type": ["string", "null"]}, {"type": ["integer", "null"]}
TEXTS, OBJECTS = {"type": "array", "items": TEXT}, {"type": "array", "items": {"type": "object"}}
MAYBE_TEXTS = {"type": ["array", "null"], "items": TEXT}
OBJECT, MAYBE_OBJECT, COUNTS = {"type": "object"}, {"type": ["object", "null"]}, {
    "type": "object", "additionalProperties": NUMBER}


class Moment(fields.Field):
    """A time on the wire: ISO 8601 in UTC with milliseconds."""

    def _serialize(self, value: datetime | None, attr, obj, **options) -> str | None:
        return moment(value)


def moment(value: datetime | None) -> str | None:
    """A time as the API writes it."""
    if value is None:
        return None
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Shape(Schema):
    """A shape that ignores what it does not know, as Central does."""

    class Meta:
        unknown = EXCLUDE

    def on_bind_field(self, field_name: str, field_obj: fields.Field) -> None:
        """Numbers have an end, and texts can be stored, also within JSON."""
        if isinstance(field_obj, fields.String):
            field_obj.validators = [*field_obj.validators, _storable]
        if isinstance(field_obj, fields.Dict):
            field_obj.validators = [*field_obj.validators, _storable_words]
        if isinstance(field_obj, fields.Integer):
            field_obj.validators = [*field_obj.validators, validate.Range(-LARGEST, LARGEST)]

    def read(self, body: dict) -> dict:
        """The values of a body under our names.

        Raises 400.2, 400.3 (missing), 400.4 (unknown, where that matters), 400.8 (unusable), 400.11 (type), 400.22.
        """
        try:
            return self.load(body)
        except ValidationError as fault:
            raise _problem(self, body, fault.messages) from None


def _storable(text: str) -> None:
    if "\x00" in text or text.encode("utf-8", "ignore").decode() != text:
        raise problems.unstorable(text)


def _storable_words(given: dict) -> None:
    for text in (one for pair in given.items() for one in pair if isinstance(one, str)):
        _storable(text)


def _problem(shape: Shape, body: dict, messages: dict) -> problems.Problem:
    wire = {field.data_key or name: field for name, field in shape.fields.items()}
    strange = [name for name in messages if name not in wire]
    if strange:
        return problems.unexpected_parameter(str(strange[0]))
    required = [name for name, field in wire.items() if field.required]
    missing = [name for name in messages if body.get(name) is None and wire[name].required]
    if missing:
        given = {name: body[name] for name in required if name in body and not wire[name].load_only}
        return (problems.missing_parameter(required[0]) if len(required) == 1
                else problems.missing_parameters(required, given))
    name, said = next(iter(messages.items()))
    if isinstance(said, dict):
        return _within(name, said, body.get(name))
    said = str(said[0] if isinstance(said, list) else said)
    if said in (wire[name].error_messages.get("invalid"), wire[name].error_messages.get("null")):
        return problems.wrong_type(name, body.get(name), _word(wire[name]))
    return problems.unexpected_value(name, body.get(name), said.rstrip(".").lower())


def _within(name: str, messages: dict, value) -> problems.Problem:
    """What is wrong deep in a value, told by the way there: forms.0.state."""
    while isinstance(messages, dict):
        step, messages = next(iter(messages.items()))
        name = f"{name}.{step}"
        if isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            value = value.get(step) if isinstance(value, dict) else None
    said = str(messages[0] if isinstance(messages, list) else messages)
    if value is None and said == fields.Field.default_error_messages["required"]:
        return problems.missing_parameter(name)
    return problems.unexpected_value(name, value, said.rstrip(".").lower())


def _word(field: fields.Field) -> str:
    return {fields.String: "a string", fields.Boolean: "a boolean", fields.Integer: "a number"}.get(
        type(field), type(field).__name__.lower())
