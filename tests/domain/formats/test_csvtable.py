import csv
import io

import pandas
import polars
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collector.domain.columns import Column
from collector.domain.formats import csvtable
from collector.domain.formats.csvfile import AFTER, CsvOptions, Facts, repeat_csv, root_csv
from collector.domain.tabular.shape import FACT, KEY, PARENT_KEY, Category, DataTable, Manner, Variable
from tests.domain.formats.small_tables import Small, column

LANGUAGES, LANGUAGE = ("es", "awa"), 2  # and the place of the question
COLUMNS = [("/g/nombre", "g-nombre", "string"), ("/lugar", "lugar", "geopoint"), ("/g/lenguas", "g-lenguas", "select"),
           ("/n", "n", "int"), ("/x", "x", "decimal"), ("/si", "si", "boolean"), ("/g-nombre", "g-nombre", "string")]
TEXTS = st.text(alphabet=st.characters(exclude_categories=[])) | st.sampled_from(
    ["=1+1", "a,b", 'x"y', "\n", "\r", "-5", "NA", "007", "🛶", "شكرا", "x" * 300])
ANSWERS = st.tuples(
    TEXTS.filter(bool), st.just("por ahí") | st.floats(-90, 90).map(lambda one: [one, 2.5, 1.5, None]),
    st.sampled_from(["es", "awa es", "otra"]), st.integers(-2**63, 2**63) | TEXTS.filter(bool),
    st.floats(allow_nan=False, allow_infinity=False), st.booleans(), TEXTS.filter(bool))
ROWS = st.lists(ANSWERS.flatmap(lambda row: st.tuples(*[st.just(one) | st.none() for one in row])), max_size=8)
MANNERS = st.builds(Manner, split=st.booleans(), bom=st.booleans(), neutralise=st.booleans())


def variables(facts: tuple[str, ...]) -> list[Variable]:
    choices = tuple(Category(one) for one in LANGUAGES)
    asked = [Variable(path, name, type, categories=choices if type == "select" else ()) for path, name, type in COLUMNS]
    before = [one for one in facts if one == "SubmissionDate"]
    return ([Variable(FACT + one, one, "string") for one in before] + asked
            + [Variable(FACT + one, one, "string") for one in facts if one not in before])


def comparable(answers: list, manner: Manner) -> list:
    """The rows that both write alike: where choices have columns of their own, ODK Central's CSV says 0 in each for a
    question nobody answered, a dataset leaves them empty."""
    return [row for row in answers if not manner.split or row[LANGUAGE] is not None]


def table_of(table: DataTable, facts: list[list], answers: list) -> Small:
    """The table as one that gives its rows two at a time."""
    cells = {}
    facts, asked = list(zip(*facts, strict=True)), list(zip(*answers, strict=True))
    for one in table.variables:
        cells[one.id] = list((facts if one.is_fact else asked).pop(0)) if answers else []
    small = Small([], {})
    small.table, small.cells, small.size, small.batch = table, cells, len(answers), 2
    return small


def options_of(manner: Manner) -> CsvOptions:
    return CsvOptions(manner.group_paths, manner.split, manner.bom, manner.neutralise)


@settings(deadline=None)
@given(ROWS, MANNERS)
def test_the_root_is_byte_for_byte_as_from_rows(answers, manner):
    answers = comparable(answers, manner)
    columns = [Column("", path, name, type, at) for at, (path, name, type) in enumerate(COLUMNS)]
    facts = [Facts("2026-11-22T15:00:00.000Z", f"uuid:{at}", 12, None if at % 2 else "Ana, =P", at, 2, "", None, "x", 3)
             for at in range(len(answers))]
    expected = root_csv(columns, [(fact, list(row)) for fact, row in zip(facts, answers, strict=True)],
                        options_of(manner), {"/g/lenguas": LANGUAGES})
    table = DataTable("", "form", None, tuple(variables(("SubmissionDate", *AFTER))))
    rows = [[one.submitted_at, one.instance_id, one.submitter_id, one.submitter_name, one.files_present,
             one.files_expected, one.status, one.review_state, one.device_id, one.edits, one.form_version]
            for one in facts]
    assert table_of(table, rows, answers).written(csvtable, manner) == b"".join(expected)


@settings(deadline=None)
@given(ROWS, MANNERS)
def test_a_repeat_is_byte_for_byte_as_from_rows(answers, manner):
    answers = comparable(answers, manner)
    columns = [Column("/r", path, name, type, at) for at, (path, name, type) in enumerate(COLUMNS)]
    expected = repeat_csv(columns, [("uuid:1", "", f"r[{at}]", list(row)) for at, row in enumerate(answers)],
                          options_of(manner), {"/g/lenguas": LANGUAGES})
    facts = (PARENT_KEY.removeprefix(FACT), KEY.removeprefix(FACT))
    table = DataTable("/r", "r", "", tuple(variables(facts)))
    rows = [["uuid:1", f"uuid:1/r[{at}]"] for at in range(len(answers))]
    assert table_of(table, rows, answers).written(csvtable, manner) == b"".join(expected)


@settings(deadline=None)
@given(st.lists(st.none() | TEXTS.filter(lambda text: text and "\0" not in text and not any(
    "\ud800" <= one <= "\udfff" for one in text)), min_size=1), st.integers(1, 4))
def test_texts_read_back_as_they_were(texts, batch):
    small = Small([column("a"), column("b", "int")], {"a": texts, "b": list(range(len(texts)))}, batch)
    data = small.written(csvtable)
    assert list(csv.reader(io.StringIO(data.decode(), newline="")))[1:] == [
        [text or "", str(at)] for at, text in enumerate(texts)]


def test_pandas_and_polars_read_it():
    texts = ["01234567", "NA", "a,\"b\"", "dos\nlíneas", "🛶 شكرا"]
    numbers = [1.5, None, 1e22, -0.25, 3.0]
    data = Small([column("dni"), column("x", "decimal")], {"dni": texts, "x": numbers}).written(csvtable)
    frame = pandas.read_csv(io.BytesIO(data), dtype={"dni": str}, keep_default_na=False, na_values={"x": [""]})
    assert list(frame["dni"]) == texts
    assert [None if pandas.isna(one) else one for one in frame["x"]] == numbers
    frame = polars.read_csv(data, schema_overrides={"dni": polars.String})
    assert frame.to_dict(as_series=False) == {"dni": texts, "x": numbers}


def test_a_single_column_keeps_its_empty_rows():
    data = Small([column("a")], {"a": ["x", None, "y"]}).written(csvtable)
    assert list(csv.reader(io.StringIO(data.decode()))) == [["a"], ["x"], [""], ["y"]]
    assert len(pandas.read_csv(io.BytesIO(data))) == 3


@pytest.mark.parametrize("cell, written", [
    ("=1+1", "'=1+1"), ("@x", "'@x"), ("-5", "-5"), ("+51 999", "'+51 999"), ("a=b", "a=b"), (-5, "-5")])
def test_formulas_only_when_asked(cell, written):
    small = Small([column("a"), column("b")], {"a": [cell], "b": [None]})
    assert small.written(csvtable, Manner(neutralise=True)) == f"a,b\n{written},\n".encode()
    assert small.written(csvtable) == f"a,b\n{cell},\n".encode()
    assert small.written(csvtable, Manner(bom=True), ["=n", "ñ"]) == f"\ufeff=n,ñ\n{cell},\n".encode()


def test_cells_of_unlike_types_and_names_of_choices():
    mixed = [1, True, None, "x", 2.5, [1.0, 2.0, None, None]]
    small = Small([column("a"), column("l", "select", choices={"es": "Español", "awa": "Awajún"})],
                  {"a": mixed, "l": ["es awa", None, "otra", "es", "awa", None]})
    assert small.written(csvtable, Manner(labels=True)).decode().splitlines() == [
        "a,l", '1,"Español, Awajún"', "true,", ",otra", "x,Español", "2.5,Awajún", "1.0 2.0,"]
