"""Room for what is told of an answer by no expression of its own: type, relevance, bounds, files, choices.

It must not order anything nor keep anything: `judging` calls it and keeps what it finds.
"""

from math import isclose
from typing import TYPE_CHECKING

from collector.domain.checking.choosing import Choosing, name_of
from collector.domain.checking.record import Answer
from collector.domain.checking.rules import Rule
from collector.domain.fields import Range
from collector.domain.xpath.tree import Node, NodeSet
from collector.domain.xpath.values import text_number

if TYPE_CHECKING:
    from collector.domain.checking.judging import Judging

FAILED = object()  # what stands where an expression has no value
ONLY_PHONE = "It depends on what only the phone knew"
PLACES = ("geopoint", "geotrace", "geoshape")


def judge_nodes(judging: "Judging") -> None:
    """Every node as it was sent: unknown, of another type, not relevant, wrongly calculated, out of bounds."""
    for parent, name, place, text in judging.record.unknown:
        said = name if place == 1 else f"{name}[{place}]"
        judging.add(parent, "unknown", text, path="", name=said)
    for nodes in judging.record.at.values():
        for node in nodes:
            if node.sent is not None:
                _judge(judging, node)


def _judge(judging: "Judging", node: Answer) -> None:
    sent = node.sent.strip()
    if node in judging.made:
        if node.relevant:
            judging.add(node, "calculate", sent, computed=judging.made[node])
        return
    if not sent or not node.spot.is_leaf:
        return
    if not node.relevant:
        judging.add(node, "relevant", sent)
        return
    if not node.fits or (node.type in PLACES and not _is_on_earth(node.typed(judging.context))):
        judging.add(node, "type", sent, type=node.type)
        return
    one = node.spot.field
    if one.range is not None:
        _bounds(judging, node, one.range)
    files = judging.circumstances.files
    if one.binary and files is not None and sent not in files:
        judging.add(node, "file", sent)


def _is_on_earth(text: str) -> bool:
    """Whether the points, as the engine writes them, have a latitude and a longitude."""
    parts = [part.split() for part in text.split(";") if part.strip()]
    return all(len(point) < 2 or (abs(float(point[0])) <= 90 and abs(float(point[1])) <= 180) for point in parts)


def _bounds(judging: "Judging", node: Answer, bounds: Range) -> None:
    number, start, end, step = (text_number(text) for text in (node.text, bounds.start, bounds.end, bounds.step))
    low, high = sorted((start, end))
    steps = (number - start) / step if step else 0.0
    if number < low or number > high or not (isclose(steps, round(steps), abs_tol=1e-6) if steps == steps else True):
        judging.add(node, "range", node.text, start=bounds.start, end=bounds.end, step=bounds.step)


def choose(judging: "Judging", choosing: Choosing, node: Answer) -> None:
    """The names that were chosen against those that could be."""
    chosen = [node.text] if node.control == "select1" else node.text.split()
    left = [name for name in dict.fromkeys(chosen) if name not in choosing.names]
    if not left:
        return
    if choosing.searched:
        judging.remark(node, "choices", "search()", "The phone alone can search this list")
        return
    left = _not_listed(judging, choosing, node, left)
    if left and (choosing.instance in judging.lists.changing or judging.lists.touched):
        judging.remark(node, "choices", choosing.instance, ONLY_PHONE)
        return
    for name in left:
        judging.add(node, "choice", name)


def _not_listed(judging: "Judging", choosing: Choosing, node: Answer, names: list[str]) -> list[str]:
    """Those of the names that are not in the list as filtered; none when that cannot be told."""
    rule = choosing.rule
    judging.lists.touched = False
    if rule is not None and judging.is_unsure(rule):
        judging.note(rule, node, ONLY_PHONE)
        return []
    if choosing.by_name:
        rows = judging.lists.named(choosing.instance, choosing.column)
        if rows is None:
            if not judging.lists.lacking:
                judging.remark(node, "choices", choosing.instance, "The list is not here")
            return []
        return [name for name in names if not _is_offered(judging, choosing.filter, node, rows.get(name, []))]
    if rule is None:
        return names
    found = judging.value(rule, node, as_set=True)
    if not isinstance(found, NodeSet):
        return []
    offered = {name_of(one, choosing.column) for one in found.nodes}
    return [name for name in names if name not in offered]


def _is_offered(judging: "Judging", condition: Rule | None, node: Answer, rows: list[Node]) -> bool:
    """Whether one of the rows of a name fulfils the filter; true when that cannot be told."""
    if condition is None:
        return bool(rows)
    context = judging.at(node)
    for row in rows:
        held = judging.value(condition, node, context.at(row, 1))
        if held is True or held is FAILED:
            return True
    return False
