import math
from collections import Counter
from datetime import date
from fractions import Fraction
from itertools import pairwise
from statistics import median

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collector.domain.tabular import moments
from collector.domain.tabular.layout import laid_out
from collector.domain.tabular.shape import KEY, Category, DataTable, Manner, Rows, Variable
from collector.domain.tabular.summary import TableSummary, text_width

TYPES = ("string", "int", "decimal", "boolean", "date", "time", "dateTime", "select1", "select", "geopoint", "binary")
LETTERS = st.text(st.characters(exclude_characters="\0"), max_size=12)
CELLS = {
    "string": LETTERS, "binary": LETTERS, "int": st.integers(-5, 5) | st.integers(-2**70, 2**70),
    "decimal": st.floats(allow_nan=False, allow_infinity=False) | st.integers(-9, 9), "boolean": st.booleans(),
    "date": st.dates().map(str), "time": st.times().map(str),
    "dateTime": st.datetimes().map(lambda one: one.isoformat() + "-05:00"), "select1": st.sampled_from("abc"),
    "select": st.lists(st.sampled_from("abcdef"), min_size=1, unique=True).map(" ".join),
    "geopoint": st.just([1.5, -2.5, None, None]),
}
# what no field should hold, and some day one does
ODD = st.sampled_from(["tal vez", "2024-02-30", 1, 1.0, True, "ñandú", "x" * 40, 2**80, "", "\ud800"])


def table_of(*types: str) -> DataTable:
    return DataTable("", "f", None, tuple(Variable(f"/{one}", one, one) for one in types))


def summed(table: DataTable, cells: dict[str, list], *cuts: int, widths: bool = True) -> TableSummary:
    """The summary of these cells ({type: cells}), fed in batches that end at the cuts."""
    made = TableSummary(table, widths)
    size = len(next(iter(cells.values())))
    ends = [0, *sorted(one % (size + 1) for one in cuts), size]
    for start, end in pairwise(ends):
        count = end - start
        made.feed(Rows([0] * count, [""] * count, [""] * count, [None] * count,
                       {one.id: cells[one.name][start:end] for one in table.variables}))
    return made


def one_of(type: str, cells: list, *cuts: int):
    return summed(table_of(type), {type: cells}, *cuts).of(f"/{type}")


@st.composite
def columns(draw):
    size = draw(st.integers(0, 12))
    repeat = draw(st.sampled_from([1, 1, 300]))
    found = {}
    for type in TYPES:
        odd = ODD if type in ("int", "decimal", "boolean") else ODD.filter(lambda one: one.__class__ in (str, int))
        cell = st.none() | CELLS[type] | (odd if draw(st.integers(0, 3)) == 0 else st.none())
        found[type] = draw(st.lists(cell, min_size=size, max_size=size)) * repeat
    if repeat > 1:  # so many that they are measured, not counted
        found["int"] = [None if one is None else at * 7919 for at, one in enumerate(found["int"])]
        found["string"] = [None if one is None else f"{one}{at}" for at, one in enumerate(found["string"])]
        found["decimal"] = [None if one is None else at / 7 for at, one in enumerate(found["decimal"])]
        found["date"] = [date.fromordinal(700_000 + at).isoformat() for at in range(size * repeat)]
    return found


@settings(max_examples=60, deadline=None)
@given(columns(), st.lists(st.integers(0, 5000), max_size=4), st.lists(st.integers(0, 5000), max_size=4))
def test_any_cut_into_batches_gives_the_same(cells, cuts, others):
    table = table_of(*TYPES)
    whole, cut = summed(table, cells), summed(table, cells, *cuts)
    assert whole == cut == summed(table, cells, *others)
    assert TableSummary.from_plain(table, through_json(whole)) == whole
    for type in TYPES:
        one = cut.of(f"/{type}")
        given_cells = [cell for cell in cells[type] if cell is not None]
        assert (one.answered, one.missing) == (len(given_cells), len(cells[type]) - len(given_cells))
        if type == "geopoint":
            assert one.fits == all(cell.__class__ is list for cell in given_cells)
        else:
            assert one.fits == moments.fit(one.kind, given_cells), type
    assert whole.cells == sum(cell is not None for values in cells.values() for cell in values)


def through_json(summary: TableSummary) -> dict:
    plain = summary.as_plain()
    try:
        return orjson.loads(orjson.dumps(plain))
    except TypeError:  # beyond 64 bits, or half a letter: what a database never gives
        return plain


@settings(max_examples=60, deadline=None)
@given(columns(), st.integers(0, 5000))
def test_two_halves_merged_are_the_whole_in_any_order(cells, at):
    table, size = table_of(*TYPES), len(cells["int"])
    at %= size + 1
    parts = [{type: values[some] for type, values in cells.items()} for some in (slice(at), slice(at, None))]
    first, second = (summed(table, part) for part in parts)
    first.merge(summed(table, parts[1]))
    second.merge(summed(table, parts[0]))
    whole = summed(table, cells)
    assert first == whole
    assert [(one.answered, one.minimum, one.maximum, one.mean, one.median, one.fits, one.counts) for one in map(
        second.of, cells_ids(table))] == [(one.answered, one.minimum, one.maximum, one.mean, one.median, one.fits,
                                           one.counts) for one in map(whole.of, cells_ids(table))]


def cells_ids(table: DataTable) -> list[str]:
    return [one.id for one in table.variables]


@given(st.lists(st.floats(-1e300, 1e300) | st.integers(-9, 9), min_size=1), st.integers(0, 99))
def test_sums_and_means_are_exact(numbers, cut):
    one = one_of("decimal", [*numbers, None], cut)
    assert one.mean == float(sum(map(Fraction, numbers)) / len(numbers))
    assert (one.minimum, one.maximum) == (min(numbers), max(numbers))
    assert one.median == pytest.approx(median(numbers), rel=1e-9, abs=1e-9)


def test_many_numbers_keep_exact_sums_and_near_quantiles_in_little_memory():
    numbers = [((at * 48271) % 99991) / 100 for at in range(50_000)]
    one = one_of("decimal", numbers, 10, 20_000)
    assert one.counts is None
    assert one.total == math.fsum(numbers)
    assert one.median == pytest.approx(median(numbers), rel=0.005)
    assert len(one.spread()) <= 1024
    assert sum(often for _number, often in one.spread()) == 50_000


def test_numbers_close_together_are_still_told_apart():
    one = one_of("decimal", [9_340_000 + at / 100 for at in range(5000)])
    assert one.counts is None
    assert len(one.spread()) > 100


def test_counts_of_choices_are_of_names_and_a_name_counts_once_a_cell():
    one = one_of("select", ["a b", "b", None, "c a", "b b"])
    assert one.counts == Counter(b=3, a=2, c=1)
    assert (one.answered, one.missing) == (4, 1)
    names = [f"n{at}" for at in range(100)]
    many = one_of("select", [f"{one} {two} todos" for one in names for two in names if one != two])
    assert many.counts["todos"] == many.answered == 9900
    assert many.counts["n7"] == 198


def test_more_than_a_thousand_values_are_not_counted():
    assert one_of("string", [str(at) for at in range(1000)], 400).counts.total() == 1000
    assert one_of("string", [str(at) for at in range(1001)], 400).counts is None
    assert one_of("string", ["x" * 100_001 + str(at) for at in range(2)]).counts is None


def test_places_files_and_keys_are_not_counted():
    table = DataTable("", "f", None, (Variable(KEY, "KEY", "string"), Variable("/p", "geopoint", "geopoint")))
    found = summed(table, {"KEY": ["uuid:1", "uuid:1"], "geopoint": [[1.0, 2.0, None, None], None]})
    assert found.of(KEY).counts is found.of("/p").counts is None
    assert (found.of(KEY).answered, found.of("/p").answered, found.of("/p").fits) == (2, 1, True)
    assert not one_of("geopoint", [[1.0, 2.0, None, None], "aquí"]).fits


@pytest.mark.parametrize("type, cells, fits, whole", [
    ("int", [1, None, -2**63 + 1], True, True), ("int", [1, 1.0], False, False), ("int", [2**63], False, False),
    ("int", [1, True], False, False), ("decimal", [1, 2.5], True, False), ("decimal", [1, 2], True, True),
    ("decimal", ["x", 2.5], False, False), ("boolean", [True, None], True, False), ("boolean", [1], False, False),
    ("date", ["2024-02-29", None], True, False), ("date", ["2023-02-29"], False, False),
    ("time", ["10:20:30.000-05:00", "10:20"], True, False),
    ("dateTime", ["2024-01-01T10:20:30.000-05:00"], True, False),
    ("dateTime", ["2024-01-01"], False, False), ("int", [], True, False), ("int", [None], True, False)])
def test_what_fits_its_kind(type, cells, fits, whole):
    for given_cells in (cells, cells * 2):
        one = one_of(type, given_cells, 1)
        assert (one.fits, one.whole) == (fits, whole)


def test_whether_cells_fit_is_known_of_many_as_of_few():
    days = [date.fromordinal(700_000 + at).isoformat() for at in range(3000)]
    assert one_of("date", days, 700).fits
    assert not one_of("date", [*days, "ayer"], 700).fits
    assert one_of("date", ["31 de mayo", *days]).fits is False


def test_days_become_months_and_years_when_they_are_too_many():
    days = [date.fromordinal(730_000 + at).isoformat() for at in range(1000)]
    assert one_of("date", days).whens() == dict.fromkeys(days, 1)
    months = one_of("date", [*days, "2005-01-01", "ayer"]).whens()
    assert months["1999-10"] == 31
    assert sum(months.values()) == 1001
    assert one_of("dateTime", ["2024-05-31T23:59:00.000-05:00"] * 2).whens() == {"2024-05-31": 2}
    assert one_of("time", ["23:59:00.000-05:00", "23:10"]).whens() == {"23": 2}


def test_the_widest_text_is_in_bytes():
    assert one_of("string", ["ñandú", "perro", None]).widest == 7
    assert one_of("string", [*(f"{at:04}" for at in range(2000)), "ñandú"], 1500).widest == 7
    assert one_of("string", ["a", 5]).widest == one_of("decimal", ["a", 2.5]).widest == 25
    assert one_of("string", ["a\ud800"]).widest == 4
    assert summed(table_of("string"), {"string": ["a"]}, widths=False).of("/string").widest is None


def test_the_width_of_labels_in_place_of_codes():
    choices = (Category("a", {"es": "Alimentación"}), Category("b", {"es": "Baño"}))
    for type, width in (("select1", 13), ("select", 20)):
        table = DataTable("", "f", None, (Variable("/q", "q", type, categories=choices),))
        found = summed(table, {"q": ["a", "b", None]}).of("/q")
        (column,) = laid_out(table, Manner(labels=True))
        assert text_width(found, column) == width
        (column,) = laid_out(table, Manner())
        assert text_width(found, column) >= 1


@pytest.mark.parametrize("shape", ["string", "dateTime", "decimal"])
def test_memory_does_not_grow_with_rows(shape):
    make = {"string": lambda at: f"respuesta {at}", "decimal": lambda at: at / 3,
            "dateTime": lambda at: f"{2000 + at // 600}-01-01T10:{at // 10 % 60:02}:00.000-05:00"}[shape]
    sizes = [len(orjson.dumps(summed(table_of(shape), {shape: [make(at) for at in range(count)]}).as_plain()))
             for count in (5_000, 40_000)]
    assert sizes[1] < 2 * sizes[0] + 1000
