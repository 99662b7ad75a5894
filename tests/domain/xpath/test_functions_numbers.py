from math import inf, isnan, pi

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.domain.xpath.context import Context
from collector.domain.xpath.errors import EvalError
from collector.domain.xpath.functions.numbers import power, rounded
from tests.domain.xpath.expressions import LIMA, value

HERE = Context()


@pytest.mark.parametrize("expression, number", [
    ("round(2.5)", 3), ("round(-2.5)", -2), ("round(0.5)", 1), ("round(-0.5)", 0), ("round(1.005, 2)", 1.01),
    ("round('-1.475', '2')", -1.47), ("round(1234.5, -2)", 1200), ("round(-1234.5, -2)", -1100),
    ("round(626.3, -3)", 1000),
    ("round(2.345, 'x')", 2), ("round(2.5, 0.9)", 3), ("round(12345678.125, 2)", 12345678.13),
    ("round(12345678901234567890, -2)", 1.2345678901234567e19), ("round(1 div 0)", inf), ("round(/data/dec, 0)", 3),
    ("abs(-5)", 5), ("abs(/data/i - 10)", 3), ("sqrt(9)", 3), ("exp(0)", 1), ("exp(1000)", inf), ("exp10(400)", inf),
    ("exp10(2)", 100), ("log(0)", -inf), ("log10(1000)", 3), ("log10(0)", -inf), ("pi()", pi), ("sin(0)", 0),
    ("acos(-1)", pi), ("atan2(0, -1)", pi), ("pow(2, 10)", 1024), ("pow(0, -1)", inf), ("pow(2, 1024)", inf),
    ("int(-0.5)", 0), ("int(2.9)", 2), ("int('-2.9')", -2), ("int(1 div 0)", inf), ("int(/data/dt)", 19782),
    ("number(/data/d)", 19782), ("number(true())", 1), ("number(' 1,5 ')", 1.5),
    ("abs(/data/dt)", 19782), ("abs(date('2024-02-29T12:00'))", 19782.5),
])
def test_numbers(expression, number):
    assert value(expression, LIMA) == pytest.approx(number, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("expression", [
    "round('x', 2)", "round(5, 31)", "round(5, -31)", "sqrt(-1)", "log(-1)", "log10(-1)", "asin(2)", "acos(-2)",
    "sin(1 div 0)", "pow(-8, 1 div 3)", "pow(1, 'x')", "abs('x')", "abs('')", "int('a')", "number('1e3')",
    "number(/data/ei)",
])
def test_no_numbers(expression):
    assert isnan(value(expression))


@pytest.mark.parametrize("expression", ["abs()", "pi(1)", "round()", "round(1, 2, 3)", "pow(1)", "abs(/data/r/v)"])
def test_what_has_no_value(expression):
    with pytest.raises(EvalError):
        value(expression)


@given(st.floats(), st.floats())
def test_power_always_answers(base, exponent):
    assert isinstance(power(base, exponent), float)


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(0, 30))
def test_rounding_moves_by_half_a_place_at_most(number, places):
    assert abs(rounded(HERE, number, float(places)) - number) <= max(0.5000001 * 10.0**-places, abs(number) * 1e-15)


@given(st.floats(), st.floats())
def test_rounding_always_answers(number, places):
    assert isinstance(rounded(HERE, number, places), float)


@pytest.mark.parametrize("expression, answer", [
    ("not(0)", True), ("not('')", True), ("not('false')", False), ("boolean('0')", True), ("boolean(0.00001)", True),
    ("boolean-from-string('TRUE')", True), ("boolean-from-string(1)", True), ("boolean-from-string('1.0')", False),
    ("boolean-from-string(' true')", False), ("boolean-from-string(/data/b)", True),
    ("string(12345678.9)", "1.23456789E7"),
    ("string(/data/d)", "2024-02-29"), ("string(1 = 1)", "true"), ("depend(/data/i, 1, 2)", 7.0), ("version()", "7"),
    ("property('deviceid')", "abc"), ("property('phonenumber')", ""),
])
def test_other_types(expression, answer):
    assert value(expression, version="7", properties={"deviceid": "abc"}) == answer


def test_chance_comes_from_outside():
    chance = iter([0.5, 0.25, *[0.999] * 40]).__next__
    assert value("random()", random=chance) == 0.5
    assert value("uuid(3)", random=chance) == "9ZZ"
    made = value("uuid()", random=chance)
    assert made == "ffffffff-ffff-4fff-bfff-ffffffffffff"
    assert value("uuid(-1)", random=chance) == ""
    with pytest.raises(EvalError):
        value("random()")
    with pytest.raises(EvalError):
        value("uuid(99999999)", random=chance)
