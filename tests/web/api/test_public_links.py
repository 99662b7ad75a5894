"""Public links over HTTP, in Central's shapes: made, shown, ended, withdrawn, and what one may do with one."""

import pytest

from collector.domain import access
from tests import builders

LINKS = "/v1/projects/1/forms/simple/public-links"
EXTENDED = {"X-Extended-Metadata": "true"}
ACTOR = {"id", "type", "displayName", "createdAt", "updatedAt", "deletedAt"}


@pytest.fixture(autouse=True)
def forms(units):
    builders.simple_form(units)
    builders.simple_form(units, form_id="otro")


def make(person, name: str = "enlace", **given) -> dict:
    answer = person.post(LINKS, json={"displayName": name, **given})
    assert answer.status_code == 200, answer.text
    return answer.json


def key(person, link: dict) -> builders.PhoneKey:
    return builders.PhoneKey(person.app, link["id"], link["token"])


def parked(units) -> list:
    from collector.services import admission
    with units.reading(access.SYSTEM) as unit:
        return [row.code for row, _name in admission.list_parked(unit, 1)]


def test_create_gives_a_token_that_fills_this_form_alone(bob):
    made = make(bob)
    assert set(made) == ACTOR | {"token", "once"}
    assert (made["type"], made["displayName"], made["once"], len(made["token"])) == ("public_link", "enlace", None, 64)
    link = key(bob, made)
    assert link.send(builders.a_submission()).status_code == 201
    assert link.send(builders.a_submission("otro")).status_code == 403
    told = link.get("/formList").text
    assert ">simple<" in told and ">otro<" not in told
    assert link.get("/forms/simple.xml").status_code == 200 and link.get("/forms/otro.xml").status_code == 403
    stored = bob.get("/v1/projects/1/forms/simple/submissions", headers=EXTENDED).json
    assert [(one["submitterId"], one["submitter"]["displayName"]) for one in stored] == [(made["id"], "enlace")]


def test_one_fills_by_st_in_the_query_too(bob, client):
    token = make(bob)["token"]
    answer = client.post(f"/v1/projects/1/submission?st={token}", data=builders.envelope(builders.a_submission()),
                         headers={"X-OpenRosa-Version": "1.0"}, content_type="multipart/form-data")
    assert answer.status_code == 201
    answer = client.post(f"/v1/projects/1/forms/simple/submissions?st={token}", data=builders.a_submission(),
                         content_type="application/xml")
    assert answer.status_code == 200
    assert client.get(f"/v1/users/current?st={token}").json["code"] == 404.1
    assert client.get(f"/v1/projects/1/forms/simple/submissions?st={token}").json["code"] == 403.1


@pytest.mark.parametrize("body, code, field", [
    ({}, 400.2, "displayName"), ({"displayName": " "}, 400.2, "displayName"),
    ({"displayName": 7}, 400.11, "displayName"),
    ({"displayName": "x", "once": "quizás"}, 400.11, "once"),
    ({"displayName": "x", "properties": {"nada": "1"}}, 400.8, "properties")])
def test_what_makes_no_link(bob, body, code, field):
    answer = bob.post(LINKS, json=body)
    assert (answer.json["code"], answer.json["details"]["field"]) == (code, field)
    assert bob.get(LINKS).json == []


def test_the_list_is_newest_first_and_what_was_ended_comes_last(bob, alice):
    first, second, third = (make(bob, name) for name in ("uno", "dos", "tres"))
    assert alice.delete(f"/v1/sessions/{second['token']}").json == {"success": True}
    listed = bob.get(LINKS).json
    assert [(one["displayName"], one["token"]) for one in listed] == [
        ("tres", third["token"]), ("uno", first["token"]), ("dos", None)]
    more = bob.get(LINKS, headers=EXTENDED).json
    assert [one["id"] for one in more] == [one["id"] for one in listed]
    assert {one["createdBy"]["displayName"] for one in more} == {"Bob"} and more[0]["properties"] is None
    assert bob.get("/v1/projects/1/forms/otro/public-links").json == []


def test_one_link(bob):
    made = make(bob, once=True)
    assert bob.get(f"{LINKS}/{made['id']}").json == made
    more = bob.get(f"{LINKS}/{made['id']}", headers=EXTENDED).json
    assert set(more) == set(made) | {"createdBy", "properties", "usedAt"}
    for path in (f"{LINKS}/999", f"/v1/projects/1/forms/otro/public-links/{made['id']}",
                 f"/v1/projects/1/forms/nada/public-links/{made['id']}"):
        assert bob.get(path).json["code"] == 404.1
        assert bob.delete(path).json["code"] == 404.1
        assert bob.patch(path, json={}).json["code"] == 404.1


def test_ending_its_session_ends_the_link_and_what_still_comes_is_set_aside(bob, carol, units, client):
    made = make(bob)
    assert carol.delete(f"/v1/sessions/{made['token']}").json["code"] == 403.1
    assert bob.delete(f"/v1/sessions/{made['token']}").json == {"success": True}
    link = key(bob, made)
    answer = link.send(builders.a_submission())
    assert answer.status_code == 403 and "apartado" in answer.text
    assert link.get("/formList").status_code == 403 and parked(units) == ["403.1"]
    for path in ("users/current", "sessions/restore"):
        assert client.get(f"/v1/key/{made['token']}/{path}").json["code"] == 403.1
    actions = [one["action"] for one in builders.person(bob.app, "alice").get("/v1/audits?action=public_link").json]
    assert actions == ["public_link.session.end", "public_link.create", "public_link.assignment.create"]


def test_who_manages_the_form_alone_ends_its_links(bob, carol, alice):
    made = make(bob)
    assert alice.post(f"/v1/projects/1/forms/otro/assignments/manager/{carol.id}").status_code == 200
    assert carol.delete(f"/v1/sessions/{made['token']}").json["code"] == 403.1
    assert alice.post(f"/v1/projects/1/forms/simple/assignments/manager/{carol.id}").status_code == 200
    assert carol.delete(f"/v1/sessions/{made['token']}").json == {"success": True}


def test_no_link_and_no_phone_ends_its_own_session(bob, phone, client):
    for token in (make(bob)["token"], phone.token):
        assert client.delete(f"/v1/key/{token}/sessions/{token}").json["code"] == 403.1
        assert client.delete(f"/v1/key/{token}/sessions/current").json["code"] == 403.1
        told = client.get(f"/v1/key/{token}/sessions/restore").json
        assert told["expiresAt"] == "9999-12-31T23:59:59.000Z"


def test_withdraw(bob, carol, alice):
    made = make(bob)
    assert carol.delete(f"{LINKS}/{made['id']}").json["code"] == 403.1
    assert bob.delete(f"{LINKS}/{made['id']}").json == {"success": True}
    assert bob.get(LINKS).json == [] and bob.delete(f"{LINKS}/{made['id']}").json["code"] == 404.1
    assert key(bob, made).send(builders.a_submission()).status_code == 403
    assert bob.get("/v1/projects/1/forms/simple/assignments").json == []
    actions = [one["action"] for one in alice.get("/v1/audits?action=public_link").json]
    assert actions == ["public_link.delete", "public_link.create", "public_link.assignment.create"]


def test_a_link_for_one_submission_takes_one_with_its_files_and_its_resends(bob, units):
    made = make(bob, once=True)
    link = key(bob, made)
    first = builders.a_submission(body="<nombre>Ana</nombre><edad>30</edad><foto>a.jpg</foto>")
    assert link.send(first).status_code == 201
    assert link.send(first, {"a.jpg": builders.a_photo()}).status_code == 201
    answer = link.send(builders.a_submission())
    assert answer.status_code == 409 and "un solo envío" in answer.text and "apartado" in answer.text
    assert parked(units) == ["409.46"]
    assert len(bob.get("/v1/projects/1/forms/simple/submissions").json) == 1
    assert bob.get(f"{LINKS}/{made['id']}", headers=EXTENDED).json["usedAt"]


def test_what_a_link_for_one_could_not_send_does_not_use_it_up(bob):
    link = key(bob, make(bob, once=True))
    assert link.send(builders.a_submission(version="99")).status_code == 404
    assert link.send(builders.a_submission("otro")).status_code == 403
    assert link.send(builders.a_submission()).status_code == 201


def test_a_link_for_many_takes_many(bob):
    link = key(bob, make(bob, once=False))
    assert [link.send(builders.a_submission()).status_code for _ in range(3)] == [201] * 3


def test_a_closed_form_opens_to_no_link(bob):
    link = key(bob, make(bob))
    assert bob.patch("/v1/projects/1/forms/simple", json={"state": "closed"}).status_code == 200
    for path in ("/forms/simple.xml", "/forms/simple", "/forms/simple/manifest", "/forms/simple/fields"):
        assert link.get(path).status_code == 403, path
    assert link.get("/forms").status_code == 403


def test_properties_of_a_link(bob):
    assert bob.post("/v1/projects/1/actor-properties", json={"name": "region"}).status_code == 200
    made = make(bob, properties={"region": " norte "})
    there = f"{LINKS}/{made['id']}"
    assert bob.get(there, headers=EXTENDED).json["properties"] == {"region": "norte"}
    assert bob.patch(there, json={}).json["properties"] == {"region": "norte"}
    assert bob.patch(there, json={"properties": {"region": "sur"}}).json["properties"] == {"region": "sur"}
    other = make(bob, "otro")
    assert {one["id"]: one["properties"] for one in bob.get(LINKS, headers=EXTENDED).json} == {
        made["id"]: {"region": "sur"}, other["id"]: None}
    assert bob.patch(there, json={"properties": {"region": None}}).json["properties"] is None
    assert bob.patch(there, json={"displayName": "Feria"}).json["displayName"] == "Feria"


def test_strangers_and_supervisors_make_none(client, carol, alice):
    assert client.post(LINKS, json={"displayName": "x"}).json["code"] == 401.2
    assert alice.post(f"/v1/projects/1/assignments/supervisor/{carol.id}").status_code == 200
    assert carol.get(LINKS).json["code"] == 403.1
    assert carol.post(LINKS, json={"displayName": "x"}).json["code"] == 403.1
