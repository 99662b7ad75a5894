"""Who sees which page; what every page carries with it."""

import pytest

from tests import builders

ID = "uuid:00000000-0000-4000-8000-000000000001"
RECORD = f"/projects/1/forms/simple/submissions/{ID}"
PROJECT_PAGES = (
    "/projects/1", "/projects/1/forms", "/projects/1/forms/-/upload", "/projects/1/forms/simple",
    "/projects/1/phones", "/projects/1/phones?new=1", "/projects/1/phones/sheet", "/projects/1/submissions", RECORD,
    "/projects/1/parked", "/projects/1/settings", "/people?project=1",
)
OWN_PAGES = ("/menu", "/projects")
SITE_PAGES = ("/projects/new", "/people", "/status")


@pytest.fixture(autouse=True)
def form(units, phone):
    made = builders.simple_form(units)
    phone.send(builders.a_submission(instance_id=ID))
    return made


@pytest.mark.parametrize("path", [*PROJECT_PAGES, *OWN_PAGES, *SITE_PAGES])
def test_the_administrator_sees_every_page(alices, path):
    answer = alices.get(path)
    assert answer.status_code == 200
    assert answer.text.count("<h1") == 1 and '<html lang="es"' in answer.text


@pytest.mark.parametrize("path", [*PROJECT_PAGES, *OWN_PAGES])
def test_a_manager_sees_every_page_of_the_project(bobs, path):
    assert bobs.get(path).status_code == 200


@pytest.mark.parametrize("path", SITE_PAGES)
def test_a_manager_does_not_see_the_pages_of_the_site(bobs, path):
    answer = bobs.get(path)
    assert answer.status_code == 403 and "Sin permiso" in answer.text


@pytest.mark.parametrize("path", [*PROJECT_PAGES, *SITE_PAGES])
def test_who_has_no_grant_is_refused(carols, path):
    answer = carols.get(path)
    assert answer.status_code == 403 and "Sencillo" not in answer.text


@pytest.mark.parametrize("path", OWN_PAGES)
def test_who_has_no_grant_sees_what_is_their_own(carols, path):
    answer = carols.get(path)
    assert answer.status_code == 200 and "Proyecto de prueba" not in answer.text


@pytest.mark.parametrize("path", [*PROJECT_PAGES, *OWN_PAGES, *SITE_PAGES])
def test_a_stranger_is_sent_to_sign_in_and_told_where_from(client, path):
    answer = client.get(path)
    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in?next=")


@pytest.mark.parametrize("path", [
    "/projects/1/forms/-/upload", "/projects/1/forms/simple/state", "/projects/1/forms/simple/publish",
    "/projects/1/forms/simple/draft", "/projects/1/forms/simple/draft/replace", "/projects/1/phones",
    "/projects/1/parked/1/admit", "/projects/1/settings", "/projects/new", "/people"])
def test_nobody_without_the_right_changes_anything(carols, client, path):
    given = {"name": "X", "state": "closed", "email": "x@example.org", "password": "una frase larga de prueba",
             "language": "es", "timezone": "America/Lima"}
    assert carols.post(path, data=given).status_code in (403, 404)
    assert client.post(path, data=given).status_code == 401


def test_pages_of_what_is_not_there(alices):
    for path in ("/nowhere", "/projects/99", "/projects/1/forms/none", "/projects/1/parked/99",
                 "/projects/1/forms/simple/submissions/none", "/projects/1/submissions?form=none",
                 "/projects/99999999999999999999"):
        answer = alices.get(path)
        assert answer.status_code == 404, path
        assert "<h1>No está aquí</h1>" in answer.text


def test_pages_run_nothing_but_our_own(bobs):
    answer = bobs.get(RECORD)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "script-src 'self'" in policy and "'unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Cache-Control"] == "no-store"
    assert " style=" not in answer.text and " onclick" not in answer.text and "<script>" not in answer.text


def test_lists_are_fragments_for_htmx(bobs):
    whole = bobs.get("/projects/1/submissions")
    part = bobs.get("/projects/1/submissions", headers={"HX-Request": "true"})
    assert "<html" in whole.text and whole.headers["Vary"].startswith("HX-Request")
    assert "<html" not in part.text and ID in part.text and part.headers["Vary"].startswith("HX-Request")
