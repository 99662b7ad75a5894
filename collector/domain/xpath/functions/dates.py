"""Room for the functions about dates: made from text and numbers, shown in a format, today and now.

It must not read a clock: today and now come with the evaluation. `registry` lists these functions.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from math import floor, isinf, isnan

from babel import Locale, UnknownLocaleError

from collector.domain.xpath.context import Context
from collector.domain.xpath.errors import failed
from collector.domain.xpath.functions.conversions import whole
from collector.domain.xpath.functions.function import Function, unpacked
from collector.domain.xpath.moments import (
    INT_LEAST,
    INT_MOST,
    Moment,
    after_epoch,
    day_of_number,
    local,
    midnight,
    milliseconds,
    parse_moment,
)
from collector.domain.xpath.tree import NodeSet
from collector.domain.xpath.values import Value, java_number, to_string

DAY_IN_MS = 86_400_000
SUNDAY = 6


def today(context: Context) -> Moment:
    """Local midnight of the evaluation's day."""
    return midnight(Moment(context.now), context.zone)


def now(context: Context) -> Moment:
    """The evaluation's instant, to the millisecond."""
    return Moment(context.now.replace(microsecond=context.now.microsecond // 1000 * 1000))


def date(context: Context, value: Value) -> Value:
    """Text keeps its time; a number is local midnight of that day; a moment its midnight; '' and NaN pass through."""
    if isinstance(value, Moment):
        return midnight(value, context.zone)
    if isinstance(value, float):
        if isnan(value):
            return value
        return _made(day_of_number(int(_in_range(whole(context, value))), context.zone), value)
    return _read(value, context)


def date_time(context: Context, value: Value) -> Value:
    """As date(), but keeps the time; a number counts days in UTC."""
    if isinstance(value, Moment):
        return value
    if isinstance(value, float):
        return value if isnan(value) else _made(after_epoch(_in_range(value)), value)
    return _read(value, context)


def _read(value: Value, context: Context) -> Value:
    if not isinstance(value, str):
        raise failed(f"The value \"{to_string(value, context)}\" can't be converted to a date.")
    if not value:
        return value
    moment = parse_moment(value, context.zone)
    if moment is None:
        raise failed(f"The value \"{value}\" can't be converted to a date.")
    return moment


def _in_range(number: float) -> float:
    if isinf(number) or not INT_LEAST <= number <= INT_MOST:
        raise failed(f'The value "{java_number(number)}" is out of range for representing a date.')
    return number


def _made(moment: Moment | None, number: float) -> Moment:
    if moment is None:
        raise failed(f'The value "{java_number(number)}" is beyond the year 9999.')
    return moment


def decimal_date_time(context: Context, value: Value) -> Value:
    """Days since 1970-01-01T00:00Z with their fraction; a number stays, '' and NaN too."""
    moment = _decimal(value, context)
    return milliseconds(moment) / DAY_IN_MS if isinstance(moment, Moment) else moment


def decimal_time(context: Context, value: Value) -> Value:
    """The fraction of the local day that has passed."""
    moment = _decimal(value, context)
    if isinstance(moment, Moment):
        offset = local(moment, context.zone).utcoffset() // timedelta(milliseconds=1)
        days = (milliseconds(moment) + offset) / DAY_IN_MS
    elif isinstance(moment, float) and not isnan(moment):
        days = moment
    else:
        return moment
    return days - floor(days)


def _decimal(value: Value, context: Context) -> Value:
    if isinstance(value, float):
        return value if isnan(value) else _in_range(value)
    return value if isinstance(value, Moment) else _read(value, context)


def format_date(context: Context, value: Value | NodeSet, pattern: Value | NodeSet) -> str:
    """The moment in the pattern's form; '' for '' and NaN. Raises EvalError for a sign it does not know."""
    moment = date_time(context, unpacked(value, context))
    if not isinstance(moment, Moment):
        return ""
    at, out, signs = local(moment, context.zone), [], iter(to_string(unpacked(pattern, context), context))
    for sign in signs:
        if sign == "%":
            sign = next(signs, "")
            part = PARTS.get(sign)
            if part is None:
                raise failed(f"The date format does not know %{sign}")
            sign = part(at, context.locale)
        out.append(sign)
    return "".join(out)


def week(at: datetime, locale: str) -> int:
    """The week of the year as the calendar of the locale's country counts; from Sundays without a country."""
    first, least = _weeks(locale)

    def of(day: datetime) -> int:
        start = day.replace(month=1, day=1)
        lead = (start.weekday() - first) % 7
        number = (day.timetuple().tm_yday - 1 + lead) // 7
        return number + 1 if 7 - lead >= least else number
    number = of(at)
    if number == 0:
        return of(at.replace(year=at.year - 1, month=12, day=31)) if at.year > 1 else 1
    days_left = at.replace(month=12, day=31).timetuple().tm_yday - at.timetuple().tm_yday
    into_next = (at.weekday() - first) % 7 + 1 + days_left  # place of December 31 counted from this week's first day
    return 1 if days_left < 7 and into_next <= 7 - least else number


@lru_cache(maxsize=100)
def _locale(name: str) -> Locale:
    try:
        return Locale.parse(name, sep="-" if "-" in name else "_")
    except (ValueError, UnknownLocaleError):
        return Locale("en")


def _weeks(name: str) -> tuple[int, int]:
    """(first day of the week, Monday 0; how many days of a year its first week has at least)."""
    locale = _locale(name)
    return (locale.first_week_day, locale.min_week_days) if locale.territory else (SUNDAY, 1)


PARTS: dict[str, Callable[[datetime, str], str]] = {
    "%": lambda at, locale: "%",
    "Y": lambda at, locale: f"{at.year:04}",
    "y": lambda at, locale: f"{at.year:04}"[2:],
    "m": lambda at, locale: f"{at.month:02}",
    "n": lambda at, locale: str(at.month),
    "b": lambda at, locale: _locale(locale).months["format"]["abbreviated"][at.month],
    "d": lambda at, locale: f"{at.day:02}",
    "e": lambda at, locale: str(at.day),
    "H": lambda at, locale: f"{at.hour:02}",
    "h": lambda at, locale: str(at.hour),
    "M": lambda at, locale: f"{at.minute:02}",
    "S": lambda at, locale: f"{at.second:02}",
    "3": lambda at, locale: f"{at.microsecond // 1000:03}",
    "a": lambda at, locale: _locale(locale).days["format"]["abbreviated"][at.weekday()],
    "W": lambda at, locale: str(week(at, locale)),
}

FUNCTIONS = {
    "today": Function(today, 0, 0),
    "now": Function(now, 0, 0),
    "date": Function(date, 1, 1),
    "date-time": Function(date_time, 1, 1),
    "decimal-date-time": Function(decimal_date_time, 1, 1),
    "decimal-time": Function(decimal_time, 1, 1),
    "format-date": Function(format_date, 2, 2, sets=True),
    "format-date-time": Function(format_date, 2, 2, sets=True),
}
