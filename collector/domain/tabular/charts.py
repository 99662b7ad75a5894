"""Counts of one variable -> bars that may be shown: shares, histograms, tables of two variables; small groups are not.

It must not know rows, pages or languages. `services/statistics` counts, `web/pages/statistics` draws.
A group of 1 to least - 1 is small (least: 1, or 3 and more; with 2 hidden ones would all be known to be one). What is
shown never tells how many a small group has: other groups are hidden with it, or joined with it, until more than one
answer is possible (`test_charts.py` tries all small tables).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import floor

SINGLE, SEVERAL, NUMBERS, COUNTED, EMPTY, WITHHELD = CHARTS = (
    "single", "several", "numbers", "counted", "empty", "withheld")
MOST_BINS = 12
_STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar. name: of the category. count: how many, None where it is not shown; share: of who answered, 0 to 1."""

    name: str
    count: int | None
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Bin:
    """Numbers from low to below high (for whole numbers: to high - 1); None: whatever lies below or above."""

    low: float | int | None
    high: float | int | None
    count: int


@dataclass(frozen=True, slots=True)
class Chart:
    """What may be shown of one variable.

    kind: single (bars add up), several (they do not), numbers (bins), counted (nothing but how many answered), empty
    (nobody answered), withheld (too few answered, or too few did not). answered, missing: None where they tell a small
    group. together: how many the bars that are not shown have in all. mean, median: None where there is none.
    """

    kind: str
    rows: int
    answered: int | None
    missing: int | None
    bars: tuple[Bar, ...] = ()
    bins: tuple[Bin, ...] = ()
    together: int | None = None
    mean: float | None = None
    median: float | None = None

    @property
    def hidden(self) -> tuple[str, ...]:
        """Names of the bars that are not shown."""
        return tuple(one.name for one in self.bars if one.count is None)

    @property
    def missing_share(self) -> float | None:
        """The part of the rows without an answer, 0 to 1."""
        return None if self.missing is None or not self.rows else self.missing / self.rows


@dataclass(frozen=True, slots=True)
class CrossLine:
    """A line or column of a table of two variables. names: of its categories, several where they were joined; None is
    no answer. count: how many in all."""

    names: tuple[str | None, ...]
    count: int


@dataclass(frozen=True, slots=True)
class CrossTable:
    """Two variables. cells: by line, then column; None in a line that is not shown."""

    lines: tuple[CrossLine, ...]
    columns: tuple[CrossLine, ...]
    cells: tuple[tuple[int | None, ...], ...]


def hidden_names(counts: Mapping, least: int) -> frozenset:
    """The names whose counts are not shown, of counts that add up to a total which is shown.

    All up to a limit: as low as it can be so that at least two different counts are hidden, or else all of them. Where
    every count above zero is hidden, the zeros are too.
    """
    above = sorted({one for one in counts.values() if one})
    if not any(one < least for one in above):
        return frozenset()
    limit = max(above[:2])
    limit = max([limit, *(one for one in above if one < least)])
    if limit == above[-1]:
        return frozenset(counts)
    return frozenset(name for name, one in counts.items() if 0 < one <= limit)


def counted(rows: int, answered: int, least: int, asked_of_all: bool = True) -> Chart:
    """How many answered, nothing else. asked_of_all: False where who did not answer is a group of its own."""
    if not answered and rows >= least:
        return Chart(EMPTY, rows, 0, rows)
    return Chart(WITHHELD, rows, None, None) if _tells(rows, answered, least, asked_of_all) else Chart(
        COUNTED, rows, answered, rows - answered)


def single(counts: Mapping[str, int], rows: int, least: int, asked_of_all: bool = True) -> Chart:
    """Bars that add up to who answered, in the order of the counts."""
    answered = sum(counts.values())
    if not answered or answered < least:
        return counted(rows, answered, least)
    every: dict = dict(counts)
    if not asked_of_all:
        every[None] = rows - answered
    hidden = hidden_names(every, least)
    if len(hidden) == len(every):
        return Chart(WITHHELD, rows, None if None in hidden else answered, None if None in hidden else rows - answered,
                     tuple(Bar(name, None) for name in counts))
    known = None not in hidden
    bars = tuple(Bar(name, None) if name in hidden else Bar(name, count, count / answered if known else None)
                 for name, count in counts.items())
    together = sum(counts[name] for name in hidden) if known and hidden else None
    return Chart(SINGLE, rows, answered if known else None, rows - answered if known else None, bars,
                 together=together)


def several(counts: Mapping[str, int], rows: int, answered: int, least: int, asked_of_all: bool = True) -> Chart:
    """Bars of which one row may be in more than one; also who did not choose must not be few."""
    if not answered or _tells(rows, answered, least, asked_of_all):
        return counted(rows, answered, least, asked_of_all)
    bars = tuple(Bar(name, None) if _few(count, least) or _few(answered - count, least)
                 else Bar(name, count, count / answered) for name, count in counts.items())
    return Chart(SEVERAL, rows, answered, rows - answered, bars)


def numbers(pairs: Iterable[tuple[float, int]], rows: int, least: int, asked_of_all: bool = True,
            whole: bool = False, widths: Sequence | None = None, most: int = MOST_BINS) -> Chart:
    """A histogram of (number, how many): bins so wide that none holds few; the outermost are joined, open to the end.

    whole: all are integers. widths: of bins, rising, where others than 1, 2, 5, 10 … are natural (7 days, 12
    months). most: bins.
    """
    pairs = sorted(pairs)
    answered = sum(often for _number, often in pairs)
    if not answered or _tells(rows, answered, least, asked_of_all):
        return counted(rows, answered, least, asked_of_all)
    bins = _bins(pairs, least, widths or _widths(_span(pairs, least), whole), most)
    return Chart(NUMBERS, rows, answered, rows - answered, bins=bins,
                 mean=sum(number * often for number, often in pairs) / answered, median=_median(pairs, answered))


def crossed(cells: Mapping[tuple, int], lines: Collection, columns: Collection, least: int,
            joined_lines: Collection = (), joined_columns: Collection = (), most: int = 12) -> CrossTable | None:
    """The table of (line, column) -> count, the smallest lines and columns joined until no cell is few; None when
    less than two lines or columns are left.

    lines, columns: names in order. joined_…: those that must not stand alone, since their own chart hides them.
    """
    totals = [_totals(cells, lines, 0), _totals(cells, columns, 1)]
    limits = [sorted({0, *one.values()}) for one in totals]
    for column_limit in limits[1]:
        across = _joined(columns, totals[1], column_limit, joined_columns)
        if not 2 <= len(across) <= most:
            continue
        for line_limit in limits[0]:
            down = _joined(lines, totals[0], line_limit, joined_lines)
            if len(down) < 2:
                break
            if len(down) > most:
                continue
            found = tuple(tuple(sum(cells.get((line, column), 0) for line in one for column in other)
                                for other in across) for one in down)
            if not any(_few(cell, least) for line in found for cell in line):
                return CrossTable(
                    tuple(CrossLine(one, sum(totals[0][name] for name in one)) for one in down),
                    tuple(CrossLine(one, sum(totals[1][name] for name in one)) for one in across), found)
    return None


def crossed_choices(cells: Mapping[tuple, int], lines: Collection, bases: Mapping, least: int) -> CrossTable | None:
    """The table where a row may be in several lines; a line with a small cell is not shown. bases: {column: how many
    of its rows answered}; None when a base is small or no line can be shown."""
    columns = [name for name, base in bases.items() if base]
    if len(columns) < 2 or any(base < least for base in bases.values() if base):
        return None
    found = []
    for line in lines:
        own = [cells.get((line, column), 0) for column in columns]
        few = any(_few(cell, least) or _few(bases[column] - cell, least)
                  for cell, column in zip(own, columns, strict=True))
        found.append(tuple([None] * len(own) if few else own))
    if all(line[0] is None for line in found):
        return None
    return CrossTable(tuple(CrossLine((line,), sum(cells.get((line, column), 0) for column in columns))
                            for line in lines),
                      tuple(CrossLine((column,), bases[column]) for column in columns), tuple(found))


def _few(count: int, least: int) -> bool:
    return 0 < count < least


def _tells(rows: int, answered: int, least: int, asked_of_all: bool) -> bool:
    """Whether how many answered is a small group, or leaves one that is told by who was not asked."""
    return rows < least or _few(answered, least) or (not asked_of_all and _few(rows - answered, least))


def _totals(cells: Mapping[tuple, int], names: Collection, side: int) -> dict:
    found = dict.fromkeys(names, 0)
    for key, count in cells.items():
        found[key[side]] += count
    return found


def _joined(names: Collection, totals: Mapping, limit: int, forced: Collection) -> list[tuple]:
    """Groups of names, in order; those up to the limit are one group, the last. Names without any are left out."""
    rest = tuple(name for name in names if totals[name] and (totals[name] <= limit or name in forced))
    groups = [(name,) for name in names if totals[name] and name not in rest]
    return groups + ([rest] if rest else [])


def _median(pairs: list[tuple[float, int]], answered: int) -> float:
    low, high, seen = None, None, 0
    for number, often in pairs:
        seen += often
        if low is None and seen * 2 >= answered:
            low = number
        if seen * 2 > answered:
            high = number
            break
    return (low + high) / 2 if low != high else low


def _bins(pairs: list[tuple[float, int]], least: int, widths: Iterable, most: int) -> tuple[Bin, ...]:
    """The finest bins of which none is few, the outermost open where that takes it; at the worst one, with all."""
    low, high = _inner(pairs, least), _inner(reversed(pairs), least)
    for width in widths if low <= high else ():
        first, last = _place(low, width), _place(high, width)
        if last - first >= most:
            continue
        counts = [0] * (last - first + 1)
        for number, often in pairs:
            counts[min(max(_place(number, width), first), last) - first] += often
        if not any(_few(one, least) for one in counts):
            open_below, open_above = _place(pairs[0][0], width) < first, _place(pairs[-1][0], width) > last
            return tuple(Bin(None if open_below and at == first else _edge(at, width),
                             None if open_above and at == last else _edge(at + 1, width), counts[at - first])
                         for at in range(first, last + 1))
    return (Bin(None, None, sum(often for _number, often in pairs)),)


def _span(pairs: list[tuple[float, int]], least: int) -> float:
    return max(0, _inner(reversed(pairs), least) - _inner(pairs, least))


def _inner(pairs: Iterable[tuple[float, int]], least: int) -> float:
    """The first number at which enough are seen not to be few."""
    seen, pairs = 0, list(pairs)
    for number, often in pairs:
        seen += often
        if seen >= least:
            return number
    return pairs[-1][0]


def _place(number: float, width: float | int) -> int:
    return floor(number / width + 1e-9)


def _widths(span: float, whole: bool) -> Iterable[float | int]:
    """1, 2, 5, 10 … or their tenths, from the first that leaves few bins enough."""
    power = 0
    if not whole:
        while span and span / 10.0**power < MOST_BINS / 4 and power > -12:
            power -= 1
    for step in range(60):
        yield _edge(_STEPS[step % 3], 10 ** (power + step // 3) if power + step // 3 >= 0 else
                    10.0 ** (power + step // 3))


def _edge(times: int, width: float | int) -> float | int:
    """times × width without the dust of floats: 3 × 0.1 is 0.3."""
    return times * width if isinstance(width, int) else float(f"{times * width:.12g}")
