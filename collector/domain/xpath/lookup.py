"""Room for looking up a row of a list by the text of one column, without reading every row.

It must not know how expressions are compiled: the value sought arrives as something to run.
`paths` asks it for predicates `[column = value]` on secondary instances; the index stays with the rows' parent.
The phone has such an index too, and there takes a plain path or literal as it is outside of the predicate.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from collector.domain.xpath.context import Context
from collector.domain.xpath.syntax import Binary, Call, Part, Path, Text, parts
from collector.domain.xpath.tree import Node, NodeSet

FEWEST = 8  # below this many rows a scan is as fast
# functions that look at the row itself, or give another value each time
OF_THE_ROW = frozenset({"position", "once", "random", "uuid", "randomize", "indexed-repeat", "jr:choice-name",
                        "jr:itext", "string-length", "normalize-space"})


@dataclass(frozen=True, slots=True)
class Lookup:
    """column: name of the child that is compared. value: what it is compared with, the same for every row.
    paths: steps of the absolute paths in it, each with whether it is filtered. is_whole: the predicate says nothing
    else. as_outside: the phone computes the value outside of the predicate."""

    column: str
    value: Callable[[Context], object]
    paths: tuple[tuple[tuple[str, bool], ...], ...]
    is_whole: bool
    as_outside: bool

    def hits(self, rows: Sequence[Node], inside: Context, outside: Context) -> list[Node] | None:
        """The rows whose column is the value; None when only a scan can tell (no text, odd rows)."""
        as_outside = self.as_outside and outside.in_form
        if not as_outside and (len(rows) < FEWEST or self._depends_on_row(rows[0])):
            return None
        context = outside if as_outside else inside
        found = self.value(context)
        if isinstance(found, NodeSet):
            found = found.unpack(context)
        if not isinstance(found, str):
            return None
        parent = rows[0].parent
        if parent.indexes is None:
            parent.indexes = {}
        key = rows[0].name, self.column
        if key not in parent.indexes:
            parent.indexes[key] = _index(rows, self.column)
        index = parent.indexes[key]
        return None if index is None else index.get(found, [])

    def _depends_on_row(self, row: Node) -> bool:
        """Whether a path in the value follows the row's own place: its names agree with the row's path."""
        above: list[Node] = []
        while row is not None:
            above.insert(0, row)
            row = row.parent
        return any(_follows(path, above) for path in self.paths)


def _follows(path: tuple[tuple[str, bool], ...], above: Sequence[Node]) -> bool:
    for depth, ((name, is_filtered), node) in enumerate(zip(path, above, strict=False)):
        if name not in ("*", node.name):
            return False
        if depth and not is_filtered:
            return True
    return False


def _index(rows: Sequence[Node], column: str) -> dict[str, list[Node]] | None:
    found: dict[str, list[Node]] = {}
    for row in rows:
        cells = row.by_name.get(column, ())
        if len(cells) > 1 or not row.relevant or (cells and (cells[0].type or not cells[0].relevant)):
            return None
        found.setdefault(cells[0].text if cells else "", []).append(row)
    return found


def lookup_of(predicate: Part, run: Callable[[Part], Callable[[Context], object]]) -> Lookup | None:
    """How an index answers the predicate, or narrows it down: its first condition is `column = value`."""
    condition, is_whole = predicate, True
    while isinstance(condition, Binary) and condition.operator == "and":
        condition, is_whole = condition.left, False
    if not (isinstance(condition, Binary) and condition.operator == "="):
        return None
    for cell, value in ((condition.left, condition.right), (condition.right, condition.left)):
        column = _column(cell)
        if column and _is_same_for_all(value):
            paths = tuple(tuple((step.name, bool(step.predicates)) for step in part.steps)
                          for part in parts(value) if isinstance(part, Path))
            as_outside = is_whole and isinstance(value, Path | Text)
            return Lookup(column, run(value), paths, is_whole, as_outside)
    return None


def _column(part: Part) -> str:
    """The name in a path of one name; '' for all else."""
    if not isinstance(part, Path) or part.start != "" or len(part.steps) != 1:
        return ""
    step = part.steps[0]
    return step.name if (step.axis, step.test, step.predicates) == ("child", "name", ()) else ""


def _is_same_for_all(part: Part) -> bool:
    """Whether the value is the same whatever row is looked at."""
    for one in parts(part):
        if isinstance(one, Call) and one.name in OF_THE_ROW:
            return False
        if isinstance(one, Path) and one.start == "":
            return False
    return True
