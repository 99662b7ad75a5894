"""Room of how roles and browsers are called for people.

It must not know requests. Pages of people, accounts and invitations use it.
"""

import re

from flask_babel import gettext as _

_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung"), ("Firefox", "Firefox"),
             ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
            ("Mac OS", "macOS"), ("Linux", "Linux"))
_COLLECT = re.compile(r"collect[^/ ]*[/ ]v?([\w.-]+)", re.IGNORECASE)


def role_words() -> dict[str, str]:
    """What roles are called."""
    return {"admin": _("Administra el servidor"), "manager": _("Coordina el proyecto"), "supervisor": _("Supervisa"),
            "analyst": _("Analiza y exporta"), "viewer": _("Sólo mira"), "formfill": _("Llena formularios"),
            "app-user": _("Teléfono")}


def action_words() -> list[tuple[str, str]]:
    """[(what people do, the verb that it takes)] in the table of rights."""
    return [(_("Ver registros"), "submission.read"), (_("Aprobar, observar, rechazar"), "submission.update"),
            (_("Devolver al teléfono"), "submission.update"), (_("Comentar"), "comment.create"),
            (_("Corregir respuestas"), "submission.correct"), (_("Descargar datos"), "submission.read"),
            (_("Preparar recetas de limpieza"), "recipe.update"), (_("Publicar formularios"), "form.create"),
            (_("Preparar teléfonos"), "field_key.create"), (_("Dar permisos a personas"), "assignment.create"),
            (_("Enviar registros"), "submission.create")]


def browser(agent: str) -> str:
    """'Firefox, Android'; what the browser says of itself when it is none that we know."""
    found = [next((words for mark, words in kinds if mark in agent), "") for kinds in (_BROWSERS, _SYSTEMS)]
    return ", ".join(one for one in found if one) or agent[:60] or _("sin nombre")


def collect_version(agent: str | None) -> str:
    """'2025.3.1' of what ODK Collect says of itself; '' for another app."""
    found = _COLLECT.search(agent or "")
    return found[1] if found else ""
