"""Room for what kind of value a part of an expression has, as far as the form alone tells.

It must not judge. Comparisons and calls are judged by these kinds; '' is a kind that cannot be told.
"""

import re

from collector.domain.fields import Field
from collector.domain.linting.scope import Scope, Spot
from collector.domain.xpath.errors import ParseError
from collector.domain.xpath.expression import compiled
from collector.domain.xpath.syntax import Binary, Call, Negative, Number, Part, Path, Text

DEEPEST = 12  # calculations that stand on calculations
OF_TYPE = {"int": "number", "decimal": "number", "date": "date", "dateTime": "dateTime", "time": "time",
           "boolean": "boolean", "select1": "text", "select": "text", "rank": "text", "string": "text",
           "geopoint": "text", "geotrace": "text", "geoshape": "text", "binary": "text", "barcode": "text"}
RETURNING = {
    "boolean": """true false not boolean boolean-from-string selected is-selected contains starts-with ends-with regex
        checklist weighted-checklist geofence""",
    "number": """number int round abs pow sqrt exp exp10 log log10 sin cos tan asin acos atan atan2 pi min max sum count
        count-non-empty string-length count-selected position decimal-date-time decimal-time random area distance""",
    "text": """string concat join substr substring-before substring-after translate normalize-space selected-at
        format-date format-date-time uuid digest jr:choice-name jr:itext""",
    "date": "today date", "dateTime": "now date-time",
}
RETURNED = {name: kind for kind, names in RETURNING.items() for name in names.split()}
NUMERIC = re.compile(r"\s*-?(\d+([.,]\d*)?|[.,]\d+)\s*")
DATE = re.compile(r"\s*\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(T.*)?\s*")
MOMENTS = ("date", "dateTime", "time")


def kind(part: Part, scope: Scope, here: Spot | None, depth: int = 0) -> str:
    """number, text, boolean, date, dateTime, time, or '' when only an answer would tell."""
    if isinstance(part, Number | Negative):
        return "number"
    if isinstance(part, Text):
        return "text"
    if isinstance(part, Binary):
        return "number" if part.operator in ("+", "-", "*", "div", "mod") else "boolean"
    if isinstance(part, Call):
        return _of_call(part, scope, here, depth)
    field = scope.field(part, here) if isinstance(part, Path) else None
    return of_field(field) if field is not None and field.kind in ("field", "attribute") else ""


def of_field(field: Field) -> str:
    """The kind of a field's answer. Of a calculation without type '': text that may hold anything."""
    if field.type == "string" and not field.control:
        return {"date": "date", "today": "date"}.get(field.preload_params, "") if field.preload else ""
    return OF_TYPE.get(field.type, "")


def calculated(part: Part, scope: Scope, here: Spot | None, depth: int = 0) -> str:
    """What a calculation without type is made of, when the part is a path to one: such a date is kept as text."""
    field = scope.field(part, here)
    if field is None or field.control or field.type != "string" or not field.calculate or depth > DEEPEST:
        return ""
    try:
        made = compiled(field.calculate).ast
    except ParseError:
        return ""
    inner = Scope(scope.model, field.path)
    return kind(made, inner, inner.own, depth + 1)


def _of_call(call: Call, scope: Scope, here: Spot | None, depth: int) -> str:
    if call.name in RETURNED:
        return RETURNED[call.name]
    given = {"if": call.arguments[1:], "coalesce": call.arguments, "once": call.arguments}.get(call.name, ())
    found = {kind(one, scope, here, depth) for one in given if not (isinstance(one, Text) and not one.value)}
    if len(found) == 1:
        return found.pop()
    if call.name == "indexed-repeat" and call.arguments:
        return kind(call.arguments[0], scope, here, depth)
    return ""


def is_numeric(part: Part) -> bool:
    """Whether a text in quotes reads as a number."""
    return isinstance(part, Text) and NUMERIC.fullmatch(part.value) is not None


def date_text(part: Part) -> bool:
    """Whether a text in quotes looks like a date, however it is written."""
    return isinstance(part, Text) and DATE.fullmatch(part.value) is not None


def true_date(part: Part) -> bool:
    """Whether a text in quotes is a date as a phone writes it."""
    return isinstance(part, Text) and re.fullmatch(r"\d{4}-\d\d-\d\d", part.value) is not None
