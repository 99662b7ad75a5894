"""Which credentials count where: Basic and the API's cookie over https alone, pages over http with a warning."""

import base64
import threading
from datetime import UTC, datetime, timedelta

import pytest

from collector.domain import access
from collector.services import grants, passwords, people, sessions
from tests import builders

EMAIL = "bob@example.org"
ME, PROJECT = "/v1/users/current", "/v1/projects/1"
SECURE = {"X-Forwarded-Proto": "https"}


def basic(password: str = builders.PASSWORD, email: str = EMAIL, **headers) -> dict:
    pair = base64.b64encode(f"{email}:{password}".encode()).decode()
    return {"headers": {"Authorization": f"Basic {pair}", **headers}}


@pytest.fixture
def hashes(monkeypatch):
    """How often a password was hashed since; nobody is remembered yet."""
    made, real = [], passwords._hasher
    monkeypatch.setattr(people, "_REMEMBERED", passwords.Remembered())
    monkeypatch.setattr(passwords, "_hasher", lambda memory: made.append(memory) or real(memory))
    return made


@pytest.mark.parametrize("headers, code", [
    ({}, 401.3), ({"X-Forwarded-Proto": "http"}, 401.3), ({"Forwarded": "proto=http"}, 401.3), (SECURE, None),
    ({"Forwarded": "proto=https"}, None)])
def test_basic_counts_over_https_alone(client, headers, code):
    answer = client.get(ME, **basic(**headers))
    assert answer.json.get("code") == code and answer.status_code == (401 if code else 200)


def test_what_a_stranger_says_of_https_does_not_count(client):
    assert client.get(ME, **basic(**SECURE), environ_base={"REMOTE_ADDR": "203.0.113.9"}).json["code"] == 401.3


def test_a_phone_is_asked_for_credentials_over_https_alone(client):
    openrosa = {"X-OpenRosa-Version": "1.0"}
    assert client.get(f"{PROJECT}/formList", **basic(**openrosa)).status_code == 401
    assert client.get(f"{PROJECT}/formList", **basic(**openrosa, **SECURE)).status_code == 200


def test_bearer_and_keys_count_over_http_too(client, bob, phone):
    assert bob.get(ME).status_code == 200
    assert phone.get("/formList").status_code == 200
    assert client.get(f"{PROJECT}/formList?st={phone.token}", headers={"X-OpenRosa-Version": "1.0"}).status_code == 200


def test_the_cookie_counts_for_the_api_over_https_alone(client, bob):
    client.set_cookie("session", bob.token)
    assert client.get(PROJECT).json["code"] == 401.2
    assert client.get(PROJECT, headers=SECURE).status_code == 200


@pytest.mark.parametrize("given, may", [
    ({"json": {"name": "x"}}, False), ({"json": {"name": "x", "__csrf": "wrong"}}, False),
    ({"json": {"name": "x", "__csrf": 5}}, False), ({"json": ["__csrf"]}, False),
    ({"data": b'{"__csrf": "\\ud800"}', "content_type": "application/json"}, False),
    ({"json": {"name": "x", "__csrf": "CSRF"}}, True),
    ({"json": {"name": "x"}, "headers": {"X-Requested-With": "XMLHttpRequest"}}, True),
    ({"data": b"{", "content_type": "application/json"}, False)])
def test_a_write_by_cookie_needs_a_sign(client, bob, units, given, may):
    with units.reading(access.NOBODY) as unit:
        csrf = people.actor_of_token(unit, bob.token).csrf
    body = given.get("json")
    if isinstance(body, dict) and body.get("__csrf") == "CSRF":
        given = {"json": {**body, "__csrf": csrf}}
    headers = {**SECURE, **given.get("headers", {})}
    client.set_cookie("session", bob.token)
    answer = client.patch(PROJECT, **{**given, "headers": headers})
    assert answer.status_code == (200 if may else 401)


def test_pages_take_the_cookie_over_http(app):
    assert builders.a_browser(app, "bob").get("/projects/1/forms").status_code == 200


@pytest.mark.sqlite
@pytest.mark.parametrize("public, peer, secure, told", [
    ("http://datos.example.org", "192.0.2.5", False, "Otros en la misma red"),
    ("https://datos.example.org", "192.0.2.5", False, "https://datos.example.org"),
    ("http://datos.example.org", "127.0.0.1", False, ""), ("http://datos.example.org", "::1", False, ""),
    ("https://datos.example.org", "192.0.2.5", True, "")])
def test_who_signs_in_unencrypted_from_elsewhere_is_warned(settings, public, peer, secure, told):
    from collector.app import create_app

    app = create_app(settings.with_(public_url=public, trusted_proxies="*" if secure else "127.0.0.1"))
    answer = app.test_client().get("/sign-in", environ_base={"REMOTE_ADDR": peer}, headers=SECURE if secure else {})
    app.extensions["collector.units"].engine.dispose()
    assert answer.status_code == 200
    assert ("La conexión no está cifrada" in answer.text) == bool(told) and told in answer.text


def test_basic_is_hashed_once_in_some_minutes(client, hashes, monkeypatch):
    for _request in range(5):
        assert client.get(ME, **basic(**SECURE)).status_code == 200
    assert len(hashes) == 1
    later = passwords.time.monotonic() + passwords.REMEMBERED + 1
    monkeypatch.setattr(passwords.time, "monotonic", lambda: later)
    assert client.get(ME, **basic(**SECURE)).status_code == 200
    assert len(hashes) == 2


def test_a_token_is_never_hashed(bob, phone, hashes):
    for _request in range(3):
        assert bob.get(ME).status_code == 200
        assert phone.get("/formList").status_code == 200
    assert not hashes


def test_what_changes_is_seen_by_the_very_next_request_with_basic(client, system, units, hashes):
    ask = lambda address=ME: client.get(address, **basic(**SECURE)).status_code  # noqa: E731
    bob = client.get(ME, **basic(**SECURE)).json["id"]
    assert ask(f"{PROJECT}/app-users") == 200
    system(lambda unit: grants.drop_grant(unit, grants.place(unit, 1), access.MANAGER, bob))
    assert ask(f"{PROJECT}/app-users") == 403 and ask() == 200
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    system(lambda unit: sessions.set_end(unit, bob, tomorrow))
    now = units.clock
    units.clock = lambda: now() + timedelta(days=3)
    assert ask() == 401
    units.clock = now
    assert ask() == 200 and len(hashes) == 1
    hashed = passwords.hashed("otra frase larga", 8)
    system(lambda unit: people.set_password(unit, bob, hashed))
    assert ask() == 401
    assert client.get(ME, **basic("otra frase larga", **SECURE)).status_code == 200
    system(lambda unit: people.retire_user(unit, bob))
    assert client.get(ME, **basic("otra frase larga", **SECURE)).status_code == 401


@pytest.mark.sqlite
def test_a_program_that_begins_with_many_requests_has_its_password_hashed_twice_at_most(app, hashes, monkeypatch):
    app.extensions["collector.units"].start_writer()
    together, told = threading.Barrier(8), []

    def ask():
        together.wait(10)
        told.append(app.test_client().get(ME, **basic(**SECURE)).status_code)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert told == [200] * 8 and 1 <= len(hashes) <= 2


def test_who_would_wait_long_for_a_hash_is_told_to_come_again(client, monkeypatch):
    monkeypatch.setattr(people, "_REMEMBERED", passwords.Remembered())
    monkeypatch.setattr(passwords, "WAIT", 0.01)
    given = {"email": EMAIL, "password": builders.PASSWORD}
    asked = (lambda: client.get(ME, **basic(**SECURE)), lambda: client.post("/v1/sessions", json=given),
             lambda: client.post("/sign-in", data=given))
    with passwords._turn(), passwords._turn():
        answers = [ask() for ask in asked]
    assert [one.status_code for one in answers] == [503] * 3
    assert [one.headers["Retry-After"] for one in answers] == ["1"] * 3
    assert answers[0].json["code"] == answers[1].json["code"] == 503.1
    assert "Le queda" not in answers[2].text
    assert [ask().status_code for ask in asked] == [200, 200, 303]
