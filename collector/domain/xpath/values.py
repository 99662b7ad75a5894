"""Room for the values of expressions: text, number, boolean, moment; how each becomes another, as on the phone.

It must not know nodes, paths or forms: sets of nodes arrive unpacked.
`compile` compares and computes with it, `tree` types answers with it, the checks store what a calculate gives.
"""

import re
from math import inf, isinf, isnan, nan

from collector.domain.xpath.context import Context
from collector.domain.xpath.errors import failed
from collector.domain.xpath.moments import (
    INT_LEAST,
    INT_MOST,
    Moment,
    clock_text,
    day_number,
    day_text,
    java_int,
    local,
    moment_text,
    parse_clock,
    parse_day,
    parse_moment,
    wall,
)

Value = str | float | bool | Moment

NEAR = 1e-12
STORED_NEAR = 1e-9
LONG_LEAST, LONG_MOST = -(2**63), 2**63 - 1
BLANKS = "".join(map(chr, range(33)))  # what Java trims
NUMBER = re.compile(r"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)\Z")
JAVA_DOUBLE = re.compile(r"([+-]?)(?:(NaN)|(Infinity)|((?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)[fFdD]?)\Z")
SEVERAL = frozenset({"select", "rank", "odk:rank"})


def to_string(value: Value, context: Context) -> str:
    """The text: integers without a point, other numbers as Java writes them, a moment as its local day."""
    if isinstance(value, str):
        return value
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, float):
        return number_text(value)
    return day_text(value, context.zone)


def number_text(number: float) -> str:
    """The number as `string()` gives it: within 1e-12 of a 32-bit integer without a point."""
    if isnan(number) or isinf(number):
        return java_number(number)
    if abs(number) < NEAR:
        return "0"
    whole = int(number)
    if INT_LEAST <= whole <= INT_MOST and abs(number - whole) < NEAR:
        return str(whole)
    return java_number(number)


def java_number(number: float) -> str:
    """Java's text of a double: '0.5', '1.0E7', '1.0E-4', 'NaN', '-Infinity'."""
    if isnan(number):
        return "NaN"
    if isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    plain = repr(number)
    size = abs(number)
    if size == 0 or 1e-3 <= size < 1e7:
        return plain
    digits, _, exponent = f"{plain}e0".partition("e")
    if plain == digits:  # Python leaves the exponent out up to 1e16, and from 1e-4
        sign, digits = ("-", plain[1:]) if number < 0 else ("", plain)
        whole, _, fraction = digits.partition(".")
        if whole == "0":
            bare = fraction.lstrip("0")
            power = len(bare) - len(fraction) - 1
        else:
            bare, power = whole + (fraction if fraction != "0" else ""), len(whole) - 1
        bare = bare.rstrip("0") or "0"
        return f"{sign}{bare[0]}.{bare[1:] or '0'}E{power}"
    power = int(exponent.partition("e")[0])
    return f"{digits if '.' in digits else digits + '.0'}E{power}"


def to_number(value: Value, context: Context) -> float:
    """The number: NaN for text that is none (no exponents, no plus sign); whole local days for a moment."""
    if isinstance(value, float):
        return value
    if isinstance(value, str):
        return text_number(value)
    if value is True or value is False:
        return 1.0 if value else 0.0
    return float(day_number(value, context.zone))


def text_number(text: str) -> float:
    """The number that `number()` reads in a text; a comma counts as a point."""
    text = text.replace(",", ".").strip(BLANKS)
    return float(text) if NUMBER.match(text) else nan


def to_boolean(value: Value, context: Context) -> bool:
    """False for '' and for numbers within 1e-12 of 0 and NaN; a moment is true."""
    if value is True or value is False:
        return value
    if isinstance(value, str):
        return value != ""
    if isinstance(value, float):
        return abs(value) > NEAR  # NaN is not
    return True


def equal(a: Value, b: Value, context: Context) -> bool:
    """As booleans when one is a boolean, else as numbers when one is a number, else as text."""
    if isinstance(a, bool) or isinstance(b, bool):
        return to_boolean(a, context) == to_boolean(b, context)
    if isinstance(a, float) or isinstance(b, float):
        return abs(to_number(a, context) - to_number(b, context)) < NEAR
    return to_string(a, context) == to_string(b, context)


def less(a: Value, b: Value, context: Context) -> bool:
    """Always as numbers; false when one of them is none."""
    return to_number(a, context) < to_number(b, context)


def to_int(value: Value, context: Context) -> int:
    """The number cut to a 32-bit integer as Java casts it: 0 for NaN, the nearest end for what is out of range."""
    number = to_number(value, context)
    if isnan(number):
        return 0
    return int(min(max(number, INT_LEAST), INT_MOST))


def parse_date(text: str, context: Context) -> Moment | None:
    """The instant of a date or date-time as text; None when it is none."""
    return parse_moment(text, context.zone)


def typed(text: str, bind_type: str, control: str, context: Context) -> Value | None:
    """The value of an answer by its bind type, or by its control for selects; None when the text is not of that type.

    Text stays as it is; '' for an empty answer of any type.
    """
    kind = bind_type.rpartition(":")[2] if bind_type else ""
    if control in SEVERAL or kind in SEVERAL:
        return " ".join(name for name in text.split(" ") if name)
    read = None if control == "select1" else READERS.get(kind)
    if read is None:
        return text
    trimmed = text.strip(BLANKS)
    return read(trimmed, context) if trimmed else ""


def _integer(text: str, context: Context) -> float | None:
    number = java_int(text)
    return None if number is None else float(number)


def _long(text: str, context: Context) -> float | None:
    fits = re.match(r"[+-]?[0-9]{1,19}\Z", text) and LONG_LEAST <= int(text) <= LONG_MOST
    return float(int(text)) if fits else None


def java_double(text: str) -> float | None:
    """What Java reads in a text as a double, exponents and NaN included; None for what is none."""
    found = JAVA_DOUBLE.match(text)
    if not found:
        return None
    sign = -1.0 if found[1] == "-" else 1.0
    return sign * (nan if found[2] else inf if found[3] else float(found[4]))


def _decimal(text: str, context: Context) -> float | None:
    return java_double(text)


def _day(text: str, context: Context) -> Moment | None:
    day = parse_day(text)
    return None if day is None else wall(day, context.zone)


def _clock(text: str, context: Context) -> Moment | None:
    return parse_clock(text, local(Moment(context.now), context.zone).date(), context.zone)


def _point(text: str, context: Context) -> str | None:
    parts = [java_double(part) for part in text.split(" ") if part]
    if len(parts) > 4 or None in parts:
        return None
    parts += [0.0] * (4 - len(parts))
    return " ".join(map(java_number, parts)) if any(parts) else ""


def _points(text: str, context: Context) -> str | None:
    points = [_point(part.strip(BLANKS), context) for part in text.rstrip(";").split(";")]
    return None if None in points else "; ".join(points)


READERS = {
    "int": _integer, "integer": _integer, "long": _long, "decimal": _decimal, "double": _decimal, "float": _decimal,
    "date": _day, "dateTime": parse_date, "time": _clock, "boolean": lambda text, context: text in ("1", "t"),
    "geopoint": _point, "geotrace": _points, "geoshape": _points,
}


def stored(value: Value, bind_type: str, context: Context) -> str:
    """The text that a calculate with this result leaves in the submission; '' for '' and NaN.

    Booleans 1 and 0, whole numbers without a point, a moment in full unless the type is date or time. Raises EvalError
    where the type takes no such value.
    """
    kind = bind_type.rpartition(":")[2] if bind_type else ""
    if value == "" or (isinstance(value, float) and isnan(value)):
        return ""
    if kind == "boolean" or isinstance(value, bool):
        if isinstance(value, Moment):
            raise failed("A date is no boolean")
        return "1" if to_boolean(value, context) else "0"
    if isinstance(value, float):
        return _stored_number(value, kind)
    if isinstance(value, Moment):
        texts = {"date": day_text, "time": clock_text}
        return texts.get(kind, moment_text)(value, context.zone)
    if kind in ("geopoint", "geotrace", "geoshape"):
        text = READERS[kind](value.strip(BLANKS), context)
        if text is None:
            raise failed(f"{value!r} is no {kind}")
        return text
    return value


def _stored_number(number: float, kind: str) -> str:
    whole = int(min(max(number, LONG_LEAST), LONG_MOST))
    integral = abs(number - whole) < STORED_NEAR
    if kind in ("int", "integer"):
        return str(min(max(whole, INT_LEAST), INT_MOST))
    return str(whole) if integral or kind == "long" else java_number(number)
