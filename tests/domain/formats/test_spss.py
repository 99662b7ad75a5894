"""SPSS files: what pyreadstat reads is what was written, whatever the cells, names and labels."""

import io
from datetime import UTC, date, datetime
from sys import float_info

import pytest
from hypothesis import given, settings

from collector.domain.formats import spss
from collector.domain.problems import Problem
from collector.domain.tabular.layout import laid_out
from collector.domain.tabular.names import in_bytes, legal_names, shortened, told_label
from collector.domain.tabular.shape import Manner
from tests.domain.formats.odd_tables import meant, odd_tables
from tests.domain.formats.small_tables import PLAIN, Small, column, household, peak, plain

EPOCH, FIRST = datetime(1582, 10, 14, tzinfo=UTC), date(1582, 10, 15)


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """Gives (columns, metadata) of bytes, as pyreadstat reads them: numbers as they stand in the file."""
    import pyreadstat
    path = tmp_path_factory.mktemp("spss") / "one.sav"

    def reading(data: bytes):
        path.write_bytes(data)
        return pyreadstat.read_sav(str(path), output_format="dict", disable_datetime_conversion=True)
    return reading


def test_pyreadstat_reads_names_values_and_labels(read):
    columns, told = read(household().written(spss, Manner(split=True)))
    assert columns["grupo_nombre"] == ["Ñandú 😀", "", "x" * 300, ""] and columns["nota"][0] == "ñ" * 1500
    assert plain(columns["edad"]) == [101, None, -5, 40] and plain(columns["peso"]) == [1.5, -2.25, None, 1e10]
    assert plain(columns["sexo"]) == [1, 2, None, 3] and plain(columns["agua"]) == [1, None, 88, 1]
    assert plain(columns["bienes_tv"]) == [1, 0, None, 1] and plain(columns["vive"]) == [1, 0, None, 1]
    assert plain(columns["lugar_Latitude"]) == [-25.25, None, 1.0, 0.0]
    assert told.variable_value_labels == {
        "sexo": {1: "Mujer", 2: "Hombre ñ ɨ g̃", 3: "otro"}, "agua": {1: "Pozo", 88: "No sabe"},
        "vive": {0: "false", 1: "true"}}
    assert told.column_names_to_labels["grupo_nombre"] == "¿Cómo se llama? (grupo-nombre)"
    assert {name: told.variable_measure[name] for name in ("edad", "sexo", "nota", "bienes_tv", "peso")} == {
        "edad": "scale", "sexo": "nominal", "nota": "nominal", "bienes_tv": "nominal", "peso": "scale"}
    assert (told.number_rows, told.file_encoding, told.file_label) == (4, "UTF-8", "hogares")


def test_dates_and_moments_are_such(tmp_path):
    import pyreadstat
    path = tmp_path / "one.sav"
    path.write_bytes(household().written(spss))
    frame, told = pyreadstat.read_sav(str(path))
    assert frame["nace"][0] == date(2024, 2, 29) and frame["nace"][2] == date(1959, 12, 31)
    assert frame["nace"].isna().tolist() == [False, True, False, False]
    assert abs((frame["inicio"][0] - datetime(2024, 1, 2, 0, 0, 0, 123_000)).total_seconds()) < 1e-3
    assert {name: told.original_variable_types[name] for name in ("nace", "hora", "inicio", "grupo_nombre")} == {
        "nace": "DATE11", "hora": "TIME8", "inicio": "DATETIME20", "grupo_nombre": "A300"}
    assert told.column_names_to_labels["inicio"] == "Inicio [UTC]"


@settings(max_examples=150, deadline=None)
@given(odd_tables())
def test_odd_tables_come_back_as_they_were(read, small):
    columns, told = read(small.written(spss))
    laid = laid_out(small.table, PLAIN)
    names = legal_names(laid, "spss")
    assert told.column_names == names and told.number_rows == small.size
    expected = meant(small, FIRST, EPOCH, 1, 1.7e308)
    for one, name, cells in zip(laid, names, expected, strict=True):
        suffix = " [UTC]" if told.original_variable_types[name].startswith("DATETIME") else ""
        label = told_label(one, name, 255 - len(suffix), in_bytes) + suffix
        assert (told.column_names_to_labels[name] or "") == label.strip()
        if one.categories:
            check_choices(one, plain(columns[name]), told.variable_value_labels.get(name, {}), cells)
        elif told.original_variable_types[name].startswith("DATE1"):
            assert plain(columns[name]) == [None if day is None else day * 86_400 for day in cells]
        else:
            found = [text.rstrip(" ") if isinstance(text, str) else text for text in cells]
            assert plain(columns[name]) == pytest.approx(found)


def check_choices(column, numbers: list, labels: dict, names: list[str]) -> None:
    """Every number stands for one name, and has its label."""
    for number, name in zip(numbers, names, strict=True):
        label = shortened(" ".join(column.categories.get(name, "").split()) or name, 120, in_bytes)
        assert (number is None) == (name == "") and (not name or labels[number].strip() == " ".join(label.split()))
    assert len({*zip(numbers, names, strict=True)}) == len({*numbers}) == len({*names})


@pytest.mark.parametrize("width", [1, 7, 8, 9, 254, 255, 256, 257, 503, 504, 505, 509, 510, 511, 512, 756, 757, 765,
                                   766, 2046, 32_766, 32_767])
def test_texts_of_every_width_come_back(read, width):
    # two bytes a letter, so that one is cut by every odd border
    text = "x" * (width % 2) + "ñ" * (width // 2)
    assert len(text.encode()) == width
    small = Small([column("n", "int"), column("t"), column("u")],
                  {"n": [1, 2, 3000], "t": [text, None, "a"], "u": ["", text, text]})
    columns, told = read(small.written(spss))
    assert columns["t"] == [text, "", "a"] and columns["u"] == ["", text, text] and columns["n"] == [1, 2, 3000]
    assert told.original_variable_types["t"] == f"A{width}"


def test_a_text_with_spaces_about_the_borders_of_its_segments_comes_back(read):
    texts = [" " * 255 + "a", "a" * 250 + " " * 10 + "b", "a" * 255 + " " * 255 + "b", "a" * 300]
    columns, _ = read(Small([column("t")], {"t": texts}).written(spss))
    assert columns["t"] == texts


def test_whole_numbers_of_every_size_come_back(read):
    numbers = [-100, -99, -98, -1, 0, 1, 150, 151, 152, 2**31, 2**53, -2**53, None]
    columns, _ = read(Small([column("n", "int")], {"n": numbers}).written(spss))
    assert plain(columns["n"]) == numbers


@pytest.mark.parametrize(("type", "cells"), [
    ("date", ["1582-10-14", None]), ("dateTime", ["1500-01-01T00:00:00Z"]),
    ("decimal", [float("inf"), 1.0]), ("decimal", [float_info.max]),
    ("decimal", [1.0, float("nan")]),
    ("int", [2**63 - 1, 1])])
def test_what_spss_cannot_hold_is_text_and_nothing_is_lost(read, type, cells):
    columns, _ = read(Small([column("a"), column("q", type)], {"a": ["x"] * len(cells), "q": cells}).written(spss))
    assert columns["q"] == ["" if one is None else str(one) for one in cells]


def test_a_text_that_is_too_long_is_told_before_the_work():
    small = Small([column("grupo-trazo", "geotrace")], {"grupo-trazo": ["-25.1 -57.2 0 0;" * 2048]})
    with pytest.raises(Problem) as told:
        spss.check_limits(small.table, small.summary, PLAIN)
    assert told.value.code == 409.93 and "«grupo-trazo»" in told.value.es and "32768" in told.value.en
    target = io.BytesIO()
    with pytest.raises(Problem):
        spss.write(target, small.table, small.pieces, small.summary, PLAIN)
    assert target.getvalue() == b""


def test_a_long_text_among_numbers_is_told_too():
    small = Small([column("p", "geopoint")], {"p": ["x" * 40_000, [1.0, 2.0, None, None]]})
    with pytest.raises(Problem):
        spss.check_limits(small.table, small.summary, PLAIN)
    small = Small([column("n", "int")], {"n": [1, "y" * 40_000]})
    with pytest.raises(Problem):
        spss.check_limits(small.table, small.summary, PLAIN)


def test_the_same_rows_give_the_same_bytes_however_they_are_cut():
    whole, cut = household(), household()
    whole.batch, cut.batch = 100, 1
    assert whole.written(spss) == cut.written(spss) == household().written(spss)


def test_other_rows_than_announced_fail_loudly():
    small = household()
    small.summary.rows += 1
    with pytest.raises(ValueError, match="announced"):
        small.written(spss)


def test_a_table_without_rows_has_its_columns(read):
    columns, told = read(Small([column("a"), column("n", "int")], {"a": [], "n": []}).written(spss))
    assert list(columns) == ["a", "n"] and told.number_rows == 0


def test_memory_does_not_grow_with_rows():
    few, many = (peak(spss, times) for times in (4, 40))
    assert many < few * 1.2
