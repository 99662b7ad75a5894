"""What may be shown of counts: no small group can be told from it, and what is shown is right."""

from collections import defaultdict
from itertools import product
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.domain.tabular import charts
from collector.domain.tabular.charts import Bar, Bin


def compositions(total, parts):
    """All ways to share a total among parts."""
    if parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in compositions(total - first, parts - 1):
            yield (first, *rest)


def told(worlds, shown):
    """{what is shown: the worlds that look like that}."""
    found = defaultdict(list)
    for world in worlds:
        found[shown(world)].append(world)
    return found


def betrayed(alike, least):
    """The small counts that everybody can tell who sees this: they are the same in every world that looks like it."""
    return [cells[0] for cells in zip(*alike, strict=True) if len(set(cells)) == 1 and 0 < cells[0] < least]


def seen(chart):
    """All that a page shows of a chart of bars."""
    return chart.kind, chart.rows, chart.answered, chart.missing, chart.bars, chart.together


@pytest.mark.parametrize("least", [3, 4, 5])
@pytest.mark.parametrize("parts", [2, 3, 4])
def test_no_small_group_can_be_told_from_bars_that_add_up(least, parts):
    worlds = [(*world, rows - sum(world)) for rows in range(least, 12) for total in range(rows + 1)
              for world in compositions(total, parts)]

    def shown(world, asked_of_all):
        counts = dict(zip("abcd", world[:-1], strict=False))
        return seen(charts.single(counts, sum(world), least, asked_of_all))

    for alike in told(worlds, lambda world: shown(world, True)).values():
        assert betrayed([one[:-1] for one in alike], least) == [], alike[:3]
    for alike in told(worlds, lambda world: shown(world, False)).values():
        assert betrayed(alike, least) == [], alike[:3]


@pytest.mark.parametrize("least", [3, 5])
def test_no_small_group_can_be_told_from_choices(least):
    """Three options, nine people at most: everybody chose at least one, so bars bound each other."""
    kinds = [(1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0), (1, 0, 1), (0, 1, 1), (1, 1, 1)]
    worlds = {sums(world, kinds) for people in range(8) for world in compositions(people, len(kinds))}
    rows = 9

    def shown(world, asked_of_all):
        answered = world[-1]
        return seen(charts.several(dict(zip("abc", world, strict=False)), rows, answered, least, asked_of_all))

    for alike in told(worlds, lambda world: shown(world, True)).values():
        assert betrayed(alike, least) == [], alike[:3]
    for alike in told([(*one, rows - one[-1]) for one in worlds], lambda one: shown(one[:-1], False)).values():
        assert betrayed(alike, least) == [], alike[:3]


def sums(world, kinds):
    """How many chose each option, how many did not, how many answered."""
    counts = [sum(often * kind[at] for often, kind in zip(world, kinds, strict=True)) for at in range(3)]
    return (*counts, *(sum(world) - one for one in counts), sum(world))


@pytest.mark.parametrize("least", [3, 4])
@pytest.mark.parametrize(("lines", "columns", "total"), [(2, 2, 14), (3, 2, 11), (2, 3, 11), (3, 3, 8)])
def test_no_small_group_can_be_told_from_a_table_and_the_charts_of_its_sides(least, lines, columns, total):
    worlds = list(compositions(total, lines * columns))
    assert len(worlds) == comb(total + lines * columns - 1, lines * columns - 1)

    def shown(world):
        cells = {(f"l{at // columns}", f"c{at % columns}"): count for at, count in enumerate(world)}
        sides = [[f"l{at}" for at in range(lines)], [f"c{at}" for at in range(columns)]]
        counts = [{name: sum(count for key, count in cells.items() if key[side] == name) for name in names}
                  for side, names in enumerate(sides)]
        own = [charts.single(one, total, least) for one in counts]
        table = charts.crossed(cells, *sides, least, own[0].hidden, own[1].hidden)
        return seen(own[0]), seen(own[1]), table

    for alike in told(worlds, shown).values():
        assert betrayed(alike, least) == [], (shown(alike[0]), alike[:3])


counts = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 40), min_size=1)


@given(counts, st.integers(0, 30), st.integers(1, 7))
def test_what_is_shown_of_bars_is_right_and_never_few(counts, missing, least):
    chart = charts.single(counts, sum(counts.values()) + missing, least)
    for bar in chart.bars:
        assert bar.count is None or (bar.count == counts[bar.name] and not 0 < bar.count < least)
    assert chart.together is None or chart.together == sum(counts[name] for name in chart.hidden)
    assert chart.answered in (None, sum(counts.values()))
    if all(one == 0 or one >= least for one in counts.values()):
        assert chart.hidden == ()


@given(st.lists(st.tuples(st.integers(-500, 5000), st.integers(1, 9)), min_size=1, max_size=60), st.integers(1, 6))
def test_a_histogram_holds_everybody_and_no_bin_is_few(pairs, least):
    total = sum(often for _number, often in pairs)
    chart = charts.numbers(pairs, total + 10, least, whole=True)
    if total < least:
        assert chart.kind == charts.WITHHELD and chart.answered is None
        return
    assert sum(one.count for one in chart.bins) == total and len(chart.bins) <= charts.MOST_BINS
    for one in chart.bins:
        assert one.count == 0 or one.count >= least
        assert one.count == sum(often for number, often in pairs if (one.low is None or number >= one.low)
                                and (one.high is None or number < one.high))
    for one, other in zip(chart.bins, chart.bins[1:], strict=False):
        assert one.high == other.low


@given(st.lists(st.floats(-1e6, 1e6), min_size=5, max_size=40))
def test_a_histogram_of_decimals_holds_everybody(values):
    chart = charts.numbers([(one, 3) for one in values], 3 * len(values), 3)
    assert sum(one.count for one in chart.bins) == 3 * len(values) and len(chart.bins) <= charts.MOST_BINS


def test_counts_of_marks_are_a_bar_for_each():
    marks = dict(enumerate((8, 12, 31, 66, 121, 188, 236, 204, 158, 112, 68)))
    chart = charts.numbers(marks.items(), 1204, 5, whole=True)
    assert [(one.low, one.count) for one in chart.bins] == list(marks.items())
    assert chart.bins[0] == Bin(0, 1, 8) and chart.median == 6 and round(chart.mean, 1) == 6.2
    assert (chart.answered, chart.missing) == (1204, 0)


def test_few_at_the_ends_are_joined_and_leave_no_trace():
    ages = [(15, 1), *((age, 6) for age in range(20, 60)), (97, 2)]
    bins = charts.numbers(ages, 300, 5, whole=True).bins
    assert bins[0] == Bin(None, 25, 31) and bins[-1].high is None and bins[-1].low == 55
    assert {one.high - one.low for one in bins[1:-1]} == {5}


def test_bins_of_tenths_have_clean_edges():
    chart = charts.numbers([(at / 10, 7) for at in range(9)], 63, 5)
    assert [one.low for one in chart.bins] == [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]
    assert all(one.count == 7 for one in chart.bins)


def test_a_small_group_is_hidden_with_what_would_give_it_away():
    chart = charts.single({"castellano": 388, "awajun": 164, "kukama": 3}, 560, 5)
    assert chart.hidden == ("awajun", "kukama") and chart.together == 167
    assert chart.bars[0] == Bar("castellano", 388, 388 / 555) and (chart.answered, chart.missing) == (555, 5)
    two = charts.single({"si": 297, "no": 3}, 300, 5)
    assert two.kind == charts.WITHHELD and two.answered == 300


def test_who_was_not_asked_is_a_group_too():
    chart = charts.single({"si": 60, "no": 38}, 101, 5, asked_of_all=False)
    assert chart.hidden == ("no",) and chart.answered is None and chart.missing is None and chart.together is None
    assert charts.counted(101, 98, 5, asked_of_all=False).kind == charts.WITHHELD
    assert charts.counted(101, 98, 5).answered == 98
    assert charts.numbers([(1, 98)], 101, 5, asked_of_all=False).kind == charts.WITHHELD


def test_nobody_answered_is_no_secret():
    for chart in (charts.counted(40, 0, 5), charts.single({"a": 0}, 40, 5), charts.numbers([], 40, 5),
                  charts.several({"a": 0}, 40, 0, 5)):
        assert (chart.kind, chart.answered, chart.missing) == (charts.EMPTY, 0, 40)


def test_a_table_joins_its_small_lines():
    cells = {("cas", "antes"): 388, ("cas", "despues"): 371, ("awa", "antes"): 164, ("awa", "despues"): 158,
             ("kuk", "antes"): 6, ("kuk", "despues"): 3, ("wam", "antes"): 61, ("wam", "despues"): 57}
    table = charts.crossed(cells, ["cas", "awa", "wam", "kuk"], ["antes", "despues"], 5)
    assert [one.names for one in table.lines] == [("cas",), ("awa",), ("wam", "kuk")]
    assert table.cells[-1] == (67, 60)
    assert all(cell == 0 or cell >= 5 for line in table.cells for cell in line)


@given(st.dictionaries(st.tuples(st.sampled_from("abcd"), st.sampled_from("xyz")), st.integers(0, 30)),
       st.integers(1, 6))
def test_a_table_holds_everybody(cells, least):
    table = charts.crossed(cells, "abcd", "xyz", least)
    if table is not None:
        assert sum(map(sum, table.cells)) == sum(cells.values()) == sum(one.count for one in table.lines)
        assert [sum(line[at] for line in table.cells) for at in range(len(table.columns))] == [
            one.count for one in table.columns]
        assert all(cell == 0 or cell >= least for line in table.cells for cell in line)


def test_choices_cross_with_what_is_not_small():
    cells = {("radio", "a"): 20, ("radio", "b"): 10, ("tv", "a"): 2, ("tv", "b"): 12}
    table = charts.crossed_choices(cells, ["radio", "tv"], {"a": 30, "b": 30}, 5)
    assert table.cells == ((20, 10), (None, None)) and [one.count for one in table.columns] == [30, 30]
    assert charts.crossed_choices(cells, ["radio"], {"a": 30, "b": 3}, 5) is None
    assert all(charts.crossed_choices({("r", "a"): one}, ["r"], {"a": 30, "b": 30}, 5) is None for one in (2, 27))


def test_all_is_shown_where_no_group_is_small():
    for values in product(range(3), repeat=3):
        counts = dict(zip("abc", values, strict=True))
        assert charts.single(counts, 9, 1).hidden == ()
