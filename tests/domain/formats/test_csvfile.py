import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.domain.columns import Column
from collector.domain.formats.csvfile import CsvOptions, Facts, file_names, header, repeat_csv, root_csv

COLUMNS = [
    Column("", "/g/nombre", "g-nombre", "string", 0),
    Column("", "/lugar", "lugar", "geopoint", 2),
    Column("", "/g/lenguas", "g-lenguas", "select", 1),
    Column("", "/n", "n", "int", 3),
]
CHOICES = {"/g/lenguas": ["es", "awa", "es"]}
FACTS = Facts("2026-11-22T15:00:00.000Z", "uuid:1", 12, "Teléfono 1", 1, 2, "", "approved", "collect:x", 3, "7")


def read(pieces):
    return list(csv.reader(io.StringIO(b"".join(pieces).decode("utf-8"), newline="")))


def test_the_shape_of_central():
    assert read(root_csv(COLUMNS, [(FACTS, ["Ana", "es awa", [-4.5, -77.25, 180.0, None], 7])])) == [
        ["SubmissionDate", "g-nombre", "lugar-Latitude", "lugar-Longitude", "lugar-Altitude", "lugar-Accuracy",
         "g-lenguas", "n", "KEY", "SubmitterID", "SubmitterName", "AttachmentsPresent", "AttachmentsExpected",
         "Status", "ReviewState", "DeviceID", "Edits", "FormVersion"],
        ["2026-11-22T15:00:00.000Z", "Ana", "-4.5", "-77.25", "180.0", "", "es awa", "7", "uuid:1", "12",
         "Teléfono 1", "1", "2", "", "approved", "collect:x", "3", "7"]]


def test_short_rows_and_unreadable_points():
    rows = read(root_csv(COLUMNS, [(FACTS, []), (FACTS, ["a", None, "por ahí"])]))
    assert [len(row) for row in rows] == [18] * 3
    assert rows[1][1:8] == [""] * 7
    assert rows[2][1:8] == ["a", "por ahí", "", "", "", "", ""]


def test_repeats():
    rows = read(repeat_csv([Column("/r/s", "/r/s/g/x", "g-x", "string", 0)],
                           [("uuid:1", "", "r[1]", ["a"]), ("uuid:1", "g/r[2]", "g/r[2]/s[1]", ["b"])]))
    assert rows == [["g-x", "PARENT_KEY", "KEY"], ["a", "uuid:1", "uuid:1/r[1]"],
                    ["b", "uuid:1/g/r[2]", "uuid:1/g/r[2]/s[1]"]]


def test_several_choices_split():
    options = CsvOptions(split_select_multiples=True)
    rows = read(root_csv(COLUMNS, [(FACTS, [None, "awa otra"]), (FACTS, [])], options, CHOICES))
    assert rows[0][6:9] == ["g-lenguas", "g-lenguas/es", "g-lenguas/awa"]
    assert [row[6:9] for row in rows[1:]] == [["awa otra", "0", "1"], ["", "0", "0"]]


@pytest.mark.parametrize("columns, options, names", [
    (COLUMNS, CsvOptions(group_paths=False), ["nombre", "lugar-Latitude"]),
    ([Column("", "/a/b", "a-b", "int", 0), Column("", "/a-b", "a-b", "int", 1)], CsvOptions(), ["a-b", "a-b~2"]),
    ([Column("", "/a/b", "a-b", "int", 0), Column("", "/c/b", "c-b", "int", 1)], CsvOptions(group_paths=False),
     ["b", "b~2"]),
    ([Column("", "/KEY", "KEY", "int", 0), Column("", "/key", "key", "int", 1)], CsvOptions(), ["KEY~2", "key"]),
])
def test_names_of_columns(columns, options, names):
    found = header(columns, options)
    assert found[1:1 + len(names)] == names
    assert len(found) == len(set(found))


def test_names_of_files():
    assert file_names("a/ñ:b", ["", "/r", "/g/R", "/r/x"]) == {
        "": "a_ñ_b.csv", "/r": "a_ñ_b-r~1.csv", "/g/R": "a_ñ_b-R~2.csv", "/r/x": "a_ñ_b-x.csv"}
    assert file_names("..", [""]) == {"": "form.csv"}


@pytest.mark.parametrize("cell, written", [
    ("=1+1", "'=1+1"), ("@x", "'@x"), ("\t=x", "'\t=x"), ("-5", "-5"), ("+51 999", "'+51 999"), ("a=b", "a=b")])
def test_formulas_only_when_asked(cell, written):
    column = [Column("", "/a", "a", "string", 0)]
    assert read(root_csv(column, [(FACTS, [cell])], CsvOptions(neutralise=True)))[1][1] == written
    assert read(root_csv(column, [(FACTS, [cell])]))[1][1] == cell


def test_a_mark_for_excel():
    assert b"".join(root_csv([], [], CsvOptions(bom=True))).startswith(b"\xef\xbb\xbfSubmissionDate,")
    assert b"".join(root_csv([], [])).startswith(b"SubmissionDate,")


def test_pieces_are_bounded():
    taken = []

    def rows():
        for number in range(3000):
            taken.append(number)
            yield FACTS, ["x" * 100]

    pieces = root_csv(COLUMNS[:1], rows())
    first = next(pieces)
    assert len(first) < 70_000 and len(taken) < 500
    assert len(read([first, *pieces])) == 3001


@given(st.lists(st.tuples(st.text(), st.one_of(st.none(), st.text(), st.integers(), st.floats(allow_nan=False))),
                max_size=5))
def test_text_comes_back_as_it_was(rows):
    columns = [Column("", "/a", "a", "string", 0), Column("", "/b", "b", "decimal", 1)]
    storable = [(text.encode("utf-8", "replace").decode(), other) for text, other in rows]
    found = read(root_csv(columns, [(FACTS, [*row]) for row in rows]))[1:]
    assert [row[1] for row in found] == [text for text, _ in storable]
    assert [row[2] for row in found] == ["" if other is None else str(other).encode("utf-8", "replace").decode()
                                         for _, other in storable]
