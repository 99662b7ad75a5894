"""Room where what happens to entities becomes sentences: sources of versions, history, faults and what to do.

It must not read anything. Pages of lists, entities and records hand in what services gave.
"""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import get_locale
from flask_babel import gettext as _

from collector.domain import entity_desk
from collector.domain.entity import said

_FIRST = {"submission": "received", "page": "edited", "api": "edited", "bulk": "edited"}


@dataclass(frozen=True, slots=True)
class Told:
    """One line of an entity's history. changes: (property, before, after); record: (project_id, xmlFormId, instanceId)
    that made it; version: its number, or None; conflict: soft or hard where it met another change."""

    tone: str
    words: str
    at: datetime
    who: str
    text: str = ""
    version: int | None = None
    record: tuple | None = None
    changes: tuple = ()
    conflict: str | None = None
    base: int | None = None


def property_words(name: str) -> str:
    """A property as people read it; its label has a word of its own."""
    return _("Nombre de la ficha") if name == entity_desk.LABEL else name


def source_words(held) -> str:
    """Where a version came from; held: queries.entities.Versioned."""
    source = held.source
    if source.kind == "submission":
        return _("con un registro")
    if source.name:
        return _("con el archivo %(name)s", name=source.name)
    return {"api": _("por la API"), "page": _("en estas páginas"), "bulk": _("con otras, de una vez")}[source.kind]


def history(versions: list, events: list) -> list[Told]:
    """Versions with what each changed, and what else was done, newest first."""
    told, before = [], {}
    for held in versions:
        version = held.version
        now = said(version.label, version.data)
        changes = tuple((name, before.get(name, ""), now.get(name, "")) for name in dict.fromkeys([*now, *before])
                        if before.get(name, "") != now.get(name, ""))
        words = _("Se creó") if version.version == 1 else _("Cambió")
        told.append(Told(_tone(version), f"{words} {source_words(held)}", version.created_at,
                         held.creator or _("el sistema"), version=version.version, record=held.record, changes=changes,
                         conflict=version.conflict, base=version.base_version))
        before = now
    words = {"entity.update.resolve": ("approved", _("Se resolvió el conflicto")),
             "entity.update.reopen": ("issues", _("Se deshizo: el conflicto está abierto otra vez")),
             "entity.delete": ("rejected", _("Se mandó a la papelera")),
             "entity.restore": ("approved", _("Salió de la papelera"))}
    for event, who in events:
        if event.action in words:
            tone, sentence = words[event.action]
            told.append(Told(tone, sentence, event.at, who.name if who else _("el sistema"),
                             (event.details or {}).get("text") or ""))
    return sorted(told, key=lambda one: one.at, reverse=True)


def _tone(version) -> str:
    if version.conflict:
        return "issues"
    return "received" if version.version == 1 else "edited"


def fault_words(fault: dict | None) -> tuple[str, str]:
    """(what went wrong, what to do) of an act that failed."""
    if not fault:
        return "", ""
    fact = fault["en"] if str(get_locale()).startswith("en") else fault["es"]
    advice = {
        "409.3": _("La ficha ya existía: si el registro trae datos nuevos, escríbalos en ella a mano."),
        "404.8": _("Cree la ficha con ese identificador, o corrija el registro."),
        "404.11": _("Si se eliminó por error, restáurela; después apruebe o corrija el registro."),
        "404.7": _("Publique un formulario que declare ese padrón, o créelo."),
        "404.9": _("Escriba el cambio en la ficha a mano; el registro conserva lo que el teléfono envió."),
    }.get(str(fault.get("code")), _("Corrija el registro: al guardarlo se intenta de nuevo. O cambie la ficha a mano."))
    return fact, advice


def import_fault_words() -> dict[str, str]:
    """{why a row is not taken: sentence}."""
    return {
        "uuid": _("El identificador no se puede leer: lleva 36 letras y números, con guiones."),
        "twice": _("El identificador ya está en otra fila del archivo."),
        "cells": _("La fila tiene más celdas que nombres la primera. Revise comas y comillas."),
        "letters": _("Tiene letras que no se pueden guardar."),
        "label": _("Falta el nombre (columna «label»)."),
        "deleted": _("La ficha está en la papelera, o se borró de ella. Restáurela primero."),
        "version": _("La ficha cambió después de descargar este archivo. Descárguela otra vez."),
    }
