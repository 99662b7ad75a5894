"""Rules beyond the form on the pages: declared, tried, in force, out of it, dropped and taken back."""

import pytest

from tests import builders

HERE = "/projects/1/forms/simple/rules"
FORM = """
| survey |
|        | type     | name  | label  |
|        | text     | dni   | DNI    |
|        | geopoint | lugar | Lugar  |
|        | date     | desde | Desde  |
|        | date     | hasta | Hasta  |
|        | image    | foto  | Foto   |
| settings |
|        | form_title | form_id | version |
|        | Padrón     | simple  | 1       |
"""


@pytest.fixture(autouse=True)
def records(units, phone):
    """Three records, two with the same number."""
    builders.a_form(units, FORM)
    for n, dni in enumerate(("00000011", "00000012", "00000011"), 1):
        phone.send(builders.a_submission(body=f"<dni>{dni}</dni><lugar>-4.5 -77.5 0 0</lugar>",
                                         instance_id=f"uuid:{n}"))
    builders.run_steps(units)


@pytest.fixture
def rule(bobs):
    """The address of a draft that watches the number."""
    answer = bobs.post(f"{HERE}/new?type=unique", data={"field": "/dni", "scope": "form", "severity": "error"})
    assert answer.status_code == 303, answer.text
    return answer.location


def test_the_form_leads_to_its_rules(bobs):
    assert f'href="{HERE}"' in bobs.get("/projects/1/forms/simple").text
    assert "Todavía no hay reglas" in bobs.get(HERE).text
    types = bobs.get(f"{HERE}/new").text
    assert all(f"{HERE}/new?type={kind}" in types for kind in (
        "unique", "date_order", "distance", "box", "duration", "same_file"))


def test_each_type_offers_its_fields(bobs):
    unique = bobs.get(f"{HERE}/new?type=unique").text
    assert 'value="/dni"' in unique and 'value="/lugar"' not in unique and "DNI (dni)" in unique
    assert 'value="/lugar"' in bobs.get(f"{HERE}/new?type=box").text
    dates = bobs.get(f"{HERE}/new?type=date_order").text
    assert dates.count('value="/hasta"') == 2
    assert "Cualquier foto" in bobs.get(f"{HERE}/new?type=same_file").text
    assert "Elija qué quiere comprobar" in bobs.get(f"{HERE}/new?type=nothing").text


def test_a_rule_is_tried_then_in_force(bobs, rule):
    text = bobs.get(rule).text
    assert "«DNI» no se repite en este formulario" in text and "Poner en vigor" not in text
    early = bobs.post(f"{rule}/publish")
    assert early.status_code == 422 and "pruebe primero la regla" in early.text
    tried = bobs.post(f"{rule}/try")
    assert tried.status_code == 200 and "2 registros la incumplen" in tried.text
    assert "Se miraron 3 registros" in tried.text and "Poner en vigor" in tried.text
    assert all(f"/submissions/uuid:{n}" in tried.text for n in (1, 3)) and "/submissions/uuid:2" not in tried.text
    assert "Borrador" in bobs.get(HERE).text
    assert "está también en" not in bobs.get("/projects/1/forms/simple/submissions/uuid:1").text
    assert bobs.post(f"{rule}/publish").status_code == 303
    assert "En vigor" in bobs.get(HERE).text and "Quitar de vigor" in bobs.get(rule).text
    record = bobs.get("/projects/1/forms/simple/submissions/uuid:1").text
    assert "«00000011» está también en otro registro." in record
    assert 'href="/projects/1/forms/simple/submissions/uuid:3"' in record
    assert "está también en" not in bobs.get("/projects/1/forms/simple/submissions/uuid:2").text
    assert bobs.post(f"{rule}/stop").status_code == 303
    assert "está también en" not in bobs.get("/projects/1/forms/simple/submissions/uuid:1").text


def test_what_is_wrong_stands_beside_its_input(bobs):
    answer = bobs.post(f"{HERE}/new?type=distance", data={
        "field": "/lugar", "latitude": "-400", "longitude": "-77", "metres": "5", "severity": "warning"})
    assert answer.status_code == 422 and 'id="latitude-error"' in answer.text
    assert "Escriba un número de -90 a 90" in answer.text and 'value="-400"' in answer.text
    missing = bobs.post(f"{HERE}/new?type=distance", data={"field": "/lugar", "latitude": "-4", "longitude": "-77"})
    assert missing.status_code == 422 and "Falta este dato." in missing.text
    times = bobs.post(f"{HERE}/new?type=duration", data={"minutes": "5"})
    assert times.status_code == 422 and "hoja survey" in times.text
    assert "Todavía no hay reglas" in bobs.get(HERE).text


def test_a_rule_is_changed(bobs, rule):
    bobs.post(f"{rule}/try")
    assert bobs.post(rule, data={"field": "/desde", "scope": "form", "severity": "note",
                                 "message_es": "Revise <esto>"}).status_code == 303
    text = bobs.get(rule).text
    assert "«Desde» no se repite" in text and "Revise &lt;esto&gt;" in text and "Poner en vigor" not in text
    wrong = bobs.post(rule, data={"field": "/lugar", "scope": "form", "severity": "note"})
    assert wrong.status_code == 422 and 'id="field-error"' in wrong.text


def test_a_rule_is_dropped_and_taken_back(bobs, rule):
    dropped = bobs.post(f"{rule}/drop")
    text = bobs.get(dropped.location).text
    assert "La regla se borró" in text and "Todavía no hay reglas" in text and f"{rule}/restore" in text
    assert bobs.get(rule).status_code == 404
    assert bobs.post(f"{rule}/restore").status_code == 303
    assert "«DNI» no se repite" in bobs.get(HERE).text


def test_who_may_only_look_sees_rules_and_changes_none(app, units, bobs, rule):
    units.write(builders.access.SYSTEM, lambda unit: builders.add_grant(
        unit, builders.person(app, "carol").id, builders.access.VIEWER.id, "project", 1))
    carols = builders.a_browser(app, "carol")
    text = carols.get(rule).text
    assert "«DNI» no se repite" in text and "Borrar" not in text and "Probar" not in text
    for address in (f"{rule}/try", f"{rule}/publish", f"{rule}/drop", rule, f"{HERE}/new?type=unique"):
        assert carols.post(address, data={"field": "/dni"}).status_code == 403
    assert carols.get(f"{HERE}/new?type=unique").status_code == 403
    assert bobs.get(f"{HERE}/77").status_code == 404


def test_in_english(app, bobs, rule):
    english = builders.a_browser(app, "bob", Accept_Language="en")
    english.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    english.set_cookie("language", "en")
    text = english.get(rule).text
    assert "“DNI” stands once in this form" in text and "Dry run" in text


def test_several_answers_that_stand_once_together(bobs):
    """Each further answer is a list of its own; no script is needed."""
    text = bobs.get(f"{HERE}/new?type=unique").text
    assert text.count('<select name="also"') == 4 and "Junto con" in text
    made = bobs.post(f"{HERE}/new?type=unique", data={
        "field": "/dni", "also": ["", "/desde", "", "/hasta"], "scope": "form", "severity": "warning"})
    assert made.status_code == 303, made.text
    shown = bobs.get(made.location).text
    assert "La combinación de «DNI», «Desde» y «Hasta» no se repite en este formulario" in shown
    assert '<option value="/desde" selected>' in shown and '<option value="/hasta" selected>' in shown
    bobs.post(f"{made.location}/try")
    same = bobs.post(made.location, data={"field": "/dni", "also": ["/desde", "/hasta"], "scope": "form",
                                          "severity": "note"})
    assert same.status_code == 303 and "Poner en vigor" in bobs.get(made.location).text, "it says the same: still tried"
    wrong = bobs.post(made.location, data={"field": "/dni", "also": ["/dni"], "scope": "form", "severity": "note"})
    assert wrong.status_code == 422 and 'id="also-error"' in wrong.text and "elija otro" in wrong.text
    assert 'href="#also"' in wrong.text and 'id="also"' in wrong.text
    alone = bobs.post(made.location, data={"field": "/dni", "also": ["", ""], "scope": "form", "severity": "note"})
    assert alone.status_code == 303 and "«DNI» no se repite" in bobs.get(made.location).text


def test_a_rule_about_what_a_phone_sent(bobs, units):
    builders.a_form(units, FORM.replace("| text     | dni   | DNI    |", "| integer | sent | Enviados |").replace(
        "simple  | 1", "cierre  | 1"))
    here = HERE.replace("simple", "cierre")
    assert "Lo que un teléfono envió, llegó" in bobs.get(f"{here}/new").text
    text = bobs.get(f"{here}/new?type=reconciled").text
    assert 'value="/sent"' in text and 'value="/desde"' in text and text.count('<select name="waiting"') == 2
    made = bobs.post(f"{here}/new?type=reconciled", data={
        "field": "/sent", "date": "/desde", "waiting": [""], "severity": "warning"})
    assert made.status_code == 303, made.text
    assert "Llegaron del mismo teléfono los que dice «Enviados», el día de «Desde»" in bobs.get(made.location).text
    assert bobs.get(f"{HERE}/new?type=reconciled").text.count("no tiene ningún campo de este tipo") == 1
