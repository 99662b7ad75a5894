"""Whatever a phone sends, the answer is never 5xx, nothing is lost without a word, and no step fails on it."""

import random

import pytest

from collector.domain import access
from collector.services import tasks
from collector.store.queries import parked
from tests import builders

ORX = 'xmlns:orx="http://openrosa.org/xforms"'
TEXTS = ["uuid:x", "", "   ", "a/b", "a\nb", "ñ" * 600, "x" * 4000, "'\"&lt;>&amp;", "\u202e", "../../etc",
         "%2F", "&#0;", "&#xD800;", "&#xFFFF;", "\ufffe", "]]&gt;", "=1+1", "uuid:a;b,c"]
NUMBERS = ["99999999999999999999999", "1e999", "NaN", "١٢", "-0", "1_000", "0x10", "7.0", " 7 "]
PIECES = [b"<", b">", b"&", b"\x00", b"\xed\xa0\x80", b"&#0;", b"<a>", b"</meta>", b'"', b"xmlns='x'", b"\xff"]
GOOD = builders.a_submission(body="<nombre>Ana</nombre><edad>3</edad><foto>1.jpg</foto>").encode()


def strange() -> list[bytes]:
    """Submissions nobody should send."""
    found = []
    for text in TEXTS:
        quoted = text.replace('"', "")
        found += [
            f'<data id="simple" version="1" {ORX}><meta><instanceID>{text}</instanceID></meta></data>',
            f'<data id="simple" version="1" {ORX}><orx:meta><orx:instanceID>{text}</orx:instanceID></orx:meta></data>',
            f'<data id="{quoted}" version="{quoted}"><meta><instanceID>uuid:1</instanceID></meta></data>',
            f'<data id="simple" version="1" instanceID="{quoted}"/>',
            builders.a_submission(deprecated_id=text, instance_id="uuid:edit"),
            builders.a_submission(body=f"<nombre>{text}</nombre><edad>{text}</edad><foto>{text}</foto>"),
        ]
    found += [builders.a_submission(body=f"<edad>{number}</edad>") for number in NUMBERS]
    found += [builders.a_submission(body=body) for body in (
        "<a>" * 3000 + "</a>" * 3000, "<nombre/>" * 20_000, "<nombre><x>1</x></nombre>",
        "<meta><instanceID>uuid:second</instanceID></meta>", "<x:nombre xmlns:x='urn:x'>a</x:nombre>",
        "<!-- c --><?pi x?><nombre><![CDATA[<a>]]></nombre>")]
    found += ['<data id="simple" version="1" encrypted="yes"/>', '<data id="simple"/>', '<data xmlns="simple"/>']
    return [text.encode("utf-8", "surrogatepass") for text in found] + [
        b"", b"\xff\xfe<\x00", b"\xef\xbb\xbf" + GOOD, GOOD.decode().encode("utf-16"),
        b'<?xml version="1.0" encoding="bogus"?>' + GOOD, b'<?xml version="1.0" encoding="UTF-16"?>' + GOOD,
        b'<?xml version="1.0" encoding="ISO-8859-1"?>' + GOOD.replace(b"Ana", b"Mu\xf1oz")]


def broken(count: int, seed: int) -> list[bytes]:
    """A good submission with bytes changed, cut, doubled or put in."""
    chance, found = random.Random(seed), []
    for _ in range(count):
        data = bytearray(GOOD)
        for _again in range(chance.randint(1, 5)):
            at = chance.randrange(len(data) + 1)
            match chance.randrange(5):
                case 0:
                    data[at:at + 1] = bytes([chance.randrange(256)])
                case 1:
                    del data[at:at + chance.randint(1, 40)]
                case 2:
                    data[at:at] = chance.choice(PIECES)
                case 3:
                    del data[at:]
                case 4:
                    data[at:at] = data[:chance.randint(1, 200)]
        found.append(bytes(data))
    return found


@pytest.fixture
def form(units):
    return builders.simple_form(units)


def test_nothing_that_is_sent_is_answered_5xx_or_lost(form, phone, units):
    sent = [*strange(), *broken(250, 20261122)]
    answers = [phone.send(xml, {"1.jpg": b"jpeg"}).status_code for xml in sent]
    assert {status for status in answers if status >= 500} == set()
    assert 201 in answers and 400 in answers
    with units.reading(access.SYSTEM) as unit:
        kept = {row.xml for row, _name in parked.list_parked(unit.session, 1, limit=10_000)}
        refused = {xml for xml, status in zip(sent, answers, strict=True) if status >= 400 and xml}
        assert refused <= kept
    tasks.run_all(units)
    with units.reading(access.SYSTEM) as unit:
        assert tasks.backlog(unit)[2] == 0 and tasks.list_failed(unit) == []


def test_an_identifier_too_long_to_be_looked_up_is_parked(form, phone, units):
    answer = phone.send(builders.a_submission(instance_id="x" * 501))
    assert answer.status_code == 400 and "demasiado largo" in answer.text
    assert phone.send(builders.a_submission(instance_id="x" * 500)).status_code == 201
