"""Forms over HTTP, in Central's shapes: create from a workbook or XML, list, show, change, withdraw, bring back."""

import hashlib
from pathlib import Path
from urllib.parse import quote

import pytest

from tests import builders

FORMS = "/v1/projects/1/forms"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WORKBOOK = (Path(__file__).parents[3] / "forms" / "evaluacion_taller.xlsx").read_bytes()
OLD_WORKBOOK = (Path(__file__).parents[2] / "samples" / "forms" / "simple.xls").read_bytes()
EXTENDED = {"X-Extended-Metadata": "true"}
SHAPE = {"projectId", "xmlFormId", "name", "version", "hash", "sha", "sha256", "keyId", "enketoId", "enketoOnceId",
         "state", "draftToken", "publishedAt", "createdAt", "updatedAt", "webformsEnabled"}
XML = """<?xml version="1.0"?><h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml">
<h:head><h:title>{title}</h:title><model><instance><data id="{form_id}" version="{version}">
<meta><instanceID/></meta>{nodes}</data></instance><bind nodeset="/data/meta/instanceID" type="string"/>
{binds}</model></h:head><h:body/></h:html>"""


def xml(form_id="simple", version="1", title="Simple", **types) -> str:
    """An XForm whose fields have these types."""
    types = types or {"age": "int", "name": "string"}
    return XML.format(form_id=form_id, version=version, title=title, nodes="".join(f"<{name}/>" for name in types),
                      binds="".join(f'<bind nodeset="/data/{name}" type="{type}"/>' for name, type in types.items()))


def send(person, data, query="", path="", kind="application/xml", **headers):
    return person.post(f"{FORMS}{path}{query}", data=data, content_type=kind, headers=headers)


def test_xml_becomes_a_draft_and_with_publish_a_version(alice):
    draft = send(alice, xml())
    assert draft.status_code == 200 and set(draft.json) == SHAPE
    assert draft.json["publishedAt"] is None and len(draft.json["draftToken"]) == 64
    published = send(alice, xml("other"), "?publish=true")
    assert published.json["draftToken"] is None and published.json["publishedAt"].endswith("Z")
    assert published.json["hash"] == hashlib.md5(xml("other").encode()).hexdigest()
    assert (published.json["name"], published.json["version"], published.json["state"]) == ("Simple", "1", "open")
    assert alice.get(f"{FORMS}/other.xml").data == xml("other").encode()


def test_a_workbook_is_converted_and_handed_out_again(bob):
    made = send(bob, WORKBOOK, "?publish=True&ignoreWarnings=True", kind=XLSX)
    assert made.status_code == 200 and made.json["xmlFormId"] == "evaluacion_taller"
    answer = bob.get(f"{FORMS}/evaluacion_taller.xlsx")
    assert answer.data == WORKBOOK and answer.mimetype == XLSX
    assert 'filename="evaluacion_taller.xlsx"' in answer.headers["Content-Disposition"]
    assert bob.get(f"{FORMS}/evaluacion_taller.xls").json["code"] == 404.1
    assert bob.get(f"{FORMS}/evaluacion_taller", headers=EXTENDED).json["excelContentType"] == XLSX
    assert bob.get(f"{FORMS}/evaluacion_taller/versions/{made.json['version']}.xlsx").data == WORKBOOK


def test_a_workbook_of_the_old_kind_is_handed_out_as_one(bob):
    made = send(bob, OLD_WORKBOOK, "?publish=true&ignoreWarnings=true", kind="application/vnd.ms-excel").json
    path = f"{FORMS}/{made['xmlFormId']}"
    assert bob.post(f"{path}/draft").status_code == 200
    for place in (path, f"{path}/draft", f"{path}/versions/{made['version'] or '___'}"):
        answer = bob.get(f"{place}.xls")
        assert (answer.data, answer.mimetype) == (OLD_WORKBOOK, "application/vnd.ms-excel")
        assert answer.headers["ETag"] and bob.get(f"{place}.xlsx").json["code"] == 404.1
    assert bob.get(path, headers=EXTENDED).json["excelContentType"] == "application/vnd.ms-excel"


def test_the_header_names_a_workbook_that_has_no_id(alice):
    table = b"| survey |\n| | type | name | label |\n| | text | a | A |\n"
    made = send(alice, table, kind=XLSX, **{"X-XlsForm-FormId-Fallback": "encuesta%20se%C3%B1al.xlsx"})
    assert made.status_code == 200, made.json
    assert made.json["xmlFormId"] == "encuesta señal"


@pytest.mark.parametrize(("data", "kind", "code", "details"), [
    ("<hello", "application/xml", 400.2, {"field": "formId"}),
    ("<hello/>", "application/xml", 400.2, {"field": "formId"}),
    (xml(form_id=""), "application/xml", 400.2, {"field": "formId"}),
    (xml().replace("meta>", "beta>"), "application/xml", 400.27, None),
    ('<!DOCTYPE a [<!ENTITY b "c">]>' + xml().partition("?>")[2], "application/xml", 400.1, None),
])
def test_what_cannot_be_read_is_told_by_code(alice, data, kind, code, details):
    answer = send(alice, data, kind=kind)
    assert (answer.status_code, answer.json["code"]) == (400, code)
    if details is not None:
        assert details.items() <= answer.json["details"].items()


@pytest.mark.parametrize("ending", [".xml", ".xls", ".xlsx"])
def test_ids_that_look_like_files_are_refused(alice, ending):
    answer = send(alice, xml(f"a{ending}"))
    assert answer.json["code"] == 400.8
    assert (answer.json["details"]["field"], answer.json["details"]["value"]) == ("formId", f"a{ending}")


def test_a_workbook_with_errors_comes_back_with_the_places(alice):
    table = b"| survey |\n| | type | name | label |\n| | txt | a | A |\n| settings |\n| | form_id |\n| | x |\n"
    answer = send(alice, table, kind=XLSX, **{"Accept-Language": "es"})
    assert answer.json["code"] == 400.15 and {"error", "warnings"} <= set(answer.json["details"])
    complaint = answer.json["details"]["complaints"][0]
    assert (complaint["sheet"], complaint["row"], complaint["column"]) == ("survey", 2, "type")
    assert "fila 2" in answer.json["message"]
    assert alice.get(FORMS).json == []


def test_a_broken_workbook_is_a_complaint_and_not_a_fault(alice):
    for data in (WORKBOOK[:2000], b"PK\x03\x04", b"", b"hola"):
        assert send(alice, data, kind=XLSX).json["code"] == 400.15


def test_warnings_stop_the_first_try_only(alice):
    table = (b"| survey |\n| | type | name | label::English |\n| | text | a | A |\n"
             b"| settings |\n| | form_id |\n| | x |\n")
    answer = send(alice, table, kind=XLSX)
    assert answer.json["code"] == 400.16
    assert answer.json["details"]["warnings"]["xlsFormWarnings"]
    assert send(alice, table, "?ignoreWarnings=true", kind=XLSX).status_code == 200


def test_what_fails_on_phones_is_told_with_its_cell_and_is_no_obstacle(alice):
    table = (b"| survey |\n| | type | name | label | constraint |\n| | date | d | D | . >= '2024-01-01' |\n"
             b"| settings |\n| | form_id |\n| | x |\n")
    details = send(alice, table, kind=XLSX).json["details"]
    (sentence,), (complaint,) = details["warnings"]["xlsFormWarnings"], details["complaints"]
    assert sentence.startswith("Sheet survey, row 2, column constraint: ")
    assert (complaint["code"], complaint["severity"]) == ("LINT_DATE_TEXT", "warning")
    assert complaint["advice_es"] == "Escriba: . >= date('2024-01-01')"
    assert send(alice, table, "?ignoreWarnings=true", kind=XLSX).status_code == 200


def test_an_xform_with_a_trap_is_taken_at_once(alice):
    trap = xml().replace('type="int"', """type="int" constraint=". = 'x'\"""")
    assert "constraint" in trap
    assert send(alice, trap).status_code == 200


def test_the_same_id_twice_is_refused(alice):
    send(alice, xml(), "?publish=true")
    answer = send(alice, xml(version="2"))
    assert answer.json["code"] == 409.3
    assert answer.json["details"] == {"fields": ["projectId", "xmlFormId"], "values": ["1", "simple"]}


def test_the_list_is_by_title_and_hides_what_may_not_be_seen(alice, bob, carol):
    send(alice, xml("b", title="Zeta"), "?publish=true")
    send(alice, xml("a", title="Alfa"))
    assert [one["xmlFormId"] for one in bob.get(FORMS).json] == ["a", "b"]
    assert carol.get(FORMS).json["code"] == 403.1
    assert alice.get("/v1/projects/99/forms").json["code"] == 404.1
    alice.post(f"/v1/projects/1/assignments/viewer/{carol.id}")
    assert [one["xmlFormId"] for one in carol.get(FORMS).json] == ["b"]
    assert carol.get(f"{FORMS}/a").json["code"] == 403.1 and carol.get(f"{FORMS}/b").status_code == 200


def test_extended_forms_tell_what_was_sent(alice, units, phone):
    builders.simple_form(units)
    phone.send(builders.a_submission())
    phone.send(builders.a_submission())
    one, = alice.get(FORMS, headers=EXTENDED).json
    assert one["submissions"] == 2 and one["reviewStates"] == {"received": 2, "hasIssues": 0, "edited": 0}
    assert one["lastSubmission"].endswith("Z")
    assert (one["publicLinks"], one["entityRelated"]) == (0, False)
    send(alice, xml("empty"), "?publish=true")
    empty = alice.get(f"{FORMS}/empty", headers=EXTENDED).json
    assert (empty["submissions"], empty["lastSubmission"], empty["createdBy"]["displayName"]) == (0, None, "Alice")


def test_lists_do_not_ask_the_database_per_form(alice, asked):
    def questions() -> int:
        asked.clear()
        assert alice.get(FORMS, headers=EXTENDED).status_code == 200
        return len(asked)
    send(alice, xml("f0"), "?publish=true")
    questions()  # the first one also finds out who asks
    few = questions()
    for number in range(1, 6):
        send(alice, xml(f"f{number}"), "?publish=true")
    assert questions() == few


def test_the_state_changes(alice):
    send(alice, xml(), "?publish=true")
    changed = alice.patch(f"{FORMS}/simple", json={"state": "closing", "version": "9"})
    assert (changed.json["state"], changed.json["version"]) == ("closing", "1") and changed.json["updatedAt"]
    assert alice.patch(f"{FORMS}/simple", json={"state": "ajar"}).json["code"] == 400.8
    assert alice.patch(f"{FORMS}/simple", json={"state": None}).json["code"] in (400.8, 400.11)
    assert alice.patch(f"{FORMS}/simple", json={}).json["state"] == "closing"
    assert alice.patch(f"{FORMS}/other", json={"state": "open"}).json["code"] == 404.1


def test_the_trash(alice, units):
    send(alice, xml(), "?publish=true")
    assert alice.delete(f"{FORMS}/simple").json == {"success": True}
    assert alice.get(f"{FORMS}/simple").json["code"] == 404.1 and alice.get(FORMS).json == []
    gone, = alice.get(f"{FORMS}?deleted=true").json
    assert gone["xmlFormId"] == "simple" and gone["deletedAt"]
    assert alice.post(f"{FORMS}/{gone['id']}/restore").json == {"success": True}
    assert alice.get(f"{FORMS}/simple").status_code == 200
    assert alice.post(f"{FORMS}/{gone['id']}/restore").json["code"] == 404.1


def test_one_form_told_at_length_says_why_it_was_published(alice):
    send(alice, xml())
    assert alice.get(f"{FORMS}/simple", headers=EXTENDED).json["publishNotes"] is None
    alice.post(f"{FORMS}/simple/draft/publish", headers={"X-Action-Notes": "corrige%20la%20edad%20m%C3%ADnima"})
    told = "corrige la edad mínima"
    assert alice.get(f"{FORMS}/simple", headers=EXTENDED).json["publishNotes"] == told
    assert "publishNotes" not in alice.get(FORMS, headers=EXTENDED).json[0]
    assert "publishNotes" not in alice.get(f"{FORMS}/simple").json
    listed, = alice.get(f"{FORMS}/simple/versions", headers=EXTENDED).json
    one = alice.get(f"{FORMS}/simple/versions/1", headers=EXTENDED).json
    for version in (listed, one):
        assert (version["publishNotes"], version["publishedBy"]["displayName"]) == (told, "Alice")


def test_a_form_tells_what_it_writes_to_entity_lists(alice, carol, client, units):
    send(alice, xml(), "?publish=true")
    alice.post(f"{FORMS}/simple/draft")
    builders.entity_form(units)
    assert alice.get(f"{FORMS}/fichas/dataset-diff").json == [{"name": "personas", "isNew": False, "properties": [
        {"name": "nombre", "isNew": False, "inForm": True}, {"name": "estado", "isNew": False, "inForm": True}]}]
    for path in ("dataset-diff", "draft/dataset-diff"):
        assert alice.get(f"{FORMS}/simple/{path}").json == []
        assert carol.get(f"{FORMS}/simple/{path}").json["code"] == 403.1
        assert alice.get(f"{FORMS}/none/{path}").json["code"] == 404.1
    assert alice.get("/v1/form-links/abc/form").json["code"] == 501.1
    assert client.get("/v1/form-links/abc/form").json["code"] == 401.2


def test_only_managers_change_forms(alice, carol, client, phone, units):
    builders.simple_form(units)
    for person, code in ((carol, 403.1), (client, 401.2)):
        assert person.post(FORMS, data=xml("x"), content_type="application/xml").json["code"] == code
        assert person.patch(f"{FORMS}/simple", json={"state": "closed"}).json["code"] == code
        assert person.delete(f"{FORMS}/simple").json["code"] == code
        assert person.get(f"{FORMS}/simple").json["code"] == code
    assert client.post(phone.url("/forms"), data=xml("x"), content_type="application/xml").json["code"] == 403.1


def test_fields_are_listed_as_central_lists_them(alice):
    send(alice, xml(**{"a.b": "int", "photo": "binary"}), "?publish=true")
    assert alice.get(f"{FORMS}/simple/fields").json == [
        {"name": "meta", "path": "/meta", "type": "structure", "binary": None, "selectMultiple": None},
        {"name": "instanceID", "path": "/meta/instanceID", "type": "string", "binary": None, "selectMultiple": None},
        {"name": "a.b", "path": "/a.b", "type": "int", "binary": None, "selectMultiple": None},
        {"name": "photo", "path": "/photo", "type": "binary", "binary": True, "selectMultiple": None}]
    assert [one["path"] for one in alice.get(f"{FORMS}/simple/fields?odata=true").json][2] == "/a_b"


@pytest.mark.parametrize("form_id", ["a.b", "a b", "a/b", "100%", "a%2Fb", "señal", "x'y", "draft", "a.xml.b"])
def test_any_form_id_can_be_addressed(alice, form_id):
    send(alice, xml(form_id), "?publish=true")
    path = f"{FORMS}/{quote(form_id, safe='')}"
    assert alice.get(path).json["xmlFormId"] == form_id
    assert alice.get(f"{path}.xml").data == xml(form_id).encode()
    assert [one["version"] for one in alice.get(f"{path}/versions").json] == ["1"]


@pytest.mark.parametrize("form_id", [".", "..", "a.xlsx"])
def test_a_form_id_that_no_address_can_name_is_refused(alice, form_id):
    answer = alice.post(FORMS, data=xml(form_id).encode(), content_type="application/xml")
    assert answer.status_code == 400 and answer.json["details"]["field"] == "formId"
