"""A full disk: phones are told to wait, nothing is half written, and all goes on when there is space again."""

import concurrent.futures
import json
import random
import shutil
import time
import urllib.error
import uuid

import pytest

from tests.cli.delivering import body, head, install, request, sent
from tests.cli.full_disk import SmallDisk

MEGA = 1_000_000
SPARE = 8 * MEGA
FULL = "El servidor se quedó sin espacio y no guardó nada de esto. Avise a su coordinación e intente más tarde."


@pytest.fixture(scope="module")
def installed(prepared, tmp_path_factory):
    return install(shutil.copytree(prepared, tmp_path_factory.mktemp("installed") / "data"))


@pytest.fixture
def disk(tmp_path):
    made = SmallDisk(tmp_path / "disk", 48)
    yield made
    made.end()


@pytest.fixture
def serve(servers, installed, disk):
    """Starts a server whose folder lies on the small disk; (server, what is in the folder)."""
    def start(**changes):
        phone = installed.copied(disk.room / "data")
        server = servers.start(phone.data, COLLECTOR_WORKER="off", **{"COLLECTOR_SPARE_DISK": "0"} | changes)
        return server, phone

    yield start
    for server in servers.running:  # before the disk goes
        server.stop()


def photo(size: int) -> bytes:
    return random.Random(5).randbytes(size)


def health(server) -> tuple[int, dict]:
    try:
        with server.open("/health") as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.code, json.load(answer)


def test_when_little_space_is_left_phones_are_told_to_wait(serve, disk):
    """Before the disk is full: what is there can still be read, looked at and exported."""
    server, phone = serve(COLLECTOR_SPARE_DISK=str(SPARE if disk.is_real else 1 << 60))
    if disk.is_real:
        assert health(server)[0] == 200
        disk.fill(server.process.pid, leave=SPARE // 2)
    for _each in range(3):
        status, headers, xml = sent(server.address, request(phone.path, body("uuid:later")))
        assert status == 503 and FULL in xml and "<OpenRosaResponse" in xml
        assert int(headers["retry-after"]) > 0
    status, _headers, xml = sent(server.address, head(phone.path, "Content-Length: 3000000"))
    assert status == 503 and FULL in xml, "a long body is not even let begin"
    status, told = health(server)
    assert status == 503 and "little space" in told["reason"]
    with server.open(f"/v1/key/{phone.key}/projects/1/formList", headers={"X-OpenRosa-Version": "1.0"}) as answer:
        assert b"simple" in answer.read()
    assert server.said.count("put off with 503: The server has run out of disk space") == 1, "once a minute, not four"
    assert phone.kept() == set() and phone.left_over() == []
    disk.clear(server.process.pid)
    if disk.is_real:
        assert health(server)[0] == 200
        assert sent(server.address, request(phone.path, body("uuid:later")))[0] == 201
        assert phone.kept() == {"uuid:later"}


def test_a_photo_that_has_no_place_is_put_off_and_leaves_nothing(serve, disk):
    server, phone = serve()
    asked = request(phone.path, body("uuid:photo", photo(100_000)))
    disk.fill(server.process.pid, leave=40_000)
    status, headers, xml = sent(server.address, asked)
    assert status == 503 and FULL in xml and headers["retry-after"]
    assert phone.left_over() == [] and phone.kept() == set()
    disk.clear(server.process.pid)
    assert sent(server.address, asked)[0] == 201
    assert phone.kept() == {"uuid:photo"}
    assert server.faults == []


def test_a_long_body_that_fills_the_disk_while_it_comes_is_put_off(serve, disk):
    """Of unknown length, so that nothing could be told before; it hits the wall in the room for bodies on their way."""
    server, phone = serve()
    whole = body("uuid:chunks", photo(900_000))
    parts = [whole[start:start + 90_000] for start in range(0, len(whole), 90_000)]
    pieces = [b"%x\r\n" % len(part) + part + b"\r\n" for part in parts]
    chunked = (head(phone.path, "Transfer-Encoding: chunked"), *pieces, b"0\r\n\r\n")
    disk.fill(server.process.pid, leave=200_000)
    status, _headers, xml = sent(server.address, *chunked)
    assert status == 503 and FULL in xml
    assert phone.left_over() == [] and phone.kept() == set()
    if disk.is_real:
        assert disk.free() >= 190_000, "what had come was given back"
    disk.clear(server.process.pid)
    assert sent(server.address, *chunked)[0] == 201
    assert phone.kept() == {"uuid:chunks"} and server.faults == []


def test_a_database_that_has_no_place_acknowledges_nothing_that_is_not_kept(serve, disk):
    server, phone = serve()
    ids = [f"uuid:{uuid.UUID(int=number)}" for number in range(120)]
    assert sent(server.address, request(phone.path, body("uuid:before")))[0] == 201
    disk.fill(server.process.pid, leave=150_000 if disk.is_real else 100_000)

    def send(instance_id):
        return sent(server.address, request(phone.path, body(instance_id)))

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, ids))
    statuses = {status for status, _headers, _text in answers}
    assert statuses <= {201, 503} and 503 in statuses, statuses
    assert all(FULL in text for status, _headers, text in answers if status == 503)
    acknowledged = {one for one, (status, _headers, _text) in zip(ids, answers, strict=True) if status == 201}
    if disk.is_real:
        began = time.monotonic()
        assert health(server)[1]["checks"]["database"] == "ok", "reading goes on"
        assert time.monotonic() - began < 5
    disk.clear(server.process.pid)
    assert phone.kept() == acknowledged | {"uuid:before"}
    assert {send(one)[0] for one in ids} == {201}, "the server goes on by itself"
    assert phone.kept() == {*ids, "uuid:before"}
    assert server.stop() == 0
    assert server.faults == []
