"""The exported script really turns the raw zip into the clean one: it is run, by a Python that knows nothing else."""

import csv
import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings

from collector.domain.cleaning.running import Circumstances, Cleaning
from collector.domain.cleaning.script import python_script
from collector.domain.formats import csvtable
from collector.domain.formats.csvfile import file_names
from collector.domain.problems import Problem
from collector.domain.tabular.shape import FACT, Manner
from collector.domain.xpath.tree import Node
from tests.domain.cleaning.small import KEY, TABLES, TOYS, WITH_KEY, batch_of, recipe, step
from tests.domain.cleaning.test_laws import batches, recipes

HERE = Path(__file__).resolve().parents[3]
KEY_TEXT = KEY.hex()
FILES = file_names("mi form", [one.path for one in TABLES])

FAMILIES = batch_of(
    {"/nombre": " Ána, \"la\" Quispe ", "/g/edad": 40, "/g/peso": 60.5, "/cargo": "apu", "/usos": "agua luz",
     "/nacido": "1990-05-17", "/lugar": [-12.0464, -77.0428, None, 9.0], "/nota": "3/4/2024"},
    {"/nombre": "ana, \"LA\" quispe", "/g/edad": "doce", "/cargo": "otro", "/lugar": "por ahí", "/nota": "una\nlínea",
     FACT + "ReviewState": "approved"},
    {"/nota": "1.234,5", FACT + "ReviewState": "rejected", "/usos": "gas"},
    {"/nombre": "luz", "/g/peso": 1e22, "/nota": "-12.1, -77.2", "/g/edad": 3},
    children=[(4, 1, {"/hijos/alias": "x", "/hijos/anos": 9}), (4, 2, {"/hijos/anos": 2}), (3, 1, {}),
              (1, 1, {"/hijos/alias": "y"})],
    toys=[(4, 2, 1, {"/hijos/cosas/juguetes/que": "trompo"}), (1, 1, 1, {})])


def zipped(tables, batch):
    """A csv.zip of these tables and rows, in the default manner."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for table in tables:
            file = io.BytesIO()
            csvtable.write(file, table, lambda path=table.path: iter([batch.tables[path]]), None, Manner())
            target.writestr(FILES[table.path], file.getvalue())
    return out.getvalue()


def unzipped(data):
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        return {name: source.read(name).decode() for name in source.namelist()}


def run(text, folder, raw, *arguments, alone=True, key=KEY_TEXT):
    """What the script leaves; alone: by a Python without any package."""
    (folder / "limpiar.py").write_text(text, encoding="utf-8")
    (folder / "crudo.zip").write_bytes(raw)
    environment = {"COLLECTOR_PSEUDONYM_KEY": key, "SYSTEMROOT": os.environ.get("SYSTEMROOT", "")}
    if not alone:
        environment["PYTHONPATH"] = str(HERE)
    command = [sys.executable, *(["-I", "-S"] if alone else []), "limpiar.py", "crudo.zip", "limpio.zip", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (folder / "crudo.zip").read_bytes() == raw
    if done.returncode:
        return done.stderr
    return unzipped((folder / "limpio.zip").read_bytes())


def ours(made, batch, circumstances=WITH_KEY):
    """The clean export of the server itself."""
    ready = Cleaning(made, TABLES, circumstances)
    if ready.needs_survey:
        ready.survey(batch)
        ready.settle()
    return unzipped(zipped(ready.tables, ready.clean(batch)))


def same(made, folder, batch=FAMILIES, circumstances=WITH_KEY, alone=True):
    text = python_script(made, TABLES, circumstances, "mi form", "Limpieza, versión 3")
    assert KEY.hex() not in text and repr(KEY) not in text
    assert ("collector.domain" not in text.replace("collector.domain`", "")) == alone
    found = run(text, folder, zipped(TABLES, batch), alone=alone)
    assert found == ours(made, batch, circumstances)
    return text


PLAIN = [
    step("keep_states"), step("trim"), step("case", columns=["/nombre"], to="title"),
    step("accents", columns=["/nombre"], how="strip"),
    step("recode", column="/cargo", map={"otro": "apu", "": "nadie"}),
    step("merge", column="/usos", from_=["agua", "luz"], to="servicio"),
    step("map_table", column="/nombre", rows=[["ANA, \"la\" quispe", "1"]], folded=True, into="codigo",
         missing="blank"),
    step("parse_number", columns=["/g/edad"], whole=True), step("parse_date", columns=["/nota"]),
    step("parse_point", column="/nota"),
    step("fix_cell", record="uuid:1", key="hijos[1]", column="/hijos/anos", value="7"),
    step("fix_cell", record="uuid:1", column="/nombre", value="Luz", before="luz"),
    step("rename", column="/cargo", to="nombre2"), step("order", columns=["/cargo", "/usos"]),
    step("drop", columns=["/g/peso"]), step("classify", columns=["/nacido"], class_="personal"),
    step("protect", class_="personal", how="month"), step("protect", columns=["/lugar"], how="area"),
    step("protect", columns=["/nombre"], how="pseudonym"), step("protect", columns=[FACT + "KEY"], how="pseudonym"),
    step("deduplicate", columns=["/nombre"], keep="fullest"),
]


def test_without_expressions_it_needs_nothing_but_python(tmp_path):
    text = same(recipe(*PLAIN), tmp_path)
    assert "# 4. Quita las tildes de Nombre (la ñ se queda)" in text
    assert "por una razón" in text


@pytest.mark.parametrize("said", PLAIN + [
    step("deduplicate", columns=["/nombre"], keep="last"), step("deduplicate", columns=["/nombre"], keep="approved"),
    step("deduplicate", columns=["/nombre"], folded=False, apart=["uuid:4"]),
    step("recode", column="/usos", map={"agua luz": "gas", "gas": ""}, others="blank"),
    step("parse_number", columns=["/nota"], decimal=",", thousands="."),
    step("parse_point", column="/g/edad", other="/g/peso", into="sitio"),
    step("protect", columns=["/nombre"], how="drop"),
    step("protect", columns=["/nacido"], how="year"), step("protect", columns=["/lugar"], how="mask"),
    step("rename", column="/g/edad", to="nota"),
], ids=lambda said: said["type"])
def test_every_step_without_expressions(said, tmp_path):
    same(recipe(said), tmp_path)


def test_with_expressions_it_needs_this_project(tmp_path):
    there = Circumstances(pseudonym_key=KEY, zone=ZoneInfo("America/Lima"), language="es", root_name="mi_form",
                          instances={"cargos": listed()})
    made = recipe(
        step("filter_rows", table=TOYS.path, where="${que} != ''"), step("rename", column="/nombre", to="quien"),
        step("filter_rows", where="${edad} > 50", effect="drop"),
        step("derive", name="hijos", type="int", expression="count(/data/hijos)"),
        step("derive", name="dice", table="/hijos", expression="concat(${nombre}, ' ', ${anos} + 1)"),
        step("derive", name="cargo_es", expression="jr:choice-name(${cargo}, '${cargo}')"),
        step("derive", name="lista", expression="instance('cargos')/root/item[name = ${cargo}]/label"),
        step("derive", name="edad", type="int", expression="int((today() - ${nacido}) div 365.25)"),
        step("set_where", column="/nota", where="${edad} = 35 or ${quien} = ''", value="x"),
        step("set_where", column="/g/edad", where=". > 3", expression=". * 2"),
        step("blank_where", column="/cargo", where=". = 'otro'"),
        step("protect", columns=["/nombre"], how="mask"),
        step("set_where", column="/nombre", where="true()", value="Ana"),
        step("deduplicate", columns=["/nota"]))
    same(made, tmp_path, circumstances=there, alone=False)


def listed():
    root = Node("root")
    item = root.add(Node("item"))
    item.add(Node("name", "apu"))
    item.add(Node("label", "Apu «mayor»"))
    return root


def test_what_is_off_or_cannot_run_is_told_and_not_done(tmp_path):
    made = recipe(step("drop", columns=["/nota"]), step("trim", columns=["/nota"]), step("drop", columns=["/cargo"]))
    text = same(made.switched("s3", False), tmp_path)
    assert "Apagado / off." in text
    assert "No se aplica / not applied: La columna «/nota»" in text
    same(recipe(), tmp_path)


def test_nothing_that_a_person_wrote_becomes_code(tmp_path):
    evil = 'x"""\nimport os\nos._exit(3)\n\'\'\'\\'
    made = recipe({**step("recode", column="/cargo", map={"apu": evil, "\u2028": "\u0000a"}), "reason": evil},
                  step("drop", columns=["/nota"]))
    text = python_script(made, TABLES, WITH_KEY, evil, evil, FILES)
    assert run(text, tmp_path, zipped(TABLES, FAMILIES)) == ours(made, FAMILIES)


def test_the_key_comes_from_outside(tmp_path):
    made = recipe(step("protect", columns=["/nombre"], how="pseudonym"))
    text, raw = python_script(made, TABLES, WITH_KEY, "mi form"), zipped(TABLES, FAMILIES)
    assert "COLLECTOR_PSEUDONYM_KEY" in text.split('"""')[1]
    assert "clave" in run(text, tmp_path, raw, key="")
    assert run(text, tmp_path, raw, "--key", KEY.hex(), key="") == ours(made, FAMILIES)


def test_another_zip_is_told(tmp_path):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        target.writestr("otro.csv", "KEY\n")
    text = python_script(recipe(step("trim")), TABLES, WITH_KEY, "mi form")
    assert "no contiene" in run(text, tmp_path, out.getvalue())


def test_answers_of_an_earlier_field_are_found_in_a_zip_that_keeps_them_apart(tmp_path):
    batch = batch_of({"/nombre": "Ana"}, {"/nota": "Luz "}, {"/nombre": "Eva", "/nota": "x"})
    raw = zipped(TABLES, batch)
    later = tuple(table.with_variables(one for one in table.variables if one.id != "/nota") for table in TABLES)
    text = python_script(recipe(step("trim")), later, WITH_KEY, "mi form", moved={"/nota": "/nombre"})
    rows = csv.DictReader(io.StringIO(run(text, tmp_path, raw)["mi form.csv"]))
    assert [one["nombre"] for one in rows] == ["Ana", "Luz", "Eva"]


def test_a_file_of_the_form_is_not_there_for_a_script():
    made = recipe(step("derive", name="x", expression="pulldata('a', 'b', 'c', ${nombre})"))
    with pytest.raises(Problem) as caught:
        python_script(made, TABLES, WITH_KEY, "mi form")
    assert caught.value.code == 501.1


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(recipes, batches())
def test_any_recipe_any_rows(tmp_path_factory, made, batch):
    text = python_script(made, TABLES, WITH_KEY, "mi form")
    found = run(text, tmp_path_factory.mktemp("script"), zipped(TABLES, batch), alone="collector.domain" not in text)
    assert found == ours(made, batch)
