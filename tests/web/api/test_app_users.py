"""Phones over HTTP, in Central's shapes, and their QR code."""

import io

from collector.domain.formats import settings_qr
from tests import builders

EXTENDED = {"X-Extended-Metadata": "true"}
SHAPE = {"id", "type", "displayName", "createdAt", "updatedAt", "deletedAt", "token", "projectId"}


def test_create_gives_a_token_and_no_form(bob, units):
    builders.simple_form(units)
    made = bob.post("/v1/projects/1/app-users", json={"displayName": "Celular 1"})
    assert made.status_code == 200 and set(made.json) == SHAPE
    assert (made.json["type"], made.json["projectId"], len(made.json["token"])) == ("field_key", 1, 64)
    key = builders.PhoneKey(bob.app, made.json["id"], made.json["token"])
    assert key.send(builders.a_submission()).status_code == 403
    assert bob.post(f"/v1/projects/1/forms/simple/assignments/2/{key.id}").json == {"success": True}
    assert key.send(builders.a_submission()).status_code == 201


def test_all_forms_reaches_forms_published_later(bob, units):
    made = bob.post("/v1/projects/1/app-users", json={"displayName": "Celular 1", "allForms": True}).json
    builders.simple_form(units)
    assert builders.PhoneKey(bob.app, made["id"], made["token"]).send(builders.a_submission()).status_code == 201


def test_name_is_needed(bob):
    for body in ({}, {"displayName": None}, {"displayName": "  "}):
        answer = bob.post("/v1/projects/1/app-users", json=body)
        assert (answer.json["code"], answer.json["details"]) == (400.2, {"field": "displayName"})


def test_list_is_newest_first_and_extended_tells_maker_and_use(bob, phone, units):
    made = bob.post("/v1/projects/1/app-users", json={"displayName": "Celular 2"}).json
    assert [one["id"] for one in bob.get("/v1/projects/1/app-users").json] == [made["id"], phone.id]
    builders.simple_form(units)
    phone.send(builders.a_submission())
    newer, older = bob.get("/v1/projects/1/app-users", headers=EXTENDED).json
    assert newer["createdBy"]["displayName"] == "Bob" and newer["lastUsed"] is None
    assert older["createdBy"] is None and older["lastUsed"]


def test_withdraw(bob, phone):
    assert bob.delete(f"/v1/projects/1/app-users/{phone.id}").json == {"success": True}
    assert bob.get("/v1/projects/1/app-users").json == []
    assert bob.delete(f"/v1/projects/1/app-users/{phone.id}").json["code"] == 404.1
    assert bob.get(f"/v1/projects/1/app-users/{phone.id}/qr.png").json["code"] == 404.1


def test_only_managers_see_phones(carol, phone, client):
    for path in ("", f"/{phone.id}", f"/{phone.id}/qr.png", f"/{phone.id}/qr.svg"):
        assert carol.get(f"/v1/projects/1/app-users{path}").json["code"] == 403.1
        assert client.get(f"/v1/projects/1/app-users{path}").status_code in (401, 403)
    assert carol.post("/v1/projects/1/app-users", json={"displayName": "x"}).json["code"] == 403.1
    assert carol.delete(f"/v1/projects/1/app-users/{phone.id}").json["code"] == 403.1


def test_qr_code_as_pictures(bob, phone):
    from PIL import Image
    answer = bob.get(f"/v1/projects/1/app-users/{phone.id}/qr.png")
    assert answer.mimetype == "image/png" and answer.headers["Cache-Control"] == "no-store"
    assert Image.open(io.BytesIO(answer.data)).width >= 400
    answer = bob.get(f"/v1/projects/1/app-users/{phone.id}/qr.svg")
    assert answer.mimetype == "image/svg+xml" and answer.data.startswith(b"<svg")


def test_phone_set_up_from_its_qr_code_asks_for_forms(bob, phone, units, client):
    from collector.domain import access
    from collector.services import phones
    with units.reading(access.SYSTEM) as unit:
        url = settings_qr.decode(phones.settings_text(unit, phone.id))["general"]["server_url"]
    answer = client.head(f"{url}/submission", headers={"X-OpenRosa-Version": "1.0"})
    assert answer.status_code == 204


def test_a_token_is_changed_while_the_old_one_works(bob, carol, phone, client):
    here = f"/v1/projects/1/app-users/{phone.id}"
    assert carol.post(f"{here}/rotate").status_code == 403
    assert bob.post(f"{here}/rotate", json={"days": 61}).status_code == 400
    made = bob.post(f"{here}/rotate", json={"days": 3}).get_json()
    assert made["id"] == phone.id and made["token"] not in (None, phone.token)
    for token in (phone.token, made["token"]):
        path = f"/v1/key/{token}/projects/1/formList"
        assert client.get(path, headers={"X-OpenRosa-Version": "1.0"}).status_code == 200
    assert [one["token"] for one in bob.get("/v1/projects/1/app-users").get_json()] == [made["token"]]


def test_a_withdrawn_one_comes_back(bob, phone):
    here = f"/v1/projects/1/app-users/{phone.id}"
    assert bob.delete(here).status_code == 200 and bob.get(here).status_code == 404
    assert bob.post(f"{here}/restore").get_json()["token"] == phone.token
    assert bob.get(here).status_code == 200
