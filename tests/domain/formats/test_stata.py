"""Stata files: what pandas and pyreadstat read is what was written, whatever the cells, names and labels."""

import io
from datetime import UTC, date, datetime
from math import isnan

import pytest
from hypothesis import given, settings

from collector.domain.formats import stata
from collector.domain.problems import Problem
from collector.domain.tabular.layout import laid_out
from collector.domain.tabular.names import legal_names, told_label
from collector.domain.tabular.shape import DataTable, Manner, Variable
from collector.domain.tabular.summary import TableSummary
from tests.domain.formats.odd_tables import meant, odd_tables
from tests.domain.formats.small_tables import PLAIN, Small, column, household, peak, plain

EPOCH, FIRST = datetime(1960, 1, 1, tzinfo=UTC), date(100, 1, 1)


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """Gives (columns, metadata) of bytes, as pyreadstat reads them: numbers as they stand in the file."""
    import pyreadstat
    path = tmp_path_factory.mktemp("stata") / "one.dta"

    def reading(data: bytes):
        path.write_bytes(data)
        return pyreadstat.read_dta(str(path), output_format="dict", disable_datetime_conversion=True)
    return reading


def test_pandas_reads_values_with_their_labels():
    import pandas
    frame = pandas.read_stata(io.BytesIO(household().written(stata, Manner(split=True))))
    assert list(frame["grupo_nombre"]) == ["Ñandú 😀", "", "x" * 300, ""]
    assert plain(frame["edad"].tolist()) == [101, None, -5, 40] and plain(frame["peso"].tolist())[:2] == [1.5, -2.25]
    assert frame["sexo"].astype(object).fillna("").tolist() == ["Mujer", "Hombre ñ ɨ g̃", "", "otro"]
    assert frame["agua"].astype(object).fillna("").tolist() == ["Pozo", "", "No sabe", "Pozo"]
    assert frame["bienes_tv"].tolist()[:2] == [1, 0] and isnan(frame["bienes_tv"][2])
    assert frame["nace"][0] == pandas.Timestamp(2024, 2, 29) and frame["nace"][2] == pandas.Timestamp(1959, 12, 31)
    assert frame["inicio"][0] == pandas.Timestamp(2024, 1, 2, 0, 0, 0, 123_000) and frame["inicio"].isna()[1]
    assert frame["lugar_Latitude"].tolist()[0] == -25.25
    assert frame["lugar_Accuracy"].isna().tolist() == [False, True, True, False]
    assert frame["nota"].tolist() == ["ñ" * 1500, "", "", "corta"]


def test_pyreadstat_reads_names_types_and_labels(read):
    columns, told = read(household().written(stata))
    assert told.column_names_to_labels["grupo_nombre"] == "¿Cómo se llama? (grupo-nombre)"
    assert told.column_names_to_labels["inicio"] == "Inicio [UTC]"
    assert told.variable_value_labels["sexo"] == {1: "Mujer", 2: "Hombre ñ ɨ g̃", 3: "otro"}
    assert told.variable_value_labels["agua"] == {1: "Pozo", 88: "No sabe"}
    assert plain(columns["agua"]) == [1, None, 88, 1] and columns["nota"][0] == "ñ" * 1500
    assert {name: told.original_variable_types[name] for name in ("edad", "nace", "hora", "inicio", "nota")} == {
        "edad": "%8.0g", "nace": "%td", "hora": "%tcHH:MM:SS", "inicio": "%tc", "nota": "%9s"}
    assert (told.number_rows, told.table_name or told.file_label) == (4, "hogares")


def test_the_full_question_the_old_name_and_the_codes_are_characteristics():
    long = "¿" + "Qué " * 40 + "?"
    data = Small([column("grupo-agua", "select1", long, {"pozo": "Pozo", "rio": "Río"})],
                 {"grupo-agua": ["rio"]}).written(stata)
    head = data.partition(b"<data>")[0].decode("utf-8", "replace")
    assert " ".join(long.split()) in head and "grupo-agua\0" in head and "1=pozo 2=rio\0" in head


@settings(max_examples=150, deadline=None)
@given(odd_tables())
def test_odd_tables_come_back_as_they_were(read, small):
    columns, told = read(small.written(stata))
    laid = laid_out(small.table, PLAIN)
    names = legal_names(laid, "stata")
    assert told.column_names == names and told.number_rows == small.size
    expected = meant(small, FIRST, EPOCH, 0.001, 2.0**1023)
    for one, name, cells in zip(laid, names, expected, strict=True):
        suffix = " [UTC]" if told.original_variable_types[name] == "%tc" else ""
        label = told_label(one, name, 80 - len(suffix)) + suffix
        assert (told.column_names_to_labels[name] or "") == label
        if one.categories or one.variable.type == "select1":
            check_choices(one, plain(columns[name]), told.variable_value_labels.get(name, {}), cells)
        elif expected:
            assert [0 if one == 0 else one for one in plain(columns[name])] == pytest.approx(cells)


def check_choices(column, numbers: list, labels: dict, names: list[str]) -> None:
    """Every number stands for one name, and has its label."""
    if not column.categories:
        assert numbers == names
        return
    for number, name in zip(numbers, names, strict=True):
        label = " ".join(column.categories.get(name, "").split()) or name
        assert (number is None) == (name == "") and (not name or labels[number].strip() == label.strip())
    assert len({*zip(numbers, names, strict=True)}) == len({*numbers}) == len({*names})


@pytest.mark.parametrize(("low", "high", "letter"), [
    (-127, 100, "b"), (0, 101, "h"), (-128, 0, "h"), (-32767, 32740, "h"), (0, 32741, "i"),
    (-2147483647, 2147483620, "i"),
    (0, 2147483621, "d"), (-2**53, 2**53, "d")])
def test_whole_numbers_take_the_smallest_type_that_holds_them(read, low, high, letter):
    data = Small([column("n", "int")], {"n": [low, high, None]}).written(stata)
    types = data.partition(b"<variable_types>")[2][:2]
    assert int.from_bytes(types, "little") == stata._TYPES[letter]
    assert plain(read(data)[0]["n"]) == [low, high, None]


@pytest.mark.parametrize("width", [1, 244, 245, 2044, 2045, 2046, 2047, 100_000])
def test_texts_of_every_width_come_back(read, width):
    text = ("ñ" * width)[:width // 2] + "x" * (width % 2)
    assert len(text.encode()) == width
    small = Small([column("t"), column("u")], {"t": [text, None, "a"], "u": ["", text, text]})
    columns, told = read(small.written(stata))
    assert columns["t"] == [text, "", "a"] and columns["u"] == ["", text, text]
    assert told.original_variable_types["t"] == (f"%{width}s" if width <= 2045 else "%9s")


def test_a_row_that_is_too_wide_keeps_its_widest_texts_apart(read):
    names = [f"t{place}" for place in range(600)]
    data = Small([column(name) for name in names], {name: ["x" * 2000] for name in names}).written(stata)
    columns, told = read(data)
    assert set(map(len, columns.values())) == {1} and all(columns[name] == ["x" * 2000] for name in names)
    assert {"%9s", "%2000s"} == set(told.original_variable_types.values())


@pytest.mark.parametrize(("type", "cells"), [
    ("date", ["0099-12-31", None]), ("dateTime", ["0050-01-01T00:00:00Z"]), ("decimal", [float("inf"), 1.0]),
    ("decimal", [1e308]), ("decimal", [1.0, float("nan")]), ("int", [2**63 - 1, 1])])
def test_what_stata_cannot_hold_is_text_and_nothing_is_lost(read, type, cells):
    columns, _ = read(Small([column("a"), column("q", type)], {"a": ["x"] * len(cells), "q": cells}).written(stata))
    assert columns["q"] == ["" if one is None else str(one) for one in cells]


def test_the_same_rows_give_the_same_bytes_however_they_are_cut():
    whole, cut = household(), household()
    whole.batch, cut.batch = 100, 1
    assert whole.written(stata) == cut.written(stata) == household().written(stata)


def test_a_file_may_begin_anywhere():
    small, target = household(), io.BytesIO(b"before")
    target.seek(6)
    stata.write(target, small.table, small.pieces, small.summary, PLAIN)
    assert target.getvalue()[6:] == small.written(stata)


def test_other_rows_than_announced_fail_loudly():
    small = household()
    small.summary.rows += 1
    with pytest.raises(ValueError, match="announced"):
        small.written(stata)


def test_too_many_columns_are_told_before_the_work():
    table = DataTable("", "ancha", None, tuple(Variable(f"/v{one}", f"v{one}", "int") for one in range(32_768)))
    with pytest.raises(Problem) as told:
        stata.check_limits(table, TableSummary(table), PLAIN)
    assert told.value.code == 409.93 and "32768" in told.value.es


def test_memory_does_not_grow_with_rows():
    few, many = (peak(stata, times) for times in (4, 40))
    assert many < few * 1.2

