"""The administrator's page of the server: numbers, failed steps with their retry, what is empty, who may see it."""

import re

import pytest

from collector.services import flattening
from collector.services.unit import Step
from tests import builders

ID = "uuid:00000000-0000-4000-8000-00000000000a"


@pytest.fixture
def poison(units, phone):
    """Steps of these submissions fail until the list is emptied; time runs as the test says."""
    bad, steps = [], dict(units.steps)

    def step(unit, event, found):
        if bad:
            raise RuntimeError("una fila\x00 que no se entiende \ud800")
        dict(steps["submission.create"])["flatten"].keep(unit, event, found)

    units.steps = {**steps, "submission.create": (("flatten", Step(step, flattening.read)),)}
    return bad


def failed_step(units, phone, poison, instance_id: str = ID) -> None:
    poison.append(True)
    phone.send(builders.a_submission(instance_id=instance_id))
    builders.fail_for_good(units)


def test_a_fresh_server_is_well_and_says_what_is_empty(alices):
    text = alices.get("/status").text
    assert "Todo está bien." in text
    assert "Ningún paso falló" in text and "No hay nada por resolver" in text and "Ninguno todavía." in text
    assert "Reintentar" not in text


def test_a_failed_step_is_shown_and_tried_again_from_the_page(alices, units, phone, poison):
    builders.simple_form(units)
    failed_step(units, phone, poison)
    text = alices.get("/status").text
    assert "RuntimeError: una fila� que no se entiende ?" in text and "5 intentos" in text
    assert f"/projects/1/forms/simple/submissions/{ID.replace(':', '%3A')}" in text or f"submissions/{ID}" in text
    assert "1 fallaron" in text and "Todo está bien." not in text
    number = re.search(r"/status/steps/(\d+)/retry", text)[1]
    poison.clear()
    answer = alices.post(f"/status/steps/{number}/retry")
    assert answer.status_code == 303
    text = alices.get("/status").text
    assert "El paso se intentará otra vez." in text and "Ningún paso falló" in text
    assert ID in alices.get("/projects/1/submissions").text
    assert alices.post(f"/status/steps/{number}/retry").status_code == 303
    assert "ya no espera" in alices.get("/status").text


def test_all_failed_steps_are_tried_again_at_once(alices, units, phone, poison):
    builders.simple_form(units)
    for end in "bc":
        failed_step(units, phone, poison, ID[:-1] + end)
    assert "Reintentar todos: 2" in alices.get("/status").text
    poison.clear()
    alices.post("/status/steps/retry")
    text = alices.get("/status").text
    assert "2 pasos se intentarán otra vez." in text and "Ningún paso falló" in text


def test_a_failed_step_whose_record_is_gone_is_shown_without_a_link(alices, system, units):
    units.steps = {"submission.create": (("flatten", Step(lambda unit, event, _found: 1 / 0)),)}
    system(lambda unit: unit.record("submission.create", submission_id=99))
    builders.fail_for_good(units)
    text = alices.get("/status").text
    assert "Registro que ya no está" in text and "ZeroDivisionError" in text


def test_numbers_of_the_whole_server(alices, units, phone):
    builders.simple_form(units)
    phone.send(builders.a_submission(body="<nombre>Ana</nombre><foto>a.jpg</foto>"), {"a.jpg": b"x" * 2500})
    phone.send(builders.a_submission(form_id="none"))
    text = alices.get("/status").text
    assert re.search(r"<dt>Archivos</dt><dd>1 archivo, 2 kB</dd>|<dt>Archivos</dt><dd>\d archivos, ", text)
    assert re.search(r'class="warning" href="#parked"><b>1</b>', text)
    assert re.search(r'<a href="/projects/1/parked">Proyecto de prueba</a></th><td class="num"[^>]*>1<', text)


def test_the_last_good_backup_is_told(alices, system):
    system(lambda unit: unit.record("backup.create", details={"name": "20261122T101112Z"}))
    text = alices.get("/status").text
    assert "(ahora)" in text and "Ninguno todavía." not in text


def test_in_english(app):
    text = builders.a_browser(app, "alice", Accept_Language="en").get("/status").text
    assert "State of the server" in text and "All is well." in text and "No step failed" in text


def test_only_administrators_are_led_there_and_let_in(alices, bobs, carols, client):
    for path in ("/menu", "/menu?project=1", "/projects"):
        assert 'href="/status"' in alices.get(path).text, path
        assert 'href="/status"' not in bobs.get(path).text, path
    assert bobs.get("/status").status_code == carols.get("/status").status_code == 403
    assert client.get("/status").status_code == 303
    for path in ("/status/steps/1/retry", "/status/steps/retry"):
        assert bobs.post(path).status_code == 403 and client.post(path).status_code == 401
