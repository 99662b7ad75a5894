import io
import json

import pandas
import polars
from hypothesis import given

from collector.domain.formats import jsonlines
from collector.domain.tabular.layout import laid_out
from collector.domain.tabular.shape import KEY, Manner, Variable
from tests.domain.formats.odd_tables import odd_tables
from tests.domain.formats.small_tables import PLAIN, Small, column


def lines(small: Small, manner: Manner = PLAIN, names: list[str] | None = None) -> list[dict]:
    text = small.written(jsonlines, manner, names).decode()
    return [json.loads(one) for one in text.split("\n")[:-1]]


SOME = Small(
    [column("n", "int"), column("x", "decimal"), column("b", "boolean"), column("d", "date"), column("p", "geopoint"),
     column("s", "select", choices={"a": "Uno", "b": "Dos"}), Variable(KEY, "KEY", "string")],
    {"n": [7, None], "x": [1.5, 2], "b": [True, None], "d": ["2026-11-22", None],
     "p": [[-12.5, -77.0, 3.0, None], None],
     "s": ["a b", None], "KEY": ["uuid:1", "uuid:2"]}, batch=1)


def test_values_are_as_json_has_them():
    assert lines(SOME) == [
        {"n": 7, "x": 1.5, "b": True, "d": "2026-11-22", "p-Latitude": -12.5, "p-Longitude": -77.0, "p-Altitude": 3.0,
         "p-Accuracy": None, "s": "a b", "KEY": "uuid:1"},
        {"n": None, "x": 2, "b": None, "d": None, "p-Latitude": None, "p-Longitude": None, "p-Altitude": None,
         "p-Accuracy": None, "s": None, "KEY": "uuid:2"}]


def test_labels_and_split_choices():
    first, second = lines(SOME, Manner(labels=True, split=True))
    assert (first["s"], first["s/a"], first["s/b"]) == ("Uno, Dos", 1, 1)
    assert (second["s"], second["s/a"]) == (None, None)


def test_analysts_read_them():
    data = SOME.written(jsonlines)
    frame = pandas.read_json(io.BytesIO(data), lines=True, dtype=False)
    assert frame.shape == (2, 10)
    assert frame["p-Latitude"].tolist()[0] == -12.5
    table = polars.read_ndjson(io.BytesIO(data))
    assert table.schema["n"] == polars.Int64
    assert table["b"].to_list() == [True, None]


def test_a_column_with_a_cell_that_does_not_fit_is_text():
    small = Small([column("n", "int"), column("p", "geopoint")],
                  {"n": [1, "dos"], "p": ["aquí", [1.0, 2.5, None, None]]})
    assert lines(small) == [
        {"n": "1", "p-Latitude": "aquí", "p-Longitude": None, "p-Altitude": None, "p-Accuracy": None},
        {"n": "dos", "p-Latitude": "1.0", "p-Longitude": "2.5", "p-Altitude": None, "p-Accuracy": None}]


def test_what_json_has_not_is_text():
    small = Small([column("a"), column("n", "decimal")], {"a": ["x\ud800", "=1\u2028"], "n": [2**63 - 1, 1]})
    assert lines(small) == [{"a": "x?", "n": 2**63 - 1}, {"a": "=1\u2028", "n": 1}]
    assert lines(Small([column("n", "int")], {"n": [2**70]}), names=["ñ"]) == [{"ñ": str(2**70)}]


@given(odd_tables())
def test_every_row_and_cell_is_there(small):
    names = [str(at) for at, _one in enumerate(laid_out(small.table, PLAIN))]
    found = lines(small, names=names)
    assert len(found) == small.size
    assert [sum(one[name] is not None for one in found) for name in names] == [
        sum(cell is not None for cell in small.cells[column.variable.id]) for column in laid_out(small.table, PLAIN)]
