"""Records read for analysts: one set of columns over all versions, every row, filters, the same answers as the CSV."""

import csv
import io
import zipfile
from datetime import date, timedelta

import pytest

from collector.domain import access
from collector.domain.problems import Problem
from collector.domain.tabular import variables
from collector.domain.tabular.shape import KEY, REVIEW_STATE
from collector.services import exporting, extracting, records, review
from collector.services.extracting import Filter
from tests import builders

SURVEY = """
| survey |
|  | type              | name    | label::Español (es) | label::English (en) |
|  | text              | nombre  | Nombre  | Name |
{first}
|  | begin repeat      | hijos   | Hijos   | Children |
|  | text              | hijo    | Hijo    | Child |
|  | begin group       | g       | G       | G |
|  | begin repeat      | juguetes | Juguetes | Toys |
|  | text              | juguete | Juguete | Toy |
|  | begin repeat      | piezas  | Piezas  | Parts |
|  | integer           | pieza   | Pieza   | Part |
|  | end repeat        |         |         |
|  | end repeat        |         |         |
|  | end group         |         |         |
|  | end repeat        |         |         |
| choices |
|  | list_name | name | label::Español (es) | label::English (en) |
{choices}
| settings |
|  | form_title | form_id | version | default_language |
|  | Casa       | casa    | {version} | Español (es)   |
"""
FIRST = SURVEY.format(
    version=1, first="|  | integer | edad | Edad | Age |\n|  | select_one agua | agua | Agua | Water |",
    choices="|  | agua | rio | Río | River |\n|  | agua | pozo | Pozo | Well |")
SECOND = SURVEY.format(
    version=2, first="|  | select_one agua | agua | ¿De dónde? | From where? |\n|  | date | dia | Día | Day |",
    choices="|  | agua | pozo | Pozo tubular | Borehole |\n|  | agua | lluvia | Lluvia | Rain |")
CHILD = "<hijos><hijo>{}</hijo><g>{}</g></hijos>"
TOY = "<juguetes><juguete>{}</juguete>{}</juguetes>"
PART = "<piezas><pieza>{}</pieza></piezas>"
ALL = Filter()
EVA = CHILD.format("Eva", TOY.format("trompo", PART.format(1) + PART.format(2)) + TOY.format("soga", ""))


@pytest.fixture
def sent(units, phone):
    """Four records: of two versions, with repeats three deep, the newest without any."""
    builders.a_form(units, FIRST)
    send = lambda number, version, body: phone.send(  # noqa: E731
        builders.a_submission("casa", version, body, instance_id=f"uuid:{number}"))
    send(1, "1", f"<nombre>Ana</nombre><edad>30</edad><agua>rio</agua>{EVA}")
    builders.a_form(units, SECOND)
    send(2, "1", "<nombre>Beto</nombre><edad>41</edad>" + CHILD.format("Iris", "") + EVA)
    send(3, "2", f"<nombre>Carmen</nombre><agua>lluvia</agua><dia>2026-03-01</dia>{EVA}")
    assert send(4, "2", "").status_code == 201
    return units


@pytest.fixture
def opened():
    """Opens an extract: (extract, its unit), closed after the test."""
    kept = []

    def open_(units, filter=ALL):
        kept.append(units.open(access.SYSTEM))
        return extracting.open_extract(kept[-1], 1, "casa", filter), kept[-1]

    yield open_
    for unit in kept:
        unit.close()


def rows_of(extract, unit, path: str = "", page: int = 3, **options) -> list[dict]:
    found = []
    for batch in extract.batches(unit, page, **options):
        rows = batch.tables[path]
        assert all(len(values) == len(rows) for values in rows.cells.values())
        found += [dict(zip(rows.cells, values, strict=True)) for values in zip(*rows.cells.values(), strict=True)]
    return found


def test_a_value_on_an_old_record_is_never_missing(sent, opened):
    extract, unit = opened(sent)
    root = {one[KEY]: one for one in rows_of(extract, unit)}
    assert [root[f"uuid:{number}"].get("/edad") for number in (1, 2, 3, 4)] == [30, 41, None, None]
    assert [root[f"uuid:{number}"]["/agua"] for number in (1, 2, 3, 4)] == ["rio", None, "lluvia", None]
    assert root["uuid:3"]["/dia"] == "2026-03-01" and extract.versions == ("2", "1")


def test_what_is_asked_now_comes_first_and_labels_and_choices_are_of_every_version(sent, opened):
    extract, _unit = opened(sent)
    names = [one.name for one in extract.tables[0].variables if not one.is_fact]
    assert names.index("agua") < names.index("dia") < names.index("edad") == len(names) - 1
    water = extract.tables[0].variable("/agua")
    assert water.labels["English (en)"] == "From where?"
    assert [(one.name, one.labels["Español (es)"]) for one in water.categories] == [
        ("pozo", "Pozo tubular"), ("lluvia", "Lluvia"), ("rio", "Río")]
    assert variables.languages_of(extract.model, "en")[0] == "English (en)"


def test_repeats_three_deep_come_whole_and_know_the_row_above(sent, opened):
    extract, unit = opened(sent)
    assert [one.path for one in extract.tables] == [
        "", "/hijos", "/hijos/g/juguetes", "/hijos/g/juguetes/piezas"]
    children = rows_of(extract, unit, "/hijos")
    assert [(one["fact:KEY"], one["fact:PARENT_KEY"], one["/hijos/hijo"]) for one in children] == [
        ("uuid:3/hijos[1]", "uuid:3", "Eva"), ("uuid:2/hijos[1]", "uuid:2", "Iris"),
        ("uuid:2/hijos[2]", "uuid:2", "Eva"), ("uuid:1/hijos[1]", "uuid:1", "Eva")]
    above = {one["fact:KEY"] for one in rows_of(extract, unit, "/hijos/g/juguetes")}
    parts = rows_of(extract, unit, "/hijos/g/juguetes/piezas")
    assert len(above) == 6 and len(parts) == 6 and {one["fact:PARENT_KEY"] for one in parts} < above


@pytest.mark.parametrize("page", (1, 2, 500))
def test_batches_of_any_size_hold_the_same_rows_as_the_csv(sent, opened, page):
    extract, unit = opened(sent)
    with zipfile.ZipFile(io.BytesIO(b"".join(exporting.csv_zip(unit, 1, "casa")))) as archive:
        for table, name in zip(extract.tables, archive.namelist(), strict=True):
            written = list(csv.DictReader(io.StringIO(archive.read(name).decode())))
            read = rows_of(extract, unit, table.path, page)
            by_name = {one.name: one.id for one in table.variables}
            assert set(by_name) == set(written[0]), name
            assert [{key: "" if row[id] is None else str(row[id]) for key, id in by_name.items()}
                    for row in read] == written


def test_only_what_is_asked_for_is_read(sent, opened):
    extract, unit = opened(sent)
    root = rows_of(extract, unit, only={"": {"/edad"}})
    assert [one["/edad"] for one in root] == [None, None, 41, 30] and "/nombre" not in root[0]
    assert rows_of(extract, unit, "/hijos", only={"": {"/edad"}}) == []


@pytest.mark.parametrize("facts", [set(), {"fact:FormVersion"}])
def test_what_the_database_takes_out_of_rows_is_what_stands_in_them(sent, opened, facts):
    extract, unit = opened(sent)
    paths = {table.path: [one.id for one in table.variables if not one.is_fact] for table in extract.tables}
    for path, ids in paths.items():
        whole = rows_of(extract, unit, path)
        for wanted in ([], ids[:1], ids[-2:], ids):
            only = {"": facts, **{one: set() for one in paths if one}}
            only[path] = only.get(path, set()) | set(wanted)
            read = rows_of(extract, unit, path, only=only)
            assert [[row[id] for id in (*wanted, KEY)] for row in read] == [
                [row[id] for id in (*wanted, KEY)] for row in whole]
            if facts and not path:
                assert {row["fact:FormVersion"] for row in read} == {"1", "2"}


def test_states_and_days_narrow_the_records_and_their_repeats(sent, opened):
    sent.write(access.SYSTEM, lambda unit: review.decide(unit, 1, "casa", "uuid:2", "rejected"))
    extract, unit = opened(sent, Filter(states=("received",)))
    assert extract.total == 3 and [one[KEY] for one in rows_of(extract, unit)] == ["uuid:4", "uuid:3", "uuid:1"]
    assert {one["fact:PARENT_KEY"] for one in rows_of(extract, unit, "/hijos")} == {"uuid:1", "uuid:3"}
    extract, unit = opened(sent, Filter(states=("rejected",)))
    assert [one[REVIEW_STATE] for one in rows_of(extract, unit)] == ["rejected"]
    today = date.today()
    assert opened(sent, Filter(since=today + timedelta(days=2)))[0].total == 0
    assert opened(sent, Filter(until=today - timedelta(days=2)))[0].total == 0
    assert opened(sent, Filter(since=today - timedelta(days=2), until=today + timedelta(days=2)))[0].total == 4


def test_days_at_the_ends_of_the_calendar_narrow_nothing_or_all(sent, opened):
    assert opened(sent, Filter(since=date.min, until=date.max))[0].total == 4
    assert opened(sent, Filter(since=date.max))[0].total == opened(sent, Filter(until=date.min))[0].total == 0


def test_what_lies_in_the_trash_is_in_no_table(sent, opened):
    sent.write(access.SYSTEM, lambda unit: review.delete(unit, 1, "casa", "uuid:2"))
    extract, unit = opened(sent)
    assert extract.total == 3
    assert all("uuid:2" not in one["fact:KEY"] for path in ("", "/hijos", "/hijos/g/juguetes")
               for one in rows_of(extract, unit, path))


def test_some_records_alone(sent, opened):
    extract, unit = opened(sent)
    number = records.find_record(unit, 1, "casa", "uuid:2").submission.id
    batch = extract.batch_of(unit, [number, 999])
    assert batch.root.instances == ["uuid:2"] and len(batch.tables["/hijos"]) == 2
    assert len(extract.batch_of(unit, []).root) == 0


def test_the_edition_changes_with_every_change_of_a_record(sent, opened):
    editions = {opened(sent)[0].edition}
    sent.write(access.SYSTEM, lambda unit: review.decide(unit, 1, "casa", "uuid:1", "approved"))
    editions.add(opened(sent)[0].edition)
    sent.write(access.SYSTEM, lambda unit: review.delete(unit, 1, "casa", "uuid:2"))
    editions.add(opened(sent)[0].edition)
    sent.write(access.SYSTEM, lambda unit: review.restore(unit, 1, "casa", "uuid:2"))
    assert opened(sent)[0].edition in editions and len(editions) == 3  # as it was before it was deleted
    assert opened(sent)[0].edition == opened(sent)[0].edition


def test_who_may_not_read_the_form_gets_no_extract(sent, carol):
    with sent.reading(access.Actor(carol.id, "user", "Carol")) as unit, pytest.raises(Problem) as caught:
        extracting.open_extract(unit, 1, "casa")
    assert caught.value.code == 403.1
