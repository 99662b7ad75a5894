"""Exports in the background over the API: asked for, followed, downloaded in parts, cancelled."""

import hashlib
import io
import zipfile

import pytest

from collector.services import building
from tests import builders

URL = "/v1/projects/1/forms/simple/exports"


@pytest.fixture
def form(units, phone):
    builders.simple_form(units)
    for number in range(3):
        assert phone.send(builders.a_submission(instance_id=f"uuid:{number}")).status_code == 201


@pytest.mark.usefixtures("form")
def test_asked_built_and_downloaded(bob):
    asked = bob.post(URL, json={"formats": ["csv", "xlsx"], "purpose": "informe", "states": ["received"]})
    assert asked.status_code == 200, asked.text
    told = bob.get(f"{URL}/{asked.json['id']}").json
    assert (told["state"], told["progress"], told["askedBy"]) == ("done", 1.0, "Bob")
    assert told["order"]["purpose"] == "informe" and told["order"]["states"] == ["received"]
    assert told["files"]["simple.csv"]["rows"] == 3
    answer = bob.get(f"{URL}/{told['id']}/file")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="simple.zip"')
    assert hashlib.sha256(answer.data).hexdigest() == told["sha256"] and len(answer.data) == told["size"]
    assert {"simple.csv", "simple.xlsx"} <= set(zipfile.ZipFile(io.BytesIO(answer.data)).namelist())
    assert [one["id"] for one in bob.get(URL).json] == [told["id"]]


@pytest.mark.usefixtures("form")
def test_a_download_goes_on_where_it_broke_off(bob):
    url = f"{URL}/{bob.post(URL, json={}).json['id']}/file"
    whole = bob.get(url)
    tag, size = whole.headers["ETag"], len(whole.data)
    assert whole.headers["Accept-Ranges"] == "bytes"
    rest = bob.get(url, headers={"Range": "bytes=100-", "If-Range": tag})
    assert rest.status_code == 206 and rest.data == whole.data[100:]
    assert rest.headers["Content-Range"] == f"bytes 100-{size - 1}/{size}"
    part = bob.get(url, headers={"Range": "bytes=10-19"})
    assert part.status_code == 206 and part.data == whole.data[10:20] and part.content_length == 10
    assert bob.get(url, headers={"Range": "bytes=-5"}).data == whole.data[-5:]
    other = bob.get(url, headers={"Range": "bytes=100-", "If-Range": '"another"'})
    assert other.status_code == 200 and other.data == whole.data
    beyond = bob.get(url, headers={"Range": f"bytes={size}-"})
    assert beyond.status_code == 416 and beyond.headers["Content-Range"] == f"bytes */{size}"
    head = bob.head(url)
    assert head.content_length == size and head.data == b"" and head.headers["ETag"] == tag
    assert bob.get(url, headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.usefixtures("form")
def test_one_that_waits_has_no_file_and_can_be_cancelled(units, bob):
    units.wake = lambda: None
    number = bob.post(URL, json={}).json["id"]
    assert bob.get(f"{URL}/{number}").json["state"] == "waiting"
    refused = bob.get(f"{URL}/{number}/file")
    assert (refused.status_code, refused.json["code"]) == (409, 409.94)
    assert bob.delete(f"{URL}/{number}").status_code == 200
    assert bob.get(f"{URL}/{number}").json["state"] == "cancelled"
    assert building.run_waiting(units) == 0


@pytest.mark.usefixtures("form")
def test_a_file_that_nobody_needs_any_more_can_be_dropped(bob):
    number = bob.post(URL, json={}).json["id"]
    assert bob.delete(f"{URL}/{number}").status_code == 200
    assert bob.get(f"{URL}/{number}/file").status_code == 404
    assert bob.get(f"{URL}/{number}").json["state"] == "done"


@pytest.mark.usefixtures("form")
def test_what_cannot_be_asked_for_is_refused(bob, carol):
    assert bob.post(URL, json={"formats": ["doc"]}).json["code"] == 400.8
    assert bob.post(URL, json={"formats": []}).json["code"] == 400.2
    assert bob.post(URL, json={"formats": "csv"}).json["code"] == 400.11
    assert bob.post(URL, json={"recipeId": 99}).json["code"] == 404.1
    assert bob.post(URL, json={"formats": ["geojson"]}).status_code == 200
    assert bob.get(URL).json[0]["problem"]["code"] == 400.8  # told once it is known that there is no place
    assert bob.get(f"{URL}/77").json["code"] == 404.1
    for answer in (carol.get(URL), carol.post(URL, json={}), carol.get(f"{URL}/1/file"), carol.delete(f"{URL}/1")):
        assert answer.json["code"] == 403.1


@pytest.mark.usefixtures("form")
@pytest.mark.parametrize(("order", "code"), (
    ({"recipe": 1}, 400.4), ({"since": "2026-05-02", "until": "2026-05-01"}, 400.8),
    ({"only": {"quue": "back"}}, 400.8), ({"only": {"queue": "late"}}, 400.8), ({"only": {"q": "\x00"}}, 400.22),
    ({"purpose": "a\x00b"}, 400.22), ({"language": "\x00"}, 400.22)))
def test_an_order_that_is_not_meant_so_is_refused(bob, order, code):
    """Who misspells the name of the recipe does not get raw data; what no database keeps is told at once."""
    answer = bob.post(URL, json=order)
    assert (answer.status_code, answer.json["code"]) == (400, code), answer.text
    assert bob.get(URL).json == []


@pytest.mark.usefixtures("form")
def test_the_filter_of_a_list_is_an_order_too(bob):
    bob.patch("/v1/projects/1/forms/simple/submissions/uuid%3A1", json={"reviewState": "approved"})
    asked = bob.post(URL, json={"only": {"queue": "waiting"}, "formats": ["csv"]}).json
    told = bob.get(f"{URL}/{asked['id']}").json
    assert (told["order"]["only"], told["files"]["simple.csv"]["rows"]) == ({"queue": "waiting"}, 2)
