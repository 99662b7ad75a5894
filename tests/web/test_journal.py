"""The line of each request: its fields, its id, and nothing that a person said or is called."""

import io
import json
import logging

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from collector.cli import journal as lines
from collector.services.unit import Step
from collector.web import journal
from tests import builders

NAME, DNI, FILE, DEVICE = "Rosaura Inventada", "48151623", "firma-rosaura.png", "collect:dispositivo-secreto"
ID = "uuid:00000000-0000-4000-8000-0000005ec4e7"
AGENT = "org.odk.collect.android/v2024.3.4 Dalvik/2.1.0 (Linux; Android 14; TelefonoDeRosaura)"


class Client(FlaskClient):
    """A client that takes each answer to its end, as a browser does: then the line is written."""

    def open(self, *args, **options):
        return super().open(*args, **{**options, "buffered": True})


@pytest.fixture
def log(app):
    """What was written since; steps and views may fail as in service."""
    app.test_client_class = Client
    app.config["COLLECTOR_RAISE_FAULTS"] = False
    out, own = io.StringIO(), logging.getLogger("collector")
    handler = logging.StreamHandler(out)
    handler.setFormatter(lines.Json())
    logging.getLogger().addHandler(handler)
    own.setLevel(logging.DEBUG)
    yield out
    own.setLevel(logging.NOTSET)
    logging.getLogger().removeHandler(handler)


def requests_in(log) -> list[dict]:
    return [line for line in map(json.loads, log.getvalue().splitlines()) if line["message"] == "request"]


def test_fields_of_a_submission(app, units, phone, log):
    builders.simple_form(units)
    answer = app.test_client().post(
        phone.url(f"/submission?deviceID={DEVICE}"), data=builders.envelope(builders.a_submission()),
        headers={"X-OpenRosa-Version": "1.0", "User-Agent": AGENT}, content_type="multipart/form-data")
    line = requests_in(log)[-1]
    assert answer.status_code == 201 and line["request"] == answer.headers["X-Request-Id"]
    assert line["route"] == "/v1/projects/<int:project_id>/submission" and line["method"] == "POST"
    assert line["status"] == 201 and line["bytes"] == len(answer.data) and line["received"] > 400 and line["ms"] > 0
    assert (line["actor"], line["actor_kind"], line["project"]) == (phone.id, "field_key", 1)
    assert line["agent"] == "collect 2024.3.4"


def test_pages_that_leave_compressed_and_files_that_stream_tell_what_was_sent(app, units, phone, alice, log):
    builders.simple_form(units)
    phone.send(builders.a_submission())
    page = builders.a_browser(app, "alice", Accept_Encoding="gzip").get("/projects/1/submissions")
    assert page.headers["Content-Encoding"] == "gzip" and requests_in(log)[-1]["bytes"] == len(page.data)
    export = alice.get("/v1/projects/1/forms/simple/submissions.csv.zip")
    line = requests_in(log)[-1]
    assert line["bytes"] == len(export.data) > 100 and line["form"] == "simple"
    alice.get("/v1/projects/1/forms/simple.xml")
    assert requests_in(log)[-1]["bytes"] > 500


def test_a_head_leaves_a_line_too(phone, log):
    phone.head("/submission")
    assert requests_in(log)[-1]["method"] == "HEAD" and requests_in(log)[-1]["status"] == 204


def test_a_refusal_tells_its_code_and_not_what_was_asked_for(log, client, alice):
    assert alice.get(f"/v1/projects/1/forms/{NAME}").status_code == 404
    line = requests_in(log)[-1]
    assert line["problem"] == 404.1 and "form" not in line
    assert client.get(f"/nowhere/{NAME}?q={NAME}").status_code == 404
    assert "route" not in requests_in(log)[-1]


def test_a_page_that_fails_shows_the_id_under_which_the_log_has_it(log, alices, monkeypatch):
    def fail(unit):
        raise RuntimeError(NAME)

    monkeypatch.setattr("collector.services.status.measure", fail)
    answer = alices.get("/status")
    assert answer.status_code == 500 and answer.headers["X-Request-Id"] in answer.text
    told = [line for line in map(json.loads, log.getvalue().splitlines())
            if line.get("request") == answer.headers["X-Request-Id"]]
    assert [line["message"] for line in told] == ["request failed", "request"]
    assert told[0]["fault"][0]["type"] == "RuntimeError" and "tests/web" not in told[0]["fault"][0]["at"][0]
    assert told[1]["status"] == 500


@pytest.fixture
def alices(app):
    return builders.a_browser(app, "alice")


def test_nothing_of_what_people_sent_stands_in_the_log(log, units, phone, client, alice):
    builders.simple_form(units)
    body = f"<nombre>{NAME}</nombre><edad>{DNI}</edad><foto>{FILE}</foto>"
    xml = builders.a_submission(body=body, instance_id=ID)
    assert phone.send(xml, {FILE: b"x"}, device=DEVICE).status_code == 201
    assert phone.send(xml.replace(DNI, "1"), {FILE: b"x"}, device=DEVICE).status_code == 409
    assert phone.send(xml.replace("simple", NAME), device=DEVICE).status_code == 404
    assert phone.send(f"<{NAME}", device=DEVICE).status_code == 400
    steps = dict(units.steps)
    units.steps = {**steps, "submission.create": (("flatten", Step(lambda unit, event, _found: int(NAME))),)}
    phone.send(builders.a_submission(body=body, instance_id=ID + "1"), {FILE: b"x"}, device=DEVICE)
    units.steps = {**steps, "submission.create": (("flatten", Step(_breaks_a_constraint)),)}
    phone.send(builders.a_submission(body=body, instance_id=ID + "2"), {FILE: b"x"}, device=DEVICE)
    client.get(f"/v1/key/{phone.token[:-1]}x/projects/1/formList", headers={"X-OpenRosa-Version": "1.0"})
    client.get(f"/v1/nowhere/{phone.token}/{NAME}?name={NAME}&st={phone.token}")
    client.post("/sign-in", data={"email": "rosaura@example.org", "password": NAME})
    client.open("/v1/projects", method="ROSAURA")
    alice.get(f"/v1/projects/1/forms/simple/submissions/{ID}/attachments/{FILE}")
    alice.get(f"/projects/1/submissions?q={NAME}")
    told = log.getvalue()
    assert len(requests_in(log)) == 12 and told.count("a step failed") == 2
    secrets = (NAME, "rosaura", DNI, FILE, "dispositivo", phone.token, alice.token, "5ec4e7", "<data", "127.0.0.1")
    assert [one for one in secrets if one.lower() in told.lower()] == []


def _breaks_a_constraint(unit, event, _found):
    unit.session.execute(text("INSERT INTO projects (id, name) VALUES (1, :name)"), {"name": NAME})


@pytest.mark.parametrize(("said", "told"), [
    (AGENT, "collect 2024.3.4"), ("Mozilla/5.0 (X11) Rosaura", "browser"), ("curl/8.5", "curl"), ("", "none"),
    ("python-requests/2.32", "python"), ("Rosaura", "other"), ("org.odk.collect.android/Rosaura", "other")])
def test_of_the_program_that_asks_only_its_kind(said, told):
    assert journal.agent(said) == told
