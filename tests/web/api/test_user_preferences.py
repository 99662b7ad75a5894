"""What the screens of a person remember, over HTTP as ODK Central's frontend keeps it."""

import pytest

SITE, PROJECT = "/v1/user-preferences/site", "/v1/user-preferences/project"


def told(person) -> dict:
    return person.get("/v1/users/current", headers={"X-Extended-Metadata": "true"}).json["preferences"]


def test_kept_changed_and_forgotten_for_the_site_and_for_a_project(alice, bob):
    for path, value in ((f"{SITE}/orden", "nuevo"), (f"{SITE}/orden", {"1": [2, None]}), (f"{SITE}/nada", None),
                        (f"{PROJECT}/1/plegado", False), (f"{PROJECT}/1/a%2Fb", 9000)):
        assert alice.put(path, json={"propertyValue": value}).json == {"success": True}
    assert told(alice) == {"site": {"orden": {"1": [2, None]}, "nada": None},
                           "projects": {"1": {"plegado": False, "a/b": 9000}}}
    assert told(bob) == {"site": {}, "projects": {}}
    assert alice.delete(f"{SITE}/orden").json == {"success": True}
    assert alice.delete(f"{SITE}/orden").json["code"] == 404.1
    assert alice.delete(f"{PROJECT}/1/orden").json["code"] == 404.1
    assert alice.delete(f"{PROJECT}/1/plegado").json == {"success": True}
    assert told(alice) == {"site": {"nada": None}, "projects": {"1": {"a/b": 9000}}}


@pytest.mark.parametrize("body, code, details", [
    ({}, 400.23, {"property": "propertyValue"}), ({"otra": 1}, 400.23, {"property": "propertyValue"}),
    ({"propertyValue": 1, "otra": 2}, 400.33, {"expected": ["propertyValue"], "actual": ["propertyValue", "otra"]}),
    ({"propertyValue": "x" * 30_000}, 400.13, None)])
def test_what_is_not_kept(alice, body, code, details):
    for path in (f"{SITE}/orden", f"{PROJECT}/1/orden"):
        answer = alice.put(path, json=body)
        assert (answer.json["code"], answer.json["details"]) == (code, details)
    assert told(alice) == {"site": {}, "projects": {}}


def test_there_is_an_end_to_them(alice, monkeypatch):
    monkeypatch.setattr("collector.services.preferences.MOST", 2)
    for name in ("a", "b", "a"):
        assert alice.put(f"{SITE}/{name}", json={"propertyValue": 1}).status_code == 200
    assert alice.put(f"{SITE}/c", json={"propertyValue": 1}).json["code"] == 400.13


def test_people_have_them_in_projects_that_they_read(carol, client, phone):
    body = {"propertyValue": 1}
    assert carol.put(f"{SITE}/x", json=body).status_code == 200
    assert carol.put(f"{PROJECT}/1/x", json=body).json["code"] == 403.1
    assert carol.put(f"{PROJECT}/99/x", json=body).json["code"] == 400.14
    assert client.put(f"{SITE}/x", json=body).json["code"] == 401.2
    assert client.put(f"/v1/key/{phone.token}/user-preferences/site/x", json=body).json["code"] == 403.1
