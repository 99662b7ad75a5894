"""wsgi.py behind a server that hands on the bare connection as the body and the decoded path alone."""

import http.client
import threading
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from tests import builders


class Quiet(WSGIRequestHandler):
    def log_message(self, *_said):
        pass


@pytest.fixture
def port(app):
    server = make_server("127.0.0.1", 0, app, handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()
    thread.join()


def asked(port: int, method: str, path: str, body: bytes = b"", **headers) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, path, body, {"X-OpenRosa-Version": "1.0", **headers})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_a_submission_is_read_to_its_length_and_not_beyond(units, phone, port):
    builders.simple_form(units)
    body = (b'--b\r\nContent-Disposition: form-data; name="xml_submission_file"; filename="s.xml"\r\n\r\n'
            + builders.a_submission().encode() + b"\r\n--b--\r\n")
    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    assert asked(port, "POST", phone.url("/submission"), body, **kind)[0] == 201
    assert asked(port, "POST", phone.url("/submission"), body[:-30], **kind)[0] == 400


def test_names_with_signs_of_an_address_are_found(units, phone, port):
    builders.simple_form(units, form_id="50% ñ")
    status, listed = asked(port, "GET", phone.url("/formList"))
    assert status == 200 and b"/forms/50%25%20%C3%B1.xml" in listed
    assert asked(port, "GET", phone.url("/forms/50%25%20%C3%B1.xml"))[0] == 200
