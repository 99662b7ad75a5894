"""Projects over HTTP, in Central's shapes."""

import pytest

from tests import builders
from tests.web.api.test_forms import FORMS, send, xml

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
    assert client.get("/v1/projects").json["code"] == 401.2
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


def test_archived_ones_come_last_from_the_first(alice):
    for name, archived in (("A", True), ("Zona", None), ("B", True)):
        assert alice.post("/v1/projects", json={"name": name, "archived": archived}).json["archived"] is archived
    assert [one["name"] for one in alice.get("/v1/projects").json] == ["Proyecto de prueba", "Zona", "A", "B"]


def test_number_too_large_for_a_database_is_out_of_range(alice):
    for number in (2**31, 2**53, 2**63, 10**30):
        assert alice.get(f"/v1/projects/{number}").json["code"] == 400.22
        assert alice.delete(f"/v1/projects/1/app-users/{number}").json["code"] == 400.22


def test_projects_come_with_their_forms(alice, bob, carol, units, phone):
    alice.post("/v1/projects", json={"name": "Vacío"})
    builders.simple_form(units)
    send(alice, xml("borrador", title="Alfa"))
    send(alice, xml("quitado"), "?publish=true")
    alice.delete(f"{FORMS}/quitado")
    phone.send(builders.a_submission())
    ours, empty = alice.get("/v1/projects?forms=true").json
    assert set(ours) == SHAPE | TALLY | {"verbs", "formList"} and empty["formList"] == []
    assert ours["formList"] == alice.get(FORMS, headers=EXTENDED).json
    assert [(one["xmlFormId"], one["submissions"]) for one in ours["formList"]] == [("borrador", 0), ("simple", 1)]
    assert "user.create" in ours["verbs"]
    mine, = bob.get("/v1/projects?forms=True&datasets=true", headers=EXTENDED).json
    assert set(mine) == SHAPE | TALLY | {"verbs", "formList", "datasetList"} and mine["datasetList"] == []
    assert "form.create" in mine["verbs"] and "user.create" not in mine["verbs"]
    assert carol.get("/v1/projects?forms=true").json == []
    alice.post(f"/v1/projects/1/assignments/formfill/{carol.id}")
    seen, = carol.get("/v1/projects?forms=true").json
    assert [one["xmlFormId"] for one in seen["formList"]] == ["simple"]
    alice.patch(f"{FORMS}/simple", json={"state": "closed"})
    assert carol.get("/v1/projects?forms=true").json[0]["formList"] == []


def test_forms_of_many_projects_are_asked_for_at_once(alice, asked, units):
    def questions() -> int:
        asked.clear()
        assert alice.get("/v1/projects?forms=true").status_code == 200
        return len(asked)
    builders.simple_form(units)
    questions()  # the first of a session notes that it is used
    few = questions()
    for number in range(2, 6):
        alice.post("/v1/projects", json={"name": f"P{number}"})
        builders.simple_form(units, project_id=number)
    assert questions() == few


def test_a_deep_update_replaces_all_it_names(alice, bob, phone, units):
    for form_id in ("simple", "otro"):
        builders.simple_form(units, form_id)
    second = alice.post("/v1/projects/1/app-users", json={"displayName": "Segundo"}).json["id"]
    third = alice.post("/v1/projects/1/app-users", json={"displayName": "Tercero"}).json["id"]
    for actor in (second, third):
        assert alice.post(f"{FORMS}/simple/assignments/app-user/{actor}").status_code == 200
        assert alice.post(f"{FORMS}/otro/assignments/app-user/{actor}").status_code == 200
    alice.patch("/v1/projects/1", json={"description": "Antes", "archived": True})
    fourth = alice.post("/v1/projects/1/app-users", json={"displayName": "Cuarto"}).json["id"]
    answer = bob.put("/v1/projects/1", json={"name": "Nuevo", "forms": [
        {"xmlFormId": "simple", "state": "closing", "assignments": [
            {"roleId": 2, "actorId": third}, {"roleId": 2, "actorId": fourth}]},
        {"xmlFormId": "otro", "state": "open"}]})
    assert answer.status_code == 200 and set(answer.json) == SHAPE
    assert (answer.json["name"], answer.json["description"], answer.json["archived"]) == ("Nuevo", None, None)
    held = {(one["xmlFormId"], one["actorId"]) for one in alice.get("/v1/projects/1/assignments/forms/app-user").json}
    assert {who for form, who in held if form == "simple"} == {third, fourth}
    assert {who for form, who in held if form == "otro"} >= {second, third}
    states = {one["xmlFormId"]: one["state"] for one in alice.get(FORMS).json}
    assert states == {"simple": "closing", "otro": "open"}
    audits = [(one["action"], one["details"] or {}) for one in alice.get("/v1/audits?limit=6").json]
    assert [action for action, _ in audits].count("form.update") == 1
    assert "project.update" in [action for action, _ in audits]


def test_a_deep_update_of_the_project_alone_leaves_its_forms(bob, units):
    builders.simple_form(units)
    bob.patch(f"{FORMS}/simple", json={"state": "closing"})
    assert bob.put("/v1/projects/1", json={"name": "Otro", "description": "d", "archived": True}).json["archived"]
    assert bob.get(f"{FORMS}/simple").json["state"] == "closing"


@pytest.mark.parametrize("forms, code", [
    ([], 501.1), ([{"xmlFormId": "simple", "state": "open"}], 501.1),
    ([{"xmlFormId": "simple", "state": "open"}] * 2, 400.8),
    ([{"xmlFormId": "simple", "state": "open"}, {"xmlFormId": "x", "state": "open"}], 501.1),
    ([{"xmlFormId": "simple", "state": "ajar"}, {"xmlFormId": "otro", "state": "open"}], 400.8),
    ([{"xmlFormId": "simple"}, {"xmlFormId": "otro", "state": "open"}], 400.2),
    ([{"xmlFormId": "simple", "state": 1}, {"xmlFormId": "otro", "state": "open"}], 400.8),
    ([{"xmlFormId": "simple", "state": "closed"}, {"xmlFormId": "otro", "state": "open", "assignments": [
        {"roleId": 2, "actorId": 999}]}], 400.14),
    ([{"xmlFormId": "simple", "state": "closed"}, {"xmlFormId": "otro", "state": "open", "assignments": [
        {"roleId": 99, "actorId": 1}]}], 400.14), ("all", 400.11)])
def test_a_deep_update_is_done_wholly_or_not_at_all(bob, units, forms, code):
    for form_id in ("simple", "otro"):
        builders.simple_form(units, form_id)
    answer = bob.put("/v1/projects/1", json={"name": "Nuevo", "forms": forms})
    assert answer.json["code"] == code, answer.json
    assert bob.get("/v1/projects/1").json["name"] == "Proyecto de prueba"
    assert {one["state"] for one in bob.get(FORMS).json} == {"open"}


def test_a_deep_update_asks_for_every_right(alice, bob, carol, units):
    builders.simple_form(units)
    assert carol.put("/v1/projects/1", json={"name": "x"}).json["code"] == 403.1
    assert bob.put("/v1/projects/1", json={}).json["code"] == 400.2
    assert bob.put("/v1/projects/9", json={"name": "x"}).json["code"] == 404.1
    mine = [{"xmlFormId": "simple", "state": "open", "assignments": [{"roleId": 1, "actorId": carol.id}]}]
    assert bob.put("/v1/projects/1", json={"name": "x", "forms": mine}).json["code"] == 403.1


def test_managed_encryption_is_not_offered_yet(bob, carol):
    answer = bob.post("/v1/projects/1/key", json={"passphrase": "supersecreto"})
    assert (answer.status_code, answer.json["code"]) == (501, 501.1)
    assert carol.post("/v1/projects/1/key", json={"passphrase": "supersecreto"}).json["code"] == 403.1
    assert bob.post("/v1/projects/9/key", json={"passphrase": "supersecreto"}).json["code"] == 404.1
