"""Room for the functions about text: cutting, searching, replacing, matching.

It must not know forms. Lengths and places count UTF-16 units, as the phone's strings do; `registry` lists these.
"""

import re

from collector.domain.xpath.context import STEPS, Context
from collector.domain.xpath.errors import OutOfSteps, failed
from collector.domain.xpath.functions.function import MANY, Function, listed, unpacked
from collector.domain.xpath.functions.java_class import PatternError
from collector.domain.xpath.functions.java_regex import matches
from collector.domain.xpath.tree import NodeSet
from collector.domain.xpath.values import BLANKS, Value, to_int, to_string

SPACES = re.compile(r"[ \t\n\x0b\f\r]+")
LONGEST = 5_000_000


def units(text: str) -> str:
    """The text with each character beyond 16 bits as its two halves."""
    if text.isascii() or max(text) <= "\uffff":
        return text
    data = text.encode("utf-16-le", "surrogatepass")
    return "".join(chr(data[place] | data[place + 1] << 8) for place in range(0, len(data), 2))


def whole(text: str) -> str:
    """The halves joined again; a half without its other one becomes the replacement character."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def joined(parts: list[str], separator: str, context: Context) -> str:
    """The parts as one text. Raises OutOfSteps before memory runs out."""
    length = sum(map(len, parts)) + len(separator) * max(len(parts) - 1, 0)
    if length > LONGEST:
        raise OutOfSteps("", 0, "The text grows too long")
    context.spend(length // 100)
    return separator.join(parts)


def concat(context: Context, *arguments: Value | NodeSet) -> str:
    """All values as one text; of a set as the only argument, all its nodes."""
    return joined([to_string(value, context) for value in listed(arguments, context)], "", context)


def join(context: Context, separator: Value | NodeSet, *arguments: Value | NodeSet) -> str:
    """All values with the separator between them, also around empty ones."""
    between = to_string(unpacked(separator, context), context)
    return joined([to_string(value, context) for value in listed(arguments, context)], between, context)


def substr(context: Context, value: Value, start: Value, end: Value | None = None) -> str:
    """From start (0-based) up to but without end; negative places count from the end."""
    text = units(to_string(value, context))
    length = len(text)
    first = to_int(start, context)
    last = length if end is None else to_int(end, context)
    first, last = (place + length if place < 0 else place for place in (first, last))
    return whole(text[max(first, 0):max(last, 0)])


def before(context: Context, value: Value, mark: Value) -> str:
    """What stands before the first mark, '' without one."""
    head, found, _ = _parted(to_string(value, context), to_string(mark, context))
    return head if found else ""


def after(context: Context, value: Value, mark: Value) -> str:
    """What stands after the first mark, '' without one."""
    return _parted(to_string(value, context), to_string(mark, context))[2]


def _parted(text: str, mark: str) -> tuple[str, bool, str]:
    place = text.find(mark)
    return ("", False, "") if place < 0 else (text[:place], True, text[place + len(mark):])


def translate(context: Context, value: Value, from_signs: Value, to_signs: Value) -> str:
    """Each sign of the second text replaced by the one at its place in the third, or left out; first place counts."""
    text, old, new = (units(to_string(part, context)) for part in (value, from_signs, to_signs))
    table: dict[int, str] = {}
    for place, sign in enumerate(old):
        table.setdefault(ord(sign), new[place:place + 1])
    return whole(text.translate(table))


def _own(context: Context) -> Value:
    """The value of the node the expression stands at."""
    if context.candidate is not None:
        return context.candidate
    if context.node is None:
        raise failed("There is no node here")
    return context.node.typed(context)


def length(context: Context, value: Value | None = None) -> float:
    """How many UTF-16 units: an emoji is two."""
    return float(len(units(to_string(_own(context) if value is None else value, context))))


def normalized(context: Context, value: Value | None = None) -> str:
    """Trimmed, with single spaces inside."""
    text = to_string(_own(context) if value is None else value, context)
    return SPACES.sub(" ", text.strip(BLANKS))


def regex(context: Context, value: Value, pattern: Value) -> bool:
    """Whether the whole text matches the pattern, in Java's syntax. A pattern that takes too long costs much budget."""
    try:
        return matches(to_string(pattern, context), to_string(value, context))
    except PatternError as error:
        raise failed(f"The regular expression is not valid: {error}") from None
    except TimeoutError:
        context.spend(STEPS // 10)
        raise OutOfSteps("", 0, "The regular expression takes too long") from None


def _pair(call) -> Function:
    """The function of two texts."""
    return Function(lambda context, a, b: call(to_string(a, context), to_string(b, context)), 2, 2)


FUNCTIONS = {
    "concat": Function(concat, 0, MANY, sets=True),
    "join": Function(join, 1, MANY, sets=True),
    "substr": Function(substr, 2, 3),
    "substring-before": Function(before, 2, 2),
    "substring-after": Function(after, 2, 2),
    "translate": Function(translate, 3, 3),
    "contains": _pair(lambda text, part: part in text),
    "starts-with": _pair(str.startswith),
    "ends-with": _pair(str.endswith),
    "string-length": Function(length, 0, 1),
    "normalize-space": Function(normalized, 0, 1),
    "regex": Function(regex, 2, 2),
}
