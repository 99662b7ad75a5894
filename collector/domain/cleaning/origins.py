"""Which columns a column is made of: through calculations of the form and through expressions of a recipe.

It must not protect anything: `steps/privacy` does. What only decides between others (a condition, a comparison, a
count) does not show in the result; what is computed, joined, or looked up by does.
"""

from collections.abc import Iterable

from collector.domain.cleaning.ground import Circumstances, Ground
from collector.domain.tabular.shape import DataTable
from collector.domain.xpath.errors import ParseError
from collector.domain.xpath.expression import Expression, compiled
from collector.domain.xpath.syntax import Binary, Call, Filter, Part, Path, below, parts

_DECIDING = frozenset({"=", "!=", "<", "<=", ">", ">=", "and", "or"})
_BARE = frozenset({"selected", "count", "count-selected", "count-non-empty", "not", "boolean", "regex", "contains",
                   "starts-with", "ends-with", "string-length", "position", "checklist", "weighted-checklist"})


def ground_of(tables: Iterable[DataTable], circumstances: Circumstances) -> Ground:
    """What the first step of a recipe stands on."""
    tables = tuple(tables)
    return Ground({one.path: one for one in tables}, circumstances, calculated(tables))


def flowing(expression: Expression, here: str) -> frozenset[str]:
    """The absolute paths whose answers show in what the expression gives, for one that belongs to the path `here`."""
    offsets = _offsets(expression.ast)
    found = (one.path(here) for one in expression.references if one.offset in offsets)
    return frozenset(one for one in found if one)


def calculated(tables: Iterable[DataTable]) -> dict[str, frozenset[str]]:
    """Variable id -> ids of all that it is made of, by the form's own calculations."""
    variables = {one.id: one for table in tables for one in table.variables}
    found: dict[str, set[str]] = {}
    for id, one in variables.items():
        if one.field is None or not one.field.calculate:
            continue
        try:
            expression = compiled(one.field.calculate)
        except ParseError:
            continue
        paths = {path.partition("/")[2].partition("/") for path in flowing(expression, "/root" + id)}
        sources = {"/" + below for _root, _slash, below in paths} & variables.keys() - {id}
        if sources:
            found[id] = sources
    grew = True
    while grew:
        grew = False
        for id, sources in found.items():
            more = {deeper for one in sources for deeper in found.get(one, ()) if deeper != id} - sources
            if more:
                sources |= more
                grew = True
    return {id: frozenset(sources) for id, sources in found.items()}


def _offsets(whole: Part) -> set[int]:
    """Offsets of the paths whose values flow into the value of the part. Sums may be thousands of parts deep."""
    found: set[int] = set()
    waiting = [whole]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Path):
            found.add(part.offset)
            start = part.start.base if isinstance(part.start, Filter) else part.start
            if isinstance(start, Call) and start.name == "instance":  # what a row is looked up by says who it is
                found.update(one.offset for step in part.steps for predicate in step.predicates
                             for one in parts(predicate) if isinstance(one, Path))
        elif isinstance(part, Call) and part.name == "if":
            waiting.extend(part.arguments[1:])
        elif not _is_bare(part):
            waiting.extend(below(part))
    return found


def _is_bare(part: Part) -> bool:
    """Whether nothing of what stands below shows in the value."""
    return (isinstance(part, Binary) and part.operator in _DECIDING) or (
        isinstance(part, Call) and part.name in _BARE)
