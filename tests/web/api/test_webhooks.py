"""Webhooks over the API: made, changed, tried, seen, deleted; what docs/webhooks.md says of the signature is true."""

import re
import time
from pathlib import Path

import pytest

from collector.domain import webhooks as domain
from collector.services import delivering
from tests import builders
from tests.receiver import Receiver

HOOKS = "/v1/projects/1/webhooks"
PAGE = Path(__file__).resolve().parents[3] / "docs" / "webhooks.md"


@pytest.fixture
def receiver(units):
    object.__setattr__(units.settings, "webhook_private", "127.0.0.0/8")
    with Receiver() as receiver:
        yield receiver


def test_a_webhook_from_its_making_to_its_end(units, receiver, bob, phone):
    builders.simple_form(units)
    made = bob.post(HOOKS, json={"name": "Tablero", "url": receiver.url, "events": ["submission.create"],
                                 "formId": "simple"}).json
    secret, one = made.pop("secret"), f"{HOOKS}/{made['id']}"
    assert len(secret) >= 40 and made["formId"] == "simple" and made["state"] == "active" and not made["answers"]
    assert bob.get(HOOKS).json == [made] and bob.get(one).json == made and "secret" not in bob.get(one).text
    phone.send(builders.a_submission(instance_id="uuid:1"))
    assert bob.get(one).json["waiting"] == 1
    delivering.send_waiting(units)
    assert receiver.got[0].is_signed_with(secret)
    told, = bob.get(f"{one}/deliveries").json
    assert (told["state"], told["code"], told["tries"], told["uid"]) == ("done", 204, 1, receiver.got[0].id)
    assert bob.post(f"{one}/deliveries/{told['id']}/retry").json["state"] == "waiting"
    assert bob.post(f"{one}/deliveries/{told['id']}/skip").json["state"] == "skipped"
    assert bob.post(f"{one}/test").json["action"] == "webhook.test"
    changes = {"name": "Otro", "events": ["submission.return"], "formId": "", "state": "paused"}
    changed = bob.patch(one, json=changes).json
    assert (changed["name"], changed["events"], changed["formId"], changed["state"]) == (
        "Otro", ["submission.return"], "", "paused")
    other = bob.post(f"{one}/secret").json["secret"]
    assert other != secret
    assert bob.delete(one).json == {"success": True}
    assert bob.get(one).status_code == 404 and bob.get(HOOKS).json == []


@pytest.mark.parametrize(("body", "code"), [
    ({}, 400.3), ({"name": "x", "url": "https://e.org", "events": ["x"]}, 400.8),
    ({"name": "x", "url": "http://e.org", "events": ["submission.create"]}, 400.8),
    ({"name": "x", "url": "https://a:b@e.org", "events": ["submission.create"]}, 400.8),
    ({"name": "x", "url": "https://e.org", "events": "all"}, 400.11),
    ({"name": "x", "url": "https://e.org", "events": ["submission.create"], "formId": "none"}, 404.1)])
def test_what_cannot_be_is_refused(app, bob, body, code):
    answer = bob.post(HOOKS, json=body)
    assert answer.json["code"] == code and bob.get(HOOKS).json == []


def test_webhooks_are_for_who_manages_the_project(app, bob, carol, units):
    object.__setattr__(units.settings, "webhook_private", "")
    one = bob.post(HOOKS, json={"name": "x", "url": "https://e.org", "events": ["submission.create"]}).json["id"]
    for method, path in (("GET", ""), ("POST", ""), ("GET", f"/{one}"), ("PATCH", f"/{one}"), ("DELETE", f"/{one}"),
                         ("POST", f"/{one}/secret"), ("POST", f"/{one}/test"), ("GET", f"/{one}/deliveries"),
                         ("POST", f"/{one}/deliveries/1/retry"), ("POST", f"/{one}/deliveries/1/skip")):
        body = {"name": "y", "url": "https://e.org", "events": ["submission.create"]}
        assert carol.request(method, HOOKS + path, json=body).status_code == 403, (method, path)
    assert bob.get(f"{HOOKS}/{one}/deliveries/9").status_code == 404
    assert bob.post(f"{HOOKS}/{one}/deliveries/9/retry").status_code == 404


def test_what_the_page_says_of_the_signature_is_true(units, receiver, bob, phone):
    """The Python of docs/webhooks.md, run as it stands there on what a receiver really got."""
    builders.simple_form(units)
    secret = bob.post(HOOKS, json={"name": "x", "url": receiver.url, "events": ["submission.create"]}).json["secret"]
    phone.send(builders.a_submission())
    delivering.send_waiting(units)
    got, = receiver.got
    code, = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.S)
    room: dict = {}
    exec(code, room)
    header = got.headers["collector-signature"]
    assert room["is_ours"](secret, header, got.body)
    assert not room["is_ours"](secret, header, got.body + b" ")
    assert not room["is_ours"](secret + "x", header, got.body)
    assert not room["is_ours"](secret, header.replace("v1=", "v1=0"), got.body)
    old = re.sub(r"t=\d+", f"t={int(time.time()) - 3600}", header)
    assert not room["is_ours"](secret, old, got.body)
    for nonsense in ("", "t=1", "v1=x", "t=x,v1=y", "nonsense"):
        assert not room["is_ours"](secret, nonsense, got.body)
    for name in re.findall(r"^\| `([A-Za-z.]+)` \|", PAGE.read_text(), re.M):
        if name in (*domain.EVENTS, domain.TEST):
            continue
        where = got.told if "." not in name else got.told[name.split(".")[0]]
        assert name.rpartition(".")[2] in where, name
