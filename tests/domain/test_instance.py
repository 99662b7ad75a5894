
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.domain.instance import (
    ExpectedFile,
    Header,
    expected_files,
    named_files,
    read_header,
    read_instance,
)
from collector.domain.xform import parse_form
from collector.domain.xmltext import XMLFault

OPENROSA = 'xmlns:orx="http://openrosa.org/xforms"'
ENVELOPE = b"""<data xmlns="http://www.opendatakit.org/xforms/encrypted" encrypted="yes" id="f" version="2">
<base64EncryptedKey>abc</base64EncryptedKey>
<meta xmlns="http://openrosa.org/xforms"><instanceID>uuid:1</instanceID><instanceName>N</instanceName></meta>
<media><file>a.jpg.enc</file></media><media><file>b.jpg.enc</file></media>
<encryptedXmlFile>submission.xml.enc</encryptedXmlFile>
<base64EncryptedElementSignature>x</base64EncryptedElementSignature></data>"""


def meta(inside):
    return f"<meta>{inside}</meta>"


@pytest.mark.parametrize("xml, form_id, version, instance_id, deprecated_id, name", [
    ('<data id="f" version="1"><meta><instanceID>uuid:1</instanceID></meta></data>', "f", "1", "uuid:1", None, None),
    ('<data id="f"><a/></data>', "f", "", None, None, None),
    ('<data id="f" version=" 1 "><meta><instanceID> uuid:1\n</instanceID></meta></data>',
     "f", "1", "uuid:1", None, None),
    (f'<data id="f" {OPENROSA}><orx:meta><orx:instanceID>i</orx:instanceID><orx:deprecatedID>d</orx:deprecatedID>'
     "<orx:instanceName>n</orx:instanceName></orx:meta></data>", "f", "", "i", "d", "n"),
    (f'<data id="f" {OPENROSA}><meta><orx:instanceID>i</orx:instanceID></meta></data>', "f", "", "i", None, None),
    ('<f:data xmlns:f="http://e.org/f" version="1"><meta><instanceID>i</instanceID></meta></f:data>',
     "http://e.org/f", "1", "i", None, None),
    ('<data id="f" xmlns="http://e.org/f"><meta><instanceID>i</instanceID></meta></data>', "f", "", "i", None, None),
    ('<data id="f" instanceID="uuid:old" version="1"/>', "f", "1", "uuid:old", None, None),
    ('<data id="f" instanceID="uuid:old"><meta><instanceID>uuid:new</instanceID></meta></data>',
     "f", "", "uuid:new", None, None),
    ('<data id="f"><meta><instanceID/><deprecatedID/></meta></data>', "f", "", None, None, None),
    ('<data id="f"><meta/><meta><instanceID>i</instanceID></meta></data>', "f", "", "i", None, None),
    ('<data id="f"><g><meta><entity/></meta></g><meta><instanceID>i</instanceID></meta></data>',
     "f", "", "i", None, None),
    ('<data id="f"><g><meta><instanceID>deep</instanceID></meta></g></data>', "f", "", "deep", None, None),
    ('<data id="ñ/ %"><meta><instanceID>a b</instanceID></meta></data>', "ñ/ %", "", "a b", None, None),
])
def test_headers(xml, form_id, version, instance_id, deprecated_id, name):
    header = read_header(xml)
    assert (header.form_id, header.version, header.instance_id, header.deprecated_id, header.instance_name) == (
        form_id, version, instance_id, deprecated_id, name)
    assert not header.encrypted


@pytest.mark.parametrize("xml, reason", [
    ("<data/>", "no_form_id"), ('<data id=" "/>', "no_form_id"), ("", "empty"), ("<data", "malformed"),
    ("<!DOCTYPE a><data id='f'/>", "doctype")])
def test_headers_that_are_none(xml, reason):
    with pytest.raises(XMLFault) as fault:
        read_header(xml)
    assert fault.value.reason == reason


def test_encrypted_envelope():
    assert read_header(ENVELOPE) == Header(
        "f", "2", "uuid:1", None, "N", True, "http://www.opendatakit.org/xforms/encrypted", "data")


def test_an_envelope_is_known_by_the_file_that_holds_its_answers():
    key, data = "<base64EncryptedKey>eA==</base64EncryptedKey>", "<encryptedXmlFile>x.enc</encryptedXmlFile>"
    assert read_header(f'<data id="f">{key}{data}</data>').encrypted
    assert not read_header(f'<data id="f">{key}</data>').encrypted
    assert not read_header(f'<data id="f">{data}</data>').encrypted


def test_encrypted_in_name_only():
    assert not read_header('<data id="f" encrypted="yes"><a>1</a></data>').encrypted


# files


def test_files_of_a_real_submission(model, submissions):
    form = model("media")
    xml = submissions("media")[0]
    files = expected_files(xml, form)
    assert [(one.path, one.kind) for one in files[:6]] == [
        ("/photo", "image"), ("/sign", "image"), ("/sketch", "image"), ("/voice", "audio"), ("/clip", "video"),
        ("/doc", "file")]
    assert ("audit.csv", "/meta/audit", "audit") in [(one.name, one.path, one.kind) for one in files]
    assert ("/bg", "audio") in [(one.path, one.kind) for one in files]
    names = [one.name for one in files]
    assert len(names) == len(set(names)) and all(name.encode() in xml for name in names)
    assert list(named_files(xml, {*names, "other.jpg"})) == names


def test_files_of_an_envelope(model):
    assert expected_files(ENVELOPE, model("media")) == tuple(
        ExpectedFile(name, "", "encrypted") for name in ("a.jpg.enc", "b.jpg.enc", "submission.xml.enc"))


@pytest.mark.parametrize("inside, names", [
    ("", []),
    ("<photo/><sign> </sign>", []),
    ("<photo> a b.jpg </photo><sign>a b.jpg</sign>", ["a b.jpg"]),
    ("<pics><pic>1.jpg</pic></pics><pics><pic>2.jpg</pic></pics>", ["1.jpg", "2.jpg"]),
    ("<photo>á/..%.jpg</photo><code>no.jpg</code><new>no2.jpg</new>", ["á/..%.jpg"]),
    ("<pics>text<pic>1.jpg<b/></pic></pics>", ["1.jpg"]),
])
def test_files_by_name(model, inside, names):
    xml = f'<data id="media">{inside}</data>'
    assert [one.name for one in expected_files(xml, model("media"))] == names


def test_files_of_an_unknown_form():
    xml = "<data id='x'><a> f.jpg </a><g><b>g.jpg</b></g><c>f.jpg and more</c><b>f.jpg</b></data>"
    assert named_files(xml, ["g.jpg", "f.jpg", "h.jpg"]) == ("f.jpg", "g.jpg")


# the tree


def test_a_tree_of_a_real_submission(model, submissions):
    instance = read_instance(submissions("roster")[0], model("roster"))
    refs = {node.ref: node for node in instance.root.walk()}
    second = refs["/person[1]/illness[2]/what"]
    assert (second.path, second.text, second.field.control) == ("/person/illness/what", "Amina river Juma", "input")
    assert refs["/person[1]/illness[2]"].position == 2
    assert [node.position for node in refs["/g"].named("plot")] == [1, 2, 3, 4]
    assert instance.unknown == () and instance.header.form_id == "roster"


def test_what_the_form_does_not_know(model):
    instance = read_instance(
        '<data id="roster"><np>1</np><x><y/></x><person><z/><pname at="1">A</pname></person><np>2</np></data>',
        model("roster"))
    assert instance.unknown == ("/x", "/person[1]/z")
    nodes = {node.ref: node for node in instance.root.walk()}
    assert nodes["/x/y"].field is None and nodes["/person[1]/pname"].attributes == {"at": "1"}
    assert [node.position for node in instance.root.named("np")] == [1, 2]


def test_templates_do_not_count(model):
    instance = read_instance(
        '<data id="roster" xmlns:jr="http://openrosa.org/javarosa"><person jr:template=""><pname/></person>'
        "<person><pname>A</pname></person></data>", model("roster"))
    assert [node.ref for node in instance.root.children] == ["/person[1]"]


def test_every_sample_is_read(model, submissions):
    for name in ("acreditacion_autoridades", "acuerdo_convivencia", "evaluacion_taller", "roster", "media"):
        for xml in submissions(name):
            assert read_instance(xml, model(name)).unknown == ()
            assert read_header(xml).instance_id.startswith("uuid:")


@given(st.text(alphabet="<>/='\" photpicsmeanID:.&;", max_size=100))
def test_random_pieces_raise_nothing_but_faults(piece):
    form = parse_form(
        '<h xmlns="http://www.w3.org/2002/xforms"><model><instance><data id="f"><photo/><pics><pic/></pics></data>'
        '</instance><bind nodeset="/data/photo" type="binary"/></model></h>')
    for xml in (piece, f'<data id="f">{piece}</data>'):
        try:
            header = read_header(xml)
            assert header.form_id
            expected_files(xml, form)
            read_instance(xml, form)
            named_files(xml, {"p"})
        except XMLFault as fault:
            assert fault.reason
