"""Pages of who held office: a community on a day, as known then; what wants a look; what a reader may not see."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from collector.domain import access
from collector.services import datasets, entities
from tests import builders

PLACE = "00000000-0000-4000-8000-000000000001"
ONE, TWO = "10000000-0000-4000-8000-000000000001", "10000000-0000-4000-8000-000000000002"
HERE = "/projects/1/lists/mandatos/mandates"
TERM = {"comunidad": PLACE, "comunidad_nombre": "Río Sereno", "persona": "Ana Uno Dos", "cargo": "jefe",
        "desde": "2024-01-10", "hasta": "2026-01-09", "base": "acta", "junta": "unica"}


@pytest.fixture
def keep(units):
    """Makes a mandate, or changes it."""
    def make(unit):
        made = datasets.create_dataset(unit, 1, "mandatos")
        for name in (*TERM, "cese_motivo"):
            datasets.add_property(unit, made, name)
    units.write(access.SYSTEM, make)

    def do(uuid, change=False, **data):
        def act(unit):
            dataset = datasets.find_dataset(unit, 1, "mandatos")
            if change:
                return entities.update_entity(unit, dataset, uuid, None, data, force=True)
            return entities.create_entity(unit, dataset, uuid, "x", {**TERM, **data})
        return units.write(access.SYSTEM, act)
    return do


@pytest.fixture
def see(app):
    """The text of a page, as bob sees it, without marks."""
    browser = builders.a_browser(app, "bob")

    def do(path, status=200):
        answer = browser.get(path)
        assert answer.status_code == status, answer.text
        return " ".join(re.sub(r"<[^>]+>", " ", answer.text.partition("<main")[2]).split())
    return do


def test_without_a_list_of_mandates_the_page_says_what_to_do(see):
    assert "Ningún padrón lleva mandatos" in see("/projects/1/mandates")
    see(HERE, 404)


def test_the_way_leads_to_the_list(app, keep):
    answer = builders.a_browser(app, "bob").get("/projects/1/mandates")
    assert (answer.status_code, answer.location) == (303, HERE)


def test_who_was_in_office_on_a_day_as_known_then(see, keep, units):
    clock = units.clock
    units.clock = lambda: datetime.now(UTC) - timedelta(days=3)
    keep(ONE)
    units.clock = clock
    keep(ONE, True, hasta="2025-03-01", cese_motivo="fallecimiento")
    then, now = (datetime.now(UTC) - timedelta(days=2)).date(), datetime.now(UTC).date()
    assert "Nadie conocido ejercía un cargo ese día" in see(f"{HERE}/{PLACE}?on=2025-06-01")
    said = see(f"{HERE}/{PLACE}?on=2025-06-01&known={then.isoformat()}")
    assert "Ana Uno Dos Jefe o jefa (apu) 10/01/2024 09/01/2026 Acta de asamblea" in said
    assert "según lo que se sabía el" in said and "Falleció" not in said
    assert "Falleció" in see(f"{HERE}/{PLACE}?on=2025-03-01&known={now.isoformat()}")
    assert "No se conocía ningún mandato" in see(f"{HERE}/{PLACE}?known=2020-01-01")


def test_two_boards_and_two_persons_are_told_and_drawn(see, keep, app):
    keep(ONE, junta="enero")
    keep(TWO, persona="Eva Tres", junta="marzo", desde="2024-03-01")
    said = see(f"{HERE}/{PLACE}?on=2024-06-01")
    assert "Ese día había más de una junta: enero · marzo." in said
    assert "había dos personas, Ana Uno Dos y Eva Tres." in said
    assert "inválid" not in said.lower()
    drawn = builders.a_browser(app, "bob").get(f"{HERE}/{PLACE}?on=2024-06-01").text
    assert drawn.count('<svg class="warning"') == 2
    assert 'role="img" aria-label="Mandatos por cargo, de 2024 a 2026' in drawn
    assert "Río Sereno Dos juntas" in see(f"{HERE}?on=2024-06-01")


def test_what_lapses_is_listed(see, keep):
    keep(ONE)
    assert "09/01/2026 quedan 9 días nadie todavía" in see(f"{HERE}?on=2025-12-31")
    assert "Vencen en 60 días o menos Contados desde el 01/11/2025. Ninguno." in see(f"{HERE}?on=2025-11-01")
    keep(TWO, desde="2026-01-10", hasta="2028-01-09")
    assert "alguien sigue" in see(f"{HERE}?on=2025-12-31")


def test_dates_that_are_none_are_said_and_kept(see, keep):
    keep(ONE, desde="el año pasado", hasta="2030-01-01")
    assert "No se entendió la fecha «el año pasado»" in see(f"{HERE}/{PLACE}")
    assert "Una fecha no se entendió" in see(f"{HERE}/{PLACE}?on=ayer")
    for odd in ("9999-12-31", "0001-01-01"):
        see(f"{HERE}/{PLACE}?on={odd}&known={odd}")
        see(f"{HERE}?on={odd}&known={odd}")


def test_communities_are_searched(see, keep):
    keep(ONE, comunidad="Río Sereno")
    keep(TWO, comunidad="Quebrada Clara")
    assert "Quebrada Clara" not in see(f"{HERE}?q=rio+sereno").partition("Buscar comunidad")[2]
    assert "Ninguna comunidad tiene ese nombre" in see(f"{HERE}?q=zzz")


@pytest.fixture
def accredited(units, phone, keep):
    """A record, with a photo, that made a mandate by its form."""
    builders.a_form(units, """
| survey |
|  | type  | name    | label   | save_to |
|  | text  | persona | Persona | persona |
|  | text  | lugar   | Lugar   | comunidad |
|  | image | acta    | Acta    | |
| entities |
|  | list_name | label |
|  | mandatos  | ${persona} |
| settings |
|  | form_title | form_id | version |
|  | Acreditar  | acreditar | 1 |
""")
    meta = f'<entity dataset="mandatos" id="{TWO}" create="1"><label>Luz</label></entity>'
    body = f"<persona>Luz Acta</persona><lugar>{PLACE}</lugar><acta>acta.jpg</acta>"
    xml = builders.a_submission("acreditar", body=body, instance_id="uuid:1").replace("</meta>", f"{meta}</meta>")
    sent = phone.send(xml, {"acta.jpg": builders.a_photo()})
    assert sent.status_code == 201, sent.text
    builders.run_steps(units)


def test_the_records_that_show_it_come_with_their_photos(app, accredited):
    text = builders.a_browser(app, "bob").get(f"{HERE}/{PLACE}").text
    assert "/forms/acreditar/submissions/uuid:1/pictures/small/acta.jpg" in text.replace("%3A", ":")


def test_who_is_limited_to_other_records_does_not_see_these(app, units, accredited, carol):
    units.write(access.SYSTEM, lambda unit: builders.add_grant(
        unit, carol.id, access.VIEWER.id, "project", 1, access.RowScope((987,))))
    answer = builders.a_browser(app, "carol").get(f"{HERE}/{PLACE}")
    assert answer.status_code == 200 and "Luz Acta" in answer.text
    assert "acta.jpg" not in answer.text and "acreditar" not in answer.text
