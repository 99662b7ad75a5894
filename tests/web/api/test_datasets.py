"""Entity lists over the API: list, make, show, change, who may have which part, withdraw, bring back."""

import csv
import io

import pytest

from tests import builders

LISTS = "/v1/projects/1/datasets"
LIST = f"{LISTS}/arboles"
ONE, TWO = "12345678-1234-4123-8234-123456789abc", "12345678-1234-4123-8234-123456789ddd"
EXTENDED = {"X-Extended-Metadata": "true"}
READER = """
| survey |
|        | type                            | name  | label |
|        | select_one_from_file arboles.csv | cual  | Cuál  |
| settings |
|          | form_title | form_id | version |
|          | Lee        | lee     | 1       |
"""


@pytest.fixture
def alice(app, units):
    return builders.person(app, "alice")


@pytest.fixture
def trees(alice):
    """The list «arboles» with a tree in the north and one in the south."""
    assert alice.post(LISTS, json={"name": "arboles"}).status_code == 200
    for name in ("zona", "especie"):
        assert alice.post(f"{LIST}/properties", json={"name": name}).json == {"success": True}
    for uuid, zone in ((ONE, "norte"), (TWO, "sur")):
        alice.post(f"{LIST}/entities", json={"uuid": uuid, "label": zone.title(), "data": {"zona": zone}})
    return alice


def test_a_list_is_made_and_shown(alice):
    made = alice.post(LISTS, json={"name": "arboles", "approvalRequired": True}).json
    assert made == made | {"name": "arboles", "projectId": 1, "approvalRequired": True, "ownerOnly": False,
                           "accessFilter": None, "properties": [], "sourceForms": [], "linkedForms": []}
    assert alice.get(LIST).json == made
    assert [one["name"] for one in alice.get(LISTS).json] == ["arboles"]


@pytest.mark.parametrize(("body", "code"), [
    ({"name": "arboles"}, 409.3), ({"name": "Arboles"}, 409.16), ({"name": "con espacio"}, 400.8), ({}, 400.8),
    ({"name": "__a"}, 400.8), ({"name": "a.b"}, 400.8), ({"name": 5}, 400.11),
    ({"name": "x", "approvalRequired": "quizá"}, 400.11)])
def test_what_cannot_be_made_is_told_with_its_code(trees, body, code):
    assert trees.post(LISTS, json=body).json["code"] == code


@pytest.mark.parametrize(("name", "code"), [("zona", 409.3), ("label", 400.8), ("__x", 400.8), ("", 400.8),
                                           ("a b", 400.8)])
def test_what_cannot_be_a_property(trees, name, code):
    assert trees.post(f"{LIST}/properties", json={"name": name}).json["code"] == code
    assert [one["name"] for one in trees.get(LIST).json["properties"]] == ["zona", "especie"]


def test_the_numbers_stand_beside_a_list_when_asked_for(trees):
    listed, = trees.get(LISTS, headers=EXTENDED).json
    assert (listed["entities"], listed["conflicts"]) == (2, 0) and listed["lastEntity"]
    assert "entities" not in trees.get(LISTS).json[0]


def test_forms_that_write_and_read_a_list_are_named(alice, units):
    builders.entity_form(units, dataset="arboles")
    builders.a_form(units, READER)
    told = alice.get(LIST).json
    assert told["sourceForms"] == [{"xmlFormId": "fichas", "name": "Fichas"}]
    assert told["linkedForms"] == [{"xmlFormId": "lee", "name": "Lee"}]
    assert {one["name"]: one["forms"] for one in told["properties"]} == {
        name: [{"xmlFormId": "fichas", "name": "Fichas"}] for name in ("nombre", "estado")}
    assert alice.delete(LIST).json["code"] == 409.21
    held = alice.delete(f"{LIST}/properties/nombre").json
    assert (held["code"], list(held["details"]["prerequisites"])) == (409.22, ["dependentForms"])


def test_what_waits_for_approval_is_made_or_not_when_no_more_is_asked(alice, units, phone):
    builders.entity_form(units, dataset="arboles")
    alice.patch(LIST, json={"approvalRequired": True})
    phone.send(builders.an_entity_submission(ONE, dataset="arboles"))
    builders.run_steps(units)
    assert alice.get(f"{LIST}/entities").json == []
    assert [one["state"] for one in alice.get(f"{LIST}/acts").json] == ["approval"]
    told = alice.patch(LIST, json={"approvalRequired": False}).json
    assert (told["code"], told["details"]) == (400.29, {"count": 1})
    assert alice.patch(f"{LIST}?convert=quizá", json={"approvalRequired": False}).json["code"] == 400.8
    assert alice.patch(f"{LIST}?convert=true", json={"approvalRequired": False}).json["approvalRequired"] is False
    assert [one["uuid"] for one in alice.get(f"{LIST}/entities").json] == [ONE]


def test_a_property_without_a_use_is_taken_away(trees):
    assert trees.delete(f"{LIST}/properties/especie").json == {"success": True}
    held = trees.delete(f"{LIST}/properties/zona").json
    assert held["details"]["prerequisites"]["nonEmptyEntities"]["details"]["totalCount"] == 2
    assert trees.delete(f"{LIST}/properties/especie").json["code"] == 404.1
    assert [one["name"] for one in trees.get(LIST).json["properties"]] == ["zona"]


def test_a_phone_gets_its_own_part(trees, units, app):
    builders.a_form(units, READER)
    trees.post("/v1/projects/1/actor-properties", json={"name": "zona"})
    north, nowhere = (trees.post("/v1/projects/1/app-users", json={"displayName": name}).json for name in "AB")
    for one in (north, nowhere):
        trees.post(f"/v1/projects/1/forms/lee/assignments/app-user/{one['id']}")
    told = trees.patch(f"/v1/projects/1/app-users/{north['id']}", json={"properties": {"zona": "norte"}})
    assert told.status_code == 200

    def seen(one) -> list[str]:
        answer = app.test_client().get(f"/v1/key/{one['token']}/projects/1/forms/lee/attachments/arboles.csv")
        return [row[0] for row in csv.reader(io.StringIO(answer.text))][1:]
    assert seen(north) == seen(nowhere) == [ONE, TWO]
    rule = {"datasetProperty": "zona", "actorProperty": "zona"}
    told = trees.patch(LIST, json={"accessFilter": {"type": "property", "rules": [rule]}}).json
    assert told["accessFilter"] == {"type": "property", "rules": [rule]} and told["ownerOnly"] is False
    assert (seen(north), seen(nowhere)) == ([ONE], [])
    assert trees.patch(LIST, json={"ownerOnly": True}).json["ownerOnly"] is True
    assert (seen(north), seen(nowhere)) == ([], [])
    assert trees.patch(LIST, json={"accessFilter": None}).json["accessFilter"] is None
    assert seen(nowhere) == [ONE, TWO]


@pytest.mark.parametrize(("filter", "code"), [
    ({"type": "otro"}, 400.8), ({"type": "property"}, 400.8), ({"type": "property", "rules": []}, 400.8),
    ({"type": "property", "rules": [{"datasetProperty": "nada", "actorProperty": "zona"}]}, 400.14),
    ({"type": "property", "rules": [{"datasetProperty": "zona", "actorProperty": "nada"}]}, 400.14),
    ({"type": "property", "rules": ["x"]}, 400.14), ("x", 400.11)])
def test_what_is_no_filter_is_told(trees, filter, code):
    trees.post("/v1/projects/1/actor-properties", json={"name": "zona"})
    assert trees.patch(LIST, json={"accessFilter": filter}).json["code"] == code
    assert trees.get(LIST).json["accessFilter"] is None


def test_a_list_is_withdrawn_and_brought_back(trees):
    assert trees.delete(LIST).json == {"success": True}
    assert trees.get(LIST).json["code"] == 404.1 and trees.get(LISTS).json == []
    trashed, = trees.get(f"{LISTS}?deleted=true").json
    assert trashed["name"] == "arboles" and trashed["deletedAt"]
    assert trees.post(f"{LISTS}/{trashed['id']}/restore").json == {"success": True}
    assert len(trees.get(f"{LIST}/entities").json) == 2
    assert trees.post(f"{LISTS}/{trashed['id']}/restore").json["code"] == 404.1
    trees.delete(LIST)
    trees.post(LISTS, json={"name": "arboles"})
    assert trees.post(f"{LISTS}/{trashed['id']}/restore").json["code"] == 409.3
