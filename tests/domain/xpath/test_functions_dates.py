from datetime import UTC, date, datetime, timedelta
from math import isnan
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.domain.xpath.errors import EvalError
from collector.domain.xpath.functions.dates import week
from tests.domain.xpath.expressions import LIMA, value

NAIROBI = ZoneInfo("Africa/Nairobi")


@pytest.mark.parametrize("expression, moment", [
    ("date('2024-01-05')", "2024-01-05T00:00:00.000+03:00"),
    ("date('2024-01-05T10:00')", "2024-01-05T10:00:00.000+03:00"),
    ("date(date('2024-01-05T10:00'))", "2024-01-05T00:00:00.000+03:00"),
    ("date-time(date('2024-01-05T10:00'))", "2024-01-05T10:00:00.000+03:00"),
    ("date(/data/dt)", "2024-02-29T00:00:00.000+03:00"),
    ("date(12345.9)", "2003-10-20T00:00:00.000+03:00"),
    ("date(-1.5)", "1969-12-31T00:00:00.000+03:00"),
    ("date(/data/d + 7)", "2024-03-07T00:00:00.000+03:00"),
    ("date-time(19782.5)", "2024-02-29T15:00:00.000+03:00"),
    ("date-time(-0.25)", "1969-12-31T21:00:00.000+03:00"),
    ("date-time('2024-01-05')", "2024-01-05T00:00:00.000+03:00"),
    ("today()", "2024-02-29T00:00:00.000+03:00"),
    ("now()", "2024-02-29T23:15:30.123+03:00"),
])
def test_moments(expression, moment):
    assert value(expression, NAIROBI) == moment


@pytest.mark.parametrize("expression, number", [
    ("decimal-date-time('2024-01-05')", 19726.875),
    ("decimal-date-time('2024-01-05T06:00:00.000+03:00')", 19727.125),
    ("decimal-date-time(10.5)", 10.5),
    ("decimal-time('2024-01-05T06:00')", 0.25),
    ("decimal-time(10.75)", 0.75),
    ("decimal-time(-0.25)", 0.75),
    ("now() - today()", 0),
    ("/data/dt - date('2024-02-01')", 28),
])
def test_moments_as_numbers(expression, number):
    assert value(expression, NAIROBI) == pytest.approx(number, abs=1e-12)


@pytest.mark.parametrize("expression", ["date('')", "date-time('')", "decimal-time('')", "decimal-date-time(/data/ei)",
                                        "format-date('', '%Y')", "format-date(number('x'), '%Y')"])
def test_nothing_stays_nothing(expression):
    assert value(expression) == ""


@pytest.mark.parametrize("name", ["date", "date-time", "decimal-time", "decimal-date-time"])
def test_no_number_stays_no_number(name):
    assert isnan(value(f"{name}(number('x'))"))


@pytest.mark.parametrize("expression", [
    "date(true())", "date('hoy')", "date('2024-02-30')", "date(1 div 0)", "date(99999999999)", "date-time(99999999999)",
    "decimal-time(true())", "decimal-date-time('-1000')", "date(9999999)", "date-time(9999999)", "date()", "today(1)",
    "format-date('2024-02-05', '%q')", "format-date('2024-02-05', '%Z')", "format-date('2024-02-05', '%B')",
    "format-date('2024-02-05', '%Y%')", "format-date('abc', '%Y')", "format-date(true(), '%Y')",
    "format-date('2024-02-05')",
])
def test_what_has_no_value(expression):
    with pytest.raises(EvalError):
        value(expression)


@pytest.mark.parametrize("pattern, text", [
    ("%Y-%m-%d %H:%M:%S.%3", "2024-02-05 07:08:09.012"), ("%e.%n.%y %h", "5.2.24 7"), ("100%%", "100%"), ("", ""),
    ("hoy", "hoy"), ("%a %b", "Mon Feb"),
])
def test_formats(pattern, text):
    assert value(f"format-date-time('2024-02-05T07:08:09.012', '{pattern}')", LIMA) == text


@pytest.mark.parametrize("locale, text", [
    ("en", "Mon Feb"), ("es", "lun feb"), ("es-PE", "lun feb."), ("fr", "lun. févr."), ("sw", "Jumatatu Feb"),
    ("zz", "Mon Feb"), ("", "Mon Feb"), ("not a locale", "Mon Feb"),
])
def test_names_in_the_language_of_the_phone(locale, text):
    assert value("format-date('2024-02-05', '%a %b')", locale=locale) == text


@pytest.mark.parametrize("day, locale, number", [
    ("2023-01-01", "en", 1), ("2022-12-31", "es", 53), ("2024-12-30", "es", 1), ("2021-01-03", "en-US", 2),
    ("2021-01-03", "es-ES", 53), ("2024-12-30", "es-ES", 1), ("2024-02-05", "es-PE", 6),
])
def test_weeks_of_the_year(day, locale, number):
    assert value(f"format-date('{day}', '%W')", locale=locale) == str(number)


@given(st.dates(date(1901, 1, 1), date(2100, 12, 31)))
def test_weeks_in_spain_are_those_of_the_norm(day):
    assert week(datetime(day.year, day.month, day.day, tzinfo=UTC), "es-ES") == day.isocalendar().week


@given(st.dates(date(1901, 1, 1), date(2100, 12, 31)), st.sampled_from(["es", "es-PE", "es-ES", "en-US"]))
def test_weeks_follow_each_other(day, locale):
    at = datetime(day.year, day.month, day.day, tzinfo=UTC)
    this, following = week(at, locale), week(at + timedelta(days=7), locale)
    assert following == this + 1 or (following in (1, 2) and this >= 52)
