"""Returns over the API: opened, listed, closed, taken back; by right."""

import pytest

from tests import builders

ID = "uuid:00000000-0000-4000-8000-000000000001"
ALL = "/v1/projects/1/returns"
NEW = f"/v1/projects/1/forms/simple/submissions/{ID}/returns"
BODY = {"fields": [{"ref": "/edad", "reason": "¿Cuántos años tiene?"}], "due": "2030-05-02", "words": "Gracias."}


@pytest.fixture(autouse=True)
def sent(units, phone):
    builders.simple_form(units)
    assert phone.send(builders.a_submission(instance_id=ID)).status_code == 201


def test_a_record_is_returned_and_listed(bob, phone):
    made = bob.post(NEW, json=BODY).json
    assert made["fields"] == [{"ref": "/edad", "label": "Edad", "reason": "¿Cuántos años tiene?", "type": "numero",
                               "value": ""}]
    assert (made["instanceId"], made["xmlFormId"], made["due"], made["words"]) == (ID, "simple", "2030-05-02",
                                                                                  "Gracias.")
    assert (made["appUserId"], made["deviceId"], made["openedBy"]) == (phone.id, "collect:abc", bob.id)
    assert made["closedAt"] is None and made["how"] is None
    assert bob.get(ALL).json == bob.get(f"{ALL}?state=open&formId=simple&appUserId={phone.id}").json == [made]
    assert bob.get(f"{ALL}?state=closed").json == [] and bob.get(f"{ALL}/{made['id']}").json == made
    assert bob.get(f"{ALL}?after=2030-05-02~{made['id']}").json == []
    state = bob.get(f"/v1/projects/1/forms/simple/submissions/{ID}").json["reviewState"]
    assert state == "hasIssues"


def test_it_is_closed_opened_again_and_taken_back(bob):
    number = bob.post(NEW, json=BODY).json["id"]
    closed = bob.post(f"{ALL}/{number}/close", json={"note": "Lo vi."}).json
    assert (closed["how"], closed["closedBy"]) == ("person", bob.id)
    assert bob.post(f"{ALL}/{number}/reopen").json["closedAt"] is None
    assert bob.post(f"{ALL}/{number}/withdraw").json["how"] == "withdrawn"
    assert bob.post(f"{ALL}/{number}/reopen").status_code == 409
    assert bob.get(ALL).json == []


@pytest.mark.parametrize(("body", "code"), [
    ({}, 400.2), ({"fields": [{"ref": "/nada"}]}, 400.8), ({**BODY, "due": "2030-02-31"}, 400.8),
    ({**BODY, "fields": [{}]}, 400), ({**BODY, "fields": "x"}, 400), ({**BODY, "seen": "uuid:other"}, 409.3)])
def test_what_makes_no_sense_is_refused(bob, body, code):
    answer = bob.post(NEW, json=body)
    assert int(answer.json["code"]) == int(code) and (code == int(code) or answer.json["code"] == code)
    assert bob.get(ALL).json == []


def test_who_may_not_is_refused(carol, bob):
    number = bob.post(NEW, json=BODY).json["id"]
    for answer in (carol.get(ALL), carol.post(NEW, json=BODY), carol.get(f"{ALL}/{number}"),
                   carol.post(f"{ALL}/{number}/close"), carol.post(f"{ALL}/{number}/withdraw")):
        assert answer.status_code == 403
    assert bob.get(f"{ALL}/999").status_code == 404 and bob.get(f"{ALL}?state=x").status_code == 400
    assert bob.post(NEW.replace("0001/", "0009/"), json=BODY).status_code == 404
