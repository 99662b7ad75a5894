"""Pages of public links: a new one, its code, withdrawing one. They are listed on the page of their form.

It must not know what is in a code (`services/public_links`). Codes are never kept by a cache.
"""

from flask import Response, url_for
from flask_babel import gettext as _

from collector.services import public_links
from collector.services.unit import UnitOfWork
from collector.web.blueprint import UnitBlueprint
from collector.web.pages.inputs import LinkInput
from collector.web.pages.phones import code_picture
from collector.web.pages.showing import go

pages = UnitBlueprint("public_links", __name__, dialect="html",
                      url_prefix="/projects/<int:project_id>/forms/<segment:form_id>/links")


@pages.post("")
def add(unit: UnitOfWork, project_id: int, form_id: str):
    """The form with one more link."""
    given = LinkInput()
    if not given.validate():
        return _back(project_id, form_id, _("El enlace no se creó: escriba un nombre."), "error")
    link = public_links.add_link(unit, project_id, form_id, given.name.data, given.once.data or None)
    return _back(project_id, form_id, _("%(name)s está listo. Copie su dirección o muestre su código.", name=link.name))


@pages.post("/<int:link_id>/withdraw")
def withdraw(unit: UnitOfWork, project_id: int, form_id: str, link_id: int):
    """The form without this link."""
    public_links.delete_link(unit, project_id, form_id, link_id)
    return _back(project_id, form_id, _("El enlace se retiró: ya no sirve para enviar."))


@pages.get("/<int:link_id>/qr.png")
def picture(unit: UnitOfWork, project_id: int, form_id: str, link_id: int):
    """The code that sets Collect up for this form alone."""
    return code_picture(public_links.settings_text(unit, project_id, form_id, link_id))


def _back(project_id: int, form_id: str, message: str, kind: str = "done") -> Response:
    return go(url_for("forms.show", project_id=project_id, form_id=form_id, _anchor="links"), message, kind)
