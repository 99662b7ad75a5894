"""Pages of the trash: what was deleted in a project, until when it lies there, throwing away, bringing back.

It must not know what deleting means (`services/forms`, `services/review`). Nothing is emptied from here.
"""

from flask import Response, url_for
from flask_babel import gettext as _

from collector.domain.problems import Problem
from collector.services import forms, projects, review, trash
from collector.services.unit import UnitOfWork
from collector.web.blueprint import UnitBlueprint
from collector.web.pages.showing import go, number_asked, page

pages = UnitBlueprint("trash", __name__, url_prefix="/projects/<int:project_id>/trash", dialect="html")
AT_ONCE = 50
RECORD = "/forms/<segment:form_id>/records/<segment:instance_id>"


@pages.get("", endpoint="list")
def show(unit: UnitOfWork, project_id: int):
    """What can be brought back."""
    found = projects.find_project(unit, project_id)
    before = number_asked("before")
    lying = trash.list_trash(unit, project_id, before, AT_ONCE + 1)
    rows, after = lying.records[:AT_ONCE], None
    if len(lying.records) > AT_ONCE:
        after = url_for("trash.list", project_id=project_id, before=rows[-1].submission.id)
    return page(unit, "trash/list.html", found, "trash", trash=lying, rows=rows, after=after,
                first=url_for("trash.list", project_id=project_id) if before else None)


@pages.post("/forms/<segment:form_id>", endpoint="drop_form")
def drop_form(unit: UnitOfWork, project_id: int, form_id: str):
    """The trash, with the form in it."""
    forms.delete_form(unit, project_id, form_id)
    return _back(project_id, _("El formulario está en la papelera, con sus registros. Los teléfonos ya no lo reciben."))


@pages.post("/forms/<int:number>/restore", endpoint="restore_form")
def restore_form(unit: UnitOfWork, project_id: int, number: int):
    """The form, back; or the trash, when another form has its id now."""
    try:
        form = forms.restore_form(unit, project_id, number)
    except Problem as problem:
        if problem.status != 409:
            raise
        unit.undo()
        return _back(project_id, _("No se restauró: ya hay otro formulario con ese identificador."), "error")
    return go(url_for("forms.show", project_id=project_id, form_id=form.xml_form_id),
              _("El formulario está de vuelta, con sus registros."))


@pages.post(RECORD, endpoint="drop_record")
def drop_record(unit: UnitOfWork, project_id: int, form_id: str, instance_id: str):
    """The trash, with the record in it."""
    review.delete(unit, project_id, form_id, instance_id)
    return _back(project_id, _("El registro está en la papelera."))


@pages.post(f"{RECORD}/restore", endpoint="restore_record")
def restore_record(unit: UnitOfWork, project_id: int, form_id: str, instance_id: str):
    """The record, back."""
    review.restore(unit, project_id, form_id, instance_id)
    return go(url_for("submissions.show", project_id=project_id, form_id=form_id, instance_id=instance_id),
              _("El registro está de vuelta."))


def _back(project_id: int, message: str, kind: str = "done") -> Response:
    return go(url_for("trash.list", project_id=project_id), message, kind)
