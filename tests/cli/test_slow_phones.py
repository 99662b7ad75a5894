"""Two hundred phones on a slow line, phones that stop, bodies too large: nobody else waits, nothing is left."""

import os
import random
import re
import shutil
import socket
import time
import uuid
from pathlib import Path

import psutil
import pytest

from tests.cli.delivering import body, head, install, place, read, request, sent
from tests.slow import Crowd

PHONES = 200
RATE = 5_000  # bytes per second and phone
MEGA = 1_000_000
# Bytes of the -shm file that stand for transactions in progress: writer, checkpoint, recovery, five kinds of reader.
# Source: sqlite.org/walformat.html, "WAL Locks".
TRANSACTIONS = range(120, 128)


@pytest.fixture(scope="module")
def installed(prepared, tmp_path_factory):
    return install(shutil.copytree(prepared, tmp_path_factory.mktemp("installed") / "data"))


@pytest.fixture
def phone(installed, tmp_path):
    return installed.copied(tmp_path / "data")


def new_id() -> str:
    return f"uuid:{uuid.uuid4()}"


def timed(server, path: str) -> float:
    began = time.monotonic()
    server.open(path, headers={"X-OpenRosa-Version": "1.0"}).close()
    return time.monotonic() - began


def transactions(server, phone) -> list[str]:
    """Locks that the server holds for a transaction in progress, as the system tells them."""
    inode = (phone.data / "collector.sqlite3-shm").stat().st_ino
    held = []
    for line in Path("/proc/locks").read_text().splitlines():
        found = re.match(rf"\d+: POSIX +\w+ +\w+ +{server.process.pid} \S+:{inode} (\d+) (\d+)", line)
        if found and set(range(int(found[1]), int(found[2]) + 1)) & set(TRANSACTIONS):
            held.append(line)
    return held


def bodies_held(server) -> int:
    """Open files of the server in its room for bodies on their way."""
    links = f"/proc/{server.process.pid}/fd"
    held = 0
    for name in os.listdir(links):
        try:
            held += "/tmp/" in os.readlink(f"{links}/{name}").removeprefix("/tmp/")
        except FileNotFoundError:
            continue
    return held


def connections(server) -> int:
    return sum(one.status == psutil.CONN_ESTABLISHED for one in psutil.Process(server.process.pid).net_connections())


def until(true, within: float = 10) -> None:
    end = time.monotonic() + within
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_two_hundred_slow_phones_keep_nobody_waiting(servers, phone):
    """The server has one thread: were it held by a body that is on its way, nothing at all would be answered."""
    server = servers.start(phone.data, COLLECTOR_THREADS="1")
    ids = [new_id() for _each in range(PHONES)]
    photos = random.Random(7).randbytes(38_000)
    crowd = Crowd(place(server.address), [request(phone.path, body(one, photos)) for one in ids], RATE).start()
    until(lambda: crowd.begun == PHONES)
    waits, idle = [], []
    while crowd.sends and len(waits) < 40:
        waits += [timed(server, "/health"), timed(server, "/sign-in"),
                  timed(server, f"/v1/key/{phone.key}/projects/1/formList")]
        began = time.monotonic()
        assert sent(server.address, request(phone.path, body(new_id())))[0] == 201
        waits.append(time.monotonic() - began)
        idle.append(transactions(server, phone))
    assert len(waits) >= 20, "the others were asked for while all two hundred were sending"
    assert sorted(waits)[int(0.9 * len(waits))] < 1, sorted(waits)
    assert [] in idle, "no transaction stays open"
    assert crowd.join(60) == [201] * PHONES
    assert phone.kept() >= set(ids)
    assert server.stop() == 0 and phone.left_over() == []


def test_a_phone_that_stops_in_the_middle_is_dropped_and_leaves_nothing(servers, phone):
    server = servers.start(phone.data, COLLECTOR_IDLE_SECONDS="2")
    with socket.create_connection(place(server.address)) as silent:
        silent.sendall(request(phone.path, body(new_id(), b"x" * 400_000)[:-100], length=500_000))
        until(lambda: bodies_held(server) == 1)
        slow = Crowd(place(server.address), [request(phone.path, body("uuid:slow", b"x" * 300_000))], 40_000).start()
        silent.settimeout(15)
        assert silent.recv(100) == b"", "hung up on, without an answer"
        assert slow.join(30) == [201], "who is slow and goes on is not"
    until(lambda: bodies_held(server) == 0 and connections(server) == 0)
    assert phone.kept() == {"uuid:slow"} and phone.left_over() == []
    assert "dropped" in server.said


def test_a_body_beyond_the_limit_is_told_in_the_words_of_each_address(servers, phone):
    server = servers.start(phone.data, COLLECTOR_MAX_BODY=str(MEGA))
    large = f"Content-Length: {30 * MEGA}"

    def told(*pieces):
        status, headers, text = sent(server.address, *pieces)
        assert status == 413
        return headers["content-type"], text

    collect, xml = told(head(phone.path, large))
    assert collect.startswith("text/xml") and "<OpenRosaResponse" in xml
    assert "El envío supera el límite de 1 MB de este servidor. Avise a su coordinación." in xml
    assert told(head(phone.path, large), *[b"x" * MEGA] * 30)[1] == xml, "also to who sends all before it listens"
    pieces = [b"%x\r\n" % 250_000 + b"x" * 250_000 + b"\r\n"] * 20
    assert told(head(phone.path, "Transfer-Encoding: chunked"), *pieces)[1] == xml
    kind, text = told(head("/v1/projects/1/forms/simple/submissions", large))
    assert kind == "application/json" and '"code": 413.1' in text
    kind, text = told(head("/projects/1/-/upload", large))
    assert kind.startswith("text/html") and "1 MB" in text and "<html" in text
    assert phone.kept() == set() and phone.left_over() == [] and bodies_held(server) == 0
    assert sent(server.address, request(phone.path, body(new_id(), b"x" * 900_000)))[0] == 201


def test_a_long_video_passes_without_weighing_on_memory(servers, phone):
    server = servers.start(phone.data)
    video = random.Random(3).randbytes(60 * MEGA)
    assert sent(server.address, request(phone.path, body(new_id(), b"x" * 400_000)))[0] == 201
    before = _peak(server)
    assert sent(server.address, request(phone.path, body("uuid:video", video, "video.mp4")))[0] == 201
    assert _peak(server) - before < 16 * MEGA
    assert "uuid:video" in phone.kept() and phone.left_over() == []
    assert max(path.stat().st_size for path in (phone.data / "blobs").rglob("*") if path.is_file()) == len(video)


def _peak(server) -> int:
    """The most memory that the server ever had, in bytes."""
    return int(re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{server.process.pid}/status").read_text())[1]) * 1024


def test_phones_are_told_what_they_may_send_at_once(servers, phone):
    server = servers.start(phone.data)
    with socket.create_connection(place(server.address)) as asking:
        asking.sendall(head(phone.path).replace(b"POST", b"HEAD"))
        status, headers, _text = read(asking)
    assert status == 204 and headers["x-openrosa-accept-content-length"] == "100000000"
