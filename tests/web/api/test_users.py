"""Users over HTTP, in Central's shapes."""

import pytest

from tests import builders

SHAPE = {"id", "type", "displayName", "email", "createdAt", "updatedAt", "deletedAt", "lastLoginAt"}


def test_who_am_i(alice, client, phone):
    me = alice.get("/v1/users/current").json
    assert set(me) == SHAPE
    assert (me["id"], me["type"], me["displayName"], me["email"]) == (alice.id, "user", "Alice", "alice@example.org")
    assert client.get("/v1/users/current").json["code"] == 401.2
    assert client.get(f"/v1/key/{phone.token}/users/current").json["code"] == 404.1


def test_who_am_i_with_verbs(alice, bob, carol):
    extended = {"X-Extended-Metadata": "true"}
    me = alice.get("/v1/users/current", headers=extended).json
    assert {"project.create", "user.password.invalidate", "role.update"} <= set(me["verbs"])
    assert me["preferences"] == {"site": {}, "projects": {}} and set(me["session"]) == {"createdAt", "expiresAt"}
    assert not {"verbs", "preferences", "session"} & set(alice.get("/v1/users/current").json)
    assert bob.get("/v1/users/current", headers=extended).json["verbs"] == []
    assert carol.get("/v1/users/current", headers=extended).json["verbs"] == []


def test_basic_counts_over_https_only(client):
    auth = ("alice@example.org", builders.PASSWORD)
    assert client.get("/v1/users/current", auth=auth).json["code"] == 401.3
    assert client.get("/v1/users/current", auth=auth, base_url="https://localhost").json["displayName"] == "Alice"
    wrong = ("alice@example.org", "no es esta frase")
    assert client.get("/v1/users/current", auth=wrong, base_url="https://localhost").json["code"] == 401.2


def test_list_and_search(alice, carol):
    assert [one["displayName"] for one in alice.get("/v1/users").json] == ["Alice", "Bob", "Carol"]
    assert [one["displayName"] for one in alice.get("/v1/users?q=CAR").json] == ["Carol"]
    assert alice.get("/v1/users?q=100%25").json == []
    assert [one["displayName"] for one in alice.get("/v1/users?q=carol bob").json] == ["Carol", "Bob"]
    assert [one["displayName"] for one in alice.get("/v1/users?q=Crol").json] == ["Carol"]
    assert [one["displayName"] for one in alice.get("/v1/users?q=BOB@example.org").json] == ["Bob"]
    assert carol.get("/v1/users").json == []
    assert carol.get("/v1/users?q=bo").json == []
    assert [one["displayName"] for one in carol.get("/v1/users?q=bob@example.org").json] == ["Bob"]


def test_create_with_and_without_password(alice, client):
    made = alice.post("/v1/users", json={"email": "Dora@example.org", "password": "una frase larga"})
    assert made.status_code == 200 and set(made.json) == SHAPE
    assert (made.json["email"], made.json["displayName"]) == ("dora@example.org", "dora@example.org")
    signed = client.post("/v1/sessions", json={"email": "dora@example.org", "password": "una frase larga"})
    assert signed.status_code == 200
    made = alice.post("/v1/users", json={"email": "eva@example.org"})
    assert made.status_code == 200
    refused = client.post("/v1/sessions", json={"email": "eva@example.org", "password": ""})
    assert refused.json["code"] == 400.3


@pytest.mark.parametrize("body, code", [
    ({}, 400.2), ({"email": "x"}, 400.8), ({"email": 7}, 400.11), ({"email": "bob@example.org"}, 409.3),
    ({"email": "d@example.org", "password": "corta"}, 400.21),
    ({"email": "d@example.org", "password": "x" * 80}, 400.38),
    ({"email": "d@example.org", "password": "aaaaaaaaaa"}, 400.44),
    ({"email": "a\u0000b@example.org"}, 400.22)])
def test_what_makes_no_user(alice, body, code):
    answer = alice.post("/v1/users", json=body)
    assert (answer.status_code, answer.json["code"]) == (int(code), code)


def test_only_administrators_create(bob, carol):
    for person in (bob, carol):
        assert person.post("/v1/users", json={"email": "d@example.org"}).json["code"] == 403.1


def test_show_change_and_retire(alice, bob, carol):
    assert carol.get(f"/v1/users/{carol.id}").json["displayName"] == "Carol"
    assert carol.get(f"/v1/users/{bob.id}").json["code"] == 403.1
    assert alice.get("/v1/users/999").json["code"] == 404.1
    changed = carol.patch(f"/v1/users/{carol.id}", json={"displayName": "Carola", "email": "carola@example.org"}).json
    assert (changed["displayName"], changed["email"]) == ("Carola", "carola@example.org")
    assert changed["updatedAt"]
    assert carol.patch(f"/v1/users/{bob.id}", json={"displayName": "x"}).json["code"] == 403.1
    assert carol.delete(f"/v1/users/{bob.id}").json["code"] == 403.1
    assert alice.delete(f"/v1/users/{carol.id}").json == {"success": True}
    assert carol.get("/v1/users/current").status_code == 401
    assert alice.get(f"/v1/users/{carol.id}").json["code"] == 404.1


def test_change_of_password_needs_the_old_one(carol, bob, client):
    path = f"/v1/users/{carol.id}/password"
    assert carol.put(path, json={"old": "no es esta frase", "new": "una frase nueva"}).json["code"] == 401.2
    assert carol.put(path, json={"old": builders.PASSWORD, "new": "corta"}).json["code"] == 400.21
    assert bob.put(path, json={"old": builders.PASSWORD, "new": "una frase nueva"}).json["code"] == 403.1
    assert carol.put(path, json={"old": builders.PASSWORD, "new": "una frase nueva"}).json == {"success": True}
    for password, status in ((builders.PASSWORD, 401), ("una frase nueva", 200)):
        answer = client.post("/v1/sessions", json={"email": "carol@example.org", "password": password})
        assert answer.status_code == status
