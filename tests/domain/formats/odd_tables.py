"""Tables that nobody would think of, and what a statistics program must read from their files."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

from hypothesis import strategies as st

from collector.domain.tabular.layout import DATE, DECIMAL, INTEGER, MOMENT, TIME, laid_out
from collector.domain.values import value_text
from tests.domain.formats.small_tables import PLAIN, Small, column

WORDS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=40)
NAMES = st.one_of(WORDS.filter(bool), st.sampled_from(
    ["if", "with", "اسم الأسرة", "👩‍👩‍👧", "n" * 300, "ñ" * 300, "grupo-nombre", "grupo_nombre", "Edad", "edad", "1x"]))
LONG = st.builds(lambda letter, size: letter * size, st.sampled_from(["x", "ñ", "😀", "अ", "x "]), st.sampled_from([
    7, 8, 9, 126, 127, 128, 251, 252, 253, 254, 255, 256, 257, 503, 505, 510, 511, 1022, 1023, 2044,
    2045, 2046, 5000]))
_CELLS = {
    "string": st.one_of(WORDS, LONG),
    "int": st.one_of(st.integers(-200, 200), st.integers(-40_000, 40_000), st.integers(-2**63, 2**63 - 1)),
    "decimal": st.floats(allow_nan=False, allow_infinity=False),
    "boolean": st.booleans(),
    "date": st.dates(date(1, 1, 1)).map(date.isoformat),
    "time": st.times().map(lambda one: one.replace(microsecond=one.microsecond // 1000 * 1000).isoformat()),
    "dateTime": st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=st.sampled_from([UTC, None])).map(
        lambda one: one.isoformat(timespec="milliseconds")),
}


@st.composite
def odd_tables(draw) -> Small:
    """A table of up to six columns and seven rows, in any cut; now and then a cell is not of its kind."""
    types = draw(st.lists(st.sampled_from([*_CELLS, "select1"]), min_size=1, max_size=6))
    names = draw(st.lists(NAMES, min_size=len(types), max_size=len(types), unique=True))
    size, variables, cells = draw(st.integers(0, 7)), [], {}
    for type, name in zip(types, names, strict=True):
        choices = None
        if type == "select1":
            codes = st.one_of(WORDS.filter(bool), st.integers(-9, 99).map(str))
            choices = draw(st.dictionaries(codes, WORDS, max_size=5))
            some = st.sampled_from([*choices, "otra"])
        else:
            some = _CELLS[type]
        if draw(st.booleans()) and draw(st.booleans()):
            some = st.one_of(some, WORDS)
        variables.append(column(name, type, draw(WORDS), choices))
        cells[name] = draw(st.lists(st.one_of(st.none(), some), min_size=size, max_size=size))
    # ids of their own, for names may meet where '-' becomes '/'
    variables = [replace(one, id=f"/{place}") for place, one in enumerate(variables)]
    return Small(variables, cells, draw(st.integers(1, 7)))


def meant(small: Small, first_day: date, epoch: datetime, unit: float, most: float) -> list[list]:
    """Column by column what a reader must find: numbers, or texts with '' for none; choices as their names.

    first_day: the first that the format holds; epoch: where it counts from; unit: seconds of its moments.
    """
    rows = list(small.pieces())
    found = []
    for one in laid_out(small.table, PLAIN):
        cells = [cell for some in rows for cell in one.cells(some)]
        numbers = [None if cell is None else _number(one.kind, cell, first_day, epoch, unit, most) for cell in cells]
        typed = one.kind in (INTEGER, DECIMAL, DATE, TIME, MOMENT, "boolean")
        if typed and all(cell is None or number is not None for cell, number in zip(cells, numbers, strict=True)):
            found.append(numbers)
        else:
            found.append([value_text(cell) for cell in cells])
    return found


def _number(kind: str, cell, first_day: date, epoch: datetime, unit: float, most: float):
    try:
        if kind in (INTEGER, DECIMAL):
            whole = cell.__class__ is int and (kind == DECIMAL or abs(cell) <= 2**53)
            return cell if (whole or (kind == DECIMAL and cell.__class__ is float)) and abs(cell) < most else None
        if kind == "boolean":
            return int(cell) if cell.__class__ is bool else None
        if kind == DATE:
            day = date.fromisoformat(cell) if len(cell) == 10 else None
            return None if day is None or day < first_day else (day - epoch.date()).days
        if kind == TIME:
            clock = time.fromisoformat(cell)
            return (datetime.combine(epoch.date(), clock) - epoch.replace(tzinfo=None)).total_seconds() / unit
        moment = datetime.fromisoformat(cell) if "T" in cell else None
        moment = moment and moment.replace(tzinfo=moment.tzinfo or UTC)
        if moment is None or moment.astimezone(UTC).date() < first_day:
            return None
        return (moment - epoch).total_seconds() / unit
    except (ValueError, TypeError):
        return None
