"""Room for instants: from the text a phone writes to a point in time, and back to local days and text.

It must not read a clock: who asks brings the time zone, and today's date for a time without a date.
`values` types the answers with it, `functions/dates.py` computes with it.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache

EPOCH = date(1970, 1, 1)
EPOCH_DAY = EPOCH.toordinal()
DAY, HALF_DAY = timedelta(days=1), timedelta(hours=12)
ZERO = datetime(1970, 1, 1, tzinfo=UTC)
INTEGER = re.compile(r"[+-]?[0-9]+\Z")
SECONDS = re.compile(r"[0-9.]*")
FIRST_YEAR = 1900
INT_LEAST, INT_MOST = -(2**31), 2**31 - 1


@dataclass(frozen=True, slots=True)
class Moment:
    """at: the instant, aware. Which day it is depends on the zone of the evaluation."""

    at: datetime


def java_int(text: str) -> int | None:
    """The 32-bit integer the text stands for; None for any other text."""
    if not INTEGER.match(text) or len(text) > 20:
        return None
    number = int(text)
    return number if INT_LEAST <= number <= INT_MOST else None


def local(moment: Moment, zone: tzinfo) -> datetime:
    """The wall clock of the zone at that instant."""
    return moment.at.astimezone(zone if moment.at.year >= FIRST_YEAR else standard(zone))


@lru_cache(maxsize=500)
def standard(zone: tzinfo) -> tzinfo:
    """The zone's standard time of today, which the phone also uses for the years before time zones were kept."""
    winter = datetime(2024, 1, 1, tzinfo=zone)
    return timezone(winter.utcoffset() - (winter.dst() or timedelta()))


def wall(day: date, zone: tzinfo, hour: int = 0, minute: int = 0, second: int = 0, millis: int = 0) -> Moment | None:
    """The instant at which the zone's clocks show this; the next one that exists where they jump over it."""
    zone = zone if day.year >= FIRST_YEAR else standard(zone)
    clock = datetime(day.year, day.month, day.day, hour, minute, second, millis * 1000, zone)
    if zone is UTC:
        return Moment(clock)
    try:
        return Moment(clock.astimezone(UTC).astimezone(zone))
    except OverflowError:
        return None


def midnight(moment: Moment, zone: tzinfo) -> Moment:
    """The start of the moment's local day."""
    return wall(local(moment, zone).date(), zone) or moment


def day_number(moment: Moment, zone: tzinfo) -> int:
    """Days since 1970-01-01, as the phone counts them: by hours passed between the midnights, to the nearest day.

    That is the local calendar's number, but for places that changed sides of the date line since.
    """
    at = local(moment, zone)
    moved = at.utcoffset() - epoch_offset(zone)
    return at.toordinal() - EPOCH_DAY + (0 if -HALF_DAY < moved <= HALF_DAY else (HALF_DAY - moved) // DAY)


def day_of_number(number: int, zone: tzinfo) -> Moment | None:
    """Local midnight of the day with that number; None outside the years 1 to 9999."""
    try:
        noon = ZERO - epoch_offset(zone) + timedelta(days=number, hours=12)
        return wall(local(Moment(noon), zone).date(), zone)
    except OverflowError:
        return None


@lru_cache(maxsize=500)
def epoch_offset(zone: tzinfo) -> timedelta:
    """How far the zone's clocks were ahead of UTC at its start of 1970."""
    return datetime(1970, 1, 1, tzinfo=zone).utcoffset()


def milliseconds(moment: Moment) -> int:
    """Since 1970-01-01T00:00Z."""
    return (moment.at - ZERO) // timedelta(milliseconds=1)


def after_epoch(number: float) -> Moment | None:
    """The instant so many days after 1970-01-01T00:00Z, cut to milliseconds; None outside the years 1 to 9999."""
    try:
        return Moment(ZERO + timedelta(milliseconds=int(number * 86_400_000)))
    except OverflowError:
        return None


def parse_day(text: str) -> date | None:
    """The day of 'y-m-d', no padding needed."""
    numbers = [java_int(piece) for piece in text.split("-")]
    if len(numbers) != 3 or None in numbers:
        return None
    try:
        return date(*numbers)
    except ValueError:
        return None


def parse_moment(text: str, zone: tzinfo) -> Moment | None:
    """The instant of 'y-m-d' (local midnight) or 'y-m-dTh:m[:s[.f]][Z|±h[:m]]'; local time without an offset."""
    head, mark, tail = text.partition("T")
    day = parse_day(head)
    if day is None or not mark:
        return None if day is None else wall(day, zone)
    return parse_clock(tail, day, zone)


def parse_clock(text: str, day: date, zone: tzinfo) -> Moment | None:
    """The instant of that time on that day, which is a day of the offset where there is one."""
    text, offset = _offset(text)
    clock = None if text is None else _clock(text)
    if clock is None:
        return None
    if offset is None:
        return wall(day, zone, *clock)
    hour, minute, second, millis = clock
    try:
        at = datetime(day.year, day.month, day.day, hour, minute, second, millis * 1000, UTC) - offset
        # the phone goes by the wall clock, so of the two hours when clocks are set back it means the first
        return Moment(local(Moment(at), zone).replace(fold=0))
    except OverflowError:
        return None


def _offset(text: str) -> tuple[str | None, timedelta | None]:
    """The text without its offset, and the offset; text None when the offset is no number."""
    if text.endswith("Z"):
        return text[:-1], timedelta()
    sign = "+" if "+" in text else "-"
    if sign not in text:
        return text, None
    clock, offset = text.split(sign)[:2]
    pieces = offset.split(":")
    # '+0300' is three hundred hours, on the phone too
    hours, minutes = java_int(pieces[0]), java_int(pieces[1]) if len(pieces) > 1 else 0
    if hours is None or minutes is None:
        return None, None
    both = timedelta(hours=hours, minutes=minutes)
    return clock, both if sign == "+" else -both


def _clock(text: str) -> tuple[int, int, int, int] | None:
    """(hour, minute, second, millisecond) of 'h:m' or 'h:m:s[.f]'; what follows the digits is ignored."""
    pieces = text.split(":")
    hour, minute = java_int(pieces[0]), java_int(pieces[1]) if len(pieces) in (2, 3) else None
    if hour is None or minute is None or not 0 <= hour <= 23 or not 0 <= minute <= 59:
        return None
    if len(pieces) == 2:
        return hour, minute, 0, 0
    digits = SECONDS.match(pieces[2]).group()
    whole, _, fraction = digits.partition(".")
    if any(part and java_int(part) is None for part in (whole, fraction)) or not (whole or fraction):
        return None
    seconds = float(digits)
    if seconds >= 60:
        return None
    # the phone's own arithmetic, which turns 1.001 into 1.000
    return hour, minute, int(seconds), int(1000.0 * seconds - 1000.0 * int(seconds))


def day_text(moment: Moment, zone: tzinfo) -> str:
    """'2024-02-29'; the year is not padded."""
    at = local(moment, zone)
    return f"{at.year}-{at.month:02}-{at.day:02}"


def clock_text(moment: Moment, zone: tzinfo) -> str:
    """'10:30:00.000+03:00', with Z for no offset."""
    at = local(moment, zone)
    minutes = int(at.utcoffset() / timedelta(minutes=1))
    offset = f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}" if minutes else "Z"
    return f"{at.hour:02}:{at.minute:02}:{at.second:02}.{at.microsecond // 1000:03}{offset}"


def moment_text(moment: Moment, zone: tzinfo) -> str:
    """'2024-02-29T10:30:00.000+03:00'."""
    return f"{local(moment, zone).date().isoformat()}T{clock_text(moment, zone)}"
