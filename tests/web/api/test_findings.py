"""Findings over the API: of a record in words, settled and opened again; of a form, its policy, a new look."""

import pytest

from tests import builders
from tests.services.test_checking import RULES

FORM = "/v1/projects/1/forms/reglas"
HERE = f"{FORM}/submissions/uuid%3A1/findings"


@pytest.fixture
def sent(units, phone):
    builders.a_form(units, RULES)
    xml = builders.a_submission("reglas", "1", "<nombre/><edad>130</edad><otro>x</otro>", "uuid:1")
    assert phone.send(xml).status_code == 201
    builders.run_steps(units)


def by_kind(person, **options) -> dict:
    return {one["kind"]: one for one in person.get(HERE, **options).json}


def test_what_was_found_in_a_record_in_words(sent, bob):
    found = by_kind(bob)
    assert set(found) == {"required", "constraint", "unknown"}
    age = found["constraint"]
    assert (age["severity"], age["ref"].rpartition("/")[2], age["path"], age["value"], age["open"]) == (
        "error", "edad", "/edad", "130", True)
    assert age["settledAt"] is None and age["note"] is None and age["others"] == [] and age["createdAt"]
    assert found["required"]["message"] == "A required answer is missing. Fill it in."
    spanish = by_kind(bob, headers={"Accept-Language": "es"})
    assert spanish["required"]["message"].startswith("Falta una respuesta obligatoria")
    assert bob.get(f"{FORM}/findings").json == {"checked": True, "errors": 1, "warnings": 1}


def test_a_finding_is_settled_with_a_note_and_opened_again(sent, bob):
    place = f"{HERE}/{by_kind(bob)['constraint']['key']}"
    assert bob.post(place + "/settle", json={"note": "Tiene 130, lo vi"}).json == {"success": True}
    one = by_kind(bob)["constraint"]
    assert (one["open"], one["note"], one["settledBy"]) == (False, "Tiene 130, lo vi", bob.id) and one["settledAt"]
    assert bob.post(place + "/reopen").json == {"success": True} and by_kind(bob)["constraint"]["open"]
    assert bob.post(place + "/settle", json={}).json["code"] == 400.2
    assert bob.post(place + "/settle", json={"note": " "}).json["code"] == 400.2
    assert bob.post(place + "/settle", json={"note": "x" * 2001}).json["code"] == 400.13
    assert bob.post(f"{HERE}/none/settle", json={"note": "x"}).json["code"] == 404.1


def test_a_form_turns_away_what_its_policy_names(sent, bob, phone):
    assert bob.get(f"{FORM}/policy").json == {"refuse": []}
    assert bob.put(f"{FORM}/policy", json={"refuse": ["constraint", "required"]}).json == {
        "refuse": ["required", "constraint"]}
    assert bob.get(f"{FORM}/policy").json == {"refuse": ["required", "constraint"]}
    xml = builders.a_submission("reglas", "1", "<nombre>Ana</nombre><edad>130</edad>", "uuid:2")
    assert phone.send(xml).status_code == 409
    assert bob.put(f"{FORM}/policy", json={"refuse": ["nonsense"]}).json["code"] == 400.8
    assert bob.put(f"{FORM}/policy", json={}).json["code"] == 400.2


def test_all_that_was_sent_is_looked_at_again(sent, bob, units):
    assert bob.get(f"{FORM}/recheck").json["code"] == 404.1
    begun = bob.post(f"{FORM}/recheck").json
    assert (begun["total"], begun["done"] <= 1) == (1, True)
    builders.run_steps(units)
    done = bob.get(f"{FORM}/recheck").json
    assert (done["id"], done["done"], done["endedAt"] is not None) == (begun["id"], 1, True)


def test_who_may_not_gets_403(sent, carol):
    for answer in (carol.get(HERE), carol.get(f"{FORM}/findings"), carol.get(f"{FORM}/policy"),
                   carol.put(f"{FORM}/policy", json={"refuse": []}), carol.post(f"{FORM}/recheck"),
                   carol.get(f"{FORM}/recheck"), carol.post(f"{HERE}/x/settle", json={"note": "x"}),
                   carol.post(f"{HERE}/x/reopen")):
        assert answer.json["code"] == 403.1
