"""The page of the programme: each number leads to exactly what it counts, targets change by hand, lists are named."""

import re

import pytest
from lxml import html

from collector.domain import access
from collector.domain.access import RowScope
from collector.domain.programme import read_programme
from collector.services import datasets, entities, programme
from tests import builders

FORM = """
| survey |
|  | type | name | label |
|  | select_one si_no | acepta | ¿Acepta? |
|  | select_one momento | momento | Momento |
|  | text | codigo | Código |
| choices |
|  | list_name | name | label |
|  | si_no | si | Sí |
|  | si_no | no | No |
|  | momento | pre | Antes |
|  | momento | post | Después |
| settings |
|  | form_title | form_id | version |
|  | Evaluación del taller | evaluacion | 1 |
"""
YES = {"/acepta": "si"}
LINES = read_programme({"line": [{
    "key": "taller", "es": "Taller de líderes", "en": "Workshop for leaders", "forms": ["evaluacion", "fichas"],
    "target": [
        {"key": "hojas", "es": "hojas", "en": "sheets", "target": 5, "form": "evaluacion", "answers": YES},
        {"key": "lideres", "es": "líderes", "en": "leaders", "target": 3, "form": "evaluacion", "answers": YES,
         "distinct": "/codigo"},
        {"key": "ambas", "es": "con antes y después", "en": "before and after", "form": "evaluacion", "beside": True,
         "answers": YES, "distinct": "/codigo", "both": {"field": "/momento", "values": ["pre", "post"]}},
        {"key": "casas", "es": "casas del río", "en": "houses by the river", "dataset": "casas", "property": "barrio",
         "value": "río"}]}]})
SENT = (("si", "pre", "EV1"), ("si", "post", "EV1"), ("si", "pre", "EV2"), ("si", "post", "ev2"), ("si", "pre", "EV3"),
        ("si", "pre", "EV3"), ("no", "pre", "EV4"))


@pytest.fixture
def lines(units, phone, bob):
    """A project with lines, approved records of a form and one that waits, and a list of houses."""
    builders.a_form(units, FORM)
    builders.entity_form(units)
    for number, (accepts, moment, code) in enumerate((*SENT, ("si", "pre", "EV9"))):
        body = f"<acepta>{accepts}</acepta><momento>{moment}</momento><codigo>{code}</codigo>"
        phone.send(builders.a_submission("evaluacion", "1", body, f"uuid:{number}"))
        if number < len(SENT):
            path = f"/v1/projects/1/forms/evaluacion/submissions/uuid%3A{number}"
            assert bob.patch(path, json={"reviewState": "approved"}).status_code == 200
    builders.run_steps(units)

    def work(unit):
        houses = datasets.create_dataset(unit, 1, "casas")
        datasets.add_property(unit, houses, "barrio")
        for number, place in enumerate(("río", "río", "monte")):
            entities.create_entity(unit, houses, None, f"Casa {number}", {"barrio": place})
        programme.declare(unit, 1, LINES)
    units.write(access.SYSTEM, work)


def main(browser, path: str = "/projects/1/programme", status: int = 200):
    page = browser.get(path)
    assert page.status_code == status, path
    return html.fromstring(page.data).find(".//main")


def words(element) -> str:
    return " ".join(" ".join(element.itertext()).split())


def opened(browser, address: str) -> int:
    """How many records, entities or values stand behind an address."""
    shown = main(browser, address)
    if "/programme/counts/" in address:
        return len(shown.xpath(".//tbody/tr"))
    told = re.search(r"([\d,]+) (?:registros?|fichas?)\b", words(shown.xpath(".//*[@id='rows']")[0]))
    return int(told[1]) if told else 0


def test_each_number_is_that_of_what_its_link_opens(lines, bobs):
    numbers = [(link.get("href"), re.match(r"[\d,]+", words(link))[0]) for page in (
        "/projects/1/programme", "/projects/1/programme/counts/lideres", "/projects/1/programme/counts/ambas")
        for link in main(bobs, page).xpath(".//a[@href]") if words(link)[:1].isdigit()]
    assert {address: opened(bobs, address) for address, _told in numbers} == {
        address: int(told) for address, told in numbers}
    assert len(set(numbers)) >= 12


def test_lines_say_what_there_is_of_what(lines, bobs):
    told = words(main(bobs))
    for said in ("Taller de líderes", "6 de 5 hojas meta cumplida", "3 de 3 líderes meta cumplida", "6 registros",
                 "Con antes y después: 2 Antes: 4 registros · Después: 2 registros", "2 casas del río sin meta fijada"):
        assert said in told, told
    bars = {one.get("aria-label"): (one.get("aria-valuenow"), one.get("aria-valuemax"), one.xpath(".//rect")[0].get(
        "width")) for one in main(bobs).xpath(".//*[@role='meter']")}
    assert bars == {"hojas": ("5", "5", "100%"), "líderes": ("3", "3", "100%")}


def test_values_are_told_each_with_its_records(lines, bobs):
    rows = [[words(cell) for cell in row] for row in main(bobs, "/projects/1/programme/counts/ambas").xpath(".//tr")]
    assert rows == [["Valor", "Antes", "Después"], ["ev1", "1", "1"], ["ev2", "1", "1"]]


def test_values_of_a_file_beside_the_form_are_told_in_its_words(units, phone, bob, bobs):
    form = builders.SIMPLE.replace("integer | edad  ", "select_one_from_file sitios.csv | sitio")
    builders.a_form(units, form.format(form_id="simple", version="1"),
                    media={"sitios.csv": b"name,label\nimaza,Distrito de Imaza\n"})
    for number, place in enumerate(("imaza", "otro")):
        body = f"<nombre>Ana</nombre><sitio>{place}</sitio>"
        phone.send(builders.a_submission("simple", "1", body, f"uuid:{number}"))
        bob.patch(f"/v1/projects/1/forms/simple/submissions/uuid%3A{number}", json={"reviewState": "approved"})
    builders.run_steps(units)
    one = {"key": "sitios", "es": "sitios", "en": "places", "form": "simple", "distinct": "/sitio"}
    line = {"key": "l", "es": "Línea", "en": "Line", "target": [one]}
    units.write(access.SYSTEM, lambda unit: programme.declare(unit, 1, read_programme({"line": [line]})))
    rows = [[words(cell) for cell in row] for row in main(bobs, "/projects/1/programme/counts/sitios").xpath(".//tr")]
    assert rows[1:] == [["Distrito de Imaza", "1"], ["otro", "1"]]


@pytest.mark.parametrize("key", ["hojas", "casas", "nada"])
def test_what_has_no_different_values_has_no_page_of_them(lines, bobs, key):
    main(bobs, f"/projects/1/programme/counts/{key}", 404)


def test_the_picture_and_the_table_say_what_forms_read_and_write(lines, bobs):
    shown = main(bobs)
    drawing, = shown.xpath(".//figure/*[local-name()='svg'][@role='img']")
    assert {words(one) for one in drawing.xpath(".//*[local-name()='g']/*[local-name()='text']")} == {
        "Evaluación del taller", "Fichas", "personas"}
    assert len(drawing.xpath(".//*[contains(@class, 'edge')]")) == 1
    rows = [[words(cell) for cell in row] for row in shown.xpath(".//table[contains(@class, 'uses')]//tr")]
    assert rows == [["Formulario", "Lee", "Escribe"], ["Taller de líderes"],
                    ["Evaluación del taller", "ninguno", "ninguno"],
                    ["Fichas", "ninguno", "personas crea y actualiza"]]


def test_it_is_told_in_english_too(lines, app):
    told = words(main(builders.a_browser(app, "bob", accept_language="en")))
    for said in ("Workshop for leaders", "6 of 5 sheets target reached", "houses by the river no target set",
                 "personas creates and updates"):
        assert said in told, told


def test_targets_are_changed_by_hand_and_what_they_were_is_said(lines, bobs):
    def post(**given):
        data = {f"t:{key}": value for key, value in given.items()}
        return words(html.fromstring(bobs.post("/projects/1/programme/targets", data=data, follow_redirects=True).data))
    assert "Antes: 5 hojas; 3 líderes; sin meta casas del río." in post(hojas="7", lideres="", casas=" 4 ", ambas="")
    told = words(main(bobs))
    assert "6 de 7 hojas falta 1" in told and "3 líderes sin meta fijada" in told and "2 de 4 casas del río" in told
    assert "Nada cambió" in post(hojas="7")
    for wrong in ("0", "-3", "muchas", "1e9", "99999999999999999999"):
        assert "una meta es un número" in post(hojas=wrong, casas="9")
    assert "2 de 4 casas" in words(main(bobs)), "all of what was typed, or nothing"


def test_who_may_not_change_the_project_is_offered_no_change(lines, units, app, carol):
    units.write(access.SYSTEM, lambda unit: builders.add_grant(unit, carol.id, access.SUPERVISOR.id, "project", 1))
    carols = builders.a_browser(app, "carol")
    assert "Cambiar las metas" not in words(main(carols)) and "6 de 5 hojas" in words(main(carols))
    assert carols.post("/projects/1/programme/targets", data={"t:hojas": "9"}).status_code == 403


def test_who_sees_part_of_the_records_is_told_that_the_target_is_about_all(lines, units, app, carol, phone, bobs):
    rows = RowScope(phones=(phone.id + 1,))
    units.write(access.SYSTEM, lambda unit: builders.add_grant(
        unit, carol.id, access.SUPERVISOR.id, "project", 1, rows))
    part = "aquí se cuenta esa parte"
    told = words(main(builders.a_browser(app, "carol")))
    assert part in told and "0 de 5 hojas" in told and part not in words(main(bobs))


def test_a_project_without_lines_says_so_and_takes_those_of_the_library(units, bobs, phone):
    assert "todavía no tiene líneas" in words(main(bobs)) and "Usar las líneas" not in words(main(bobs))
    builders.simple_form(units, "evaluacion_taller")
    shown = main(bobs)
    assert "Usar las líneas de la biblioteca" in words(shown) and "Formularios sin línea" in words(shown)
    assert bobs.post("/projects/1/programme/library").status_code == 303
    assert "Taller «Gobernanza, liderazgo y gestión pública»" in words(main(bobs))
    assert "de 13 comunidades" not in words(main(bobs)), "of forms that are not there nothing is counted"


def test_the_way_there_is_in_the_menu_and_on_the_first_page(lines, bobs, units, carol, app):
    for page in ("/projects/1", "/menu?project=1"):
        assert main(bobs, page).xpath(".//a[@href='/projects/1/programme']"), page
    units.write(access.SYSTEM, lambda unit: builders.add_grant(unit, carol.id, 8, "project", 1))  # who only fills forms
    assert "/projects/1/programme" not in builders.a_browser(app, "carol").get("/menu?project=1").text
