"""Room for the functions over sets of nodes: count, sum, min, max, another order.

It must not know paths: the sets arrive made. `registry` lists these functions.
"""

from math import isnan, nan

from collector.domain.xpath.context import Context
from collector.domain.xpath.errors import failed
from collector.domain.xpath.functions.function import MANY, Function, listed
from collector.domain.xpath.functions.shuffle import order, seed_of
from collector.domain.xpath.tree import NodeSet, top
from collector.domain.xpath.values import to_number

LEAST_POSITIVE, GREATEST = 5e-324, 1.7976931348623157e308


def nodes_of(argument: object, context: Context) -> list:
    """The nodes; raises EvalError for what is no set."""
    if not isinstance(argument, NodeSet):
        raise failed("not a nodeset")
    context.spend(len(argument.nodes))
    return argument.nodes


def count(context: Context, argument: object) -> float:
    """How many nodes."""
    return float(len(nodes_of(argument, context)))


def count_non_empty(context: Context, argument: object) -> float:
    """How many nodes hold a value or other nodes. Raises EvalError for rows of a list: the phone breaks on them."""
    nodes = nodes_of(argument, context)
    if nodes and top(nodes[0]) is not context.root:
        raise failed("count-non-empty() does not work on lists and files, only on answers")
    return float(sum(1 for node in nodes if node.children or node.typed(context) != ""))


def _numbers(arguments: tuple, context: Context) -> list[float]:
    numbers = [to_number(value, context) for value in listed(arguments, context)]
    return [number for number in numbers if not isnan(number)]


def total(context: Context, argument: object) -> float:
    """The sum of the numbers in a set; the rest is skipped."""
    nodes_of(argument, context)
    return sum(_numbers((argument,), context), 0.0)


def greatest(context: Context, *arguments: object) -> float:
    """max(): NaN without a number. The phone starts at the least positive double, so it is never less than that."""
    numbers = _numbers(arguments, context)
    return max(LEAST_POSITIVE, *numbers) if numbers else nan


def least(context: Context, *arguments: object) -> float:
    """min(): NaN without a number."""
    numbers = _numbers(arguments, context)
    return min(GREATEST, *numbers) if numbers else nan


def randomize(context: Context, *arguments: object) -> NodeSet:
    """The same nodes in another order; with a seed, always the same one."""
    nodes = nodes_of(arguments[0], context)
    return NodeSet(order(nodes, seed_of(arguments[1], context) if len(arguments) == 2 else None, context))


FUNCTIONS = {
    "count": Function(count, 1, 1, sets=True),
    "count-non-empty": Function(count_non_empty, 1, 1, sets=True),
    "sum": Function(total, 1, 1, sets=True),
    "max": Function(greatest, 0, MANY, sets=True),
    "min": Function(least, 0, MANY, sets=True),
    "randomize": Function(randomize, 1, 2, sets=True),
}
