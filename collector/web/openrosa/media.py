"""Room where definitions and the files beside them are fetched, by phones and by the API: XML, workbook, media.

It must not decide who may have them (`services/forms`). One set of addresses for the current version, a published
version and the draft; a draft's test token opens the draft's.
"""

from flask import Response, request

from collector.domain import problems
from collector.services import blobs, form_media, forms, list_files, phone_forms, returning
from collector.services.unit import UnitOfWork
from collector.web import streams
from collector.web.api.answers import file
from collector.web.blueprint import UnitBlueprint

openrosa_media = UnitBlueprint("openrosa_media", __name__, url_prefix="/v1", dialect="json")
_FORM = "/projects/<int:project_id>/forms/<segment:xml_form_id>"


def _which(version: str | None):
    """What `find_form` is asked for: the address says draft, a version, or neither."""
    if version is not None:
        return forms.version_text(version)
    return forms.DRAFT if request.url_rule.rule.startswith("/v1" + _FORM + "/draft") else forms.CURRENT


def form_xml(unit: UnitOfWork, project_id: int, xml_form_id: str, version: str | None = None) -> Response:
    """The definition, byte for byte."""
    view = forms.find_form(unit, project_id, xml_form_id, _which(version))
    phone_forms.fetched(unit, view)
    if streams.is_known(view.version.sha256):
        return streams.sandboxed(streams.not_modified(view.version.sha256))
    return streams.bytes_answer(forms.form_xml(unit, view), view.version.sha256, "application/xml; charset=utf-8")


def form_xlsx(unit: UnitOfWork, project_id: int, xml_form_id: str, version: str | None = None) -> Response:
    """The workbook it was made from, as it was uploaded (.xlsx)."""
    return _workbook(unit, project_id, xml_form_id, version, "xlsx")


def form_xls(unit: UnitOfWork, project_id: int, xml_form_id: str, version: str | None = None) -> Response:
    """The workbook it was made from, as it was uploaded (.xls)."""
    return _workbook(unit, project_id, xml_form_id, version, "xls")


def attachment(unit: UnitOfWork, project_id: int, xml_form_id: str, name: str,
               version: str | None = None) -> Response:
    """A file beside the form."""
    view = forms.find_form(unit, project_id, xml_form_id, _which(version))
    if returning.is_list(xml_form_id, name) and not view.is_draft:
        return _returns(unit, project_id)
    line = form_media.find_media(unit, view, name)
    if line.blob is None:
        return streams.list_answer(list_files.list_of(unit, line.dataset_id), name)
    blob = line.blob
    return streams.file_answer(lambda: blobs.open_blob(unit, blob.sha256), blob.size, blob.md5, name,
                               streams.with_charset(line.media_type or ""))


def _returns(unit: UnitOfWork, project_id: int) -> Response:
    """The list made for the phone that asks."""
    found = returning.listing(unit, project_id, request.args.get("deviceID", ""))
    unit.rest()  # what follows writes
    returning.fetched(unit, found)
    return streams.bytes_answer(found.content, found.md5, "text/csv; charset=utf-8")


def _workbook(unit: UnitOfWork, project_id: int, xml_form_id: str, version: str | None, kind: str) -> Response:
    view = forms.find_form(unit, project_id, xml_form_id, _which(version))
    blob = blobs.find(unit, view.version.source_sha256)
    if blob is None or view.version.source_kind != kind:
        raise problems.not_found("El libro de este formulario", "The workbook of this form")
    return streams.file_answer(lambda: blobs.open_blob(unit, blob.sha256), blob.size, blob.md5,
                               f"{xml_form_id}.{kind}")


for _name, _base in (("form", _FORM), ("draft", _FORM + "/draft"), ("version", _FORM + "/versions/<segment:version>")):
    openrosa_media.add_url_rule(_base + ".xml", f"{_name}_xml", form_xml, answers=file("application/xml"))
    openrosa_media.add_url_rule(_base + ".xlsx", f"{_name}_xlsx", form_xlsx, answers=file("*/*"))
    openrosa_media.add_url_rule(_base + ".xls", f"{_name}_xls", form_xls, answers=file("*/*"))
    openrosa_media.add_url_rule(_base + "/attachments/<segment:name>", f"{_name}_attachment", attachment,
                                answers=file("*/*"))
