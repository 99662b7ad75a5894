"""Room where events become sentences of a history, and what a version changed is sorted for the eye.

It must not read events (`services/records` hands them in). Templates draw what comes out.
"""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from collector.domain import review
from collector.domain.correction import OTHER, REASONS
from collector.domain.differences import Change
from collector.services.editions import Compared

_ELSEWHERE = ("comment.create", "submission.comment.create", "submission.read")  # in the thread; in the activity
_CORRECTED = "submission.correct"
_PAPER = ("submission.update", "submission.update.version", "submission.return", "submission.return.close",
          _CORRECTED, "finding.settle")


@dataclass(frozen=True, slots=True)
class Told:
    """One line of a history. tone: a colour of the sheet; text: somebody's own words, or ''; paper: whether it is
    printed too: what was decided, sent back and corrected; version: instanceID of the version that came with it."""

    tone: str
    words: str
    at: datetime
    who: str
    text: str = ""
    paper: bool = False
    version: str = ""


def told_events(events: list[tuple]) -> list[Told]:
    """(event, name of who did it) as lines, in the same order."""
    corrected = {(event.details or {}).get("versionId") for event, _name in events if event.action == _CORRECTED}
    return [_told(event, name) for event, name in events
            if event.action not in _ELSEWHERE and not _is_told_better(event, corrected)]


def told_changes(compared: Compared) -> tuple[list[Change], list[Change]] | None:
    """(what somebody answered, what the form or the phone put down by itself); None where they cannot be compared."""
    if compared.changes is None:
        return None
    shown = [one for one in compared.changes if not one.path.startswith("/meta/")]
    return [one for one in shown if not one.calculated], [one for one in shown if one.calculated]


def count_answers(changes: list[Change]) -> int:
    """How many answers these changes are about; that an instance came or went tells of none by itself."""
    return sum(one.kind != "turn" for one in changes)


def _is_told_better(event, corrected: set) -> bool:
    """Whether it is the arrival of a version that a correction tells of, with its reasons."""
    return event.action == "submission.update.version" and (event.details or {}).get("versionId") in corrected


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
        _CORRECTED: ("edited", ngettext("Corrigió %(num)s respuesta", "Corrigió %(num)s respuestas",
                                        details.get("count") or 1)),
        "submission.alike": ("note", _alike(details)),
        "submission.return": ("returned", _("Lo devolvió al teléfono")),
        "submission.return.answer": ("note", _("Respondió a la devolución")),
        "submission.return.close": ("done", _closed(details)),
        "submission.return.reopen": ("returned", _("Volvió a abrir la devolución")),
        "submission.attachment.complete": ("done", _("Llegaron todos sus archivos")),
        "submission.return.arrived": ("note", _("Responde a una devolución")),
        "entity.create": ("done", _entity(_("Creó una ficha"), details)),
        "entity.update.version": ("done", _entity(_("Cambió una ficha"), details)),
        "entity.error": ("warning", _entity(_("Un registro no pudo cambiar un padrón"), details)),
    }
    tone, words = known.get(event.action, ("", event.action))
    if details.get("reason") and details.get("move"):
        english = str(get_locale()).startswith("en")
        words += f": {review.reason_words(details['move'], details['reason'], english)}"
    version = details.get("instanceId") or "" if event.action in ("submission.update.version", _CORRECTED) else ""
    text = _reasons(details) if event.action == _CORRECTED else details.get("text") or ""
    return Told(tone, words, event.at, name or _("el sistema"), text, event.action in _PAPER, version)


def _reasons(details: dict) -> str:
    """What was corrected, each with why."""
    english, told = str(get_locale()).startswith("en"), []
    for one in details.get("fields", ()):
        said = REASONS.get(one["reason"], ("", ""))[1 if english else 0]
        why = one["words"] if one["reason"] == OTHER else " ".join(filter(None, (said, one["words"])))
        told.append(f"{one['label']}: {why}")
    return " · ".join(told)


def _entity(words: str, details: dict) -> str:
    """The words with the list, and the entity where it has a name."""
    about = details.get("entity") or {}
    named = ", ".join(filter(None, (about.get("label"), about.get("dataset"))))
    return f"{words}: {named}" if named else words


def _alike(details: dict) -> str:
    if details.get("undone"):
        return _("Deshizo lo dicho sobre los parecidos")
    if details.get("outcome") == "right":
        return _("Es correcto, aunque se parece a otro")
    kept = details.get("kept") == details.get("instanceId")
    return _("Se conservó; su parecido se rechazó") if kept else _("Se rechazó; se conservó su parecido")


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
