"""What could not be taken, over the API: listed with its reason, its XML and files, admitted, dismissed."""

import pytest

from tests import builders

ALL = "/v1/projects/1/parked-submissions"
ID = "uuid:1"
XML = builders.a_submission(version="9", body="<nombre>Ana</nombre><foto>1.jpg</foto>", instance_id=ID)


@pytest.fixture(autouse=True)
def parked(units, phone):
    """A submission of a version that nobody knows, with a file; and one of a form that nobody knows."""
    builders.simple_form(units)
    assert phone.send(XML, {"1.jpg": b"jpeg"}).status_code == 404
    assert phone.send(builders.a_submission("none", instance_id="uuid:2")).status_code == 404


def test_they_are_listed_newest_first_with_their_reasons(bob, phone):
    second, first = bob.get(ALL).json
    assert (first["code"], first["state"], first["xmlFormId"], first["formVersion"], first["instanceId"]) == (
        404.6, "waiting", "simple", "9", ID)
    assert first["submitterId"] == phone.id and first["deviceId"] == "collect:abc" and first["tries"] == 1
    assert "«9»" in first["messageEs"] and first["message"] and first["details"] == {"formVersion": "9"}
    assert second["instanceId"] == "uuid:2" and second["code"] == 404.1
    assert [one["id"] for one in bob.get(f"{ALL}?limit=1").json] == [second["id"]]
    assert [one["id"] for one in bob.get(f"{ALL}?before={second['id']}").json] == [first["id"]]
    assert bob.get(f"{ALL}?state=admitted").json == [] and bob.get(f"{ALL}?state=x").json["code"] == 400.8


def test_one_with_what_came(bob):
    assert bob.get(f"{ALL}/1").json["attachments"] == ["1.jpg"]
    xml = bob.get(f"{ALL}/1.xml")
    assert xml.data == XML.encode() and xml.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in xml.headers["Content-Security-Policy"]
    file = bob.get(f"{ALL}/1/attachments/1.jpg")
    assert file.data == b"jpeg" and "sandbox" in file.headers["Content-Security-Policy"]
    assert bob.get(f"{ALL}/1/attachments/2.jpg").json["code"] == 404.1 and bob.get(f"{ALL}/9").json["code"] == 404.1


def test_admitted_it_is_a_record(bob):
    admitted = bob.post(f"{ALL}/1/admit")
    assert admitted.status_code == 200 and admitted.json["instanceId"] == ID, admitted.text
    assert bob.get(f"/v1/projects/1/forms/simple/submissions/{ID}/attachments").json == [
        {"name": "1.jpg", "exists": True}]
    assert [one["instanceId"] for one in bob.get(f"{ALL}?state=admitted").json] == [ID]
    assert bob.post(f"{ALL}/2/admit").json["code"] == 404.1 and len(bob.get(ALL).json) == 1


def test_dismissed_it_is_kept_with_the_reason(bob):
    assert bob.post(f"{ALL}/1/dismiss", json={"note": " "}).json["code"] == 400.2
    assert bob.post(f"{ALL}/1/dismiss", json={}).json["code"] == 400.2
    assert bob.post(f"{ALL}/1/dismiss", json={"note": "x" * 2001}).json["code"] == 400.13
    assert bob.post(f"{ALL}/1/dismiss", json={"note": "Era una prueba"}).json == {"success": True}
    one = bob.get(f"{ALL}/1").json
    assert (one["state"], one["note"], one["settledBy"]) == ("dismissed", "Era una prueba", bob.id)


def test_who_may_not_gets_403(carol):
    for answer in (carol.get(ALL), carol.get(f"{ALL}/1"), carol.get(f"{ALL}/1.xml"), carol.post(f"{ALL}/1/admit"),
                   carol.get(f"{ALL}/1/attachments/1.jpg"), carol.post(f"{ALL}/1/dismiss", json={"note": "x"})):
        assert answer.json["code"] == 403.1
