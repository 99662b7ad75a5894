"""A supervisor at a browser corrects a record: sees the difference, says why, saves; without a script too."""

import re

import pytest

from tests.browser.test_pages import demonstration
from tests.browser.visitor import LAPTOP, PHONE, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

KINDS = {
    "phone": {"size": PHONE, "scheme": "light"},
    "laptop": {"size": LAPTOP, "scheme": "dark"},
    "phone_without_script": {"size": PHONE, "script": False},
    "laptop_without_script": {"size": LAPTOP, "script": False},
}
FORM = "acreditacion_autoridades"


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_is_corrected(kind, visit, enter):
    visitor = visit(**KINDS[kind])
    visitor.go("/sign-in")
    enter(visitor)
    record = some_record(visitor)
    visitor.press("Corregir")
    visitor.look("correct-folded")
    visitor.page.evaluate("document.querySelectorAll('#correction details').forEach(one => { one.open = true })")
    visitor.look("correct")
    place, words = change_a_text(visitor)
    assert words in visitor.text("aside.stick .diff"), visitor.text("aside.stick")
    if not visitor.script:
        visitor.look("correct-reviewed")
    visitor.press("Guardar como versión")
    assert "Diga por qué cambia" in visitor.text("#summary")
    visitor.look("correct-no-reason", 409)
    visitor.page.locator("#summary a").last.click()
    visitor.page.select_option(f"[name='why:{place}']", "photo")
    visitor.press("Guardar como versión")
    assert "La corrección se guardó" in visitor.text()
    assert visitor.page.url.partition("?")[0] == record and "Se lee en la foto del documento" in visitor.text()
    visitor.look("record-corrected")


def some_record(visitor: Visitor) -> str:
    """The address of a record that nobody corrected yet."""
    visitor.go(f"{demonstration(visitor)}/submissions?form={FORM}&state=approved")
    visitor.page.locator(".rec a").first.click()
    visitor.page.wait_for_load_state()
    return visitor.page.url.partition("?")[0]


def change_a_text(visitor: Visitor) -> tuple[str, str]:
    """(place, words) of an answer that was typed anew; what would change is shown."""
    found = visitor.page.locator("#correction textarea[name^='v:']").locator("visible=true").last
    place = re.sub("^v:", "", found.get_attribute("name"))
    words = "Corregido en la prueba"
    found.fill(words)
    if visitor.script:
        found.press("Tab")
        visitor.page.locator("aside.stick ins", has_text=words).first.wait_for()
    else:
        visitor.press("Revisar", "aside.stick")
    return place, words
