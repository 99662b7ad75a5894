"""A variable with its summary -> the chart that may be shown of it; which variables have one, and which may cross.

It must not know rows, pages or the database. `charts.py` hides small groups; `services/statistics` asks here.
Open text is never listed, personal and sensitive variables are only counted.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from collector.domain.fields import FormModel
from collector.domain.tabular import charts
from collector.domain.tabular.charts import Chart, CrossTable
from collector.domain.tabular.shape import FACT, INTERNAL, OPEN, REVIEW_STATE, SUBMITTED, DataTable, Variable
from collector.domain.tabular.variable_summary import VariableSummary
from collector.domain.values import value_text

DAYS, MONTHS, HOURS = WHENS = ("days", "months", "hours")
VERSION = FACT + "FormVersion"
SHOWN_FACTS = (SUBMITTED, REVIEW_STATE, VERSION)
MOST_GROUPS = 12
MOST_TOGETHER = 10
_MONTHS = (1, 3, 6, 12, 24, 60, 120, 240, 600, 1200)
_HOURS = (1, 2, 3, 6, 12)


@dataclass(frozen=True, slots=True)
class Part:
    """Variables of one table that are shown together. groups: paths of the groups they stand in, '' for none."""

    table: DataTable
    groups: tuple[str, ...]
    variables: tuple[Variable, ...]


@dataclass(frozen=True, slots=True)
class GroupMean:
    """The numbers of one group. mean: None where the group is small."""

    name: str | None
    count: int | None
    mean: float | None


def charted(table: DataTable) -> DataTable:
    """The table with the variables that have a chart: of what the server knows only when, state and version, first; no
    notes, no calculated text, nothing that the phone notes about itself."""
    shown = [one for one in table.variables if _has_chart(one)]
    return table.with_variables(sorted(shown, key=lambda one: not one.is_fact))


def parts_of(tables: Iterable[DataTable]) -> list[Part]:
    """The tables in parts that a small page holds: whole groups together where they fit."""
    found = []
    for table in tables:
        groups: list[tuple[str, list[Variable]]] = []
        for variable in table.variables:
            group = _group(variable, table)
            if not groups or groups[-1][0] != group:
                groups.append((group, []))
            groups[-1][1].append(variable)
        names: list[str] = []
        held: list[Variable] = []
        for group, variables in groups:
            for at in range(0, len(variables), MOST_TOGETHER):
                piece = variables[at:at + MOST_TOGETHER]
                if held and len(held) + len(piece) > MOST_TOGETHER:
                    found.append(Part(table, tuple(names), tuple(held)))
                    names, held = [], []
                names += [] if group in names else [group]
                held += piece
        if held:
            found.append(Part(table, tuple(names), tuple(held)))
    return found


def may_cross(variable: Variable) -> bool:
    """Whether others may be crossed with it: one choice of few, not personal."""
    if variable.privacy not in (OPEN, INTERNAL):
        return False
    if variable.type == "select1":
        return variable.id == REVIEW_STATE or 2 <= len(variable.categories) <= MOST_GROUPS
    return variable.type == "boolean"


def is_listed(variable: Variable) -> bool:
    """Whether its values are shown, small groups aside; else only how many answered."""
    return variable.privacy in (OPEN, INTERNAL) and (
        variable.id == VERSION or variable.type in (
            "select1", "boolean", "select", "rank", "int", "decimal", "date", "dateTime", "time"))


def conditional(tables: Iterable[DataTable], models: Sequence[FormModel]) -> frozenset[str]:
    """Ids of variables that are not asked of everybody, so that who has no answer is a group of its own."""
    found = set()
    for table in tables:
        for variable in table.variables:
            if variable.is_fact:
                continue
            if variable.field is None or any(_has_condition(model, variable.id, table.path) for model in models):
                found.add(variable.id)
    return frozenset(found)


def chart_of(variable: Variable, summary: VariableSummary, rows: int, least: int, asked_of_all: bool = True) -> Chart:
    """The chart of a variable over its rows."""
    only_counted = charts.counted(rows, summary.answered, least, asked_of_all)
    if not is_listed(variable) or not summary.answered:
        return only_counted
    if variable.type in ("int", "decimal"):
        chart = charts.numbers(summary.spread(), rows, least, asked_of_all, summary.whole,
                               most=_most_bins(summary.answered))
        return chart if chart.answered in (None, summary.answered) else only_counted  # some are no numbers
    if variable.type in ("date", "dateTime", "time"):
        chart = _of_times(variable.type, summary.whens(), rows, least, asked_of_all)
        return chart if chart.answered in (None, summary.answered) else only_counted
    counts = in_order(variable, summary.counts)
    if counts is None:
        return only_counted
    if variable.type in ("select", "rank"):
        chart = charts.several(counts, rows, summary.answered, least, asked_of_all)
    else:
        chart = charts.single(counts, rows, least, asked_of_all)
    # a name that is there because somebody chose it tells that somebody did
    known = set(_listed(variable))
    return replace(chart, bars=tuple(one for one in chart.bars if one.count is not None or one.name in known))


def in_order(variable: Variable, counts: Mapping | None) -> dict[str, int] | None:
    """{name: how many} in the order of the categories, then by count; of long lists only what was chosen."""
    if counts is None:
        return None
    named = {}
    for value, often in counts.items():
        named[value_text(value)] = named.get(value_text(value), 0) + often
    listed = _listed(variable)
    rest = sorted((one for one in named if one not in listed), key=lambda one: (-named[one], one))
    return {name: named.get(name, 0) for name in (*listed, *rest)}


def cross_of(variable: Variable, chart: Chart, cells: Mapping[tuple, int], groups: Collection,
             hidden_groups: Collection, least: int, asked_of_all: bool = True) -> CrossTable | None:
    """The table of a variable against groups. cells: {(value, group): rows}, None for no answer; groups in order."""
    if chart.kind not in (charts.SINGLE, charts.SEVERAL):
        return None
    lines = [one.name for one in chart.bars]
    if variable.type in ("select", "rank"):
        split: dict[tuple, int] = {}
        bases = dict.fromkeys(groups, 0)
        for (value, group), often in cells.items():
            if value is None:
                if not asked_of_all and often < least:
                    return None  # the size of the group tells how many of it were not asked
            else:
                bases[group] += often
                for name in set(value_text(value).split()):
                    split[name, group] = split.get((name, group), 0) + often
        return charts.crossed_choices(split, [one.name for one in chart.bars if one.count], bases, least)
    named: dict[tuple, int] = {}
    for (value, group), often in cells.items():
        if value is not None or not asked_of_all:
            key = (None if value is None else value_text(value), group)
            named[key] = named.get(key, 0) + often
    unseen = [name for name in dict.fromkeys(name for name, _group in named) if name not in lines]
    hidden = {*chart.hidden, *(name for name in unseen if name is not None),
              *([None] if chart.answered is None else [])}
    return charts.crossed(named, [*lines, *unseen], groups, least, hidden, hidden_groups)


def means_of(sums: Mapping, groups: Collection, least: int, asked_of_all: bool = True) -> tuple[GroupMean, ...]:
    """The mean of each group, in order; small groups have none. sums: {group: (how many, their sum, rows)}; none at all
    where it would tell how few of a group were not asked."""
    counts = {name: sums[name][0] for name in groups if name in sums}
    if not asked_of_all and any(0 < sums[name][2] - count < least for name, count in counts.items()):
        return ()
    hidden = charts.hidden_names(counts, least)
    return tuple(GroupMean(name, None, None) if name in hidden or not counts[name]
                 else GroupMean(name, counts[name], sums[name][1] / counts[name]) for name in counts)


def _listed(variable: Variable) -> list[str]:
    if variable.type == "boolean":
        return ["true", "false"]
    return [one.name for one in variable.categories] if len(variable.categories) <= MOST_GROUPS else []


def _has_chart(variable: Variable) -> bool:
    if variable.is_fact:
        return variable.id in SHOWN_FACTS
    field = variable.field
    if variable.id.startswith("/meta/") or (field is not None and field.is_note):
        return False
    if field is None:
        return True
    return not field.preload and bool(field.control or variable.type != "string")  # text that nobody was asked for


def _group(variable: Variable, table: DataTable) -> str:
    """The group that a variable stands in, within its table, '' for none."""
    above = variable.id.rpartition("/")[0] if variable.id.startswith("/") else ""
    return above if len(above) > len(table.path) else ""


def _has_condition(model: FormModel, path: str, above: str) -> bool:
    """Whether the question or a group around it, within its table, has a condition."""
    while path and path != above:
        one = model.by_path.get(path)
        if one is not None and one.relevant:
            return True
        path = path.rpartition("/")[0]
    return False


def _most_bins(answered: int) -> int:
    """So many that a phone has room for the figure on each."""
    return charts.MOST_BINS if answered < 1000 else 8 if answered < 10_000 else 6


def _of_times(type: str, whens: Mapping[str, int], rows: int, least: int, asked_of_all: bool) -> Chart:
    most = _most_bins(sum(whens.values()))
    if type == "time":
        chart = charts.numbers(((int(hour), often) for hour, often in whens.items()), rows, least, asked_of_all, True,
                               _HOURS, most)
        return _named(chart, HOURS)
    if all(len(one) == 10 for one in whens):
        days = ((date.fromisoformat(one).toordinal() - 1, often) for one, often in whens.items())  # 0 is a Monday
        chart = charts.numbers(days, rows, least, asked_of_all, True, (1, 7), most)
        if chart.kind != charts.NUMBERS or len(chart.bins) > 1 or chart.bins[0].low is not None:
            return _named(chart, DAYS)
    months: dict[int, int] = {}
    for when, often in whens.items():
        month = int(when[:4]) * 12 + int(when[5:7] or 1) - 1
        months[month] = months.get(month, 0) + often
    return _named(charts.numbers(months.items(), rows, least, asked_of_all, True, _MONTHS, most), MONTHS)


def _named(chart: Chart, kind: str) -> Chart:
    return replace(chart, kind=kind, mean=None, median=None) if chart.kind == charts.NUMBERS else chart
