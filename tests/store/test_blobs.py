"""Files of earlier versions are found, and a file has an MD5 as soon as a form needs it."""

import hashlib
from datetime import UTC, datetime

from collector.store.blobs import protocol
from collector.store.blobs.disk import DiskBlobs
from collector.store.queries import blobs as queries
from tests import builders

CONTENT = b"a photo that is a form's picture, too"
SHA256, MD5 = hashlib.sha256(CONTENT).hexdigest(), hashlib.md5(CONTENT).hexdigest()
FORM = """
| survey  |
|         | type | name | label | media::image |
|         | text | q    | Q     | a.jpg        |
| settings |
|         | form_title | form_id  | version |
|         | Pictures   | pictures | 1       |
"""


def test_what_an_earlier_version_put_one_folder_deeper_is_found(tmp_path):
    inner = tmp_path / "blobs" / SHA256[:2] / SHA256[2:4]
    inner.mkdir(parents=True)
    (inner / SHA256).write_bytes(CONTENT)
    store, other = DiskBlobs(tmp_path), DiskBlobs(tmp_path / "other")
    other.prepare()
    assert other.take(SHA256, store) and other.is_whole(SHA256), "a restore changes nothing in the folder of backups"
    store.prepare()
    assert store.is_whole(SHA256) and list(store.all()) == [SHA256] and not inner.exists()
    DiskBlobs(tmp_path).prepare()
    assert list(store.all()) == [SHA256]


def test_content_gets_its_md5_when_it_is_put_with_one(units, system):
    spool = units.blobs.spool(md5=False)
    spool.write(CONTENT)
    sent, put = spool.keep(), protocol.put_bytes(units.blobs, CONTENT)
    assert (sent.sha256, sent.md5, put.md5) == (SHA256, "", MD5)
    at = datetime(2026, 1, 1, tzinfo=UTC)
    for blob, held in ((sent, ""), (put, MD5), (sent, MD5)):
        system(lambda unit, blob=blob: queries.add_blob(unit.session, blob, at))
        assert system(lambda unit: queries.find_blob(unit.session, SHA256).md5) == held


def test_a_photo_that_was_sent_can_be_a_picture_of_a_form(units, bob, phone):
    builders.simple_form(units)
    sent = builders.a_submission(body="<nombre>Ana</nombre><foto>1.jpg</foto>")
    assert phone.send(sent, {"1.jpg": CONTENT}).status_code == 201
    builders.a_form(units, FORM, media={"a.jpg": CONTENT})
    assert [one["hash"] for one in bob.get("/v1/projects/1/forms/pictures/attachments").json] == [MD5]
