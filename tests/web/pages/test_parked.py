"""What could not be taken: a supervisor sees it with its reason, admits or dismisses it."""

import pytest

from tests import builders

ID = "uuid:00000000-0000-4000-8000-000000000001"
HERE = "/projects/1/parked"


@pytest.fixture(autouse=True)
def parked(units, phone):
    """A submission of a version that nobody knows, with a file."""
    builders.simple_form(units)
    sent = phone.send(builders.a_submission(version="9", body="<nombre>Ana</nombre><foto>1.jpg</foto>",
                                            instance_id=ID), {"1.jpg": b"jpeg"})
    assert sent.status_code == 404


def test_it_is_listed_with_its_reason_and_counted_in_the_frame(bobs):
    text = bobs.get(HERE).text
    assert "La versión «9» de este formulario no está en el servidor" in text and "Teléfono 1" in text
    assert "<b>1</b> apartados por resolver" in bobs.get("/projects/1").text
    one = bobs.get(f"{HERE}/1").text
    assert ID in one and "1.jpg" in one and "&lt;nombre&gt;Ana&lt;/nombre&gt;" in one


def test_a_resend_folds_into_the_line(bobs, phone):
    phone.send(builders.a_submission(version="9", body="<nombre>Ana</nombre><foto>1.jpg</foto>", instance_id=ID))
    text = bobs.get(HERE).text
    assert "se intentó 2 veces" in text and f"{HERE}/2" not in text


def test_admitted_it_is_a_record(bobs):
    answer = bobs.post(f"{HERE}/1/admit")
    assert answer.status_code == 303
    text = bobs.get(answer.location).text
    record = f"/projects/1/forms/simple/submissions/{ID}"
    assert "Ya es un registro" in text and record in text and "Admitido" in text
    assert "Ana" in bobs.get(record).text and "1 de 1 aquí" in bobs.get(record).text
    assert "No hay nada por resolver" in bobs.get(HERE).text
    assert f"{HERE}/1" in bobs.get(f"{HERE}?state=admitted").text


def test_what_still_stands_against_it_is_told(bobs, phone):
    phone.send(builders.a_submission("none", instance_id="uuid:2"))
    answer = bobs.post(f"{HERE}/2/admit")
    assert answer.status_code in (404, 409)
    assert "No se pudo admitir" in answer.text and "no existe en este proyecto" in answer.text
    assert f"{HERE}/2" in bobs.get(HERE).text


def test_dismissed_it_is_kept_with_the_reason(bobs):
    empty = bobs.post(f"{HERE}/1/dismiss", data={"note": "  "})
    assert empty.status_code == 422 and "Escriba por qué se descarta" in empty.text
    assert bobs.post(f"{HERE}/1/dismiss", data={"note": "Era una <prueba>"}).status_code == 303
    assert f"{HERE}/1" not in bobs.get(HERE).text
    assert "Era una &lt;prueba&gt;" in bobs.get(f"{HERE}/1").text
    assert f"{HERE}/1" in bobs.get(f"{HERE}?state=dismissed").text


def test_the_xml_is_a_download_byte_for_byte(bobs, carols):
    answer = bobs.get(f"{HERE}/1/xml")
    assert ID.encode() in answer.data and answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert carols.get(f"{HERE}/1/xml").status_code == 403


def test_it_belongs_to_its_project(alices):
    alices.post("/projects/new", data={"name": "Otro", "language": "es", "timezone": "America/Lima"})
    assert alices.get("/projects/2/parked/1").status_code == 404
    assert alices.post("/projects/2/parked/1/admit").status_code == 404


def test_what_is_unreadable_is_shown_too(bobs, phone):
    assert phone.send(b"\xff<data id='simple'").status_code == 400
    text = bobs.get(f"{HERE}/2")
    assert text.status_code == 200 and "no se sabe" in text.text
