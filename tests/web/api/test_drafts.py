"""Drafts and versions over HTTP: start, replace, try, publish, keep beside each other."""

import pytest

from tests import builders
from tests.web.api.test_forms import EXTENDED, FORMS, WORKBOOK, XLSX, send, xml

SIMPLE = f"{FORMS}/simple"


@pytest.fixture
def form(alice):
    return send(alice, xml(), "?publish=true").json


def test_a_new_definition_becomes_the_draft_beside_the_version(alice, form):
    assert send(alice, xml(version="2"), path="/simple/draft").json == {"success": True}
    draft = alice.get(f"{SIMPLE}/draft").json
    assert (draft["version"], draft["publishedAt"], len(draft["draftToken"])) == ("2", None, 64)
    assert alice.get(SIMPLE).json["version"] == "1"
    assert alice.get(f"{SIMPLE}/draft.xml").data == xml(version="2").encode()
    assert alice.get(f"{SIMPLE}.xml").data == xml().encode()


def test_an_empty_body_copies_the_current_version(alice, form):
    assert alice.post(f"{SIMPLE}/draft").json == {"success": True}
    assert alice.get(f"{SIMPLE}/draft").json["hash"] == form["hash"]


def test_another_forms_definition_is_refused(alice, form):
    answer = send(alice, xml("other"), path="/simple/draft")
    assert answer.json["code"] == 400.8 and answer.json["details"]["field"] == "xmlFormId"


def test_a_workbook_as_draft(alice):
    send(alice, WORKBOOK, "?publish=true&ignoreWarnings=true", kind=XLSX)
    path = "/evaluacion_taller/draft"
    assert send(alice, WORKBOOK, "?ignoreWarnings=true", path, XLSX).json == {"success": True}
    assert alice.get(f"{FORMS}{path}.xlsx").data == WORKBOOK
    assert alice.get(f"{FORMS}{path}", headers=EXTENDED).json["excelContentType"] == XLSX


def test_publishing_once_and_no_more(alice, form):
    send(alice, xml(version="2"), path="/simple/draft")
    assert alice.post(f"{SIMPLE}/draft/publish").json == {"success": True}
    assert alice.get(SIMPLE).json["version"] == "2"
    assert alice.get(f"{SIMPLE}/draft").json["code"] == 404.1
    assert alice.post(f"{SIMPLE}/draft/publish").json["code"] == 404.1


def test_the_same_version_is_refused_until_it_is_named_anew(alice, form):
    alice.post(f"{SIMPLE}/draft")
    answer = alice.post(f"{SIMPLE}/draft/publish")
    assert (answer.json["code"], answer.json["details"]) == (409.6, {"xmlFormId": "simple", "version": "1"})
    assert alice.post(f"{SIMPLE}/draft/publish?version=new%20%26%202").json == {"success": True}
    current = alice.get(SIMPLE).json
    assert current["version"] == "new & 2" and current["hash"] != form["hash"]
    assert alice.get(f"{SIMPLE}.xml").data == xml().replace('version="1">', 'version="new &amp; 2">').encode()


def test_a_changed_type_is_refused(alice, form):
    answer = send(alice, xml(version="2", age="string"), "?ignoreWarnings=true", "/simple/draft")
    assert (answer.json["code"], answer.json["details"]) == (400.17, {"path": "/age", "type": "int"})


def test_gone_fields_are_a_warning(alice, form):
    answer = send(alice, xml(version="2", age="int"), path="/simple/draft")
    assert answer.json["code"] == 400.16
    assert answer.json["details"]["warnings"]["workflowWarnings"] == [{"type": "structureChanged", "details": ["name"]}]
    assert send(alice, xml(version="2", age="int"), "?ignoreWarnings=true", "/simple/draft").status_code == 200


def test_abandoning(alice, form):
    send(alice, xml(version="2"), path="/simple/draft")
    assert alice.delete(f"{SIMPLE}/draft").json == {"success": True}
    assert alice.delete(f"{SIMPLE}/draft").json["code"] == 404.1
    send(alice, xml("fresh"))
    assert alice.delete(f"{FORMS}/fresh/draft").json["code"] == 409.7


def test_trying_a_draft_leaves_no_trace_in_the_data(alice, form, client, units):
    send(alice, xml(version="2"), path="/simple/draft")
    token = alice.get(f"{SIMPLE}/draft").json["draftToken"]
    sent = client.post(f"/v1/test/{token}/projects/1/forms/simple/draft/submission",
                       headers={"X-OpenRosa-Version": "1.0"},
                       data=builders.envelope(builders.a_submission(version="2", body="<age>3</age>")))
    assert sent.status_code == 201, sent.text
    assert alice.get(f"{SIMPLE}/draft", headers=EXTENDED).json["submissions"] == 1
    assert alice.get(SIMPLE, headers=EXTENDED).json["submissions"] == 0
    alice.post(f"{SIMPLE}/draft/publish")
    assert alice.get(SIMPLE, headers=EXTENDED).json["submissions"] == 0


def test_old_versions_keep_taking_submissions(alice, form, phone):
    send(alice, xml(version="2"), path="/simple/draft")
    alice.post(f"{SIMPLE}/draft/publish")
    assert phone.send(builders.a_submission(version="1", body="<age>3</age>")).status_code == 201
    assert phone.send(builders.a_submission(version="2", body="<age>3</age>")).status_code == 201


def test_versions_are_listed_newest_first_with_who_published(alice, bob, form):
    send(bob, xml(version=""), path="/simple/draft")
    bob.post(f"{SIMPLE}/draft/publish")
    listed = alice.get(f"{SIMPLE}/versions", headers=EXTENDED).json
    assert [(one["version"], one["publishedBy"]["displayName"]) for one in listed] == [("", "Bob"), ("1", "Alice")]
    assert alice.get(f"{SIMPLE}/versions/1").json["version"] == "1"
    assert alice.get(f"{SIMPLE}/versions/___").json["version"] == ""
    assert alice.get(f"{SIMPLE}/versions/___.xml").data == xml(version="").encode()
    assert alice.get(f"{SIMPLE}/versions/1.xml").data == xml().encode()
    assert alice.get(f"{SIMPLE}/versions/1/fields").json[-1]["name"] == "name"
    assert alice.get(f"{SIMPLE}/versions/9").json["code"] == 404.1
    assert alice.get(f"{SIMPLE}/versions/9.xml").json["code"] == alice.get(f"{SIMPLE}/versions/9.xlsx").json["code"]
    assert "<manifest" in alice.get(f"{SIMPLE}/versions/1/manifest", headers={"X-OpenRosa-Version": "1.0"}).text


def test_fields_of_a_draft_and_of_a_version_under_the_names_of_odata(alice):
    send(alice, xml(**{"a.b": "int", "c-1": "select"}), "?publish=true")
    send(alice, xml(version="2", **{"a.b": "int", "c-1": "select", "d-e": "string"}), path="/simple/draft")
    for path, last in (("/fields", "/c_1"), ("/versions/1/fields", "/c_1"), ("/draft/fields", "/d_e")):
        told = alice.get(f"{SIMPLE}{path}?odata=true").json
        assert told[-1]["path"] == last and told[2]["path"] == "/a_b", path
        assert alice.get(SIMPLE + path).json[2]["path"] == "/a.b"
    assert alice.get(f"{SIMPLE}/draft/fields").json[-2]["selectMultiple"] is True


def test_drafts_are_for_those_who_may_change_the_form(alice, carol, form):
    alice.post(f"/v1/projects/1/assignments/viewer/{carol.id}")
    alice.post(f"{SIMPLE}/draft")
    for path in ("/draft", "/draft.xml", "/draft/attachments", "/draft/fields"):
        assert carol.get(SIMPLE + path).json["code"] == 403.1, path
    assert send(carol, xml(version="2"), path="/simple/draft").json["code"] == 403.1
    assert carol.post(f"{SIMPLE}/draft/publish").json["code"] == 403.1
    assert carol.delete(f"{SIMPLE}/draft").json["code"] == 403.1
