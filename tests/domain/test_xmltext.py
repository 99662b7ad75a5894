import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.domain.xmltext import DEEPEST, LARGEST, MOST_TAGS, XMLFault, closed, local_name, read_xml

LAUGHS = b'<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>'


@pytest.mark.parametrize("xml, reason", [
    (b"", "empty"),
    (b" \n\t", "empty"),
    (b"hola", "malformed"),
    (b"<a>", "malformed"),
    (b"<a>&nada;</a>", "malformed"),
    (b"\x00\x01", "malformed"),
    (b"<a>\x00</a>", "malformed"),
    (b'<?xml version="1.0" encoding="klingon"?><a/>', "malformed"),
    ("<a>\ud800</a>", "malformed"),
    (b"<!DOCTYPE a><a/>", "doctype"),
    (b'<!DOCTYPE a SYSTEM "http://127.0.0.1/x.dtd"><a/>', "doctype"),
    (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "doctype"),
    ('<!DOCTYPE a><a/>'.encode("utf-16"), "doctype"),
    (LAUGHS, "doctype"),
    (b"<a>" * (DEEPEST + 1) + b"</a>" * (DEEPEST + 1), "too_deep"),
    (b"<a>" * 5000 + b"</a>" * 5000, "too_deep"),
    (b"<a>" + b" " * LARGEST + b"</a>", "too_big"),
    (b"<a>" + b"<b/>" * MOST_TAGS + b"</a>", "too_big"),
])
def test_what_is_refused(xml, reason):
    with pytest.raises(XMLFault) as fault:
        read_xml(xml)
    assert fault.value.reason == reason


@pytest.mark.parametrize("xml, text", [
    (b"<a>\xc3\xb1</a>", "ñ"),
    ("<a>ñ</a>", "ñ"),
    ('<?xml version="1.0" encoding="iso-8859-1"?><a>ñ</a>', "ñ"),
    ('<?xml version="1.0" encoding="iso-8859-1"?><a>ñ</a>'.encode("latin-1"), "ñ"),
    ("\ufeff<a>x</a>", "x"),
    (b"\xef\xbb\xbf<a>x</a>", "x"),
    (b"\r\n<a>x</a>", "x"),
    (b"<a>x<!-- c -->y<?p i?>z</a>", "xyz"),
    (b"<a><![CDATA[<!DOCTYPE b>]]></a>", "<!DOCTYPE b>"),
    (b"<a>&#64;</a>", "@"),
])
def test_what_is_read(xml, text):
    assert read_xml(xml).text == text


def test_a_hundred_levels_are_read():
    assert local_name(read_xml(b"<x:a xmlns:x='y'>" * DEEPEST + b"</x:a>" * DEEPEST)) == "a"


@given(st.one_of(st.binary(max_size=300), st.text(max_size=300),
                 st.text(alphabet="<>/!?[]&;=\"' abDOCTYPE-x", max_size=120)))
def test_nothing_else_is_ever_raised(xml):
    try:
        read_xml(xml)
    except XMLFault as fault:
        assert fault.reason in ("empty", "malformed", "doctype", "too_deep", "too_big")


@pytest.mark.parametrize("xml", [
    b'<data id="a" orx:version="2"><orx:meta><orx:instanceID>x</orx:instanceID></orx:meta></data>',
    '<?xml version="1.0"?>\n<!-- <b> -->\n<data id="a" orx:version="2"><orx:meta/><odd:one/></data>',
])
def test_prefixes_that_nobody_declared_mean_what_they_usually_do(xml):
    root = read_xml(xml)
    assert root.get("{http://openrosa.org/xforms}version") == "2"
    assert root[0].tag == "{http://openrosa.org/xforms}meta"
    assert [local_name(one) for one in root][1:] in ([], ["one"])


def test_elements_left_open_inside_others_are_closed_and_nothing_else_is_mended():
    xml = "<h>\n<item><label>Ñandú/label>\n</item><b/></h>".encode()
    mended = read_xml(closed(xml))
    assert [local_name(one) for one in mended.iter()] == ["h", "item", "label", "b"]
    assert mended[0][0].text.startswith("Ñandú/label>")
    for other in (b"<h><b/></h>", b"<h><item>", b"<h", b"", b"<a>&none;<b></a>", b"<!DOCTYPE a><a><b></a>"):
        assert closed(other) == other
