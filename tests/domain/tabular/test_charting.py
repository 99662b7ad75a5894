"""Which chart a variable gets, and what crossings may tell: by type, privacy, and whether everybody was asked."""

from collections import Counter

import pytest

from collector.domain.tabular import charting, charts
from collector.domain.tabular.shape import PERSONAL, SENSITIVE, Category, DataTable, Rows, Variable
from collector.domain.tabular.summary import TableSummary

COLOURS = tuple(Category(name) for name in ("rojo", "verde", "azul"))


def chart(type, values, least=3, asked_of_all=True, **about):
    """The chart of a variable with these values, as the summary of a table sees them."""
    variable = Variable("/x", "x", type, **about)
    table = DataTable("", "t", None, (variable,))
    summary = TableSummary(table)
    summary.feed(Rows(list(range(len(values))), [""] * len(values), [""] * len(values), [None] * len(values),
                      {"/x": values}))
    return charting.chart_of(variable, summary.of("/x"), len(values), least, asked_of_all)


def test_choices_stand_in_the_order_of_the_form_with_those_nobody_took():
    found = chart("select1", ["azul"] * 5 + ["rojo"] * 4 + ["otro"] * 3 + [None], categories=COLOURS)
    assert [(one.name, one.count) for one in found.bars] == [("rojo", 4), ("verde", 0), ("azul", 5), ("otro", 3)]
    assert (found.kind, found.answered, found.missing) == (charts.SINGLE, 12, 1)


def test_a_value_outside_of_the_list_is_not_even_named_where_it_is_rare():
    found = chart("select1", ["azul"] * 5 + ["rojo"] * 4 + ["secreto"], categories=COLOURS)
    assert [one.name for one in found.bars] == ["rojo", "verde", "azul"] and found.together == 5


@pytest.mark.parametrize(("type", "values", "kind"), [
    ("boolean", [True, False, True] * 4, charts.SINGLE),
    ("select", ["rojo", "rojo verde", "verde"] * 4, charts.SEVERAL),
    ("int", [1, 2, 3] * 4, charts.NUMBERS), ("decimal", [.5, 1.5, 2] * 4, charts.NUMBERS),
    ("date", ["2026-01-05"] * 12, charting.DAYS), ("date", ["2026-01-05", "2024-07-01"] * 6, charting.MONTHS),
    ("dateTime", ["2026-01-05T10:00:00.000-05:00"] * 12, charting.DAYS),
    ("time", ["10:30:00.000-05:00"] * 12, charting.HOURS),
    ("string", ["a", "b", "c"] * 4, charts.COUNTED), ("barcode", ["1"] * 12, charts.COUNTED),
    ("geopoint", [[1.0, 2.0, None, None]] * 12, charts.COUNTED), ("binary", ["1.jpg"] * 12, charts.COUNTED),
    ("int", [None] * 12, charts.EMPTY), ("int", [1, "muchos"] * 6, charts.COUNTED),
    ("select1", [f"v{at}" for at in range(1200)], charts.COUNTED)])
def test_the_type_decides(type, values, kind):
    found = chart(type, values)
    assert found.kind == kind
    assert kind not in (charts.COUNTED, charts.EMPTY) or not (found.bars or found.bins)


@pytest.mark.parametrize("privacy", [PERSONAL, SENSITIVE])
def test_what_is_personal_is_only_counted(privacy):
    found = chart("select1", ["rojo"] * 12, categories=COLOURS, privacy=privacy)
    assert found.kind == charts.COUNTED and found.answered == 12 and not found.bars
    assert not charting.may_cross(Variable("/x", "x", "select1", categories=COLOURS, privacy=privacy))
    assert charting.may_cross(Variable("/x", "x", "select1", categories=COLOURS))


def test_weeks_begin_on_monday():
    found = chart("date", [f"2026-01-{day:02}" for day in range(5, 26)] * 3)
    assert [one.high - one.low for one in found.bins] == [7, 7, 7] and [one.count for one in found.bins] == [21] * 3


def test_whom_nobody_asked_is_not_told_by_group():
    groups = ["a", "b"]
    sums = {"a": (10, 100, 12), "b": (10, 300, 10)}
    assert charting.means_of(sums, groups, 3, asked_of_all=False) == ()
    assert [one.mean for one in charting.means_of(sums, groups, 3)] == [10, 30]
    small = {"a": (10, 100, 10), "b": (2, 6, 2), "c": (4, 40, 4)}
    assert [(one.name, one.mean) for one in charting.means_of(small, "abc", 3)] == [("a", 10), ("b", None), ("c", None)]
    several = chart("select", ["rojo", "verde"] * 10 + [None] * 4, categories=COLOURS, asked_of_all=False)
    variable = Variable("/x", "x", "select", categories=COLOURS)
    cells = Counter({(name, group): 5 for name in ("rojo", "verde") for group in groups})
    cells |= Counter({(None, "a"): 2, (None, "b"): 2})
    assert charting.cross_of(variable, several, cells, groups, (), 3, asked_of_all=False) is None
    assert charting.cross_of(variable, several, cells, groups, (), 3).cells == ((5, 5), (5, 5))


def test_parts_keep_groups_together_and_pages_small():
    variables = tuple(Variable(f"/{group}/p{at}", f"p{at}", "int") for group, count in (("a", 4), ("b", 5), ("c", 25))
                      for at in range(count))
    parts = charting.parts_of([DataTable("", "t", None, variables), DataTable("/r", "r", "", (
        Variable("/r/x", "x", "int"),))])
    assert [(one.table.path, one.groups, len(one.variables)) for one in parts] == [
        ("", ("/a", "/b"), 9), ("", ("/c",), 10), ("", ("/c",), 10), ("", ("/c",), 5), ("/r", ("",), 1)]
