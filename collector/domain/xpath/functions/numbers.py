"""Room for the functions that compute with numbers, each with the answers of Java where Python would raise.

It must not know nodes or text beyond `to_number`; a date enters as days with a fraction. `registry` lists these.
"""

import math
from collections.abc import Callable
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal
from decimal import Context as Precision

from collector.domain.xpath.context import Context
from collector.domain.xpath.functions.function import Function, unpacked
from collector.domain.xpath.moments import EPOCH, Moment, milliseconds, wall
from collector.domain.xpath.tree import NodeSet
from collector.domain.xpath.values import LONG_LEAST, LONG_MOST, Value, to_int, to_number

PLACES = 30
EXACT = Precision(prec=700)
DAY_IN_MS = 86_400_000


def real(value: Value | NodeSet, context: Context) -> float:
    """The number; a computed moment as days since local midnight of 1970-01-01 with the fraction, an answer without."""
    if isinstance(value, Moment):
        return (milliseconds(value) - milliseconds(wall(EPOCH, context.zone))) / DAY_IN_MS
    return to_number(unpacked(value, context), context)


def rounded(context: Context, value: Value, places: Value = 0.0) -> float:
    """Half up, half towards zero for negative numbers; by the decimal text of the number.

    Places below zero round as the phone does: add a half and cut, also for negative numbers.
    """
    number, digits = to_number(value, context), to_int(places, context)
    if math.isnan(number) or math.isinf(number):
        return number
    if abs(digits) > PLACES:
        return math.nan
    decimal = Decimal(repr(number))
    if digits >= 0:
        rounding = ROUND_HALF_DOWN if number < 0 else ROUND_HALF_UP
        return float(decimal.quantize(Decimal(1).scaleb(-digits), rounding, EXACT)) + 0.0
    scaled = float(decimal.scaleb(digits, EXACT)) + 0.5
    cut = float(int(min(max(scaled, LONG_LEAST), LONG_MOST)))
    return float(Decimal(repr(cut)).scaleb(-digits, EXACT))


def power(base: float, exponent: float) -> float:
    """Java's pow: NaN and infinities instead of errors."""
    if exponent == 0:
        return 1.0
    if math.isnan(base) or math.isnan(exponent) or (abs(base) == 1 and math.isinf(exponent)):
        return math.nan
    odd = math.isfinite(exponent) and math.fmod(exponent, 2) in (1.0, -1.0)
    negative = odd and math.copysign(1.0, base) < 0
    try:
        return math.pow(base, exponent)
    except OverflowError:
        return -math.inf if negative else math.inf
    except ValueError:
        if base == 0:
            return -math.inf if negative else math.inf
        return math.nan


def exponential(number: float) -> float:
    """e to that power."""
    try:
        return math.exp(number)
    except OverflowError:
        return math.inf


def _of_one(call: Callable[[float], float]) -> Function:
    """The function of one number, NaN outside its domain."""
    def compute(context: Context, value: Value | NodeSet) -> float:
        try:
            return call(real(value, context))
        except ValueError:
            return math.nan
    return Function(compute, 1, 1, sets=True)


def _logarithm(call: Callable[[float], float]) -> Callable[[float], float]:
    return lambda number: -math.inf if number == 0 else call(number)


FUNCTIONS = {
    "round": Function(rounded, 1, 2),
    "abs": _of_one(abs),
    "sqrt": _of_one(math.sqrt),
    "exp": _of_one(exponential),
    "exp10": _of_one(lambda number: power(10.0, number)),
    "log": _of_one(_logarithm(math.log)),
    "log10": _of_one(_logarithm(math.log10)),
    "sin": _of_one(math.sin),
    "cos": _of_one(math.cos),
    "tan": _of_one(math.tan),
    "asin": _of_one(math.asin),
    "acos": _of_one(math.acos),
    "atan": _of_one(math.atan),
    "atan2": Function(lambda context, y, x: math.atan2(real(y, context), real(x, context)), 2, 2, sets=True),
    "pow": Function(lambda context, a, b: power(real(a, context), real(b, context)), 2, 2, sets=True),
    "pi": Function(lambda context: math.pi, 0, 0),
}
