"""Fields that moved: what goes together, chains, circles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.domain.columns import Column
from collector.domain.tabular import moves


def column(path, type="string", table=""):
    return Column(table, path, path.rpartition("/")[2], type, 0)


@pytest.mark.parametrize(("before", "now"), [
    ("string", "select1"), ("int", "decimal"), ("int", "string"), ("string", "date"), ("geopoint", "geopoint")])
def test_types_that_go_together(before, now):
    assert moves.against(column("/a", before), column("/b", now), {}) is None


@pytest.mark.parametrize(("before", "now", "word"), [
    (column("/a", "decimal"), column("/b", "int"), "type is decimal"),
    (column("/a", "geopoint"), column("/b"), "type is geopoint"),
    (column("/a", "binary"), column("/b"), "type is binary"),
    (column("/h/a", table="/h"), column("/b"), "another table"),
    (column("/a"), column("/a"), "same field")])
def test_what_does_not_go_together_is_told(before, now, word):
    es, en = moves.against(before, now, {})
    assert word in en and es


def test_a_field_is_mapped_once_and_never_in_a_circle():
    direct = {"/a": "/b", "/b": "/c"}
    assert "already" in moves.against(column("/a"), column("/x"), direct)[1]
    assert "circle" in moves.against(column("/c"), column("/a"), direct)[1]
    assert moves.against(column("/x"), column("/a"), direct) is None


def test_the_nearer_place_comes_first():
    assert moves.settled({"/a": "/b", "/b": "/c", "/x": "/c"}) == {"/b": "/c", "/x": "/c", "/a": "/c"}
    assert list(moves.settled({"/a": "/b", "/b": "/c"})) == ["/b", "/a"]


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef")), max_size=12))
def test_whatever_is_taken_ends_somewhere(asked):
    direct = {}
    for before, now in asked:
        if moves.against(column(f"/{before}"), column(f"/{now}"), direct) is None:
            direct[f"/{before}"] = f"/{now}"
    found = moves.settled(direct)
    assert found.keys() == direct.keys() and not set(found.values()) & found.keys()
