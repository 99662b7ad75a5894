"""Another version text: only the one attribute changes, whatever stands around it."""

import pytest

from collector.domain.xform import parse_form
from collector.domain.xform_version import with_version

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<!-- version="9" -->\n<h:html xmlns:h="http://www.w3.org/1999/xhtml" ' \
       'xmlns="http://www.w3.org/2002/xforms"><h:head><h:title>T á</h:title><model odk:version="3" ' \
       'xmlns:odk="http://www.opendatakit.org/xforms"><instance>'
TAIL = '<name version="7"/><meta><instanceID/></meta></data></instance><instance id="l"><root version="5"/>' \
       '</instance></model></h:head><h:body/></h:html>'


@pytest.mark.parametrize(("tag", "expected"), [
    ('<data id="a" version="1">', '<data id="a" version="2">'),
    ("<data version='1' id='a'>", "<data version=\"2\" id='a'>"),
    ('<data id="a">', '<data id="a" version="2">'),
    ('<data id="a"\n  version = "1"\n>', '<data id="a"\n  version="2"\n>'),
    ('<data id="a version=\'1\'" x="y">', '<data id="a version=\'1\'" x="y" version="2">'),
    ('<data id="a" o:version="1" xmlns:o="http://openrosa.org/xforms">',
     '<data id="a" o:version="2" xmlns:o="http://openrosa.org/xforms">'),
    ('<data id="a>b" orx:version="4" xmlns:orx="urn:x" version="">',
     '<data id="a>b" orx:version="4" xmlns:orx="urn:x" version="2">'),
])
def test_only_the_root_of_the_primary_instance_changes(tag, expected):
    assert with_version((HEAD + tag + TAIL).encode(), "2") == (HEAD + expected + TAIL).encode()


@pytest.mark.parametrize("version", ['2 "x" & <y>', "1.0'", "", "ñ/%2F"])
def test_any_text_reads_back_as_it_was(version):
    changed = with_version((HEAD + '<data id="a" version="1">' + TAIL).encode(), version)
    assert parse_form(changed).version == version


def test_changing_back_gives_the_same_bytes():
    xml = (HEAD + '<data id="a" version="1">' + TAIL).encode()
    assert with_version(with_version(xml, "otra"), "1") == xml


@pytest.mark.parametrize("xml", [b"<a>", b"<a/>", "<a/>".encode("utf-16"), b""])
def test_what_is_no_form_is_refused(xml):
    with pytest.raises(ValueError):
        with_version(xml, "2")
