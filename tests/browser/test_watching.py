"""How the demonstration stands, and a webhook from its making to what came of it, by the pages alone."""

import re

import pytest

from tests.browser.test_pages import demonstration
from tests.browser.visitor import LAPTOP, PHONE, Visitor
from tests.receiver import Receiver, plain

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

KINDS = {"phone": {"size": PHONE, "scheme": "light"}, "laptop": {"size": LAPTOP, "scheme": "dark"},
         "phone_without_script": {"size": PHONE, "script": False}}


@pytest.fixture(scope="module")
def server(demonstrated):
    """A server whose webhooks may reach this machine."""
    return demonstrated(COLLECTOR_WEBHOOK_PRIVATE="127.0.0.0/8")


@pytest.mark.parametrize("kind", KINDS)
def test_what_waits_and_how_a_form_stands(kind, visit, enter):
    visitor = visit(**KINDS[kind])
    visitor.go("/sign-in")
    enter(visitor)
    project = demonstration(visitor)
    visitor.go(project)
    visitor.look("watch-home")
    told = int(visitor.page.locator(".tiles a b").first.inner_text().replace(",", ""))
    visitor.page.locator(".tiles a").first.click()
    visitor.page.wait_for_load_state()
    assert told and f"{told} registro" in visitor.text("#rows")
    visitor.go(project)
    visitor.page.locator("main th a").first.click()
    visitor.page.wait_for_load_state()
    visitor.look("watch-form")
    if not visitor.page.locator("#by").count():
        return
    visitor.page.select_option("#by", index=1)
    visitor.press("Ver", "form.filters")
    visitor.page.locator("#h-by").wait_for()
    for fold in visitor.page.locator("main summary").all():
        fold.click()
    visitor.look("watch-form-by")
    link = visitor.page.locator("[aria-labelledby=h-people] td a").first
    told = link.inner_text()
    link.click()
    visitor.page.wait_for_load_state()
    assert re.search(rf"\b{told} registros?\b", visitor.text("#rows"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_webhook_is_made_tried_mended_and_deleted(kind, visit, enter):
    visitor, status = visit(**KINDS[kind]), {"code": 500}
    visitor.go("/sign-in")
    enter(visitor)
    project = demonstration(visitor)
    with Receiver(lambda handler, got: plain(handler, status["code"])) as receiver:
        visitor.go(f"{project}/webhooks?new=1")
        visitor.look("webhook-new")
        secret = add(visitor, receiver.url)
        visitor.look("webhook-made")
        visitor.press("Enviar una prueba")
        receiver.wait_for(1)
        wait_until(visitor, "falló 1 vez")
        assert receiver.got[0].is_signed_with(secret)
        visitor.look("webhook-failed")
        status["code"] = 200
        visitor.press("Enviar otra vez")
        receiver.wait_for(2)
        wait_until(visitor, "recibido")
        assert receiver.got[0].id == receiver.got[1].id and secret not in visitor.text("body")
        visitor.press("Pausar")
        assert "En pausa" in visitor.text()
        visitor.go(f"{project}/webhooks")
        visitor.look("webhooks")
        visitor.page.locator("main th a").first.click()
        visitor.page.wait_for_load_state()
        visitor.press("Eliminar el webhook")
        visitor.press("Eliminar Tablero")
        assert "El webhook se eliminó" in visitor.text() and "Todavía no hay webhooks" in visitor.text()


def add(visitor: Visitor, url: str) -> str:
    """The secret that the page shows once."""
    visitor.page.fill("#name", "Tablero")
    visitor.page.fill("#url", url)
    visitor.press("Añadir", "#add form")
    return visitor.page.locator("#secret code").inner_text()


def wait_until(visitor: Visitor, words: str) -> None:
    """Nothing, once the page, loaded again and again, says so."""
    for _turn in range(60):
        visitor.page.reload()
        if words in visitor.text():
            return
        visitor.page.wait_for_timeout(250)
    raise AssertionError(f"{words}: {visitor.text()}")
