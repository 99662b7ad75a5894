"""Room for the plainest faults of an expression in an XLSForm: quotes and brackets that do not close.

It must not know XPath beyond its strings and brackets; what an expression means is judged elsewhere.
`xlsform` refuses a form with such a fault, because the phone would refuse it in the field.
"""

from dataclasses import dataclass

PAIRS = {")": "(", "]": "[", "}": "{"}
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
