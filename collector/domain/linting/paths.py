"""Room for paths that lead nowhere, to too many answers at once, or that no phone can follow.

It must not evaluate. `form` puts its findings into sentences and places.
"""

from collections.abc import Iterator
from difflib import get_close_matches

from collector.domain.linting.kinds import kind
from collector.domain.linting.scope import LAST_SAVED, Scope, Spot, Visit
from collector.domain.xpath.syntax import Binary, Call, Filter, Number, Path, Text, Variable

Finding = tuple[str, dict[str, str]]

# functions that take every node of a path
TAKE_SETS = frozenset({"count", "count-non-empty", "sum", "min", "max", "concat", "join", "area", "enclosed-area",
                       "distance", "geofence", "randomize", "position", "indexed-repeat", "checklist",
                       "weighted-checklist", "depend", "intersects"})
TREE = ("Escriba el camino paso a paso, o use ${nombre}.", "Write the path step by step, or use ${name}.")
SPLIT = ("Escriba las dos partes por separado.", "Write both parts separately.")
INSIDE = ("Ponga la condición dentro del camino: instance('lista')/root/item[condición]/columna.",
          "Put the condition into the path: instance('list')/root/item[condition]/column.")
DOLLAR = ("Se escribe ${nombre}, con llaves.", "It is written ${name}, with braces.")


def findings(visit: Visit, scope: Scope, is_set: bool) -> Iterator[Finding]:
    """What is wrong with one path; nothing for other parts. is_set: the whole expression may give several nodes."""
    part = visit.part
    if isinstance(part, Variable):
        yield _unfollowed(f"${part.name}", DOLLAR)
    elif isinstance(part, Filter):
        yield _unfollowed(scope.told(part, visit.here), INSIDE)
    elif isinstance(part, Binary) and part.operator == "|":
        yield _unfollowed(scope.told(part, visit.here), SPLIT)
    if not isinstance(part, Path):
        return
    strange = next((step for step in part.steps if _is_strange(step)), None)
    if strange is not None:
        yield _unfollowed(_strange(strange), TREE)
        return
    yield from _conditions(part, visit, scope)
    spot = scope.spot(part, visit.here)
    if spot is None or not spot.names:
        return
    if spot.list:
        yield from _in_list(spot, part, visit, scope)
    elif spot.path not in scope.model.by_path and not spot.names[-1].startswith("@"):
        yield _nowhere(spot, part, scope)
    if spot.many and not is_set and not _is_gathered(visit):
        yield from _many(spot, part, visit, scope)


def _is_strange(step) -> bool:
    if step.axis in ("parent", "self"):
        return step.test != "node"
    return step.axis not in ("child", "attribute") or step.test not in ("name", "any")


def _strange(step) -> str:
    if step.axis == "descendant-or-self":
        return "//"
    return f"{step.axis}::{step.name or step.test}" if step.test == "name" else f"{step.test}()"


def _unfollowed(part: str, hint: tuple[str, str]) -> Finding:
    return "LINT_NOT_ON_PHONE", {"part": part, "hint_es": hint[0], "hint_en": hint[1]}


def _conditions(path: Path, visit: Visit, scope: Scope) -> Iterator[Finding]:
    for number, step in enumerate(path.steps, 1):
        for predicate in step.predicates:
            told = scope.told(predicate, scope.spot(path, visit.here, number))
            if isinstance(predicate, Number) or kind(predicate, scope, visit.here) == "number":
                yield "LINT_CONDITION", {"part": f"[{told}]", "better": f"[position() = {told}]"}
            elif isinstance(predicate, Text):
                yield "LINT_CONDITION", {"part": f"[{told}]", "better": f"[name = {told}]"}


def _in_list(spot: Spot, path: Path, visit: Visit, scope: Scope) -> Iterator[Finding]:
    listed = scope.model.instances.get(spot.list)
    if spot.list == LAST_SAVED:
        if spot.path not in scope.model.by_path:
            yield _nowhere(spot, path, scope)
    elif listed is None:
        known = ", ".join(sorted(scope.model.instances)) or "-"
        if not isinstance(path.start, str):  # told once, where the list is named
            yield "LINT_LIST_NOWHERE", {"list": spot.list, "known": known}
    elif not listed.src and listed.items and len(spot.names) > 1:
        columns = {column for item in listed.items for column in item.columns}
        wanted = "/".join(spot.names[1:])
        if wanted not in columns:
            fields = {"column": wanted, "list": spot.list, "known": ", ".join(sorted(columns - {"itextId"}))}
            near = next((one for one in scope.model.fields if one.name == wanted), None)
            yield ("LINT_COLUMN_FIELD" if near and path.start == "" else "LINT_COLUMN_NOWHERE"), fields


def _nowhere(spot: Spot, path: Path, scope: Scope) -> Finding:
    name = spot.names[-1]
    known = {one.name for one in scope.model.fields}
    if path.start == "" and len(path.steps) == 1:
        if name in known:
            return "LINT_BARE_FIELD", {"name": name}
        return "LINT_BARE_TEXT", {"name": name, "near": next(iter(get_close_matches(name, known, 1, 0.7)), "nombre")}
    near = next(iter(get_close_matches(name, known, 1, 0.6)), "")
    return "LINT_NOWHERE", {"path": spot.path, "near": "${" + (near or "nombre") + "}"}


def _is_gathered(visit: Visit) -> bool:
    """Whether a function takes all the nodes of this path, or nothing reads them as one value."""
    return isinstance(visit.parent, Path) or (isinstance(visit.parent, Call) and visit.parent.name in TAKE_SETS)


def _many(spot: Spot, path: Path, visit: Visit, scope: Scope) -> Iterator[Finding]:
    told = scope.told(path, visit.here)
    if spot.list:
        if spot.list in scope.model.instances:
            yield "LINT_MANY_ROWS", {"part": told, "list": spot.list}
        return
    field = scope.model.by_path.get(spot.path)
    if field is None:
        return
    repeat = (field.path if field.kind == "repeat" else field.repeat).rpartition("/")[2]
    better = f"count({told})" if field.kind == "repeat" else f"sum({told})" if field.type in ("int", "decimal") \
        else f"join(', ', {told})"
    yield "LINT_MANY", {"part": told, "repeat": repeat, "better": better,
                        "one": f"indexed-repeat({told}, ${{{repeat}}}, 1)"}
