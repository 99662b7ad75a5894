"""Who held which office when: a table of legal cases, and properties against a reference that walks day by day."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from collector.domain import mandates as room
from collector.domain.mandates import Mandate

EARLY, LATER, NOW = (datetime(year, 1, 1, tzinfo=UTC) for year in (2024, 2025, 2026))


def day(text):
    return date.fromisoformat(text) if text else None


def mandate(id, start, end, person="", office="jefe", known_from=EARLY, **more):
    return Mandate(id, more.pop("community", "c1"), person or f"Persona {id}", office, day(start), day(end),
                   known_from, **{"basis": "acta", "board": "unica", **more})


RE_ELECTED = [mandate("a", "2022-01-10", "2024-01-09", "Ana Puanchón"),
              mandate("b", "2024-01-10", "2026-01-09", "ana puanchon")]
DIED = [mandate("a", "2024-01-01", "2025-12-31", known_until=LATER),
        mandate("a", "2024-01-01", "2024-11-20", known_from=LATER, version=2, ended="fallecimiento"),
        mandate("b", "2024-12-15", "2025-12-31", known_from=LATER)]
DISPUTED = [mandate("a", "2026-01-02", "2028-01-01", board="asamblea de enero"),
            mandate("b", "2026-01-20", "2028-01-19", board="asamblea de febrero")]
PARTIAL = [mandate("a", "2024-01-01", "2025-12-31"),
           mandate("b", "2024-01-01", "2024-06-30", office="secretario", ended="renuncia"),
           mandate("c", "2024-06-30", "2025-12-31", office="secretario")]
UNKNOWN_END = [mandate("a", "2024-03-01", None)]
UNKNOWN_START = [mandate("a", None, "2024-03-01")]


@pytest.mark.parametrize(("held", "on", "known_at", "who"), [
    (RE_ELECTED, "2024-01-09", None, ["a"]),
    (RE_ELECTED, "2024-01-10", None, ["b"]),
    (DIED, "2024-11-20", None, ["a"]),  # the day of death belongs to the mandate
    (DIED, "2024-11-21", None, []),
    (DIED, "2024-11-21", EARLY, ["a"]),  # as known then
    (DIED, "2024-12-15", None, ["b"]),
    (DIED, "2024-12-15", LATER - timedelta(microseconds=1), ["a"]),
    (DIED, "2024-12-15", EARLY - timedelta(days=1), []),  # nothing was known
    (DISPUTED, "2026-01-19", None, ["a"]),
    (DISPUTED, "2026-01-20", None, ["a", "b"]),  # both are kept
    (PARTIAL, "2024-06-30", None, ["a", "b", "c"]),  # handing over
    (PARTIAL, "2024-07-01", None, ["a", "c"]),
    (UNKNOWN_END, "2090-01-01", None, ["a"]),
    (UNKNOWN_END, "2024-02-29", None, []),
    (UNKNOWN_START, "1990-01-01", None, ["a"]),
])
def test_who_was_in_office_as_known_then(held, on, known_at, who):
    assert [one.id for one in room.in_office(held, day(on), known_at)] == who


def test_a_gap_lasts_from_the_day_after_to_the_day_before():
    gap, after = room.gaps(room.known(DIED, None), day("2026-02-01"))
    assert (gap.first, gap.last, gap.goes_on) == (day("2024-11-21"), day("2024-12-14"), False)
    assert (after.first, after.last, after.goes_on) == (day("2026-01-01"), day("2026-02-01"), True)
    assert room.gaps(room.known(DIED, EARLY), day("2025-06-01")) == []


def test_no_gap_where_the_end_is_not_known_or_the_day_follows():
    assert room.gaps(UNKNOWN_END, day("2030-01-01")) == []
    assert room.gaps(RE_ELECTED, day("2026-01-09")) == []


def test_two_boards_at_once_are_told_with_their_days_and_overlap():
    found, = room.disputes(DISPUTED)
    assert (found.boards, found.first, found.last) == (
        ("asamblea de enero", "asamblea de febrero"), day("2026-01-20"), day("2028-01-01"))
    assert not room.is_disputed([found], "c1", day("2026-01-19")) and room.is_disputed([found], "c1", day("2026-01-20"))
    both, = room.overlaps(DISPUTED)
    assert both.boards


def test_handing_over_and_being_elected_again_are_no_overlap():
    assert room.overlaps(PARTIAL) == [] and room.disputes(PARTIAL) == []
    early = [mandate("a", "2024-01-01", "2026-01-01", "Ana"), mandate("b", "2025-06-01", "2027-06-01", "ANA")]
    assert room.overlaps(early) == []


def test_several_may_share_an_office_that_many_hold():
    held = [mandate("a", "2024-01-01", "2026-01-01", office="vocal"),
            mandate("b", "2024-01-01", "2026-01-01", office="vocal")]
    assert room.overlaps(held) == [] and len(room.overlaps(held, frozenset())) == 1


def test_the_board_that_hands_over_is_not_in_dispute():
    held = [mandate("a", "2022-01-01", "2024-01-01", board="unica"),
            mandate("b", "2024-01-01", "2026-01-01", board="asamblea de enero")]
    assert room.disputes(held) == []
    assert room.disputes([mandate("a", "2022-01-01", None, board=""), mandate("b", "2022-01-01", None, board="Única",
                                                                              office="vocal")]) == []


@pytest.mark.parametrize(("end", "days"), [("2026-01-01", 0), ("2026-03-02", 60), ("2026-03-03", None), ("", None)])
def test_what_lapses_within_sixty_days(end, days):
    found = room.lapsing([mandate("a", "2024-01-01", end)], day("2026-01-01"))
    assert [one.days for one in found] == ([] if days is None else [days])


def test_whoever_follows_is_told():
    found, = room.lapsing(RE_ELECTED, day("2024-01-01"))
    assert found.followed


@pytest.mark.parametrize(("more", "on", "disputed", "state"), [
    ({"basis": "asiento"}, "2024-06-01", False, "vigente_asiento"),
    ({"basis": "titulo"}, "2024-06-01", False, "vigente_acta"),
    ({"basis": "palabra"}, "2024-06-01", False, "sin_informacion"),
    ({"basis": ""}, "2024-06-01", False, "sin_informacion"),
    ({}, "2023-12-31", False, "por_iniciar"),
    ({}, "2025-10-31", False, "vigente_acta"),
    ({}, "2025-11-01", False, "por_vencer"),
    ({}, "2026-01-01", False, "vencida"),
    ({}, "2026-01-01", True, "vencida"),
    ({"basis": "asiento"}, "2024-06-01", True, "controversia"),
    ({}, "2023-12-31", True, "por_iniciar"),
])
def test_what_a_mandate_is_on_a_day(more, on, disputed, state):
    assert room.state_of(mandate("a", "2024-01-01", "2025-12-31", **more), day(on), disputed) == state


def test_a_mandate_without_an_end_tells_too_little():
    assert room.state_of(UNKNOWN_END[0], day("2026-01-01"), False) == "sin_informacion"


def test_what_ends_before_it_begins_covers_no_day():
    wrong = mandate("a", "2025-01-01", "2024-01-01")
    assert wrong.is_backwards and room.in_office([wrong], day("2024-06-01")) == []
    assert room.gaps([wrong], day("2026-01-01")) == [] == room.overlaps([wrong, *PARTIAL])


@pytest.mark.parametrize(("signatory", "community", "on", "known_at", "served"), [
    ("a", "", "2024-01-09", None, True),
    ("a", "", "2025-01-01", None, True),  # elected again: the person counts, not the mandate that was chosen
    ("a", "", "2026-01-10", None, False),
    ("ANA  PUANCHÓN", "c1", "2025-01-01", None, True),
    ("Ana Puanchón", "c2", "2025-01-01", None, False),
    ("Ana Puanchón", "c1", "2025-01-01", EARLY - timedelta(days=1), False),
    ("nobody", "c1", "2025-01-01", None, False),
])
def test_who_signed_was_in_office(signatory, community, on, known_at, served):
    assert room.served(RE_ELECTED, signatory, community, day(on), known_at) is served


@pytest.mark.parametrize(("text", "read"), [
    ("2024-02-29", "2024-02-29"), (" 2024-02-29 ", "2024-02-29"), ("2024-02-29T10:00:00.000-05:00", "2024-02-29"),
    ("2023-02-29", ""), ("29/02/2024", ""), ("", ""), (None, ""), ("2024-W01-1", ""), ("20240229", "")])
def test_days_as_they_are_written(text, read):
    assert room.read_day(text) == day(read)


FIRST = date(2024, 1, 1)
WHOLE = [FIRST + timedelta(days=n) for n in range(40)]
days = some.one_of(some.none(), some.sampled_from(WHOLE[3:30]))
moments = some.integers(0, 6).map(lambda n: EARLY + timedelta(days=n))
one_of_them = some.builds(
    lambda n, community, office, board, person, start, end, since, until: Mandate(
        f"m{n}", community, person, office, start, end, since, until if until is None or until > since else None,
        board=board),
    some.integers(0, 99), some.sampled_from("xy"), some.sampled_from(("jefe", "vocal")),
    some.sampled_from(("", "p", "q")),
    some.sampled_from(("", "Ana", "Eva", "Luz")), days, days, moments, some.one_of(some.none(), moments))
ledgers = some.lists(one_of_them, max_size=7, unique_by=lambda one: one.id)


def on_days(one):
    """The days of a mandate, each looked at by itself."""
    return {d for d in WHOLE if not ((one.start and d < one.start) or (one.end and one.end < d))}


@given(ledgers, some.sampled_from(WHOLE), some.one_of(some.none(), moments))
def test_in_office_is_what_the_days_say(ledger, on, at):
    told = [one.id for one in room.in_office(ledger, on, at)]
    known = [one for one in ledger if (one.known_until is None if at is None
                                       else one.known_from <= at and not (one.known_until and one.known_until <= at))]
    assert told == [one.id for one in known if on in on_days(one)]


@given(ledgers, some.sampled_from(WHOLE))
def test_gaps_are_the_days_that_nobody_covers(ledger, until):
    told = {}
    for gap in room.gaps(ledger, until):
        assert gap.first <= gap.last <= until and gap.goes_on == (gap.last == until)
        days_of = {gap.first + timedelta(days=n) for n in range((gap.last - gap.first).days + 1)}
        assert not told.setdefault((gap.community, gap.office), set()) & days_of
        told[gap.community, gap.office] |= days_of
    for community in "xy":
        for office in ("jefe", "vocal"):
            held = [one for one in ledger
                    if (one.community, one.office) == (community, office) and not one.is_backwards]
            starts = [one.start for one in held if one.start]
            covered = set().union(*map(on_days, held)) if held else set()
            free = {d for d in WHOLE if starts and min(starts) <= d <= until and d not in covered}
            assert told.get((community, office), set()) == free


@given(ledgers)
def test_overlaps_are_the_pairs_that_share_days(ledger):
    told = {frozenset((one.one.id, one.other.id)) for one in room.overlaps(ledger)}
    assert told == {frozenset((one.id, two.id)) for one, two in pairs_of(ledger)
                    if one.community == two.community and one.office == two.office == "jefe" and one.who != two.who}


@given(ledgers, some.sampled_from(WHOLE))
def test_a_community_is_in_dispute_on_the_days_that_two_boards_share(ledger, on):
    found = room.disputes(ledger)
    for community in "xy":
        both = any(one.community == two.community == community and one.board != two.board
                   and on in on_days(one) & on_days(two) for one, two in pairs_of(ledger))
        assert room.is_disputed(found, community, on) == both


def pairs_of(ledger):
    """Pairs that share a day, but for those where one takes over from the other on it."""
    for n, one in enumerate(ledger):
        for two in ledger[n + 1:]:
            shared = on_days(one) & on_days(two)
            if shared and not any(a.start != b.start and a.end is not None and a.end == b.start
                                  and (a.start is None or a.start < b.start)
                                  for a, b in ((one, two), (two, one))):
                yield one, two
