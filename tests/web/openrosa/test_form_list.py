"""What phones are shown: form list and manifest, by right, with addresses that lead back through the same prefix."""

import hashlib
from urllib.parse import quote, urlsplit

import pytest
from lxml import etree

from collector.app import create_app
from collector.domain import access
from collector.services import publishing
from tests import builders

ROSA = {"X-OpenRosa-Version": "1.0"}
LIST = """
| survey |
|        | type                          | name | label | media::image |
|        | select_one_from_file otra.csv | a    | A     |              |
|        | text                          | b    | B     | foto ñ.png   |
| settings |
|        | form_title | form_id | version |
|        | Con lista  | {form_id} | {version} |
"""
CSV = b"name,label\n1,Uno\n"


def parsed(answer) -> list[dict]:
    """The children of a form list or manifest, by local name."""
    return [{child.tag.rpartition("}")[2]: child.text or "" for child in one} for one in etree.fromstring(answer.data)]


def form_ids(answer) -> list[str]:
    return [one["formID"] for one in parsed(answer)]


def test_every_form_has_what_collect_needs(units, phone):
    builders.a_form(units, LIST.format(form_id="lista", version="3"), media={"foto ñ.png": CSV})
    answer = phone.get("/formList?deviceID=collect%3Aabc")
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert answer.headers["X-OpenRosa-Version"] == "1.0" and answer.headers["Date"]
    one, = parsed(answer)
    xml = phone.app.test_client().get(urlsplit(one["downloadUrl"]).path)
    assert one["hash"] == "md5:" + hashlib.md5(xml.data).hexdigest()
    assert (one["formID"], one["name"], one["version"]) == ("lista", "Con lista", "3")
    base = f"http://localhost/v1/key/{phone.token}/projects/1/forms/lista"
    assert (one["downloadUrl"], one["manifestUrl"]) == (f"{base}.xml", f"{base}/manifest")


def test_the_manifest_names_only_files_that_are_here_and_leads_to_them(units, phone):
    builders.a_form(units, LIST.format(form_id="lista", version="1"), media={"foto ñ.png": CSV})
    manifest = phone.get("/forms/lista/manifest")
    assert manifest.headers["X-OpenRosa-Version"] == "1.0" and "text/xml" in manifest.headers["Content-Type"]
    one, = parsed(manifest)
    assert (one["filename"], one["hash"]) == ("foto ñ.png", "md5:" + hashlib.md5(CSV).hexdigest())
    assert one["downloadUrl"].endswith("/forms/lista/attachments/foto%20%C3%B1.png")
    fetched = phone.app.test_client().get(urlsplit(one["downloadUrl"]).path)
    assert fetched.data == CSV and fetched.mimetype == "image/png"


@pytest.mark.parametrize("form_id", ["a.b", "a b", "a/b", "100%", "a%2Fb", "señal", "x'y", "draft", "a.xml.b"])
def test_any_form_id_leads_there_and_back(units, phone, form_id):
    builders.a_form(units, LIST.format(form_id=form_id, version="1"), media={"otra.csv": CSV})
    one, = parsed(phone.get("/formList"))
    assert one["formID"] == form_id
    assert urlsplit(one["downloadUrl"]).path.endswith(f"/forms/{quote(form_id, safe='')}.xml")
    client = phone.app.test_client()
    definition = client.get(urlsplit(one["downloadUrl"]).path)
    assert "md5:" + hashlib.md5(definition.data).hexdigest() == one["hash"]
    file, = parsed(client.get(urlsplit(one["manifestUrl"]).path, headers=ROSA))
    assert client.get(urlsplit(file["downloadUrl"]).path).data == CSV


@pytest.mark.parametrize("headers", [{}, {"X-OpenRosa-Version": "2.0"}])
def test_who_does_not_speak_openrosa_is_told_so(units, phone, client, headers):
    builders.simple_form(units)
    for path in ("/formList", "/forms/simple/manifest"):
        answer = client.get(phone.url(path), headers=headers)
        assert answer.status_code == 400 and "OpenRosaResponse" in answer.text


def test_only_open_forms_are_listed_but_a_closing_one_can_still_be_read(units, phone, bob):
    builders.simple_form(units)
    expected = {"open": (["simple"], 200), "closing": ([], 200), "closed": ([], 403)}
    for state, (listed, readable) in expected.items():
        assert bob.patch("/v1/projects/1/forms/simple", json={"state": state}).status_code == 200
        assert form_ids(phone.get("/formList")) == listed
        assert phone.get("/forms/simple.xml").status_code == readable
        assert bob.get("/v1/projects/1/forms/simple.xml").status_code == 200


def test_a_phone_sees_only_the_forms_it_was_given(units, bob, app):
    builders.simple_form(units, "uno")
    builders.simple_form(units, "dos")
    made = bob.post("/v1/projects/1/app-users", json={"displayName": "Celular"}).json
    phone = builders.PhoneKey(app, made["id"], made["token"])
    assert form_ids(phone.get("/formList")) == []
    bob.post(f"/v1/projects/1/forms/dos/assignments/2/{made['id']}")
    assert form_ids(phone.get("/formList")) == ["dos"]
    assert phone.get("/forms/dos.xml").status_code == 200
    assert phone.get("/forms/uno.xml").status_code == phone.get("/forms/uno/manifest").status_code == 403


def test_callers_without_credentials_are_asked_for_them_and_strangers_see_nothing(units, client, carol):
    builders.simple_form(units)
    assert client.get("/v1/projects/1/formList", headers=ROSA).status_code == 401
    assert form_ids(carol.get("/v1/projects/1/formList", headers=ROSA)) == []


def test_a_withdrawn_phone_is_told_to_get_a_new_code(units, bob, phone):
    builders.simple_form(units)
    bob.delete(f"/v1/projects/1/app-users/{phone.id}")
    for path in ("/formList", "/forms/simple.xml", "/forms/simple/manifest"):
        assert phone.get(path).status_code == 403
    assert "QR" in phone.get("/formList").text


def test_a_list_can_be_asked_for_one_form(units, phone):
    builders.simple_form(units, "uno")
    builders.simple_form(units, "dos")
    assert form_ids(phone.get("/formList?formID=dos")) == ["dos"]
    assert form_ids(phone.get("/formList?formID=tres")) == []


def test_a_project_that_is_not_there_is_404(phone, alice):
    assert alice.get("/v1/projects/99/formList", headers=ROSA).status_code == 404


def test_what_did_not_change_is_answered_304(units, phone):
    builders.a_form(units, LIST.format(form_id="lista", version="1"), media={"otra.csv": CSV})
    for path in ("/formList", "/forms/lista.xml", "/forms/lista/manifest", "/forms/lista/attachments/otra.csv"):
        first = phone.get(path)
        assert first.status_code == 200 and not first.headers["ETag"].startswith("W/")
        again = phone.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b""), path
    before = phone.get("/formList").headers["ETag"]
    builders.a_form(units, LIST.format(form_id="lista", version="2"), media={"otra.csv": CSV})
    assert phone.get("/formList", headers={"If-None-Match": before}).status_code == 200


def test_what_another_process_publishes_is_seen(units, phone, settings):
    builders.simple_form(units, "uno")
    assert form_ids(phone.get("/formList")) == ["uno"]
    other = create_app(settings)
    builders.simple_form(builders.units_of(other), "dos")
    builders.units_of(other).engine.dispose()
    assert sorted(form_ids(phone.get("/formList"))) == ["dos", "uno"]


def test_a_second_look_reads_no_forms(units, phone, asked):
    builders.simple_form(units)
    phone.get("/formList")
    asked.clear()
    assert form_ids(phone.get("/formList")) == ["simple"]
    assert asked and not [one for one in asked if "form_versions" in one or "form_media" in one]


@pytest.fixture
def draft(units):
    """The draft of a form that was never published."""
    with units.reading(access.SYSTEM) as unit:
        prepared = publishing.prepare_file(unit, LIST.format(form_id="a/b", version="1").encode(), "f.md", {})
    return units.write(access.SYSTEM, lambda unit: publishing.upload(unit, 1, prepared.definition)).version


def test_a_draft_is_fetched_with_its_token_alone(units, draft, client, bob):
    bob.post("/v1/projects/1/forms/a%2Fb/draft/attachments/otra.csv", data=CSV)
    base = f"/v1/test/{draft.draft_token}/projects/1/forms/a%2Fb/draft"
    one, = parsed(client.get(base + "/formList", headers=ROSA))
    assert one["downloadUrl"] == f"http://localhost{base}.xml" and one["manifestUrl"] == f"http://localhost{base}/manifest"
    assert hashlib.md5(client.get(base + ".xml").data).hexdigest() == draft.hash
    file, = parsed(client.get(base + "/manifest", headers=ROSA))
    assert file["downloadUrl"] == f"http://localhost{base}/attachments/otra.csv"
    assert client.get(base + "/attachments/otra.csv").data == CSV


def test_a_draft_token_opens_nothing_else_and_ends_with_publishing(units, draft, client, bob):
    builders.simple_form(units)
    token = f"/v1/test/{draft.draft_token}/projects/1/forms"
    for path in ("/simple.xml", "/simple/draft.xml", "/simple/attachments/x.csv"):
        assert client.get(token + path).status_code in (403, 404), path
    assert client.get(f"/v1/test/{'x' * 64}/projects/1/forms/a%2Fb/draft/formList", headers=ROSA).status_code == 404
    bob.post("/v1/projects/1/forms/a%2Fb/draft/publish")
    for path in ("/draft/formList", "/draft.xml", "/draft/manifest"):
        assert client.get(token + "/a%2Fb" + path, headers=ROSA).status_code == 404, path


def test_an_address_with_a_character_that_no_database_holds_leads_nowhere(units, alice):
    builders.simple_form(units)
    for path in ("/forms/%00", "/forms/simple%00/draft", "/forms/simple/submissions/%00"):
        assert alice.get(f"/v1/projects/1{path}").status_code == 404
