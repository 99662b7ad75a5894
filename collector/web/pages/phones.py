"""Pages of phones: the list, a new one, its code and a new code, withdrawing one and back, the sheet to print.

It must not know what is in a code (`services/phones`). Codes are never kept by a cache.
"""

from flask import Response, request, url_for
from flask_babel import gettext as _

from collector.domain import access
from collector.domain.problems import Problem
from collector.services import closings, forms, grants, phone_forms, phone_keys, phones, projects
from collector.services.unit import UnitOfWork
from collector.web.blueprint import UnitBlueprint
from collector.web.pages.inputs import PhoneInput
from collector.web.pages.showing import go, number_asked, page
from collector.web.streams import disposition

pages = UnitBlueprint("phones", __name__, url_prefix="/projects/<int:project_id>/phones", dialect="html")


@pages.get("", endpoint="list")
def show_all(unit: UnitOfWork, project_id: int):
    """The phones; beside them the chosen one with its code, or the input for a new one."""
    number = number_asked("phone")
    chosen = _chosen(unit, number, project_id) if number else None
    return _page(unit, project_id, chosen, PhoneInput() if "new" in request.args and not chosen else None)


@pages.post("")
def add(unit: UnitOfWork, project_id: int):
    """The way to the new phone's code."""
    given = PhoneInput()
    if not given.validate():
        return _page(unit, project_id, None, given, 422)
    every = given.reach.data != "some"
    phone = phones.add_phone(unit, project_id, given.name.data, all_forms=every)
    for xml_form_id in () if every else given.forms.data or ():
        grants.add_grant(unit, grants.place(unit, project_id, xml_form_id), access.APP_USER, phone.id)
    return go(url_for("phones.list", project_id=project_id, phone=phone.id, _anchor="phone"),
              _("%(name)s está listo. Escanee su código con Collect.", name=phone.name))


@pages.post("/<int:phone_id>/revoke")
def revoke(unit: UnitOfWork, project_id: int, phone_id: int):
    """The phone, withdrawn, with the way to undo it."""
    phones.revoke_phone(unit, phone_id, project_id)
    return go(_address(project_id, phone_id, withdrawn=1))


@pages.post("/<int:phone_id>/restore")
def restore(unit: UnitOfWork, project_id: int, phone_id: int):
    """The phone; its code works again, and it has the forms it had."""
    phone = phones.restore_phone(unit, phone_id, project_id)
    return go(_address(project_id, phone_id), _("%(name)s vuelve a tener acceso.", name=phone.name))


@pages.post("/<int:phone_id>/rotate")
def rotate(unit: UnitOfWork, project_id: int, phone_id: int):
    """The phone with a new code; the old one goes on working for the chosen days."""
    text = request.form.get("days", "")
    days = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else phone_keys.OVERLAP
    phone = phone_keys.rotate(unit, phone_id, project_id, days)
    return go(_address(project_id, phone_id), _("%(name)s tiene un código nuevo.", name=phone.name))


@pages.post("/<int:phone_id>/rotate/end")
def end_old(unit: UnitOfWork, project_id: int, phone_id: int):
    """The phone; only its newest code works."""
    phone_keys.end_old(unit, phone_id, project_id)
    return go(_address(project_id, phone_id), _("El código anterior ya no vale."))


@pages.get("/<int:phone_id>/qr.png")
def picture(unit: UnitOfWork, project_id: int, phone_id: int):
    """The code as a picture."""
    phone = phones.find_phone(unit, phone_id, project_id)
    return code_picture(phones.settings_text(unit, phone_id, project_id),
                        f"{phone.name}.png" if "download" in request.args else "")


@pages.get("/sheet")
def sheet(unit: UnitOfWork, project_id: int):
    """Cards to cut out, of all phones or of one."""
    found = projects.find_project(unit, project_id)
    number = number_asked("phone")
    shown = [one for one in phones.list_phones(unit, project_id) if one.token and number in (None, one.id)]
    given = [one for one in forms.list_forms(unit, project_id) if not one.is_draft and one.form.state == "open"]
    return page(unit, "phones/sheet.html", found, "phones", phones=shown, forms=len(given), now=unit.now())


def code_picture(text: str, download_as: str = "") -> Response:
    """The code as a PNG that no cache keeps: the key of the phone is in it."""
    response = Response(phones.qr_png(text), mimetype="image/png")
    response.headers["Cache-Control"] = "no-store"
    if download_as:
        response.headers["Content-Disposition"] = disposition("attachment", download_as)
    return response


def _address(project_id: int, phone_id: int, **asked) -> str:
    return url_for("phones.list", project_id=project_id, phone=phone_id, **asked, _anchor="phone")


def _chosen(unit: UnitOfWork, number: int, project_id: int) -> phones.Phone:
    """The phone, living or withdrawn. Raises 404.1, 403.1."""
    try:
        return phones.find_phone(unit, number, project_id)
    except Problem as problem:
        if problem.status != 404:
            raise
        return phones.find_withdrawn(unit, number, project_id)


def _page(unit: UnitOfWork, project_id: int, chosen=None, given: PhoneInput | None = None, status: int = 200):
    found = projects.find_project(unit, project_id)
    context = {"phones": phones.list_phones(unit, project_id), "chosen": chosen, "sightings": [], "reached": [],
               "input": given, "adding": given is not None, "forms": [], "server": unit.settings.address,
               "gone": phones.list_withdrawn(unit, project_id), "apps": phones.list_apps(unit, project_id),
               "old": phone_forms.count_old(unit, project_id), "overlap": phone_keys.OVERLAP,
               "closings": closings.list_last(unit, project_id), "just_withdrawn": "withdrawn" in request.args}
    if chosen is not None:
        context |= {"on_phone": phone_forms.list_forms(unit, chosen), "keys": phone_keys.list_keys(unit, chosen)}
        context["sightings"] = phones.list_sightings(unit, chosen.id)
        if not chosen.all_forms and unit.may("assignment.list", found):
            context["reached"] = [form_id for _grant, actor, form_id in
                                  grants.list_form_grants(unit, project_id, access.APP_USER) if actor.id == chosen.id]
    if given is not None:
        context["forms"] = [one for one in forms.list_forms(unit, project_id) if not one.is_draft]
    return page(unit, "phones/list.html", found, "phones", status, now=unit.now(), **context)
