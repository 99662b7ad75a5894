"""Room where findings become what a page shows: beside which answer, in which words, what waits and what is settled.

It must not find nor settle anything (`services/findings`). Templates draw what comes out.
"""

from dataclasses import dataclass

from flask_babel import get_locale
from flask_babel import gettext as _

from collector.domain import sheet
from collector.domain.checking.findings import Finding
from collector.domain.finding_sentences import own_message, sentence
from collector.services.findings import Held

KINDS = ("required", "constraint", "choice", "type", "range", "relevant", "repeat-count", "calculate", "unknown",
         "file", "rule", "entity", "not-evaluated")


@dataclass(frozen=True, slots=True)
class Noted:
    """A finding in words. key: its fingerprint; tone: error, warning, note, or done once settled; label: of the answer,
    with the instances around it; place: of its row in the page, '' when it has none; detail: what the machine says."""

    key: str
    kind: str
    tone: str
    open: bool
    label: str
    fact: str
    advice: str
    place: str
    detail: str
    held: Held


class Findings:
    """The findings of one record, as its page asks for them. sections: as shown, with codes or not; can_settle: whether
    the person may; carried: the filter that the person came with; has_recipes: whether one can tell why an answer is
    what it is."""

    def __init__(self, held: list[Held], sections: tuple, codes: bool, can_settle: bool = False, carried: str = "",
                 has_recipes: bool = False):
        self.can_settle, self.carried, self.has_recipes = can_settle, carried, has_recipes
        rows = dict(_rows(sections, codes))
        self._order = {place: number for number, place in enumerate(rows)}
        self.all = sorted((_noted(one, rows) for one in held), key=self._rank)
        self._at: dict[str, list[Noted]] = {}
        for one in self.all:
            self._at.setdefault(one.place, []).append(one)

    def at(self, place: str) -> list[Noted]:
        """Those that stand beside the answer at this place."""
        return self._at.get(place, []) if place else []

    def tone(self, place: str) -> str:
        """The tone of the row at this place: of the worst that is open, '' for none."""
        tones = [one.tone for one in self.at(place) if one.open]
        return "error" if "error" in tones else "warning" if tones else ""

    def below(self, ref: str) -> tuple[int, int]:
        """(errors, warnings) that are open at or below a place."""
        tones = [one.tone for one in self.all if one.open and one.place.startswith((f"{ref}/", f"{ref}["))]
        return tones.count("error"), tones.count("warning")

    def rows(self, run: tuple, codes: bool) -> list[tuple]:
        """Answers as rows: each its own; neighbours that were not asked share one, unless something is noted there."""
        rows: list[list] = []
        for one in run:
            skipped = one.state == "unasked" and not codes and not self.at(one.ref)
            if skipped and rows and rows[-1][0] is None:
                rows[-1].append(one)
            else:
                rows.append([None if skipped else one, *([one] if skipped else ())])
        return [tuple(row[1:]) if row[0] is None else (row[0],) for row in rows]

    @property
    def open(self) -> list[Noted]:
        """Those that wait for somebody, errors first."""
        return [one for one in self.all if one.open]

    @property
    def settled(self) -> list[Noted]:
        """Those that somebody settled."""
        return [one for one in self.all if one.tone == "done"]

    @property
    def notes(self) -> list[Noted]:
        """What could not be told."""
        return [one for one in self.all if one.tone == "note"]

    def _rank(self, one: Noted) -> tuple:
        severities = ("error", "warning")
        severity = one.held.row.severity
        return (severities.index(severity) if severity in severities else 2,
                self._order.get(one.place, len(self._order)), one.held.row.id)


def kind_words() -> dict[str, str]:
    """What each kind of finding is called in filters and policies."""
    return dict(zip(KINDS, (
        _("Falta una respuesta obligatoria"), _("No cumple una condición"), _("Fuera de las opciones"),
        _("No es del tipo pedido"), _("Fuera de la escala"), _("Respondida sin corresponder"),
        _("Repeticiones de más o de menos"), _("Cálculo distinto"), _("Campo que el formulario no tiene"),
        _("Falta un archivo"), _("Regla propia"), _("No cambió un padrón"), _("No se pudo comprobar")), strict=True))


def _rows(parts: tuple, codes: bool, around: str = ""):
    """(place, label with what is around it) of every row that the page shows."""
    for part in parts:
        if not sheet.is_shown(part, codes):
            continue
        if isinstance(part, sheet.Answer):
            yield part.ref, f"{part.label}{around}"
        elif isinstance(part, sheet.Repeat):
            yield part.ref, f"{part.label}{around}"
            for turn in part.turns:
                name = f"{turn.position}, {turn.name}" if turn.name else str(turn.position)
                yield from _rows(turn.parts, codes, f" · {part.label} {name}{around}")
        else:
            yield from _rows(part.parts, codes, around)


def _noted(one: Held, rows: dict[str, str]) -> Noted:
    row = one.row
    fact, advice = _said(row)
    place = one.place if one.place in rows else ""
    tone = "done" if row.settled_at else row.severity
    return Noted(row.fingerprint, row.kind, tone, one.open, rows.get(one.place) or one.place, fact, advice, place,
                 _detail(row.details), one)


def _said(row) -> tuple[str, str]:
    """(fact, what to do)"""
    if row.details.get("reason") == "encrypted":
        return _("No se revisó: el registro está cifrado."), ""
    language = str(get_locale())
    finding = Finding(row.ref, row.kind, row.severity, row.value, row.path, row.messages, row.details)
    said = sentence(finding, language).strip()
    if own_message(row.messages, language):
        said = said if said.endswith((".", "!", "?")) else f"{said}."
        return said, "" if row.kind in ("rule", "entity") else _("Pregunte a quien llenó el registro.")
    fact, dot, advice = said.rpartition(". ")
    return (f"{fact}.", advice) if dot else (said, "")


def _detail(details: dict) -> str:
    said = [str(details[name]) for name in ("expression", "reason") if details.get(name)]
    return " · ".join(said) if details.get("reason") not in ("encrypted", "failed") else ""
