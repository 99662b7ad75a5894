import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.domain.values import PARSERS, chosen, line_points, parse_value, value_text


@pytest.mark.parametrize("type, text, value", [
    ("string", "hola ", "hola "),
    ("string", " \n ", None),
    ("string", "", None),
    ("string", None, None),
    ("int", "7", 7),
    ("int", " -7 ", -7),
    ("int", "7.0", 7),
    ("int", "1.0E7", 10_000_000),
    ("int", "12.7", "12.7"),
    ("int", "doce", "doce"),
    ("int", "1_000", "1_000"),
    ("int", "١٢", "١٢"),
    ("int", "9223372036854775807", 9223372036854775807),
    ("int", "9223372036854775808", "9223372036854775808"),
    ("int", "9" * 5000, "9" * 5000),
    ("int", "1e400", "1e400"),
    ("decimal", "7", 7.0),
    ("decimal", "1.0E7", 1e7),
    ("decimal", "4,5", "4,5"),
    ("decimal", "NaN", "NaN"),
    ("decimal", "Infinity", "Infinity"),
    ("boolean", "true", True),
    ("boolean", "0", False),
    ("boolean", "quizá", "quizá"),
    ("select1", " a ", "a"),
    ("select", " a  b\n", "a b"),
    ("rank", "c a b", "c a b"),
    ("date", " 2026-11-22 ", "2026-11-22"),
    ("date", "ayer", "ayer"),
    ("dateTime", "2026-11-22T10:00:00.000-05:00", "2026-11-22T10:00:00.000-05:00"),
    ("time", "03:37:00.000Z", "03:37:00.000Z"),
    ("geopoint", "-4.5 -77.25 180.0 4.9", [-4.5, -77.25, 180.0, 4.9]),
    ("geopoint", "-4.5 -77.25", [-4.5, -77.25, None, None]),
    ("geopoint", "-4.5", "-4.5"),
    ("geopoint", "91 0 0 0", "91 0 0 0"),
    ("geopoint", "a b c d", "a b c d"),
    ("geopoint", "1 2 3 4 5", "1 2 3 4 5"),
    ("geotrace", "1 2 0 0; 3 4 0 0", "1 2 0 0; 3 4 0 0"),
    ("binary", "foto.jpg", "foto.jpg"),
    ("never heard of", "x", "x"),
])
def test_values(type, text, value):
    found = parse_value(type, text)
    assert found == value
    assert found.__class__ is value.__class__


def test_several_choices():
    assert chosen("a b") == ["a", "b"]
    assert chosen(None) == []


def test_points_of_a_line():
    assert line_points("1 2 3 4; 5 6;nada;") == [[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, None, None]]
    assert line_points(None) == []


@pytest.mark.parametrize("value, text", [
    (None, ""), (True, "true"), (7, "7"), (1.5, "1.5"), ([1.0, 2.0, None, None], "1.0 2.0"), ("x", "x")])
def test_text_of_values(value, text):
    assert value_text(value) == text


@given(st.sampled_from(sorted(PARSERS)), st.text())
def test_no_answer_is_ever_lost(type, text):
    value = parse_value(type, text)
    assert (value is None) == (not text.strip())
    if isinstance(value, str):
        assert value.split() == text.split()
    elif isinstance(value, float | int) and not isinstance(value, bool):
        assert float(text) == value
