"""Room of what the page of a correction says beside each input: before and after, findings, reasons, what is missing.

It must not judge (`domain/correction` did) nor read requests. The templates of `correcting` ask it.
"""

import re
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from collector.domain.correcting.asking import Question, questions
from collector.domain.correction import REASONS, Change, Revision
from collector.domain.finding_sentences import sentence
from collector.web.wording import anchor

FEW = 4  # choices that are shown side by side
MANY = 25  # questions, beyond which groups are folded
_DAY = re.compile(r"\d{4}-\d\d-\d\d\Z")
_CLOCK = re.compile(r"\d\d:\d\d\Z")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d\Z")
_NATIVE = {"day": ("date", _DAY), "clock": ("time", _CLOCK), "moment": ("datetime-local", _MOMENT)}
_unusual = re.compile(r"[^\w.()-]+")


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that keeps a correction from being saved. target: id of the input."""

    target: str
    words: str


@dataclass(frozen=True, slots=True)
class Found:
    """What the check says of the record as it is. tone: error or warning; target: id of the input."""

    tone: str
    target: str
    label: str
    words: str


class CorrectionForm:
    """One page. given: what the request said (`pages/correcting.Typed`); language: of the words."""

    def __init__(self, case, revision: Revision, given, language: str):
        self.case, self.revision, self.given, self.language = case, revision, given, language
        self._changes = {one.place: one for one in revision.changes}
        self._stops: dict[str, list[str]] = {}
        self._notes: dict[str, list[tuple[str, str]]] = {}
        for place, one in revision.stops:
            self._stops.setdefault(place, []).append(self._said(one))
        for place, one in (*revision.left, *(one for one in revision.fresh if one not in revision.stops)):
            self._notes.setdefault(place, []).append((one.severity, self._said(one)))

    @property
    def pressed(self) -> bool:
        """Whether somebody asked to see or save it, rather than only typed."""
        return self.given.act in ("act", "save")

    @property
    def typed(self) -> tuple[Change, ...]:
        """What somebody changed."""
        return self.revision.typed

    @property
    def following(self) -> tuple[Change, ...]:
        """What the form changes with it."""
        return tuple(one for one in self.revision.changes if not one.typed)

    @property
    def is_folded(self) -> bool:
        """Whether the form is so long that its groups are folded."""
        return sum(1 for one in questions(self.revision.parts) if one.kind != "note") > MANY

    @property
    def found(self) -> list[Found]:
        """What the check says of answers that have an input, errors first."""
        places = {one.place: one.label for one in questions(self.revision.parts)}
        told = [Found(tone, self.input_id(place), places[place], words)
                for place, said in self._notes.items() if place in places for tone, words in said]
        return sorted(told, key=lambda one: one.tone != "error")

    @property
    def missing(self) -> list[Missing]:
        """What keeps it from being saved, in the order of the form."""
        found = [Missing(self.input_id(place), f"{self.label(place)}: {words}" if self.label(place) else words)
                 for place, said in self._stops.items() for words in said]
        return found + [Missing(f"w{anchor(one.place)}", _("Diga por qué cambia: %(label)s", label=one.label))
                        for one in self.typed if self.lacks_reason(one.place)]

    def changed(self, place: str) -> Change | None:
        """What is another answer there, when somebody typed it."""
        one = self._changes.get(place)
        return one if one is not None and one.typed else None

    def errors(self, place: str) -> list[str]:
        """Why the answer there cannot be saved."""
        return self._stops.get(place, [])

    def notes(self, place: str) -> list[tuple[str, str]]:
        """(tone, words) of what else the check says of the answer."""
        return self._notes.get(place, [])

    def fits(self, question: Question) -> bool:
        """Whether the answer was changed, and a rule of the form holds for it."""
        one = self.case.model.by_path.get(question.path)
        judged = one is not None and (one.constraint or one.required)
        return bool(judged and self.changed(question.place) and not self.errors(question.place))

    def why(self, place: str) -> tuple[str, str]:
        """(code, words) of the reason given for a change."""
        return self.given.reasons.get(place, ("", ""))

    def lacks_reason(self, place: str) -> bool:
        """Whether nobody said why."""
        code, words = self.why(place)
        return code not in REASONS or (code == "other" and not words.strip())

    def reasons(self) -> list[tuple[str, str]]:
        """(code, words) of all reasons to choose from."""
        return [(code, said[0 if self.language.startswith("es") else 1]) for code, said in REASONS.items()]

    def label(self, place: str) -> str:
        """What the answer or instance at a place is called."""
        one = self._changes.get(place)
        if one is not None:
            return self.named(one)
        known = self.case.model.by_path.get(re.sub(r"\[\d+\]", "", place))
        return self.case.model.label(known, self.language) if known else ""

    def named(self, one: Change) -> str:
        """What a change is about."""
        return _("Nombre del registro") if one.path == "/meta/instanceName" else one.label

    def opened(self, place: str) -> bool:
        """Whether something in an instance is worth seeing at once."""
        places = (*self._changes, *self._stops, *self._notes)
        return any(one == place or one.startswith(f"{place}/") for one in places)

    def input_id(self, place: str) -> str:
        """The id of the first input of an answer."""
        return f"i{anchor(place)}"

    def as_list(self, question: Question) -> bool:
        """Whether choices are shown side by side."""
        return question.long or len(question.options or ()) <= FEW

    def options(self, question: Question) -> list[tuple[str, str]]:
        """(name, label) of the choices; what was chosen and cannot be chosen any more comes last."""
        found = [(one.name, one.label) for one in question.options or ()]
        known = {name for name, _label in found}
        return found + [(name, _("%(name)s (ya no es una opción)", name=name))
                        for name in question.values if name and name not in known]

    def native(self, question: Question) -> str:
        """The type of the input: a browser's own for days and clocks that it can show."""
        kind, pattern = _NATIVE.get(question.kind, ("text", None))
        text = question.values[0] if question.values else ""
        return kind if pattern is not None and (not text or pattern.match(text)) else "text"

    def is_long(self, question: Question) -> bool:
        """Whether a text needs several lines."""
        return question.kind == "text" and ("multiline" in question.appearance or "\n" in question.text
                                            or len(question.text) > 70)

    def holds(self, name: str) -> bool:
        """Whether the record's file of that name is here."""
        return any(one.name == name and one.blob is not None for one in self.case.files)

    def checked(self) -> str:
        """What the check says of the correction as a whole, in one sentence."""
        closed, left = self.revision.closed, (*self.revision.left, *self.revision.fresh)
        errors = sum(one.severity == "error" for _place, one in left)
        warnings = len(left) - errors
        told = []
        if closed:
            told.append(ngettext("se cierra %(num)s hallazgo", "se cierran %(num)s hallazgos", len(closed)))
        if errors:
            told.append(ngettext("queda %(num)s error", "quedan %(num)s errores", errors))
        if warnings:
            told.append(ngettext("queda %(num)s aviso", "quedan %(num)s avisos", warnings))
        return _("Al revisar de nuevo: %(told)s.", told=", ".join(told)) if told else _(
            "Al revisar de nuevo: ningún hallazgo.")

    def _said(self, finding) -> str:
        said = sentence(finding, self.language).strip()
        return said if said.endswith((".", "!", "?")) else f"{said}."


def file_name(given: str, taken: set[str]) -> str:
    """The name of a file that came by a page: its last part without odd signs, unlike those that are taken."""
    bare = _unusual.sub("_", given.replace("\\", "/").rpartition("/")[2]).strip("._") or "archivo"
    stem, dot, ending = bare.rpartition(".")
    stem, ending = (stem[:80], f".{ending[:10]}") if dot and stem else (bare[:80], "")
    name, number = f"{stem}{ending}", 2
    while name in taken:
        name, number = f"{stem}-{number}{ending}", number + 1
    return name
