"""Room for the functions that turn one type into another, and for what comes from outside: version, property, chance.

It must not know nodes. Numbers, text and dates have rooms of their own; `registry` lists these functions.
"""

from math import copysign, isinf, isnan, trunc

from collector.domain.xpath.context import Context
from collector.domain.xpath.errors import failed
from collector.domain.xpath.functions.function import MANY, Function
from collector.domain.xpath.values import Value, to_boolean, to_int, to_number, to_string

LONGEST = 100_000
HEXADECIMAL = "0123456789abcdef"
LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def negation(context: Context, value: Value) -> bool:
    """not(x)."""
    return not to_boolean(value, context)


def boolean_from_string(context: Context, value: Value) -> bool:
    """True for 'true' in any case and for '1' or the number 1."""
    text = to_string(value, context)
    return text == "1" or text.lower() == "true"


def whole(context: Context, value: Value) -> float:
    """int(x): cut towards zero; NaN and infinities stay."""
    number = to_number(value, context)
    if isnan(number) or isinf(number):
        return number
    return copysign(float(trunc(number)), number)


def depend(context: Context, *arguments: object) -> object:
    """The first argument as it is, be it a set; the others only say what it depends on."""
    return arguments[0]


def version(context: Context) -> str:
    """The version of the form's definition."""
    return context.version


def property_of_phone(context: Context, name: Value) -> str:
    """What the phone says of itself under this name, '' for nothing."""
    return context.properties.get(to_string(name, context), "")


def chance(context: Context) -> float:
    """random(): at least 0, less than 1."""
    if context.random is None:
        raise failed("not evaluated: chance plays no part here")
    return context.random()


def uuid(context: Context, length: Value | None = None) -> str:
    """A random UUID of version 4, or so many random letters and digits."""
    if length is not None:
        count = max(to_int(length, context), 0)
        if count > LONGEST:
            raise failed(f"uuid() of more than {LONGEST} signs")
        context.spend(count)
        return "".join(_picked(context, LETTERS) for _ in range(count))
    signs = [_picked(context, HEXADECIMAL) for _ in range(32)]
    signs[12], signs[16] = "4", _picked(context, "89ab")
    text = "".join(signs)
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _picked(context: Context, signs: str) -> str:
    return signs[int(chance(context) * len(signs)) % len(signs)]


FUNCTIONS = {
    "true": Function(lambda context: True, 0, 0),
    "false": Function(lambda context: False, 0, 0),
    "not": Function(negation, 1, 1),
    "boolean": Function(lambda context, value: to_boolean(value, context), 1, 1),
    "boolean-from-string": Function(boolean_from_string, 1, 1),
    "number": Function(lambda context, value: to_number(value, context), 1, 1),
    "int": Function(whole, 1, 1),
    "string": Function(lambda context, value: to_string(value, context), 1, 1),
    "depend": Function(depend, 1, MANY, sets=True),
    "version": Function(version, 0, 0),
    "property": Function(property_of_phone, 1, 1),
    "random": Function(chance, 0, 0),
    "uuid": Function(uuid, 0, 1),
}
