"""The history over HTTP, in ODK Central's shapes: acts, what they were done to, notes, the words of its filter."""

import re

import pytest

from tests import builders

MORE = {"X-Extended-Metadata": "true"}
UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


@pytest.fixture
def read(alice):
    """The acts that are told for a word of the filter, newest first."""
    def read(action: str = "", **asked) -> list[dict]:
        answer = alice.get("/v1/audits", query_string={"action": action, **asked}, headers=MORE)
        assert answer.status_code == 200, answer.text
        return answer.json
    return read


def test_who_does_something_to_a_project_is_told_with_the_project(alice, read):
    made = alice.post("/v1/projects", json={"name": "Vivienda"}).json
    alice.patch(f"/v1/projects/{made['id']}", json={"name": "Viviendas"})
    alice.delete(f"/v1/projects/{made['id']}")
    gone, changed, first = read("project")[:3]
    assert [one["action"] for one in (gone, changed, first)] == ["project.delete", "project.update", "project.create"]
    assert (first["details"], changed["details"]) == ({"data": {"name": "Vivienda"}}, {"data": {"name": "Viviendas"}})
    assert gone["actee"]["name"] == "Viviendas" and gone["actee"]["deletedAt"] is not None
    assert gone["acteeId"] == first["acteeId"] and UUID4.fullmatch(first["acteeId"])
    assert first["actor"]["displayName"] == "Alice" and first["actorId"] == alice.id


def test_an_act_on_a_form_tells_the_form_as_the_api_does(alice, units, read):
    builders.simple_form(units)
    act = read("form.update.publish")[0]
    assert act["actee"] == alice.get("/v1/projects/1/forms/simple").json
    assert UUID4.fullmatch(act["acteeId"]) and act["details"]["oldDefId"] is None
    alice.delete("/v1/projects/1/forms/simple")
    assert read("form")[0]["actee"]["deletedAt"] is not None


def test_an_act_on_a_person_a_phone_or_a_link_tells_them(alice, carol, units, read):
    builders.simple_form(units)
    phone = alice.post("/v1/projects/1/app-users", json={"displayName": "Norte"}).json
    link = alice.post("/v1/projects/1/forms/simple/public-links", json={"displayName": "Feria"}).json
    alice.delete(f"/v1/projects/1/app-users/{phone['id']}")
    alice.delete(f"/v1/projects/1/forms/simple/public-links/{link['id']}")
    alice.delete(f"/v1/users/{carol.id}")
    for word, name in (("field_key", "Norte"), ("public_link", "Feria"), ("user", "Carol")):
        act = read(word)[0]
        assert (act["action"], act["actee"]["displayName"]) == (f"{word}.delete", name)
        assert act["actee"]["deletedAt"] is not None


def test_a_new_user_and_a_new_password_tell_what_central_tells(alice, read):
    made = alice.post("/v1/users", json={"email": "dora@example.org", "password": ""}).json
    assert read("user.create")[0]["details"] == {"data": {"actorId": made["id"], "email": "dora@example.org",
                                                          "password": None, "lastLoginAt": None}}
    alice.post("/v1/users/reset/initiate?invalidate=true", json={"email": "bob@example.org"})
    assert [one["details"] for one in read("user.update")] == [{"data": {"password": None}}]
    assert [one["action"] for one in read()][:3] == ["user.update", "user.create", "user.session.create"]
    assert read("user.reset.ask"), "by its own word"


def test_a_role_is_told_with_its_place(alice, carol, read):
    alice.post(f"/v1/assignments/admin/{carol.id}")
    alice.post(f"/v1/projects/1/assignments/viewer/{carol.id}")
    alice.delete(f"/v1/projects/1/assignments/viewer/{carol.id}")
    alice.patch("/v1/projects/1", json={"description": "x"})
    here = read("project.update")[0]["acteeId"]
    assert [one["details"] for one in read("user.assignment.create")] == [
        {"roleId": 6, "grantedActeeId": here}, {"roleId": 1, "grantedActeeId": "*"}]
    assert read("user.assignment.delete")[0]["details"] == {"roleId": 6, "revokedActeeId": here}


def test_preferences_leave_a_trace_of_their_names(alice, read):
    for place, told in (("site", {"site": "orden"}), ("project/1", {"project": "orden"})):
        alice.put(f"/v1/user-preferences/{place}/orden", json={"propertyValue": 1})
        alice.delete(f"/v1/user-preferences/{place}/orden")
        gone, put = read("user")[:2]
        assert [gone["action"], put["action"]] == ["user.preference.delete", "user.preference.update"]
        assert gone["details"] == put["details"] == told


def test_what_the_caller_notes_stands_beside_the_act(alice, read):
    alice.patch("/v1/projects/1", json={"name": "Otro"}, headers={"X-Action-Notes": "por orden%21 ma%C3%B1ana"})
    assert (read("project.update")[0]["notes"], read("project.update")[0]["details"]) == (
        "por orden! mañana", {"data": {"name": "Otro"}})
    wrong = alice.patch("/v1/projects/1", json={"name": "x"}, headers={"X-Action-Notes": "mal%ae"})
    assert wrong.json["code"] == 400.6 and wrong.json["details"]["field"] == "x-action-notes"


def test_a_word_of_the_filter_is_a_kind_or_one_act(alice, units, read):
    builders.simple_form(units)
    alice.patch("/v1/projects/1/forms/simple", json={"state": "closing"})
    assert [one["action"] for one in read("form.update")] == ["form.update"]
    assert {"form.update", "form.create", "form.update.publish"} <= {one["action"] for one in read("form")}


def test_without_what_arrives(alice, units, phone, read):
    builders.simple_form(units)
    phone.send(builders.a_submission())
    assert "submission.create" in {one["action"] for one in read()}
    assert "submission.create" not in {one["action"] for one in read("nonverbose")}
