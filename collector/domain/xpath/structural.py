"""Room for functions that are more than their arguments' values: lazy ones, and those that look at paths.

It must not hold functions of plain values; those stand in `functions`. `compile` asks here first.
"""

from collections.abc import Callable
from math import isnan

from collector.domain.xpath.context import Context
from collector.domain.xpath.errors import EvalError, failed
from collector.domain.xpath.operators import plain
from collector.domain.xpath.paths import ABSOLUTE, Level, Run, Way, chain, step_down
from collector.domain.xpath.syntax import Call, Path
from collector.domain.xpath.tree import Node, NodeSet
from collector.domain.xpath.values import to_boolean, to_number, to_string

FREE = -1  # a level of a path that is bound to no repeat


def if_(part: Call, runs: list[Run], compiler: object) -> Run:
    """if(condition, then, else): only the branch that holds is run."""
    if len(runs) != 3:
        return _wrong_count(part)
    condition, then, otherwise = runs
    return lambda context: (then if to_boolean(plain(condition(context), context), context) else otherwise)(context)


def coalesce(part: Call, runs: list[Run], compiler: object) -> Run:
    """coalesce(a, b): b is run only when a is empty or NaN."""
    if len(runs) != 2:
        return _wrong_count(part)
    first, second = runs

    def run(context: Context) -> object:
        value = first(context)
        bare = plain(value, context)
        empty = bare == "" or (isinstance(bare, float) and isnan(bare))
        return second(context) if empty else value
    return run


def once(part: Call, runs: list[Run], compiler: object) -> Run:
    """once(x): what the field holds already, else x; x is computed in any case, as on the phone."""
    if len(runs) != 1:
        return _wrong_count(part)
    otherwise = runs[0]

    def run(context: Context) -> object:
        if context.node is None:
            raise failed("once() is only for a field")
        fresh = otherwise(context)
        value = context.node.typed(context) if context.node.relevant else ""
        return fresh if to_string(value, context) == "" else value
    return run


def position(part: Call, runs: list[Run], compiler: object) -> Run:
    """position(): place in the list being filtered, else among siblings. position(set): of its first node, or 0."""
    if len(runs) > 1:
        return _wrong_count(part)
    if runs:
        return lambda context: _place(runs[0](context))

    def run(context: Context) -> float:
        if context.position is not None:
            return float(context.position)
        if context.node is None:
            raise failed("There is no question here whose place could be told")
        return float(context.node.place)
    return run


def _place(found: object) -> float:
    if not isinstance(found, NodeSet):
        raise failed("position() takes a path")
    return float(found.nodes[0].place) if found.nodes else 0.0


def indexed_repeat(part: Call, runs: list[Run], compiler: object) -> Run:
    """indexed-repeat(field, repeat, number, ...): the field in the repeat of that number."""
    if len(runs) not in (3, 5, 7, 9, 11):
        return _wrong_count(part)
    fields = [part.arguments[0], *part.arguments[1::2]]
    if not all(isinstance(field, Path) for field in fields):
        return _raising("indexed-repeat() takes paths to a field and its repeats")
    try:
        field, *repeats = [compiler.way(path) for path in fields]
    except EvalError as fault:
        return _raising(fault.message)
    numbers = runs[2::2]

    def run(context: Context) -> NodeSet:
        target = placed_levels(field, context)
        places = [place for _, place in target]
        for repeat, number in zip(repeats, numbers, strict=True):
            above = placed_levels(repeat, context)
            if not above or not is_above(above, target):
                raise failed("indexed-repeat() takes a repeat that the field is in")
            wanted = to_number(plain(number(context), context), context)
            places[len(above) - 1] = 1 if isnan(wanted) or wanted < 1 else int(min(wanted, 2**31))
        found = _at_places(field.root(context), [level for level, _ in target], places, context)
        return NodeSet(found, context.candidate)  # the phone takes the candidate for whatever it finds here
    return run


def placed_levels(way: Way, context: Context) -> list[tuple[Level, int]]:
    """The way from the root, each level with the place that the context gives it, or FREE."""
    anchor = context.current if way.from_original else context.node
    above = chain(anchor)
    if way.up == ABSOLUTE:
        start, levels, last_bound = 0, list(way.levels), len(above)
    else:
        if way.up > len(above):
            raise failed("The path goes above the root")
        start = last_bound = len(above) - way.up
        levels = [Level(node.name, node.is_attribute) for node in above[:start]] + list(way.levels)
    placed = [(level, FREE) for level in levels]
    for depth, node in enumerate(above[:len(levels)]):
        level = levels[depth]
        if level.name not in ("*", node.name):
            break
        bound = depth < last_bound and not level.predicates
        placed[depth] = (Level(node.name, level.is_attribute, level.predicates), node.place if bound else FREE)
    return placed


def is_above(repeat: list[tuple[Level, int]], target: list[tuple[Level, int]]) -> bool:
    """Whether the repeat is an ancestor of the field, with places that do not contradict."""
    if len(repeat) >= len(target):
        return False
    for depth, ((level, place), (below, other)) in enumerate(zip(repeat, target, strict=False)):
        if level.name != below.name:
            return False
        if place not in (FREE, other) and depth:
            return False
    return True


def _at_places(root: Node, levels: list[Level], places: list[int], context: Context) -> list[Node]:
    nodes = [root]
    for level, place in zip(levels[1:], places[1:], strict=True):
        nodes = [found for node in nodes for found in _one_place(node, level, place, context)]
    return [node for node in nodes if node.relevant]


def _one_place(node: Node, level: Level, place: int, context: Context) -> list[Node]:
    found = step_down([node], level, level.name, context)
    return found if place == FREE or level.predicates or level.is_attribute else found[place - 1:place]


def _wrong_count(part: Call) -> Run:
    return _raising(f"{part.name}() does not take {len(part.arguments)} arguments")


def _raising(message: str) -> Run:
    def run(context: Context) -> object:
        raise failed(message)
    return run


MADE: dict[str, Callable[[Call, list[Run], object], Run]] = {
    "if": if_, "coalesce": coalesce, "once": once, "position": position, "indexed-repeat": indexed_repeat,
}
