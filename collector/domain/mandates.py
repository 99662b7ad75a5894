"""Room of who held which office when: mandates in two times, that of the office and that of our knowing it.

It must not know entities, tables or clocks, and judges nobody's right to an office: what is disputed, unregistered or
unclear is told beside it. `services/mandates` reads mandates of a list; `domain/rule_judging` asks for signatories.

The rule of days: the first and the last day of a mandate both belong to it. Who follows on the last day of another
takes over that day: both held office on it, and that is no overlap.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from collector.domain.folded import fold

LAPSING_DAYS = 60
ONE_BOARD = frozenset({"", "unica", "una", "unico"})  # folded names of the board of a community that has one
SHARED = frozenset({"vocal", "delegado", "otro"})  # folded offices that several hold at once
WORD_ONLY = frozenset({"", "palabra"})  # folded grounds of a mandate without a document
ENTRY = "asiento"
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Mandate:
    """What was known of one person in one office between two moments: one version of an entity.

    start, end: its first and last day; None: not known, and taken as without limit. known_until: None: still known so.
    place: name of the community as written. basis: what it rests on; recorded: the day it was checked, as written;
    ended: why it ended early. unread: dates as written that are none.
    """

    id: str
    community: str
    person: str
    office: str
    start: date | None
    end: date | None
    known_from: datetime
    known_until: datetime | None = None
    place: str = ""
    basis: str = ""
    board: str = ""
    ended: str = ""
    recorded: str = ""
    version: int = 1
    unread: tuple[str, ...] = ()

    def covers(self, on: date) -> bool:
        """Whether the day belongs to it."""
        return (self.start is None or self.start <= on) and (self.end is None or on <= self.end)

    def is_known(self, at: datetime) -> bool:
        """Whether it was known so at a moment."""
        return self.known_from <= at and (self.known_until is None or at < self.known_until)

    @property
    def is_backwards(self) -> bool:
        """Whether it ends before it begins: it covers no day."""
        return self.start is not None and self.end is not None and self.end < self.start

    @property
    def one_board(self) -> str:
        """Its board as boards are compared: '' where the community has one."""
        folded = fold(self.board)
        return "" if folded in ONE_BOARD else folded

    @property
    def who(self) -> str:
        """Its person as persons are compared; without a name each mandate is a person of its own."""
        return fold(self.person) or self.id


@dataclass(frozen=True, slots=True)
class Gap:
    """Days without anybody in an office, the first and the last. goes_on: nobody took it up since."""

    community: str
    office: str
    first: date
    last: date
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class Shared:
    """Days that two mandates share, the first and the last; None: without a known limit. boards: of two boards."""

    one: Mandate
    other: Mandate
    first: date | None
    last: date | None
    boards: bool = False

    def covers(self, on: date) -> bool:
        """Whether the day is one of them."""
        return self.one.covers(on) and self.other.covers(on)


@dataclass(frozen=True, slots=True)
class Dispute:
    """Two boards of a community at once: their names as written, the first and last day they share, by which mandates.

    Between first and last there may be days with one board alone: `is_on` knows.
    """

    community: str
    boards: tuple[str, str]
    first: date | None
    last: date | None
    pairs: tuple[Shared, ...] = ()

    def is_on(self, on: date) -> bool:
        """Whether there are both on this day."""
        return any(one.covers(on) for one in self.pairs)


@dataclass(frozen=True, slots=True)
class Lapsing:
    """A mandate that ends soon; days: that are left after the day asked for; followed: somebody takes over."""

    mandate: Mandate
    days: int
    followed: bool


def read_day(text: str | None) -> date | None:
    """The day that a value tells, of a date with its time too; None for nothing and for what is no date."""
    text = (text or "").strip()
    if text[4:5] + text[7:8] != "--" or text[10:11] not in ("", "T"):
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def known(mandates: Iterable[Mandate], at: datetime | None) -> list[Mandate]:
    """The mandates as they were known at a moment; None: as they are known now."""
    return [one for one in mandates if (one.known_until is None if at is None else one.is_known(at))]


def in_office(mandates: Iterable[Mandate], on: date, known_at: datetime | None = None) -> list[Mandate]:
    """Who held office on a day, as known at a moment (None: now). Both sides of a dispute are in it."""
    return [one for one in known(mandates, known_at) if one.covers(on)]


def gaps(mandates: Iterable[Mandate], until: date) -> list[Gap]:
    """Days without anybody in an office, from its first known day to `until`; of mandates that are known together."""
    found = []
    for (community, office), held in _by_office(mandates).items():
        starts = [one.start for one in held if one.start is not None]
        if not starts:
            continue
        free = min(starts)  # the first day not covered so far
        for one in sorted(held, key=lambda one: one.start or date.min):
            if one.start is not None and one.start > until:
                break
            if one.start is not None and one.start > free:
                found.append(Gap(community, office, free, one.start - _DAY))
            free = max(free, _after(one.end))
        if free <= until:
            found.append(Gap(community, office, free, until, True))
    return found


def overlaps(mandates: Iterable[Mandate], offices: frozenset[str] = SHARED) -> list[Shared]:
    """Pairs of different persons in the same office of a community on the same days; of mandates known together.

    offices: folded names of those that several hold at once; they overlap with nobody. One who follows on the last day
    of the other takes over.
    """
    found = []
    for (_community, office), held in _by_office(mandates).items():
        if fold(office) not in offices:
            found += [one for one in _pairs(held) if one.one.who != one.other.who and not _takes_over(one)]
    return found


def disputes(mandates: Iterable[Mandate]) -> list[Dispute]:
    """Two boards of a community at once, each pair with the days from the first to the last that they share."""
    held: dict[str, list[Mandate]] = {}
    for one in mandates:
        held.setdefault(one.community, []).append(one)
    found: dict[tuple, list[Shared]] = {}
    for community, all_of_it in held.items():
        if len({one.one_board for one in all_of_it}) < 2:
            continue
        for pair in _pairs(all_of_it):
            if pair.boards and not _takes_over(pair):
                found.setdefault((community, *sorted((pair.one.one_board, pair.other.one_board))), []).append(pair)
    return [_dispute(key[0], pairs) for key, pairs in found.items()]


def lapsing(mandates: Iterable[Mandate], on: date, days: int = LAPSING_DAYS) -> list[Lapsing]:
    """Mandates in office on a day that end within so many days after it, soonest first; known together."""
    held = list(mandates)
    found = [Lapsing(one, (one.end - on).days, any(other is not one and _follows(other, one) for other in held))
             for one in held if one.end is not None and one.covers(on) and (one.end - on).days <= days]
    return sorted(found, key=lambda one: (one.days, one.mandate.community, one.mandate.office, one.mandate.id))


def state_of(one: Mandate, on: date, disputed: bool, days: int = LAPSING_DAYS) -> str:
    """What a mandate is on a day: controversia, sin_informacion, vencida, por_iniciar, por_vencer, vigente_asiento or
    vigente_acta. disputed: whether its community has two boards that day.
    """
    if one.end is not None and on > one.end:
        return "vencida"
    if disputed and one.covers(on):
        return "controversia"
    if one.end is None or one.is_backwards or fold(one.basis) in WORD_ONLY:
        return "sin_informacion"
    if one.start is not None and one.start > on:
        return "por_iniciar"
    if (one.end - on).days <= days:
        return "por_vencer"
    return "vigente_asiento" if fold(one.basis) == ENTRY else "vigente_acta"


def is_disputed(found: Iterable[Dispute], community: str, on: date) -> bool:
    """Whether a community has two boards on a day, by what `disputes` found."""
    return any(one.community == community and one.is_on(on) for one in found)


def served(mandates: Iterable[Mandate], signatory: str, community: str, on: date,
           known_at: datetime | None = None) -> bool:
    """Whether somebody was in office on a day, as known at a moment.

    signatory: id of a mandate, whose person counts with every mandate in its community; else a name in the community.
    """
    return any(one.covers(on) for one in of_signatory(known(mandates, known_at), signatory, community))


def of_signatory(mandates: Iterable[Mandate], signatory: str, community: str) -> list[Mandate]:
    """The mandates of who signed, signatory and community as `served` takes them."""
    held = list(mandates)
    chosen = next((one for one in reversed(held) if one.id == signatory), None)
    who, where = (chosen.who, chosen.community) if chosen else (fold(signatory), community)
    return [one for one in held if one.who == who and one.community == where]


def _by_office(mandates: Iterable[Mandate]) -> dict[tuple[str, str], list[Mandate]]:
    held: dict[tuple[str, str], list[Mandate]] = {}
    for one in mandates:
        if not one.is_backwards:
            held.setdefault((one.community, one.office), []).append(one)
    return held


def _pairs(held: list[Mandate]) -> Iterator[Shared]:
    """Every pair that shares a day; held is swept from the first start on, so far apart terms are not compared."""
    open_ones: list[Mandate] = []
    for one in sorted(held, key=lambda one: (one.start or date.min, one.id)):
        if one.is_backwards:
            continue
        first = one.start or date.min
        open_ones = [other for other in open_ones if other.end is None or other.end >= first]
        for other in open_ones:
            ends = [end for end in (one.end, other.end) if end is not None]
            yield Shared(other, one, one.start, min(ends) if ends else None, one.one_board != other.one_board)
        open_ones.append(one)


def _takes_over(pair: Shared) -> bool:
    """Whether the shared day is just the last of one and the first of the other."""
    return pair.one.end is not None and pair.one.end == pair.other.start != pair.one.start


def _follows(other: Mandate, one: Mandate) -> bool:
    """Whether another mandate fills the office of this one the day after its end."""
    return (other.community == one.community and other.office == one.office and other.one_board == one.one_board
            and one.end is not None and one.end < date.max and other.covers(one.end + _DAY))


def _after(end: date | None) -> date:
    return date.max if end is None or end == date.max else end + _DAY


def _dispute(community: str, pairs: list[Shared]) -> Dispute:
    boards = {one.one_board: one.board or "" for pair in pairs for one in (pair.one, pair.other)}
    lasts = [pair.last for pair in pairs]
    firsts = [pair.first for pair in pairs]
    return Dispute(community, tuple(boards[name] for name in sorted(boards)),
                   None if None in firsts else min(firsts), None if None in lasts else max(lasts), tuple(pairs))
