"""Forms over HTTP where clients of ODK Central look closely: hashes, times, tokens, notes, layout of lists."""

import hashlib
import re

import pytest

from tests import builders
from tests.web.api.test_forms import EXTENDED, FORMS, WORKBOOK, XLSX, send, xml

ROSA = {"X-OpenRosa-Version": "1.0"}
SIMPLE = f"{FORMS}/simple"
BESIDE = '<instance id="{}" src="{}"/><bind nodeset="/data/meta/instanceID"'


def versioned(bob, version: str, notes: str = "") -> None:
    """This version of the form `simple` is the current one."""
    send(bob, xml(version=version), path="/simple/draft")
    assert bob.post(f"{SIMPLE}/draft/publish", headers={"X-Action-Notes": notes}).status_code == 200


def test_a_form_tells_all_its_hashes_also_under_another_version(bob):
    told = send(bob, xml()).json
    assert told["sha"] == hashlib.sha1(xml().encode()).hexdigest()
    bob.post(f"{SIMPLE}/draft/publish?version=b")
    now = bob.get(SIMPLE).json
    assert now["sha"] == hashlib.sha1(bob.get(f"{SIMPLE}.xml").data).hexdigest() != told["sha"]


def test_a_form_published_at_once_has_not_changed_since(bob):
    told = send(bob, xml(), "?publish=true").json
    assert told["publishedAt"] == told["createdAt"] and told["updatedAt"] is None
    versioned(bob, "2")
    assert bob.get(SIMPLE).json["updatedAt"].endswith("Z")


def test_a_form_without_a_title_has_no_name_and_is_listed_by_its_id(bob):
    send(bob, xml("b", title="Bravo"), "?publish=true")
    send(bob, xml("Charlie").replace("<h:title>Simple</h:title>", ""), "?publish=true")
    send(bob, xml("a", title="Zeta"), "?publish=true")
    listed = [(one["xmlFormId"], one["name"]) for one in bob.get(FORMS).json]
    assert listed == [("b", "Bravo"), ("Charlie", None), ("a", "Zeta")]
    assert "<name>Charlie</name>" in bob.get("/v1/projects/1/formList", headers=ROSA).text


def test_tokens_are_letters_and_digits(bob):
    assert re.fullmatch("[A-Za-z0-9]{64}", send(bob, xml()).json["draftToken"])


def test_an_id_is_no_longer_than_clients_keep(bob):
    assert send(bob, xml("a" * 64)).status_code == 200
    assert send(bob, xml("a" * 65)).json["code"] == 400.13


def test_a_version_that_lies_in_the_trash_is_not_published_again(bob):
    send(bob, xml(), "?publish=true")
    bob.delete(SIMPLE)
    answer = send(bob, xml(), "?publish=true&ignoreWarnings=true")
    assert (answer.json["code"], answer.json["details"]) == (409.6, {"xmlFormId": "simple", "version": "1"})
    assert send(bob, xml(version="2"), "?publish=true&ignoreWarnings=true").status_code == 200


def test_a_new_form_needs_a_meta_group_and_a_known_one_goes_without(bob):
    bare = xml(version="2").replace("<meta><instanceID/></meta>", "")
    assert send(bob, bare).json["code"] == 400.27
    assert send(bob, xml().replace("<meta><instanceID/></meta>", "<meta/>")).json["code"] == 400.27
    send(bob, xml(), "?publish=true")
    assert send(bob, bare, "?ignoreWarnings=true", "/simple/draft").status_code == 200


def test_a_group_does_not_become_an_answer(bob):
    send(bob, xml(), "?publish=true")
    typed = xml(version="2").replace('"/data/meta/instanceID"', '"/data/meta"')
    answer = send(bob, typed, path="/simple/draft")
    assert (answer.json["code"], answer.json["details"]) == (400.17, {"path": "/meta", "type": "structure"})
    assert send(bob, typed.replace('"simple"', '"typed"'), "?publish=true").status_code == 200
    again = typed.replace('"simple"', '"typed"').replace('version="2"', 'version="3"')
    assert send(bob, again, path="/typed/draft").status_code == 200


def test_publishing_under_another_version_is_told_as_a_draft_of_its_own(bob, alice):
    send(bob, xml(), "?publish=true")
    bob.post(f"{SIMPLE}/draft")
    bob.post(f"{SIMPLE}/draft/publish?version=2")
    newest = alice.get("/v1/audits?action=form").json
    assert [one["action"] for one in newest][:3] == ["form.update.publish", *["form.update.draft.set"] * 2]
    assert newest[0]["details"]["newDefId"] == newest[1]["details"]["newDraftDefId"]


def test_notes_of_a_version_are_for_who_may_change_the_form(bob, alice, carol):
    send(bob, xml(), "?publish=true")
    versioned(bob, "2", "Se corrigió la edad")
    alice.post(f"/v1/projects/1/assignments/viewer/{carol.id}")
    for path in ("/versions/2", "/versions", ""):
        for person, expected in ((bob, "Se corrigió la edad"), (carol, None)):
            told = person.get(SIMPLE + path, headers=EXTENDED).json
            assert (told[0] if path == "/versions" else told)["publishNotes"] == expected, path


def test_the_mark_of_web_forms_is_kept(bob, carol, alice):
    send(bob, xml(), "?publish=true")
    assert bob.patch(SIMPLE, json={"webformsEnabled": True}).json["webformsEnabled"] is True
    assert bob.get(SIMPLE).json["webformsEnabled"] is True and bob.get(SIMPLE).json["state"] == "open"
    assert alice.get("/v1/audits?action=form.update").json[0]["details"] == {"data": {"webformsEnabled": True}}
    alice.post(f"/v1/projects/1/assignments/viewer/{carol.id}")
    assert carol.patch(SIMPLE, json={"name": "x"}).json["code"] == 403.1


def test_a_workbook_is_handed_out_as_what_it_was_sent_as(bob):
    made = send(bob, WORKBOOK, "?ignoreWarnings=true", kind="application/vnd.ms-excel").json
    assert bob.get(f"{FORMS}/{made['xmlFormId']}.xls").data == WORKBOOK
    assert bob.get(f"{FORMS}/{made['xmlFormId']}.xlsx").json["code"] == 404.1
    assert send(bob, WORKBOOK, "?ignoreWarnings=true", f"/{made['xmlFormId']}/draft", XLSX).status_code == 200


@pytest.mark.parametrize(("address", "names"), [
    ("jr://file/a.csv", ["a.csv"]), ("jr://file-csv/a.csv", ["a.csv"]), ("jr://files/a.csv", []),
    ("jr://file/below/a.csv", []), ("a.csv", []), ("jr://instance/last-saved", []),
])
def test_files_are_expected_where_phones_look_for_them(bob, address, names):
    beside = xml().replace('<bind nodeset="/data/meta/instanceID"', BESIDE.format("l", address))
    assert send(bob, beside).status_code == 200
    assert [one["name"] for one in bob.get(f"{SIMPLE}/draft/attachments").json] == names


def test_a_file_keeps_the_type_it_was_given_under(bob):
    send(bob, xml().replace('<bind nodeset="/data/meta/instanceID"', BESIDE.format("l", "jr://file/a.csv")))
    path = f"{SIMPLE}/draft/attachments/a.csv"
    for declared, told in (("text/xml", "text/xml; charset=utf-8"), ("application/octet-stream", "text/csv"),
                           ("a, b", "text/csv"), ("text/plain", "text/plain; charset=utf-8")):
        bob.post(path, data=b"a,b", content_type=declared)
        assert bob.get(path).headers["Content-Type"].startswith(told), declared
    bob.post(f"{SIMPLE}/draft/publish?version=2")
    bob.post(f"{SIMPLE}/draft")
    assert bob.get(path).headers["Content-Type"] == "text/plain; charset=utf-8"


def test_form_list_and_manifest_are_laid_out_as_clients_compare_them(bob, app):
    phone = builders.phone_key(app)
    send(bob, xml().replace('<bind nodeset="/data/meta/instanceID"', BESIDE.format("l", "jr://file/a.csv")))
    bob.post(f"{SIMPLE}/draft/attachments/a.csv", data=b"a")
    bob.post(f"{SIMPLE}/draft/publish")
    here, md5 = f"http://localhost/v1/key/{phone.token}/projects/1/forms/simple", hashlib.md5(b"a").hexdigest()
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '  <xforms xmlns="http://openrosa.org/xforms/xformsList">',
             "    <xform>", "      <formID>simple</formID>", "      <name>Simple</name>",
             "      <version>1</version>", f"      <hash>md5:{bob.get(SIMPLE).json['hash']}</hash>",
             f"      <downloadUrl>{here}.xml</downloadUrl>", f"      <manifestUrl>{here}/manifest</manifestUrl>",
             "    </xform>", "  </xforms>"]
    assert phone.get("/formList").text == "\n".join(lines)
    by_query = app.test_client().get(f"/v1/projects/1/formList?st={phone.token}", headers=ROSA)
    assert by_query.text == "\n".join(lines)
    files = [lines[0], '  <manifest xmlns="http://openrosa.org/xforms/xformsManifest">', "    <mediaFile>",
             "      <filename>a.csv</filename>", f"      <hash>md5:{md5}</hash>",
             f"      <downloadUrl>{here}/attachments/a.csv</downloadUrl>", "    </mediaFile>", "  </manifest>"]
    assert phone.get("/forms/simple/manifest").text == "\n".join(files)
