"""Public links by the page of their form: made, shown with address and code, withdrawn."""

import io

import pytest
from PIL import Image

from collector.domain import access
from collector.domain.formats import settings_qr
from collector.services import public_links
from tests import builders

FORM = "/projects/1/forms/simple"


@pytest.fixture(autouse=True)
def form(units):
    builders.simple_form(units)


def listed(units) -> list:
    with units.reading(access.SYSTEM) as unit:
        return public_links.list_links(unit, 1, "simple")


def test_a_new_link_shows_its_address_and_its_code(bobs, units, app):
    answer = bobs.post(f"{FORM}/links", data={"name": "Feria", "once": "y"})
    assert answer.status_code == 303 and answer.location == f"{FORM}#links"
    made = listed(units)[0]
    assert (made.name, made.once) == ("Feria", True)
    text = bobs.get(FORM).text
    assert "Feria está listo" in text and "para un solo envío" in text
    assert f'value="http://localhost/v1/key/{made.token}/projects/1"' in text
    picture = bobs.get(f"{FORM}/links/{made.id}/qr.png")
    assert Image.open(io.BytesIO(picture.data)).width > 300 and picture.headers["Cache-Control"] == "no-store"
    with units.reading(access.SYSTEM) as unit:
        told = settings_qr.decode(public_links.settings_text(unit, 1, "simple", made.id))
    assert told["general"]["server_url"] == f"http://localhost/v1/key/{made.token}/projects/1"
    assert told["project"]["name"] == "Feria"
    assert builders.PhoneKey(app, made.id, made.token).send(builders.a_submission()).status_code == 201
    text = bobs.get(FORM).text
    assert "usado el" in text and made.token not in text


def test_a_link_needs_a_name(bobs, units):
    answer = bobs.post(f"{FORM}/links", data={"name": " "})
    assert answer.status_code == 303 and listed(units) == []
    assert "escriba un nombre" in bobs.get(FORM).text


def test_withdrawn_it_is_gone_and_ended_it_says_so(bobs, units, app):
    for name in ("uno", "dos"):
        bobs.post(f"{FORM}/links", data={"name": name})
    two, one = listed(units)
    assert bobs.post(f"{FORM}/links/{one.id}/withdraw").status_code == 303
    assert [left.name for left in listed(units)] == ["dos"] and "El enlace se retiró" in bobs.get(FORM).text
    assert builders.person(app, "bob").delete(f"/v1/sessions/{two.token}").status_code == 200
    text = bobs.get(FORM).text
    assert "terminado" in text and two.token not in text
    assert bobs.get(f"{FORM}/links/{two.id}/qr.png").status_code == 404


def test_who_may_not_make_links_sees_none(carols, units, alices, app):
    builders.person(app, "alice").post(f"/v1/projects/1/assignments/viewer/{builders.person(app, 'carol').id}")
    text = carols.get(FORM).text
    assert "Enlaces públicos" not in text and "Enlaces públicos" in alices.get(FORM).text
    assert carols.post(f"{FORM}/links", data={"name": "x"}).status_code == 403


def test_in_english(app):
    browser = builders.a_browser(app, "bob", accept_language="en")
    assert "Public links" in browser.get(FORM).text
