"""Who held office, on a phone and on a laptop, with and without a script: a day is chosen and answered."""

import pytest

from tests.browser import list_material as material
from tests.browser.visitor import LAPTOP, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

KINDS = {
    "phone": {"size": PHONE},
    "laptop": {"size": LAPTOP, "scheme": "dark"},
    "phone_without_script": {"size": PHONE, "script": False},
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_day_is_chosen_and_answered(kind, visit, enter, server):
    name = material.mandates(server.administrator(), 1, f"mandatos_{kind}")
    visitor = visit(**KINDS[kind])
    visitor.go(f"/projects/1/lists/{name}")
    enter(visitor)
    visitor.page.locator("main a", has_text="Quién tuvo el cargo").click()
    visitor.page.wait_for_load_state()
    visitor.look("mandates-list")
    visitor.page.locator("main a", has_text=material.SERENO).last.click()
    visitor.page.wait_for_load_state()
    visitor.page.fill("#on", "2025-06-01")
    visitor.press("Ver")
    said = visitor.text()
    assert "Ese día había más de una junta: asamblea de enero · asamblea de marzo" in said
    assert "Jefe o jefa (apu): había dos personas, Eva Ejemplo Dos y Luz Ejemplo Tres." in said
    visitor.look("mandates-day")
    visitor.page.fill("#known", "2020-01-01")
    visitor.press("Ver")
    assert "No se conocía ningún mandato" in visitor.text()
    visitor.look("mandates-unknown")
