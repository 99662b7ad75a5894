"""Signing in and out by the page, the languages, the sign against forged requests."""

import re

import pytest

from tests import builders

GIVEN = {"email": "bob@example.org", "password": builders.PASSWORD}


def token_in(answer) -> str:
    return re.search(r'name="csrf_token" value="([^"]+)"', answer.text)[1]


@pytest.fixture
def guarded(app):
    """The application as it runs: requests without the sign are refused."""
    app.config["WTF_CSRF_ENABLED"] = True
    return app


def test_one_signs_in_and_goes_on_to_where_one_came_from(client):
    answer = client.post("/sign-in", data={**GIVEN, "next": "/projects/1/forms?state=open"})
    assert answer.status_code == 303 and answer.location == "/projects/1/forms?state=open"
    cookie = next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith("session="))
    assert "HttpOnly" in cookie and "SameSite" in cookie and "Path=/" in cookie
    assert client.get("/projects/1/forms").status_code == 200


def test_over_https_the_cookie_is_secure(settings):
    from collector.app import create_app

    app = create_app(settings.with_(public_url="https://datos.example.org"))
    app.config["WTF_CSRF_ENABLED"] = False
    answer = app.test_client().post("/sign-in", data=GIVEN)
    app.extensions["collector.units"].engine.dispose()
    assert "Secure" in next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith("session="))


@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)",
                                  "/\t/evil.example", "/\r\nSet-Cookie: a=b", "//[", "\\\\evil.example"])
def test_nobody_is_led_away(client, away):
    assert client.post("/sign-in", data={**GIVEN, "next": away}).location == "/"


def test_a_wrong_password_tells_the_tries_left_and_then_the_wait(client):
    wrong = {**GIVEN, "password": "otra frase larga de prueba"}
    first = client.post("/sign-in", data=wrong)
    assert first.status_code in (401, 422) and "No pudimos entrar con esos datos" in first.text
    assert "Le quedan 9 intentos" in first.text
    assert 'value="bob@example.org"' in first.text and "otra frase" not in first.text
    assert "Set-Cookie" not in first.headers or "session=" not in first.headers["Set-Cookie"]
    for _try in range(9):
        last = client.post("/sign-in", data=wrong)
    assert "Demasiados intentos" in last.text and "Espere 10 minutos" in last.text
    assert "Demasiados intentos" in client.post("/sign-in", data=GIVEN).text


def test_an_empty_input_says_what_is_missing_beside_the_field(client):
    answer = client.post("/sign-in", data={"email": "", "password": ""})
    assert answer.status_code == 422
    assert 'id="email-error"' in answer.text and 'aria-invalid="true"' in answer.text


def test_one_signs_out_here_and_on_the_server(bobs, app):
    token = bobs.get_cookie("session").value
    assert bobs.post("/sign-out").status_code == 303
    assert bobs.get_cookie("session") is None
    other = app.test_client()
    other.set_cookie("session", token)
    assert other.get("/projects/1").status_code == 303


def test_a_request_without_the_sign_is_refused(guarded, units):
    browser = guarded.test_client()
    page = browser.get("/sign-in")
    refused = browser.post("/sign-in", data=GIVEN)
    assert refused.status_code == 400 and "Cárguela otra vez" in refused.text
    assert browser.post("/sign-in", data={**GIVEN, "csrf_token": token_in(page)}).status_code == 303
    change = {"name": "Otro", "language": "es", "timezone": "America/Lima"}
    assert browser.post("/projects/1/settings", data=change).status_code == 400
    assert browser.post("/projects/1/settings", data={**change, "csrf_token": "forged"}).status_code == 400
    held = units.write(builders.access.SYSTEM, builders.project_name)
    assert held == "Proyecto de prueba"
    sign = token_in(browser.get("/projects/1/settings"))
    assert browser.post("/projects/1/settings", data={**change, "csrf_token": sign}).status_code == 303
    assert units.write(builders.access.SYSTEM, builders.project_name) == "Otro"


def test_every_form_of_the_pages_carries_the_sign(guarded, units):
    builders.simple_form(units)
    browser = guarded.test_client()
    sign = token_in(browser.get("/sign-in"))
    browser.post("/sign-in", data={**GIVEN, "csrf_token": sign})
    for path in ("/menu", "/projects/1/forms/simple", "/projects/1/forms/-/upload", "/projects/1/phones?new=1"):
        text = browser.get(path).text
        posts = re.findall(r"<form[^>]*method=\"post\".*?</form>", text, re.DOTALL)
        assert posts and all('name="csrf_token"' in one for one in posts), path


def test_the_cookie_of_a_page_does_not_open_the_api_over_http(bobs):
    answer = bobs.get("/v1/projects")
    assert (answer.status_code, answer.get_json()["code"]) == (401, 401.2)


def test_the_language_is_chosen_and_kept(bobs, app):
    assert "Inicio" in bobs.get("/projects/1").text
    assert bobs.post("/language", data={"language": "en", "next": "/projects/1"}).location == "/projects/1"
    assert '<html lang="en"' in bobs.get("/projects/1").text
    assert '<html lang="en"' in builders.a_browser(app, "bob").get("/projects/1").text


def test_a_stranger_chooses_too_and_the_browser_is_asked_first(client):
    assert '<html lang="en"' in client.get("/sign-in", headers={"Accept-Language": "en-GB"}).text
    client.post("/language", data={"language": "en"})
    assert '<html lang="en"' in client.get("/sign-in").text
    client.post("/language", data={"language": "xx", "theme": "dark"})
    text = client.get("/sign-in").text
    assert '<html lang="en" data-theme="dark"' in text
