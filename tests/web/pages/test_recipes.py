"""Recipes on the pages: made, steps added, tried, kept, switched, moved, dropped and undone, by one analyst or two."""

import io
import re

import pytest

from tests import builders

HERE = "/projects/1/forms/simple/recipes"
FORM = """
| survey |
|        | type               | name    | label::Español (es) | label::English (en) |
|        | text               | nombre  | Nombre              | Name                |
|        | select_one cargos  | cargo   | Cargo               | Office              |
|        | text               | anotado | Anotado el          | Noted on            |
|        | integer            | edad    | Edad                | Age                 |
|        | begin_repeat       | hijos   | Hijos               | Children            |
|        | text               | hijo    | Nombre del hijo     | Child               |
|        | end_repeat         |         |                     |                     |
| choices |
|         | list_name | name | label::Español (es) | label::English (en) |
|         | cargos    | apu  | Apu                 | Chief               |
|         | cargos    | jefe | Jefe                | Head                |
|         | cargos    | otro | Otro                | Other               |
| settings |
|        | form_title | form_id | version | default_language |
|        | Padrón     | simple  | 1       | Español (es)     |
"""
PEOPLE = (("  Ana   Ruiz", "apu", "3/11/2026", 30), ("LUIS", "jefe", "14/11/2026", 200), ("Rosa", "otro", "ayer", 41))


@pytest.fixture(autouse=True)
def records(units, phone):
    """Three records, of one form with a repeat."""
    builders.a_form(units, FORM)
    for n, (name, office, noted, age) in enumerate(PEOPLE, 1):
        body = (f"<nombre>{name}</nombre><cargo>{office}</cargo><anotado>{noted}</anotado><edad>{age}</edad>"
                f"<hijos><hijo>Hijo {n}</hijo></hijos>")
        assert phone.send(builders.a_submission(body=body, instance_id=f"uuid:{n}")).status_code == 201
    builders.run_steps(units)


@pytest.fixture
def recipe(bobs):
    """The address of a recipe with the step that every new one has."""
    answer = bobs.post(f"{HERE}/new", data={"name": "Acreditación"})
    assert answer.status_code == 303, answer.text
    return answer.location


def added(browser, recipe: str, kind: str, made_from: int, **settings):
    """The answer to a new step of this type."""
    return browser.post(f"{recipe}/steps/new?type={kind}", data={"made_from": made_from, **settings})


def words(answer) -> str:
    """What can be read on a page, spaces made one."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def test_the_form_leads_to_its_recipes(bobs):
    assert f'href="{HERE}"' in bobs.get("/projects/1/forms/simple").text
    assert f'href="{HERE}"' in bobs.get("/projects/1/cleaning").text
    empty = bobs.get(HERE).text
    assert "Todavía no hay recetas" in empty and f'href="{HERE}/new"' in empty


def test_a_recipe_is_made_with_its_first_step(bobs, recipe):
    page = words(bobs.get(recipe))
    assert "Receta «Acreditación»" in page and "1 paso, versión 1" in page
    assert "3 registros entran y 3 salen" in page and "1. Dejar por estado de revisión" in page
    export = re.search(r'href="([^"]+)">[^<]*<svg[^>]*><use[^>]*/></svg>Exportar con ella', bobs.get(recipe).text)[1]
    assert re.search(r'value="1" selected|selected value="1"', bobs.get(export.replace("&amp;", "&")).text)
    listed = words(bobs.get(HERE))
    assert "Acreditación" in listed and "Bob" in listed
    again = bobs.post(f"{HERE}/new", data={"name": "Acreditación"})
    assert again.status_code == 422 and "Ya hay una receta con este nombre." in again.text
    nameless = bobs.post(f"{HERE}/new", data={"name": " "})
    assert nameless.status_code == 422 and "Escriba un nombre" in nameless.text


def test_every_type_of_step_has_its_inputs(bobs, recipe):
    from collector.domain.cleaning.settings import TYPES

    types = bobs.get(f"{recipe}?add=").text
    for kind in TYPES:
        assert f"?add={kind}#open" in types, kind
        page = bobs.get(f"{recipe}?add={kind}")
        assert page.status_code == 200 and "Añadir el paso" in page.text, kind
    picker = bobs.get(f"{recipe}?add=recode").text
    assert '<optgroup label="Registros">' in picker and "Cargo (cargo)" in picker and "Nombre del hijo" in picker


def test_a_step_is_tried_before_it_is_kept(bobs, recipe):
    tried = bobs.post(f"{recipe}/steps/new/try?type=trim", data={"made_from": 1, "inner": "1", "reason": "Se ve mal"})
    assert tried.status_code == 200, words(tried)
    page = words(tried)
    assert "Es una prueba" in page and "1 celda en 1 fila" in page and "Ana Ruiz" in page and "Se ve mal" in page
    assert "versión 1" in words(bobs.get(recipe)) and "1 paso" in words(bobs.get(recipe))


def test_a_step_is_kept_and_undone(bobs, recipe):
    kept = added(bobs, recipe, "trim", 1, columns="/nombre", inner="1", reason="Se ve mal")
    assert kept.status_code == 303, words(kept)
    page = words(bobs.get(kept.location))
    assert "2 pasos, versión 2" in page and "El paso se añadió. Deshacer" in page and "Se ve mal" in page
    assert "2. Quitar espacios de más" in page and "1 celda" in page and "Bob" in page
    undone = bobs.post(f"{recipe}/revert", data={"made_from": 2, "to": 1})
    page = words(bobs.get(undone.location))
    assert "1 paso, versión 3" in page and "volvió a como estaba" in page
    assert bobs.post(f"{recipe}/revert", data={"made_from": 3, "to": 2}).status_code == 303
    assert "2 pasos, versión 4" in words(bobs.get(recipe))


def test_steps_are_switched_moved_and_dropped(bobs, recipe):
    added(bobs, recipe, "trim", 1, columns="/nombre")
    second = re.search(r"steps/(s\d+)/act", bobs.get(recipe).text.rpartition("step-2")[2])[1]
    off = bobs.post(f"{recipe}/steps/{second}/act", data={"made_from": 2, "act": "off"})
    page = bobs.get(off.location).text
    assert "apagado" in page and 'aria-checked="false"' in page and "El paso está apagado." in page
    assert bobs.post(f"{recipe}/steps/{second}/act", data={"made_from": 3, "act": "up"}).status_code == 303
    assert "1. Quitar espacios de más" in words(bobs.get(recipe))
    assert bobs.post(f"{recipe}/steps/{second}/act", data={"made_from": 4, "act": "drop"}).status_code == 303
    assert "1 paso, versión 5" in words(bobs.get(recipe))
    nothing = bobs.post(f"{recipe}/steps/s1/act", data={"made_from": 5, "act": "up"})
    assert "No hay nada nuevo que guardar." in words(bobs.get(nothing.location))


def test_two_analysts_do_not_overwrite_each_other(app, bobs, alices, recipe):
    added(bobs, recipe, "trim", 1, columns="/nombre")
    late = added(alices, recipe, "case", 1, columns="/nombre", to="upper", reason="Nombres iguales")
    assert late.status_code == 409
    page = words(late)
    assert "No se guardó: otra persona guardó antes." in page and "Bob guardó la versión 2" in page
    assert "quitar espacios de más: se añade." in page and "Nombres iguales" in page
    assert 'name="made_from" value="2"' in late.text
    assert added(alices, recipe, "case", 2, columns="/nombre", to="upper").status_code == 303
    switch = bobs.post(f"{recipe}/steps/s1/act", data={"made_from": 2, "act": "off"})
    assert switch.status_code == 409 and "Alice guardó la versión 3" in words(switch)
    assert "3 pasos, versión 3" in words(bobs.get(recipe))


def test_a_trial_on_an_old_version_does_not_win_over_a_newer(bobs, alices, recipe):
    added(bobs, recipe, "trim", 1, columns="/nombre")
    tried = alices.post(f"{recipe}/steps/new/try?type=accents", data={
        "made_from": 1, "columns": "/nombre", "how": "nfc"})
    assert 'name="made_from" value="1"' in tried.text.partition('id="open"')[2]


def test_what_is_wrong_stands_beside_its_input(bobs, recipe):
    missing = added(bobs, recipe, "blank_where", 1, column="", where="")
    assert missing.status_code == 422 and 'id="i-column-error"' in missing.text and "Falta este dato." in missing.text
    wrong = added(bobs, recipe, "blank_where", 1, column="/edad", where="${edad} > > 3")
    assert wrong.status_code == 422 and 'id="i-where-error"' in wrong.text and "revise «&gt; 3»" in wrong.text
    assert 'value="/edad" selected' in wrong.text
    unknown = added(bobs, recipe, "blank_where", 1, column="/edad", where="edades(${edad})")
    assert unknown.status_code == 422 and "No existe la función edades()" in words(unknown)
    tried = bobs.post(f"{recipe}/steps/new/try?type=blank_where", data={"column": "/edad", "where": "${edad} >"})
    assert tried.status_code == 200 and 'id="i-where-error"' in tried.text


def test_a_condition_is_tried_on_real_rows(bobs, recipe):
    kept = added(bobs, recipe, "blank_where", 1, column="/edad", where="${edad} > 120", reason="Nadie vive tanto")
    page = bobs.get(kept.location)
    assert "<del>200</del>" in page.text and "Sin respuesta" in page.text
    assert "/submissions/uuid:2/why?" in page.text.replace("%3A", ":")


def test_values_are_offered_for_recoding_and_merging(bobs, recipe):
    tried = bobs.post(f"{recipe}/steps/new/try?type=merge", data={"column": "/cargo"})
    assert tried.status_code == 200 and 'id="i-to-error"' in tried.text
    assert "-error" not in bobs.post(f"{recipe}/steps/new/try?type=merge&choosing=1", data={"column": "/cargo"}).text
    text = tried.text
    assert all(f'name="from" value="{value}"' in text for value in ("apu", "jefe", "otro")) and "1 fila" in words(tried)
    kept = added(bobs, recipe, "merge", 1, **{"column": "/cargo", "from": ["apu", "jefe"], "to": "jefatura"})
    page = bobs.get(kept.location)
    assert "2 celdas en 2 filas" in words(page) and "<del>apu</del>" in page.text
    recode = added(bobs, recipe, "recode", 2, column="/cargo", map_from=["jefatura", "otro"], map_to=["", "miembro"],
                   map_more="nadie → ninguno", map_blank="jefatura")
    page = bobs.get(recode.location).text
    assert "nadie → ninguno" in page and 'value="miembro"' in page
    assert re.search(r'name="map_blank" value="jefatura" checked', page)


def test_a_table_comes_from_a_file_with_an_answer_for_each_row(bobs, recipe):
    table = "antes,ahora\nLUIS,Luis\nLUIS,Lucho\nRosa\n"
    tried = bobs.post(f"{recipe}/steps/new/try?type=map_table", content_type="multipart/form-data", data={
        "column": "/nombre", "missing": "keep", "table_head": "1", "table_file": (io.BytesIO(table.encode()), "t.csv")})
    page = words(tried)
    assert tried.status_code == 200 and "1 fila de la tabla no sirve" in page
    assert "3 «LUIS» ya estaba con otro valor; vale esta fila." in page.replace("   ", " ")
    assert "Tiene 1 columna y deben ser dos." in page and "LUIS;Lucho" in tried.text
    kept = added(bobs, recipe, "map_table", 1, column="/nombre", missing="keep", rows="LUIS;Luis\n")
    assert "<ins>Luis</ins>" in bobs.get(kept.location).text
    same = bobs.post(f"{recipe}/steps/new/try?type=map_table", data={"column": "/nombre", "rows": "a;b;c"})
    assert "Tiene 3 columnas y deben ser dos." in words(same)


def test_each_step_reads_back_what_was_typed(bobs, recipe):
    typed = {
        "filter_rows": {"table": "/hijos", "effect": "drop", "where": "${hijo} = 'x'"},
        "case": {"columns": ["/nombre"], "to": "title"}, "accents": {"columns": ["/nombre"], "how": "strip"},
        "parse_number": {"columns": ["/anotado"], "decimal": ",", "thousands": "."},
        "parse_date": {"columns": ["/anotado"], "formats": "%d/%m/%Y"},
        "set_where": {"column": "/nombre", "where": "${edad} > 40", "value": "x"},
        "fix_cell": {"record": "uuid:3", "column": "/edad", "value": "42", "reason": "Lo dijo por teléfono"},
        "deduplicate": {"columns": ["/nombre"], "keep": "last", "folded": "1", "apart": "uuid:1\nuuid:2"},
        "derive": {"name": "decada", "table": "", "type": "int", "expression": "int(${edad} div 10)",
                   "label:": "Década"},
        "rename": {"column": "/edad", "to": "edad_en_anos"}, "order": {"columns": "edad_en_anos\n/nombre"},
        "drop": {"columns": ["/anotado"]}, "classify": {"columns": ["/nombre"], "class": "personal"},
        "protect": {"class": "personal", "how": "pseudonym"}, "parse_point": {"column": "/anotado", "order": "lat_lon"}}
    for version, (kind, data) in enumerate(typed.items(), 1):
        kept = added(bobs, recipe, kind, version, **data)
        assert kept.status_code == 303, (kind, words(kept).partition("Revise")[2][:300])
        page = bobs.get(kept.location)
        assert page.status_code == 200 and "Guardar el paso" in page.text, kind
        step = re.search(r"step=(\w+)", kept.location)[1]
        again = bobs.get(f"{recipe}/yaml").text
        assert f"type: {kind}" in again and f"id: {step}" in again
    history = words(bobs.get(f"{recipe}/history"))
    assert "Versión 16" in history and "se añade." in history


def test_who_may_only_look_sees_recipes_and_changes_none(app, units, bobs, recipe):
    added(bobs, recipe, "trim", 1, columns="/nombre", reason="Se ve mal")
    units.write(builders.access.SYSTEM, lambda unit: builders.add_grant(
        unit, builders.person(app, "carol").id, builders.access.VIEWER.id, "project", 1))
    carols = builders.a_browser(app, "carol")
    page = carols.get(f"{recipe}?step=s2")
    assert "Quitar espacios de más" in page.text and "Se ve mal" in page.text and "<del>" in page.text
    assert "Guardar" not in page.text and 'role="switch"' not in page.text and "Añadir" not in page.text
    assert carols.get(f"{HERE}/new").status_code == 403
    for address in ("steps/s1/act", "steps/s1", "steps/s1/try", "revert", "drop", "name", "take"):
        answer = carols.post(f"{recipe}/{address}", data={"act": "off", "made_from": 2, "to": 1, "name": "x"})
        assert answer.status_code == 403, address
    assert carols.get(f"{recipe}/yaml").status_code == 200
    assert bobs.get(f"{HERE}/77").status_code == 404


def test_a_recipe_is_dropped_and_taken_back(bobs, recipe):
    dropped = bobs.post(f"{recipe}/drop")
    page = bobs.get(dropped.location).text
    assert "La receta «Acreditación» se quitó." in page and "Todavía no hay recetas" in page
    assert bobs.get(recipe).status_code == 404
    assert bobs.post(f"{recipe}/restore").status_code == 303
    assert "Receta «Acreditación»" in bobs.get(recipe).text
    assert bobs.post(f"{recipe}/name", data={"made_from": 1, "name": "Mensual"}).status_code == 303
    assert "Receta «Mensual»" in bobs.get(recipe).text


def test_in_english(app, bobs, recipe):
    english = builders.a_browser(app, "bob")
    english.set_cookie("language", "en")
    page = words(english.get(recipe))
    assert "Recipe “Acreditación”" in page and "3 records go in and 3 come out" in page


def test_a_name_that_is_taken_is_no_conflict(bobs, recipe):
    bobs.post(f"{HERE}/new", data={"name": "Mensual"})
    taken = bobs.post(f"{recipe}/name", data={"made_from": 1, "name": "Mensual"})
    assert taken.status_code == 409 and "otra persona guardó antes" not in taken.text
    assert 'role="alert"' in taken.text and "Receta «Acreditación»" in taken.text
    assert bobs.post(f"{recipe}/name", data={"made_from": 1, "name": " "}).status_code == 422


def test_labels_are_those_of_the_pages_language(app, recipe):
    english = builders.a_browser(app, "bob")
    english.set_cookie("language", "en")
    page = english.get(f"{recipe}?add=recode").text
    assert "Office (cargo)" in page and "Cargo (cargo)" not in page


def test_a_long_table_is_kept_without_standing_in_the_page(bobs, recipe):
    table = "\n".join(f"v{n};w{n}" for n in range(500))
    kept = bobs.post(f"{recipe}/steps/new?type=map_table", content_type="multipart/form-data", data={
        "made_from": "1", "column": "/nombre", "missing": "keep", "table_file": (io.BytesIO(table.encode()), "t.csv")})
    page = bobs.get(kept.location).text
    assert "La tabla tiene 500 filas." in page and "v499" not in page
    step = re.search(r"step=(\w+)", kept.location)[1]
    again = bobs.post(f"{recipe}/steps/{step}", data={
        "made_from": "2", "column": "/nombre", "missing": "blank", "table_kept": "1"})
    assert again.status_code == 303 and "- v499" in bobs.get(f"{recipe}/yaml").text


def test_columns_are_put_in_order_by_name(bobs, recipe):
    wrong = added(bobs, recipe, "order", 1, columns="nada")
    assert wrong.status_code == 422 and "No hay ninguna columna «nada»." in wrong.text
    kept = added(bobs, recipe, "order", 1, columns="edad\nnombre")
    assert "/edad\n/nombre" in bobs.get(kept.location).text


def test_columns_made_before_a_step_are_offered_to_it(bobs, recipe):
    added(bobs, recipe, "derive", 1, name="decada", type="int", expression="int(${edad} div 10)", table="")
    assert 'value="new:decada"' in bobs.get(f"{recipe}?add=drop").text
    assert 'value="new:decada"' not in bobs.get(f"{recipe}?step=s2").text


def test_a_step_that_somebody_took_out_meanwhile_is_a_conflict(bobs, alices, recipe):
    added(bobs, recipe, "trim", 1, columns="/nombre")
    bobs.post(f"{recipe}/steps/s2/act", data={"made_from": 2, "act": "drop"})
    late = alices.post(f"{recipe}/steps/s2", data={"made_from": 2, "columns": "/nombre", "inner": "1"})
    assert late.status_code == 409 and "Bob guardó la versión 3" in words(late) and "se quita." in words(late)
    assert alices.post(f"{recipe}/steps/s9", data={"made_from": 3}).status_code == 404
