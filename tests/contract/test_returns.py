"""A record goes back to its phone and comes back corrected: what stock Collect sees of it, and what others do not."""

import contextlib
import csv
import json
import sqlite3

import pytest
import requests

from tests import stored
from tests.phone.phone import Phone, instance_id

pytestmark = [pytest.mark.contract, pytest.mark.xdist_group("phone")]
FORM = """
| survey |
|        | type    | name   | label  | required |
|        | text    | nombre | Nombre | yes      |
|        | integer | edad   | Edad   | yes      |
| settings |
|        | form_title | form_id  | version |
|        | Historia   | historia | 1 |
"""
MINE, LIST = "devoluciones", "devoluciones.csv"


@pytest.fixture
def api(live):
    api = live.administrator()
    api.publish(FORM)
    yield api
    api.close()


@pytest.fixture
def phones(live, api, tmp_path):
    """Two phones that may fill the form; neither knows of returns yet."""
    made = [Phone(f"{live.address}/v1/key/{api.phone(name, 'historia')['token']}/projects/1", tmp_path / name)
            for name in ("one", "two")]
    for phone in made:
        assert phone.sync().fetched == ["historia"]
    yield made
    for phone in made:
        phone.close()


def waiting(phone) -> list[dict]:
    """The list on the phone."""
    with (phone.forms[MINE].media / LIST).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_send_return_learn_answer_edit_closed(live, api, phones, filler, tmp_path):
    phone, other = phones
    form = phone.forms["historia"]
    first, second = filler.fill(form.xml, form.media, tmp_path / "filled", 2, 11)
    assert phone.send(first, form).status == 201
    record = f"/projects/1/forms/historia/submissions/{instance_id(first)}"
    made = api.post(f"{record}/returns", json={
        "fields": [{"ref": "/edad", "reason": "¿Cuántos años tiene, según su DNI?"}], "due": "2099-05-02"})

    said = phone.send(second, form).messages[0]
    assert "Tiene 1 devolución: " in said and "1 campo, hasta el 02/05" in said
    stranger = filler.fill(form.xml, form.media, tmp_path / "stranger", 1, 12)[0]
    assert "devoluci" not in other.send(stranger, form).messages[0]

    changed = phone.sync()
    assert (changed.fetched, changed.media) == ([MINE], [(MINE, LIST)])
    line, = waiting(phone)
    assert (line["instance_id"], line["tipo_dato"]) == (instance_id(first), "numero")
    assert line["motivo"] == "¿Cuántos años tiene, según su DNI?"
    assert (other.sync().fetched, other.forms.keys()) == ([], {"historia"})
    address = f"{phone.server_url}/forms/{MINE}/attachments/{LIST}?deviceID=collect:another"
    assert requests.get(address, timeout=30).text.count("\n") == 1, "another device with the same key reads nothing"
    assert api.get(f"/projects/1/returns/{made['id']}")["toldAt"] is not None
    assert phone.sync().media == [], "what has not changed is not fetched again"

    assert phone.send(_answered(filler, phone, line["name"], tmp_path), phone.forms[MINE]).status == 201
    assert stored.until(lambda: api.get(f"/projects/1/returns/{made['id']}")["answeredAt"])
    kept = api.get(f"/projects/1/returns/{made['id']}")
    assert (kept["how"], kept["fields"][0]["answer"]["said"]) == (None, "despues")
    assert stored.until(lambda: not stored.waiting_steps(live.data), 60)
    assert _found(live) == (0, 0), "a list that each phone has of its own is no reason for findings"

    edited = filler.edit(form.xml, form.media, first, tmp_path / "edited", 13)
    answer = phone.send(edited, form)
    assert answer.status == 201 and answer.messages[0].startswith("Corrección recibida")
    assert "devoluci" not in answer.messages[0]
    assert stored.until(lambda: api.get(f"/projects/1/returns/{made['id']}")["how"])
    assert api.get(f"/projects/1/returns/{made['id']}")["how"] == "edit"
    assert api.get(record)["reviewState"] == "edited"
    assert phone.sync().media == [(MINE, LIST)] and waiting(phone) == []
    assert [one["id"] for one in api.get("/projects/1/returns?state=back")] == [made["id"]]
    assert phone.report.deviations == [] and other.report.deviations == []


def _found(live) -> tuple:
    """(errors, warnings) found in what was answered."""
    with contextlib.closing(sqlite3.connect(live.data / "collector.sqlite3")) as database:
        return database.execute("SELECT sum(errors), sum(warnings) FROM submissions JOIN forms ON forms.id = form_id "
                                "WHERE xml_form_id = ?", [MINE]).fetchone()


def _answered(filler, phone, key, folder):
    """The phone's form for returns, filled: it will be corrected later."""
    answers = folder / "answers.json"
    answers.write_text(json.dumps({"/data/g_lista/devolucion": key, "/data/g_respuesta/respuesta": "despues"}))
    form = phone.forms[MINE]
    return filler.fill(form.xml, form.media, folder / "answer", 1, 5, "--answers", answers)[0]
