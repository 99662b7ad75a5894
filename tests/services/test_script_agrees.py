"""The script of a recipe, run on the raw zip, makes the very files that the server makes with the recipe."""

import io
import subprocess
import sys
import zipfile

import pytest

from collector.domain import access
from collector.services import cleaned_csv, exporting, mappings, orders, recipe_text, recipes, review
from tests import builders

FORM = """
| survey |
|  | type              | name   | label |
|  | text              | nombre | Nombre |
|  | {age}             | {name} | Edad |
|  | select_multiple c | cultivo | Cultivo |
|  | geopoint          | lugar  | Lugar |
|  | date              | nacio  | Nació |
|  | begin repeat      | hijos  | Hijos |
|  | text              | hijo   | Hijo |
|  | integer           | anios  | Años |
|  | end repeat        |        |       |
| choices |
|  | list_name | name | label |
|  | c | yuca  | Yuca |
|  | c | maiz  | Maíz |
| settings |
|  | form_title | form_id | version |
|  | Casa       | casa    | {version} |
"""
PLAIN = [
    {"type": "keep_states"}, {"type": "trim"},
    {"type": "case", "settings": {"columns": ["/nombre"], "to": "title"}},
    {"type": "recode", "settings": {"column": "/cultivo", "map": {"yuca": "mandioca"}}},
    {"type": "fix_cell", "reason": "por teléfono", "settings": {
        "record": "uuid:3", "key": "hijos[1]", "column": "/hijos/anios", "value": "9"}},
    {"type": "deduplicate", "settings": {"columns": ["/nombre"]}},
    {"type": "protect", "settings": {"columns": ["/nacio"], "how": "month"}},
    {"type": "rename", "settings": {"column": "/nombre", "to": "quien"}},
    {"type": "drop", "settings": {"columns": ["/lugar"]}}]
EXPRESSIONS = [
    {"type": "derive", "settings": {"name": "menor", "type": "boolean", "expression": "${edad_anios} < 18"}},
    {"type": "derive", "settings": {"name": "n", "table": "/hijos", "type": "int", "expression": "${anios} + 1"}},
    {"type": "filter_rows", "settings": {"where": "count(${hijos}) > 0 or ${edad_anios} > 5"}}]


@pytest.fixture
def sent(units, phone, system):
    """Two versions, a field renamed between them and mapped, a double, a rejected record, repeats."""
    child = "<hijos><hijo>{}</hijo><anios>{}</anios></hijos>"
    builders.a_form(units, FORM.format(age="integer", name="edad", version=1))
    send = lambda number, version, body: phone.send(  # noqa: E731
        builders.a_submission("casa", version, body, instance_id=f"uuid:{number}"))
    send(1, "1", "<nombre> ana de la cruz</nombre><edad>30</edad><cultivo>yuca maiz</cultivo>"
         "<nacio>1990-05-17</nacio>")
    send(2, "1", "<nombre>Beto, \"el\"\nviejo</nombre><edad>7</edad><lugar>-4.5 -77.25 0 5</lugar>"
         + child.format("Eva", 3))
    builders.a_form(units, FORM.format(age="integer", name="edad_anios", version=2))
    send(3, "2", "<nombre>Ñaña</nombre><edad_anios>12</edad_anios>" + child.format(" Noé ", 4)
         + child.format("Ida", ""))
    send(4, "2", "<nombre>ANA DE LA CRUZ</nombre><edad_anios>2</edad_anios>")
    send(5, "2", "<nombre>Rechazada</nombre>")
    assert send(6, "2", "").status_code == 201
    builders.run_steps(units)
    system(lambda unit: review.decide(unit, 1, "casa", "uuid:5", "rejected"))
    system(lambda unit: mappings.map_column(unit, 1, "casa", "/edad", "/edad_anios", "cambió de nombre"))
    return units


def zipped(units, make) -> bytes:
    with units.reading(access.SYSTEM) as unit:
        return b"".join(make(unit))


@pytest.mark.parametrize("steps", [PLAIN, [*PLAIN, *EXPRESSIONS]], ids=["plain", "expressions"])
def test_the_same_files_to_the_byte(sent, system, tmp_path, steps):
    number = system(lambda unit: recipes.create_recipe(unit, 1, "casa", "Base", steps)).row.id
    raw = zipped(sent, lambda unit: cleaned_csv.csv_zip(unit, 1, "casa", orders.order(files=False)))
    clean = zipped(sent, lambda unit: cleaned_csv.csv_zip(unit, 1, "casa", orders.order(recipe_id=number, files=False)))
    with sent.reading(access.SYSTEM) as unit:
        script = recipe_text.python_script(unit, 1, "casa", number)
    (tmp_path / "limpiar.py").write_text(script, encoding="utf-8")
    (tmp_path / "raw.zip").write_bytes(raw)
    done = subprocess.run([sys.executable, "limpiar.py", "raw.zip", "clean.zip"], cwd=tmp_path, capture_output=True,
                          text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    made, wanted = zipfile.ZipFile(tmp_path / "clean.zip"), zipfile.ZipFile(io.BytesIO(clean))
    assert made.namelist() == wanted.namelist()
    for name in wanted.namelist():
        assert made.read(name).decode() == wanted.read(name).decode(), name
    assert "mandioca" in wanted.read("casa.csv").decode() and "uuid:5" not in wanted.read("casa.csv").decode()


def test_without_mappings_the_zip_of_the_server_is_raw_enough(units, phone, system, tmp_path):
    builders.simple_form(units)
    phone.send(builders.a_submission(body="<nombre> Ana </nombre><edad>3</edad>", instance_id="uuid:1"))
    builders.run_steps(units)
    steps = [{"type": "trim"}, {"type": "case", "settings": {"columns": ["/nombre"], "to": "upper"}}]
    number = system(lambda unit: recipes.create_recipe(unit, 1, "simple", "Base", steps)).row.id
    (tmp_path / "raw.zip").write_bytes(zipped(units, lambda unit: exporting.csv_zip(unit, 1, "simple")))
    with units.reading(access.SYSTEM) as unit:
        (tmp_path / "limpiar.py").write_text(recipe_text.python_script(unit, 1, "simple", number), encoding="utf-8")
    subprocess.run([sys.executable, "limpiar.py", "raw.zip", "clean.zip"], cwd=tmp_path, check=True,
                   capture_output=True)
    assert b",ANA,3," in zipfile.ZipFile(tmp_path / "clean.zip").read("simple.csv")
