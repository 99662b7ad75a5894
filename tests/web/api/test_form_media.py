"""The files beside a form over HTTP: expected, given, taken away, fetched, and harmless to a browser."""

import hashlib
import io

import pytest

from tests.web.api.test_forms import FORMS, XLSX, send

TABLE = b"""
| survey |
|        | type                          | name | label | media::image |
|        | select_one_from_file list.csv | a    | A     |              |
|        | text                          | b    | B     | foto 1.svg   |
| settings |
|        | form_id |
|        | media   |
"""
MEDIA = f"{FORMS}/media"
DRAFT = f"{MEDIA}/draft/attachments"
MISSING = {"exists": False, "blobExists": False, "datasetExists": False, "hash": None, "size": None}


@pytest.fixture(autouse=True)
def form(bob):
    assert send(bob, TABLE, "?ignoreWarnings=true", kind=XLSX).status_code == 200


def test_expected_files_are_known_from_the_form(bob):
    assert bob.get(DRAFT).json == [{"name": "foto 1.svg", "type": "image", **MISSING},
                                   {"name": "list.csv", "type": "file", **MISSING}]
    assert bob.get(f"{DRAFT}/list.csv").json["code"] == 404.1


def test_giving_reading_replacing_taking_away(bob):
    for content in (b"name,label\n1,Uno\n", b"name,label\n2,Dos\n", b""):
        assert bob.post(f"{DRAFT}/list.csv", data=content, content_type="text/csv").json == {"success": True}
        given = bob.get(DRAFT).json[1]
        assert (given["exists"], given["blobExists"], given["size"]) == (True, True, len(content))
        assert given["hash"] == hashlib.md5(content).hexdigest() and given["updatedAt"].endswith("Z")
        assert bob.get(f"{DRAFT}/list.csv").data == content
    assert bob.delete(f"{DRAFT}/list.csv").json == {"success": True}
    assert bob.delete(f"{DRAFT}/list.csv").json["code"] == 404.1
    assert bob.get(f"{DRAFT}/list.csv").json["code"] == 404.1


def test_a_body_in_chunks_without_a_length(bob):
    content = b"x" * 300_000
    given = bob.post(f"{DRAFT}/list.csv", input_stream=io.BytesIO(content), headers={"Transfer-Encoding": "chunked"},
                     environ_overrides={"wsgi.input_terminated": True})
    assert given.json == {"success": True} and bob.get(DRAFT).json[1]["size"] == len(content)
    assert bob.get(f"{DRAFT}/list.csv").data == content


def test_files_that_the_form_does_not_expect_are_refused(bob, units):
    before = set(units.blobs.all())
    assert bob.post(f"{DRAFT}/other.csv", data=b"a,b\n").json["code"] == 404.1
    assert set(units.blobs.all()) == before


def test_files_go_out_so_that_nothing_in_them_runs(bob):
    bob.post(f"{DRAFT}/foto%201.svg", data=b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>")
    answer = bob.get(f"{DRAFT}/foto%201.svg")
    assert answer.mimetype == "image/svg+xml" and answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Length"] == str(len(answer.data))
    head = bob.head(f"{DRAFT}/foto%201.svg")
    assert (head.data, head.headers["Content-Length"]) == (b"", str(len(answer.data)))


def test_published_files_stay_with_their_version(bob):
    bob.post(f"{DRAFT}/list.csv", data=b"old")
    bob.post(f"{MEDIA}/draft/publish?version=1")
    bob.post(f"{MEDIA}/draft")
    assert bob.get(f"{DRAFT}/list.csv").data == b"old"
    bob.post(f"{DRAFT}/list.csv", data=b"new")
    assert bob.get(f"{MEDIA}/attachments/list.csv").data == b"old"
    bob.post(f"{MEDIA}/draft/publish?version=2")
    assert bob.get(f"{MEDIA}/attachments/list.csv").data == b"new"
    assert bob.get(f"{MEDIA}/versions/1/attachments/list.csv").data == b"old"
    assert [one["exists"] for one in bob.get(f"{MEDIA}/versions/1/attachments").json] == [False, True]
    assert bob.post(f"{DRAFT}/list.csv", data=b"late").json["code"] == 404.1


def test_only_managers_give_files(carol, client):
    assert carol.post(f"{DRAFT}/list.csv", data=b"x").json["code"] == 403.1
    assert carol.delete(f"{DRAFT}/list.csv").json["code"] == 403.1
    assert client.post(f"{DRAFT}/list.csv", data=b"x").json["code"] == 401.2
