"""Phones by the page: add one, its code, what it reaches, withdraw it."""

import io

import pytest
from PIL import Image

from collector.domain import access
from collector.domain.formats import settings_qr
from collector.services import phones
from tests import builders


@pytest.fixture(autouse=True)
def forms(units):
    builders.simple_form(units)
    builders.simple_form(units, form_id="otro")


def listed(units):
    with units.reading(access.SYSTEM) as unit:
        return phones.list_phones(unit, 1)


def add(browser, **given):
    return browser.post("/projects/1/phones", data={"name": "Teléfono 04", "reach": "all", **given})


def test_a_new_phone_shows_its_code_and_reaches_every_form(bobs, units, client):
    answer = add(bobs)
    made = listed(units)[0]
    assert answer.status_code == 303 and f"phone={made.id}" in answer.location
    text = bobs.get(answer.location.partition("#")[0]).text
    assert "Teléfono 04 está listo" in text and f"/projects/1/phones/{made.id}/qr.png" in text
    assert made.token not in text
    code = bobs.get(f"/projects/1/phones/{made.id}/qr.png")
    assert Image.open(io.BytesIO(code.data)).width > 300 and code.headers["Cache-Control"] == "no-store"
    with units.reading(access.SYSTEM) as unit:
        told = settings_qr.decode(phones.settings_text(unit, made.id))
    assert told["general"]["server_url"] == f"http://localhost/v1/key/{made.token}/projects/1"
    got = client.get(f"/v1/key/{made.token}/projects/1/formList", headers={"X-OpenRosa-Version": "1.0"}).text
    assert "<formID>simple</formID>" in got and "<formID>otro</formID>" in got


def test_a_phone_may_reach_some_forms_only(bobs, units, client):
    add(bobs, reach="some", forms=["otro"])
    made = listed(units)[0]
    got = client.get(f"/v1/key/{made.token}/projects/1/formList", headers={"X-OpenRosa-Version": "1.0"}).text
    assert "<formID>otro</formID>" in got and "<formID>simple</formID>" not in got
    assert "<dd>otro</dd>" in bobs.get(f"/projects/1/phones?phone={made.id}").text


def test_a_phone_needs_a_name_and_what_was_chosen_stays(bobs, units):
    answer = add(bobs, name=" ", reach="some", forms=["otro"])
    assert answer.status_code == 422 and listed(units) == []
    assert 'id="name-error"' in answer.text and 'value="otro" checked' in answer.text


def test_nobody_gives_a_phone_a_form_that_is_not_there(bobs, units):
    assert add(bobs, reach="some", forms=["none"]).status_code == 404
    assert listed(units) == []


def test_a_withdrawn_phone_sends_to_the_parking_lot_and_has_no_code(bobs, units, phone):
    answer = bobs.post(f"/projects/1/phones/{phone.id}/revoke")
    page = bobs.get(answer.location)
    assert answer.status_code == 303 and page.status_code == 200 and "El teléfono se retiró" in page.text
    assert bobs.get(f"/projects/1/phones/{phone.id}/qr.png").status_code == 404
    assert phone.send(builders.a_submission()).status_code in (401, 403)
    assert "Teléfono 1" in bobs.get("/projects/1/parked").text


def test_what_a_phone_was_seen_with_is_told(bobs, phone):
    phone.get("/formList?deviceID=collect:abc", headers={"User-Agent": "org.odk.collect.android/v2025.3"})
    text = bobs.get(f"/projects/1/phones?phone={phone.id}").text
    assert "org.odk.collect.android/v2025.3" in text


def test_the_sheet_has_one_card_per_phone(bobs, units, phone):
    add(bobs)
    assert bobs.get("/projects/1/phones/sheet").text.count('class="card-qr"') == 2
    assert bobs.get(f"/projects/1/phones/sheet?phone={phone.id}").text.count('class="card-qr"') == 1


def test_the_phone_of_another_project_is_not_here(alices, phone):
    alices.post("/projects/new", data={"name": "Otro", "language": "es", "timezone": "America/Lima"})
    assert alices.get(f"/projects/2/phones?phone={phone.id}").status_code == 404
    assert alices.get(f"/projects/2/phones/{phone.id}/qr.png").status_code == 404
    assert alices.post(f"/projects/2/phones/{phone.id}/revoke").status_code == 404
