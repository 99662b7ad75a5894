"""Entities over the API, as ODK Central's clients ask for them."""

import pytest

from collector.domain import access
from collector.domain.access import RowScope
from tests import builders

LIST = "/v1/projects/1/datasets/personas"
ALL = f"{LIST}/entities"
ONE, TWO = "12345678-1234-4123-8234-123456789abc", "12345678-1234-4123-8234-123456789ddd"
ANA = {"nombre": "Ana", "estado": "nueva"}


@pytest.fixture
def alice(app, units):
    """A manager of a project with the list «personas»."""
    builders.entity_form(units)
    return builders.person(app, "alice")


@pytest.fixture
def ana(alice):
    """The entity ONE, as it was made by hand."""
    return alice.post(ALL, json={"uuid": ONE, "label": "Ana", "data": ANA}, headers={"User-Agent": "curl"}).json


@pytest.fixture
def sends(alice, units, app):
    """Sends a submission that changes entities, and does what it says."""
    phone = builders.phone_key(app)

    def send(number, *given, **named):
        xml = builders.an_entity_submission(*given, instance_id=f"uuid:{number}", **named)
        assert phone.send(xml).status_code == 201
        builders.run_steps(units)
    return send


def test_an_entity_is_made_and_shown(alice, ana):
    assert (ana["uuid"], ana["conflict"], ana["updatedAt"], ana["deletedAt"]) == (ONE, None, None, None)
    newest = ana["currentVersion"]
    assert newest == newest | {"label": "Ana", "current": True, "version": 1, "baseVersion": None, "userAgent": "curl",
                               "data": ANA, "dataReceived": {**ANA, "label": "Ana"}, "branchId": None,
                               "trunkVersion": None, "branchBaseVersion": None, "conflictingProperties": None}
    assert alice.get(f"{ALL}/{ONE}").json == ana
    extended = alice.get(f"{ALL}/{ONE}", headers={"X-Extended-Metadata": "true"}).json
    assert extended["creator"]["id"] == ana["creatorId"] == extended["currentVersion"]["creator"]["id"]


@pytest.mark.parametrize(("body", "code"), [
    ({"broken": "json"}, 400.31), ({"label": 1}, 400.11), ({"label": " "}, 400.8), ({}, 400.2),
    ({"label": "x", "uuid": "bad"}, 400.11), ({"label": "x", "uuid": 5}, 400.11),
    ({"label": "x", "data": {"nombre": None}}, 400.11), ({"label": "x", "data": {"otra": "1"}}, 400.28),
    ({"label": "x", "uuid": ONE}, 409.3), ({"label": "x", "data": []}, 200), ({"label": "x", "data": "y"}, 400.11),
    ({"entities": []}, 400.2), ({"entities": [], "source": {}}, 400.2), ({"source": {"name": "a.csv"}}, 400.2),
    ({"entities": [], "source": {"name": 1}}, 400.11), ({"entities": {}, "source": {"name": "a"}}, 400.11),
    ({"entities": [], "source": {"name": "a", "size": "1"}}, 400.11),
    ({"entities": [{"label": "x", "x": 1}], "source": {"name": "a"}}, 400.31),
    ({"entities": ["x"], "source": {"name": "a"}}, 400.11),
    ({"entities": [{"label": "x", "uuid": ONE}], "source": {"name": "a"}}, 409.3)])
def test_what_cannot_be_made_is_told_with_its_code(alice, ana, body, code):
    answer = alice.post(ALL, json=body)
    assert answer.json.get("code", answer.status_code) == code
    assert len(alice.get(ALL).json) == (2 if code == 200 else 1)


def test_the_list_has_no_values_and_stays_in_its_order(alice, ana):
    alice.post(ALL, json={"uuid": TWO, "label": "Eva"})
    alice.patch(f"{ALL}/{ONE}?baseVersion=1", json={"label": "Anita"})
    listed = alice.get(ALL).json
    assert [one["currentVersion"]["label"] for one in listed] == ["Eva", "Anita"]
    assert "data" not in listed[0]["currentVersion"] and listed[1]["currentVersion"]["version"] == 2
    extended = alice.get(ALL, headers={"X-Extended-Metadata": "true"}).json
    assert {one["creator"]["displayName"] for one in extended} == {one["currentVersion"]["creator"]["displayName"]
                                                                  for one in extended} == {"Alice"}
    assert [one["displayName"] for one in alice.get(f"{ALL}/creators").json] == ["Alice"]


def test_many_are_made_at_once_or_none(alice):
    given = {"source": {"name": "gente.csv", "size": 100}, "entities": [
        {"uuid": ONE, "label": "Ana", "data": ANA}, {"label": "Eva", "data": {}}]}
    assert alice.post(ALL, json=given, headers={"User-Agent": ""}).json == {"success": True}
    assert alice.post(ALL, json=given).json["code"] == 409.3
    assert [one["currentVersion"]["label"] for one in alice.get(ALL).json] == ["Eva", "Ana"]
    assert alice.get(f"{ALL}/{ONE}/versions").json[0]["source"] == {
        "name": "gente.csv", "size": 100, "count": 2, "userAgent": None}
    act, = alice.get(f"{ALL}/{ONE}/audits").json
    assert (act["action"], act["actor"]["displayName"]) == ("entity.bulk.create", "Alice")


@pytest.mark.parametrize(("query", "body", "code"), [
    ("", {"label": "x"}, 409.15), ("?baseVersion=0", {"label": "x"}, 409.15),
    ("?baseVersion=x", {"label": "x"}, 400.11),
    ("?force=true", {}, 400.28), ("?force=true", {"label": ""}, 400.8), ("?force=true", {"x": 1}, 400.31),
    ("?force=true", {"data": {"nombre": None}}, 400.11), ("?force=true", {"data": {"otra": "1"}}, 400.28),
    ("?resolve=true", {}, 400.32)])
def test_what_cannot_be_changed_is_told_with_its_code(alice, ana, query, body, code):
    assert alice.patch(f"{ALL}/{ONE}{query}", json=body).json["code"] == code
    assert alice.get(f"{ALL}/{ONE}").json == ana


def test_a_change_is_a_version_and_its_difference(alice, ana):
    changed = alice.patch(f"{ALL}/{ONE}?baseVersion=1", json={"data": {"estado": ""}}).json
    assert changed["currentVersion"]["data"] == {"nombre": "Ana", "estado": ""}
    assert changed["currentVersion"]["dataReceived"] == {"estado": ""} and changed["updatedAt"]
    alice.post(f"{LIST}/properties", json={"name": "barrio"})
    alice.patch(f"{ALL}/{ONE}?force=true", json={"label": "Anita", "data": {"barrio": "Sur"}})
    assert alice.get(f"{ALL}/{ONE}/diffs").json == [
        [{"old": "nueva", "new": "", "propertyName": "estado"}],
        [{"old": "Ana", "new": "Anita", "propertyName": "label"}, {"new": "Sur", "propertyName": "barrio"}]]
    versions = alice.get(f"{ALL}/{ONE}/versions").json
    assert [(one["version"], one["baseVersion"], one["current"], one["lastGoodVersion"]) for one in versions] == [
        (1, None, False, False), (2, 1, False, False), (3, 2, True, True)]
    assert [one["source"] for one in versions] == [{}, {}, {}]


def test_deleting_and_bringing_back(alice, ana):
    assert alice.delete(f"{ALL}/{ONE}").json == {"success": True}
    assert alice.get(f"{ALL}/{ONE}").json["code"] == 404.1 and alice.get(ALL).json == []
    deleted, = alice.get(f"{ALL}?deleted=true").json
    assert deleted["uuid"] == ONE and deleted["deletedAt"]
    assert alice.post(ALL, json={"uuid": ONE, "label": "x"}).json["code"] == 409.19
    assert alice.post(f"{ALL}/{ONE}/restore").json == {"success": True}
    assert alice.post(f"{ALL}/{ONE}/restore").json["code"] == 404.1
    assert [one["action"] for one in alice.get(f"{ALL}/{ONE}/audits").json] == [
        "entity.restore", "entity.delete", "entity.create"]
    assert [one["action"] for one in alice.get(f"{ALL}/{ONE}/audits?offset=1&limit=1").json] == ["entity.delete"]


def test_many_are_deleted_and_brought_back(alice, ana):
    alice.post(ALL, json={"uuid": TWO, "label": "Eva"})
    assert alice.post(f"{ALL}/bulk-delete", json={"ids": [ONE, TWO]}).json == {"success": True}
    assert alice.get(ALL).json == []
    assert alice.post(f"{ALL}/bulk-restore", json={"ids": [TWO]}).json == {"success": True}
    assert [one["uuid"] for one in alice.get(ALL).json] == [TWO]
    assert alice.post(f"{ALL}/bulk-delete", json={}).json["code"] == 400.2
    assert alice.post(f"{ALL}/bulk-delete", json={"ids": "x"}).json["code"] == 400.11


def test_a_conflict_is_told_with_all_that_settles_it(alice, ana, sends):
    alice.patch(f"{ALL}/{ONE}?baseVersion=1", json={"data": {"estado": "vista"}})
    sends(1, ONE, "update", {"nombre": "Anita"}, label=None, base=1)
    assert alice.get(f"{ALL}/{ONE}").json["conflict"] == "soft"
    sends(2, ONE, "update", {"nombre": "Anita", "estado": "x"}, label="Anita", base=1)
    assert alice.get(f"{ALL}/{ONE}").json["conflict"] == "hard"
    versions = alice.get(f"{ALL}/{ONE}/versions").json
    third, fourth = versions[2:]
    assert (third["conflict"], third["conflictingProperties"], third["baseDiff"], third["serverDiff"]) == (
        "soft", [], ["nombre"], ["nombre"])
    assert (fourth["conflict"], fourth["conflictingProperties"]) == ("hard", ["estado"])
    assert fourth["serverDiff"] == ["label", "estado"]
    assert fourth["source"]["event"]["action"] == "submission.create"
    assert fourth["source"]["submission"]["instanceId"] == "uuid:2"
    assert [one["relevantToConflict"] for one in versions] == [True] * 4
    assert [one["lastGoodVersion"] for one in versions] == [False, True, False, False]
    settled = alice.patch(f"{ALL}/{ONE}?resolve=true&baseVersion=4")
    assert settled.json["conflict"] is None
    assert alice.get(f"{ALL}/{ONE}/versions?relevantToConflict=true").json == []
    sends(3, ONE, "update", {"nombre": "Ani"}, label=None, base=3)
    told = alice.get(f"{ALL}/{ONE}/versions?relevantToConflict=true").json
    assert [one["version"] for one in told] == [3, 4, 5] and told[1]["lastGoodVersion"]
    assert [one["resolved"] for one in alice.get(f"{ALL}/{ONE}/versions").json] == [False, False, True, True, False]
    acts = alice.get(f"{ALL}/{ONE}/audits").json
    assert acts[0]["details"]["source"]["submission"]["xmlFormId"] == "fichas"
    assert acts[0]["details"]["entity"]["uuid"] == ONE and acts[1]["action"] == "entity.update.resolve"


def test_the_record_tells_what_it_did_to_entities(alice, sends):
    sends(1, ONE, "create", ANA)
    sends(2, TWO, "update", ANA, base=1)
    made = alice.get("/v1/projects/1/forms/fichas/submissions/uuid:1/audits").json
    assert [one["action"] for one in made] == ["entity.create", "submission.create"]
    assert made[0]["details"]["entity"] == made[0]["details"]["entity"] | {
        "uuid": ONE, "dataset": "personas", "currentVersion": {"label": "Ana"}}
    failed = alice.get("/v1/projects/1/forms/fichas/submissions/uuid:2/audits").json[0]
    assert failed["action"] == "entity.error" and failed["details"]["problem"]["problemCode"] == 404.8


def test_what_waits_is_listed_and_done_at_once(alice, ana, sends):
    branch = "11111111-1111-4111-8111-111111111111"
    sends(1, ONE, "update", {"estado": "tres"}, label=None, base=3, trunk=1, branch=branch)
    held, = alice.get(f"{LIST}/acts?state=held").json
    assert (held["uuid"], held["instanceId"], held["branchId"]) == (ONE, "uuid:1", branch)
    assert alice.get(f"{LIST}/acts").json == [held] and alice.get(f"{LIST}/acts?state=failed").json == []
    assert alice.get(f"{LIST}/acts?state=x").json["code"] == 400.8
    assert alice.post(f"{LIST}/acts/{held['id']}/force").json == {"success": True}
    assert alice.get(f"{ALL}/{ONE}").json["currentVersion"]["data"]["estado"] == "tres"
    assert alice.post(f"{LIST}/acts/{held['id']}/force").json["code"] == 404.1


def test_a_record_beyond_ones_own_is_not_told_of(app, alice, units, sends):
    sends(1, ONE, "create", ANA)
    alice.post("/v1/projects/1/forms/fichas/submissions", content_type="application/xml",
               data=builders.an_entity_submission(ONE, "update", {"estado": "x"}, None, 1, instance_id="uuid:ajena"))
    builders.run_steps(units)
    carol = builders.person(app, "carol")
    mine = alice.get(f"{ALL}/{ONE}").json["creatorId"]
    units.write(access.SYSTEM, lambda unit: builders.add_grant(unit, carol.id, 20, "project", 1, RowScope((mine,))))
    first, second = carol.get(f"{ALL}/{ONE}/versions").json
    assert first["source"]["submission"]["instanceId"] == "uuid:1" and second["source"] == {}
    assert "ajena" not in carol.get(f"{ALL}/{ONE}/audits").text


def test_who_may_not_look_is_told_so(app, alice, ana):
    carol = builders.person(app, "carol")
    for path in (ALL, f"{ALL}/{ONE}", f"{ALL}/{ONE}/versions", f"{ALL}.csv", f"{LIST}.svc/Entities"):
        assert carol.get(path).json["code"] == 403.1, path
    for path in (f"{ALL}/123", f"{ALL}/123/versions", f"{ALL}/123/diffs", f"{ALL}/123/audits",
                 "/v1/projects/1/datasets/otra/entities"):
        assert alice.get(path).json["code"] == 404.1, path
