import io
import re
import tracemalloc
import zipfile
from datetime import date, datetime, time

import openpyxl
import pandas
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from collector.domain.formats import workbook_out
from collector.domain.formats.workbook_cells import MAX_FORMATS, MAX_TEXT, ROOM
from collector.domain.formats.workbook_out import PlainSheet, Sheet, check_limits, letters
from collector.domain.problems import Problem
from collector.domain.tabular.shape import Manner, Variable
from tests.domain.formats.small_tables import Small, column

SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LETTERS = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff") | st.sampled_from("\t\n\r")
TEXTS = st.text(LETTERS, min_size=1) | st.sampled_from(
    ["=1+1", "+51 999", "@x", "NaN", "007", "12345678901234567890", "🛶", "שלום", " a ", "a  b", "_x0041_", "<&>\"'",
     "]]>", "x" * 300, "2026-02-30", "TRUE", "1e5"])
PLAIN = Manner()


def written(small: Small, manner: Manner = PLAIN, name: str = "hogares") -> bytes:
    target = io.BytesIO()
    workbook_out.write(target, [Sheet(name, small.table, small.pieces, small.summary)], manner)
    return target.getvalue()


def columns_of(data: bytes, sheet: int = 0) -> list[list]:
    """The cells of each column below its header."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    return [[cell.value for cell in found[1:]] for found in book.worksheets[sheet].iter_cols()]


def test_types_are_real():
    book = openpyxl.load_workbook(io.BytesIO(written(Small(
        [column("n", "int"), column("x", "decimal"), column("b", "boolean"), column("d", "date"), column("h", "time"),
         column("m", "dateTime"), column("dni")],
        {"n": [7, None], "x": [1.5, 2], "b": [True, False], "d": ["2026-11-22", None], "h": ["10:20:30-05:00", "23:59"],
         "m": ["2026-11-22T20:20:30.123-05:00", "2026-11-22T20:20:30Z"], "dni": ["01234567", "=1+1"]}))))
    sheet = book["hogares"]
    assert sheet.freeze_panes == "A2" and all(cell.font.b for cell in sheet[1])
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["n", "x", "b", "d", "h", "m", "dni"],
        [7, 1.5, True, datetime(2026, 11, 22), time(10, 20, 30), datetime(2026, 11, 22, 20, 20, 30, 123000),
         "01234567"],
        [None, 2, False, None, time(23, 59), datetime(2026, 11, 22, 20, 20, 30), "=1+1"]]
    assert sheet["G2"].data_type == sheet["G3"].data_type == "s"
    assert [sheet[place].number_format for place in ("D2", "E2", "F2", "F3")] == [
        "yyyy-mm-dd", "hh:mm:ss", 'yyyy-mm-dd hh:mm:ss.000"-05:00"', 'yyyy-mm-dd hh:mm:ss"Z"']


@pytest.mark.parametrize("type, cells, expected", [
    ("int", ["unos 3", 10**15 - 1, -10**15, 10**18, 2**70],
     ["unos 3", 10**15 - 1, str(-10**15), str(10**18), str(2**70)]),
    ("date", ["2026-02-30", "1900-02-28", "1900-03-01", "9999-12-31", "0001-01-01"],
     ["2026-02-30", "1900-02-28", datetime(1900, 3, 1), datetime(9999, 12, 31), "0001-01-01"]),
    ("time", ["24:01", "00:00", "23:59:59.999"], ["24:01", time(0, 0), time(23, 59, 59, 999000)]),
    ("dateTime", ["ayer", "1850-01-01T00:00:00Z", "2026-11-22T10:20"],
     ["ayer", "1850-01-01T00:00:00Z", datetime(2026, 11, 22, 10, 20)]),
    ("decimal", [1e300, -0.1, float("inf"), 5, "x", 0.1 + 0.2], [1e300, -0.1, "inf", 5, "x", 0.1 + 0.2]),
    ("string", [1, 1.5, True, "1", "", None], [1, 1.5, True, "1", None, None]),
    ("boolean", [True, "tal vez", False], [True, "tal vez", False])])
def test_a_cell_that_does_not_fit_is_text(type, cells, expected):
    found = columns_of(written(Small([column("a", type), column("z", "int")], {"a": cells, "z": [1] * len(cells)})))[0]
    assert found == expected and list(map(repr, found)) == list(map(repr, expected))


@settings(deadline=None)
@given(st.lists(st.none() | TEXTS, min_size=1, max_size=20), st.integers(1, 4))
def test_texts_read_back(texts, batch):
    data = written(Small([column("a"), column("z", "int")], {"a": texts, "z": [1] * len(texts)}, batch))
    assert columns_of(data)[0] == texts


@settings(max_examples=10, deadline=None)
@given(st.lists(TEXTS.filter(lambda text: "_x" not in text), max_size=5),
       st.sampled_from(["único {}", "{} <&> ", "{}\n"]))
def test_texts_read_back_where_a_column_has_more_than_are_remembered(odd, pattern):
    texts = [pattern.format(at) for at in range(ROOM + 50)] + odd + [None, pattern.format(3)]
    data = written(Small([column("a"), column("z", "int")], {"a": texts, "z": [1] * len(texts)}, 200))
    assert columns_of(data)[0] == texts


@settings(max_examples=10, deadline=None)
@given(st.lists(st.none() | st.floats(allow_nan=False, allow_infinity=False)),
       st.lists(st.none() | st.integers(-10**14, 10**14)))
def test_numbers_read_back(floats, whole):
    floats, whole = [float(at) for at in range(ROOM)] + floats, whole + [None]
    size = max(len(floats), len(whole))
    cells = [one + [None] * (size - len(one)) for one in (floats, whole)]
    data = written(Small([column("x", "decimal"), column("n", "int"), column("z", "int")],
                         {"x": cells[0], "n": cells[1], "z": [1] * size}, 400))
    assert columns_of(data)[:2] == cells


@settings(deadline=None)
@given(st.lists(st.dates(date(1900, 3, 1))), st.lists(st.datetimes(datetime(1900, 3, 1)), min_size=1))
def test_dates_and_moments_read_back(days, moments):
    size = max(len(days), len(moments))
    days, moments = [one + [None] * (size - len(one)) for one in (days, moments)]
    small = Small([column("d", "date"), column("m", "dateTime"), column("z", "int")],
                  {"d": [one and str(one) for one in days], "m": [one and one.isoformat() for one in moments],
                   "z": [1] * size})
    found = columns_of(written(small))
    assert [one and one.date() for one in found[0]] == days
    for read, was in zip(found[1], moments, strict=True):
        assert read == was or abs((read - was).total_seconds()) < 0.001


def test_more_zones_than_excel_has_formats_stay_readable():
    cells = [f"2026-11-22T10:20:30+{at // 60:02}:{at % 60:02}" for at in range(MAX_FORMATS + 20)]
    found = columns_of(written(Small([column("m", "dateTime")], {"m": cells})))[0]
    assert all(one == datetime(2026, 11, 22, 10, 20, 30) or one == was for one, was in zip(found, cells, strict=True))
    assert sum(one.__class__ is str for one in found) == 20 + 3


def test_what_excel_would_read_as_an_escape_is_escaped():
    texts = [f"{at}_x0041_" for at in range(ROOM + 1)] + ["_x0041", "_y0041_"]
    parts = zipfile.ZipFile(io.BytesIO(written(Small([column("a")], {"a": texts}, 600))))
    assert parts.read("xl/sharedStrings.xml").count(b"_x005F_x0041_") > ROOM - 5
    assert f"<t>{ROOM}_x005F_x0041_</t>" in parts.read("xl/worksheets/sheet1.xml").decode()


def test_what_xml_forbids_is_shown():
    texts = ["a\x00b\x1f", "\ud800", "\ufffe", "ok", "\x7f\x85"]
    (found,) = columns_of(written(Small([column("a")], {"a": texts})))
    assert found == ["a\u2400b\u241f", "\ufffd", "\ufffd", "ok", "\x7f\x85"]


@pytest.mark.parametrize("text, whole", [
    ("x" * MAX_TEXT, True), ("x" * (MAX_TEXT + 1), False), ("🛶" * 16_383, True), ("🛶" * 16_384, False)])
def test_a_text_that_is_too_long_is_cut_with_a_mark_and_counted(text, whole):
    small = Small([column("a"), column("b")], {"a": [text, text, "x"], "b": [None] * 3})
    target = io.BytesIO()
    (told,) = workbook_out.write(target, [Sheet("h", small.table, small.pieces, small.summary)], Manner())
    found = columns_of(target.getvalue())[0]
    assert (told.rows, told.cut) == (3, 0 if whole else 2)
    assert found[0] == text if whole else found[0].endswith(" caracteres; está entero en el CSV]")
    assert len(found[0].encode("utf-16-le")) // 2 <= MAX_TEXT
    assert len(found[0]) > 16_000 and found[0][:16_000] == text[:16_000]


def test_sheets_choices_and_the_codebook():
    root = Small([column("g-l", "select1", choices={"es": "Español"}), column("dni")],
                 {"g-l": ["es", "otra"], "dni": ["1", "2"]})
    members = Small([column("edad", "int")], {"edad": [3]})
    plain = PlainSheet("Libro de códigos", ["variable", "n"], iter([["edad", 1], ["=x", None], ["ñ", 2.5]]))
    target = io.BytesIO()
    name = "Hogares <ñ> & 'x'"
    told = workbook_out.write(target, [Sheet(name, root.table, root.pieces, root.summary, ["lengua", "dni"]),
                                       Sheet("miembros", members.table, members.pieces, members.summary), plain],
                              Manner(labels=True))
    assert [(one.name, one.rows) for one in told] == [(name, 2), ("miembros", 1), ("Libro de códigos", 3)]
    frames = pandas.read_excel(target, sheet_name=None, dtype=object)
    assert list(frames) == [one.name for one in told]
    assert frames[name].to_dict("list") == {"lengua": ["Español", "otra"], "dni": ["1", "2"]}
    assert frames["miembros"].to_dict("list") == {"edad": [3]}
    assert columns_of(target.getvalue(), 2) == [["edad", "=x", "ñ"], [1, None, 2.5]]


def test_columns_of_a_plain_sheet_are_as_wide_as_they_want():
    target = io.BytesIO()
    workbook_out.write(target, [PlainSheet("c", ["a", "b", "c"], [["x" * 30, 1, "una línea\n" * 30], [None, 2, None]])],
                       Manner())
    sheet = openpyxl.load_workbook(target).active
    assert [sheet.column_dimensions[letter].width for letter in "ABC"] == [31, 10, 60]
    assert sheet["C2"].alignment.wrap_text and sheet["C2"].value == "una línea\n" * 30


def test_no_rows_and_no_columns():
    for small in (Small([column("a")], {"a": []}), Small([], {})):
        (frame,) = pandas.read_excel(io.BytesIO(written(small)), sheet_name=None).values()
        assert len(frame) == 0 and list(frame) == [one.name for one in small.table.variables]


@settings(deadline=None)
@given(st.lists(st.text(LETTERS, min_size=1, max_size=300), min_size=1, max_size=4, unique=True))
def test_names_of_columns_read_back(names):
    small = Small([Variable(f"/{at}", name, "int") for at, name in enumerate(names)], {name: [1] for name in names})
    book = openpyxl.load_workbook(io.BytesIO(written(small)))
    assert [cell.value for cell in book.active[1]] == names


def test_the_parts_are_sound_xml_and_the_same_each_time():
    small = Small([column("a"), column("d", "date"), column("n", "int")],
                  {"a": ["<&>", None, "é", "🛶"], "d": ["2026-11-22", None, "x", "2026-01-01"], "n": [1, 2, None, "x"]})
    data = written(small)
    assert data == written(small)
    archive = zipfile.ZipFile(io.BytesIO(data))
    assert archive.testzip() is None
    assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    parts = {name: etree.fromstring(archive.read(name)) for name in archive.namelist()}
    cells = parts["xl/worksheets/sheet1.xml"].iter(f"{SPACE}c")
    assert [one.get("r") for one in cells] == [f"{letter}{row}" for row in range(1, 6) for letter in "ABC"]


def test_letters_of_columns():
    found = list(letters(16_384))
    assert [found[at] for at in (0, 25, 26, 701, 702, 16_383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
    assert len(set(found)) == 16_384 and all(re.fullmatch("[A-Z]{1,3}", one) for one in found)


def test_what_a_sheet_cannot_hold_is_told_before_the_work():
    small = Small([column("a")], {"a": ["x"]}, name="hogares")
    small.summary.rows = 1_048_575
    check_limits([small.summary], Manner())
    small.summary.rows += 1
    target = io.BytesIO()
    with pytest.raises(Problem) as raised:
        workbook_out.write(target, [Sheet("h", small.table, small.pieces, small.summary)], Manner())
    assert raised.value.code == 409.93 and "1048576" in raised.value.es and "hogares" in raised.value.es
    assert target.getvalue() == b""
    wide = Small([column(f"c{at}", "int") for at in range(16_385)], {f"c{at}": [] for at in range(16_385)})
    with pytest.raises(Problem, match="16385 columns"):
        check_limits([wide.summary], Manner())


def test_memory_does_not_grow_with_rows():
    def peak(count: int) -> int:
        small = Small([column("a"), column("b", "dateTime")],
                      {"a": [f"texto {at} <&>" for at in range(count)], "b": ["2026-11-22T10:20:30Z"] * count}, 500)
        target = Counting()
        tracemalloc.start()
        workbook_out.write(target, [Sheet("h", small.table, small.pieces, small.summary)], Manner())
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert target.size > count * 4
        return found
    assert peak(40_000) < 1.2 * peak(8_000)


class Counting(io.RawIOBase):
    """Takes bytes and forgets them."""

    size = 0

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:
        self.size += len(data)
        return len(data)
