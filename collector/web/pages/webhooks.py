"""Pages of webhooks: those of a project, one with its deliveries, making, changing, pausing, deleting, sending again.

They must not send nor sign (`services/delivering`). The secret is on the page that answers the making, nowhere else.
"""

from flask import request, url_for
from flask_babel import gettext as _

from collector.domain import webhooks as domain
from collector.domain.problems import Problem
from collector.services import forms, projects, webhooks
from collector.services.unit import UnitOfWork
from collector.web.blueprint import UnitBlueprint
from collector.web.pages.showing import go, number_asked, page, told

pages = UnitBlueprint("webhooks", __name__, url_prefix="/projects/<int:project_id>/webhooks", dialect="html")
AT_ONCE = 30
_ONE = "/<int:number>"


@pages.get("", endpoint="list")
def show_all(unit: UnitOfWork, project_id: int):
    """The webhooks of a project, and what a new one needs."""
    return _list(unit, project_id, adding="new" in request.args)


@pages.post("")
def add(unit: UnitOfWork, project_id: int):
    """The new webhook with its secret, this once; or the page again with what is wrong."""
    try:
        row, secret = webhooks.add_hook(unit, project_id, **_given())
    except Problem as problem:
        return _list(unit, project_id, True, _refused(unit, problem))
    return _one(unit, project_id, row.id, secret=secret)


@pages.get(_ONE, endpoint="show")
def show(unit: UnitOfWork, project_id: int, number: int):
    """A webhook with its deliveries, newest first."""
    return _one(unit, project_id, number)


@pages.post(_ONE)
def change(unit: UnitOfWork, project_id: int, number: int):
    """The webhook, changed; or the page again with what is wrong."""
    given = _given()
    try:
        webhooks.change_hook(unit, project_id, number, form=given.pop("xml_form_id"), **given)
    except Problem as problem:
        return _one(unit, project_id, number, problem=_refused(unit, problem))
    return _back(project_id, number, _("Se guardó."))


@pages.post(_ONE + "/state")
def set_state(unit: UnitOfWork, project_id: int, number: int):
    """The webhook, paused or going on."""
    state = request.form.get("state", "")
    webhooks.change_hook(unit, project_id, number, state=state)
    return _back(project_id, number, _("Está en pausa: lo que ocurra espera.") if state == "paused"
                 else _("Sigue: lo que esperaba se envía ahora."))


@pages.post(_ONE + "/secret")
def change_secret(unit: UnitOfWork, project_id: int, number: int):
    """The webhook with its new secret, this once."""
    return _one(unit, project_id, number, secret=webhooks.change_secret(unit, project_id, number))


@pages.post(_ONE + "/test")
def test(unit: UnitOfWork, project_id: int, number: int):
    """The webhook, with a test on its way."""
    webhooks.send_test(unit, project_id, number)
    return _back(project_id, number, _("La prueba está en camino. Vuelva a cargar la página para ver qué respondió."))


@pages.post(_ONE + "/delete")
def delete(unit: UnitOfWork, project_id: int, number: int):
    """The list without it."""
    webhooks.delete_hook(unit, project_id, number)
    return go(url_for("webhooks.list", project_id=project_id), _("El webhook se eliminó."))


@pages.post(_ONE + "/deliveries/<int:delivery_id>/retry")
def retry(unit: UnitOfWork, project_id: int, number: int, delivery_id: int):
    """The webhook; the delivery is sent again."""
    webhooks.send_again(unit, project_id, number, delivery_id)
    return _back(project_id, number, _("Se envía otra vez, con el mismo identificador."))


@pages.post(_ONE + "/deliveries/<int:delivery_id>/skip")
def skip(unit: UnitOfWork, project_id: int, number: int, delivery_id: int):
    """The webhook; the delivery is left out."""
    webhooks.leave_out(unit, project_id, number, delivery_id)
    return _back(project_id, number, _("Se omitió. Lo que esperaba detrás sigue."))


def event_words() -> dict[str, str]:
    """{action: what it is called}, in the order in which they are offered."""
    return {domain.RECEIVED: _("Llegó un registro"), domain.EDITED: _("Llegó una versión corregida"),
            domain.COMPLETE: _("Llegaron todos sus archivos"), domain.RETURNED: _("Se devolvió al teléfono"),
            domain.DECIDED: _("Se decidió")}


def fault_words() -> dict[str, str]:
    """{why a try failed: in words}."""
    return {"dns": _("No se encontró el nombre de esa dirección."),
            "private": _("La dirección lleva a una red privada, y este servidor no lo permite."),
            "connect": _("No se pudo conectar."), "tls": _("Su certificado no vale para ese nombre."),
            "timeout": _("Tardó demasiado en responder."),
            "redirect": _("Quiso llevar a otra dirección. Escriba la dirección final."),
            "status": _("Respondió que no."), "broken": _("Su respuesta no se entiende."),
            "answers": _("Las respuestas del registro no se pueden leer.")}


def _given() -> dict:
    asked = request.form
    return {"name": asked.get("name", ""), "url": asked.get("url", ""), "events": asked.getlist("events"),
            "xml_form_id": asked.get("form", ""), "answers": "answers" in asked}


def _refused(unit: UnitOfWork, problem: Problem) -> str:
    if problem.status != 400:
        raise problem
    unit.undo()
    words = {"url": _("Escriba una dirección completa que empiece con https://, sin usuario ni clave."),
             "events": _("Elija al menos un suceso."), "name": _("Escriba un nombre.")}
    return words.get((problem.details or {}).get("field", ""), told(problem))


def _listed(unit: UnitOfWork, project_id: int) -> list:
    return [one for one in forms.list_forms(unit, project_id) if not one.is_draft]


def _list(unit: UnitOfWork, project_id: int, adding: bool, problem: str = ""):
    found = projects.find_project(unit, project_id)
    return page(unit, "webhooks/list.html", found, "webhooks", 422 if problem else 200,
                hooks=webhooks.list_hooks(unit, project_id), adding=adding, problem=problem,
                forms=_listed(unit, project_id), events=event_words(),
                given=_given() if problem else {"events": list(domain.EVENTS)})


def _one(unit: UnitOfWork, project_id: int, number: int, secret: str = "", problem: str = ""):
    found, hook = projects.find_project(unit, project_id), webhooks.find_hook(unit, project_id, number)
    rows = webhooks.list_deliveries(unit, project_id, number, number_asked("before"), AT_ONCE + 1)
    row = hook.row
    kept = {"name": row.name, "url": row.url, "events": row.events, "xml_form_id": hook.xml_form_id,
            "answers": row.answers}
    response = page(
        unit, "webhooks/show.html", found, "webhooks", 422 if problem else 200, hook=hook, row=row, secret=secret,
        problem=problem, given=_given() if problem else kept, events=event_words(), faults=fault_words(),
        rows=rows[:AT_ONCE], next=webhooks.find_next(unit, project_id, number), forms=_listed(unit, project_id),
        now=unit.now(), more=len(rows) > AT_ONCE and url_for(
            "webhooks.show", project_id=project_id, number=number, before=rows[AT_ONCE - 1].id),
        first="before" in request.args and url_for("webhooks.show", project_id=project_id, number=number))
    response.headers["Cache-Control"] = "no-store"
    return response


def _back(project_id: int, number: int, message: str):
    return go(url_for("webhooks.show", project_id=project_id, number=number), message)
