"""The socket server by itself, with a small application: what it refuses, when, and that the client hears it."""

import contextlib
import re
import socket
import threading
import time

import pytest
from waitress import wasyncore

from collector.cli import receiving
from collector.cli.listening import Listener
from collector.settings import Settings

MEGA = 1_000_000


class Application:
    """Tells the refusal, or what it read; waits or floods where the path says so."""

    def __init__(self):
        self.gate = threading.Event()
        self.seen: list[str] = []
        self.threads: list[str] = []

    def __call__(self, environ, start_response):
        problem = environ.get(receiving.REFUSAL)
        self.threads.append(threading.current_thread().name)
        if problem is not None:
            start_response(f"{problem.status} Refused", [("Content-Type", "text/plain")])
            return [f"refused {problem.code}".encode()]
        self.seen.append(environ["PATH_INFO"])
        if environ["PATH_INFO"] == "/wait":
            self.gate.wait(10)
        if environ["PATH_INFO"] == "/flood":
            start_response("200 OK", [("Content-Type", "text/plain")])
            return (b"x" * MEGA for _each in range(200))
        body = environ["wsgi.input"].read()
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [f"read {len(body)}".encode()]


@contextlib.contextmanager
def serving(data, application, **changes):
    """The address of a listener on these settings; its socket thread is one of ours."""
    settings = Settings(data=data, **({"threads": 1, "max_body": MEGA, "spare_disk": 0} | changes))
    bound = socket.create_server(("127.0.0.1", 0))
    address = bound.getsockname()
    listener = Listener(application, bound, settings)
    ended = threading.Event()

    def run():
        while not ended.is_set():
            wasyncore.loop(timeout=0.05, use_poll=True, map=listener._map, count=1)
        listener._finish()
        wasyncore.close_all(listener._map)

    thread = threading.Thread(target=run, name="sockets")
    thread.start()
    try:
        yield address
    finally:
        application.gate.set()
        ended.set()
        thread.join(20)


@pytest.fixture
def application():
    return Application()


@pytest.fixture
def address(tmp_path, application):
    with serving(tmp_path, application) as address:
        yield address


def head(path: str, *headers: str) -> bytes:
    return "\r\n".join((f"POST {path} HTTP/1.1", "Host: x", *headers, "", "")).encode()


def answer(connection: socket.socket, within: float = 5) -> bytes:
    """All that the server says in one answer."""
    connection.settimeout(within)
    said = b""
    while not (told := re.search(rb"Content-Length: (\d+)\r\n(?:.+\r\n)*\r\n", said)) \
            or len(said) < told.end() + int(told[1]):
        piece = connection.recv(65536)
        assert piece, said
        said += piece
    return said


def test_a_body_at_the_limit_is_taken_whole(address):
    with socket.create_connection(address) as phone:
        phone.sendall(head("/", f"Content-Length: {MEGA + 65_536}") + b"x" * (MEGA + 65_536))
        assert answer(phone).endswith(b"read 1065536")


def test_a_longer_one_is_refused_before_it_comes(address, application):
    with socket.create_connection(address) as phone:
        phone.sendall(head("/", f"Content-Length: {MEGA + 65_537}"))
        told = answer(phone)
    assert told.startswith(b"HTTP/1.1 413") and told.endswith(b"refused 413.1")
    assert application.threads == ["sockets"], "no thread of work had to be free for that"


def test_who_asks_before_sending_is_refused_and_not_told_to_go_on(address):
    with socket.create_connection(address) as phone:
        phone.sendall(head("/", f"Content-Length: {50 * MEGA}", "Expect: 100-continue"))
        assert answer(phone).startswith(b"HTTP/1.1 413")


def test_who_sends_all_before_listening_hears_it_too(address):
    """As most clients do. A server that closed at once would reset the connection, and the answer be lost."""
    with socket.create_connection(address) as phone:
        phone.sendall(head("/", f"Content-Length: {20 * MEGA}"))
        for _each in range(20):
            phone.sendall(b"x" * MEGA)
        assert answer(phone).endswith(b"refused 413.1")


def test_what_is_thrown_away_after_a_refusal_has_an_end(address, monkeypatch):
    monkeypatch.setattr(receiving, "LINGER_BYTES", 2 * MEGA)
    with socket.create_connection(address) as phone:
        phone.sendall(head("/", f"Content-Length: {1000 * MEGA}"))
        with pytest.raises(OSError):
            for _each in range(200):
                phone.sendall(b"x" * MEGA)


def test_a_body_of_unknown_length_is_refused_where_it_grows_too_long(address):
    with socket.create_connection(address) as phone:
        phone.sendall(head("/", "Transfer-Encoding: chunked"))
        for _each in range(20):
            phone.sendall(b"%x\r\n" % 100_000 + b"x" * 100_000 + b"\r\n")
        assert answer(phone).endswith(b"refused 413.1")


def test_a_body_for_which_the_disk_has_no_room_is_refused_and_a_small_one_is_not(tmp_path, application):
    with serving(tmp_path, application, spare_disk=1 << 60) as address:
        with socket.create_connection(address) as phone:
            phone.sendall(head("/", "Content-Length: 500000"))
            told = answer(phone)
            assert told.startswith(b"HTTP/1.1 503") and told.endswith(b"refused 503.2")
        with socket.create_connection(address) as phone:  # a sign-in, say
            phone.sendall(head("/", "Content-Length: 5") + b"abcde")
            assert answer(phone).endswith(b"read 5")


def test_bodies_on_their_way_count_as_space_that_is_taken(tmp_path, application):
    import shutil

    spare = shutil.disk_usage(tmp_path).free - 6_000 * MEGA
    with serving(tmp_path, application, spare_disk=spare, max_body=10_000 * MEGA) as address, \
            contextlib.ExitStack() as phones:
        def asked():
            phone = phones.enter_context(socket.create_connection(address))
            phone.sendall(head("/", f"Content-Length: {2_000 * MEGA}"))
            phone.settimeout(0.7)
            try:
                return phone.recv(100)
            except TimeoutError:
                return b""

        assert asked() == b"", "there is room for one, twice over: as it comes and as it is kept"
        assert asked().startswith(b"HTTP/1.1 503"), "and not for two"


def test_who_waits_in_a_full_queue_is_told_at_once_and_its_work_is_not_done(address, application, monkeypatch):
    monkeypatch.setattr(receiving, "WAITING", 2)
    with contextlib.ExitStack() as phones:
        def ask(path):
            phone = phones.enter_context(socket.create_connection(address))
            phone.sendall(head(path, "Content-Length: 1") + b"x")
            return phone

        first = ask("/wait")
        until = time.monotonic() + 5
        while application.seen != ["/wait"]:
            assert time.monotonic() < until
            time.sleep(0.01)
        others = [ask("/one"), ask("/two")]
        time.sleep(0.3)
        assert answer(ask("/three"), 2).endswith(b"refused 503.1")
        application.gate.set()
        assert [answer(one)[-6:] for one in (first, *others)] == [b"read 1"] * 3
    assert application.seen == ["/wait", "/one", "/two"]


def test_who_waited_too_long_for_a_thread_is_told_and_its_work_is_not_done(address, application, monkeypatch):
    monkeypatch.setattr(receiving, "PATIENCE", 0.3)
    with socket.create_connection(address) as first, socket.create_connection(address) as second:
        first.sendall(head("/wait", "Content-Length: 1") + b"x")
        time.sleep(0.2)
        second.sendall(head("/late", "Content-Length: 1") + b"x")
        time.sleep(0.6)
        application.gate.set()
        assert answer(second).endswith(b"refused 503.1")
    assert application.seen == ["/wait"]


def test_who_takes_no_more_of_a_long_answer_does_not_keep_a_thread(tmp_path, application):
    with serving(tmp_path, application, idle_seconds=1) as address:
        with socket.create_connection(address) as lazy, socket.create_connection(address) as other:
            lazy.sendall(b"GET /flood HTTP/1.1\r\nHost: x\r\n\r\n")
            time.sleep(0.5)
            other.sendall(head("/", "Content-Length: 1") + b"x")
            assert answer(other, 8).endswith(b"read 1")


def test_a_kept_connection_gives_its_place_to_a_new_one(tmp_path, application, monkeypatch):
    monkeypatch.setattr(receiving, "IDLE_ENOUGH", 0.2)
    with serving(tmp_path, application, connections=8) as address, contextlib.ExitStack() as phones:
        for _each in range(10):  # the listening socket and its alarm count as well
            phone = phones.enter_context(socket.create_connection(address))
            phone.sendall(head("/", "Content-Length: 1") + b"x")
            assert b"read 1" in answer(phone)


def test_open_files_allow_every_connection():
    import resource

    from collector.cli.listening import FILES_EACH, OWN_FILES, connections_within_files

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (600, hard))
        assert connections_within_files(500) == 500
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == 500 * FILES_EACH + OWN_FILES
        assert connections_within_files(hard) == (hard - OWN_FILES) // FILES_EACH
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
