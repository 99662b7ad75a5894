"""The script of a recipe, run on the raw zip of a server, leaves what the server's own clean zip has."""

import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from collector.domain import access
from collector.services import (
    cleaned_csv,
    cleaning,
    exporting,
    extracting,
    mappings,
    orders,
    recipe_text,
    recipes,
)
from tests import builders

ROOT = Path(__file__).resolve().parents[2]
FORM = """
| survey |
|  | type                 | name     | label | calculation |
|  | start                | inicio   |       | |
|  | text                 | nombre   | Nombre | |
|  | integer              | {age}    | Edad | |
|  | begin group          | g        | Grupo | |
|  | select_one cargos    | cargo    | Cargo | |
|  | select_multiple usos | usos     | Usos | |
|  | geopoint             | lugar    | Lugar | |
|  | end group            |          |       | |
|  | decimal              | peso     | Peso | |
|  | date                 | nacido   | Nacido | |
|  | image                | foto     | Foto | |
|  | calculate            | saluda   |       | concat('Hola ', ${{nombre}}) |
|  | begin repeat         | hijos    | Hijos | |
|  | text                 | hijo     | Hijo | |
|  | begin repeat         | cosas    | Cosas | |
|  | text                 | cosa     | Cosa | |
|  | end repeat           |          |      | |
|  | end repeat           |          |      | |
| choices |
|  | list_name | name | label |
|  | cargos    | apu  | Apu |
|  | cargos    | jefe | Jefe |
|  | usos      | agua | Agua |
|  | usos      | luz  | Luz |
| settings |
|  | form_title | form_id | version |
|  | Casa       | casa    | {version} |
"""
STEPS = [
    {"type": "trim"}, {"type": "keep_states"},
    {"type": "case", "settings": {"columns": ["/nombre"], "to": "title"}},
    {"type": "merge", "settings": {"column": "/g/cargo", "from": ["apu", "jefe"], "to": "autoridad"}},
    {"type": "recode", "settings": {"column": "/g/usos", "map": {"luz": "electricidad"}}},
    {"type": "map_table", "settings": {"column": "/hijos/hijo", "rows": [["eva", "1"]], "folded": True, "into": "num"}},
    {"type": "fix_cell", "reason": "lo dijo por teléfono", "settings": {
        "record": "uuid:2", "key": "hijos[1]/cosas[1]", "column": "/hijos/cosas/cosa", "value": "olla"}},
    {"type": "deduplicate", "settings": {"columns": ["/nombre", "/nacido"], "keep": "fullest"}},
    {"type": "rename", "settings": {"column": "/peso", "to": "nombre"}},
    {"type": "protect", "settings": {"columns": ["/g/lugar"], "how": "area"}},
    {"type": "protect", "settings": {"columns": ["/nombre"], "how": "pseudonym"}},
    {"type": "protect", "settings": {"columns": ["fact:KEY"], "how": "pseudonym"}}]
EXPRESSIVE = [
    {"type": "filter_rows", "settings": {"where": "${anios} > 90 or ${SubmitterName} = 'nadie'", "effect": "drop"}},
    {"type": "filter_rows", "settings": {"table": "/hijos/cosas", "where": "${hijo} != 'Noé'"}},
    {"type": "derive", "settings": {"name": "n", "type": "int",
                                    "expression": "count(/data/hijos) * 10 + count(/data/hijos/cosas)"}},
    {"type": "derive", "settings": {"name": "al_llegar", "type": "int",
                                    "expression": "int((today() - ${nacido}) div 365.25)"}},
    {"type": "set_where", "settings": {"column": "/peso", "where": ". > 100", "expression": ". div 1000"}},
    {"type": "derive", "settings": {"name": "que", "expression": "jr:choice-name(${cargo}, '${cargo}')"}}]


@pytest.fixture
def sent(units, phone, system):
    """Records of two versions of a form, with a field that was renamed between them."""
    builders.a_form(units, FORM.format(age="edad", version=1))
    body = ("<inicio>2026-01-02T03:04:05.000-05:00</inicio><nombre>{}</nombre><{age}>{}</{age}><g><cargo>{}</cargo>"
            "<usos>{}</usos><lugar>{}</lugar></g><peso>{}</peso><nacido>{}</nacido><foto/><saluda>Hola {}</saluda>{}")
    child = "<hijos><hijo>{}</hijo><cosas><cosa>{}</cosa></cosas><cosas><cosa/></cosas></hijos>"

    def send(number, version, age, *cells, children=""):
        xml = builders.a_submission("casa", version, body.format(*cells, cells[0], children, age=age), f"uuid:{number}")
        assert phone.send(xml).status_code == 201

    send(1, "1", "edad", " ana  quispe", 30, "apu", "agua luz", "-12.04 -77.03 10 4.5", "60.25", "1990-05-17",
         children=child.format("Eva", "a, b") + child.format("Noé", "c"))
    send(2, "1", "edad", "LUZ", "doce", "otro", "", "por ahí", "7200", "1990-05-17",
         children=child.format("EVÁ ", "una\n\"línea\""))
    builders.a_form(units, FORM.format(age="anios", version=2))
    send(3, "2", "anios", "Ana Quispe ", 95, "jefe", "luz", "", "", "1990-05-17")
    send(4, "2", "anios", "Beto", 7, "jefe", "luz", "-3.5 -70.25 0 0", "1.5", "2018-02-03")
    builders.run_steps(units)
    system(lambda unit: mappings.map_column(unit, 1, "casa", "/edad", "/anios", "cambió de nombre"))


def unzipped(data):
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        return {name: source.read(name).decode() for name in source.namelist() if name.startswith("casa")}


@pytest.mark.parametrize("steps", [STEPS, EXPRESSIVE, EXPRESSIVE + STEPS], ids=["plain", "expressions", "both"])
def test_the_script_leaves_what_the_server_does(units, system, sent, steps, tmp_path):
    made = system(lambda unit: recipes.create_recipe(unit, 1, "casa", "Base", steps))
    number = made.row.id
    with units.reading(access.SYSTEM) as unit:
        script = recipe_text.python_script(unit, 1, "casa", number)
        raw = [b"".join(exporting.csv_zip(unit, 1, "casa")),
               b"".join(cleaned_csv.csv_zip(unit, 1, "casa", orders.order(files=False)))]
        clean = unzipped(b"".join(cleaned_csv.csv_zip(unit, 1, "casa", orders.order(files=False, recipe_id=number))))
        key = cleaning.circumstances(unit, extracting.open_extract(unit, 1, "casa"), made.recipe).pseudonym_key
    assert ("collector.domain" in script) == (steps is not STEPS)
    assert len(clean) == 3 and all(len(text.splitlines()) > 1 for text in clean.values())
    (tmp_path / "limpiar.py").write_text(script, encoding="utf-8")
    for data in raw:  # as ODK Central lays it out, and with the answers of the renamed field in their place
        (tmp_path / "crudo.zip").write_bytes(data)
        alone = ["-I", "-S"] if steps is STEPS else []
        done = subprocess.run(
            [sys.executable, *alone, "limpiar.py", "crudo.zip", "limpio.zip"], cwd=tmp_path, timeout=60, check=False,
            env={**os.environ, "PYTHONPATH": str(ROOT), "COLLECTOR_PSEUDONYM_KEY": key.hex()},
            capture_output=True, text=True)
        assert done.stderr == ""
        assert unzipped((tmp_path / "limpio.zip").read_bytes()) == clean
