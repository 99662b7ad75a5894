"""Who sent a record brings the files that it lacks, as a phone does; others, and whoever it was changed by, do not."""

import io

import pytest

from tests import builders

URL = "/v1/projects/1/forms/simple/submissions"
XML = {"Content-Type": "text/xml"}
BODY = "<nombre>Ana</nombre><foto>1.jpg</foto>"


@pytest.fixture
def form(units):
    return builders.simple_form(units)


@pytest.fixture
def filling(form, alice, carol):
    """carol may fill in forms of the project, and sent one record."""
    assert alice.post(f"/v1/projects/1/assignments/formfill/{carol.id}").status_code == 200
    assert carol.post(URL, data=builders.a_submission(instance_id="a", body=BODY), headers=XML).status_code == 200
    return carol


def put(person, name: str = "a") -> int:
    return person.post(f"{URL}/{name}/attachments/1.jpg", data=b"una foto").status_code


def test_once_and_only_what_is_missing(filling, bob):
    assert put(filling) == 200
    assert put(filling) == 403 and put(bob) == 200
    assert filling.delete(f"{URL}/a/attachments/1.jpg").status_code == 403


def test_not_for_the_record_of_another(filling, bob):
    bob.post(URL, data=builders.a_submission(instance_id="b", body=BODY), headers=XML)
    assert put(filling, "b") == 403 and put(filling, "none") == 404


def test_not_when_somebody_changed_it(filling, bob):
    edit = builders.a_submission(instance_id="a2", deprecated_id="a", body=BODY)
    assert bob.put(URL + "/a", data=edit, headers=XML).status_code == 200
    assert put(filling) == 403


def test_a_phone_and_a_link_too(form, alice, phone, client):
    link = alice.post("/v1/projects/1/forms/simple/public-links", json={"displayName": "Feria"}).json["token"]
    phones = phone.url("/forms/simple/submissions")
    for name, where, ending in (("p", phones, ""), ("l", URL, f"?st={link}")):
        sent = client.post(where + ending, data=builders.a_submission(instance_id=name, body=BODY), headers=XML)
        assert sent.status_code == 200, sent.text
        kept = client.post(f"{where}/{name}/attachments/1.jpg{ending}", data=b"una foto")
        assert kept.status_code == 200, kept.text
    assert client.post(f"{URL}/p/attachments/1.jpg?st={link}", data=b"otra").status_code == 403


def test_a_file_keeps_the_type_it_was_put_under(form, bob, phone):
    body = "<nombre>Ana</nombre><foto>tabla.csv</foto>"
    assert phone.send(builders.a_submission(instance_id="a", body=body), {"tabla.csv": b"a,b"}).status_code == 201
    path = f"{URL}/a/attachments/tabla.csv"
    assert bob.get(path).headers["Content-Type"] == "text/csv; charset=utf-8"
    for declared, told in (("application/x-abiword", "application/x-abiword"), ("", "text/csv; charset=utf-8")):
        assert bob.post(path, data=b"a,b,c", headers={"Content-Type": declared}).status_code == 200
        assert bob.get(path).headers["Content-Type"] == told


def test_the_history_tells_each_file_that_came(form, alice, phone):
    assert phone.send(builders.a_submission(instance_id="a", body=BODY), {"1.jpg": b"una foto"}).status_code == 201
    alice.post(f"{URL}/a/attachments/1.jpg", data=b"otra foto")
    last, first = [one["details"] for one in alice.get("/v1/audits?action=submission.attachment.update").json]
    assert set(first) == {"instanceId", "submissionDefId", "name", "oldBlobId", "newBlobId"}
    assert first["name"] == "1.jpg" and first["oldBlobId"] is None and last["oldBlobId"] == first["newBlobId"]


def test_the_history_of_a_record_has_centrals_words(form, bob):
    bob.post(URL, data=builders.a_submission(instance_id="a"), headers=XML)
    bob.patch(URL + "/a", json={"reviewState": "rejected"})
    edit = builders.a_submission(instance_id="a2", deprecated_id="a")
    bob.put(URL + "/a", data=edit, headers=XML)
    bob.delete(URL + "/a")
    bob.post(URL + "/a/restore")
    told = bob.get(URL + "/a/audits").json
    assert [one["action"] for one in told] == ["submission.restore", "submission.delete", "submission.update.version",
                                               "submission.update", "submission.create"]
    details = [one["details"] for one in told]
    number = details[0]["submissionId"]
    assert details[0] == details[1] == {"instanceId": "a", "submissionId": number}
    assert set(details[2]) == set(details[4]) == {"instanceId", "submissionId", "submissionDefId"}
    assert details[3]["submissionDefId"] == details[4]["submissionDefId"] < details[2]["submissionDefId"]


def test_an_export_stands_in_the_history_under_its_form_and_that_of_test_data_does_not(form, alice, bob):
    assert bob.get(URL + ".csv").status_code == 200
    alice.post("/v1/projects/1/forms/simple/draft")
    assert bob.get("/v1/projects/1/forms/simple/draft/submissions.csv").status_code == 200
    told = alice.get("/v1/audits?action=form.submission.export").json
    assert [(one["actorId"], one["details"]) for one in told] == [(bob.id, None)]


def test_the_name_of_a_part_counts_where_its_file_is_called_otherwise(form, phone, bob):
    parts = builders.envelope(builders.a_submission(instance_id="a", body=BODY))
    parts["1.jpg"] = (io.BytesIO(b"una foto"), "otro.bin", "image/jpeg")
    sent = phone.app.test_client().post(phone.url("/submission"), data=parts, headers={"X-OpenRosa-Version": "1.0"})
    assert sent.status_code == 201
    assert bob.get(URL + "/a/attachments").json == [{"name": "1.jpg", "exists": True}]
