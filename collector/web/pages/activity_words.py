"""Room of how acts of the history read to people.

It must not know requests. An action that has no words of its own is told by its code.
"""

from flask_babel import gettext as _

from collector.domain import acts
from collector.services.activity import Act

SYMBOLS = {"seen": "info", "exported": "download", "received": "inbox", "returned": "return", "decided": "check",
           "lists": "book", "forms": "form", "phones": "phone", "people": "people", "data": "clean", "server": "gear"}


def kinds() -> list[tuple[str, str]]:
    """(kind, what it is called), in the order of the filter."""
    words = {"seen": _("Vio registros"), "exported": _("Exportó"), "decided": _("Decidió o corrigió"),
             "returned": _("Devolvió"), "received": _("Recibido de teléfonos"), "lists": _("Padrones y fichas"),
             "forms": _("Formularios y reglas"),
             "phones": _("Teléfonos"), "people": _("Personas y accesos"), "data": _("Recetas y columnas"),
             "server": _("Proyecto y servidor")}
    return list(words.items())


def symbol(act: Act) -> str:
    """The icon beside an act."""
    return SYMBOLS[acts.kind_of(act.action)]


def told(act: Act) -> str:
    """What was done, in a few words."""
    return _words().get(act.action) or act.action


def _words() -> dict[str, str]:
    return {**_of_records_and_forms(), **_of_people_and_server(), **_of_data_and_review(), **_of_lists()}


def _of_records_and_forms() -> dict[str, str]:
    return {
        "submission.read": _("Vio el registro"), "submission.export": _("Exportó datos"),
        "pseudonym_key.read": _("Descargó la clave de seudónimos"), "audit.export": _("Exportó la actividad"),
        "submission.create": _("Llegó un registro"), "submission.update.version": _("Llegó una corrección"),
        "submission.attachment.update": _("Llegaron archivos"), "submission.park": _("Un envío se apartó"),
        "submission.admit": _("Admitió un apartado"), "submission.dismiss": _("Descartó un apartado"),
        "submission.update": _("Decidió"), "submission.comment.create": _("Comentó"),
        "submission.correct": _("Corrigió respuestas"), "submission.delete": _("Eliminó el registro"),
        "submission.restore": _("Recuperó el registro"), "submission.return": _("Devolvió el registro"),
        "form.create": _("Creó el formulario"), "form.update": _("Cambió el formulario"),
        "form.update.publish": _("Publicó una versión"), "form.update.draft.set": _("Subió un borrador"),
        "form.update.draft.delete": _("Descartó el borrador"), "form.delete": _("Eliminó el formulario"),
        "form.purge": _("La papelera vació el formulario"), "submission.purge": _("La papelera vació registros"),
        "form.restore": _("Recuperó el formulario"), "form.review": _("Cambió la revisión del formulario"),
        "form.attachment.update": _("Cambió un archivo del formulario")}


def _of_people_and_server() -> dict[str, str]:
    return {
        "field_key.create": _("Añadió un teléfono"), "field_key.delete": _("Retiró un teléfono"),
        "field_key.restore": _("Devolvió el acceso a un teléfono"),
        "phone.rotate": _("Cambió el código de un teléfono"),
        "phone.rotate.end": _("Terminó el código anterior"),
        "field_key.session.end": _("Cerró la clave de un teléfono"),
        "field_key.assignment.create": _("Dio un formulario a un teléfono"),
        "field_key.assignment.delete": _("Quitó un formulario a un teléfono"),
        "field_key.update": _("Cambió un teléfono"), "actor_property.create": _("Añadió una propiedad"),
        "public_link.create": _("Creó un enlace público"), "public_link.delete": _("Retiró un enlace público"),
        "public_link.update": _("Cambió un enlace público"), "public_link.session.end": _("Terminó un enlace público"),
        "public_link.assignment.create": _("Dio el formulario a un enlace público"),
        "project.pull": _("Trajo el proyecto de otro servidor"),
        "form.draft.pull": _("Trajo el borrador de otro servidor"),
        "user.pull": _("Trajo a alguien de otro servidor"),
        "user.create": _("Creó una cuenta"), "user.update": _("Cambió una cuenta"),
        "user.delete": _("Retiró una cuenta"), "user.session.create": _("Entró"),
        "user.session.end": _("Cerró una sesión"), "user.assignment.create": _("Dio un papel"),
        "user.assignment.delete": _("Quitó un papel"), "user.assignment.update": _("Cambió un papel"),
        "user.preference.update": _("Guardó una preferencia"), "user.preference.delete": _("Borró una preferencia"),
        "invitation.create": _("Invitó"), "invitation.delete": _("Retiró una invitación"),
        "invitation.use": _("Aceptó una invitación"), "user.reset.create": _("Creó un enlace para contraseña nueva"),
        "user.reset.ask": _("Se pidió una contraseña nueva por correo"),
        "user.reset.send": _("Salió un enlace para contraseña nueva"),
        "user.reset.use": _("Eligió una contraseña nueva"), "user.password.invalidate": _("Anuló una contraseña"),
        "project.create": _("Creó el proyecto"), "project.update": _("Cambió el proyecto"),
        "project.delete": _("Eliminó el proyecto"), "programme.create": _("Anotó las líneas del programa"),
        "programme.update": _("Cambió las metas del programa"), "backup.create": _("Hizo una copia"),
        "backup.restore": _("Restauró una copia"), "blob.sweep": _("Limpió archivos sin uso")}


def _of_data_and_review() -> dict[str, str]:
    return {
        "form.alike": _("Cambió lo que identifica a los registros"),
        "form.recheck": _("Hizo comprobar otra vez los registros"),
        "submission.alike": _("Resolvió registros parecidos"),
        "submission.bulk": _("Decidió varios registros"),
        "submission.return.answer": _("Respondió una devolución"),
        "submission.return.close": _("Se cerró una devolución"),
        "submission.return.reopen": _("Se abrió otra vez una devolución"),
        "webhook.halt": _("Se detuvo un webhook"),
        "finding.settle": _("Resolvió un hallazgo"),
        "finding.reopen": _("Reabrió un hallazgo"),
        "recipe.create": _("Creó una receta"),
        "recipe.update": _("Cambió una receta"),
        "recipe.revert": _("Volvió a una receta anterior"),
        "recipe.delete": _("Eliminó una receta"),
        "recipe.restore": _("Recuperó una receta"),
        "rule.create": _("Creó una regla"),
        "rule.update": _("Cambió una regla"),
        "rule.publish": _("Publicó una regla"),
        "rule.stop": _("Detuvo una regla"),
        "rule.delete": _("Eliminó una regla"),
        "rule.restore": _("Recuperó una regla"),
        "webhook.create": _("Creó un webhook"),
        "webhook.update": _("Cambió un webhook"),
        "webhook.update.secret": _("Cambió el secreto de un webhook"),
        "webhook.delete": _("Eliminó un webhook"),
        "webhook.delivery.retry": _("Volvió a intentar un aviso"),
        "webhook.delivery.skip": _("Saltó un aviso")}


def _of_lists() -> dict[str, str]:
    return {
        "dataset.create": _("Creó un padrón"), "dataset.update": _("Cambió un padrón"),
        "dataset.update.publish": _("Un formulario cambió un padrón"), "dataset.delete": _("Eliminó un padrón"),
        "dataset.restore": _("Recuperó un padrón"), "dataset.purge": _("La papelera vació un padrón"),
        "entity.create": _("Creó una ficha"), "entity.update.version": _("Cambió una ficha"),
        "entity.update.resolve": _("Resolvió un conflicto"),
        "entity.update.reopen": _("Volvió a abrir un conflicto"), "entity.delete": _("Eliminó una ficha"),
        "entity.restore": _("Recuperó una ficha"), "entity.error": _("Un registro no pudo cambiar un padrón"),
        "entity.purge": _("La papelera vació fichas"), "entity.bulk.create": _("Creó varias fichas"),
        "entity.bulk.delete": _("Eliminó varias fichas"), "entity.bulk.restore": _("Recuperó varias fichas")}
