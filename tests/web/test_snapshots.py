"""Several installations in one process: each goes back to a state that it had, and nothing of later is left."""

import threading

import pytest
import requests
from werkzeug.serving import make_server

from tests import builders
from tests.snapshots import SETTINGS, Instance

FORM = "/v1/projects/1/forms/simple"
LOGIN = {"email": SETTINGS["admin_email"], "password": SETTINGS["admin_password"]}
PHOTO = "<nombre>Ana</nombre><foto>1.jpg</foto>"


@pytest.fixture
def instances(tmp_path):
    made = [Instance(tmp_path / name) for name in ("one", "other")]
    yield made
    for one in made:
        one.close()


class Client:
    """The first administrator of an installation, without a socket."""

    def __init__(self, instance: Instance):
        self._client = instance.app.test_client()
        token = self._client.post("/v1/sessions", json=LOGIN).json["token"]
        self._headers = {"Authorization": f"Bearer {token}"}

    def ask(self, method: str, path: str, **options):
        return self._client.open(path, method=method, headers=self._headers, buffered=True, **options)

    def send(self, body: str, instance_id: str):
        return self.ask("POST", f"{FORM}/submissions", data=builders.a_submission("simple", "1", body, instance_id),
                        content_type="application/xml")

    def table(self) -> list[tuple]:
        rows = self.ask("GET", f"{FORM}.svc/Submissions").json["value"]
        return [(row["__id"], row.get("nombre", row.get("apodo"))) for row in rows]


def test_one_goes_back_and_the_other_goes_on(instances, tmp_path):
    one, other = instances
    for instance in instances:
        builders.simple_form(instance.units)
        assert Client(instance).send(PHOTO, "uuid:1").status_code == 200
    client = Client(one)
    assert client.ask("POST", f"{FORM}/submissions/uuid%3A1/attachments/1.jpg", data=b"uno").status_code == 200
    one.snapshot(tmp_path / "kept")
    for instance in instances:
        assert Client(instance).send("<nombre>Eva</nombre>", "uuid:2").status_code == 200
    client.ask("POST", f"{FORM}/submissions/uuid%3A1/attachments/1.jpg", data=b"dos")
    client.ask("PATCH", "/v1/projects/1", json={"name": "Otro nombre"})
    one.restore(tmp_path / "kept")
    assert client.table() == [("uuid:1", "Ana")], "who was signed in then is signed in again"
    assert client.ask("GET", f"{FORM}/submissions/uuid%3A1/attachments/1.jpg").data == b"uno"
    assert client.ask("GET", "/v1/projects/1").json["name"] != "Otro nombre"
    assert Client(other).table() == [("uuid:2", "Eva"), ("uuid:1", "Ana")]


def test_what_comes_after_is_not_taken_for_what_came_before(instances, tmp_path):
    """Numbers are given out again, to other forms and records than before."""
    one, _other = instances
    one.snapshot(tmp_path / "empty")
    told = []
    for label in ("nombre", "apodo", "nombre"):
        builders.a_form(one.units, builders.SIMPLE.format(form_id="simple", version="1").replace("nombre", label))
        client = Client(one)
        for number in range(3):
            assert client.send(f"<{label}>{label} {number}</{label}>", f"uuid:{number}").status_code == 200
        told.append(client.table())
        columns = {field["name"] for field in client.ask("GET", f"{FORM}/fields").json}
        assert label in columns and len(columns & {"nombre", "apodo"}) == 1
        one.restore(tmp_path / "empty")
        assert client.ask("GET", f"{FORM}/fields").status_code in (401, 404)
    assert told[0] == told[2] != told[1] and told[1][0] == ("uuid:2", "apodo 2")


def test_wrong_passwords_of_before_are_not_counted(instances, tmp_path):
    one, _other = instances
    one.snapshot(tmp_path / "kept")
    client = one.app.test_client()
    for _try in range(11):
        answer = client.post("/v1/sessions", json=LOGIN | {"password": "otra clave larga"})
    assert answer.json["details"]["wait"]
    one.restore(tmp_path / "kept")
    assert client.post("/v1/sessions", json=LOGIN).status_code == 200


def test_over_sockets_with_the_one_writer(instances, tmp_path):
    one, _other = instances
    one.units.start_writer()
    server = make_server("127.0.0.1", 0, one.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        address = f"http://127.0.0.1:{server.port}/v1"
        one.snapshot(tmp_path / "kept")
        for _round in range(3):
            with requests.Session() as http:
                token = http.post(f"{address}/sessions", json=LOGIN, timeout=30).json()["token"]
                http.headers["Authorization"] = f"Bearer {token}"
                made = http.post(f"{address}/projects", json={"name": "ñandú"}, timeout=30).json()
                assert http.get(f"{address}/projects/{made['id']}", timeout=30).json()["name"] == "ñandú"
                assert len(http.get(f"{address}/projects", timeout=30).json()) == 2
            one.restore(tmp_path / "kept")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
