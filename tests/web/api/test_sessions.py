"""Sessions over HTTP, in Central's shapes."""

import re

import pytest

from collector.services import tries
from tests import builders

CREDENTIALS = {"email": "alice@example.org", "password": builders.PASSWORD}


def cookie(response, name: str) -> str:
    return next(line for line in response.headers.getlist("Set-Cookie") if line.startswith(f"{name}="))


def test_sign_in_gives_token_csrf_and_two_cookies(client):
    answer = client.post("/v1/sessions", json=CREDENTIALS)
    assert answer.status_code == 200
    body = answer.json
    assert set(body) == {"token", "csrf", "createdAt", "expiresAt"}
    assert len(body["token"]) == 64 and len(body["csrf"]) == 64
    assert body["expiresAt"] > body["createdAt"] and body["createdAt"].endswith("Z")
    assert body["token"] in cookie(answer, "session")
    assert "HttpOnly" in cookie(answer, "session") and "SameSite=Strict" in cookie(answer, "session")
    assert body["csrf"] in cookie(answer, "__csrf") and "HttpOnly" not in cookie(answer, "__csrf")


def test_email_is_compared_without_capitals_and_spaces(client):
    assert client.post("/v1/sessions", json={**CREDENTIALS, "email": " ALICE@example.org "}).status_code == 200


@pytest.mark.parametrize("body, code, details", [
    ({}, 400.3, {"expected": ["email", "password"], "got": {}}),
    ({"email": "alice@example.org"}, 400.3, {"expected": ["email", "password"], "got": {"email": "alice@example.org"}}),
    ({"email": ["x"], "password": "abc"}, 400.11, {"field": "email", "value": ["x"], "expected": "a string"}),
    ({"email": "alice@example.org", "password": "no es esta"}, 401.2, {}),
    ({"email": "nadie@example.org", "password": "no es esta"}, 401.2, {}),
    ([1], 400.3, {"expected": ["email", "password"], "got": {}}),
    ({"email": "alice@example.org", "password": ""}, 400.3,
     {"expected": ["email", "password"], "got": {"email": "alice@example.org"}}),
    ({"email": "", "password": "abc"}, 400.3, {"expected": ["email", "password"], "got": {}}),
    ({"email": "alice@example.org", "password": 123}, 401.2, {}),
    ({"email": "alice@example.org", "password": {"a": 1}}, 401.2, {}),
])
def test_what_does_not_sign_in(client, body, code, details):
    answer = client.post("/v1/sessions", json=body)
    assert answer.status_code == int(code)
    assert (answer.json["code"], answer.json["details"] or {}) == (code, details)


def test_password_never_comes_back(client):
    answer = client.post("/v1/sessions", json={"password": "una frase secreta"})
    assert answer.status_code == 400 and b"secreta" not in answer.data


def test_body_that_is_no_json(client):
    answer = client.post("/v1/sessions", data=b"{oops", content_type="application/json")
    assert answer.json["code"] == 400.1
    assert answer.json["details"] == {"format": "json", "rawLength": 5}


def test_guessing_is_paused(client):
    wrong = {**CREDENTIALS, "password": "no es esta frase"}
    for _ in range(tries.BY_PAIR):
        assert client.post("/v1/sessions", json=wrong).json["details"] is None
    answer = client.post("/v1/sessions", json=CREDENTIALS)
    assert answer.json["code"] == 401.2 and answer.json["details"]["wait"] > 0


def test_restore_gives_the_session_behind_the_cookie_over_https(client):
    token = client.post("/v1/sessions", json=CREDENTIALS).json["token"]
    assert client.get("/v1/sessions/restore").json["code"] == 401.2
    answer = client.get("/v1/sessions/restore", base_url="https://localhost",
                        headers={"Cookie": f"session={token}"})
    assert answer.status_code == 200 and set(answer.json) == {"createdAt", "expiresAt"}
    assert answer.json["expiresAt"] > answer.json["createdAt"]


@pytest.mark.parametrize("headers", [
    {"Cookie": "session=no"}, {"Authorization": "Bearer no"}, {"Authorization": "Basic no"}, {"Authorization": "otra"}])
def test_one_signs_in_anew_whatever_no_longer_holds(client, headers):
    assert client.post("/v1/sessions", json=CREDENTIALS, headers=headers).status_code == 200


def test_cookies_have_their_attributes_in_centrals_order(client, alice):
    body = client.post("/v1/sessions", json=CREDENTIALS)
    for name, value, more in (("session", body.json["token"], " HttpOnly;"), ("__csrf", body.json["csrf"], "")):
        assert re.fullmatch(rf"{name}={value}; Path=/; Expires=\w+, \d\d \w+ \d{{4}} [\d:]+ GMT;{more} SameSite=Strict",
                            cookie(body, name))
    gone = alice.delete("/v1/sessions/current")
    assert cookie(gone, "session") == ("session=null; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; "
                                       "Secure; SameSite=Strict")


def test_sign_out_ends_the_session_and_clears_cookies(client, alice):
    answer = alice.delete("/v1/sessions/current")
    assert answer.json == {"success": True}
    assert "Expires=Thu, 01 Jan 1970" in cookie(answer, "session")
    assert alice.get("/v1/users/current").json["code"] == 401.2
    assert client.delete("/v1/sessions/current").json["code"] == 401.2


def test_own_other_session_ends_by_its_token(client, alice):
    other = builders.person(alice.app, "alice")
    assert alice.delete(f"/v1/sessions/{other.token}").json == {"success": True}
    assert other.get("/v1/users/current").status_code == 401
    assert alice.get("/v1/users/current").status_code == 200


def test_manager_ends_a_phones_key_and_others_do_not(bob, carol, phone):
    assert carol.delete(f"/v1/sessions/{phone.token}").json["code"] == 403.1
    assert carol.delete("/v1/sessions/" + "x" * 64).json["code"] == 403.1
    assert bob.delete(f"/v1/sessions/{phone.token}").json == {"success": True}
    listed = bob.get("/v1/projects/1/app-users").json
    assert [(one["id"], one["token"]) for one in listed] == [(phone.id, None)]


def test_manager_does_not_end_an_administrators_session(alice, bob):
    assert bob.delete(f"/v1/sessions/{alice.token}").json["code"] == 403.1
    assert alice.get("/v1/users/current").status_code == 200
