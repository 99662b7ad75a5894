"""Rules beyond the form over the API: declared, tried, in force, dropped."""

import pytest

from tests import builders

HERE = "/v1/projects/1/forms/simple/rules"


@pytest.fixture(autouse=True)
def records(units, phone):
    builders.simple_form(units)
    for n in (1, 2):
        phone.send(builders.a_submission(instance_id=f"uuid:{n}"))
    builders.run_steps(units)


def test_from_a_draft_into_force(bob, units):
    made = bob.post(HERE, json={"type": "unique", "parameters": {"field": "/nombre"}, "severity": "error",
                                "messageEs": "Ya está."})
    assert made.status_code == 200, made.text
    rule = made.json
    assert rule["parameters"] == {"field": "/nombre", "scope": "form"} and rule["state"] == "draft"
    assert rule["messageEs"] == "Ya está." and rule["says"] == "“Nombre” stands once in this form"
    one = f"{HERE}/{rule['id']}"
    early = bob.patch(one, json={"state": "live"})
    assert early.status_code == 400 and early.json["code"] == 400.8 and early.json["details"]["field"] == "state"
    tried = bob.post(f"{one}/dry-run").json
    assert (tried["total"], tried["looked"], tried["records"], tried["complete"]) == (2, 2, 2, True)
    assert [one["instanceId"] for one in tried["first"]] == ["uuid:2", "uuid:1"]
    assert tried["first"][0]["ref"] == "/data/nombre" and tried["first"][0]["messages"]["es"] == "Ya está."
    assert bob.patch(one, json={"state": "live"}).json["state"] == "live"
    assert bob.get(one).json["publishedAt"]
    assert bob.patch(one, json={"parameters": {"field": "/edad"}}).json["state"] == "draft"
    assert bob.delete(one).json == {"success": True}
    assert bob.get(HERE).json == [] and bob.get(one).status_code == 404


@pytest.mark.parametrize(("body", "code", "field"), [
    ({"parameters": {"field": "/nombre"}}, 400.3, None), ({"type": "unique", "parameters": {}}, 400.2, "field"),
    ({"type": "unique", "parameters": {"field": "/no"}}, 400.8, "field"),
    ({"type": "unique", "parameters": {"field": "/nombre"}, "severity": "fatal"}, 400.8, "severity"),
    ({"type": "duration", "parameters": {"minutes": 5}}, 400.8, "start")])
def test_what_is_wrong_is_told(bob, body, code, field):
    answer = bob.post(HERE, json=body)
    assert answer.status_code == 400 and answer.json["code"] == code
    assert answer.json["details"].get("field") == field


def test_others_may_not(carol, bob):
    made = bob.post(HERE, json={"type": "unique", "parameters": {"field": "/nombre"}}).json
    one = f"{HERE}/{made['id']}"
    for answer in (carol.get(HERE), carol.post(HERE, json={"type": "same_file", "parameters": {}}), carol.get(one),
                   carol.patch(one, json={"severity": "note"}), carol.delete(one), carol.post(f"{one}/dry-run")):
        assert answer.status_code == 403
    assert bob.patch(one, json={"state": "sleeping"}).status_code == 400


def test_answers_together_over_the_api(bob):
    made = bob.post(HERE, json={"type": "unique", "parameters": {"field": "/nombre", "also": ["/edad"]}})
    assert made.status_code == 200, made.text
    rule = made.json
    assert rule["parameters"] == {"field": "/nombre", "scope": "form", "also": ["/edad"]}
    assert rule["says"] == "The combination of “Nombre” and “Edad” stands once in this form"
    tried = bob.post(f"{HERE}/{rule['id']}/dry-run").json
    assert (tried["records"], tried["first"][0]["details"]["together"]) == (2, {"/nombre": "Ana", "/edad": "30"})
    wrong = bob.post(HERE, json={"type": "unique", "parameters": {"field": "/nombre", "also": "/edad"}})
    assert wrong.status_code == 400 and (wrong.json["code"], wrong.json["details"]["field"]) == (400.11, "also")
