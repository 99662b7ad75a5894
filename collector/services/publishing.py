"""Room for the way of a form: upload, draft, published version.

It must not convert or read uploads (`services/definitions` did before) nor serve phones (`services/catalogue`).
What is published grows the one column model that flattening and exports read.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from collector.domain import columns, problems
from collector.domain.columns import Column, Table
from collector.services import blobs, dataset_uses, definitions, models, people
from collector.services.definitions import Prepared
from collector.services.form_media import expected_media, put_media, remove_media
from collector.services.forms import (
    CURRENT,
    DRAFT,
    FormView,
    delete_form,
    find_form,
    list_forms,
    list_versions,
    restore_form,
    set_state,
)
from collector.services.unit import UnitOfWork
from collector.store.blobs.protocol import Blob
from collector.store.queries import answers, form_columns, form_media, forms, projects
from collector.store.tables.forms import Form, FormVersion

__all__ = [
    "CURRENT", "DRAFT", "FormView", "PreparedFile", "copy_to_draft", "create_form", "delete_form", "drop_draft",
    "expected_media", "find_form", "list_forms", "list_versions", "prepare_draft", "prepare_file", "prepare_new",
    "publish_draft", "publish_file", "put_media", "remove_media", "restore_form", "set_draft", "set_state", "upload",
    "warm",
]


@dataclass(frozen=True, slots=True)
class PreparedFile:
    """A definition with files to lay beside it."""

    definition: Prepared
    media: Mapping[str, Blob]


def prepare_new(unit: UnitOfWork, project_id: int, data: bytes, **about) -> Prepared:
    """A definition for create_form. about: as for definitions.prepare, which raises too. Raises 404.1, 403.1 first."""
    unit.require("form.create", projects.find_project(unit.session, project_id))
    return definitions.prepare(unit, data, **about)


def prepare_draft(unit: UnitOfWork, project_id: int, xml_form_id: str, data: bytes, **about) -> Prepared:
    """A definition for set_draft. about: as for definitions.prepare, which raises too. Raises 404.1, 403.1 first."""
    form = unit.require("form.update", forms.find_form(unit.session, project_id, xml_form_id))
    if form.current_version_id:
        models.form_model(unit, form.current_version_id)  # read here, so that the writer finds it in memory
    return definitions.prepare(unit, data, known=True, **about)


def create_form(unit: UnitOfWork, project_id: int, prepared: Prepared, publish: bool = False,
                ignore_warnings: bool = False) -> FormView:
    """The new form with its draft, or published at once. Raises 404.1, 403.1, 409.3, 400.16."""
    unit.require("form.create", projects.find_project(unit.session, project_id))
    model = prepared.model
    if forms.find_form(unit.session, project_id, model.form_id) is not None:
        raise problems.not_unique(["projectId", "xmlFormId"], [str(project_id), model.form_id])
    in_trash = forms.has_trashed(unit.session, project_id, model.form_id)
    if not ignore_warnings and (problem := definitions.warnings_of(prepared, None, in_trash)):
        raise problem
    dataset_uses.require_declarations(unit, project_id, model)
    form = forms.add_form(unit.session, project_id=project_id, xml_form_id=model.form_id, state="open",
                          created_by=unit.actor.id, created_at=unit.now())
    unit.record("form.create", project_id=project_id, form_id=form.id)
    draft = _add_draft(unit, form, prepared)
    if publish:
        _publish(unit, form, draft, at=form.created_at)
        form.updated_at = None  # made and published in one act: nothing has changed since
    return FormView(form, draft)


def set_draft(unit: UnitOfWork, project_id: int, xml_form_id: str, prepared: Prepared,
              ignore_warnings: bool = False) -> FormView:
    """The form with this definition as its draft; an earlier draft and what was sent to try it go.

    Raises 404.1, 403.1, 400.8 for another form's definition, 400.16, 400.17.
    """
    form = unit.require("form.update", forms.find_form_to_change(unit.session, project_id, xml_form_id))
    if prepared.model.form_id != xml_form_id:
        raise problems.unexpected_value("xmlFormId", prepared.model.form_id, "does not match the form you are updating",
                                        f"el formulario que se actualiza es «{xml_form_id}»")
    tables, known = _column_model(unit, form.id)
    dataset_uses.require_declarations(unit, project_id, prepared.model)
    before = models.form_model(unit, form.current_version_id) if form.current_version_id else None
    if problem := definitions.changed_types(tables, known, prepared.model, before):
        raise problem
    if not ignore_warnings and (problem := definitions.warnings_of(prepared, before, False)):
        raise problem
    return FormView(form, _replace_draft(unit, form, prepared))


def copy_to_draft(unit: UnitOfWork, project_id: int, xml_form_id: str) -> FormView:
    """The form with a copy of its current version as draft. Raises 404.1, 403.1."""
    form = unit.require("form.update", forms.find_form_to_change(unit.session, project_id, xml_form_id))
    current = forms.find_version(unit.session, form.current_version_id)
    if current is None:
        raise problems.missing_parameter("xml")
    xml = forms.find_xml(unit.session, current.id)
    model = models.parsed(xml, current.sha256)
    lines = form_media.list_media(unit.session, current.id)
    media = tuple((line.name, line.kind) for line, _blob in lines)
    prepared = Prepared(model, xml, current.hash, current.sha256, media, {},
                        blobs.find(unit, current.source_sha256), current.source_name or "", current.source_kind)
    draft = _replace_draft(unit, form, prepared)
    draft.warnings = current.warnings
    return FormView(form, draft)


def upload(unit: UnitOfWork, project_id: int, prepared: Prepared, ignore_warnings: bool = False) -> FormView:
    """The form with this definition as its draft, made if it is new. Raises what create_form and set_draft raise."""
    if forms.find_form(unit.session, project_id, prepared.model.form_id) is None:
        return create_form(unit, project_id, prepared, ignore_warnings=ignore_warnings)
    return set_draft(unit, project_id, prepared.model.form_id, prepared, ignore_warnings)


def drop_draft(unit: UnitOfWork, project_id: int, xml_form_id: str) -> Form:
    """The form without its draft. Raises 404.1, 403.1, 409.7 when nothing is published."""
    form = unit.require("form.update", forms.find_form_to_change(unit.session, project_id, xml_form_id))
    if form.current_version_id is None:
        raise problems.draft_needed()
    draft = forms.find_version(unit.session, form.draft_version_id)
    if draft is None:
        raise problems.not_found("El borrador", "The draft")
    _leave_draft(unit, form, draft)
    unit.record("form.update.draft.delete", project_id=project_id, form_id=form.id,
                details={"oldDraftDefId": draft.id})
    return form


def warm(unit: UnitOfWork, project_id: int, xml_form_id: str, version: str | None = None) -> None:
    """Nothing; what publishing this draft must read is read already, so that the writer is not held up."""
    form = forms.find_form(unit.session, project_id, xml_form_id)
    if form is None or form.draft_version_id is None or not unit.may("form.update", form):
        return
    models.form_model(unit, form.draft_version_id)
    if version:
        definitions.renamed(forms.find_xml(unit.session, form.draft_version_id), version)


def publish_draft(unit: UnitOfWork, project_id: int, xml_form_id: str, version: str | None = None,
                  notes: str = "") -> FormView:
    """The form with its draft as the current version, under another version text when one is given.

    notes: what is to be remembered of why. Raises 404.1, 403.1, 409.6 (version is there already), 400.17 (a field
    changes its type).
    """
    form = unit.require("form.update", forms.find_form_to_change(unit.session, project_id, xml_form_id))
    draft = forms.find_version(unit.session, form.draft_version_id)
    if draft is None:
        raise problems.not_found("El borrador", "The draft")
    if version and version != draft.version:
        _rename(unit, form, draft, version)
    _publish(unit, form, draft, notes)
    return FormView(form, draft)


def prepare_file(unit: UnitOfWork, data: bytes, filename: str, media: Mapping[str, bytes],
                 memory: dict | None = None) -> PreparedFile:
    """A definition with its files, ready for publish_file. Files that the form does not expect are left out.

    memory: where definitions are kept for whoever publishes the same file in several projects.
    """
    key = ("definition", filename, hashlib.sha256(data).hexdigest())
    definition = (memory or {}).get(key) or definitions.prepare(unit, data, filename)
    if memory is not None:
        memory[key] = definition
    expected = {name for name, _kind in definition.media}
    return PreparedFile(definition, {name: blobs.put(unit, content) for name, content in media.items()
                                     if name in expected})


def publish_file(unit: UnitOfWork, project_id: int, file: PreparedFile, ignore_warnings: bool = False) -> FormView:
    """The form, published with these files; unchanged when just this definition is published already.

    Raises what upload and publish_draft raise.
    """
    form_id = file.definition.model.form_id
    form = forms.find_form(unit.session, project_id, form_id)
    current = forms.find_version(unit.session, form.current_version_id) if form else None
    if current is not None and current.sha256 == file.definition.sha256:
        return FormView(unit.require("form.update", form), current)
    upload(unit, project_id, file.definition, ignore_warnings)
    for name, blob in file.media.items():
        put_media(unit, project_id, form_id, name, blob)
    return publish_draft(unit, project_id, form_id)


def _replace_draft(unit: UnitOfWork, form: Form, prepared: Prepared) -> FormVersion:
    former = forms.find_version(unit.session, form.draft_version_id)
    token = former.draft_token if former else None
    if former is not None:
        _leave_draft(unit, form, former)
    draft = _add_draft(unit, form, prepared, token, former)
    unit.record("form.update.draft.set", project_id=form.project_id, form_id=form.id,
                details={"oldDraftDefId": former.id if former else None, "newDraftDefId": draft.id})
    return draft


def _add_draft(unit: UnitOfWork, form: Form, prepared: Prepared, token: str | None = None,
               former: FormVersion | None = None) -> FormVersion:
    kept = [*prepared.carried.values(), *([prepared.source] if prepared.source else [])]
    blobs.keep_all(unit, kept)
    model = prepared.model
    draft = forms.add_version(
        unit.session, form_id=form.id, version=model.version, title=model.title, xml=prepared.xml, hash=prepared.hash,
        sha1=definitions.sha1(prepared.xml), sha256=prepared.sha256,
        source_sha256=prepared.source.sha256 if prepared.source else None,
        source_name=prepared.source_name or None, source_kind=prepared.source_kind,
        warnings=[one.details() for one in prepared.warnings] or None, public_key=model.public_key or None,
        draft_token=token or people.new_token(), created_by=unit.actor.id, created_at=unit.now())
    form.draft_version_id = draft.id
    form.updated_at = unit.now() if form.current_version_id or former else None
    here = {name: (blob.sha256, None) for name, blob in prepared.carried.items()}
    for version_id in (former.id if former else None, form.current_version_id):
        if version_id is not None:
            here = _media_of(unit, version_id) | here
    form_media.add_expected(unit.session, draft.id,
                            [(name, kind, *here.get(name, (None, None))) for name, kind in prepared.media], unit.now())
    dataset_uses.link_files(unit, form.project_id, draft.id)
    return draft


def _media_of(unit: UnitOfWork, version_id: int) -> dict[str, tuple[str, str | None]]:
    return {line.name: (line.blob_sha256, line.media_type)
            for line, _blob in form_media.list_media(unit.session, version_id)
            if line.blob_sha256}


def _leave_draft(unit: UnitOfWork, form: Form, draft: FormVersion) -> None:
    form.draft_version_id = None
    form.updated_at = unit.now()
    forms.mark_draft_dropped(unit.session, draft, unit.now())
    forms.mark_draft_submissions_deleted(unit.session, form.id, unit.now())


def _rename(unit: UnitOfWork, form: Form, draft: FormVersion, version: str) -> None:
    xml, sha256 = definitions.renamed(forms.find_xml(unit.session, draft.id), version)
    forms.replace_xml(unit.session, draft, version=version, xml=xml, sha256=sha256, hash=definitions.md5(xml),
                      sha1=definitions.sha1(xml))
    unit.record("form.update.draft.set", project_id=form.project_id, form_id=form.id,
                details={"oldDraftDefId": draft.id, "newDraftDefId": draft.id, "automated": True})


def _publish(unit: UnitOfWork, form: Form, draft: FormVersion, notes: str = "", at: datetime | None = None) -> None:
    if forms.has_published(unit.session, form.project_id, form.xml_form_id, draft.version):
        raise problems.version_exists(form.xml_form_id, draft.version)
    _grow_columns(unit, form, draft)
    dataset_uses.take_in(unit, form, draft, models.form_model(unit, draft.id))
    former = form.current_version_id
    draft.published_at = form.updated_at = at or unit.now()
    draft.draft_token = None
    form.current_version_id, form.draft_version_id = draft.id, None
    unit.session.flush()
    forms.mark_draft_submissions_deleted(unit.session, form.id, unit.now())
    projects.bump_edition(unit.session, form.project_id)
    unit.record("form.update.publish", project_id=form.project_id, form_id=form.id, target_id=draft.id,
                details={"oldDefId": former, "newDefId": draft.id, **({"notes": notes} if notes else {})})


def _grow_columns(unit: UnitOfWork, form: Form, draft: FormVersion) -> None:
    """The column model takes in the fields of this version; the same field in another type is refused."""
    tables, known = _column_model(unit, form.id)
    model = models.form_model(unit, draft.id)
    if problem := definitions.changed_types(tables, known, model):
        raise problem
    merged = columns.merge(tables, known, model)
    form_columns.add_tables(unit.session, form.id, merged.new_tables)
    numbers = {one.path: one.id for one in answers.list_tables(unit.session, form.id)}
    form_columns.add_columns(unit.session, numbers, merged.new_columns, draft.id)
    for one in merged.widened:
        form_columns.widen(unit.session, numbers[one.table], one.path, one.type)


def _column_model(unit: UnitOfWork, form_id: int) -> tuple[list[Table], list[Column]]:
    return ([Table(row.path, row.name, row.parent) for row in answers.list_tables(unit.session, form_id)],
            [Column(table, row.path, row.name, row.type, row.position, row.filterable)
             for row, table in answers.list_columns(unit.session, form_id)])
