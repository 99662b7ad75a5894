"""Room for what a function of expressions is: something to call, and how many arguments it takes.

It must not know any function. Each module of this folder lists its own; `registry` puts the lists together.
"""

from collections.abc import Callable
from dataclasses import dataclass

from collector.domain.xpath.context import Context
from collector.domain.xpath.tree import NodeSet
from collector.domain.xpath.values import Value

MANY = 10_000


@dataclass(frozen=True, slots=True)
class Function:
    """call(context, *arguments) gives the value. sets: arguments come as they are, sets of nodes not unpacked."""

    call: Callable
    least: int
    most: int
    sets: bool = False


def unpacked(value: Value | NodeSet, context: Context) -> Value:
    """The value itself, or that of the only node; raises EvalError for several nodes."""
    return value.unpack(context) if isinstance(value, NodeSet) else value


def listed(arguments: tuple, context: Context) -> list[Value]:
    """The values of all nodes when a set is the only argument, else each argument unpacked."""
    if len(arguments) == 1 and isinstance(arguments[0], NodeSet):
        context.spend(len(arguments[0].nodes))
        return [node.typed(context) for node in arguments[0].nodes]
    return [unpacked(argument, context) for argument in arguments]
