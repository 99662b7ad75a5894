"""The description of the API as people see it: a list without a script, an explorer under our policy, by keyboard."""

import pytest

from tests.browser.visitor import LAPTOP, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
SIZES = pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])


@SIZES
def test_the_list_is_whole_without_a_script(size, visit):
    stranger = visit(size=size, script=False)
    stranger.page.goto("/docs")
    assert stranger.page.locator("h1").inner_text() == "API para programas"
    assert stranger.page.get_by_text("/v1/projects/{projectId}/formList", exact=True).is_visible()
    stranger.page.goto("/docs/explorer")
    assert stranger.page.get_by_role("link", name="Ver como lista").is_visible()
    assert "El explorador necesita JavaScript" in stranger.page.content()


@SIZES
def test_the_explorer_needs_nothing_of_others_and_can_be_used_by_keyboard(size, visit, server):
    stranger = visit(size=size)
    asked = []
    stranger.page.on("request", lambda one: asked.append(one.url))
    stranger.page.goto("/docs/explorer", wait_until="networkidle")
    room = stranger.page.locator(".opblock-tag").first
    room.locator("button").first.focus()
    stranger.page.keyboard.press("Enter")
    first = stranger.page.locator(".opblock-summary-control").first
    first.focus()
    stranger.page.keyboard.press("Enter")
    assert stranger.page.locator(".opblock-body").first.is_visible()
    assert stranger.page.evaluate("document.scrollingElement.scrollWidth") <= size[0]
    assert {url.partition("//")[2].partition("/")[0] for url in asked if not url.startswith("data:")} == {
        server.address.partition("//")[2].rstrip("/")}
