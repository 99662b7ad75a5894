"""The page of exports: what would come out, asking, following, downloading in parts, reading it, failing, deleting."""

import io
import json
import re
import zipfile
from urllib.parse import parse_qs, urlsplit

import pytest

from collector.domain import access, data_problems
from collector.services import building, packing, recipes
from tests import builders
from tests.services.people_asked import send_people

HERE = "/projects/1/exports"
PERSONAL = {"type": "classify", "settings": {"columns": ["/nombre", "/datos/edad"], "class": "personal"}}
SENSITIVE = {"type": "classify", "settings": {"columns": ["/datos/sexo"], "class": "sensitive"}}
MASK = {"type": "protect", "settings": {"columns": ["/nombre", "/datos/edad", "/datos/sexo"], "how": "mask"}}
OLDER = {"type": "filter_rows", "settings": {"where": "${edad} >= 30"}}
WANTED = {"form": "gente", "format": ["csv", "xlsx"], "language": "Español (es)", "labels": "y", "names": "y",
          "purpose": "Informe <mensual>"}


@pytest.fixture
def people(units, phone):
    send_people(units, phone)
    return units


def a_recipe(units, *steps, name="Mensual"):
    return units.write(access.SYSTEM, lambda unit: recipes.create_recipe(unit, 1, "gente", name, list(steps))).row.id


def asked(browser, **changes):
    """The page after an export was asked for."""
    answer = browser.post(HERE, data={**WANTED, **changes})
    assert answer.status_code == 303, answer.text
    return browser.get(answer.location)


def the_one(browser, text):
    """The address of the newest export in a page."""
    return re.search(r'href="(/projects/1/exports/gente/\d+)"', text)[1]


def test_without_forms_or_records_the_page_says_so(units, bobs):
    assert "Todavía no hay formularios" in bobs.get(HERE).text
    builders.simple_form(units)
    text = bobs.get(HERE).text
    assert "No saldría ningún registro." in text and "Nadie pidió todavía" in text and "Preparar 0 registros" in text


def test_the_button_tells_how_many_come_out(people, bobs):
    text = bobs.get(f"{HERE}?form=gente").text
    assert "Preparar 12 registros" in text and 'name="csrf_token" value="' in text.partition("Para qué")[2]
    assert 'value="xlsx" checked' in text and 'value="csv" checked' not in text
    assert 'href="/projects/1/forms/gente/export.csv.zip"' in text, "the CSV of always stays within reach"
    number = a_recipe(people, OLDER)
    text = bobs.get(f"{HERE}?form=gente&format=csv&data={number}").text
    assert "Preparar 7 registros" in text and 'value="csv" checked' in text and 'value="xlsx" checked' not in text
    assert "Preparar 0 registros" in bobs.get(f"{HERE}?form=gente&format=csv&state=approved").text
    assert "Preparar 12 registros" in bobs.get(f"{HERE}?form=gente&format=csv&state=unrejected&since=2020-01-01").text


def test_what_leaves_about_people_is_told(people, bobs):
    assert "Nadie clasificó todavía" in bobs.get(f"{HERE}?form=gente").text
    personal = a_recipe(people, PERSONAL)
    text = bobs.get(f"{HERE}?form=gente&data={personal}").text
    assert "Contiene datos personales." in text and "nombre, datos-edad" in text
    masked = a_recipe(people, PERSONAL, SENSITIVE, MASK, name="Segura")
    text = bobs.get(f"{HERE}?form=gente&data={masked}").text
    assert "Los datos personales salen protegidos." in text and "sin proteger" not in text
    raw = bobs.get(f"{HERE}?form=gente").text
    assert "Contiene datos personales sensibles." in raw and "datos-sexo" in raw


def test_an_export_is_asked_for_built_and_downloaded_in_parts(people, bobs):
    text = asked(bobs, since="2020-01-01").text
    assert "La exportación está en camino." in text and "CSV, XLSX · sin limpiar" in text
    assert "Bajar" in text and "12 filas" in text and "Se guarda hasta el" in text
    assert 'hx-trigger="every 2s"' not in text, "what is done is not asked for again"
    here = the_one(bobs, text)
    whole = bobs.get(f"{here}/file")
    names = zipfile.ZipFile(io.BytesIO(whole.data)).namelist()
    assert {"gente.csv", "gente-hijos.csv", "gente.xlsx"} <= set(names)
    assert whole.headers["Accept-Ranges"] == "bytes" and "attachment" in whole.headers["Content-Disposition"]
    rest = bobs.get(f"{here}/file", headers={"Range": "bytes=100-", "If-Range": whole.headers["ETag"]})
    assert rest.status_code == 206 and rest.data == whole.data[100:]


def test_one_export_tells_what_came_out_and_what_was_asked(people, bobs):
    here = the_one(bobs, asked(bobs, split="y").text)
    text = bobs.get(here).text
    assert "gente-hijos.csv" in text and "Informe &lt;mensual&gt;" in text and "bob" in text.lower()
    assert "Texto de las opciones en vez de códigos · Selección múltiple en varias columnas" in text
    assert re.search(r"[0-9a-f]{64}", text) and f'{here}/manifest.json"' in text
    manifest = json.loads(bobs.get(f"{here}/manifest.json").data)
    assert manifest["resources"] and json.loads(bobs.get(f"{here}/receipt.json").data)
    book = bobs.get(f"{here}/codebook")
    assert book.content_type.startswith("text/html") and "Sexo" in book.text
    policy = book.headers["Content-Security-Policy"]
    assert "sandbox" in policy and "default-src 'none'" in policy and "allow-scripts" not in policy


def test_what_is_missing_stands_beside_its_input(people, bobs):
    answer = bobs.post(HERE, data={**WANTED, "format": []})
    assert answer.status_code == 422 and "Elija al menos un formato." in answer.text
    assert "Informe &lt;mensual&gt;" in answer.text, "what was typed stays"
    assert bobs.post(HERE, data={**WANTED, "format": ["exe"]}).status_code == 422
    assert bobs.post(HERE, data={**WANTED, "form": "nothing"}).status_code == 404
    assert "Nadie pidió todavía" in bobs.get(f"{HERE}?form=gente").text


def test_one_under_way_is_followed_and_cancelled(people, bobs):
    people.wake = lambda: None
    text = asked(bobs).text
    assert "En espera" in text and "<progress" in text and "Ver cómo va" in text
    part = bobs.get(f"{HERE}/recent?form=gente").text
    assert part.lstrip().startswith("<aside") and 'hx-trigger="every 2s"' in part and "<html" not in part
    number = re.search(r'id="e(\d+)"', text)[1]
    here = f"{HERE}/gente/{number}"
    assert "Se está preparando" in bobs.get(here).text and bobs.get(f"{here}/file").status_code == 409
    assert "La exportación se canceló." in bobs.get(bobs.post(f"{here}/cancel").location).text
    assert 'hx-trigger="every 2s"' not in bobs.get(f"{HERE}/recent?form=gente").text
    assert "Se canceló." in bobs.get(here).text


def test_why_one_failed_and_what_to_do(people, bobs, monkeypatch):
    def fail(*_about):
        raise data_problems.counts_differ("gente.csv", 12, 11)

    monkeypatch.setattr(packing, "pack", fail)
    text = asked(bobs, state="received", split="y").text
    assert "No se generó" in text and "Ver por qué" in text
    told = bobs.get(the_one(bobs, text)).text
    assert data_problems.counts_differ("gente.csv", 12, 11).es in told.replace("&#34;", '"')
    again = re.search(r'href="([^"]+)">Pedirla otra vez', told)[1].replace("&amp;", "&")
    query = parse_qs(urlsplit(again).query)
    assert query["form"] == ["gente"] and query["format"] == ["csv", "xlsx"] and query["split"] == ["y"]
    assert query["state"] == ["received"] and query["purpose"] == ["Informe <mensual>"]
    text = bobs.get(again).text
    assert 'value="csv" checked' in text and 'name="split" value="y" checked' in text
    assert 'name="bom" value="y"> ' in text, "what was not chosen then is not now"


def test_a_file_is_deleted_before_its_time(people, bobs):
    here = the_one(bobs, asked(bobs).text)
    assert "El archivo se borró." in bobs.get(bobs.post(f"{here}/cancel").location).text
    assert "El archivo ya no se guarda." in bobs.get(here).text and bobs.get(f"{here}/file").status_code == 404
    assert "Bajar" not in bobs.get(f"{HERE}?form=gente").text


def test_an_export_by_a_recipe_names_it(people, bobs):
    number = a_recipe(people, OLDER)
    text = asked(bobs, data=str(number), format=["csv"]).text
    assert "CSV · receta «Mensual», versión 1" in text and "7 filas" in text
    people.write(access.SYSTEM, lambda unit: recipes.drop_recipe(unit, 1, "gente", number))
    assert "con una receta borrada" in bobs.get(f"{HERE}?form=gente").text


def test_who_may_only_look_exports_and_strangers_do_not(app, people, carols, bobs):
    here = the_one(bobs, asked(bobs).text)
    for address in (HERE, f"{HERE}?form=gente", here, f"{here}/file", f"{HERE}/recent?form=gente"):
        assert carols.get(address).status_code == 403
    assert carols.post(HERE, data=WANTED).status_code == 403
    people.write(access.SYSTEM, lambda unit: builders.add_grant(
        unit, builders.person(app, "carol").id, access.VIEWER.id, "project", 1))
    assert "Bajar" in asked(builders.a_browser(app, "carol"), format=["jsonl"]).text
    with people.reading(access.SYSTEM) as unit:
        assert len(building.list_exports(unit, 1, "gente")) == 2
    assert bobs.get(f"{HERE}/gente/999").status_code == 404


def test_in_english(app, people):
    english = builders.a_browser(app, "bob")
    english.set_cookie("language", "en")
    text = asked(english).text
    for words in ("Export data", "Prepare 12 records", "Download", "Nobody has classified", "CSV, XLSX · raw"):
        assert words in text
