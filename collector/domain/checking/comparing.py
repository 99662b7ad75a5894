"""Room for the question whether a calculated value is what was sent, as the phone would have written it.

It must not evaluate. `judging` asks it for each calculation.
"""

from math import isclose

from collector.domain.checking.record import Answer
from collector.domain.checking.rules import Rule
from collector.domain.xpath import values
from collector.domain.xpath.context import Context


def same(node: Answer, made: str, rule: Rule, context: Context) -> bool:
    """Whether both texts are the same value: numbers by number, dates by instant, all else letter by letter."""
    sent = node.text
    if sent == made or sent == made.strip(values.BLANKS):
        return True
    if not sent or not made:
        return False
    first, second = (_number(text) for text in (sent, made))
    if first is not None and second is not None:
        return first == second or (rule.inexact and isclose(first, second, rel_tol=1e-9))
    if node.type not in ("", "string", "boolean"):  # any text reads as false
        read = [values.typed(text, node.type, node.control, context) for text in (sent, made)]
        if None not in read and read[0] == read[1]:
            return True
    if made[:1].isdigit() and made.count("-") > 1 and node.type != "date":
        read = [values.parse_date(text, context) for text in (sent, made)]
        return None not in read and read[0] == read[1]
    return False


def _number(text: str) -> float | None:
    found = values.JAVA_DOUBLE.match(text)
    return float(found[1] + found[4]) if found and found[4] else None
