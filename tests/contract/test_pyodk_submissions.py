"""ODK's own client sends, corrects, reviews and comments submissions, with their files in pieces."""

import os

import pytest
from pyodk._endpoints.submission_attachments import SubmissionAttachmentService
from pyodk.errors import PyODKError

from tests import builders
from tests.contract import central as clients

pytestmark = [pytest.mark.contract, pytest.mark.xdist_group("phone")]
FORM = "envios"
PIECE = 16_384  # bytes that the client sends at a time
ODD_IDS = ["uuid:85cb9aff-005e-4edd-9739-dc9c1a829c44", "casa/1", "50 %", "it's (2)", "ñandú ¿?", "a+b&c#d", "東京"]


@pytest.fixture(scope="module")
def form(central):
    central.forms.create(clients.definition(clients.FAMILY, FORM, "1"))
    return FORM


def record(instance_id: str, name: str = "Ana", deprecated_id: str | None = None, more: str = "") -> str:
    def safe(text: str) -> str:
        return text.replace("&", "&amp;")

    return builders.a_submission(FORM, "1", f"<nombre>{name}</nombre>{more}", safe(instance_id),
                                 deprecated_id and safe(deprecated_id))


def path(central, instance_id: str, *more: str) -> str:
    place = central.session.urlformat("projects/{p}/forms/{f}/submissions/{i}", p=central.project_id, f=FORM,
                                      i=instance_id)
    return "/".join((place, *(central.session.urlquote(one) for one in more)))


@pytest.mark.parametrize("instance_id", ODD_IDS)
def test_a_submission_of_any_name_is_sent_corrected_and_judged(central, form, instance_id):
    sent = central.submissions.create(record(instance_id), form_id=form, device_id="oficina ñ")
    assert (sent.instanceId, sent.deviceId, sent.reviewState) == (instance_id, "oficina ñ", None)
    assert sent.attachments is None and sent.userAgent.startswith("pyodk v1.3")
    edit = record(f"{instance_id}-2", "Eva", instance_id)
    central.submissions.edit(instance_id, edit, form_id=form, comment="Nombre corregido")
    assert central.submissions.get(instance_id, form_id=form).reviewState == "edited"
    for state in ("hasIssues", "rejected", "edited", "approved"):
        central.submissions.review(instance_id, state, form_id=form, comment=f"Pasa a {state}")
        assert central.submissions.get(instance_id, form_id=form).reviewState == state
    assert central.submissions.add_comment(instance_id, "Ñahui: «listo»", form_id=form).actorId == sent.submitterId
    told = [one.body for one in central.submissions.list_comments(instance_id, form_id=form)]
    assert told[0] == "Ñahui: «listo»" and told[-1] == "Nombre corregido" and len(told) == 6
    versions = [one["instanceId"] for one in central.get(path(central, instance_id, "versions")).json()]
    assert versions == [f"{instance_id}-2", instance_id]
    assert "<nombre>Eva</nombre>" in central.get(path(central, instance_id) + ".xml").text
    changes = central.get(path(central, instance_id, "diffs")).json()[f"{instance_id}-2"]
    assert {"old": "Ana", "new": "Eva", "path": ["nombre"]} in changes


def test_the_list_is_newest_first_and_in_pages(central, form):
    ids = [f"uuid:lista-{number}" for number in range(3)]
    for instance_id in ids:
        central.submissions.create(record(instance_id), form_id=form)
    assert [one.instanceId for one in central.submissions.list(form_id=form)][:3] == ids[::-1]
    place = f"projects/{central.project_id}/forms/{form}/submissions"
    page = central.get(place, params={"limit": 1, "offset": 1}).json()
    assert [one["instanceId"] for one in page] == [ids[1]]


def test_another_encoding_is_read_as_declared(central, form):
    text = '<?xml version="1.0" encoding="iso-8859-1"?>' + record("uuid:latin", "Ñahui")
    central.submissions.create(text, form_id=form, encoding="iso-8859-1")
    rows = central.submissions.get_table(form_id=form)["value"]
    assert {row["__id"]: row["nombre"] for row in rows}["uuid:latin"] == "Ñahui"


def test_files_come_in_pieces_and_go_out_whole(central, form, tmp_path):
    photo, paper = tmp_path / "foto ñ 1.jpg", tmp_path / "acta.pdf"
    photo.write_bytes(builders.a_photo(size=(2400, 1800)) + os.urandom(20 * PIECE))
    paper.write_bytes(os.urandom(5 * PIECE + 1))
    more = f"<foto>{photo.name}</foto><acta>acta.pdf</acta>"
    sent = central.submissions.create(record("uuid:archivos", more=more), form_id=form, attachments=[str(photo)])
    assert {one.name: one.exists for one in sent.attachments} == {photo.name: True, "acta.pdf": False}
    files = SubmissionAttachmentService(central.session, central.project_id, form, "uuid:archivos")
    assert files.upload(paper)
    assert {one.name: one.exists for one in files.list()} == {photo.name: True, "acta.pdf": True}
    for one in (photo, paper):
        answer = central.get(path(central, "uuid:archivos", "attachments", one.name), stream=True)
        assert b"".join(answer.iter_content(PIECE)) == one.read_bytes()
    again = central.get(path(central, "uuid:archivos", "attachments", "acta.pdf"),
                        headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304 and again.content == b""


def test_a_file_is_replaced_taken_away_and_put_under_another_name(central, form, tmp_path):
    some = tmp_path / "cualquiera.bin"
    central.submissions.create(record("uuid:cambia", more="<foto>1.jpg</foto>"), form_id=form)
    files = SubmissionAttachmentService(central.session, central.project_id, form, "uuid:cambia")
    for content in (b"uno", b"dos", b""):
        some.write_bytes(content)
        assert files.upload(some, file_name="1.jpg")
        assert central.get(path(central, "uuid:cambia", "attachments", "1.jpg")).content == content
    assert central.delete(path(central, "uuid:cambia", "attachments", "1.jpg")).json() == {"success": True}
    assert [(one.name, one.exists) for one in files.list()] == [("1.jpg", False)]
    with pytest.raises(PyODKError) as told:
        files.upload(some)
    assert told.value.is_central_error(404.1)


def test_what_does_not_go_together_is_told_with_its_code(central, form):
    central.submissions.create(record("uuid:choca"), form_id=form)
    central.submissions.edit("uuid:choca", record("uuid:choca-2", "Eva", "uuid:choca"), form_id=form)
    place = {"form_id": form}
    cases = [
        (409.1, lambda: central.submissions.create(record("uuid:choca", "Otra"), **place)),
        (400.2, lambda: central.submissions.create(record("uuid:roto")[:-9], **place)),
        (409.9, lambda: central.submissions.edit("uuid:choca", record("uuid:choca-3", "Ida", "uuid:choca"), **place)),
        (400.19, lambda: central.submissions.edit("uuid:choca", record("uuid:choca-3", "Ida"), **place)),
        (404.1, lambda: central.submissions.edit("uuid:no", record("uuid:no-2", "Ida", "uuid:no"), **place)),
        (404.1, lambda: central.submissions.review("uuid:no", "approved", **place)),
        (400.8, lambda: central.submissions.review("uuid:choca", "dudoso", **place)),
        (404.1, lambda: central.submissions.add_comment("uuid:no", "Nada", **place)),
        (404.6, lambda: central.submissions.create(record("uuid:ver").replace('version="1"', 'version="9"'), **place)),
    ]
    for code, ask in cases:
        with pytest.raises(PyODKError) as told:
            ask()
        assert told.value.args[1].json()["code"] == code, told.value.args[1].text
    assert central.submissions.get("uuid:choca", **place).reviewState == "edited"


def test_a_deleted_submission_is_gone_until_it_is_restored(central, form):
    central.submissions.create(record("uuid:fuera"), form_id=form)
    assert central.delete(path(central, "uuid:fuera")).json() == {"success": True}
    with pytest.raises(PyODKError) as told:
        central.submissions.get("uuid:fuera", form_id=form)
    assert told.value.is_central_error(404.1)
    assert central.post(path(central, "uuid:fuera", "restore")).json() == {"success": True}
    assert central.submissions.get("uuid:fuera", form_id=form).instanceId == "uuid:fuera"
