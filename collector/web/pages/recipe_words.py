"""Room of how recipes read on pages: a step in words, what it changed, how two versions differ, an example.

It must not read recipes nor run them (`services/recipes`, `services/previewing`). Templates draw what comes out.
"""

from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from collector.domain.cleaning import sentences
from collector.domain.cleaning.recipe import Recipe, Step
from collector.domain.cleaning.settings import COUNTLESS
from collector.domain.tabular.shape import DataTable, Manner, Texts
from collector.domain.values import value_text
from collector.web.pages.step_asks import TYPES
from collector.web.wording import moment, number

Tables = tuple[DataTable, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One step in the list. about: what it does, in a sentence; count: what it changed; tone: '' or warning, error;
    fault: why it does not run, ''."""

    id: str
    number: int
    type: str
    name: str
    about: str
    on: bool
    count: str
    tone: str
    fault: str
    author: str
    at: str
    reason: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs. tone: done, error, edited or note; was, now: (words, value) that changed."""

    tone: str
    words: str
    changes: list[tuple[str, str, str]] = field(default_factory=list)


def is_english() -> bool:
    """Whether the page speaks English."""
    return str(get_locale()).startswith("en")


def manner_of(tables: Tables) -> Manner:
    """Labels in the language of the page first, by whatever name the form has for it."""
    return _manner({language for table in tables for one in table.variables for language in one.labels})


def own_text(texts: Texts) -> str:
    """The text in the language of the page, else in any; '' for none."""
    return _manner(set(texts)).text(texts)


def _manner(known: set[str]) -> Manner:
    wanted = str(get_locale())[:2]
    mine = (one for one in sorted(known) if one == wanted or f"({wanted})" in one or one.split("-")[0] == wanted)
    return Manner(languages=(*mine, wanted, ""))


def told_line(step: Step, at: int, tables: Tables, seen=None, noticed: bool = False) -> Line:
    """A step as it stands in the list. seen: previewing.Seen, or None where nothing was counted; noticed: whether a
    notice about it waits."""
    fault = (seen.en if is_english() else seen.es) if seen is not None and step.on else ""
    count, tone = _count(step, seen, fault)
    tone = "warning" if noticed and step.on and tone != "error" else tone
    return Line(step.id, at, step.type, str(TYPES[step.type][0]), step_about(step, tables), step.on, count, tone,
                fault, step.author, written_moment(step.at), step.reason)


def written_moment(at: str) -> str:
    """The moment that a step tells of itself, as the page shows times; as it stands when it is none."""
    try:
        return moment(datetime.fromisoformat(at)) if at else ""
    except ValueError:
        return at


def step_about(step: Step, tables: Tables) -> str:
    """What a step does, in one sentence of the page's language."""
    es, en = sentences.says(step.settings, sentences.names_in(tables, manner_of(tables)))
    return en if is_english() else es


def differences(before: Recipe, after: Recipe, tables: Tables) -> list[Difference]:
    """What a person has to know to say yes to `after`, step by step in its order."""
    earlier = {one.id: one for one in before.steps}
    later = {one.id: at for at, one in enumerate(after.steps, 1)}
    found = []
    for at, step in enumerate(after.steps, 1):
        old = earlier.get(step.id)
        name = _("Paso %(number)s, %(name)s", number=at, name=_lowered(TYPES[step.type][0]))
        if old is None:
            found.append(Difference("done", _("%(step)s: se añade.", step=name), [("", "", step_about(step, tables))]))
            continue
        changes = _changes(old, step, tables)
        if changes:
            found.append(Difference("edited", _("%(step)s: cambia.", step=name), changes))
        if old.on != step.on:
            found.append(Difference("note", _("%(step)s: se enciende.", step=name) if step.on
                                    else _("%(step)s: se apaga.", step=name)))
    for at, step in enumerate(before.steps, 1):
        if step.id not in later:
            found.append(Difference("error", _("Paso %(number)s, %(name)s: se quita.", number=at,
                                               name=_lowered(TYPES[step.type][0])),
                                    [("", step_about(step, tables), "")]))
    stay = [one.id for one in before.steps if one.id in later]
    if stay != [one.id for one in after.steps if one.id in earlier]:
        found.append(Difference("note", _("El orden cambia: %(order)s.", order=", ".join(
            str(stay.index(one.id) + 1) for one in after.steps if one.id in earlier))))
    return found


def shown_value(value) -> str:
    """A cell as a page shows it; '' for no answer."""
    if value is None:
        return ""
    if value is True or value is False:
        return _("sí") if value else _("no")
    return value_text(value) if isinstance(value, list) else str(value)


def _changes(old: Step, new: Step, tables) -> list[tuple[str, str, str]]:
    found = []
    if old.type != new.type or old.settings != new.settings:
        before, after = step_about(old, tables), step_about(new, tables)
        if before == after:
            before, after = _plain(old), _plain(new)
        found.append(("", before, after))
    if old.reason != new.reason:
        found.append((_("Por qué"), old.reason, new.reason))
    return found


def _plain(step: Step) -> str:
    """The settings as they are kept, where a sentence does not tell two apart."""
    from collector.domain.cleaning import settings

    return "; ".join(f"{key}: {value}" for key, value in settings.plain(step.settings).items())


def _count(step: Step, seen, fault: str) -> tuple[str, str]:
    if not step.on:
        return _("apagado"), "soft"
    if seen is None:
        return "", ""
    if fault:
        return _("no se aplica"), "error"
    gone = seen.rows_in - seen.rows_out
    if gone:
        return ngettext("−%(num)s fila", "−%(num)s filas", gone), ""
    if step.type in COUNTLESS and not seen.cells:
        return "", ""
    if step.type in ("keep_states", "filter_rows", "deduplicate"):
        return _("0 filas"), "soft"
    tone = "" if seen.cells else "soft"
    return (_("%(count)s celdas", count=number(seen.cells)) if seen.cells != 1 else _("1 celda")), tone


def _lowered(words) -> str:
    words = str(words)
    return words[:1].lower() + words[1:]
