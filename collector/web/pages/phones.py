"""Pages of phones: the list, a new one, the code that sets one up, withdrawing one, the sheet to print.

It must not know what is in a code (`services/phones`). Codes are never kept by a cache.
"""

from flask import Response, request, url_for
from flask_babel import gettext as _

from collector.domain import access
from collector.services import forms, grants, phones, projects
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
    chosen = phones.find_phone(unit, number, project_id) if number else None
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
    """The list; the phone's code no longer works."""
    phones.revoke_phone(unit, phone_id, project_id)
    return go(url_for("phones.list", project_id=project_id), _("El teléfono se retiró."))


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


def _page(unit: UnitOfWork, project_id: int, chosen=None, given: PhoneInput | None = None, status: int = 200):
    found = projects.find_project(unit, project_id)
    context = {"phones": phones.list_phones(unit, project_id), "chosen": chosen, "sightings": [], "reached": [],
               "input": given, "adding": given is not None, "forms": [], "server": unit.settings.address}
    if chosen is not None:
        context["sightings"] = phones.list_sightings(unit, chosen.id)
        if not chosen.all_forms and unit.may("assignment.list", found):
            context["reached"] = [form_id for _grant, actor, form_id in
                                  grants.list_form_grants(unit, project_id, access.APP_USER) if actor.id == chosen.id]
    if given is not None:
        context["forms"] = [one for one in forms.list_forms(unit, project_id) if not one.is_draft]
    return page(unit, "phones/list.html", found, "phones", status, now=unit.now(), **context)
