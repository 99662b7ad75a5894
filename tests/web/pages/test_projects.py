"""Projects, the first page, people."""

from datetime import UTC, datetime

import pytest

from tests import builders

RECORD = "/projects/1/forms/simple/submissions/uuid:1"


def test_a_new_project_has_its_first_page(alices):
    answer = alices.post("/projects/new", data={"name": "Río Santiago", "language": "es", "timezone": "America/Lima"})
    assert answer.status_code == 303 and answer.location == "/projects/2"
    text = alices.get("/projects/2").text
    assert "Río Santiago" in text and "Todavía no hay formularios" in text
    assert alices.get("/").location == "/projects"
    assert "Río Santiago" in alices.get("/projects").text


def test_who_sees_one_project_begins_there(bobs):
    assert bobs.get("/").location == "/projects/1"


@pytest.mark.parametrize("given, field", [
    ({"name": " ", "language": "es", "timezone": "America/Lima"}, "name-error"),
    ({"name": "X", "language": "es", "timezone": "Luna/Mar"}, "timezone-error"),
    ({"name": "X", "language": "fr", "timezone": "America/Lima"}, "language-error")])
def test_what_is_wrong_stands_beside_its_field(alices, given, field):
    for path in ("/projects/new", "/projects/1/settings"):
        answer = alices.post(path, data=given)
        assert answer.status_code == 422 and f'id="{field}"' in answer.text, path
    assert "Proyecto de prueba" in alices.get("/projects").text


def test_times_are_told_in_the_zone_of_the_project(bobs, units, phone, app):
    builders.simple_form(units)
    units.clock = lambda: datetime(2026, 11, 15, 3, 30, tzinfo=UTC)
    phone.send(builders.a_submission(instance_id="uuid:1"))
    assert "14/11/2026, 22:30" in bobs.get(RECORD).text
    bobs.post("/projects/1/settings", data={"name": "X", "language": "es", "timezone": "Asia/Tokyo"})
    assert "15/11/2026, 12:30" in bobs.get(RECORD).text


def test_a_person_is_added_and_signs_in_with_what_they_may_do(alices, app):
    given = {"name": "Dora Tii", "email": "Dora@example.org", "role": "supervisor",
             "password": "una frase larga de prueba"}
    assert alices.post("/people?project=1", data=given).status_code == 303
    text = alices.get("/people?project=1").text
    assert "Dora Tii" in text and "dora@<wbr>example.org" in text and "Supervisa" in text
    dora = builders.a_browser(app, "dora", given["password"])
    assert dora.get("/projects/1/submissions").status_code == 200
    assert dora.get("/projects/1/phones").status_code == 403


def test_who_has_an_account_keeps_the_password(alices, app):
    given = {"name": "Carol", "email": "carol@example.org", "role": "viewer", "password": "una frase larga de prueba"}
    assert alices.post("/people?project=1", data=given).status_code == 303
    assert builders.a_browser(app, "carol").get("/projects/1").status_code == 200


@pytest.mark.parametrize("change, field", [
    ({"name": ""}, "name-error"), ({"email": "nadie"}, "email-error"), ({"password": "corta"}, "password-error"),
    ({"password": "elsa@example.org"}, "password-error")])
def test_what_is_wrong_with_a_person_stands_beside_its_field(alices, change, field):
    given = {"name": "E", "email": "elsa@example.org", "role": "viewer", "password": "una frase larga de prueba"}
    answer = alices.post("/people?project=1", data={**given, **change})
    assert answer.status_code == 422 and f'id="{field}"' in answer.text
    assert "elsa@example.org" not in alices.get("/people").text


def test_nobody_gives_away_more_than_they_hold(bobs):
    given = {"name": "Carol", "email": "carol@example.org", "role": "admin", "password": "una frase larga de prueba"}
    assert bobs.post("/people?project=1", data=given).status_code == 403
    assert bobs.post("/people", data={**given, "role": "manager"}).status_code == 403
