"""Pages where findings are settled, and where a form says what becomes of them: its policy, a new look at history.

It must not check anything (`services/checking`) nor decide who may. Findings are shown by `pages/submissions`.
"""

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from collector.services import findings, forms, projects, rechecking, refusing
from collector.services.unit import UnitOfWork
from collector.web.blueprint import UnitBlueprint
from collector.web.pages.inputs import PolicyInput, SettleInput
from collector.web.pages.showing import go, own_address, page
from collector.web.wording import number

pages = UnitBlueprint("findings", __name__, url_prefix="/projects/<int:project_id>/forms/<segment:form_id>",
                      dialect="html")
_ONE = "/submissions/<segment:instance_id>/findings/<segment:key>"


@pages.post(_ONE + "/settle")
def settle(unit: UnitOfWork, project_id: int, form_id: str, instance_id: str, key: str):
    """The record, where the finding is settled, or asks for the note again."""
    given = SettleInput()
    back = _record(project_id, form_id, instance_id)
    if not given.validate():
        return go(back, next(iter(given.errors.values()))[0], "error")
    findings.settle(unit, project_id, form_id, instance_id, key, given.note.data)
    return go(back, _("El hallazgo quedó resuelto, con su nota."))


@pages.post(_ONE + "/reopen")
def reopen(unit: UnitOfWork, project_id: int, form_id: str, instance_id: str, key: str):
    """The record, where the finding waits again."""
    findings.reopen(unit, project_id, form_id, instance_id, key)
    return go(_record(project_id, form_id, instance_id), _("El hallazgo vuelve a estar pendiente."))


@pages.post("/policy")
def policy(unit: UnitOfWork, project_id: int, form_id: str):
    """The form, which takes all, or turns away what breaks rules of these kinds."""
    given = PolicyInput()
    refuses = given.policy.data == "refuse"
    if refuses and not given.refuse.data:
        return go(_form(project_id, form_id), _("Elija al menos un motivo por el que no se recibe."), "error")
    refusing.set_policy(unit, project_id, form_id, given.refuse.data if refuses else [])
    told = (_("Lo que no cumpla lo elegido queda apartado y el teléfono lo sabe.") if refuses
            else _("Se recibe todo; lo que se encuentre queda anotado."))
    return go(_form(project_id, form_id), told)


@pages.post("/recheck")
def recheck(unit: UnitOfWork, project_id: int, form_id: str):
    """The form, with the new look at its records under way."""
    begun = rechecking.begin(unit, project_id, form_id)
    return go(_form(project_id, form_id), ngettext("Se revisa otra vez %(count)s registro.",
                                                   "Se revisan otra vez %(count)s registros.", begun.total,
                                                   count=number(begun.total)))


@pages.get("/recheck")
def progress(unit: UnitOfWork, project_id: int, form_id: str):
    """How far the new look is, to htmx; to everybody else the form."""
    if request.headers.get("HX-Request") != "true":
        return go(_form(project_id, form_id))
    found = projects.find_project(unit, project_id)
    view = forms.find_form(unit, project_id, form_id)
    return page(unit, "forms/_recheck.html", found, "forms", form=view.form,
                recheck=rechecking.progress(unit, view.form) if unit.may("form.update", view.form) else None)


def _record(project_id: int, form_id: str, instance_id: str) -> str:
    """Where the person came from: the record, in the same filter."""
    here = url_for("submissions.show", project_id=project_id, form_id=form_id, instance_id=instance_id)
    carried = own_address(f"{here}?{request.form.get('carried', '')}", here)
    return f"{carried.rstrip('?')}#h-findings"


def _form(project_id: int, form_id: str) -> str:
    return url_for("forms.show", project_id=project_id, form_id=form_id) + "#h-checks"


