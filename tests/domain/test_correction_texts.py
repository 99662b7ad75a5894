"""Answers as inputs show them and give them back, type by type."""

import pytest

from collector.domain.correcting.texts import kind_of, shown, written
from collector.domain.fields import Field

LIMA = "America/Lima"
CASES = [  # bind type, control, kept, shown, given, written
    ("int", "input", "30", ("30",), ("31",), "31"),
    ("decimal", "input", "7.0", ("7.0",), ("4,5",), "4.5"),
    ("string", "input", "", ("",), (" Ana\r\nRuiz ",), "Ana\nRuiz"),
    ("date", "input", "2026-03-01T00:00:00.000-05:00", ("2026-03-01",), ("2026-03-02",), "2026-03-02"),
    ("date", "input", "2026-03-01", ("2026-03-01",), ("2/3/2026",), "2026-03-02"),
    ("date", "input", "ayer", ("ayer",), ("x",), "x"),
    ("time", "input", "10:30:15.123-05:00", ("10:30",), ("11:00",), "11:00:00.000-05:00"),
    ("time", "input", "10:30:15.123Z", ("10:30",), ("9:05",), "09:05:00.000Z"),
    ("time", "input", "", ("",), ("11:00",), "11:00:00.000-05:00"),
    ("dateTime", "input", "2026-03-01T10:30:15.123-05:00", ("2026-03-01T10:30",), ("2026-03-02T08:00",),
     "2026-03-02T08:00:00.000-05:00"),
    ("dateTime", "input", "", ("",), ("2/3/2026 8:00",), "2026-03-02T08:00:00.000-05:00"),
    ("dateTime", "input", "", ("",), ("2026-02-31T08:00",), "2026-02-31T08:00"),
    ("geopoint", "input", "-4.5 -77.5 0.0 4.0", ("-4.5", "-77.5", "0.0", "4.0"), ("-4,6", "-77.5", "", ""),
     "-4.6 -77.5 0 0"),
    ("geopoint", "input", "-4.5 -77.5 0.0 4.0", ("-4.5", "-77.5", "0.0", "4.0"), ("", "", "", ""), ""),
    ("geotrace", "input", "1 2 0 0; 3 4 0 0", ("1 2 0 0\n3 4 0 0",), ("1 2\n3 5 7",), "1 2 0 0; 3 5 7 0"),
    ("geoshape", "input", "", ("",), ("1 2\n3 4\n5 6",), "1 2 0 0; 3 4 0 0; 5 6 0 0; 1 2 0 0"),
    ("string", "select1", "a", ("a",), ("", "b"), "b"),
    ("string", "select1", "a", ("a",), ("",), ""),
    ("string", "select", "a b", ("a", "b"), ("", "b", "c"), "b c"),
    ("string", "rank", "a b c", ("a", "b", "c"), ("c", "a", "b"), "c a b"),
    ("string", "trigger", "", (), ("", "OK"), "OK"),
    ("string", "trigger", "OK", ("OK",), ("",), ""),
]


@pytest.mark.parametrize(("bind", "control", "kept", "seen", "given", "text"), CASES)
def test_an_answer_is_shown_and_comes_back(bind, control, kept, seen, given, text):
    one = Field("/a", "a", "field", "", 1, type=bind, bind_type=bind, control=control)
    assert shown(one, kept) == seen
    assert written(one, seen, kept, LIMA) == kept, "what comes back as it was shown is what was kept"
    assert written(one, given, kept, LIMA) == text


def test_names_in_another_order_are_the_same_choice():
    one = Field("/a", "a", "field", "", 1, control="select")
    assert written(one, ("b", "a"), "a b", LIMA) == "a b"


def test_a_note_and_a_file_are_known_as_such():
    assert kind_of(Field("/a", "a", "field", "", 1, control="input", readonly="true()")) == "note"
    assert kind_of(Field("/a", "a", "field", "", 1, control="upload", binary=True)) == "file"
