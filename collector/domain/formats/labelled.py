"""Columns of a table -> what statistics programs keep of them: numbers with labels, or text of a known width.

It must not know the bytes of any format. `stata.py` and `spss.py` ask here, so that both files hold the same values
under the same codes.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from math import isfinite, isnan

from collector.domain.tabular.layout import (
    BOOLEAN,
    DATE,
    DECIMAL,
    INTEGER,
    MOMENT,
    TEXT,
    TIME,
    OutColumn,
    laid_out,
)
from collector.domain.tabular.moments import as_date, as_moment, as_time
from collector.domain.tabular.names import told_label
from collector.domain.tabular.shape import DataTable, Manner, Pieces, Rows
from collector.domain.values import POINT_PARTS, value_text

CODED = "coded"
EXACT = 2**53  # whole numbers beyond it are not exact in a double
MOST_CODES = 10_000  # longer lists keep the labels of what was answered
LONGEST_LIST = 65_536  # of labels that Stata keeps
LARGEST_CODE, SMALLEST_CODE = 2_147_483_620, -2_147_483_647  # whole numbers that Stata keeps beside its missing ones
REMEMBERED = 5_000  # cells of a column kept with what they become
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_DAY = date(1970, 1, 1).toordinal()


class Unfit(Exception):
    """A cell that its column cannot hold. place: of the column; the writer begins again with that column as text."""

    def __init__(self, place: int):
        super().__init__(place)
        self.place = place


@dataclass(slots=True)
class Kept:
    """A column as it is kept.

    kind: one of layout.KINDS or 'coded'; low, high: of whole numbers and codes; width: most UTF-8 bytes of a text;
    codes: {cell: number}; labels: {number: label}.
    """

    column: OutColumn
    place: int
    name: str
    kind: str
    low: int = 0
    high: int = 0
    width: int = 0
    codes: dict = field(default_factory=dict)
    labels: dict[int, str] = field(default_factory=dict)

    def cells(self, rows: Rows) -> list:
        """Its cells; where it is text, all of them text or None."""
        cells = self.column.cells(rows)
        return _texts(cells) if self.kind == TEXT else cells

    def label(self, most: int, size: Callable[[str], int] = len) -> str:
        """The label of the column, with its old name where that had to change; moments have lost their zone."""
        zone = " [UTC]" if self.kind == MOMENT else ""
        return told_label(self.column, self.name, most - len(zone), size) + zone

    @property
    def names_of_codes(self) -> list[str]:
        """'1=si' for every code whose number is not its name."""
        return [f"{number}={value_text(name)}" for name, number in self.codes.items()
                if value_text(name) != str(number) and name.__class__ is not bool]


class Remembered(dict):
    """{cell: what it becomes}, asked as `map(remembered.__getitem__, cells)`; convert gives None for an unfit cell."""

    def __init__(self, place: int, convert: Callable, missing):
        super().__init__()
        self.place, self.convert, self.missing = place, convert, missing

    def __missing__(self, cell):
        if len(self) > REMEMBERED:
            self.clear()
        found = self.missing if cell is None or cell == "" else self.convert(cell)
        if found is None:
            raise Unfit(self.place)
        self[cell] = found
        return found


def kept_columns(table: DataTable, pieces: Pieces, summary, manner: Manner, names: list[str],
                 as_text: Iterable[int] = ()) -> list[Kept]:
    """What is kept of each column of `laid_out`. as_text: places of those that turned out to be unfit for numbers."""
    found = []
    for place, (column, name) in enumerate(zip(laid_out(table, manner), names, strict=True)):
        known = summary.of(column.variable.id)
        kept = Kept(column, place, name, TEXT if place in as_text else kind_of(column, known))
        if kept.kind == CODED:
            _number(kept, known.counts)
            if len(kept.codes) > LONGEST_LIST:
                kept = Kept(column, place, name, TEXT, width=known.widest)
        elif kept.kind == INTEGER:
            kept.low, kept.high = (0, 1) if column.part else (known.minimum or 0, known.maximum or 0)
        elif kept.kind == BOOLEAN:
            kept.high, kept.codes, kept.labels = 1, {False: 0, True: 1}, {0: "false", 1: "true"}
        else:
            kept.width = known.widest
        found.append(kept)
    # what is written is not what was summed up, so it is looked at once
    unsure = [one for one in found if one.kind == TEXT and (
        one.place in as_text or one.column.part or (manner.labels and one.column.variable.categories))]
    _measure(unsure, pieces)
    return found


def kind_of(column: OutColumn, known) -> str:
    """What a column is kept as, one of layout.KINDS or 'coded'; known: the summary of its variable."""
    part, kind = column.part, column.kind
    if part and column.variable.type != "geopoint":
        return INTEGER  # one choice of several: 0 or 1
    if part:
        return DECIMAL if known.fits or part != POINT_PARTS[0] else TEXT
    if column.categories:
        return CODED
    if kind == TEXT or not known.fits:
        return TEXT
    if kind == INTEGER:
        return INTEGER if (known.minimum or 0) >= -EXACT and (known.maximum or 0) <= EXACT else TEXT
    if kind == DECIMAL and not isfinite((known.minimum or 0) - (known.maximum or 0)):
        return TEXT
    return kind if kind in (DECIMAL, BOOLEAN, DATE, TIME, MOMENT) else TEXT


def days(cell) -> int | None:
    """Days from 1970-01-01 to a date; None for what is none."""
    found = as_date(cell)
    return None if found is None else found.toordinal() - _FIRST_DAY


def clock_milliseconds(cell) -> int | None:
    """Milliseconds since midnight of a time of day; None for what is none."""
    found = as_time(cell)
    if found is None:
        return None
    return (found.hour * 3600 + found.minute * 60 + found.second) * 1000 + found.microsecond // 1000


def moment_milliseconds(cell) -> int | None:
    """Milliseconds from 1970-01-01 to a moment, both in UTC, as is one that names no zone; None for what is none."""
    found = as_moment(cell)
    if found is None:
        return None
    apart = (found if found.tzinfo else found.replace(tzinfo=UTC)) - _EPOCH
    return (apart.days * 86_400 + apart.seconds) * 1000 + apart.microseconds // 1000


def real_numbers(kept: Kept, cells: list, most: float) -> list:
    """The cells, None among them. Raises Unfit for what is no number, or one that is not below most."""
    try:
        if max(map(abs, [one for one in cells if one is not None]), default=0) < most:
            # a number that is none stays unseen by max, not by the sum
            if not isnan(sum([one for one in cells if one is not None])):
                return cells
    except (TypeError, OverflowError):
        pass
    raise Unfit(kept.place)


def whole_number(cell) -> int | None:
    """The number, as long as a double holds it exactly."""
    return cell if cell.__class__ is int and -EXACT <= cell <= EXACT else None


def _number(kept: Kept, counts) -> None:
    """Numbers for the choices: their own where all have one, else 1, 2, 3 in order; what was answered besides
    comes behind, in alphabetical order."""
    categories = kept.column.categories
    if len(categories) > MOST_CODES and counts is not None:
        categories = {name: label for name, label in categories.items() if name in counts}
    categories = {name: label for name, label in categories.items() if name}
    others = sorted({value_text(one) for one in counts or ()} - categories.keys() - {""})
    own = {name: _own_number(name) for name in categories}
    if categories and None not in own.values():
        codes = dict(own)
        free = max(codes.values()) + 1
        known = set(codes.values())
        for name in others:
            number = _own_number(name)
            if number is None or number in known:
                number, free = free, free + 1
            codes[name] = number
            known.add(number)
            free = max(free, number + 1)
    else:
        codes = {name: number for number, name in enumerate([*categories, *others], 1)}
    if max(codes.values(), default=0) > LARGEST_CODE:
        codes = {name: number for number, name in enumerate(codes, 1)}
    kept.codes = codes
    kept.labels = {number: " ".join(categories.get(name, "").split()) or name for name, number in codes.items()}
    kept.low, kept.high = min(codes.values(), default=0), max(codes.values(), default=0)


def _own_number(name: str) -> int | None:
    if len(name) > 11 or not name.isascii() or not name.removeprefix("-").isdigit():
        return None
    number = int(name)
    return number if str(number) == name and SMALLEST_CODE <= number <= LARGEST_CODE else None


def _measure(texts: list[Kept], pieces: Pieces) -> None:
    if not texts:
        return
    for one in texts:
        one.width = 0
    for rows in pieces():
        for one in texts:
            cells = one.cells(rows)
            one.width = max(one.width, max((len(text.encode("utf-8", "replace")) for text in cells if text), default=0))


def _texts(cells: list) -> list:
    if set(map(type, cells)) <= {str, type(None)}:
        return cells
    return [one if one is None or one.__class__ is str else value_text(one) for one in cells]
