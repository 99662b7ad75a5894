"""Exports cleaned by a recipe: what it drops or hides is in no file, no name and no picture; the version is noted."""

import csv
import io
import json

import pytest

from collector.domain import access
from collector.domain.problems import Problem
from collector.services import mappings, recipes, review
from tests import builders
from tests.services.test_building import ask, nobody_builds, seen, unzipped
from tests.services.test_extracting import sent  # noqa: F401  four records of two versions, repeats three deep

PHOTOS = """
| survey |
|  | type     | name   | label  |
|  | text     | nombre | Nombre |
|  | image    | foto   | Foto   |
|  | image    | plano  | Plano  |
|  | geopoint | lugar  | Lugar  |
| settings |
|  | form_title | form_id | version | instance_name |
|  | Casas      | casas   | 1       | ${nombre} |
"""


@pytest.fixture
def photos(units, phone):
    builders.a_form(units, PHOTOS)
    for number, name in ((1, "Rosa"), (2, "Luz")):
        body = f"<nombre>{name}</nombre><foto>f.jpg</foto><plano>p.jpg</plano><lugar>-8.5 -74.25 150 5</lugar>"
        xml = builders.a_submission("casas", body=body, instance_id=f"uuid:{number}").replace(
            "</meta>", f"<instanceName>{name}</instanceName></meta>")
        assert phone.send(xml, {"f.jpg": b"cara %d" % number, "p.jpg": b"plano %d" % number}).status_code == 201


def keep(units, form: str, *steps: tuple) -> int:
    plain = [{"type": type, "settings": settings} for type, settings in steps]
    return units.write(access.SYSTEM, lambda unit: recipes.create_recipe(unit, 1, form, "Limpia", plain).row.id)


def rows(data: bytes) -> list[dict]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


@pytest.mark.usefixtures("sent")
def test_rows_that_a_recipe_drops_go_with_their_repeats_from_every_format(units):
    number = keep(units, "casa", ("filter_rows", {"where": "${nombre} != 'Beto'"}),
                  ("recode", {"column": "/agua", "map": {"rio": "Río"}}))
    job = ask(units, formats=["csv", "jsonl", "parquet", "xlsx"], recipe_id=number)
    assert job.row.state == "done", job.row.problem
    files = unzipped(units, job)
    counts = job.row.counts
    for stem in ("casa", "casa-hijos", "casa-juguetes", "casa-piezas"):
        names = {row["KEY"].partition("/")[0] for row in rows(files[f"{stem}.csv"])}
        assert "uuid:2" not in names
        assert counts[f"{stem}.csv"]["rows"] == counts[f"{stem}.jsonl"]["rows"] == counts[f"{stem}.parquet"]["rows"]
    assert {row["agua"] for row in rows(files["casa.csv"])} == {"Río", "lluvia", ""}
    told = json.loads(files["datapackage.json"])["collector"]
    assert told["recipe"]["name"] == "Limpia" and told["recipe"]["version"] == 1
    raw = unzipped(units, ask(units))
    assert "uuid:2" in {row["KEY"] for row in rows(raw["casa.csv"])}


@pytest.mark.usefixtures("photos")
def test_what_is_hidden_is_in_no_picture_and_no_name(units):
    number = keep(units, "casas", ("protect", {"columns": ["/nombre", "/meta/instanceName"], "how": "drop"}),
                  ("protect", {"columns": ["/foto"], "how": "mask"}), ("drop", {"columns": ["/lugar"]}))
    job = ask(units, form="casas", recipe_id=number)
    assert job.row.state == "done", job.row.problem
    files = unzipped(units, job, "casas")
    pictures = {data for name, data in files.items() if name.startswith("media/")}
    assert pictures == {b"plano 1", b"plano 2"}
    assert [one["question"] for one in rows(files["media.csv"])] == ["plano", "plano"]
    for name, data in files.items():
        assert "Rosa" not in name and b"Rosa" not in data and b"-74.25" not in data, name
    raw = unzipped(units, ask(units, form="casas"), "casas")
    assert any("Rosa" in name for name in raw) and len([name for name in raw if name.startswith("media/")]) == 4


@pytest.mark.usefixtures("photos")
def test_the_version_in_force_when_asked_is_the_one_that_is_built(units):
    nobody_builds(units)
    number = keep(units, "casas", ("keep_states", {}))
    job = ask(units, form="casas", recipe_id=number)
    units.write(access.SYSTEM, lambda unit: recipes.save_recipe(
        unit, 1, "casas", number, 1, [{"type": "drop", "settings": {"columns": ["/nombre"]}}]))
    builders.run_steps(units)
    assert job.order.recipe_version == 1
    job = seen(units, job.row.id, "casas")
    assert "nombre" in rows(unzipped(units, job, "casas")["casas.csv"])[0]


@pytest.mark.usefixtures("photos")
def test_states_and_days_are_chosen_and_told(units):
    units.write(access.SYSTEM, lambda unit: review.decide(unit, 1, "casas", "uuid:1", "approved"))
    files = unzipped(units, ask(units, form="casas", states=["approved"], formats=["csv", "geojson"]), "casas")
    assert [row["nombre"] for row in rows(files["casas.csv"])] == ["Rosa"]
    assert len(json.loads(files["casas.geojson"])["features"]) == 1
    told = json.loads(files["datapackage.json"])["collector"]
    assert told["filters"] == {"states": ["approved"], "since": None, "until": None}
    assert told["review"] == {"approved": 1} and told["records"] == 1
    assert rows(unzipped(units, ask(units, form="casas", since="2999-01-01"), "casas")["casas.csv"]) == []


@pytest.mark.usefixtures("photos")
def test_a_recipe_of_another_form_is_none_of_this_one(units):
    builders.simple_form(units)
    with pytest.raises(Problem) as caught:
        ask(units, form="simple", recipe_id=keep(units, "casas"))
    assert caught.value.code == 404.1


def test_a_field_that_moved_and_one_that_went_are_whole_in_every_format(units, phone):
    """Filled with three versions: the age moved into a group, the phone number went, a repeat came."""
    pandas = pytest.importorskip("pandas")
    survey = "| survey |\n|  | type | name | label |\n|  | text | nombre | Nombre |\n{}\n| settings |\n" \
             "|  | form_title | form_id | version |\n|  | Censo | censo | {} |\n"
    age, group = "|  | integer | edad | Edad |", "|  | begin group | g | G |\n{}\n|  | end group | | |"
    repeat = "|  | begin repeat | hijos | Hijos |\n|  | text | hijo | Hijo |\n|  | end repeat | | |"
    bodies = ("<nombre>Ana</nombre><edad>30</edad><fono>9</fono>", "<nombre>Luz</nombre><g><edad>41</edad></g>",
              "<nombre>Eva</nombre><g><edad>7</edad></g><hijos><hijo>Iris</hijo></hijos><hijos><hijo>Io</hijo></hijos>")
    for number, fields in enumerate((f"{age}\n|  | text | fono | Fono |", group.format(age),
                                     f"{group.format(age)}\n{repeat}"), 1):
        builders.a_form(units, survey.format(fields, number))
        assert phone.send(builders.a_submission("censo", str(number), bodies[number - 1])).status_code == 201
    units.write(access.SYSTEM, lambda unit: mappings.map_column(unit, 1, "censo", "/edad", "/g/edad", "mudada"))
    job = ask(units, form="censo", formats=["csv", "xlsx", "parquet", "stata", "spss", "jsonl"])
    assert job.row.state == "done", job.row.problem
    files = unzipped(units, job, "censo")
    people = rows(files["censo.csv"])
    assert [(one["nombre"], one["g-edad"], one["fono"]) for one in people] == [
        ("Eva", "7", ""), ("Luz", "41", ""), ("Ana", "30", "9")]
    assert list(pandas.read_parquet(io.BytesIO(files["censo.parquet"]))["g-edad"]) == [7, 41, 30]
    assert list(pandas.read_stata(io.BytesIO(files["censo.dta"]))["g_edad"]) == [7, 41, 30]
    book = pandas.read_excel(io.BytesIO(files["censo.xlsx"]), sheet_name=None)
    assert list(book["censo"]["g-edad"]) == [7, 41, 30] and list(book["hijos"]["hijo"]) == ["Iris", "Io"]
    assert [json.loads(line)["g-edad"] for line in files["censo.jsonl"].splitlines()] == [7, 41, 30]
    endings = (".csv", ".parquet", ".dta", ".sav", ".jsonl")
    assert {job.row.counts[f"censo{ending}"]["rows"] for ending in endings} == {3}
