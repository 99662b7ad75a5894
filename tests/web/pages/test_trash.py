"""The trash by its page: what was deleted, until when it lies there, thrown there and brought back by who manages."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests import builders

TRASH = "/projects/1/trash"
RECORD = "/forms/simple/records/uuid:uno"


@pytest.fixture(autouse=True)
def record(app, units):
    builders.simple_form(units)
    key = builders.phone_key(app)
    assert key.send(builders.a_submission(instance_id="uuid:uno")).status_code == 201


def test_a_record_goes_there_and_comes_back(bobs):
    here = "/projects/1/forms/simple/submissions/uuid:uno"
    assert "Mover a la papelera" in bobs.get(here).text
    assert bobs.post(TRASH + RECORD).location == TRASH
    text = bobs.get(TRASH).text
    assert "El registro está en la papelera." in text and "30 días" in text and "uno" in text
    assert bobs.get(here).status_code == 404
    answer = bobs.post(f"{TRASH}{RECORD}/restore")
    assert answer.status_code == 303 and answer.location == here
    assert bobs.get(here).status_code == 200
    assert "La papelera está vacía" in bobs.get(TRASH).text


def test_a_form_goes_there_with_its_records_and_comes_back(bobs, units):
    assert "Eliminar el formulario" in bobs.get("/projects/1/forms/simple").text
    assert bobs.post(f"{TRASH}/forms/simple").location == TRASH
    text = bobs.get(TRASH).text
    assert "/trash/forms/1/restore" in text and RECORD not in text
    assert bobs.get("/projects/1/forms/simple").status_code == 404
    assert bobs.post(f"{TRASH}/forms/1/restore").location == "/projects/1/forms/simple"
    assert bobs.get("/projects/1/forms/simple/submissions/uuid:uno").status_code == 200


def test_a_form_whose_id_is_taken_stays_there_and_it_is_told(bobs, units):
    bobs.post(f"{TRASH}/forms/simple")
    builders.simple_form(units, version="2")
    assert bobs.post(f"{TRASH}/forms/1/restore").location == TRASH
    text = bobs.get(TRASH).text
    assert "ya hay otro formulario" in text and "/trash/forms/1/restore" in text


def test_it_tells_the_day_on_which_it_is_erased(bobs):
    bobs.post(TRASH + RECORD)
    with_zone = datetime.now(ZoneInfo("America/Lima")) + timedelta(days=30)
    assert f">{with_zone:%d/%m/%Y}<" in bobs.get(TRASH).text


def test_it_goes_on_where_a_page_ends(app, bobs, monkeypatch):
    monkeypatch.setattr("collector.web.pages.trash.AT_ONCE", 1)
    key = builders.phone_key(app, name="Otro")
    assert key.send(builders.a_submission(instance_id="uuid:dos")).status_code == 201
    for instance in ("uno", "dos"):
        bobs.post(f"{TRASH}/forms/simple/records/uuid:{instance}")
    first = bobs.get(TRASH).text
    assert "uuid:dos/restore" in first and "uuid:uno/restore" not in first
    address = first.partition(f'href="{TRASH}?before=')[2].partition('"')[0]
    second = bobs.get(f"{TRASH}?before={address}").text
    assert "uuid:uno/restore" in second and "uuid:dos/restore" not in second
