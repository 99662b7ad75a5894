"""Why a cell is what it is, on a page: as sent, corrected, changed by steps with their reasons, as it comes out."""

import re

import pytest

from tests import builders
from tests.web.pages.test_recipes import FORM, added, words

FORM_PLACE = "/projects/1/forms/simple"
WHY = f"{FORM_PLACE}/submissions/uuid:1/why"


@pytest.fixture(autouse=True)
def records(units, phone):
    """One record, corrected once, with two children."""
    builders.a_form(units, FORM)
    for instance, earlier, name in (("uuid:1", None, "  ana"), ("uuid:2", "uuid:1", "  ana   ruiz")):
        body = (f"<nombre>{name}</nombre><cargo>apu</cargo><anotado>x</anotado><edad>30</edad>"
                "<hijos><hijo>LUIS</hijo></hijos><hijos><hijo>EVA</hijo></hijos>")
        phone.send(builders.a_submission(body=body, instance_id=instance, deprecated_id=earlier))
    builders.run_steps(units)


@pytest.fixture
def recipe(bobs):
    made = bobs.post(f"{FORM_PLACE}/recipes/new", data={"name": "Base"}).location
    added(bobs, made, "trim", 1, columns="/nombre", inner="1", reason="Sobran espacios")
    added(bobs, made, "case", 2, columns=["/nombre", "/hijos/hijo"], to="title", reason="Nombres propios")
    return made


def test_a_cell_tells_its_whole_story(bobs, recipe):
    page = words(bobs.get(f"{WHY}?recipe=1&column=/nombre"))
    for told in ("Queda así: Ana Ruiz", "Llegó", "Se corrigió en la versión 2 del registro", "Sobran espacios",
                 "Paso 2: Quitar espacios de más", "Paso 3: Unificar mayúsculas", "Nombres propios", "Bob"):
        assert told in page, told
    assert page.index("Llegó") < page.index("Se corrigió") < page.index("Paso 2") < page.index("Paso 3")


def test_a_record_leads_to_the_story_of_each_answer(bobs, recipe):
    record = bobs.get(f"{FORM_PLACE}/submissions/uuid:1").text.replace("%5B", "[").replace("%5D", "]")
    links = re.findall(r'href="([^"]+/why\?[^"]+)"', record)
    assert len(links) == 6 and any("ref=/hijos[2]/hijo" in one for one in links)
    page = words(bobs.get(next(one for one in links if "hijos[2]" in one)))
    assert "Queda así: Eva" in page and "Nombre del hijo" in page and "Paso 3" in page and "Paso 2" not in page


def test_without_a_recipe_records_have_no_such_links(bobs):
    assert "/why" not in bobs.get(f"{FORM_PLACE}/submissions/uuid:1").text
    page = words(bobs.get(f"{WHY}?column=/nombre"))
    assert "El formulario no tiene recetas." in page and "Queda así: ana ruiz" in page


def test_a_cell_can_be_corrected_from_its_story(bobs, recipe):
    link = re.search(r'href="([^"]*add=fix_cell[^"]*)"', bobs.get(f"{WHY}?column=/edad&recipe=1").text)[1]
    page = bobs.get(link.replace("&amp;", "&")).text
    assert 'name="record" value="uuid:1"' in page and 'value="/edad" selected' in page
    kept = added(bobs, recipe, "fix_cell", 3, record="uuid:1", column="/edad", value="31", reason="Vimos su DNI")
    assert kept.status_code == 303
    page = words(bobs.get(f"{WHY}?column=/edad&recipe=1"))
    assert "Queda así: 31" in page and "Vimos su DNI" in page


def test_a_row_that_went_says_with_which_step(bobs, recipe):
    added(bobs, recipe, "filter_rows", 3, effect="drop", where="${edad} = 30", reason="Prueba")
    page = words(bobs.get(f"{WHY}?column=/edad&recipe=1"))
    assert "No sale: un paso la quitó" in page and "Paso 4: Dejar o quitar filas" in page


def test_what_is_not_there_is_told_plainly(bobs, recipe):
    assert "No se puede explicar esta celda." in bobs.get(f"{WHY}?column=/nada").text
    assert bobs.get(f"{WHY}?column=/nada").status_code == 404
    assert bobs.get(f"{FORM_PLACE}/submissions/uuid:9/why?column=/nombre").status_code == 404
    assert bobs.get(f"{WHY}?column=/nombre&recipe=99").status_code == 200


def test_strangers_see_no_story(carols, recipe):
    assert carols.get(f"{WHY}?column=/nombre").status_code == 403
