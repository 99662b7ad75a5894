"""Corrections over the API: as inputs, tried, saved as a further version with reasons, never over another's."""

import pytest

from tests import builders

ID = "uuid:first"
FORM = """
| survey |
| | type | name | label | required | constraint | calculation |
| | text | nombre | Nombre | yes | | |
| | integer | edad | Edad | | . < 120 | |
| | calculate | doble | | | | ${edad} * 2 |
| | select_multiple l | lenguas | Lenguas | | | |
| | begin repeat | hijos | Hijos | | | |
| | text | hijo | Hijo | | | |
| | end repeat | | | | | |
| choices |
| | list_name | name | label |
| | l | es | Español |
| | l | shp | Shipibo |
| settings |
| | form_title | form_id | version |
| | Visita | visita | 1 |
"""
BODY = "<nombre>Ana</nombre><edad>150</edad><doble>300</doble><lenguas>es</lenguas><hijos><hijo>Eva</hijo></hijos>"
ONE = "/v1/projects/1/forms/visita/submissions/uuid%3Afirst"
URL = f"{ONE}/correction"


@pytest.fixture
def sent(units, phone):
    builders.a_form(units, FORM)
    assert phone.send(builders.a_submission("visita", "1", BODY, ID)).status_code == 201


def parts(answer) -> dict:
    return {part["place"]: part for part in answer.json["parts"]}


def test_a_record_as_inputs(sent, bob):
    answer = bob.get(URL)
    told = parts(answer)
    assert (answer.json["seen"], answer.json["version"]) == (ID, 2) and "slip" in answer.json["reasons"]
    assert told["/nombre"]["values"] == ["Ana"] and told["/nombre"]["required"] is True
    assert (told["/edad"]["kind"], told["/edad"]["value"], told["/edad"]["label"]) == ("whole", "150", "Edad")
    assert told["/lenguas"]["options"] == [{"name": "es", "label": "Español"}, {"name": "shp", "label": "Shipibo"}]
    repeat = told["/hijos"]
    assert (repeat["type"], repeat["next"], repeat["mayRemove"]) == ("repeat", "/hijos[2]", True)
    assert [one["place"] for one in repeat["instances"][0]["parts"]] == ["/hijos[1]/hijo"]
    assert [(one["place"], one["kind"]) for one in answer.json["findings"]] == [("/edad", "constraint")]


def test_a_correction_is_tried_and_nothing_is_kept(sent, bob):
    tried = bob.post(URL + "/preview", json={"seen": ID, "values": {"/edad": ["15"]}, "added": ["/hijos[2]"]}).json
    assert [(one["place"], one["before"], one["after"], one["typed"]) for one in tried["changes"]][:2] == [
        ("/edad", ["150"], ["15"], True), ("/doble", ["300"], ["30"], False)]
    assert [one["kind"] for one in tried["closed"]] == ["constraint"] and tried["stops"] == []
    wrong = bob.post(URL + "/preview", json={"seen": ID, "values": {"/nombre": []}}).json
    assert [(one["place"], one["kind"]) for one in wrong["stops"]] == [("/nombre", "required")]
    assert wrong["stops"][0]["message"]
    assert len(bob.get(ONE + "/versions").json) == 1


def test_a_correction_is_saved_with_its_reasons(sent, bob):
    answer = bob.post(URL, json={
        "seen": ID, "values": {"/edad": ["15"], "/lenguas": ["es", "shp"], "/hijos[2]/hijo": ["Leo"]},
        "added": ["/hijos[2]"], "reason": "slip", "reasons": {"/edad": {"reason": "other", "words": "Lo dijo ella"}}})
    assert answer.status_code == 200, answer.text
    assert (answer.json["instanceId"], answer.json["reviewState"]) == (ID, "edited")
    second = answer.json["currentVersion"]["instanceId"]
    assert second != ID
    xml = bob.get(ONE + ".xml").text
    assert "<edad>15</edad><doble>30</doble><lenguas>es shp</lenguas>" in xml and "<hijo>Leo</hijo>" in xml
    assert f"<deprecatedID>{ID}</deprecatedID>" in xml.replace("orx:", "")
    told = next(one for one in bob.get(ONE + "/audits").json if one["action"] == "submission.correct")
    why = {one["place"]: (one["reason"], one["words"]) for one in told["details"]["fields"]}
    assert why["/edad"] == ("other", "Lo dijo ella") and why["/lenguas"] == ("slip", "")
    changed = bob.get(ONE + "/diffs").json[second]
    assert {"path": ["edad"], "old": "150", "new": "15"} in changed
    assert {"path": [["hijos", 1]], "new": {"hijo": "Leo"}} in changed


@pytest.mark.parametrize(("given", "code"), [
    ({"seen": ID, "values": {"/edad": ["15"]}}, 409.54),
    ({"seen": ID, "values": {"/edad": ["150"]}, "reason": "slip"}, 409.53),
    ({"seen": ID, "values": {"/nombre": []}, "reason": "slip"}, 409.54),
    ({"seen": ID, "values": {"/edad": ["15"]}, "reason": "nonsense"}, 400.8),
    ({"seen": ID, "values": {}, "reason": "slip"}, 409.53),
    ({"seen": "uuid:other", "values": {"/edad": ["15"]}, "reason": "slip"}, 404.1),
    ({"values": {"/edad": ["15"]}, "reason": "slip"}, 400.2),
    ({"seen": ID, "values": "x"}, 400), ({"seen": ID, "reasons": {"/edad": {}}}, 400)])
def test_what_cannot_be_saved_is_a_problem_and_keeps_nothing(sent, bob, given, code):
    answer = bob.post(URL, json=given)
    assert answer.status_code == int(code) and (code == 400 or answer.json["code"] == code), answer.text
    assert len(bob.get(ONE + "/versions").json) == 1


def test_a_newer_version_is_told_and_never_overwritten(sent, bob, phone):
    edit = builders.a_submission("visita", "1", BODY.replace("Ana", "Luz"), "uuid:second", ID)
    assert phone.send(edit).status_code == 201
    mine = {"seen": ID, "values": {"/edad": ["15"]}, "reason": "slip"}
    for path in (URL, URL + "/preview"):
        answer = bob.post(path, json=mine)
        assert answer.json["code"] == 409.51 and answer.json["details"]["seen"] == "uuid:second"
        assert answer.json["details"]["changes"][0]["place"] == "/nombre"
    assert bob.post(URL, json={**mine, "seen": "uuid:second"}).status_code == 200
    assert "Luz" in bob.get(ONE + ".xml").text


def test_who_may_not_correct_gets_403(sent, carol):
    assert carol.get(URL).json["code"] == 403.1
    for path in (URL, URL + "/preview"):
        assert carol.post(path, json={"seen": ID}).json["code"] == 403.1


def test_the_edit_address_leads_to_the_page_of_the_correction(sent, bob, app):
    answer = bob.get(ONE + "/edit")
    assert answer.status_code == 302
    browser = builders.a_browser(app, "bob")
    assert browser.get(answer.headers["Location"]).status_code == 200
    assert bob.get("/v1/projects/1/forms/visita/submissions/none/edit").json["code"] == 404.1
    bob.patch("/v1/projects/1/forms/visita", json={"state": "closed"})
    assert bob.get(ONE + "/edit").json["code"] == 409.12
