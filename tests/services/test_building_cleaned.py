"""Exports cleaned by a recipe: what it drops or hides is in no file, no name and no picture; the version is noted."""

import csv
import io
import json

import pytest

from collector.domain import access
from collector.domain.problems import Problem
from collector.services import recipes, review
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
