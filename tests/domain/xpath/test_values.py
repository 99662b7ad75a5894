from datetime import UTC
from math import inf, isnan, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.domain.xpath.context import Context
from collector.domain.xpath.errors import EvalError
from collector.domain.xpath.moments import Moment, parse_moment
from collector.domain.xpath.values import (
    equal,
    java_number,
    less,
    parse_date,
    stored,
    to_boolean,
    to_int,
    to_number,
    to_string,
    typed,
)
from tests.domain.xpath.expressions import LIMA, NOW

HERE = Context(zone=LIMA, now=NOW)


def moment(text: str) -> Moment:
    return parse_moment(text, LIMA)


@pytest.mark.parametrize("number, text", [
    (0.0, "0"), (-0.0, "0"), (1e-13, "0"), (7.0, "7"), (-7.0, "-7"), (6.9999999999999, "6.9999999999999"),
    (2147483647.0, "2147483647"), (2147483648.0, "2.147483648E9"), (-2147483648.0, "-2147483648"),
    (12345678.9, "1.23456789E7"), (9999999.5, "9999999.5"), (0.001, "0.001"), (0.0001, "1.0E-4"), (-1.5e-7, "-1.5E-7"),
    (1e22, "1.0E22"), (123456789012345680.0, "1.2345678901234568E17"), (0.1 + 0.2, "0.30000000000000004"),
    (nan, "NaN"), (inf, "Infinity"), (-inf, "-Infinity"),
])
def test_a_number_as_text(number, text):
    assert to_string(number, HERE) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_java_writes_numbers_that_read_back(number):
    text = java_number(number)
    assert float(text) == number
    assert "." in text
    assert ("E" in text) == (number != 0 and not 1e-3 <= abs(number) < 1e7)
    assert "e" not in text and "+" not in text


@pytest.mark.parametrize("text, number", [
    ("12", 12), (" 12\t", 12), ("4,5", 4.5), (".5", 0.5), ("5.", 5), ("-.5", -0.5), ("-0", 0), ("007", 7),
    ("1" * 400, inf),
])
def test_text_that_is_a_number(text, number):
    assert to_number(text, HERE) == number


@pytest.mark.parametrize("text", ["", " ", "1e3", "+7", "0x10", "Infinity", "NaN", "1,5,5", "--1", "5-", "-", ".",
                                  "1 2", "１", "١", "1_000", "doce"])
def test_text_that_is_no_number(text):
    assert isnan(to_number(text, HERE))


@given(st.text())
def test_no_text_breaks_a_conversion(text):
    assert isinstance(to_number(text, HERE), float)
    for type in ("int", "long", "decimal", "date", "dateTime", "time", "boolean", "geopoint", "geotrace", "select", ""):
        found = typed(text, type, "", HERE)
        assert found is None or isinstance(found, str | float | bool | Moment)
        if found is not None:
            assert isinstance(to_string(found, HERE), str)


@pytest.mark.parametrize("value, expected", [
    ("", False), ("0", True), ("false", True), (" ", True), (0.0, False), (1e-13, False), (-1e-11, True), (nan, False),
    (inf, True), (moment("1970-01-01"), True), (False, False), (True, True),
])
def test_a_value_as_boolean(value, expected):
    assert to_boolean(value, HERE) is expected


@pytest.mark.parametrize("a, b, expected", [
    ("1", "1.0", False), (1.0, "1.0", True), (0.1 + 0.2, 0.3, True), ("", 0.0, False), (True, "false", True),
    (True, "", False), (False, nan, True), (nan, nan, False), (inf, inf, False), (nan, "NaN", False),
    (moment("2024-02-29T10:00"), "2024-02-29", True), (moment("2024-02-29T10:00"), moment("2024-02-29"), True),
    (moment("2024-02-29T10:00"), 19782.0, True), (moment("2024-02-29"), True, True), ("a", "A", False),
])
def test_equality(a, b, expected):
    assert equal(a, b, HERE) is expected
    assert equal(b, a, HERE) is expected


@pytest.mark.parametrize("a, b, expected", [
    (1.0, 2.0, True), ("9", "10", True), ("b", "m", False), (moment("2024-02-29"), "2024-03-01", False),
    ("", 5.0, False),
    (moment("2024-02-29T23:59"), moment("2024-02-29T00:01"), False),
    (moment("2024-02-28T23:59"), moment("2024-02-29"), True),
    (False, True, True), (5.0, nan, False),
])
def test_order_is_numeric(a, b, expected):
    assert less(a, b, HERE) is expected


@pytest.mark.parametrize("number, whole", [
    (1.9, 1), (-1.9, -1), (nan, 0), (inf, 2**31 - 1), (-inf, -2**31), (1e12, 2**31 - 1),
])
def test_cut_to_an_integer_as_java_casts(number, whole):
    assert to_int(number, HERE) == whole


def test_a_moment_is_a_local_day():
    late = parse_date("2024-03-01T02:00:00.000Z", HERE)
    assert to_string(late, HERE) == "2024-02-29"
    assert to_number(late, HERE) == 19782
    assert to_string(late, Context(zone=UTC)) == "2024-03-01"


@pytest.mark.parametrize("text, type, control, value", [
    (" a  b ", "string", "input", " a  b "),
    ("a  b ", "string", "select", "a b"),
    ("b a", "odk:rank", "", "b a"),
    ("yes", "string", "select1", "yes"),
    ("7", "int", "input", 7.0), ("+7", "int", "", 7.0), (" 7 ", "xsd:int", "", 7.0),
    ("12.7", "int", "", None), ("99999999999", "int", "", None), ("abc", "int", "", None), ("", "int", "", ""),
    ("99999999999", "long", "", 99999999999.0),
    ("2.50", "decimal", "", 2.5), ("1e3", "decimal", "", 1000.0), ("4,5", "decimal", "", None), ("", "decimal", "", ""),
    ("2024-02-29", "date", "", moment("2024-02-29")), ("2024-02-30", "date", "", None),
    ("2024-02-29T10:00", "date", "", None), ("2024-02-29", "dateTime", "", moment("2024-02-29")),
    ("2024-02-29T10:30:00.000-05:00", "dateTime", "", moment("2024-02-29T10:30")), ("ayer", "dateTime", "", None),
    ("10:30:00.000-05:00", "time", "", moment("2024-02-29T10:30")), ("10:30", "time", "", moment("2024-02-29T10:30")),
    ("25:00", "time", "", None),
    ("1", "boolean", "", True), ("true", "boolean", "", False), ("", "boolean", "", ""),
    ("1.25 36.5 1600 4.5", "geopoint", "", "1.25 36.5 1600.0 4.5"), ("1 2", "geopoint", "", "1.0 2.0 0.0 0.0"),
    ("0 0 0 0", "geopoint", "", ""), ("1 2 3 4 5", "geopoint", "", None), ("x", "geopoint", "", None),
    ("0 0 0 0; 0 1 0 0;", "geotrace", "", "; 0.0 1.0 0.0 0.0"), ("1 1; x", "geoshape", "", None),
    ("foto.jpg", "binary", "upload", "foto.jpg"), ("x", "", "", "x"),
])
def test_the_value_of_an_answer(text, type, control, value):
    assert typed(text, type, control, HERE) == value


@pytest.mark.parametrize("value, type, text", [
    ("", "int", ""), (nan, "decimal", ""), (True, "", "1"), (False, "string", "0"), (2.0, "boolean", "1"),
    ("x", "boolean", "1"), (3.0, "", "3"), (3.0000000001, "", "3"), (2.5, "", "2.5"), (5e9, "", "5000000000"),
    (12345678.9, "", "1.23456789E7"), (2.9, "int", "2"), (-2.9, "int", "-2"), (5e9, "int", "2147483647"),
    (2.9, "long", "2"), (inf, "", "Infinity"), ("hola", "int", "hola"), ("hola", "string", "hola"),
    (moment("2024-02-29T10:30"), "", "2024-02-29T10:30:00.000-05:00"),
    (moment("2024-02-29T10:30"), "dateTime", "2024-02-29T10:30:00.000-05:00"),
    (moment("2024-02-29T10:30"), "date", "2024-02-29"), (moment("2024-02-29T10:30"), "time", "10:30:00.000-05:00"),
    ("1 2", "geopoint", "1.0 2.0 0.0 0.0"),
])
def test_what_a_calculate_leaves(value, type, text):
    assert stored(value, type, HERE) == text


@pytest.mark.parametrize("value, type", [("x", "geopoint"), (moment("2024-02-29"), "boolean")])
def test_what_a_calculate_cannot_leave(value, type):
    with pytest.raises(EvalError):
        stored(value, type, HERE)
