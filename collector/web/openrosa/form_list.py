"""Room where phones learn what there is: form list and manifest, also of a draft under test.

It must not decide what is shown (`services/catalogue`, `services/forms`). Source: OpenRosa Form Discovery API and
Form List API 1.0; what Collect reads.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from urllib.parse import quote

from flask import Response, g, request

from collector.domain import problems
from collector.domain.formats import openrosa
from collector.domain.formats.openrosa import ListedFile, ListedForm
from collector.domain.returns import FILE, FORM
from collector.services import catalogue, forms, list_files, phones, returning
from collector.services.catalogue import Offered
from collector.services.unit import UnitOfWork
from collector.web import streams
from collector.web.api.answers import OPENROSA
from collector.web.blueprint import UnitBlueprint

ACCEPT_LENGTH = "100000000"
MOST_ASKED = 5000  # entities in one question of a phone

openrosa_form_list = UnitBlueprint("openrosa_form_list", __name__, url_prefix="/v1", dialect="openrosa")
_FORM = "/projects/<int:project_id>/forms/<segment:xml_form_id>"


@openrosa_form_list.get("/projects/<int:project_id>/formList", answers=OPENROSA, asks="formID deviceID")
def list_forms(unit: UnitOfWork, project_id: int) -> Response:
    """The open forms that the caller may fill."""
    with _answering(unit, project_id):
        offered = returning.offered(unit, catalogue.form_list(unit, project_id, request.args.get("formID")), _device())
    phones.saw(unit, request.args.get("deviceID"), request.headers.get("User-Agent"))
    return _answer(unit, *_form_list(_forms_address(unit, project_id), tuple(offered)))


@openrosa_form_list.get(_FORM + "/draft/formList", answers=OPENROSA, asks="deviceID")
def list_draft(unit: UnitOfWork, project_id: int, xml_form_id: str) -> Response:
    """The one form under test."""
    with _answering(unit, project_id):
        view = forms.find_form(unit, project_id, xml_form_id, forms.DRAFT)
        offered = catalogue.draft_list(unit, view)
    return _answer(unit, *_form_list(_forms_address(unit, project_id), tuple(offered), "/draft"))


@openrosa_form_list.get(_FORM + "/manifest", answers=OPENROSA, asks="deviceID")
def manifest(unit: UnitOfWork, project_id: int, xml_form_id: str) -> Response:
    """The files beside the current version."""
    return _manifest(unit, project_id, xml_form_id, forms.CURRENT, "")


@openrosa_form_list.get(_FORM + "/draft/manifest", answers=OPENROSA, asks="deviceID")
def draft_manifest(unit: UnitOfWork, project_id: int, xml_form_id: str) -> Response:
    """The files beside the draft."""
    return _manifest(unit, project_id, xml_form_id, forms.DRAFT, "/draft")


@openrosa_form_list.get(_FORM + "/versions/<segment:version>/manifest", answers=OPENROSA, asks="deviceID")
def version_manifest(unit: UnitOfWork, project_id: int, xml_form_id: str, version: str) -> Response:
    """The files beside one published version."""
    return _manifest(unit, project_id, xml_form_id, forms.version_text(version), f"/versions/{_encoded(version)}")


def _manifest(unit: UnitOfWork, project_id: int, xml_form_id: str, which, below: str) -> Response:
    with _answering(unit, project_id):
        view = forms.find_form(unit, project_id, xml_form_id, which)
        lines = catalogue.present_media(unit, view)
    base = f"{_forms_address(unit, project_id)}{_encoded(xml_form_id)}{below}/attachments/"
    files = [_listed_file(unit, project_id, base, one) for one in lines
             if not returning.is_list(xml_form_id, one.name)]
    if xml_form_id == FORM and not below.startswith("/draft"):
        found = returning.listing(unit, project_id, _device())
        files.append(ListedFile(FILE, found.md5, base + FILE))
    return _answer(unit, *_tagged(openrosa.manifest(files)))


@openrosa_form_list.get("/projects/<int:project_id>/datasets/<segment:list_name>/integrity", answers=OPENROSA,
                        asks="id")
def integrity(unit: UnitOfWork, project_id: int, list_name: str) -> Response:
    """Which of the asked entities were deleted, for a phone that misses them in its new list."""
    with _answering(unit, project_id):
        asked = [one.strip() for one in request.args.get("id", "").split(",") if one.strip()][:MOST_ASKED]
        found = list_files.states(unit, project_id, list_name, asked)
    return _answer(unit, *_tagged(openrosa.integrity(found)))


def _listed_file(unit: UnitOfWork, project_id: int, base: str, line) -> ListedFile:
    """A file of the manifest; an entity list is told as such, with where a phone asks what became of its entities."""
    address = base + _encoded(line.name)
    if line.blob is not None:
        return ListedFile(line.name, line.blob.md5, address)
    dataset = list_files.dataset_of(unit, line.dataset_id)
    below = _forms_address(unit, project_id).removesuffix("forms/")
    return ListedFile(line.name, list_files.list_of(unit, line.dataset_id).md5, address,
                      "approvalEntityList" if dataset.approval_required else "entityList",
                      f"{below}datasets/{_encoded(dataset.name)}/integrity")


@lru_cache(maxsize=512)
def _form_list(address: str, offered: tuple[Offered, ...], below: str = "") -> tuple[bytes, str]:
    """(the form list, its tag); the same for every phone that is shown the same forms at the same address."""
    return _tagged(openrosa.form_list(_listed(address + _encoded(one.xml_form_id) + below, one) for one in offered))


def _listed(address: str, one: Offered) -> ListedForm:
    return ListedForm(one.xml_form_id, one.name, one.version, one.md5, f"{address}.xml",
                      f"{address}/manifest" if one.expects_files else "")


def _forms_address(unit: UnitOfWork, project_id: int) -> str:
    """Where the forms of a project begin, for this caller."""
    return f"{unit.settings.address}{request.environ['collector.prefix']}/projects/{project_id}/forms/"


def _device() -> str:
    return request.args.get("deviceID", "")


def _encoded(segment: str) -> str:
    return quote(segment, safe="")


@contextmanager
def _answering(unit: UnitOfWork, project_id: int) -> Iterator[None]:
    """Phones are told what went wrong in their project's language, and must say that they speak OpenRosa."""
    try:
        said = request.headers.get("X-OpenRosa-Version", "")
        if said != "1.0":
            raise problems.bad_header("X-OpenRosa-Version", said)
        yield
    except problems.Problem:
        g.project_language = catalogue.project_language(unit, project_id)
        raise


def _tagged(text: str) -> tuple[bytes, str]:
    body = text.encode("utf-8")
    return body, hashlib.md5(body, usedforsecurity=False).hexdigest()


def _answer(unit: UnitOfWork, body: bytes, etag: str) -> Response:
    response = streams.bytes_answer(body, etag, "text/xml; charset=utf-8")
    response.date = unit.now()
    response.headers.add("X-OpenRosa-Version", "1.0")
    response.headers.add("X-OpenRosa-Accept-Content-Length", ACCEPT_LENGTH)
    return response
