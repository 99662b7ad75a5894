"""Submissions over the API: lists, one, sending, editing, review, comments, the trash; drafts alike."""

from urllib.parse import quote

import pytest

from tests import builders

ID = "uuid:00000000-0000-4000-8000-000000000001"
SECOND = "uuid:00000000-0000-4000-8000-000000000002"
FORM = "/v1/projects/1/forms/simple"
ALL = f"{FORM}/submissions"
ONE = f"{ALL}/{quote(ID, safe='')}"
XML = {"Content-Type": "application/xml"}


@pytest.fixture
def form(units):
    return builders.simple_form(units)


def send(person, xml, path=ALL, **options):
    return person.post(path, data=xml.encode(), headers=XML, **options)


def test_what_is_sent_is_told_back_in_centrals_shape(form, bob):
    answer = send(bob, builders.a_submission(instance_id=ID), ALL + "?deviceID=imei%3A1")
    assert answer.status_code == 200
    body = answer.json
    assert body["instanceId"] == ID and body["submitterId"] == bob.id and body["deviceId"] == "imei:1"
    assert body["reviewState"] is None and body["createdAt"].endswith("Z") and body["updatedAt"] is None
    assert body["currentVersion"]["instanceId"] == ID and body["currentVersion"]["current"] is True
    assert bob.get(ONE).json == body


def test_the_list_is_newest_first_and_pages(form, bob):
    for number in range(5):
        send(bob, builders.a_submission(instance_id=f"n{number}"))

    def ids(query=""):
        return [one["instanceId"] for one in bob.get(ALL + query).json]
    assert ids() == ["n4", "n3", "n2", "n1", "n0"]
    assert ids("?limit=2") == ["n4", "n3"] and ids("?limit=2&offset=3") == ["n1", "n0"]
    assert ids("?limit=0") == [] and ids("?offset=9") == []
    assert bob.get(ALL + "?limit=x").json["code"] == 400.11


def test_extended_metadata_has_the_submitter(form, bob, phone):
    phone.send(builders.a_submission(instance_id=ID))
    listed = bob.get(ALL, headers={"X-Extended-Metadata": "true"}).json
    assert listed[0]["submitter"]["displayName"] == "Teléfono 1" and listed[0]["submitter"]["type"] == "field_key"
    assert listed[0]["formVersion"] == "1"
    assert [one["id"] for one in bob.get(ALL + "/submitters").json] == [phone.id]


def test_xml_is_byte_for_byte(form, bob):
    xml = "\n<?xml version='1.0'?>".strip() + builders.a_submission(instance_id=ID, body="<nombre>Ñ  &amp; </nombre>")
    send(bob, xml)
    answer = bob.get(ONE + ".xml")
    assert answer.data == xml.encode() and answer.mimetype == "application/xml"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(("xml", "status", "code"), [
    (builders.a_submission(form_id="other"), 400, 400.8),
    ("<data", 400, 400.2),
    (builders.a_submission(version="9"), 404, 404.6),
])
def test_what_cannot_be_taken_is_a_problem(form, bob, xml, status, code):
    answer = send(bob, xml)
    assert (answer.status_code, answer.json["code"]) == (status, code)


def test_the_same_again_is_409(form, bob):
    xml = builders.a_submission(instance_id=ID)
    send(bob, xml)
    assert send(bob, xml).json["code"] == 409.3
    assert send(bob, builders.a_submission(instance_id=ID, body="<nombre>Otra</nombre>")).json["code"] == 409.1
    assert len(bob.get(ALL).json) == 1


def test_who_has_no_right_gets_403_and_parks_nothing(form, carol, bob, client):
    assert send(carol, builders.a_submission()).status_code == 403
    assert carol.get(ALL).status_code == 403 and carol.get(ONE).status_code == 403
    assert client.get(ALL).status_code == 401
    assert bob.get("/v1/projects/1/forms/none/submissions").status_code == 404
    assert bob.get(ONE).status_code == 404


def test_an_edit_is_a_further_version(form, bob):
    send(bob, builders.a_submission(instance_id=ID))
    edit = builders.a_submission(instance_id=SECOND, deprecated_id=ID, body="<nombre>Eva</nombre>")
    answer = bob.put(ONE, data=edit.encode(), headers=XML)
    assert answer.status_code == 200
    assert answer.json["instanceId"] == ID and answer.json["currentVersion"]["instanceId"] == SECOND
    assert answer.json["reviewState"] == "edited"
    versions = bob.get(ONE + "/versions").json
    assert [(one["instanceId"], one["current"], one["formVersion"]) for one in versions] == [
        (SECOND, True, "1"), (ID, False, "1")]
    assert b"Ana" in bob.get(f"{ONE}/versions/{quote(ID, safe='')}.xml").data
    assert bob.get(f"{ONE}/versions/{quote(SECOND, safe='')}").json["current"] is True
    second = quote(SECOND, safe="")
    for rest in ("", ".xml", "/attachments", "/attachments/1.jpg"):
        moved = bob.get(f"{ALL}/{second}{rest}")
        assert moved.status_code == 301 and moved.headers["Location"].endswith(f"{ONE}/versions/{second}{rest}")


def test_what_each_version_changed(form, bob, carol):
    send(bob, builders.a_submission(instance_id=ID))
    assert bob.get(ONE + "/diffs").json == {}
    third = "uuid:00000000-0000-4000-8000-000000000003"
    for name, before, body in ((SECOND, ID, "<nombre>Eva</nombre><edad>30</edad>"),
                               (third, SECOND, "<nombre>Eva</nombre><foto>1.jpg</foto>")):
        edit = builders.a_submission(instance_id=name, deprecated_id=before, body=body)
        assert bob.put(ONE, data=edit.encode(), headers=XML).status_code == 200
    assert bob.get(ONE + "/diffs").json == {
        third: [{"path": ["edad"], "old": "30"},
                {"path": ["meta", "instanceID"], "old": SECOND, "new": third},
                {"path": ["meta", "deprecatedID"], "old": ID, "new": SECOND},
                {"path": ["foto"], "new": "1.jpg"}],
        SECOND: [{"path": ["nombre"], "old": "Ana", "new": "Eva"},
                 {"path": ["meta", "instanceID"], "old": ID, "new": SECOND},
                 {"path": ["meta", "deprecatedID"], "new": ID}]}
    assert carol.get(ONE + "/diffs").json["code"] == 403.1
    assert bob.get(f"{ALL}/none/diffs").json["code"] == 404.1


def test_the_keys_of_what_is_encrypted(units, bob, phone, carol):
    form = builders.SIMPLE.replace("| form_id | version |", "| form_id | version | public_key |").replace(
        "{version} |", "{version} | AAAAB3Nza |")
    builders.a_form(units, form.format(form_id="simple", version="1"))
    assert bob.get(ALL + "/keys").json == []
    send(bob, builders.a_submission(instance_id="uuid:plain"))
    assert bob.get(ALL + "/keys").json == []
    assert phone.send('<data id="simple" version="1" encrypted="yes" instanceID="uuid:1" '
                      'xmlns="http://opendatakit.org/submissions"><base64EncryptedKey>AAAA</base64EncryptedKey>'
                      "<encryptedXmlFile>submission.xml.enc</encryptedXmlFile></data>").status_code == 201
    (key,) = bob.get(ALL + "/keys").json
    assert key == {"id": key["id"], "public": "AAAAB3Nza", "managed": False, "hint": None}
    assert bob.get(f"{ALL}/uuid%3A1/diffs").json == {}
    assert bob.get(f"{ALL}/uuid%3A1/edit").json["code"] == 409.52
    assert carol.get(ALL + "/keys").json["code"] == 403.1


def test_an_edit_must_name_what_it_edits(form, bob):
    for one in (ID, SECOND):
        send(bob, builders.a_submission(instance_id=one))
    for deprecated in (None, SECOND, "unknown"):
        edit = builders.a_submission(instance_id="uuid:3", deprecated_id=deprecated)
        assert bob.put(ONE, data=edit.encode(), headers=XML).json["code"] == 400.19
    first = builders.a_submission(instance_id="uuid:4", deprecated_id=ID)
    assert bob.put(ONE, data=first.encode(), headers=XML).status_code == 200
    late = builders.a_submission(instance_id="uuid:5", deprecated_id=ID)
    assert bob.put(ONE, data=late.encode(), headers=XML).json["code"] == 409.9


def test_review_states(form, bob, carol):
    send(bob, builders.a_submission(instance_id=ID))
    answer = bob.patch(ONE, json={"reviewState": "approved"})
    assert answer.status_code == 200 and answer.json["reviewState"] == "approved" and answer.json["updatedAt"]
    assert bob.get(ONE).json["reviewState"] == "approved"
    assert bob.patch(ONE, json={"reviewState": None}).json["reviewState"] is None
    assert bob.patch(ONE, json={"reviewState": "nice"}).json["code"] == 400.8
    assert carol.patch(ONE, json={"reviewState": "approved"}).status_code == 403


def test_comments(form, bob):
    send(bob, builders.a_submission(instance_id=ID))
    assert bob.post(ONE + "/comments", json={"body": "Falta la firma"}).json["actorId"] == bob.id
    bob.post(ONE + "/comments", json={"body": "Ya está"})
    listed = bob.get(ONE + "/comments", headers={"X-Extended-Metadata": "true"}).json
    assert [one["body"] for one in listed] == ["Ya está", "Falta la firma"]
    assert listed[0]["actor"]["displayName"] == "Bob"
    assert bob.post(ONE + "/comments", json={}).json["code"] == 400.2


def test_the_trash(form, bob):
    send(bob, builders.a_submission(instance_id=ID))
    assert bob.delete(ONE).json == {"success": True}
    assert bob.get(ALL).json == [] and bob.get(ONE).status_code == 404
    assert bob.get(ALL + "?deleted=true").json[0]["deletedAt"]
    assert bob.post(ONE + "/restore").json == {"success": True}
    assert bob.get(ONE).json["deletedAt"] is None


def test_test_data_of_a_draft_is_apart(form, bob):
    draft = f"{FORM}/draft"
    assert bob.get(draft + "/submissions").status_code == 404
    assert bob.post(draft).status_code == 200
    assert send(bob, builders.a_submission(instance_id=ID), draft + "/submissions").status_code == 200
    assert [one["instanceId"] for one in bob.get(draft + "/submissions").json] == [ID]
    assert bob.get(f"{draft}/submissions/{quote(ID, safe='')}.xml").status_code == 200
    assert bob.get(ALL).json == []


def test_an_id_of_any_letters_is_one_segment(form, bob):
    odd = "niño/1 100%'s"
    assert send(bob, builders.a_submission(instance_id=odd)).json["instanceId"] == odd
    path = f"{ALL}/{quote(odd, safe='')}"
    assert bob.get(path, environ_overrides={"REQUEST_URI": path}).json["instanceId"] == odd
