"""Cells of dates and times, which are ISO text, -> dates and times of Python; whether cells are of their kind.

It must not know formats. All formats and the summary ask here, so that what is a date in one file is one in all.
"""

from datetime import date, datetime, time
from functools import lru_cache

from collector.domain.tabular.layout import BOOLEAN, DATE, DECIMAL, INTEGER, MOMENT, TIME

GREATEST = 2**63 - 1  # of an integer, on both sides of zero


def as_date(cell) -> date | None:
    """The date of 'YYYY-MM-DD', else None."""
    return _day(cell) if cell.__class__ is str else None


@lru_cache(maxsize=40_000)  # the same days stand in many rows, and are asked for by the summary and by the format
def _day(text: str) -> date | None:
    if len(text) != 10 or text[4] != "-" or text[7] != "-":
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def as_time(cell) -> time | None:
    """The time of day of 'hh:mm', 'hh:mm:ss' or 'hh:mm:ss.sss' as the clock showed it (a zone behind it is left out),
    else None."""
    if cell.__class__ is not str or len(cell) < 5 or cell[2] != ":":
        return None
    try:
        return time.fromisoformat(cell).replace(tzinfo=None)
    except ValueError:
        return None


def as_moment(cell) -> datetime | None:
    """The moment of 'YYYY-MM-DDThh:mm:ss.sss+hh:mm', with its zone where it names one, else None."""
    if cell.__class__ is not str or len(cell) < 16 or cell[4] != "-" or cell[7] != "-" or cell[13] != ":":
        return None
    try:
        return datetime.fromisoformat(cell)
    except ValueError:
        return None


def _whole(cell) -> bool:
    return cell.__class__ is int and -GREATEST <= cell <= GREATEST


def _number(cell) -> bool:
    return cell.__class__ is float or _whole(cell)


_OF_KIND = {
    INTEGER: _whole, DECIMAL: _number, BOOLEAN: lambda cell: cell.__class__ is bool,
    DATE: lambda cell: as_date(cell) is not None, TIME: lambda cell: as_time(cell) is not None,
    MOMENT: lambda cell: as_moment(cell) is not None,
}
_SURE = {INTEGER: {int}, DECIMAL: {int, float}, BOOLEAN: {bool}}


def fit(kind: str, cells) -> bool:
    """Whether every cell that is not None is of this kind; any cell is text."""
    check = _OF_KIND.get(kind)
    if check is None:
        return True
    classes = set(map(type, cells)) - {type(None)}
    if kind in _SURE and not classes <= _SURE[kind]:
        return False
    if kind == BOOLEAN or classes == {float}:
        return True
    return all(map(check, set(cells) - {None}))
