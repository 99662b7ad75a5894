"""What only a real socket shows: chunks, bodies cut off, parts in any order, addresses with encoded slashes."""

import hashlib
import json
import socket
import urllib.parse

import pytest
import requests

from tests import builders, stored
from tests.phone import envelope

pytestmark = [pytest.mark.contract, pytest.mark.xdist_group("phone")]
FORM = "wire"
SLASHED = "a/b c%é"
BODY = "<nombre>Ana</nombre><foto>1.jpg</foto>"


@pytest.fixture(scope="module")
def api(live):
    """The administrator's."""
    api = live.administrator()
    yield api
    api.close()


@pytest.fixture(scope="module")
def url(live, api):
    """Where a phone sends."""
    api.publish(builders.SIMPLE.format(form_id=FORM, version="1"))
    key = api.phone("Cable", FORM)["token"]
    return f"{live.address}/v1/key/{key}/projects/1/submission?deviceID=collect%3Awire"


def parts_of(instance_id: str, files=(("1.jpg", b"jpeg"),), xml_last: bool = False) -> list:
    xml = ("xml_submission_file", "a.xml", "text/xml",
           builders.a_submission(FORM, "1", BODY, instance_id).encode())
    more = [(name, name, "image/jpeg", content) for name, content in files]
    return [*more, xml] if xml_last else [xml, *more]


def post(url: str, data, kind: str, **headers: str) -> requests.Response:
    with requests.Session() as http:
        return http.post(url, data=data, timeout=60,
                         headers={"X-OpenRosa-Version": "1.0", "Content-Type": kind, **headers})


def file_of(api, instance_id: str, name: str = "1.jpg") -> bytes:
    return api.ask("GET", f"/projects/1/forms/{FORM}/submissions/{instance_id}/attachments/{name}").content


def spooled(live) -> list:
    return [path for folder in ("spool", "tmp") for path in (live.data / folder).iterdir()]


def test_a_body_in_chunks(url, api):
    body, kind = envelope.body(parts_of("uuid:chunks", [("1.jpg", b"j" * 300_000)]))
    pieces = (body[at:at + 7_001] for at in range(0, len(body), 7_001))
    assert post(url, pieces, kind).status_code == 201
    assert file_of(api, "uuid:chunks") == b"j" * 300_000


def test_the_xml_may_come_last_and_a_name_twice(url, api):
    body, kind = envelope.body(parts_of("uuid:order", [("1.jpg", b"first"), ("1.jpg", b"second")], xml_last=True))
    assert post(url, body, kind).status_code == 201
    assert file_of(api, "uuid:order") == b"second"


def test_an_empty_file_is_a_file(url, api):
    body, kind = envelope.body(parts_of("uuid:empty", [("1.jpg", b"")]))
    answer = post(url, body, kind)
    assert answer.status_code == 201 and "Falta" not in answer.text
    assert file_of(api, "uuid:empty") == b""


def test_a_large_file(url, api):
    photo = hashlib.sha256(b"seed").digest() * 1_000_000
    body, kind = envelope.body(parts_of("uuid:large", [("1.jpg", photo)]))
    assert post(url, body, kind).status_code == 201
    assert file_of(api, "uuid:large") == photo


def test_who_asks_before_sending_is_told_to_go_on(url):
    body, kind = envelope.body(parts_of("uuid:expect"))
    address = urllib.parse.urlsplit(url)
    head = (f"POST {address.path}?{address.query} HTTP/1.1\r\nHost: {address.netloc}\r\nX-OpenRosa-Version: 1.0\r\n"
            f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n")
    with socket.create_connection((address.hostname, address.port), timeout=30) as wire:
        wire.sendall(head.encode())
        assert b"100 Continue" in wire.recv(200)
        wire.sendall(body)
        assert b" 201 " in wire.recv(200)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_a_body_that_is_cut_off_leaves_nothing(live, url, api, share):
    body, kind = envelope.body(parts_of(f"uuid:cut-{share}", [("1.jpg", b"j" * 400_000)]))
    address = urllib.parse.urlsplit(url)
    head = (f"POST {address.path}?{address.query} HTTP/1.1\r\nHost: {address.netloc}\r\nX-OpenRosa-Version: 1.0\r\n"
            f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n")
    with socket.create_connection((address.hostname, address.port), timeout=30) as wire:
        wire.sendall(head.encode() + body[:int(len(body) * share)])
    assert stored.until(lambda: spooled(live) == [])
    assert f"uuid:cut-{share}" not in stored.read(live.data)
    assert post(url, body, kind).status_code == 201
    assert file_of(api, f"uuid:cut-{share}") == b"j" * 400_000


def test_a_slash_in_the_id_of_a_form_is_part_of_it(live, api):
    api.publish(builders.SIMPLE.format(form_id=SLASHED, version="1/2"))
    quoted = urllib.parse.quote(SLASHED, safe="")
    told = api.get(f"/projects/1/forms/{quoted}")
    assert (told["xmlFormId"], told["version"]) == (SLASHED, "1/2")
    assert api.ask("GET", f"/projects/1/forms/{quoted}/versions/1%2F2.xml").content.startswith(b"<?xml")


def test_addresses_that_are_nobody_s_are_404_in_the_dialect_of_the_api(live):
    answer = requests.get(f"{live.address}/v1/nothing/here", timeout=30)
    assert answer.status_code == 404 and json.loads(answer.text)["code"] == 404.1
