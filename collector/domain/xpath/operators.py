"""Room for operators: what `and`, `=`, `<`, `+` and the others do with two values.

It must not know paths; the right side arrives as something to run, so that `and` and `or` may leave it alone.
"""

from collections.abc import Callable
from math import copysign, fmod, isinf, isnan, nan

from collector.domain.xpath.context import Context
from collector.domain.xpath.tree import NodeSet
from collector.domain.xpath.values import equal, less, to_boolean, to_number

Run = Callable[[Context], object]


def plain(value: object, context: Context) -> object:
    """The value itself, a set of nodes unpacked; raises EvalError for several nodes."""
    return value.unpack(context) if type(value) is NodeSet else value


def _and(left: object, right: Run, context: Context) -> bool:
    return to_boolean(plain(left, context), context) and to_boolean(plain(right(context), context), context)


def _or(left: object, right: Run, context: Context) -> bool:
    return to_boolean(plain(left, context), context) or to_boolean(plain(right(context), context), context)


def _equal(left: object, right: Run, context: Context) -> bool:
    return equal(plain(left, context), plain(right(context), context), context)


def _unequal(left: object, right: Run, context: Context) -> bool:
    return not equal(plain(left, context), plain(right(context), context), context)


def _less(left: object, right: Run, context: Context) -> bool:
    return less(plain(left, context), plain(right(context), context), context)


def _greater(left: object, right: Run, context: Context) -> bool:
    return less(plain(right(context), context), plain(left, context), context)


def _numbers(compute: Callable[[float, float], object]) -> Callable[[object, Run, Context], object]:
    def operator(left: object, right: Run, context: Context) -> object:
        first = to_number(plain(left, context), context)
        return compute(first, to_number(plain(right(context), context), context))
    return operator


def divided(a: float, b: float) -> float:
    """a / b as in Java: by zero infinite, 0 / 0 NaN."""
    if b != 0:
        return a / b
    return nan if a == 0 or isnan(a) else copysign(1, a) * copysign(1, b) * float("inf")


def remainder(a: float, b: float) -> float:
    """a % b as in Java: with the sign of a."""
    return nan if isinf(a) or b == 0 else fmod(a, b)


OPERATORS: dict[str, Callable[[object, Run, Context], object]] = {
    "and": _and, "or": _or, "=": _equal, "!=": _unequal, "<": _less, ">": _greater,
    "<=": _numbers(lambda a, b: a <= b), ">=": _numbers(lambda a, b: a >= b),
    "+": _numbers(lambda a, b: a + b), "-": _numbers(lambda a, b: a - b), "*": _numbers(lambda a, b: a * b),
    "div": _numbers(divided), "mod": _numbers(remainder),
}
