from datetime import UTC, date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.domain.xpath.moments import (
    after_epoch,
    day_number,
    day_of_number,
    day_text,
    midnight,
    milliseconds,
    moment_text,
    parse_moment,
)
from tests.domain.xpath.expressions import LIMA

NAIROBI = ZoneInfo("Africa/Nairobi")
NEW_YORK = ZoneInfo("America/New_York")
ZONES = st.sampled_from([UTC, LIMA, NAIROBI, NEW_YORK, ZoneInfo("Asia/Kathmandu"), ZoneInfo("Pacific/Apia")])
MOST = day_number(parse_moment("9999-12-30", UTC), UTC)


@pytest.mark.parametrize("text, moment", [
    ("2024-02-29", "2024-02-29T00:00:00.000+03:00"),
    ("2024-2-9", "2024-02-09T00:00:00.000+03:00"),
    ("+2024-02-09", "2024-02-09T00:00:00.000+03:00"),
    ("2024-01-05T10:00", "2024-01-05T10:00:00.000+03:00"),
    ("2024-1-5T1:2", "2024-01-05T01:02:00.000+03:00"),
    ("2024-01-05T10:00:05.1234567", "2024-01-05T10:00:05.123+03:00"),
    ("2024-01-05T10:00:5abc", "2024-01-05T10:00:05.000+03:00"),
    ("2024-01-05T10:00Z", "2024-01-05T13:00:00.000+03:00"),
    ("2024-01-05T10:00:00.000+05:45", "2024-01-05T07:15:00.000+03:00"),
    ("2024-01-05T10:00:00-05", "2024-01-05T18:00:00.000+03:00"),
    ("2024-01-05T10:00:00+05:30:15", "2024-01-05T07:30:00.000+03:00"),
    ("2024-01-05T10:00:00-0300", "2024-01-18T01:00:00.000+03:00"),
    ("24-01-01", "0024-01-01T00:00:00.000+03:00"),
])
def test_text_that_is_a_moment(text, moment):
    assert moment_text(parse_moment(text, NAIROBI), NAIROBI) == moment


@pytest.mark.parametrize("text", [
    "", " ", "hoy", "2024", "2024-01", "20240105", "2024/01/05", "-2024-01-05", "2024-13-01", "2024-02-30",
    "2024-00-10",
    "2024-01-05 10:00", " 2024-01-05", "2024-01-05 ", "2024-01-05T", "2024-01-05T10", "2024-01-05T10:00:",
    "2024-01-05T24:00", "2024-01-05T10:60", "2024-01-05T10:00:60", "2024-01-05T10:00:05.12345678901",
    "2024-01-05T10:00:00-03:xx", "2024-01-05T10:00:00+", "2024-01-05T10:00:00.1.2", "99999999999-01-01",
    "0001-01-01T00:00+14:00",
])
def test_text_that_is_no_moment(text):
    assert parse_moment(text, NAIROBI) is None


@given(st.text(alphabet="0123456789-+:.TZ ", max_size=30), ZONES)
def test_no_text_breaks_the_reading(text, zone):
    found = parse_moment(text, zone)
    assert found is None or found.at.tzinfo is not None


@given(st.integers(-600_000, MOST), ZONES)
def test_days_count_there_and_back(number, zone):
    day = day_of_number(number, zone)
    assert day_number(day, zone) == number
    assert midnight(day, zone).at.timestamp() == day.at.timestamp()
    assert day_text(day, zone).count("-") == 2


@given(st.integers(-10**12, 10**13), ZONES)
def test_text_holds_the_instant(number, zone):
    moment = after_epoch(number / 86_400_000)
    again = parse_moment(moment_text(moment, zone), zone)
    assert abs(milliseconds(again) - milliseconds(moment)) in (0, 1, 3_600_000)  # the hour that a clock shows twice


def test_an_hour_that_clocks_jump_over_is_the_next_one():
    assert moment_text(parse_moment("2024-03-10T02:30", NEW_YORK), NEW_YORK) == "2024-03-10T03:30:00.000-04:00"


def test_of_an_hour_shown_twice_the_first_is_meant():
    assert moment_text(parse_moment("2024-11-03T06:30:00Z", NEW_YORK), NEW_YORK) == "2024-11-03T01:30:00.000-04:00"


@pytest.mark.parametrize("number", [10**7, -10**9])
def test_days_beyond_the_calendar(number):
    assert day_of_number(number, LIMA) is None
    assert after_epoch(float(number)) is None


def test_years_before_time_zones_take_the_time_of_today():
    assert moment_text(parse_moment("1850-06-01", LIMA), LIMA) == "1850-06-01T00:00:00.000-05:00"
    assert parse_moment("1850-06-01", LIMA).at.date() == date(1850, 6, 1)


@pytest.mark.parametrize("zone, text, number", [
    ("Pacific/Kiritimati", "2024-02-29", 19781), ("Pacific/Kiritimati", "1990-01-01", 7305),
    ("Pacific/Apia", "2024-02-29", 19781), ("America/Lima", "2024-02-29", 19782),
])
def test_places_that_changed_sides_of_the_date_line_count_as_the_phone_does(zone, text, number):
    zone = ZoneInfo(zone)
    assert day_number(parse_moment(text, zone), zone) == number
    assert day_text(day_of_number(number, zone), zone) == text
