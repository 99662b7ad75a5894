"""Look-alikes over the API: those that wait, a group, two beside each other, settled both ways, taken back, the key."""

import pytest

from collector.services import alike_marks
from tests import builders

FORMS = "/v1/projects/1/forms/simple"
WAITING = f"{FORMS}/alike"
SETTLE = f"{FORMS}/alike/settlements"


def one(number) -> str:
    return f"{FORMS}/submissions/uuid%3A{number}"


@pytest.fixture
def pair(units, phone, system):
    """Three records, two of them with one name."""
    builders.simple_form(units)
    system(lambda unit: alike_marks.put_setting(unit, 1, "simple", ["/nombre"], True))
    for number, (name, age) in enumerate((("Ana", 30), ("Ana", 31), ("Luz", 30)), 1):
        xml = builders.a_submission("simple", "1", f"<nombre>{name}</nombre><edad>{age}</edad>", f"uuid:{number}")
        assert phone.send(xml).status_code == 201
    builders.run_steps(units)


def seen(person) -> dict:
    group = person.get(one(1) + "/alike").json
    return {like["instanceId"]: like["seen"] for like in (group["record"], *group["others"])}


def state(person, number):
    return person.get(one(number)).json["reviewState"]


def test_those_that_wait_are_listed_by_key(pair, bob):
    assert [row["instanceId"] for row in bob.get(WAITING).json] == ["uuid:1", "uuid:2"]
    assert [row["instanceId"] for row in bob.get(WAITING + "?limit=1").json] == ["uuid:1"]
    assert [row["instanceId"] for row in bob.get(WAITING + "?after=uuid%3A1").json] == ["uuid:2"]
    assert bob.get(WAITING + "?after=none").json["code"] == 404.1
    assert bob.get(WAITING, headers={"X-Extended-Metadata": "true"}).json[0]["submitter"]["displayName"]


def test_a_group_and_two_side_by_side(pair, bob):
    group = bob.get(one(1) + "/alike").json
    assert group["record"]["instanceId"] == "uuid:1" and group["waits"] and group["maySettle"]
    assert [(like["instanceId"], like["kinds"]) for like in group["others"]] == [("uuid:2", ["key"])]
    assert group["last"] is None and group["canUndo"] is False and group["more"] is False
    beside = bob.get(one(1) + "/alike/uuid%3A2").json
    assert [(row["path"], row["kind"], row["first"], row["second"]) for row in beside["said"]] == [
        ("/edad", "changed", ["30"], ["31"])]
    assert beside["same"] == 1
    assert bob.get(one(1) + "/alike/uuid%3A3").json["code"] == 404.1
    assert bob.get(one(3) + "/alike").json["others"] == []


def test_one_stays_the_other_is_rejected_and_that_taken_back(pair, bob):
    made = bob.post(SETTLE, json={"outcome": "kept", "keep": "uuid:2", "submissions": seen(bob), "words": "Completo"})
    assert made.status_code == 200, made.text
    assert (made.json["outcome"], made.json["words"], made.json["actorId"]) == ("kept", "Completo", bob.id)
    assert (state(bob, 1), state(bob, 2)) == ("rejected", None) and bob.get(WAITING).json == []
    group = bob.get(one(2) + "/alike").json
    assert group["last"]["id"] == made.json["id"] and group["canUndo"] and not group["waits"]
    undone = bob.post(f"{SETTLE}/{made.json['id']}/undo")
    assert undone.json["undoneAt"] and (state(bob, 1), state(bob, 2)) == (None, None)
    assert bob.post(f"{SETTLE}/{made.json['id']}/undo").json["code"] == 409.33
    assert bob.post(f"{SETTLE}/999/undo").json["code"] == 404.1


def test_both_are_right(pair, bob):
    assert bob.post(SETTLE, json={"outcome": "right", "submissions": seen(bob)}).json["outcome"] == "right"
    assert bob.get(WAITING).json == [] and state(bob, 1) is None


def test_whoever_was_later_is_told(pair, alice, bob):
    mine = seen(bob)
    alice.post(SETTLE, json={"outcome": "kept", "keep": "uuid:1", "submissions": seen(alice)})
    late = bob.post(SETTLE, json={"outcome": "kept", "keep": "uuid:2", "submissions": mine})
    assert late.json["code"] == 409.31 and (state(bob, 1), state(bob, 2)) == (None, "rejected")


@pytest.mark.parametrize(("given", "code"), [
    ({"outcome": "right"}, 400.3), ({"outcome": "both", "submissions": {}}, 400.8),
    ({"outcome": "right", "submissions": {"uuid:1": "0.0"}}, 400.8),
    ({"outcome": "kept", "submissions": {"uuid:1": "0.0", "uuid:2": "0.0"}}, 400.8),
    ({"outcome": "right", "submissions": {"uuid:1": "0.0", "none": "0.0"}}, 404.1)])
def test_what_makes_no_sense_is_refused(pair, bob, given, code):
    assert bob.post(SETTLE, json=given).json["code"] == code


def test_the_key_of_a_form(pair, bob, units, carol):
    key = bob.get(WAITING + "/key").json
    assert (key["key"], key["content"]) == (["/nombre"], True)
    assert {"path": "/edad", "label": "Edad"} in key["offered"]
    put = bob.put(WAITING + "/key", json={"key": ["/edad"], "content": False})
    assert put.json["key"] == ["/edad"] and put.json["content"] is False
    builders.run_steps(units)
    assert [row["instanceId"] for row in bob.get(WAITING).json] == ["uuid:1", "uuid:3"]
    assert bob.put(WAITING + "/key", json={"key": ["/foto"]}).json["code"] == 400.8
    for answer in (carol.get(WAITING), carol.get(WAITING + "/key"), carol.put(WAITING + "/key", json={}),
                   carol.get(one(1) + "/alike"), carol.get(one(1) + "/alike/uuid%3A2"),
                   carol.post(SETTLE, json={"outcome": "right", "submissions": {"uuid:1": "x", "uuid:2": "x"}})):
        assert answer.json["code"] == 403.1
