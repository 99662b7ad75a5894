"""What Stata and SPSS keep of a column: kinds, codes of choices, widths of texts."""

import pytest

from collector.domain.formats.labelled import kept_columns
from collector.domain.tabular.layout import laid_out
from collector.domain.tabular.shape import Manner
from tests.domain.formats.small_tables import PLAIN, Small, column


def kept(variable, cells, manner: Manner = PLAIN, as_text=()):
    """The first column that is kept of one variable."""
    small = Small([variable], {variable.name: cells})
    names = [f"v{place}" for place in range(20)]
    return kept_columns(small.table, small.pieces, small.summary, manner, names[:len(laid_out(small.table, manner))],
                        as_text)[0]


@pytest.mark.parametrize(("names", "cells", "codes"), [
    (["si", "no"], ["no"], {"si": 1, "no": 2}),
    (["1", "2", "-99"], ["1"], {"1": 1, "2": 2, "-99": -99}),
    (["1", "2", "otro"], ["1"], {"1": 1, "2": 2, "otro": 3}),
    (["1", "2"], ["9", "nada", "8"], {"1": 1, "2": 2, "8": 8, "9": 9, "nada": 10}),
    (["1", "2"], ["0003"], {"1": 1, "2": 2, "0003": 3}),
    (["01", "2"], ["2"], {"01": 1, "2": 2}),
    (["si", "no"], ["talvez", "antes"], {"si": 1, "no": 2, "antes": 3, "talvez": 4}),
    (["1", "99999999999"], ["1"], {"1": 1, "99999999999": 2}),
    (["1", "2147483620"], ["x"], {"1": 1, "2147483620": 2, "x": 3}),
])
def test_choices_are_numbered_predictably(names, cells, codes):
    found = kept(column("q", "select1", choices={name: f"la {name}" for name in names}), cells)
    assert found.codes == codes
    assert found.labels == {number: f"la {name}" if name in names else name for name, number in codes.items()}


def test_a_choice_added_at_the_end_changes_no_number():
    before = kept(column("q", "select1", choices={"a": "A", "b": "B"}), ["a"])
    after = kept(column("q", "select1", choices={"a": "A", "b": "B", "c": "C"}), ["a"])
    assert before.codes.items() <= after.codes.items()


def test_of_very_long_lists_only_what_was_answered_has_labels():
    found = kept(column("q", "select1", choices={f"c{one}": str(one) for one in range(12_000)}), ["c7", "c11000", None])
    assert found.labels == {1: "7", 2: "11000"}


@pytest.mark.parametrize(("type", "cells", "kind"), [
    ("int", [1, None], "integer"), ("int", [2**53], "integer"), ("int", [2**53 + 1], "text"), ("int", [1, "x"], "text"),
    ("int", [None], "integer"), ("decimal", [1.5], "decimal"), ("decimal", [1e308, -1e308], "text"),
    ("decimal", ["1,5"], "text"), ("date", ["2024-02-29"], "date"), ("date", ["2023-02-29"], "text"),
    ("boolean", [True, None], "boolean"), ("boolean", ["quizá"], "text"), ("string", ["x"], "text"),
])
def test_a_column_is_text_where_a_cell_is_not_of_its_kind(type, cells, kind):
    assert kept(column("q", type), cells).kind == kind


def test_widths_are_bytes_of_what_is_written():
    assert kept(column("q"), ["ñandú", None]).width == 7
    several = column("q", "select", choices={"a": "Ñandú", "b": "Agua"})
    assert kept(several, ["a b", "b"]).width == 3
    assert kept(several, ["a b", "b"], Manner(labels=True)).width == len("Ñandú, Agua".encode())
    unread = "cerca del río"
    assert kept(column("q", "geopoint"), [[1.5, 2.5, None, None], unread]).width == len(unread.encode())
    assert kept(column("q", "int"), [12345, None], as_text={0}).width == 5
