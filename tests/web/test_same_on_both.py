"""Both databases answer alike: the same order, the same search, the same refusals of text that cannot be stored."""

import json
from urllib.parse import quote

import pytest

from collector.domain import access
from collector.services import records
from tests import builders

# by code points, as no locale of a machine would order them
NAMES = ["10 casas", "9 casas", "ANDES", "Zeta", "abeja", "nandú", "ñandú", "Ágata"]
ORDERED = ["10 casas", "9 casas", "ANDES", "Zeta", "abeja", "nandú", "Ágata", "ñandú"]
FACES = "\U0001F600 \U0001F469\U0001F3FD\u200D\U0001F33E"
KEPT = ["Ñandú ÁÉ", FACES, "n\u0303 combinada", "\u202eal revés", "\ufffe", "%_\\/'\"", "x" * 3000]
REFUSED = {"nul": "a\x00b", "lone surrogate": "a\ud800b", "half of an emoji": "\ud83d!"}


@pytest.fixture
def form(units):
    units.wake = lambda: None
    return builders.simple_form(units)


def in_address(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def as_json(value) -> dict:
    return {"data": json.dumps(value), "content_type": "application/json"}


def found(units, **filters) -> list[str]:
    """instanceIDs of the records that a list narrowed so has, page by page."""
    ids, before = [], None
    while True:
        with units.reading(access.SYSTEM) as unit:
            page = records.list_records(unit, 1, records.Filters(**filters), before, 3)
        if not page:
            return ids
        ids += [one.submission.instance_id for one in page]
        before = page[-1].submission.id


def test_names_are_ordered_by_code_points_on_both(form, units, app, alice):
    for place, name in enumerate(NAMES):
        key = builders.phone_key(app, name=name)
        assert key.send(builders.a_submission(instance_id=f"uuid:{place}")).status_code == 201
        builders.a_form(units, builders.SIMPLE.format(form_id=f"f{place}", version="1").replace("Sencillo", name))
    with units.reading(access.SYSTEM) as unit:
        assert [one.name for one in records.list_submitters(unit, 1, "simple")] == ORDERED
    listed = [one["name"] for one in alice.get("/v1/projects/1/forms").json]
    assert [name for name in listed if name in NAMES] == ORDERED


def test_pages_of_records_hold_each_once_newest_first(form, units, phone):
    sent = [f"uuid:{name}" for name in ("B", "a", "Ñ", FACES, "z", "á", "10", "9")]
    for instance_id in sent:
        assert phone.send(builders.a_submission(instance_id=instance_id)).status_code == 201
    assert found(units) == sent[::-1]


def test_words_find_the_same_records(form, units, phone):
    texts = {"ñ": "Ñandú grande", "m": "Marañón", "😀": FACES, "%": "100% aXb", "_": "a_b", "\\": "a\\b",
             "/": "a/b", "'": "d'Ávila", "ß": "Straße"}
    asked = {"nandu": "ñ", "ÑANDÚ": "ñ", "grande nandu": "ñ", "maranon": "m", "MARAÑON": "m", FACES.split()[0]: "😀",
             "100%": "%", "%": "%", "_": "_", "a_b": "_", "\\": "\\", "/": "/", "'": "'", "strasse": "ß",
             "uuid:m": "m", "nadie": ""}
    for name, text in texts.items():
        xml = builders.a_submission(body=f"<nombre>{text}</nombre>", instance_id=f"uuid:{name}")
        assert phone.send(xml).status_code == 201
    builders.run_steps(units)
    assert {text: found(units, text=text) for text in asked} == {
        text: [f"uuid:{name}"] if name else [] for text, name in asked.items()}


def test_text_is_given_back_as_it_came(form, alice, phone):
    comments = "/v1/projects/1/forms/simple/submissions/uuid:1/comments"
    assert phone.send(builders.a_submission(instance_id="uuid:1")).status_code == 201
    for text in KEPT:
        made = alice.post("/v1/projects", **as_json({"name": text[:200]}))
        assert made.status_code == 200
        assert alice.get(f"/v1/projects/{made.json['id']}").json["name"] == text[:200]
        assert alice.post(comments, **as_json({"body": text})).status_code == 200
        assert alice.get(comments).json[0]["body"] == text


def test_text_that_cannot_be_stored_is_refused(alice):
    """Lone surrogates are no JSON; U+0000 is, and is refused where it is to be stored."""
    for name, text in REFUSED.items():
        for path, body in (("/v1/projects", {"name": text}), ("/v1/projects/1/app-users", {"displayName": text}),
                           ("/v1/users", {"email": f"{text}@example.org", "password": "una clave bien larga"})):
            answer = alice.post(path, **as_json(body))
            told = (400.22, 400.8, 400.11) if name == "nul" else (400.1,)
            assert answer.status_code == 400 and answer.json["code"] in told, (name, path, answer.text)


@pytest.mark.parametrize("text", [*REFUSED.values(), *KEPT[:5]])
def test_what_is_asked_for_by_such_text_is_not_found_and_never_a_fault(form, alice, app, phone, client, text):
    place, browser = in_address(text), builders.a_browser(app, "alice")
    for path in (f"/v1/projects/1/forms/{place}", f"/v1/projects/1/forms/simple/submissions/{place}",
                 f"/v1/projects/1/forms/simple/versions/{place}", f"/v1/projects/1/forms/simple/attachments/{place}"):
        assert alice.get(path).status_code == 404, path
    people = alice.get(f"/v1/users?q={place}").json
    assert people == [] or (text == REFUSED["nul"] and people["code"] == 400.22)
    page = browser.get(f"/projects/1/submissions?q={place}&form=simple&phone={place}&since={place}")
    assert page.status_code == (400 if text == REFUSED["nul"] else 200)
    assert phone.get(f"/forms/{place}/manifest").status_code == 404
    assert phone.get(f"/formList?deviceID={place}").status_code == 200
    assert client.get(f"/v1/key/{place}/projects/1/formList",
                      headers={"X-OpenRosa-Version": "1.0"}).status_code in (403, 404)
    assert phone.send(builders.a_submission(), device=place).status_code == 201
    told = {"User-Agent": text.replace("\x00", "").encode("utf-8", "surrogatepass").decode("latin-1")}
    assert phone.get("/formList", headers=told).status_code == 200


def test_numbers_that_no_row_has_are_not_found(form, alice, app):
    browser = builders.a_browser(app, "alice")
    for place in map(in_address, ("9223372036854775808", "9" * 30, "-1", "١٢")):
        for path in (f"/v1/projects/{place}", f"/v1/users/{place}", f"/v1/projects/1/app-users/{place}"):
            assert alice.get(path).status_code in (400, 404), path
        assert browser.get(f"/projects/1/submissions?before={place}&phone={place}").status_code == 200
        assert browser.get(f"/projects/1/parked?before={place}").status_code == 200
