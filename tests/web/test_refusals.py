"""What the server did not take is told in the dialect of its address, without asking the database."""

import dataclasses
import io

import pytest

from collector.domain import problems
from tests import builders


def refused(client, method: str, path: str, problem: problems.Problem, **options):
    return client.open(path, method=method, environ_overrides={"collector.refusal": problem}, **options)


PLACES = [
    ("POST", "/v1/key/abc/projects/1/submission", "text/xml"),
    ("POST", "/v1/test/abc/projects/1/forms/x/draft/submission", "text/xml"),
    ("GET", "/v1/projects/1/formList", "text/xml"),
    ("POST", "/v1/projects/1/forms", "application/json"),
    ("POST", "/v1/no/such/place", "application/json"),
    ("POST", "/sign-in", "text/html"),
    ("GET", "/no-such-page", "text/html"),
]


@pytest.mark.parametrize(("method", "path", "kind"), PLACES)
def test_each_address_has_its_words(client, asked, method, path, kind):
    answer = refused(client, method, path, problems.busy(), data=b"never read")
    assert (answer.status_code, answer.mimetype) == (503, kind)
    assert "El servidor está muy ocupado" in answer.text or "The server is very busy" in answer.text
    assert answer.headers["Retry-After"] == "30" and answer.headers["X-Request-Id"]
    assert asked == []


def test_the_language_is_the_servers_and_pages_follow_the_browser(client):
    xml = refused(client, "POST", "/v1/key/abc/projects/1/submission", problems.body_too_large(50_000_000)).text
    assert "El envío supera el límite de 50 MB" in xml
    page = refused(client, "POST", "/sign-in", problems.body_too_large(50_000_000), headers={"Accept-Language": "en"})
    assert page.status_code == 413 and "limit of 50 MB" in page.text


def test_nobody_outside_can_make_a_refusal(client):
    assert client.get("/health", headers={"collector.refusal": "x", "Collector-Refusal": "x"}).status_code == 200


def test_a_body_beyond_the_limit_is_no_fault_of_ours_on_any_server(app, phone, units):
    """Where another server than ours has let it come this far."""
    units.settings = dataclasses.replace(units.settings, max_body=100_000)
    app.config["MAX_CONTENT_LENGTH"] = units.settings.largest_request
    builders.simple_form(units)
    answer = phone.send(builders.a_submission(body="<nombre>A</nombre><foto>a.jpg</foto>"), {"a.jpg": b"x" * 180_000})
    assert answer.status_code == 413 and answer.mimetype == "text/xml" and "supera el límite" in answer.text
    assert not list((units.settings.data / "spool").iterdir())


def test_a_file_as_large_as_the_limit_is_taken_and_one_byte_more_is_not(app, phone, units):
    units.settings = dataclasses.replace(units.settings, max_body=100_000)
    app.config["MAX_CONTENT_LENGTH"] = units.settings.largest_request
    builders.simple_form(units)
    record = builders.a_submission(body="<nombre>A</nombre><foto>a.jpg</foto>")
    assert phone.send(record, {"a.jpg": b"x" * 100_000}).status_code == 201
    answer = phone.send(record, {"a.jpg": b"x" * 100_001})
    assert answer.status_code == 400 and "supera el límite" in answer.text


def test_a_field_of_a_page_that_is_too_long_is_told_on_a_page(app, client):
    app.config["MAX_FORM_MEMORY_SIZE"] = 1000
    answer = client.post("/sign-in", data={"email": "x" * 5000, "file": (io.BytesIO(b"x"), "a.txt")})
    assert answer.status_code == 400 and answer.mimetype == "text/html" and "límite" in answer.text
