"""Projects over HTTP, in Central's shapes."""

import pytest

from tests import builders

EXTENDED = {"X-Extended-Metadata": "true"}
SHAPE = {"id", "name", "description", "archived", "keyId", "createdAt", "updatedAt", "deletedAt", "language",
         "timezone"}
TALLY = {"appUsers", "forms", "lastSubmission", "datasets", "lastEntity"}


def test_each_sees_the_projects_they_may_read(alice, bob, carol, client):
    second = alice.post("/v1/projects", json={"name": "Segundo"})
    assert second.status_code == 200 and set(second.json) == SHAPE
    assert [one["name"] for one in alice.get("/v1/projects").json] == ["Proyecto de prueba", "Segundo"]
    assert [one["id"] for one in bob.get("/v1/projects").json] == [1]
    assert carol.get("/v1/projects").json == []
    assert client.get("/v1/projects").json == []
    assert bob.get(f"/v1/projects/{second.json['id']}").json["code"] == 403.1
    assert alice.get("/v1/projects/99").json["code"] == 404.1


def test_archived_come_last(alice):
    alice.patch("/v1/projects/1", json={"archived": True})
    alice.post("/v1/projects", json={"name": "zona"})
    alice.post("/v1/projects", json={"name": "Área"})
    assert [one["name"] for one in alice.get("/v1/projects").json][-1] == "Proyecto de prueba"


@pytest.mark.parametrize("body, code, details", [
    ({}, 400.2, {"field": "name"}), ({"name": " "}, 400.2, {"field": "name"}),
    ({"name": 7}, 400.11, {"field": "name", "value": 7, "expected": "a string"}),
    ({"name": "x", "language": "fr"}, 400.8, None), ({"name": "x", "timezone": "Marte"}, 400.8, None)])
def test_what_makes_no_project(alice, body, code, details):
    answer = alice.post("/v1/projects", json=body)
    assert answer.json["code"] == code
    assert details is None or answer.json["details"] == details


def test_only_administrators_create_and_managers_change(bob, carol):
    assert bob.post("/v1/projects", json={"name": "x"}).json["code"] == 403.1
    assert carol.patch("/v1/projects/1", json={"name": "x"}).json["code"] == 403.1
    changed = bob.patch("/v1/projects/1", json={"description": "Cuenca alta", "archived": False}).json
    assert (changed["name"], changed["description"], changed["archived"]) == (
        "Proyecto de prueba", "Cuenca alta", False)
    assert changed["updatedAt"] > changed["createdAt"]


def test_extended_counts_forms_phones_and_last_submission(alice, units, phone):
    before = alice.get("/v1/projects/1", headers=EXTENDED).json
    assert set(before) == SHAPE | TALLY | {"verbs"}
    assert (before["forms"], before["appUsers"], before["lastSubmission"]) == (0, 1, None)
    assert "form.create" in before["verbs"]
    builders.simple_form(units)
    assert phone.send(builders.a_submission()).status_code == 201
    after = alice.get("/v1/projects", headers=EXTENDED).json[0]
    assert set(after) == SHAPE | TALLY
    assert (after["forms"], after["appUsers"]) == (1, 1)
    assert after["lastSubmission"] >= after["createdAt"]


def test_verbs_are_those_of_the_caller_there(bob):
    verbs = bob.get("/v1/projects/1", headers=EXTENDED).json["verbs"]
    assert "form.create" in verbs and "user.create" not in verbs


def test_withdrawn_project_is_gone_for_people_and_phones(alice, bob, phone):
    assert bob.delete("/v1/projects/1").json == {"success": True}
    assert alice.get("/v1/projects").json == []
    assert alice.get("/v1/projects/1").json["code"] == 404.1
    assert alice.get("/v1/projects/1/app-users").json["code"] == 404.1


def test_number_too_large_for_a_database_is_not_found(alice):
    for number in (2**31, 2**53, 2**63, 10**30):
        assert alice.get(f"/v1/projects/{number}").json["code"] == 404.1
        assert alice.delete(f"/v1/projects/1/app-users/{number}").json["code"] == 404.1
