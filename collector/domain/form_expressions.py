"""Room for the plainest faults of an expression in an XLSForm: quotes, brackets, and functions that no phone knows.

It must not know XPath beyond its strings, brackets and names; what an expression means is judged elsewhere.
`xlsform` tells the author, because the phone would only say it in the field.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

PAIRS = {")": "(", "]": "[", "}": "{"}
# what JavaRosa 5.1 evaluates, what Collect adds, and what looks like a function but is not one
FUNCTIONS = frozenset(re.findall(r"\S+", """
    abs acos area asin atan atan2 base64-decode boolean boolean-from-string checklist coalesce concat contains cos count
    count-non-empty count-selected current date date-time decimal-date-time decimal-time depend digest distance
    enclosed-area ends-with exp exp10 extract-signed false format-date format-date-time geofence if indexed-repeat
    instance int intersects is-selected join jr:choice-name jr:itext log log10 max min normalize-space not now number
    once pi position pow property pulldata random randomize regex round selected selected-at sin sqrt starts-with string
    string-length substr substring-after substring-before sum tan today translate true uuid version weighted-checklist
"""))
NOT_FUNCTIONS = frozenset({"and", "or", "div", "mod", "text", "node", "comment", "processing-instruction"})
STRINGS_AND_REFERENCES = re.compile(r"'[^']*'|\"[^\"]*\"|\$\{[^}]*\}")
CALL = re.compile(r"(?<![\w.:/@-])([A-Za-z_][\w.:-]*)\s*\(")
CURLY = "“”‘’„«»"


@dataclass(frozen=True)
class Fault:
    """code: a key of the sentences. mark: the sign that is wrong."""

    code: str
    mark: str


def fault(expression: str) -> Fault | None:
    """The first fault of quotes or brackets outside string literals; None if there is none."""
    opened: list[str] = []
    quote = ""
    for sign in expression:
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        elif sign in CURLY:
            return Fault("EXPRESSION_CURLY", sign)
        elif sign in "([{":
            opened.append(sign)
        elif sign in PAIRS and (not opened or opened.pop() != PAIRS[sign]):
            return Fault("EXPRESSION_BRACKETS", sign)
    if quote:
        return Fault("EXPRESSION_QUOTES", quote)
    return Fault("EXPRESSION_BRACKETS", opened[-1]) if opened else None


def unknown_functions(expression: str) -> Iterator[tuple[str, str]]:
    """(name, the nearest name that is known or '') of each function called that phones do not have."""
    for name in CALL.findall(STRINGS_AND_REFERENCES.sub(" ", expression)):
        if name not in FUNCTIONS and name not in NOT_FUNCTIONS:
            yield name, nearest(name)


def nearest(name: str) -> str:
    """The function that phones know whose name is most like this one, or ''."""
    return next(iter(get_close_matches(name.lower(), sorted(FUNCTIONS), 1, 0.6)), "")
