"""One table in every format: the same rows, and in each column as many answers, with the same numbers and texts."""

import csv
import io
import json
from datetime import date, datetime

import openpyxl
import pandas
import polars
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collector.domain.formats import csvtable, jsonlines, parquet, spss, stata, workbook_out
from collector.domain.formats.workbook_out import Sheet
from collector.domain.tabular.layout import laid_out
from collector.domain.tabular.names import legal_names
from collector.domain.tabular.shape import Manner
from tests.domain.formats.small_tables import Small, column

CHOICES = {"es": "Español", "awa": "Awajún", "x y": "raro"}
WORDS = st.text(st.characters(categories=["L", "N", "S"], exclude_characters="\ufffd"), min_size=1, max_size=40)
TEXTS = WORDS | st.sampled_from([
    "=1+1", "a,b", 'dice "sí"', "dos\nlíneas", "NaN", "NA", "null", "007", "🛶", "شكرا", "x" * 300])
KINDS = {
    "texto": TEXTS, "n": st.integers(-10**14, 10**14), "grande": st.integers(-2**62, 2**62),
    "x": st.floats(-1e100, 1e100), "si": st.booleans(), "mixto": st.integers(0, 9) | WORDS,
    "d": st.dates(date(1950, 1, 1)).map(str),
    "h": st.times().map(lambda one: one.replace(microsecond=0).isoformat()),
    "m": st.datetimes(datetime(1950, 1, 1), datetime(2200, 1, 1)).map(
        lambda one: one.replace(microsecond=0).isoformat() + "-05:00"),
    "lugar": st.floats(-90, 90).map(lambda one: [one, -77.25, 1.5, None]) | st.just("por ahí"),
    "una": st.sampled_from(["es", "awa", "otra"]), "varias": st.sampled_from(["es", "awa es", "otra awa"])}
TYPES = {"texto": "string", "n": "int", "grande": "int", "x": "decimal", "si": "boolean", "mixto": "int", "d": "date",
         "h": "time", "m": "dateTime", "lugar": "geopoint", "una": "select1", "varias": "select"}
MANNERS = st.builds(Manner, labels=st.booleans(), split=st.booleans(), bom=st.just(False))


def rows_of_csv(data: bytes) -> list[list]:
    return [[one or None for one in row] for row in csv.reader(io.StringIO(data.decode(), newline=""))][1:]


def rows_of_workbook(data: bytes) -> list[list]:
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]


def rows_of_frame(frame: pandas.DataFrame) -> list[list]:
    found = frame.astype(object)
    return found.where(found.notna() & (found != ""), None).values.tolist()


def read(small: Small, format, manner: Manner, path) -> list[list]:
    """The rows of the file, with None where there is no answer."""
    if format is workbook_out:
        target = io.BytesIO()
        (told,) = workbook_out.write(target, [Sheet("h", small.table, small.pieces, small.summary)], manner)
        assert (told.rows, told.cut) == (small.size, 0)
        return rows_of_workbook(target.getvalue())
    names = legal_names(laid_out(small.table, manner), format.__name__.rpartition(".")[2])
    data = small.written(format, manner, names)
    if format is csvtable:
        return rows_of_csv(data)
    if format is jsonlines:
        return [list(json.loads(line).values()) for line in data.decode().split("\n")[:-1]]
    if format is parquet:
        return [list(row) for row in polars.read_parquet(data).iter_rows()]
    import pyreadstat

    path.write_bytes(data)
    if format is stata:
        return rows_of_frame(pyreadstat.read_dta(path)[0])
    return rows_of_frame(pyreadstat.read_sav(path)[0])


@pytest.mark.parametrize("format", [workbook_out, parquet, jsonlines, stata, spss], ids=lambda one: one.__name__)
@settings(max_examples=20, deadline=None)
@given(rows=st.lists(st.fixed_dictionaries({name: st.none() | cells for name, cells in KINDS.items()}), max_size=7),
       manner=MANNERS)
def test_every_format_has_the_answers_that_the_csv_has(tmp_path_factory, format, rows, manner):
    small = Small([column(name, type, name, CHOICES if type.startswith("select") else None)
                   for name, type in TYPES.items()], {name: [row[name] for row in rows] for name in TYPES})
    expected = read(small, csvtable, manner, None)
    found = read(small, format, manner, tmp_path_factory.mktemp("all") / "table")
    assert len(found) == len(expected) == len(rows)
    for was, row in zip(expected, found, strict=True):
        assert [one is None for one in row] == [one is None for one in was]
    names = [one.name for one in laid_out(small.table, manner)]
    for name in ("texto", "n", "grande", "x", "varias"):
        at = names.index(name)
        for was, row in zip(expected, found, strict=True):
            if was[at] is not None:
                assert row[at] == was[at] or float(row[at]) == float(was[at])
