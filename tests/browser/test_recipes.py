"""An analyst at a browser: a recipe made, a step tried, kept, undone; why a cell is what it is. Also without script."""

import re

import pytest

from tests.browser.test_pages import demonstration
from tests.browser.visitor import LAPTOP, PHONE, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

KINDS = {
    "phone": {"size": PHONE, "scheme": "light"},
    "laptop": {"size": LAPTOP, "scheme": "dark"},
    "phone_without_script": {"size": PHONE, "script": False},
}
FORM, COLUMN = "acreditacion_autoridades", "/g_todo/g_comunidad/informante"
LIGHTEST_LINK = 60_000  # bytes of a page with all that it needs


@pytest.mark.parametrize("kind", KINDS)
def test_a_recipe_is_made_tried_kept_and_undone(kind, visit, enter):
    visitor = visit(**KINDS[kind])
    visitor.go("/sign-in")
    enter(visitor)
    recipes = f"{demonstration(visitor)}/forms/{FORM}/recipes"
    recipe = begin(visitor, recipes, f"Prueba {kind}")
    try:
        merge(visitor, recipe)
        explain(visitor, recipe)
        undo(visitor, recipe)
        weigh(visitor, recipe)
    finally:
        visitor.go(recipe)
        visitor.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        visitor.press("Quitar la receta")
    assert "se quitó" in visitor.text()


def begin(visitor: Visitor, recipes: str, name: str) -> str:
    """The address of a new recipe."""
    for place, named in ((recipes.partition("/forms/")[0] + "/cleaning", "cleaning"), (recipes, "recipes"),
                         (recipes.removesuffix("recipes") + "columns", "columns"), (f"{recipes}/new", "recipe-new")):
        visitor.go(place)
        visitor.look(named)
    visitor.page.fill("#name", name)
    visitor.press("Crear la receta")
    visitor.look("recipe")
    return visitor.page.url.partition("?")[0]


def merge(visitor: Visitor, recipe: str) -> None:
    visitor.go(f"{recipe}?add=")
    visitor.look("recipe-types")
    visitor.press("Unir categorías")
    visitor.page.select_option("#i-column", COLUMN)
    if not visitor.script:
        visitor.press("Probar")
    boxes = visitor.page.locator("input[name=from]")
    boxes.first.wait_for()
    boxes.nth(0).check()
    boxes.nth(1).check()
    visitor.page.fill("#i-to", "jefatura")
    visitor.page.fill("#i-reason", "Los estatutos usan los dos nombres.")
    visitor.press("Probar")
    visitor.page.locator("#after").wait_for()
    assert "Es una prueba" in visitor.text("#open") and "jefatura" in visitor.text("#open table")
    visitor.press("Añadir el paso")
    assert "El paso se añadió." in visitor.text()
    visitor.look("recipe-step")


def explain(visitor: Visitor, recipe: str) -> None:
    visitor.page.locator("#open table th a").first.click()
    visitor.page.wait_for_load_state()
    assert "Queda así: jefatura" in visitor.text() and "Los estatutos" in visitor.text()
    visitor.look("why")
    visitor.go(f"{recipe}/history")
    visitor.look("recipe-history")
    visitor.go(f"{recipe}/upload")
    visitor.look("recipe-upload")


def undo(visitor: Visitor, recipe: str) -> None:
    visitor.go(recipe)
    visitor.page.locator(".switch").nth(1).click()
    visitor.page.wait_for_load_state()
    assert "El paso está apagado." in visitor.text()
    assert visitor.page.locator(".switch[aria-checked=false]").count() == 1
    visitor.press("Deshacer")
    assert visitor.page.locator(".switch[aria-checked=false]").count() == 0


def weigh(visitor: Visitor, recipe: str) -> None:
    """Nothing; the page with a step open costs a slow phone little."""
    step = re.search(r"step=(\w+)", visitor.page.locator(".recipe a").nth(1).get_attribute("href"))[1]
    answers = []
    visitor.page.on("response", lambda answer: answers.append(answer))
    visitor.page.goto(f"{recipe}?step={step}", wait_until="networkidle")
    assert 0 < sum(one.request.sizes()["responseBodySize"] for one in answers) < LIGHTEST_LINK
