"""Pages of webhooks: made with the secret shown once, seen with their deliveries, paused, tried again, deleted."""

import re

import pytest

from collector.services import delivering
from tests import builders
from tests.receiver import Receiver, plain

HOOKS = "/projects/1/webhooks"
INPUT = {"name": "Tablero <b>", "events": ["submission.create", "submission.update"], "form": ""}


@pytest.fixture
def receiver(units):
    object.__setattr__(units.settings, "webhook_private", "127.0.0.0/8")
    with Receiver(lambda handler, got: plain(handler, 500)) as receiver:
        yield receiver


def add(browser, url: str) -> tuple[str, str]:
    """(address of the page, secret)."""
    answer = browser.post(HOOKS, data={**INPUT, "url": url})
    secret = re.search(r'<code class="any mono">([\w-]{40,})</code>', answer.text)[1]
    assert answer.headers["Cache-Control"] == "no-store"
    return f"{HOOKS}/1", secret


def test_the_secret_is_on_the_page_that_answers_and_nowhere_else(bobs, receiver):
    assert "Todavía no hay webhooks" in bobs.get(HOOKS).text
    assert 'name="events"' in bobs.get(f"{HOOKS}?new=1").text
    page, secret = add(bobs, receiver.url)
    for address in (page, HOOKS, f"{HOOKS}?new=1", "/projects/1"):
        assert secret not in bobs.get(address).text
    assert "Tablero &lt;b&gt;" in bobs.get(page).text and "Llegó un registro, Se decidió" in bobs.get(HOOKS).text
    other = bobs.post(f"{page}/secret").text
    assert "No se vuelve a mostrar" in other and secret not in other


def test_what_is_wrong_is_told_beside_what_was_written(bobs, receiver):
    for change, words in (({"url": "ftp://x.org"}, "que empiece con https://"), ({"events": []}, "al menos un suceso"),
                          ({"name": ""}, "Escriba un nombre")):
        answer = bobs.post(HOOKS, data={**INPUT, "url": receiver.url, **change})
        assert answer.status_code == 422 and words in answer.text
    page, _secret = add(bobs, receiver.url)
    answer = bobs.post(page, data={**INPUT, "url": "nada"})
    assert answer.status_code == 422 and 'value="nada"' in answer.text and receiver.url in bobs.get(page).text
    assert bobs.post(page, data={**INPUT, "name": "Otro", "url": receiver.url}).status_code == 303
    assert "<h1>Otro</h1>" in bobs.get(page).text


def test_deliveries_are_told_with_what_came_of_them(bobs, receiver, units, phone):
    builders.simple_form(units)
    page, _secret = add(bobs, receiver.url)
    for number in range(2):
        phone.send(builders.a_submission(instance_id=f"uuid:{number}"))
    assert "2 esperan" in bobs.get(page).text
    delivering.send_waiting(units)
    shown = bobs.get(page).text
    assert "falló 1 vez" in shown and ">500<" in shown and "Respondió que no." in shown and "Próximo intento" in shown
    assert "Falló 1 vez" in bobs.get(HOOKS).text
    receiver.answer = lambda handler, got: plain(handler, 200)
    assert bobs.post(f"{page}/deliveries/1/retry").status_code == 303
    delivering.send_waiting(units)
    assert bobs.get(page).text.count("recibido") == 2
    bobs.post(f"{page}/test")
    assert "Prueba" in bobs.get(page).text
    bobs.post(f"{page}/deliveries/3/skip")
    assert "omitido" in bobs.get(page).text


def test_a_halted_one_is_told_there_and_on_the_first_page(bobs, receiver, units, phone):
    builders.simple_form(units)
    moment = [units.clock()]
    units.clock = lambda: moment[0]
    page, _secret = add(bobs, receiver.url)
    phone.send(builders.a_submission())
    from datetime import timedelta

    for _try in range(9):
        delivering.send_waiting(units)
        moment[0] += timedelta(days=1, minutes=1)
    shown = bobs.get(page).text
    assert "Se dejó de enviar: falló 9 veces seguidas" in shown and len(receiver.got) == 9
    bobs = builders.a_browser(bobs.application, "bob")
    assert f'href="{page}"' in bobs.get("/projects/1").text or HOOKS in bobs.get("/projects/1").text.split("<main")[1]
    receiver.answer = lambda handler, got: plain(handler, 200)
    bobs.post(f"{page}/state", data={"state": "active"})
    delivering.send_waiting(units)
    assert "recibido" in bobs.get(page).text and "Se dejó de enviar" not in bobs.get(page).text
    bobs.post(f"{page}/state", data={"state": "paused"})
    assert "En pausa" in bobs.get(page).text
    assert bobs.post(f"{page}/delete").status_code == 303 and bobs.get(page).status_code == 404


def test_others_see_nothing_of_them(bobs, carols, receiver):
    page, _secret = add(bobs, receiver.url)
    for address in (HOOKS, page):
        assert carols.get(address).status_code == 403
    for address in (HOOKS, page, f"{page}/state", f"{page}/secret", f"{page}/test", f"{page}/delete"):
        assert carols.post(address, data={**INPUT, "url": receiver.url}).status_code == 403
