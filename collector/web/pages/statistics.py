"""Page of statistics: question by question how many answered what, raw or cleaned, crossed with one of few answers.

It must not count (`services/statistics`) nor hide small groups (`domain/tabular/charts`); a recipe or a large form
takes its time, and until then the page tells how far it is.
"""

from dataclasses import dataclass
from datetime import date

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from collector.domain.tabular import charting, charts
from collector.domain.tabular.shape import REVIEW_STATE, SUBMITTED, Manner, Variable
from collector.services import projects, statistics
from collector.services.statistics import Count, Crossing, Portrait, Question
from collector.services.unit import UnitOfWork
from collector.web.blueprint import UnitBlueprint
from collector.web.pages import chart_words as say
from collector.web.pages.data_choice import (
    choose_form,
    filter_of,
    form_choices,
    manner_of,
    recipe_choices,
    recipe_words,
    state_choices,
)
from collector.web.pages.inputs import StatisticsInput
from collector.web.pages.showing import number_asked, page

pages = UnitBlueprint("statistics", __name__, url_prefix="/projects/<int:project_id>/statistics", dialect="html")
MOST_LISTED = 100
EMPTIEST = 8


@dataclass(frozen=True, slots=True)
class Section:
    """One question as the page prints it.

    told: how many answered; why: a sentence in place of a chart. bars or bins: of the chart, the first of a long list;
    more: the rest. hidden: a sentence about what is not shown. cross: table or means by group, or None.
    """

    title: str
    name: str
    told: str
    chart: charts.Chart
    why: str = ""
    bars: list[say.DrawnBar] | tuple = ()
    more: list[say.DrawnBar] | tuple = ()
    bins: list[say.DrawnBin] | tuple = ()
    description: str = ""
    hidden: str = ""
    cross: dict | None = None


@pages.get("", endpoint="show")
def show(unit: UnitOfWork, project_id: int):
    """The statistics that the address asks for, or how far counting is."""
    found = projects.find_project(unit, project_id)
    given = StatisticsInput(request.args)
    choice = choose_form(unit, project_id, given.form.data)
    if choice is None:
        return page(unit, "statistics/show.html", found, "statistics", choice=None)
    kept = choice.recipe(given.data.data)
    question = Question(choice.form_id, filter_of(given), kept.row.id if kept else None, given.cross.data or "")
    count = statistics.count_answers(unit, project_id, question, again="again" in request.args)
    _offer(given, choice, count)
    about = {"choice": choice, "kept": kept, "given": given, "count": count, "carried": _carried(choice),
             "data_words": recipe_words(kept) if kept else _("sin limpiar"),
             "state_words": dict(given.state.choices).get(given.state.data, "")}
    if not count.finished:
        return page(unit, "statistics/waiting.html", found, "statistics", **about)
    parts = count.parts()
    at = min(max(number_asked("part") or 1, 1), len(parts))
    part, manner = parts[at - 1], manner_of(count.model)
    links = _Links(project_id, choice.form_id, given, raw=kept is None)
    portraits = [count.portrait(part.table, one) for one in part.variables]
    return page(unit, "statistics/show.html", found, "statistics", part=part, at=at,
                parts=_titles(parts, count, manner),
                rows=count.summaries[part.table.path].rows, few=count.rows < count.least,
                sections=[_section(one, count, manner, links) for one in portraits],
                emptiest=_emptiest(portraits, manner), records=links.records(), percent=say.percent, **about)


class _Links:
    """Addresses of the records behind a number, where the list of records has such a filter and rows are raw."""

    def __init__(self, project_id: int, form_id: str, given: StatisticsInput, raw: bool):
        self._about = {"project_id": project_id, "form": form_id}
        dates = {"since": given.since.data, "until": given.until.data}
        self._dates = {name: day.isoformat() for name, day in dates.items() if isinstance(day, date)}
        self._state = given.state.data or ""
        self._raw = raw and self._state != "unrejected"

    def records(self) -> str:
        """All records of the form as they are filtered."""
        return self._address(state=self._state) if self._raw else ""

    def of_state(self, name: str) -> str:
        """Records of one review state."""
        return self._address(state=name) if self._raw else ""

    def of_days(self, kind: str, one: charts.Bin) -> str:
        """Records that arrived on some days."""
        span = say.days_of(kind, one)
        if span is None or not self._raw:
            return ""
        since, until = span[0].isoformat(), span[1].isoformat()
        return self._address(state=self._state, since=max(since, self._dates.get("since", since)),
                             until=min(until, self._dates.get("until", until)))

    def _address(self, **more) -> str:
        asked = {**self._about, **self._dates, **{name: value for name, value in more.items() if value}}
        return url_for("submissions.list", **asked)


def _section(portrait: Portrait, count: Count, manner: Manner, links: _Links) -> Section:
    variable, chart = portrait.variable, portrait.chart
    words = say.category_words(variable, manner)
    about = {"title": manner.label(variable), "name": variable.name, "chart": chart,
             "told": say.answered_words(chart), "cross": _crossed(portrait.crossing, count, manner, words)}
    if chart.kind in (charts.SINGLE, charts.SEVERAL):
        bars = say.drawn_bars(chart, words, links.of_state if variable.id == REVIEW_STATE else lambda name: "")
        first = say.MOST_BARS if len(bars) > say.MOST_BARS + 3 else len(bars)
        return Section(**about, bars=bars[:first], more=bars[first:MOST_LISTED], hidden=_hidden(chart))
    if chart.bins:
        whole = variable.type != "decimal"
        by_day = (lambda one: links.of_days(chart.kind, one)) if variable.id == SUBMITTED else lambda one: ""
        bins = say.drawn_bins(chart, whole, by_day)
        return Section(**about, bins=bins, description=say.summed_up(chart, bins))
    return Section(**about, why=_why(variable, chart, count))


def _why(variable: Variable, chart: charts.Chart, count: Count) -> str:
    """Why there is no chart."""
    if chart.kind == charts.EMPTY:
        return _("Nadie respondió esta pregunta.")
    if chart.kind == charts.WITHHELD:
        return _("No se muestra: hay grupos de menos de %(least)s.", least=count.least)
    if variable.privacy not in ("open", "internal"):
        return _("Es un dato personal: sólo se cuenta cuántos respondieron.")
    if charting.is_listed(variable):
        return _("Hay demasiadas respuestas distintas, o algunas no son del tipo esperado; sólo se cuentan.")
    if variable.type in ("binary", "geopoint", "geotrace", "geoshape"):
        return _("Sólo se cuenta cuántos lo enviaron.")
    return _("Respuesta abierta: sólo se cuenta cuántos respondieron.")


def _hidden(chart: charts.Chart) -> str:
    if chart.together is not None:
        return _("Lo que no se muestra suma %(count)s.", count=f"{chart.together:,}")
    return ""


def _crossed(crossing: Crossing | None, count: Count, manner: Manner, words) -> dict | None:
    """What the template prints of a crossing: by, heads, lines, or why there is none."""
    if crossing is None:
        return None
    group = say.category_words(count.cross, manner)
    by = manner.label(count.cross)
    if crossing.means:
        return {"by": by, "means": [(group(one.name), None if one.count is None else f"{one.count:,}",
                                     "" if one.mean is None else say.decimal(one.mean)) for one in crossing.means]}
    if crossing.table is None:
        return {"by": by, "why": _("No se muestra: los grupos son muy pequeños.")}
    table = crossing.table
    name = lambda line, one: (line(one.names[0]) if len(one.names) == 1 else  # noqa: E731
                              ngettext("las demás, %(num)s junta", "las demás, %(num)s juntas", len(one.names)))
    return {"by": by, "heads": [(name(group, one), f"{one.count:,}") for one in table.columns],
            "lines": [(name(words, one), [(None, "") if cell is None else (
                f"{cell:,}", say.percent(cell / column.count if column.count else None))
                for cell, column in zip(cells, table.columns, strict=True)])
                for one, cells in zip(table.lines, table.cells, strict=True)]}


def _titles(parts: list[charting.Part], count: Count, manner: Manner) -> list[str]:
    """What each part is called: the labels of its groups, of a repeat its own; of two alike the later has a number."""
    def label(path: str) -> str:
        field = count.model.by_path.get(path)
        words = manner.text(field.labels) if field is not None else ""
        return words or (label(path.rpartition("/")[0]) if path.count("/") > 1 else "")

    found: list[str] = []
    for part in parts:
        named = list(dict.fromkeys(words for words in map(label, part.groups) if words))
        title = " · ".join(named[:2]) + (" …" if named[2:] else "")
        if part.table.path:
            whole = label(part.table.path) or part.table.name
            title = whole if title in ("", whole) else f"{whole}: {title}"
        elif any(one.is_fact for one in part.variables) or not title:
            title = _("General")
        alike = sum(one == title or one.startswith(f"{title} (") for one in found)
        found.append(f"{title} ({alike + 1})" if alike else title)
    return found


def _emptiest(portraits: list[Portrait], manner: Manner) -> list[tuple[str, str, str]]:
    """(question, share of empty answers, width of its bar), the emptiest first."""
    known = [(one.chart.missing_share, manner.label(one.variable)) for one in portraits if one.chart.missing_share]
    known.sort(key=lambda one: -one[0])
    return [(label, say.percent(share), f"{share * 100:.4g}%") for share, label in known[:EMPTIEST]]


def _offer(given: StatisticsInput, choice, count: Count) -> None:
    manner = manner_of(count.model)
    given.form.choices, given.form.data = form_choices(choice), choice.form_id
    given.data.choices, given.state.choices = recipe_choices(choice), state_choices()
    given.cross.choices = {"": _("No cruzar")} | {one.id: manner.label(one) for one in count.crossable()}


def _carried(choice) -> dict[str, str]:
    """What further links of the page say again."""
    asked = {name: request.args.get(name, "") for name in ("data", "state", "cross", "since", "until")}
    return {"form": choice.form_id, **{name: value for name, value in asked.items() if value}}
