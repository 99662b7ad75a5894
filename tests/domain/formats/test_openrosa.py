from hypothesis import given
from hypothesis import strategies as st

from collector.domain.formats.openrosa import ListedFile, ListedForm, form_list, manifest, response
from collector.domain.xmltext import read_xml

MD5 = "0123456789abcdef" * 2
LIST = "{http://openrosa.org/xforms/xformsList}"
MANIFEST = "{http://openrosa.org/xforms/xformsManifest}"


def told(element):
    return {child.tag.rpartition("}")[2]: child.text for child in element}


def test_form_list():
    root = read_xml(form_list([
        ListedForm("a&b", "<Año>", "2026", MD5, "http://h/a%2Fb.xml?x=1&y=2", "http://h/manifest"),
        ListedForm("c", "", "", MD5, "http://h/c")]))
    assert root.tag == LIST + "xforms"
    assert [told(form) for form in root] == [
        {"formID": "a&b", "name": "<Año>", "version": "2026", "hash": "md5:" + MD5,
         "downloadUrl": "http://h/a%2Fb.xml?x=1&y=2", "manifestUrl": "http://h/manifest"},
        {"formID": "c", "name": "c", "version": None, "hash": "md5:" + MD5, "downloadUrl": "http://h/c"}]
    assert len(read_xml(form_list([]))) == 0


def test_manifest():
    root = read_xml(manifest([
        ListedFile("a b.csv", MD5, "http://h/a"),
        ListedFile("lista.csv", MD5, "http://h/l", "entityList", "http://h/i")]))
    assert root.tag == MANIFEST + "manifest"
    assert [(file.get("type"), told(file)) for file in root] == [
        (None, {"filename": "a b.csv", "hash": "md5:" + MD5, "downloadUrl": "http://h/a"}),
        ("entityList", {"filename": "lista.csv", "hash": "md5:" + MD5, "downloadUrl": "http://h/l",
                        "integrityUrl": "http://h/i"})]


def test_response():
    root = read_xml(response("Falta «a» & <b>", "error", items=0))
    assert root.tag == "{http://openrosa.org/http/response}OpenRosaResponse" and root.get("items") == "0"
    assert root[0].get("nature") == "error" and root[0].text == "Falta «a» & <b>"
    assert read_xml(response("ok"))[0].attrib == {}


@given(st.text(), st.text())
def test_any_text_makes_readable_xml(one, other):
    read_xml(response(one, other.encode("ascii", "ignore").decode().replace("\x00", "")) if other.isalnum()
             else response(one))
    root = read_xml(form_list([ListedForm(one, other, one, MD5, other)]))
    assert len(root) == 1
