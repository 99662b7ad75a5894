"""Datasets as ODK Central writes them: logs of filling in one table, choices that no form names, first versions."""

import io
import zipfile

import pytest

from tests import builders

URL = "/v1/projects/1/forms/encuesta/submissions"
FORM = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head>
<h:title>Encuesta</h:title><model><instance><data id="encuesta">
<meta><instanceID/><audit/></meta><lenguas/><foto/></data>
</instance><bind nodeset="/data/meta/audit" type="binary"/><bind nodeset="/data/lenguas" type="string"/>
<bind nodeset="/data/foto" type="binary"/></model></h:head><h:body><select ref="/data/lenguas"><label>L</label></select>
<upload ref="/data/foto" mediatype="image/*"><label>F</label></upload></h:body></h:html>"""
LOG = "event,node,start,reason\nform start,,1,x\nquestion,/data/lenguas,2,\n"


def a_record(name: str, lenguas: str = "", log: str = "", before: str = "") -> str:
    former = f"<deprecatedID>{before}</deprecatedID>" if before else ""
    return (f'<data id="encuesta"><meta><instanceID>{name}</instanceID>{former}<audit>{log}</audit></meta>'
            f"<lenguas>{lenguas}</lenguas><foto/></data>")


@pytest.fixture
def form(units):
    return builders.a_form(units, FORM, filename="form.xml")


def packed(person, query: str = "") -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(person.get(URL + ".csv.zip" + query).data)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_logs_of_filling_are_one_table_and_no_media(form, bob, phone):
    assert phone.send(a_record("a", log="1.csv"), {"1.csv": LOG.encode()}).status_code == 201
    assert phone.send(a_record("b", log="2.csv"), {"2.csv": LOG.encode()}).status_code == 201
    found = packed(bob)
    assert list(found) == ["encuesta.csv", "encuesta - audit.csv"]
    lines = found["encuesta - audit.csv"].splitlines()
    assert lines[0].startswith("instance ID,event,node,start,end")
    assert [line.split(",")[:4] for line in lines[1:]] == [
        ["a", "form start", "", "1"], ["a", "question", "/data/lenguas", "2"],
        ["b", "form start", "", "1"], ["b", "question", "/data/lenguas", "2"]]
    assert "encuesta - audit.csv" in packed(bob, "?attachments=false")
    assert bob.patch(URL + "/b", json={"reviewState": "approved"}).status_code == 200
    only = packed(bob, "?$filter=__system/reviewState eq 'approved'")["encuesta - audit.csv"].splitlines()
    assert [line[0] for line in only[1:]] == ["b", "b"]


def test_no_table_of_logs_without_a_log(form, bob):
    bob.post(URL, data=a_record("a"), headers={"Content-Type": "text/xml"})
    assert list(packed(bob)) == ["encuesta.csv"]


def test_choices_that_the_form_does_not_name_are_those_that_were_made(form, bob):
    for name, said in (("a", "quechua awa"), ("b", "ese"), ("c", "")):
        bob.post(URL, data=a_record(name, said), headers={"Content-Type": "text/xml"})
    lines = packed(bob, "?splitSelectMultiples=true")["encuesta.csv"].splitlines()
    head = lines[0].split(",")
    at = head.index("lenguas")
    assert head[at:at + 4] == ["lenguas", "lenguas/awa", "lenguas/ese", "lenguas/quechua"]
    assert [line.split(",")[at:at + 4] for line in lines[1:]] == [
        ["", "0", "0", "0"], ["ese", "0", "1", "0"], ["quechua awa", "1", "0", "1"]]


def test_the_form_version_is_the_one_a_record_first_came_with(form, bob, units):
    bob.post(URL, data=a_record("a"), headers={"Content-Type": "text/xml"})
    builders.a_form(units, FORM.replace('id="encuesta"', 'id="encuesta" version="2"'), filename="form.xml")
    edit = a_record("a2", before="a").replace('id="encuesta"', 'id="encuesta" version="2"')
    assert bob.put(URL + "/a", data=edit, headers={"Content-Type": "text/xml"}).status_code == 200
    assert packed(bob)["encuesta.csv"].splitlines()[1].endswith(",1,")


def test_without_files_the_archive_is_named_after_its_tables(form, bob):
    assert 'filename="encuesta.csv.zip"' in bob.get(URL + ".csv.zip?attachments=false").headers["Content-Disposition"]
    assert 'filename="encuesta.zip"' in bob.get(URL + ".csv.zip").headers["Content-Disposition"]
