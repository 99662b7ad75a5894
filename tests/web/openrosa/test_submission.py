"""Phones deliver over HTTP: what is answered, what is kept, what is parked."""

import pytest

from collector.domain import access
from collector.store.queries import answers, parked, submissions
from tests import builders

ID = "uuid:00000000-0000-4000-8000-000000000001"
PHOTO = "<nombre>Ana</nombre><foto>1.jpg</foto>"


@pytest.fixture
def form(units):
    return builders.simple_form(units)


def held(units, instance_id=ID, form_id=1, draft=False):
    with units.reading(access.SYSTEM) as unit:
        row = submissions.find_kept(unit.session, form_id, draft, instance_id)
        return row, row and submissions.list_files(unit.session, row.id)


def waiting(units):
    with units.reading(access.SYSTEM) as unit:
        return [row for row, _name in parked.list_parked(unit.session, 1)]


def test_head_says_204_and_the_length_that_is_taken(form, phone):
    answer = phone.head("/submission")
    assert answer.status_code == 204
    assert answer.headers["X-OpenRosa-Accept-Content-Length"] == "100000000"
    assert answer.headers["X-OpenRosa-Version"] == "1.0"
    assert answer.headers["Location"].startswith("http://localhost/v1/key/")


def test_a_submission_is_kept_with_its_files_and_answered_201(form, phone, units):
    answer = phone.send(builders.a_submission(body=PHOTO, instance_id=ID), {"1.jpg": b"jpeg", "other.jpg": b"x"})
    assert answer.status_code == 201
    assert "Recibido" in answer.text and 'xmlns="http://openrosa.org/http/response"' in answer.text
    row, files = held(units)
    assert row is not None
    assert [(file.name, file.blob_sha256 is not None) for file in files] == [("1.jpg", True)]
    with units.blobs.open(files[0].blob_sha256) as stream:
        assert stream.read() == b"jpeg"


@pytest.mark.postgresql
def test_a_submission_without_files_goes_three_ways_to_postgresql(form, phone, asked):
    """Who asks, what it meets, the record with what follows it; each way more is felt in how many a server takes."""
    phone.send(builders.a_submission(instance_id="uuid:first"))  # the form's model is remembered, the phone was seen
    asked.clear()
    assert phone.send(builders.a_submission(instance_id=ID)).status_code == 201
    (last,) = [number for number, words in enumerate(asked) if "INSERT INTO submission_versions" in words]
    assert last == 2 and "INSERT INTO tasks" in asked[last]


def test_flat_rows_follow(form, phone, units):
    phone.send(builders.a_submission(body="<nombre>Ñahui</nombre><edad>41</edad>", instance_id=ID))
    row, _files = held(units)
    with units.reading(access.SYSTEM) as unit:
        rows = answers.list_rows(unit.session, row.submission_id)
    assert [path for path, _row in rows] == [""]
    assert '"Ñahui",41' in rows[0][1].data


def test_the_same_again_is_201_and_files_fill_the_ledger(form, phone, units):
    xml = builders.a_submission(body=PHOTO, instance_id=ID)
    assert "Falta 1 archivo" in phone.send(xml).text
    again = phone.send(xml, {"1.jpg": b"jpeg"})
    assert again.status_code == 201 and "Ya lo teníamos" in again.text
    assert held(units)[1][0].blob_sha256 is not None


def test_other_xml_under_the_same_id_is_409_and_parked(form, phone, units):
    phone.send(builders.a_submission(body="<nombre>Ana</nombre>", instance_id=ID))
    answer = phone.send(builders.a_submission(body="<nombre>Eva</nombre>", instance_id=ID))
    assert answer.status_code == 409 and 'nature="error"' in answer.text
    assert [row.code for row in waiting(units)] == ["409.1"]


def test_resends_of_what_was_parked_fold_into_one_line(form, phone, units):
    xml = builders.a_submission(version="9", body=PHOTO, instance_id=ID)
    for files in ({}, {"1.jpg": b"jpeg"}):
        assert phone.send(xml, files).status_code == 404
    rows = waiting(units)
    assert [(row.code, row.tries, row.version) for row in rows] == [("404.6", 2, "9")]
    with units.reading(access.SYSTEM) as unit:
        assert [file.name for file in parked.list_files(unit.session, rows[0].id)] == ["1.jpg"]


def test_an_edit_is_a_new_version_that_keeps_files_not_sent_again(form, phone, units):
    phone.send(builders.a_submission(body=PHOTO, instance_id=ID), {"1.jpg": b"jpeg"})
    edit = builders.a_submission(body=PHOTO.replace("Ana", "Eva"), instance_id="uuid:2", deprecated_id=ID)
    answer = phone.send(edit)
    assert answer.status_code == 201 and "Corrección" in answer.text and "Falta" not in answer.text
    row, files = held(units, "uuid:2")
    assert row.root_instance_id == ID and row.current and files[0].blob_sha256
    assert not held(units)[0].current
    assert phone.send(edit).status_code == 201


@pytest.mark.parametrize(("xml", "status", "code"), [
    (builders.a_submission(form_id="other"), 404, "404.1"),
    (builders.a_submission(deprecated_id="uuid:unknown"), 404, "404.5"),
    ("<data", 400, "400.2"),
    ("<data><nombre/></data>", 400, "400.2"),
    ('<!DOCTYPE data [<!ENTITY a "b">]><data id="simple" version="1">&a;</data>', 400, "400.2"),
])
def test_what_cannot_be_taken_is_parked_with_its_reason(form, phone, units, xml, status, code):
    assert phone.send(xml).status_code == status
    assert [row.code for row in waiting(units)] == [code]


def test_a_withdrawn_phone_is_refused_and_what_it_sends_is_parked(form, phone, units, system):
    from collector.services import phones

    system(lambda unit: phones.revoke_phone(unit, phone.id))
    answer = phone.send(builders.a_submission())
    assert answer.status_code == 403 and "código QR nuevo" in answer.text and "apartado" in answer.text
    assert [row.code for row in waiting(units)] == ["403.1"]


def test_an_unknown_key_is_403_and_no_credentials_401(form, client):
    parts = builders.envelope(builders.a_submission())
    headers = {"X-OpenRosa-Version": "1.0"}
    assert client.post(f"/v1/key/{'a' * 64}/projects/1/submission", data=parts, headers=headers).status_code == 403
    parts = builders.envelope(builders.a_submission())
    assert client.post("/v1/projects/1/submission", data=parts, headers=headers).status_code == 401


@pytest.mark.parametrize(("body", "kind", "code"), [
    (b"", "multipart/form-data; boundary=x", 400),
    (b"--x\r\nbroken", "multipart/form-data; boundary=x", 400),
    (b"<data/>", "text/xml", 400),
    (b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n', "multipart/form-data; boundary=x", 400),
])
def test_a_broken_envelope_is_400_and_leaves_nothing(form, phone, units, body, kind, code):
    answer = phone.app.test_client().post(phone.url("/submission"), data=body, content_type=kind,
                                          headers={"X-OpenRosa-Version": "1.0"})
    assert answer.status_code == code and "OpenRosaResponse" in answer.text
    assert list(units.blobs.spool_root.iterdir()) == []


def test_an_encrypted_envelope_is_kept_as_it_is(form, phone, units):
    xml = (f'<data id="simple" version="1" encrypted="yes" instanceID="{ID}" xmlns="http://opendatakit.org/submissions">'
           f"<base64EncryptedKey>AAAA</base64EncryptedKey><meta xmlns='http://openrosa.org/xforms'>"
           f"<instanceID>{ID}</instanceID></meta><media><file>1.jpg.enc</file></media>"
           "<encryptedXmlFile>submission.xml.enc</encryptedXmlFile></data>")
    assert phone.send(xml, {"submission.xml.enc": b"secret", "1.jpg.enc": b"photo"}).status_code == 201
    _row, files = held(units)
    assert [file.name for file in files if file.blob_sha256] == ["1.jpg.enc", "submission.xml.enc"]


def test_what_is_parked_says_so_and_what_is_wrong(form, phone, units):
    for xml, said in ((b" ", "vacío"), (b"hola", "dañado"), (b"<data version='1'/>", "de qué formulario"),
                      ("<!DOCTYPE d>" + builders.a_submission(), "DOCTYPE"),
                      (builders.a_submission(version="9" * 5000), "La versión")):
        answer = phone.send(xml)
        assert said in answer.text and "apartado para su supervisor" in answer.text and len(answer.text) < 700
    assert len(waiting(units)) == 5


def test_a_form_that_is_not_here_is_404_also_for_phones(form, phone, units):
    answer = phone.send(builders.a_submission(form_id="otro"))
    assert answer.status_code == 404 and "«otro»" in answer.text
    assert [row.code for row in waiting(units)] == ["404.1"]


@pytest.mark.parametrize("said, sent", [("a/b.jpg", "a/b.jpg"), ("b.jpg", "a\\b.jpg"), ("c.jpg", " c.jpg ")])
def test_a_file_is_known_by_its_name_or_the_last_part_of_its_path(form, phone, units, said, sent):
    phone.send(builders.a_submission(body=f"<foto>{said}</foto>", instance_id=ID), {sent: b"jpeg"})
    assert [(file.name, file.blob_sha256 is not None) for file in held(units)[1]] == [(said, True)]


def test_what_comes_to_the_address_of_a_draft_is_a_test_whoever_sends_it(form, phone, units, bob, carol):
    bob.post("/v1/projects/1/forms/simple/draft", data=b"")
    address = "/v1/projects/1/forms/simple/draft/submission"
    headers = {"X-OpenRosa-Version": "1.0"}
    sent = {"headers": headers, "content_type": "multipart/form-data"}
    for person, status in ((bob, 201), (carol, 403)):
        data = builders.envelope(builders.a_submission(instance_id=ID))
        assert person.post(address, data=data, **sent).status_code == status
    assert held(units, draft=True)[0] is not None and held(units)[0] is None
    bob.post("/v1/projects/1/forms/simple/draft/publish?version=2")
    assert bob.post(address, data=builders.envelope(builders.a_submission()), **sent).status_code == 404
    assert waiting(units) == []


def test_a_folder_that_takes_no_files_is_503_and_nothing_is_kept(form, phone, units):
    units.blobs.root.rename(units.blobs.root.with_name("moved"))
    units.blobs.root.write_text("a file where the folder should be")
    answer = phone.send(builders.a_submission(body=PHOTO, instance_id=ID), {"1.jpg": b"jpeg"})
    assert answer.status_code == 503 and answer.headers["Retry-After"]
    assert held(units)[0] is None and waiting(units) == []
