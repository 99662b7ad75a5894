"""Roles and assignments over HTTP, in Central's shapes, on the site, a project and a form."""

import pytest

from tests import builders

EXTENDED = {"X-Extended-Metadata": "true"}
PROJECT, FORM = "/v1/projects/1/assignments", "/v1/projects/1/forms/simple/assignments"


@pytest.fixture
def form(units):
    return builders.simple_form(units)


def test_roles_have_centrals_numbers(alice):
    roles = {one["id"]: one["system"] for one in alice.get("/v1/roles").json}
    assert {number: roles[number] for number in range(1, 10) if number != 4} == {
        1: "admin", 2: "app-user", 3: "pwreset", 5: "manager", 6: "viewer", 7: "formview", 8: "formfill",
        9: "pub-link"}
    assert alice.get("/v1/roles/manager").json == alice.get("/v1/roles/5").json
    assert "form.create" in alice.get("/v1/roles/5").json["verbs"]
    assert alice.get("/v1/roles/4").json["code"] == 404.1


@pytest.mark.parametrize("path", ["/v1/assignments", PROJECT, FORM])
def test_give_list_take(alice, carol, form, path):
    role = "viewer"
    before = alice.get(path).json
    assert alice.post(f"{path}/{role}/{carol.id}").json == {"success": True}
    assert {"actorId": carol.id, "roleId": 6} in alice.get(path).json
    assert [one["displayName"] for one in alice.get(f"{path}/6").json] == ["Carol"]
    row = alice.get(path, headers=EXTENDED).json[-1]
    assert row["roleId"] == 6 and row["actor"]["id"] == carol.id and list(row) == ["actorId", "roleId", "actor"]
    again = alice.post(f"{path}/{role}/{carol.id}").json
    assert again["code"] == 409.3 and again["details"]["fields"] == ["actorId", "roleId", "acteeId"]
    assert alice.delete(f"{path}/{role}/{carol.id}").json == {"success": True}
    assert alice.get(path).json == before
    assert alice.delete(f"{path}/{role}/{carol.id}").json["code"] == 404.1


def test_grant_takes_effect_at_once(alice, carol):
    assert carol.get("/v1/projects/1").json["code"] == 403.1
    alice.post(f"{PROJECT}/viewer/{carol.id}")
    assert carol.get("/v1/projects/1").status_code == 200
    assert carol.patch("/v1/projects/1", json={"name": "x"}).json["code"] == 403.1


def test_nobody_gives_more_than_they_have(alice, bob, carol, form):
    assert bob.post(f"/v1/assignments/viewer/{carol.id}").json["code"] == 403.1
    assert bob.post(f"{PROJECT}/admin/{bob.id}").json["code"] == 403.1
    assert bob.post(f"{PROJECT}/manager/{carol.id}").json == {"success": True}
    assert carol.post(f"{FORM}/admin/{carol.id}").json["code"] == 403.1
    alice.delete(f"{PROJECT}/manager/{carol.id}")
    assert carol.post(f"{PROJECT}/viewer/{carol.id}").json["code"] == 403.1


@pytest.mark.parametrize("path", ["/v1/projects/9/assignments/viewer/3", "/v1/projects/1/forms/no/assignments/2/3",
                                  "/v1/projects/1/assignments/nobody/3", "/v1/projects/1/assignments/viewer/999"])
def test_unknown_places_roles_and_actors(alice, path):
    assert alice.post(path).json["code"] == 404.1


def test_over_all_forms_of_a_project(alice, phone, units, form):
    builders.simple_form(units, "otro/100%")
    alice.post(f"{FORM}/2/{phone.id}")
    assert alice.post(f"/v1/projects/1/forms/otro%2F100%25/assignments/app-user/{phone.id}").status_code == 200
    rows = [{"actorId": phone.id, "roleId": 2, "xmlFormId": name} for name in ("simple", "otro/100%")]
    assert alice.get(f"{PROJECT}/forms").json == rows
    assert alice.get(f"{PROJECT}/forms/app-user").json == rows
    assert alice.get(f"{PROJECT}/forms/viewer").json == []
    extended = alice.get(f"{PROJECT}/forms", headers=EXTENDED).json
    assert extended[0]["actor"]["type"] == "field_key"


def test_phones_form_list_is_told_of_a_change(alice, phone, units, form):
    from collector.domain import access
    from collector.services import projects

    def edition():
        with units.reading(access.SYSTEM) as unit:
            return projects.find_project(unit, 1).edition

    first = edition()
    alice.post(f"{FORM}/2/{phone.id}")
    second = edition()
    alice.delete(f"{FORM}/2/{phone.id}")
    assert first < second < edition()


def test_an_assignment_for_some_records(alice, bob, carol, phone, form):
    rows = {"phones": [phone.id], "field": "nombre", "values": ["Ana"]}
    path = f"{PROJECT}/supervisor/{carol.id}"
    assert bob.post(path, json={"rows": rows}).json == {"success": True}
    assert bob.get(PROJECT).json[-1] == {"actorId": carol.id, "roleId": 20, "rows": rows}
    assert bob.get(PROJECT, headers=EXTENDED).json[-1]["rows"] == rows
    assert bob.put(path, json={"rows": {"phones": [phone.id]}}).json == {"success": True}
    assert bob.get(PROJECT).json[-1]["rows"] == {"phones": [phone.id], "field": "", "values": []}
    assert bob.put(path, json={"rows": None}).json == {"success": True}
    assert bob.get(PROJECT).json[-1] == {"actorId": carol.id, "roleId": 20}
    assert carol.put(path, json={"rows": rows}).json["code"] == 403.1
    assert bob.put(f"{PROJECT}/viewer/{carol.id}", json={"rows": rows}).json["code"] == 404.1


@pytest.mark.parametrize(("role", "rows", "code"), [
    ("manager", {"field": "nombre", "values": ["x"]}, 400.8), ("supervisor", {"field": "nombre"}, 400.2),
    ("supervisor", {"values": ["x"]}, 400.2), ("supervisor", {"phones": [1]}, 404.1),
    ("supervisor", {"phones": [999]}, 404.1), ("supervisor", {"field": "x" * 301, "values": ["x"]}, 400.13)])
def test_rows_that_make_no_sense(alice, carol, form, role, rows, code):
    assert alice.post(f"{PROJECT}/{role}/{carol.id}", json={"rows": rows}).json["code"] == code
    assert carol.id not in [one["actorId"] for one in alice.get(PROJECT).json]
