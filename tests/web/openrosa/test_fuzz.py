"""Bodies that nobody would write: the answer is never 5xx, the spool stays empty, what was acknowledged is whole."""

import hashlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from collector.domain import access
from collector.store.queries import submissions
from tests import builders

BOUNDARY = b"fuzz"
NAMES = st.sampled_from(["1.jpg", "2.jpg", "../1.jpg", "a\\1.jpg", " 1.jpg ", "ñ 日本😀.jpg", "x" * 300, ".", "..",
                         "%00",
                         "xml_submission_file", "*isIncomplete*", ""])
CONTENTS = st.sampled_from([b"", b"\x00", b"jpeg", b"--fuzz", b"\r\n--fuz\r\n", b"same", b"same"])
TEXTS = st.text(st.characters(min_codepoint=9, max_codepoint=0x1FFFF, exclude_categories=["Cs"]), max_size=40)
ADDRESSES = st.sampled_from(["", "?deviceID=", "?deviceID=%00", "?deviceID=%ED%A0%80", "?deviceID=" + "x" * 2000,
                             "?deviceID=a&deviceID=b", "?%ff=%ff"])
FEW = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture
def form(units):
    return builders.simple_form(units)


def part(name: str, content: bytes, filename: str | None = None) -> bytes:
    said = f'; filename="{filename}"' if filename is not None else ""
    head = f'Content-Disposition: form-data; name="{name}"{said}\r\n\r\n'.encode("utf-8", "replace")
    return b"--" + BOUNDARY + b"\r\n" + head + content + b"\r\n"


def post(phone, body: bytes, query: str = "", kind: str = "multipart/form-data; boundary=fuzz"):
    return phone.app.test_client().post(phone.url("/submission") + query, data=body, content_type=kind,
                                        headers={"X-OpenRosa-Version": "1.0"})


def judge(answer, units) -> None:
    assert answer.status_code in (201, 400, 404, 409), answer.text
    assert etree.fromstring(answer.data).tag.endswith("OpenRosaResponse")
    assert list(units.blobs.spool_root.iterdir()) == []


def escaped(text: str) -> str:
    return "".join(one if one.isalnum() else f"&#{ord(one)};" for one in text)


@FEW
@given(files=st.lists(st.tuples(NAMES, CONTENTS), max_size=6), before=st.booleans(), query=ADDRESSES, text=TEXTS)
def test_what_is_acknowledged_is_held_byte_for_byte(form, phone, units, files, before, query, text):
    xml = builders.a_submission(body=f"<nombre>{escaped(text)}</nombre><foto>1.jpg</foto>").encode()
    parts = [part("xml_submission_file", xml, "s.xml")]
    sent = [part("file", content, name) for name, content in files]
    answer = post(phone, b"".join([*sent, *parts] if before else [*parts, *sent]) + b"--fuzz--\r\n", query)
    judge(answer, units)
    if answer.status_code != 201:
        return
    instance_id = etree.fromstring(xml).findtext("meta/instanceID")
    named = [content for name, content in files if name in ("1.jpg", "../1.jpg", "a\\1.jpg", " 1.jpg ")]
    with units.reading(access.SYSTEM) as unit:
        row = submissions.find_kept(unit.session, form.form.id, False, instance_id)
        assert row.sha256 == hashlib.sha256(xml).digest()
        held = submissions.list_files(unit.session, row.id)
    assert [(one.name, one.blob_sha256) for one in held] == [
        ("1.jpg", hashlib.sha256(named[-1]).hexdigest() if named else None)]


@FEW
@given(data=st.data())
def test_a_body_cut_or_changed_anywhere_is_no_fault_of_ours(form, phone, units, data):
    whole = part("xml_submission_file", builders.a_submission(body="<foto>1.jpg</foto>").encode(), "s.xml")
    whole += part("1.jpg", b"jpeg" * 20, "1.jpg") + b"--fuzz--\r\n"
    at = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.sampled_from([at, min(at + 1, len(whole)), len(whole)]))
    judge(post(phone, whole[:at] + data.draw(st.binary(max_size=8)) + whole[end:]), units)


@FEW
@given(body=st.binary(max_size=200), kind=st.sampled_from(
    ["multipart/form-data; boundary=fuzz", "multipart/form-data", "multipart/form-data; boundary=", "text/xml", "",
     "multipart/mixed; boundary=fuzz", 'multipart/form-data; boundary="', "application/x-www-form-urlencoded"]))
def test_any_bytes_of_any_kind_are_refused(form, phone, units, body, kind):
    answer = post(phone, body, kind=kind)
    judge(answer, units)
    assert answer.status_code == 400
