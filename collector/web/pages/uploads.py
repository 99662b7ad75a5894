"""Pages where an author hands in a definition or a file beside it.

It must not read what was handed in (`services/definitions`): a prepare step has it converted before the transaction,
and what stands against it comes back with sheet, row and column.
"""

from dataclasses import dataclass

from flask import Response, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from collector.domain import problems
from collector.domain.problems import Problem
from collector.services import blobs, form_media, projects, publishing
from collector.services.unit import UnitOfWork
from collector.web.pages.forms import form_page, pages
from collector.web.pages.inputs import MediaInput, UploadInput
from collector.web.pages.showing import go, page

MOST_DEFINITION = 60_000_000


@dataclass(frozen=True, slots=True)
class Handed:
    """What came of an upload: the definition ready to be kept, or what stands against it."""

    given: UploadInput
    prepared: object = None
    problem: Problem | None = None


def handed(unit: UnitOfWork, project_id: int, form_id: str | None = None) -> Handed:
    """The upload, converted and read."""
    given = UploadInput()
    if not given.validate():
        return Handed(given)
    try:
        data = given.file.data.stream.read(MOST_DEFINITION + 1)
        if len(data) > MOST_DEFINITION:
            raise problems.too_large(MOST_DEFINITION)
        name = given.file.data.filename or ""
        if form_id is None:
            return Handed(given, publishing.prepare_new(unit, project_id, data, filename=name))
        return Handed(given, publishing.prepare_draft(unit, project_id, form_id, data, filename=name))
    except Problem as problem:
        if problem.status not in (400, 409):
            raise
        return Handed(given, problem=problem)


@pages.get("/-/upload")
def upload(unit: UnitOfWork, project_id: int):
    """An empty input."""
    found = projects.find_project(unit, project_id)
    unit.require("form.create", found)
    return _upload_page(unit, found, Handed(UploadInput()))


@pages.post("/-/upload", prepare=handed)
def receive(unit: UnitOfWork, hand: Handed, project_id: int):
    """The way to the new draft, or the input again with all that stands against it."""
    found = projects.find_project(unit, project_id)
    if hand.prepared is None:
        return _upload_page(unit, found, hand)
    try:
        view = publishing.upload(unit, project_id, hand.prepared, hand.given.ignore_warnings.data)
    except Problem as problem:
        if problem.status not in (400, 409):
            raise
        unit.undo()
        return _upload_page(unit, found, Handed(hand.given, hand.prepared, problem))
    return go(url_for("forms.show", project_id=project_id, form_id=view.form.xml_form_id),
              _("El borrador está listo. Siga los pasos para publicarlo."))


@pages.post("/<segment:form_id>/draft/replace", prepare=handed)
def replace(unit: UnitOfWork, hand: Handed, project_id: int, form_id: str):
    """The form with its new draft, or its page with all that stands against the upload."""
    problem = hand.problem
    if hand.prepared is not None:
        try:
            publishing.set_draft(unit, project_id, form_id, hand.prepared, hand.given.ignore_warnings.data)
            return go(url_for("forms.show", project_id=project_id, form_id=form_id), _("El borrador se reemplazó."))
        except Problem as fault:
            if fault.status not in (400, 409):
                raise
            unit.undo()
            problem = fault
    return form_page(unit, project_id, form_id, problem or problems.missing_parameter("file"))


def stored(unit: UnitOfWork, project_id: int, form_id: str, name: str):
    """The file, kept in the blob store, when the draft expects it; None when none was chosen."""
    form_media.require_place(unit, project_id, form_id, name)
    given = MediaInput()
    if not given.validate():
        return None
    return blobs.put_stream(unit, given.file.data.stream, unit.settings.max_body)


@pages.post("/<segment:form_id>/media/<segment:name>", prepare=stored)
def put_media(unit: UnitOfWork, blob, project_id: int, form_id: str, name: str):
    """The form with the file in its place."""
    back = url_for("forms.show", project_id=project_id, form_id=form_id)
    if blob is None:
        return go(back, _("Elija el archivo."), "error")
    publishing.put_media(unit, project_id, form_id, name, blob)
    return go(back, _("%(name)s está en su lugar.", name=name))


def _upload_page(unit: UnitOfWork, found, hand: Handed) -> Response:
    problem = hand.problem
    complaints = problem.details.get("complaints") or [] if problem else []
    status = problem.status if problem else 422 if hand.given.errors else 200
    return page(unit, "forms/upload.html", found, "forms", status,
                input=hand.given, problem=problem, complaints=complaints, workflow=_workflow(problem),
                can_ignore=problem is not None and problem.code == 400.16)


def _workflow(problem: Problem | None) -> list[tuple[str, str]]:
    """What the form's own history says against the upload, in sentences."""
    found = problem.details.get("warnings") if problem and problem.code == 400.16 else None
    told = []
    for one in (found or {}).get("workflowWarnings", ()):
        if one["type"] == "structureChanged":
            names = one["details"]
            told.append(("warning", ngettext("La versión nueva ya no tiene %(num)s pregunta: ",
                                             "La versión nueva ya no tiene %(num)s preguntas: ", len(names))
                         + ", ".join(names[:12])))
        elif one["type"] == "deletedFormExists":
            told.append(("warning", _("En la papelera hay un formulario con este identificador.")))
    return told
