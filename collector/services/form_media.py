"""Room for the files beside a form: which are expected, which are here, putting and taking them away in a draft.

It must not know how phones fetch them (`services/catalogue`). Files of published versions never change.
"""

from dataclasses import dataclass
from datetime import datetime

from collector.domain import dataset_problems, problems
from collector.services import blobs
from collector.services.forms import CURRENT, FormView, find_form
from collector.services.unit import UnitOfWork
from collector.store.blobs.protocol import Blob
from collector.store.queries import datasets, forms
from collector.store.queries import form_media as queries
from collector.store.tables.forms import Form, FormMedia


@dataclass(frozen=True, slots=True)
class MediaLine:
    """A file that a version expects. kind: image, audio, video or file; blob: None while it is missing, or where it
    is taken from an entity list (dataset_id)."""

    name: str
    kind: str
    blob: Blob | None
    dataset_id: int | None
    updated_at: datetime | None
    media_type: str | None = None

    @property
    def present(self) -> bool:
        """Whether the file is here."""
        return self.blob is not None or self.dataset_id is not None


def expected_media(unit: UnitOfWork, project_id: int, xml_form_id: str, which=CURRENT) -> list[MediaLine]:
    """The files that a version expects, by name; which: as for find_form. Raises 404.1, 403.1."""
    return media_of(unit, find_form(unit, project_id, xml_form_id, which))


def media_of(unit: UnitOfWork, view: FormView) -> list[MediaLine]:
    """The files that a version which `find_form` gave expects, by name."""
    return [_line(row, blob) for row, blob in queries.list_media(unit.session, view.version.id)]


def find_media(unit: UnitOfWork, view: FormView, name: str) -> MediaLine:
    """A file that is here, of a version which `find_form` gave. Raises 404.1."""
    found = queries.find_media(unit.session, view.version.id, name)
    line = None if found is None else _line(*found)
    if line is None or not line.present:
        raise problems.not_found(f"El archivo «{name}»", f"The file {name}")
    return line


def require_place(unit: UnitOfWork, project_id: int, xml_form_id: str, name: str) -> None:
    """Nothing, when the draft expects this file and the actor may give it. Raises 404.1, 403.1."""
    _place(unit, forms.find_form(unit.session, project_id, xml_form_id), name)


def put_media(unit: UnitOfWork, project_id: int, xml_form_id: str, name: str, blob: Blob,
              media_type: str = "") -> MediaLine:
    """The line of the draft's file, filled with this blob. media_type: as it was declared, '' where the name tells it.

    Raises 404.1 (no draft, or not expected), 403.1.
    """
    form, line = _place(unit, forms.find_form_to_change(unit.session, project_id, xml_form_id), name)
    blobs.keep(unit, blob)
    _fill(unit, form, line, blob.sha256, media_type or None)
    return _line(line, blob)


def remove_media(unit: UnitOfWork, project_id: int, xml_form_id: str, name: str) -> None:
    """Nothing; the draft's file is missing again. Raises 404.1, 403.1."""
    form, line = _place(unit, forms.find_form_to_change(unit.session, project_id, xml_form_id), name)
    if line.blob_sha256 is None and line.dataset_id is None:
        raise problems.not_found(f"El archivo «{name}»", f"The file {name}")
    _fill(unit, form, line, None, None)


def link_media(unit: UnitOfWork, project_id: int, xml_form_id: str, name: str, linked: bool) -> MediaLine:
    """The line of the draft's file, taken from the entity list of its name, or from none.

    Raises 404.1 (no draft, not expected, no such list), 403.1, 400.26 (not a data file).
    """
    form, line = _place(unit, forms.find_form_to_change(unit.session, project_id, xml_form_id), name)
    dataset = None
    if linked:
        if line.kind != "file" or not name.lower().endswith(".csv"):
            raise dataset_problems.not_a_data_file(name)
        dataset = datasets.find_dataset(unit.session, project_id, name[:-len(".csv")])
        if dataset is None:
            raise problems.not_found(f"La lista «{name[:-len('.csv')]}»", f"The entity list {name[:-len('.csv')]}")
        unit.require("dataset.read", dataset)
    unit.record("form.attachment.update", project_id=form.project_id, form_id=form.id,
                details={"formDefId": line.version_id, "name": line.name, "oldBlobId": line.blob_sha256,
                         "newDatasetId": dataset.id if dataset else None, "oldDatasetId": line.dataset_id})
    queries.link(unit.session, line, dataset.id if dataset else None, unit.now())
    kept = queries.find_media(unit.session, line.version_id, name)
    return _line(*kept)


def _place(unit: UnitOfWork, form: Form | None, name: str) -> tuple[Form, FormMedia]:
    unit.require("form.update", form)
    if form.draft_version_id is None:
        raise problems.not_found("El borrador", "The draft")
    found = queries.find_media(unit.session, form.draft_version_id, name)
    if found is None:
        raise problems.not_found(f"Un archivo «{name}» en este formulario", f"A file {name} in this form")
    return form, found[0]


def _fill(unit: UnitOfWork, form: Form, line: FormMedia, sha256: str | None, media_type: str | None) -> None:
    unit.record("form.attachment.update", project_id=form.project_id, form_id=form.id,
                details={"formDefId": line.version_id, "name": line.name, "oldBlobId": line.blob_sha256,
                         "newBlobId": sha256, "oldDatasetId": line.dataset_id, "newDatasetId": line.dataset_id})
    queries.fill(unit.session, line, sha256, media_type, unit.now())


def _line(row: FormMedia, blob) -> MediaLine:
    kept = None if blob is None else Blob(blob.sha256, blob.md5, blob.size)
    return MediaLine(row.name, row.kind, kept, row.dataset_id, row.updated_at, row.media_type)
