"""The server that is asked may be busy, away, break off in the middle or forget the session: it is asked again."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from collector.plugins.pull.source import Source, Unanswered, at

WHOLE = b"x" * 1000


class Answers(BaseHTTPRequestHandler):
    """Answers what the test has laid ready, path by path, then 200."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.signed_in += 1
        self._say(200, f'{{"token": "t{self.server.signed_in}"}}'.encode())

    def do_GET(self):
        self.server.asked.append((self.path, self.headers.get("Authorization")))
        ready = self.server.ready
        self._say(*(ready.pop(0) if ready else (200, b'{"ok": true}')))

    def _say(self, status: int, body: bytes, promised: int = 0):
        self.send_response(status)
        self.send_header("Content-Length", str(promised or len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def log_message(self, *about):
        pass


@pytest.fixture
def server():
    made = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    made.ready, made.asked, made.signed_in = [], [], 0
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


@pytest.fixture
def source(server):
    made = Source(f"http://127.0.0.1:{server.server_port}/v1/", "a@example.org", "clave", pauses=(0.0, 0.0))
    made.sign_in()
    yield made
    made.close()


def test_what_is_busy_is_asked_again_and_given_up_at_last(server, source):
    server.ready[:] = [(503, b""), (429, b"")]
    assert source.ask("/projects", limit=5) == {"ok": True}
    assert [path for path, _who in server.asked] == ["/v1/projects?limit=5"] * 3
    server.ready[:] = [(503, b'{"message": "Lleno"}')] * 3
    with pytest.raises(Unanswered, match="503 Lleno") as refused:
        source.ask("/projects")
    assert refused.value.status == 503


def test_a_session_that_is_over_is_opened_again(server, source):
    server.ready[:] = [(401, b"{}")]
    assert source.ask("/projects") == {"ok": True}
    assert [who for _path, who in server.asked] == ["Bearer t1", "Bearer t2"]


def test_a_file_that_breaks_off_is_begun_anew(server, source):
    server.ready[:] = [(200, WHOLE[:400], 1000), (200, WHOLE)]
    begun = []

    def into(stream):
        begun.append(b"")
        while piece := stream.read(64):
            begun[-1] += piece
        return begun[-1]

    assert source.pour("/file", into) == WHOLE and len(begun) == 2


def test_what_is_refused_is_told_with_its_status_unless_it_is_expected(server, source):
    server.ready[:] = [(404, b"{}"), (403, b'{"message": "No"}'), (200, b"<html>")]
    assert source.ask("/draft", without=(404,)) is None
    with pytest.raises(Unanswered, match="403 No") as refused:
        source.ask("/projects")
    assert refused.value.status == 403
    with pytest.raises(Unanswered, match="ODK Central"):
        source.ask("/projects")


def test_nobody_there_is_told():
    source = Source("http://127.0.0.1:9", "a@example.org", "clave", pauses=())
    with pytest.raises(Unanswered, match="no responde"):
        source.sign_in()
    source.close()


def test_segments_are_encoded_whole_and_only_plain_http_to_strangers_is_open():
    assert at("forms", "censo/2026 %") == "/forms/censo%2F2026%20%25"
    opens = {address: Source(address, "", "").is_open for address in (
        "http://central.example.org", "https://central.example.org", "http://localhost:8383")}
    assert list(opens.values()) == [True, False, False]
