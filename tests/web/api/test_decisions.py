"""The API of decisions: one as it was seen, many by their number, both taken back; how a form is reviewed."""

import pytest

from tests import builders

ONE = "/v1/projects/1/forms/simple/submissions/uuid%3A1/decisions"
MANY = "/v1/projects/1/bulk-decisions"
REVIEW = "/v1/projects/1/forms/simple/review"


@pytest.fixture
def sent(units, phone):
    builders.simple_form(units)
    for number in range(1, 4):
        phone.send(builders.a_submission(instance_id=f"uuid:{number}"))


def state(person, number=1):
    return person.get(f"/v1/projects/1/forms/simple/submissions/uuid%3A{number}").json["reviewState"]


def test_one_is_decided_as_it_was_seen_and_taken_back(sent, alice, bob):
    seen = bob.get(ONE).json
    assert seen["moves"] == ["approve", "hasIssues", "reject"]
    alice.post(ONE, json={"move": "reject", "seen": seen["seen"], "reason": "test"})
    late = bob.post(ONE, json={"move": "approve", "seen": seen["seen"]})
    assert late.status_code == 409 and late.json["code"] == 409.31
    assert late.json["details"]["since"][0]["by"] == "Alice" and state(bob) == "rejected"
    made = bob.post(ONE, json={"move": "approve", "seen": late.json["details"]["seen"]}).json
    assert (made["before"], made["after"]) == ("rejected", "approved")
    assert bob.post(ONE + "/undo").json["after"] == "rejected" and state(bob) == "rejected"
    assert bob.post(ONE + "/undo").json["code"] == 409.33


def test_many_are_planned_confirmed_followed_and_taken_back(sent, bob, units):
    planned = bob.post(MANY, json={"move": "approve", "filter": {"queue": "waiting", "form": "simple"}}).json
    assert (planned["state"], planned["changes"], planned["outcomes"]) == ("planned", 3, {"done": 3})
    place = f"{MANY}/{planned['id']}"
    assert bob.post(place + "/confirm", json={"count": 2}).json["details"] == {"expected": 3, "given": 2}
    assert bob.post(place + "/confirm", json={"count": 3}).json["state"] == "running"
    builders.run_steps(units)
    done = bob.get(place).json
    assert (done["state"], done["done"], done["outcomes"], done["canUndo"]) == ("ended", 3, {"done": 3}, True)
    assert [one["outcome"] for one in bob.get(place + "/submissions").json] == ["done"] * 3
    assert bob.post(place + "/undo").status_code == 200
    builders.run_steps(units)
    assert [state(bob, number) for number in (1, 2, 3)] == [None] * 3


def test_many_by_name(sent, bob, carol):
    chosen = [{"xmlFormId": "simple", "instanceId": "uuid:2"}]
    planned = bob.post(MANY, json={"move": "reject", "submissions": chosen}).json
    assert planned["total"] == 1
    assert bob.post(f"{MANY}/{planned['id']}/confirm", json={"count": 1}).json["code"] == 400.2
    assert carol.get(f"{MANY}/{planned['id']}").status_code == 403
    assert carol.post(MANY, json={"move": "approve", "submissions": chosen}).status_code == 403
    assert bob.post(MANY, json={"move": "sell", "submissions": chosen}).json["code"] == 400.8


def test_how_a_form_is_reviewed(sent, bob, carol):
    assert bob.get(REVIEW).json["takesTwo"] is False
    put = bob.put(REVIEW, json={"takesTwo": True, "roles": {"approve": ["manager"]}})
    assert put.json["roles"]["approve"] == ["manager"]
    assert bob.get(ONE).json["takesTwo"] is True
    assert bob.put(REVIEW, json={"roles": {"approve": ["app-user"]}}).json["code"] == 400.8
    assert carol.put(REVIEW, json={"takesTwo": False}).status_code == 403
