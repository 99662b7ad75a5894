"""The phone notices what Collect would stumble over: each fault of a small server lands in the report."""

import hashlib
import http.server
import threading

import pytest

from tests.phone import provisioning
from tests.phone.documents import LIST, MANIFEST
from tests.phone.envelope import Filled, posts
from tests.phone.phone import Phone
from tests.phone.report import CollectStops, Level, Report

FORM = (b'<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head>'
        b'<h:title>F</h:title><model><instance><data id="f" version="1"/></instance></model></h:head></h:html>')
CSV = b"name,label\na,A\n"
DONE = '<OpenRosaResponse xmlns="http://openrosa.org/http/response"><message>ok</message></OpenRosaResponse>'


def md5(content: bytes) -> str:
    return "md5:" + hashlib.md5(content).hexdigest()


class Server(http.server.BaseHTTPRequestHandler):
    """An OpenRosa server with one form; `faults` switches single misbehaviours on."""

    protocol_version = "HTTP/1.1"
    faults: set[str] = set()
    received: list[bytes] = []

    def log_message(self, *_arguments):
        pass

    def answer(self, status: int, body: str | bytes = b"", kind: str = "text/xml; charset=utf-8", **headers: str):
        content = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        if "no version" not in self.faults:
            self.send_header("X-OpenRosa-Version", "1.0")
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Type", kind)
        if status != 204:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def do_GET(self):
        here, place = f"http://127.0.0.1:{self.server.server_port}", self.path.partition("?")[0]
        if place == "/formList":
            listed = md5(b"other") if "wrong hash" in self.faults else md5(FORM)
            told = "" if "no hash" in self.faults else f"<hash>{listed}</hash>"
            name = "" if "no name" in self.faults else "<name>F</name>"
            space = "urn:wrong" if "wrong namespace" in self.faults else LIST
            kind = "application/xml" if "wrong type" in self.faults else "text/xml"
            self.answer(200, f'<xforms xmlns="{space}"><xform><formID>f</formID>{name}<version>1</version>{told}'
                        f"<downloadUrl>{here}/f.xml</downloadUrl><manifestUrl>{here}/manifest</manifestUrl></xform>"
                        "</xforms>", kind)
        elif place == "/f.xml":
            self.answer(200, FORM, "application/xml")
        elif place == "/manifest":
            told = "" if "no media hash" in self.faults else f"<hash>{md5(CSV)}</hash>"
            self.answer(200, f'<manifest xmlns="{MANIFEST}"><mediaFile><filename>a.csv</filename>{told}'
                        f"<downloadUrl>{here}/a.csv</downloadUrl></mediaFile></manifest>")
        else:
            self.answer(200, CSV, "text/csv")

    def do_HEAD(self):
        headers = {} if "no length" in self.faults else {"X_OpenRosa_Accept_Content_Length": "100000"}
        if "other host" in self.faults:
            headers["Location"] = "http://example.org/submission"
        self.answer(200 if "head 200" in self.faults else 204, **headers)

    def do_POST(self):
        self.received.append(self.rfile.read(int(self.headers["Content-Length"])))
        if "post 200" in self.faults:
            self.answer(200, DONE)
        elif "post 400" in self.faults:
            self.answer(400, "no", "text/plain")
        else:
            self.answer(201, "" if "no message" in self.faults else DONE)


@pytest.fixture
def server():
    Server.faults, Server.received = set(), []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def phone(server, tmp_path):
    phone = Phone(server, tmp_path / "phone")
    yield phone
    phone.close()


@pytest.fixture
def filled(tmp_path):
    """A filled form with three photos."""
    folder = tmp_path / "filled"
    folder.mkdir()
    xml = '<data id="f" version="1"><meta><instanceID>uuid:1</instanceID></meta></data>'
    (folder / "submission.xml").write_text(xml)
    for number in range(3):
        (folder / f"{number}.jpg").write_bytes(b"x" * 1000)
    return Filled(folder)


def use(phone, filled):
    """Looks for forms and sends; what stops Collect stops this too."""
    try:
        phone.sync()
        phone.send(filled, phone.forms["f"])
    except CollectStops:
        pass
    return phone.report


def test_a_good_server_gives_no_cause(phone, filled):
    report = use(phone, filled)
    assert [one for one in report.deviations if one.level is not Level.INFO] == []
    assert [one.what for one in report.deviations] == ["no Location: Collect asks again before every submission"]
    assert all("deviceID=collect%3A" in one.url for one in report.exchanges)


@pytest.mark.parametrize(("fault", "level", "said"), [
    ("no version", Level.FATAL, "no X-OpenRosa-Version"),
    ("wrong type", Level.FATAL, "does not contain text/xml"),
    ("wrong namespace", Level.FATAL, "root element"),
    ("no hash", Level.FATAL, "no md5: hash"),
    ("no name", Level.FATAL, "lacks <name>"),
    ("no media hash", Level.FATAL, "lacks <hash>"),
    ("wrong hash", Level.WARNING, "update for ever"),
    ("head 200", Level.FATAL, "only knows 204"),
    ("other host", Level.FATAL, "another host"),
    ("no length", Level.WARNING, "Accept-Content-Length"),
    ("post 200", Level.FATAL, "counts as a failure"),
    ("post 400", Level.WARNING, "tells the person nothing"),
    ("no message", Level.INFO, "plain «Success»"),
])
def test_a_fault_is_noticed(phone, filled, fault, level, said):
    Server.faults = {fault}
    report = use(phone, filled)
    assert [one for one in report.of(level) if said in one.what], report.deviations


def test_a_submission_is_split_as_collect_splits(phone, filled):
    phone.sync()
    assert phone.send(filled, phone.forms["f"], limit=2100).posts == 2
    assert [b"*isIncomplete*" in body for body in Server.received] == [True, False]
    assert [body.count(b'filename="') for body in Server.received] == [3, 2]
    assert len(list(posts(filled, "F", 10))) == 3, "one single file is never cut"


def test_forms_that_are_no_longer_offered_are_removed(phone):
    assert phone.sync().fetched == ["f"]
    assert phone.sync().fetched == []
    phone.form_list = list
    assert phone.sync().removed == ["f"] and phone.forms == {}


def test_settings_without_their_parts_are_refused():
    with pytest.raises(CollectStops):
        provisioning.check({"general": {}}, Report())
    report = Report()
    provisioning.check({"general": {"server_url": "x", "autosend": "always"}, "admin": {}}, report)
    assert [one.what for one in report.of(Level.WARNING)] == ["unknown autosend"]
