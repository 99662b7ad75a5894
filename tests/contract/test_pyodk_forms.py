"""ODK's own client brings forms: definitions, workbooks, media in pieces, drafts and new versions."""

import os

import pytest
from pyodk._endpoints.form_draft_attachments import FormDraftAttachmentService
from pyodk._endpoints.form_drafts import FormDraftService
from pyodk.errors import PyODKError

from tests import builders
from tests.contract import central as clients

pytestmark = [pytest.mark.contract, pytest.mark.xdist_group("phone")]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODD_IDS = ["casa ñ/1 100%", "it's (1)", "¿qué?#&+", "東京", "a.b-c_d"]
PIECE = 16_384  # bytes that the client sends at a time


def path(central, form_id: str, *more: str) -> str:
    return "/".join((central.session.urlformat("projects/{p}/forms/{f}", p=central.project_id, f=form_id), *more))


def workbook(form_id: str = "", version: str = "1") -> bytes:
    settings = [["form_title", *(["form_id"] if form_id else []), "version"],
                ["Libro", *([form_id] if form_id else []), version]]
    return builders.a_workbook(survey=[["type", "name", "label"], ["text", "nombre", "Nombre"]], settings=settings)


def code_of(told) -> float:
    return told.value.args[1].json()["code"]


@pytest.mark.parametrize("form_id", ODD_IDS)
def test_a_form_of_any_name_is_made_read_and_changed(central, form_id):
    made = central.forms.create(clients.definition(clients.FAMILY, form_id, "1"))
    assert (made.xmlFormId, made.version, made.state, made.keyId) == (form_id, "1", "open", None)
    assert central.forms.get(form_id).hash == made.hash
    assert "<h:html" in central.forms.get_xml(form_id) and central.forms.get_xml(form_id, encoding=None)[:1] == b"<"
    central.forms.update(form_id, definition=clients.definition(clients.FAMILY, form_id, "2"))
    assert central.forms.get(form_id).version == "2"
    record = builders.a_submission(form_id.replace("&", "&amp;"), "2", "<nombre>Ana</nombre>", "uuid:odd")
    sent = central.submissions.create(record, form_id=form_id)
    assert central.submissions.get(sent.instanceId, form_id=form_id).instanceId == "uuid:odd"
    assert central.submissions.get_table(form_id=form_id)["value"][0]["nombre"] == "Ana"


def test_a_definition_comes_as_a_file_of_each_kind(central, tmp_path):
    (tmp_path / "uno.xml").write_text(clients.definition(clients.FAMILY, "de_xml", "1"))
    (tmp_path / "dos.xlsx").write_bytes(workbook("de_xlsx"))
    (tmp_path / "tres.xls").write_bytes((builders.SAMPLES / "forms" / "simple.xls").read_bytes())
    ids = [central.forms.create(tmp_path / name).xmlFormId for name in ("uno.xml", "dos.xlsx", "tres.xls")]
    assert ids[:2] == ["de_xml", "de_xlsx"]
    assert central.get(path(central, ids[1]) + ".xlsx").content == (tmp_path / "dos.xlsx").read_bytes()
    assert central.get(path(central, ids[2]) + ".xls").content == (tmp_path / "tres.xls").read_bytes()


def test_a_workbook_without_an_id_is_called_as_the_client_says(central, tmp_path):
    (tmp_path / "año nuevo.xlsx").write_bytes(workbook())
    assert central.forms.create(str(tmp_path / "año nuevo.xlsx")).xmlFormId == "año nuevo"
    assert central.forms.create(workbook(), form_id="otro nombre").xmlFormId == "otro nombre"
    assert central.forms.create(workbook()).xmlFormId.startswith("uuid:")


def test_media_of_a_form_come_in_pieces_and_go_out_whole(central, tmp_path):
    content = "name,label\n" + "\n".join(f"c{number},Casa {number}" for number in range(8 * PIECE // 10))
    (tmp_path / "casas.csv").write_text(content)
    central.forms.create(clients.definition(clients.WITH_LIST, "con_lista", "1"), attachments=[tmp_path / "casas.csv"])
    listed, = central.get(path(central, "con_lista", "attachments")).json()
    assert (listed["name"], listed["type"], listed["exists"], listed["blobExists"]) == ("casas.csv", "file", True, True)
    answer = central.get(path(central, "con_lista", "attachments", "casas.csv"), stream=True)
    assert b"".join(answer.iter_content(PIECE)).decode() == content
    central.forms.update("con_lista", attachments=[tmp_path / "casas.csv"])
    assert central.forms.get("con_lista").version[:4].isdigit()


def test_a_file_that_is_packed_already_stays_as_it_is(central, tmp_path):
    """The client says how it is packed in a header that is about the file, not about the request."""
    packed = tmp_path / "casas.csv.gz"
    packed.write_bytes(b"\x1f\x8b" + os.urandom(3 * PIECE))
    table = clients.WITH_LIST.replace("select_one_from_file casas.csv ", "file").replace(
        "| Con lista", "| Con archivo")
    central.forms.create(clients.definition(table, "empacado", "1"))
    record = builders.a_submission("empacado", "1", "<casa>casas.csv.gz</casa>", "uuid:empacado")
    sent = central.submissions.create(record, form_id="empacado", attachments=[packed])
    assert [(one.name, one.exists) for one in sent.attachments] == [("casas.csv.gz", True)]
    place = path(central, "empacado", "submissions", "uuid:empacado", "attachments", "casas.csv.gz")
    assert central.get(place).content == packed.read_bytes()


def test_a_draft_is_begun_filled_and_published(central, tmp_path):
    central.forms.create(clients.definition(clients.WITH_LIST, "borrador", "1"))
    drafts = FormDraftService(central.session, central.project_id, "borrador")
    files = FormDraftAttachmentService(central.session, central.project_id, "borrador")
    assert drafts.create(definition=clients.definition(clients.WITH_LIST, "borrador", "2"))
    told = central.get(path(central, "borrador", "draft")).json()
    assert (told["version"], len(told["draftToken"]), told["publishedAt"]) == ("2", 64, None)
    other = tmp_path / "otro nombre.csv"
    other.write_text("name,label\nc1,Casa 1\n")
    assert files.upload(other, file_name="casas.csv")
    with pytest.raises(PyODKError) as told:
        files.upload(other)
    assert code_of(told) == 404.1
    assert drafts.publish()
    assert central.forms.get("borrador").version == "2"
    with pytest.raises(PyODKError) as told:
        drafts.publish()
    assert code_of(told) == 404.1


def test_versions_follow_each_other_by_definition_by_name_and_by_the_clock(central):
    central.forms.create(clients.definition(clients.FAMILY, "versiones", "1"))
    central.forms.update("versiones", definition=clients.definition(clients.FAMILY, "versiones", "2"))
    central.forms.update("versiones", attachments=[], version_updater=lambda version: f"{version}.1")
    central.forms.update("versiones", attachments=[])
    current = central.forms.get("versiones")
    versions = [one["version"] for one in central.get(path(central, "versiones", "versions")).json()]
    assert versions == [current.version, "2.1", "2", "1"]
    assert f'version="{current.version}"' in central.forms.get_xml("versiones")
    with pytest.raises(PyODKError) as told:
        central.forms.update("versiones", attachments=[], version_updater=lambda _version: "2")
    assert told.value.is_central_error(409.6)


def test_what_is_wrong_with_a_form_is_told_with_its_code(central, tmp_path):
    def broken(type: str) -> bytes:
        return builders.a_workbook(survey=[["type", "name", "label"], [type, "a", "A"]],
                                   settings=[["form_id"], ["mal"]])

    central.forms.create(clients.definition(clients.FAMILY, "uno", "1"))
    cases = [(400.1, clients.definition(clients.FAMILY, "roto", "1")[:-20], {}), (400.15, broken("texto raro"), {}),
             (409.3, clients.definition(clients.FAMILY, "uno", "1"), {}),
             (400.16, _with_warning(), {"ignore_warnings": False})]
    for code, definition, options in cases:
        with pytest.raises(PyODKError) as told:
            central.forms.create(definition, **options)
        assert code_of(told) == code, told.value.args[1].text
    assert central.forms.create(_with_warning(), ignore_warnings=True).xmlFormId == "aviso"
    with pytest.raises(PyODKError) as told:
        central.forms.update("uno", definition=clients.definition(
            clients.FAMILY.replace("text                | nombre", "integer             | nombre"), "uno", "2"))
    assert told.value.is_central_error(400.17)


def _with_warning() -> bytes:
    return builders.a_workbook(survey=[["type", "name", "label::English"], ["text", "a", "A"]],
                               settings=[["form_id"], ["aviso"]])
