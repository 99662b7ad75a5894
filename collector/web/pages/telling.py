"""Room where events become sentences of a history.

It must not read events (`services/records` hands them in). Templates draw what comes out.
"""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from collector.domain import review


@dataclass(frozen=True, slots=True)
class Told:
    """One line of a history. tone: a colour of the sheet; text: somebody's own words, or ''."""

    tone: str
    words: str
    at: datetime
    who: str
    text: str = ""


def told_events(events: list[tuple]) -> list[Told]:
    """(event, name of who did it) as lines, in the same order."""
    return [_told(event, name) for event, name in events]


def _told(event, name: str | None) -> Told:
    details = event.details or {}
    files = details.get("files") or ()
    known = {
        "submission.create": ("received", _("Llegó")),
        "submission.update.version": ("edited", _("Llegó una versión corregida")),
        "submission.attachment.update": ("received", ngettext("Llegó %(num)s archivo", "Llegaron %(num)s archivos",
                                                              len(files) or 1)),
        "submission.update": (_tone(details), _review(details)),
        "submission.admit": ("approved", _("Se admitió después de estar apartado")),
        "submission.delete": ("rejected", _("Se mandó a la papelera")),
        "submission.restore": ("approved", _("Salió de la papelera")),
        "finding.settle": ("done", _("Resolvió un hallazgo")),
        "finding.reopen": ("warning", _("Volvió a abrir un hallazgo")),
        "comment.create": ("note", _("Comentó")),
        "submission.comment.create": ("note", _("Comentó")),
        "submission.return": ("returned", _("Lo devolvió al teléfono")),
        "submission.return.answer": ("note", _("Respondió a la devolución")),
        "submission.return.close": ("done", _closed(details)),
        "submission.return.reopen": ("returned", _("Volvió a abrir la devolución")),
        "submission.return.arrived": ("note", _("Responde a una devolución")),
    }
    tone, words = known.get(event.action, ("", event.action))
    if details.get("reason") and details.get("move"):
        english = str(get_locale()).startswith("en")
        words += f": {review.reason_words(details['move'], details['reason'], english)}"
    return Told(tone, words, event.at, name or _("el sistema"), details.get("body") or details.get("text") or "")


def _closed(details: dict) -> str:
    words = {"edit": _("La versión corregida cerró la devolución"), "new": _("Su respuesta cerró la devolución"),
             "withdrawn": _("Deshizo la devolución")}
    return words.get(details.get("how") or "", _("Cerró la devolución"))


def _tone(details: dict) -> str:
    return {"approved": "approved", "hasIssues": "issues", "rejected": "rejected"}.get(_state(details), "edited")


def _review(details: dict) -> str:
    if details.get("undoes"):
        return _("Deshizo la decisión")
    if details.get("first"):
        return _("Lo aprobó por primera vez")
    words = {"approved": _("Lo aprobó"), "hasIssues": _("Lo marcó con observaciones"), "rejected": _("Lo rechazó"),
             "received": _("Volvió a recibido"), "edited": _("Lo marcó como editado")}
    return words.get(_state(details) or "received", _("Lo cambió"))


def _state(details: dict) -> str:
    return details.get("reviewState") or (details.get("data") or {}).get("reviewState") or ""
