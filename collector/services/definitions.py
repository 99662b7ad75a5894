"""Room that turns what a form author uploads into a definition that can be kept: workbook or XForm, converted and read.

It must not write anything; slow work is done here, before the transaction. `services/publishing` keeps the result.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from collector.domain import columns, problems
from collector.domain.converted import Converted, XLSFormError
from collector.domain.fields import FormModel
from collector.domain.form_complaints import Complaint
from collector.domain.linting.form import lint
from collector.domain.xform_version import with_version
from collector.domain.xmltext import closed
from collector.services import blobs, converting, models
from collector.services.unit import UnitOfWork
from collector.store.blobs.protocol import Blob

_WORKBOOK_STARTS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_WORKBOOK_NAMES = (".xlsx", ".xls", ".xlsm", ".md")
_BLANKS = b"\xef\xbb\xbf \t\r\n"
LONGEST_ID = 64  # characters, as in ODK Central
_RESERVED = (".xml", ".xls", ".xlsx")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A definition that is ready to be kept.

    media: (name, kind) of every file that must lie beside it; carried: those that the workbook itself brought.
    source: the workbook as uploaded, source_kind 'xlsx', 'xls' or 'md'; warnings: remarks of the
    converter and of the lint.
    """

    model: FormModel
    xml: bytes
    hash: str
    sha256: str
    media: tuple[tuple[str, str], ...]
    carried: Mapping[str, Blob]
    source: Blob | None = None
    source_name: str = ""
    source_kind: str = ""
    warnings: tuple[Complaint, ...] = ()


def prepare(unit: UnitOfWork, data: bytes, filename: str = "", fallback_form_id: str = "",
            workbook: bool | None = None, declared: str = "", known: bool = False) -> Prepared:
    """The definition that these bytes hold.

    workbook: whether the bytes say they are one; None looks at them; declared: 'xls' or 'xlsx', as which a workbook was
    sent and is handed out; known: of a form that is there already, which may go without a meta group. Nothing is
    asked here: `publishing` asks `require` before anything is kept.
    Raises 400.1, 400.2, 400.8, 400.13, 400.15, 400.27.
    """
    if workbook is None:
        workbook = not data.lstrip(_BLANKS).startswith(b"<") and filename.lower().endswith(_WORKBOOK_NAMES)
    if not workbook and not data.startswith(_WORKBOOK_STARTS):
        read = _definition(closed(data.lstrip(b" \t\r\n")), known=known)
        return replace(read, warnings=lint(read.model))
    converted = _convert(unit, data, filename, fallback_form_id)
    carried = {name: blobs.put(unit, content) for name, content in converted.attachments.items()}
    kind = converted.kind.lstrip(".")
    read = _definition(converted.xml.encode("utf-8"), carried, source=blobs.put(unit, data), source_name=filename,
                       source_kind=declared if declared and kind in ("xls", "xlsx") else kind)
    told = converted.warnings
    return replace(read, warnings=(*told, *lint(read.model, converted.sheets, told)))


def renamed(xml: bytes, version: str) -> tuple[bytes, str]:
    """(the definition under another version text, its SHA-256 in hex). Raises 400.1, 400.8."""
    try:
        changed = with_version(xml, version)
    except ValueError as fault:
        raise problems.unparseable("xml", len(xml), str(fault)) from fault
    sha256 = hashlib.sha256(changed).hexdigest()
    if models.parsed(changed, sha256).version != version:
        raise problems.unexpected_value("version", version, "the definition does not take it",
                                        "la definición no lo admite")
    return changed, sha256


def sha1(xml: bytes) -> str:
    """The hash of a definition that older clients of ODK Central's API compare, in hex."""
    return hashlib.sha1(xml, usedforsecurity=False).hexdigest()


def md5(xml: bytes) -> str:
    """The hash of a definition that OpenRosa's lists carry, in hex."""
    return hashlib.md5(xml, usedforsecurity=False).hexdigest()


def changed_types(tables: Iterable, known: Iterable, model: FormModel,
                  before: FormModel | None = None) -> problems.Problem | None:
    """400.17 for the first field that was something else in an earlier version, or None. before: the current one."""
    typed = columns.typed_groups(before, model) if before else ()
    changes = (*columns.type_changes(tables, known, model), *typed)
    return problems.field_type_conflict(changes[0].path, changes[0].before) if changes else None


def warnings_of(prepared: Prepared, before: FormModel | None, in_trash: bool) -> problems.Problem | None:
    """400.16 with everything an author should look at before going on, or None.

    An XForm is held up by its history alone, as its author is a program; what the lint says of it stands on its page.
    before: the published version, to see what is gone; in_trash: a form of this id lies in the trash.
    """
    found: dict[str, list] = {}
    if prepared.warnings and prepared.source is not None:
        found["xlsFormWarnings"] = [one.text or one.sentence("en") for one in prepared.warnings]
    workflow = []
    if in_trash:
        workflow.append({"type": "deletedFormExists", "details": {"xmlFormId": prepared.model.form_id}})
    if before is not None and (gone := removed_fields(before, prepared.model)):
        workflow.append({"type": "structureChanged", "details": gone})
    if workflow:
        found["workflowWarnings"] = workflow
    if not found:
        return None
    return problems.form_has_warnings(found, [one.details() for one in prepared.warnings])


def removed_fields(before: FormModel, after: FormModel) -> list[str]:
    """Names of the fields that a new version no longer has."""
    kept = {one.path for one in after.fields}
    return [one.name for one in before.fields if one.path not in kept]


def _convert(unit: UnitOfWork, data: bytes, filename: str, fallback_form_id: str) -> Converted:
    convert = converting.apart if unit.units.converts_apart else converting.here
    try:
        return convert(data, filename, fallback_form_id)
    except XLSFormError as fault:
        first = fault.complaints[0]
        raise problems.xlsform_invalid(
            first.text or first.sentence("en"), [one.text or one.sentence("en") for one in fault.warnings],
            [one.details() for one in fault.complaints], first.sentence("es"), first.sentence("en")) from fault


def _definition(xml: bytes, carried: Mapping[str, Blob] | None = None, known: bool = False, **source) -> Prepared:
    sha256 = hashlib.sha256(xml).hexdigest()
    model = models.parsed(xml, sha256)
    if model.form_id.lower().endswith(_RESERVED):
        raise problems.unexpected_value("formId", model.form_id, "a form id cannot end in .xls, .xlsx or .xml",
                                        "el identificador no puede terminar en .xls, .xlsx ni .xml")
    if not model.form_id.strip("."):
        raise problems.unexpected_value("formId", model.form_id, "dots alone mean a folder in addresses",
                                        "solo puntos no sirven en una dirección")
    if not known and len(model.form_id) > LONGEST_ID:
        raise problems.too_long("xmlFormId")
    if not known and not model.has_meta:
        raise problems.form_without_meta()
    carried = carried or {}
    media = {one.name: one.kind for one in model.media} | dict.fromkeys(carried, "file")
    return Prepared(model, xml, md5(xml), sha256, tuple(media.items()), carried, **source)
