import io
import json
from datetime import UTC, date, datetime, time

import pandas
import polars
import pyarrow
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet as reader

from collector.domain.formats import parquet
from collector.domain.tabular.shape import Category, Manner, Variable
from tests.domain.formats.small_tables import Small, column

TEXTS = st.none() | st.text(st.characters(exclude_categories=["Cs"]), min_size=1) | st.sampled_from(
    ["=1+1", "NaN", "null", "007", "🛶", "شكرا", "x" * 300, "2026-02-30"])
CELLS = {
    "string": TEXTS, "int": st.none() | st.integers(-2**63 + 1, 2**63 - 1),
    "decimal": st.none() | st.floats(allow_nan=False), "boolean": st.none() | st.booleans(),
    "date": st.none() | st.dates().map(str), "time": st.none() | st.times().map(lambda one: one.isoformat()),
    "dateTime": st.none() | st.datetimes(timezones=st.timezones().filter(lambda zone: zone.key == "America/Lima")
                                         | st.just(UTC)).map(lambda one: one.isoformat()),
}
PLAIN = Manner()


def read(small: Small, manner: Manner = PLAIN, names: list[str] | None = None) -> pyarrow.Table:
    return reader.read_table(io.BytesIO(small.written(parquet, manner, names)))


def test_types_are_real():
    table = read(Small(
        [column("n", "int"), column("x", "decimal"), column("b", "boolean"), column("d", "date"), column("h", "time"),
         column("m", "dateTime"), column("t")],
        {"n": [7, None], "x": [1.5, 2], "b": [True, False], "d": ["2026-11-22", None], "h": ["10:20:30.5-05:00", None],
         "m": ["2026-11-22T20:20:30.123-05:00", "2026-11-22T20:20:30Z"], "t": ["01234567", None]}))
    assert [str(one) for one in table.schema.types] == [
        "int64", "double", "bool", "date32[day]", "time64[us]", "timestamp[us, tz=UTC]", "string"]
    assert table.to_pylist() == [
        {"n": 7, "x": 1.5, "b": True, "d": date(2026, 11, 22), "h": time(10, 20, 30, 500000),
         "m": datetime(2026, 11, 23, 1, 20, 30, 123000, UTC), "t": "01234567"},
        {"n": None, "x": 2.0, "b": False, "d": None, "h": None, "m": datetime(2026, 11, 22, 20, 20, 30, tzinfo=UTC),
         "t": None}]


@pytest.mark.parametrize("type, cells, texts", [
    ("int", [1, 2, "unos 3", None], ["1", "2", "unos 3", None]), ("int", [2**70, 1], [str(2**70), "1"]),
    ("date", ["2026-11-22", "2026-02-30", "ayer"], ["2026-11-22", "2026-02-30", "ayer"]),
    ("boolean", [True, "tal vez"], ["true", "tal vez"]), ("dateTime", ["2026-11-22"], ["2026-11-22"]),
    ("decimal", [1.5, "x"], ["1.5", "x"]),
    ("string", [1, True, "x", [1.0, 2.0, None, None]], ["1", "true", "x", "1.0 2.0"]),
    ("string", ["a\ud800b"], ["a?b"])])
def test_a_column_with_a_cell_that_does_not_fit_is_text(type, cells, texts):
    table = read(Small([column("a", type)], {"a": cells}, batch=1))
    assert table.schema.field("a").type == pyarrow.string()
    assert table["a"].to_pylist() == texts


def test_a_choice_is_a_category_with_its_labels():
    choices = {"es": "Español", "awa": "Awajún", "qu": "Quechua"}
    answers = ["awa", "otra", None, "es", "más", "awa"]
    small = Small([column("g-l", "select1", "¿Qué lengua?", choices)], {"g-l": answers}, 2)
    table = read(small, names=["lengua"])
    assert table["lengua"].to_pylist() == answers
    assert table["lengua"].unify_dictionaries().chunk(0).dictionary.to_pylist() == ["es", "awa", "qu", "otra", "más"]
    told = {key.decode(): value.decode() for key, value in table.schema.field("lengua").metadata.items()}
    assert json.loads(told.pop("value_labels")) == choices
    assert {"label": "¿Qué lengua?", "name": "g-l", "id": "/g/l", "type": "select1"}.items() <= told.items()
    assert read(small, Manner(labels=True))["g-l"].to_pylist() == ["Awajún", "otra", None, "Español", "más", "Awajún"]
    data = small.written(parquet)
    assert list(pandas.read_parquet(io.BytesIO(data))["g-l"].cat.categories) == ["es", "awa", "qu", "otra", "más"]
    assert polars.read_parquet(data)["g-l"].to_list() == answers


def test_points_and_choices_split():
    place = Variable("/p", "p", "geopoint")
    several = Variable("/l", "l", "select", categories=(Category("es"), Category("awa")))
    small = Small([place, several], {"p": [[-4.5, -77.25, 180.0, None], None], "l": ["awa", None]})
    assert read(small, Manner(split=True)).to_pylist() == [
        {"p-Latitude": -4.5, "p-Longitude": -77.25, "p-Altitude": 180.0, "p-Accuracy": None,
         "l": "awa", "l/es": 0, "l/awa": 1},
        dict.fromkeys(["p-Latitude", "p-Longitude", "p-Altitude", "p-Accuracy", "l", "l/es", "l/awa"])]
    small = Small([place], {"p": ["por ahí", [1.0, 2.0, None, None]]})
    assert read(small)["p-Latitude"].to_pylist() == ["por ahí", "1.0"]


@settings(deadline=None)
@given(st.data(), st.sampled_from(sorted(CELLS)), st.integers(1, 5))
def test_cells_read_back_in_pyarrow_and_polars(data, type, batch):
    cells = data.draw(st.lists(CELLS[type], max_size=12))
    expected = [one if one is None else {
        "date": date.fromisoformat, "time": time.fromisoformat,
        "dateTime": lambda text: datetime.fromisoformat(text).astimezone(UTC)}.get(type, lambda value: value)(one)
        for one in cells]
    written = Small([column("a", type)], {"a": cells}, batch).written(parquet)
    assert reader.read_table(io.BytesIO(written))["a"].to_pylist() == expected
    assert polars.read_parquet(written)["a"].to_list() == expected


@settings(deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), min_size=1, max_size=5, unique=True))
def test_names_and_labels_are_kept(names):
    small = Small([Variable(f"/{at}", name, "int", {"es": name}) for at, name in enumerate(names)],
                  {name: [at] for at, name in enumerate(names)})
    table = read(small)
    assert table.column_names == names
    assert [one.metadata[b"name"].decode() for one in table.schema] == names
    assert table.to_pylist() == [{name: at for at, name in enumerate(names)}]


def test_no_rows():
    table = read(Small([column("a", "date"), column("l", "select1", choices={"es": "Español"})], {"a": [], "l": []}))
    assert table.num_rows == 0 and str(table.schema.field("a").type) == "date32[day]"


def test_the_same_rows_are_the_same_bytes_and_groups_are_bounded(monkeypatch):
    monkeypatch.setattr(parquet, "GROUP", 2_000)
    cells = {"a": [f"texto {at}" for at in range(5_000)], "l": ["es"] * 5_000}
    small = Small([column("a"), column("l", "select1", choices={"es": "Español"})], cells, 500)
    data = small.written(parquet)
    assert data == small.written(parquet)
    file = reader.ParquetFile(io.BytesIO(data))
    assert [file.metadata.row_group(at).num_rows for at in range(file.num_row_groups)] == [1000] * 5


def test_a_summary_that_errs_is_told():
    small = Small([column("a", "date")], {"a": ["2026-11-22"]})
    small.cells["/a"] = ["ayer"]
    with pytest.raises(ValueError, match="kind date"):
        small.written(parquet)
