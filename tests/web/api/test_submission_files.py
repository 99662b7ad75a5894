"""Files of submissions over the API: the ledger, fetching so that nothing runs, putting and taking away."""

import io
from urllib.parse import quote

import pytest

from tests import builders

ID = "uuid:00000000-0000-4000-8000-000000000001"
FILES = f"/v1/projects/1/forms/simple/submissions/{quote(ID, safe='')}/attachments"
NAME = "foto ñ'1.jpg"


@pytest.fixture
def sent(units, phone):
    builders.simple_form(units)
    phone.send(builders.a_submission(instance_id=ID, body=f"<nombre>Ana</nombre><foto>{NAME}</foto>"))


def test_a_file_is_expected_put_fetched_and_taken_away(sent, bob):
    assert bob.get(FILES).json == [{"name": NAME, "exists": False}]
    one = f"{FILES}/{quote(NAME)}"
    assert bob.get(one).status_code == 404
    assert bob.post(one, data=b"jpeg bytes").json == {"success": True}
    assert bob.get(FILES).json == [{"name": NAME, "exists": True}]
    answer = bob.get(one)
    assert answer.data == b"jpeg bytes" and answer.mimetype == "image/jpeg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "filename*=UTF-8''foto%20%C3%B1%271.jpg" in answer.headers["Content-Disposition"]
    assert bob.get(one, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert bob.delete(one).json == {"success": True}
    assert bob.get(one).status_code == 404 and bob.delete(one).status_code == 404


def test_a_chunked_body_is_taken_whole(sent, bob):
    answer = bob.post(f"{FILES}/{quote(NAME)}", input_stream=io.BytesIO(b"chunked" * 100_000),
                      headers={"Transfer-Encoding": "chunked"}, environ_overrides={"wsgi.input_terminated": True})
    assert answer.status_code == 200
    assert bob.get(f"{FILES}/{quote(NAME)}").data == b"chunked" * 100_000


def test_what_the_xml_does_not_name_has_no_place(sent, bob, carol, units):
    before = list(units.blobs.all())
    assert bob.post(f"{FILES}/other.jpg", data=b"x").json["code"] == 404.1
    assert carol.post(f"{FILES}/{quote(NAME)}", data=b"x").status_code == 403
    assert list(units.blobs.all()) == before


def test_a_page_in_disguise_is_not_a_page(units, phone, bob):
    builders.simple_form(units)
    phone.send(builders.a_submission(instance_id=ID, body="<nombre>A</nombre><foto>x.html</foto>"),
               {"x.html": b"<script>alert(1)</script>"})
    answer = bob.get(f"{FILES}/x.html")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_an_earlier_version_has_its_own_files(sent, bob):
    bob.post(f"{FILES}/{quote(NAME)}", data=b"one")
    edit = builders.a_submission(instance_id="uuid:2", deprecated_id=ID, body="<nombre>Ana</nombre><foto>2.jpg</foto>")
    assert bob.put(FILES.removesuffix("/attachments"), data=edit.encode()).status_code == 200
    assert bob.get(FILES).json == [{"name": "2.jpg", "exists": False}]
    before = FILES.replace("/attachments", f"/versions/{quote(ID, safe='')}/attachments")
    assert bob.get(before).json == [{"name": NAME, "exists": True}]
    assert bob.get(f"{before}/{quote(NAME)}").data == b"one"
    assert bob.delete(f"{before}/{quote(NAME)}").json == {"success": True}
    assert bob.get(before).json == [{"name": NAME, "exists": False}]
    assert bob.delete(f"{before}/{quote(NAME)}").json["code"] == 404.1
    assert bob.delete(f"{before}/2.jpg").json["code"] == 404.1
