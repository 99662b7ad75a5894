"""Page of how one form stands: each number leads to exactly the records behind it.

It must not count (`services/overview`) nor write addresses of filters itself (`services/filters` does).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from flask import request, url_for
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from collector.domain.checking.findings import ERROR, NOT_EVALUATED, NOTE, SEVERITY
from collector.domain.folded import fold
from collector.services import filters, forms, inbox, models, overview, projects
from collector.services.unit import UnitOfWork
from collector.web.blueprint import UnitBlueprint
from collector.web.pages.filter_words import state_words
from collector.web.pages.finding_words import kind_words
from collector.web.pages.showing import page
from collector.web.wording import day, number

pages = UnitBlueprint("overview", __name__, url_prefix="/projects/<int:project_id>/overview", dialect="html")
ENUMERATOR = re.compile(r"encuestador|enumerad|enumerator|entrevistador|interviewer|registrador|brigadista|username")
STATE_TONES = {"received": "note", "edited": "", "hasIssues": "warning", "approved": "done", "rejected": "error"}


@dataclass(frozen=True, slots=True)
class Share:
    """One bar. address: of the records that it counts; width: as SVG takes it."""

    words: str
    count: int
    width: str
    tone: str
    address: str


@pages.get("", endpoint="show")
def show(unit: UnitOfWork, project_id: int):
    """How the form that the address names stands, or else the first one."""
    found = projects.find_project(unit, project_id)
    listed = [one for one in forms.list_forms(unit, project_id)
              if not one.is_draft and unit.may("submission.list", one)]
    chosen = request.args.get("form", "")
    view = next((one for one in listed if one.form.xml_form_id == chosen), None)
    if view is None and (chosen or not listed):
        view = forms.find_form(unit, project_id, chosen)
    view = view or listed[0]
    form_id = view.form.xml_form_id
    told = overview.form_overview(unit, project_id, form_id, request.args.get("period", ""))
    fields = inbox.fields(unit, project_id, form_id, models.form_model(unit, view.version.id), str(get_locale()))
    by = _by(fields)
    address = addresses(project_id, form=form_id)
    return page(unit, "overview/show.html", found, "overview", form=view, forms=listed, told=told, address=address,
                day_address=lambda one: address(since=one, until=one), said=days_said(told.days), counted=counted,
                periods=_periods(project_id, form_id), states=_states(told, address), kinds=kind_shares(
                    told.kinds, lambda kind: address(since=told.since, finding=kind)), by=by, fields=fields,
                values=_values(unit, view.form, told, by, fields, address) if by else [],
                weeks=[(one, _("%(since)s al %(until)s", since=day(one.since)[:5], until=day(one.until)),
                        lasting(one.median), lasting(one.slowest)) for one in told.weeks],
                median=lasting(told.median), slowest=lasting(told.slowest))


def addresses(project_id: int, **always) -> Callable[..., str]:
    """A function of words of a filter that answers the address of its records, whatever was decided on them."""
    def address(**words) -> str:
        told = {name: value.isoformat() if isinstance(value, date) else value
                for name, value in {"queue": "all", **always, **words}.items() if value not in (None, "")}
        return url_for("inbox.list", project_id=project_id, **filters.written(filters.read(told)))
    return address


def kind_shares(kinds: dict[str, int], address: Callable[[str], str]) -> list[Share]:
    """Records by what was found in them, most first; without what the server could not tell, which nobody can mend."""
    words, told = kind_words(), {kind: count for kind, count in kinds.items() if kind != NOT_EVALUATED}
    most = max(told.values(), default=1)
    return [Share(words.get(kind, kind), count, _width(count, most), _kind_tone(kind), address(kind))
            for kind, count in told.items()]


def days_said(days: tuple) -> str:
    """The chart of days in a sentence: how many in all, and on which day most."""
    total = sum(count for _day, count in days)
    said = ngettext("%(num)s registro en 14 días.", "%(num)s registros en 14 días.", total)
    if total:
        best = max(days, key=lambda one: one[1])
        said += " " + _("Lo más: %(count)s el %(day)s.", count=number(best[1]), day=day(best[0]))
    return said


def counted(count: int) -> str:
    """A count that ends at what the inbox counts."""
    return f"{number(inbox.MOST)}+" if count > inbox.MOST else number(count)


def lasting(hours: float | None) -> str:
    """How long something took, in the unit that people would say; '' for none."""
    if hours is None:
        return ""
    if hours < 1:
        return _("%(number)s min", number=max(1, round(hours * 60)))
    if hours < 47.5:
        return _("%(number)s h", number=round(hours))
    return _("%(number)s días", number=round(hours / 24, 1))


def _periods(project_id: int, form_id: str) -> list[tuple[str, str, str]]:
    words = {"14": _("Últimos 14 días"), "56": _("Últimas 8 semanas"), "all": _("Desde el comienzo")}
    return [(name, words[name], url_for("overview.show", project_id=project_id, form=form_id, period=name))
            for name in overview.PERIODS]


def _states(told: overview.FormOverview, address: Callable[..., str]) -> list[Share]:
    most = max(told.states.values(), default=1) or 1
    return [Share(words, told.states[state], _width(told.states[state], most), STATE_TONES[state],
                  address(since=told.since, state=state))
            for state, words in state_words() if state in told.states]


def _by(fields: list) -> str:
    """The field that the address names, or where it names none the one that says who asked; '' for none."""
    asked = request.args.get("by")
    if asked is not None:
        return asked if asked in {one.path for one in fields} else ""
    return next((one.path for one in fields if ENUMERATOR.search(one.path.rpartition("/")[2].lower())), "")


def _values(unit: UnitOfWork, found, told: overview.FormOverview, by: str, fields: list,
            address: Callable[..., str]) -> list[tuple]:
    """(words, records, with findings, address of those, of these) of each answer to a field."""
    offered = next(one for one in fields if one.path == by)
    names = {fold(name): (name, label) for name, label in offered.choices}
    word, rows = filters.FIELD + by.lstrip("/"), []
    for value, count, noted in overview.by_field(unit, found.project_id, found.xml_form_id, by, told.since):
        name, label = names.get(value, (value, value))
        rows.append((label or name, count, noted, address(since=told.since, **{word: name}),
                     address(since=told.since, finding="any", **{word: name})))
    return rows


def _kind_tone(kind: str) -> str:
    severity = SEVERITY.get(kind, "warning")
    return "error" if severity == ERROR else "note" if severity == NOTE else "warning"


def _width(count: int, most: int) -> str:
    return f"{100 * count / max(most, 1):.4g}%"
