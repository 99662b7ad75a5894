"""Properties of phones over HTTP: declared in a project, set on phones, told in Central's shapes."""

import pytest

HERE = "/v1/projects/1/actor-properties"
PHONES = "/v1/projects/1/app-users"
EXTENDED = {"X-Extended-Metadata": "true"}


def declare(person, *names: str) -> None:
    for name in names:
        assert person.post(HERE, json={"name": name}).json == {"success": True}


def a_phone(person, **given) -> str:
    made = person.post(PHONES, json={"displayName": "Teléfono", **given})
    assert made.status_code == 200, made.text
    return f"{PHONES}/{made.json['id']}"


def test_properties_are_told_by_name_and_extended_with_the_values_in_use(bob):
    assert bob.get(HERE).json == []
    declare(bob, "region", "lote")
    assert bob.get(HERE).json == [{"name": "lote"}, {"name": "region"}]
    for values in ({"region": "sur", "lote": "A1"}, {"region": "norte"}, {"region": "sur"}):
        a_phone(bob, properties=values)
    assert bob.get(HERE, headers=EXTENDED).json == [
        {"name": "lote", "values": ["A1"]}, {"name": "region", "values": ["norte", "sur"]}]


def test_values_are_those_of_the_project(alice):
    other = alice.post("/v1/projects", json={"name": "otro"}).json["id"]
    declare(alice, "region")
    assert alice.get(f"/v1/projects/{other}/actor-properties").json == []
    assert alice.post(f"/v1/projects/{other}/actor-properties", json={"name": "region"}).status_code == 200
    a_phone(alice, properties={"region": "sur"})
    assert alice.get(f"/v1/projects/{other}/actor-properties", headers=EXTENDED).json == [
        {"name": "region", "values": []}]


@pytest.mark.parametrize("name", [
    None, "", "__region", "name", "Label", "displayName", "1a", "a b", "a/b", "año\u0000"])
def test_what_is_no_name(bob, name):
    answer = bob.post(HERE, json={} if name is None else {"name": name})
    assert answer.status_code == 400 and bob.get(HERE).json == []


def test_a_name_is_there_once_however_it_is_capitalised(bob):
    declare(bob, "región")
    again = bob.post(HERE, json={"name": "región"})
    assert (again.json["code"], again.json["details"]["fields"]) == (409.3, ["projectId", "name"])
    other = bob.post(HERE, json={"name": "REGIÓN"})
    assert (other.json["code"], other.json["details"]) == (409.17, {"current": "región", "provided": "REGIÓN"})


def test_who_reads_a_project_sees_them_and_who_manages_it_declares_them(bob, carol, alice):
    declare(bob, "region")
    assert carol.get(HERE).json["code"] == 403.1
    assert alice.post(f"/v1/projects/1/assignments/viewer/{carol.id}").status_code == 200
    assert carol.get(HERE).json == [{"name": "region"}]
    assert carol.post(HERE, json={"name": "lote"}).json["code"] == 403.1
    told = alice.get("/v1/audits?action=actor_property.create").json
    assert [one["details"] for one in told] == [{"name": "region"}]


def test_a_phone_has_values_until_they_are_taken_away(bob):
    declare(bob, "region", "lote")
    there = a_phone(bob)
    assert bob.get(there, headers=EXTENDED).json["properties"] is None
    assert "properties" not in bob.get(there).json
    for given, left in (({"region": "norte", "lote": "42"}, {"region": "norte", "lote": "42"}),
                        ({"region": " sur ", "lote": None}, {"region": "sur"}), ({}, {"region": "sur"}),
                        (None, {"region": "sur"}), ({"region": "  "}, None)):
        answer = bob.patch(there, json={"properties": given})
        assert answer.status_code == 200 and answer.json["properties"] == left
    assert bob.patch(there, json={}).json["properties"] is None


@pytest.mark.parametrize("given, field", [
    ("x", "properties"), (["a"], "properties"), ({"nada": "x"}, "properties"), ({"region": 42}, "region")])
def test_what_is_no_value(bob, given, field):
    declare(bob, "region")
    there = a_phone(bob, properties={"region": "norte"})
    answer = bob.patch(there, json={"properties": given})
    assert (answer.json["code"], answer.json["details"]["field"]) == (400.8, field)
    assert bob.post(PHONES, json={"displayName": "x", "properties": given}).json["code"] == 400.8
    assert [one["properties"] for one in bob.get(PHONES, headers=EXTENDED).json] == [{"region": "norte"}]


def test_a_phone_gets_another_name(bob, alice):
    there = a_phone(bob)
    changed = bob.patch(there, json={"displayName": " Teléfono 04 "}).json
    assert changed["displayName"] == "Teléfono 04" and changed["updatedAt"]
    assert bob.patch(there, json={"displayName": " "}).json["code"] == 400.2
    assert bob.patch(there, json={"displayName": 4}).json["code"] == 400.11
    told = alice.get("/v1/audits?action=field_key.update").json
    assert [one["details"] for one in told] == [{"data": {"displayName": "Teléfono 04"}}]


def test_who_may_not_change_a_phone_sets_nothing(bob, carol):
    declare(bob, "region")
    there = a_phone(bob)
    assert carol.patch(there, json={"properties": {"region": "x"}}).json["code"] == 403.1
    assert bob.patch(f"{PHONES}/999", json={}).json["code"] == 404.1


def test_a_phone_whose_key_was_ended_comes_last(bob):
    made = [bob.post(PHONES, json={"displayName": name}).json for name in ("uno", "dos", "tres")]
    assert bob.delete(f"/v1/sessions/{made[1]['token']}").status_code == 200
    assert [one["displayName"] for one in bob.get(PHONES).json] == ["tres", "uno", "dos"]
    assert [one["displayName"] for one in bob.get(PHONES, headers=EXTENDED).json] == ["tres", "uno", "dos"]
