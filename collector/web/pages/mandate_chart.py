"""Room of the drawing of mandates: a lane for each office and board, bars by days, in per cent of the width.

It must not know HTML nor who was in office (`domain/mandates`). The list of the page says the same in words.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from collector.domain.mandates import Gap, Mandate
from collector.services.mandates import Standing
from collector.web.pages import mandate_words as words

LONGEST = 30  # years that are drawn
MOST_YEARS = 8  # that are written


@dataclass(frozen=True, slots=True)
class Bar:
    """A mandate. left, width: per cent. open: its end, or its beginning, is not known. doubtful: two boards or two
    persons at once.
    """

    left: float
    width: float
    text: str
    open: bool
    doubtful: bool


@dataclass(slots=True)
class Lane:
    """An office of a board. gaps: (left, width) of days without anybody."""

    label: str
    bars: list[Bar] = field(default_factory=list)
    gaps: list[tuple[float, float]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Chart:
    """The drawing. years: (left, year); on: where the day stands."""

    first: int
    last: int
    years: list[tuple[float, int]]
    on: float
    lanes: list[Lane]


def chart_of(standing: Standing) -> Chart | None:
    """The drawing of a community on a day; None where no mandate has a day."""
    held = [one for one in standing.held if not one.is_backwards]
    days = [day for one in held for day in (one.start, one.end) if day is not None]
    if not days:
        return None
    first, last = min(*days, standing.on).year, max(*days, standing.on).year
    first, last = max(first, standing.on.year - LONGEST), min(last, standing.on.year + LONGEST)
    scale = _Scale(date(first, 1, 1), date(last, 12, 31))
    step = -(-(last - first + 1) // MOST_YEARS)
    years = [(scale.at(date(year, 1, 1)), year) for year in range(first, last + 1, step)]
    doubtful = {one.id for pair in _pairs(standing) for one in (pair.one, pair.other)}
    return Chart(first, last, years, scale.at(standing.on), _lanes(held, standing.gaps, doubtful, scale))


@dataclass(frozen=True, slots=True)
class _Scale:
    first: date
    last: date

    def at(self, day: date) -> float:
        """Where the beginning of a day stands, in per cent."""
        part = (min(max(day, self.first), self.last) - self.first).days / ((self.last - self.first).days + 1)
        return round(100 * part, 2)

    def span(self, start: date | None, end: date | None) -> tuple[float, float]:
        """(left, width) of days, the last one included."""
        left = self.at(start or self.first)
        right = 100.0 if end is None or end >= self.last else self.at(end + timedelta(days=1))
        return left, round(max(right - left, 0.6), 2)


def _lanes(held: list[Mandate], gaps: list[Gap], doubtful: set[str], scale: _Scale) -> list[Lane]:
    boards: dict[str, dict[str, Lane]] = {}
    for one in held:
        own = boards.setdefault(one.office, {})
        lane = own.get(one.one_board)
        if lane is None:
            label = words.office(one.office) + (f", {one.board}" if one.one_board else "")
            lane = own[one.one_board] = Lane(label)
        lane.bars.append(Bar(*scale.span(one.start, one.end), _short(one.person) or words.person(one),
                             one.start is None or one.end is None, one.id in doubtful))
    for gap in gaps:
        if gap.office in boards and gap.last >= scale.first:
            next(iter(boards[gap.office].values())).gaps.append(scale.span(gap.first, gap.last))
    return [lane for own in boards.values() for lane in own.values()]


def _pairs(standing: Standing) -> Iterable:
    yield from standing.overlaps
    for dispute in standing.disputes:
        yield from dispute.pairs


def _short(name: str) -> str:
    first, _space, rest = name.partition(" ")
    return f"{first[:1]}. {rest}" if rest else name
