"""Room where the answers to a form are counted, question by question, raw or cleaned, for people to look at.

It must not show small groups (`domain/tabular/charting` decides) nor know HTTP. Counting goes on a few seconds at a
time, in the requests that wait for it, and rests between; what was counted is remembered until the records change.
"""

import threading
from collections import Counter, OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from time import monotonic
from zoneinfo import ZoneInfo

from collector.domain.fields import FormModel
from collector.domain.tabular import charting
from collector.domain.tabular.charts import WITHHELD, Chart, CrossTable
from collector.domain.tabular.shape import REVIEW_STATE, SUBMITTED, Batch, Category, DataTable, Rows, Variable
from collector.domain.tabular.summary import TableSummary
from collector.domain.values import value_text
from collector.services import exposure, extracting, recipes
from collector.services.extracting import PAGE, Extract, Filter
from collector.services.unit import UnitOfWork
from collector.store.queries import projects

PATIENCE = 3.0  # seconds that one request counts at most
STALE = timedelta(minutes=10)  # how long what took long to count may be shown while records come in
QUICK = 4.0  # seconds: what took less is counted anew as soon as anything changed
REMEMBERED = 6
MOST_PAIRS = 5000
RECEIVED = "received"
END = object()


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be counted. recipe_id: None for raw rows; cross: id of a variable of the root table;
    one that others cannot be crossed with is as good as none."""

    xml_form_id: str
    filter: Filter = Filter()
    recipe_id: int | None = None
    cross: str = ""


@dataclass(frozen=True, slots=True)
class Crossing:
    """A variable against the groups. table: None where groups are too small; means: of numbers, by group."""

    table: CrossTable | None
    means: tuple[charting.GroupMean, ...] = ()


@dataclass(frozen=True, slots=True)
class Portrait:
    """All that may be shown of one variable. crossing: None where none was asked or it cannot be."""

    variable: Variable
    chart: Chart
    crossing: Crossing | None


@dataclass(slots=True)
class _Pairs:
    """What is gathered of one variable by group: pairs of values, or of numbers how many, their sum, and all rows."""

    pairs: Counter | None
    sums: dict | None


@dataclass(slots=True)
class Count:
    """A count under way or done. done, total: records; edition: of the extract it began with; broken: a request failed
    while counting, so that it has to begin anew."""

    tables: tuple[DataTable, ...]
    total: int
    edition: tuple
    model: FormModel
    conditions: frozenset[str]
    least: int
    cross: Variable | None
    at: datetime
    zone: ZoneInfo
    done: int = 0
    finished: bool = False
    broken: bool = False
    seconds: float = 0.0
    changed: bool = False
    summaries: dict[str, TableSummary] = field(default_factory=dict)
    _pairs: dict[tuple[str, str], _Pairs] = field(default_factory=dict)
    _days: dict[str, str] = field(default_factory=dict)
    _way: Iterator | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def rows(self) -> int:
        """How many records were counted; a recipe may leave some out."""
        return self.summaries[""].rows

    @property
    def is_busy(self) -> bool:
        """Whether a request is counting just now."""
        return self._lock.locked()

    def parts(self) -> list[charting.Part]:
        """The variables in parts that a page holds."""
        return charting.parts_of(self.tables)

    def portrait(self, table: DataTable, variable: Variable) -> Portrait:
        """What may be shown of a variable of these tables, once the count is finished."""
        summary = self.summaries[table.path]
        asked = variable.id not in self.conditions
        chart = charting.chart_of(variable, summary.of(variable.id), summary.rows, self.least, asked)
        return Portrait(variable, chart, self._crossing(table, variable, chart, asked))

    def crossable(self) -> list[Variable]:
        """Variables of the root table that others may be crossed with."""
        return [one for one in self.tables[0].variables if charting.may_cross(one)]

    def _crossing(self, table: DataTable, variable: Variable, chart: Chart, asked: bool) -> Crossing | None:
        gathered = self._pairs.get((table.path, variable.id))
        if gathered is None or (gathered.pairs is None and gathered.sums is None) or not _differs(chart):
            return None
        own = charting.chart_of(self.cross, self.summaries[""].of(self.cross.id), self.rows, self.least,
                                self.cross.id not in self.conditions)
        groups = [*charting.in_order(self.cross, self.summaries[""].of(self.cross.id).counts), None]
        if gathered.sums is not None:
            return Crossing(None, charting.means_of(gathered.sums, groups, self.least, asked))
        hidden = {*own.hidden, *([None] if own.answered is None else [])}
        return Crossing(charting.cross_of(variable, chart, gathered.pairs, groups, hidden, self.least, asked))

    def go_on(self, patience: float) -> None:
        """Nothing; the count goes on for that many seconds, a batch at least, unless another request is at it."""
        if self.finished or self.broken or not self._lock.acquire(blocking=False):
            return
        start = monotonic()
        self.broken = True  # until this comes to its end: a count with a gap must never look finished
        try:
            while not self.finished:
                batch = next(self._way, END)
                if batch is END:
                    self.finished, self._way = True, None
                elif batch is not None:
                    self._take(batch)
                if monotonic() - start >= patience:
                    break
            self.broken = False
        finally:
            self.seconds += monotonic() - start
            self._lock.release()

    def _take(self, batch: Batch) -> None:
        root = batch.root
        self._prepare(root)
        groups = None
        if self.cross is not None:
            groups = dict(zip(root.numbers, map(_plain, root.cells[self.cross.id]), strict=True))
        for table in self.tables:
            rows = batch.tables[table.path]
            self.summaries[table.path].feed(rows)
            if groups is not None:
                self._cross(table, rows, [groups.get(one) for one in rows.numbers])

    def _prepare(self, root: Rows) -> None:
        """Days in the project's zone in place of moments in UTC; a state for records that nobody looked at."""
        cells = root.cells
        if SUBMITTED in cells:
            cells[SUBMITTED] = [one and self._day(one) for one in cells[SUBMITTED]]
        if REVIEW_STATE in cells:
            cells[REVIEW_STATE] = [one or RECEIVED for one in cells[REVIEW_STATE]]

    def _day(self, text: str) -> str:
        key = text[:15]  # ten minutes: zones differ by quarters of an hour at least
        known = self._days.get(key)
        if known is None:
            known = self._days[key] = datetime.fromisoformat(text).astimezone(self.zone).date().isoformat()
        return known

    def _cross(self, table: DataTable, rows: Rows, groups: list) -> None:
        for variable in table.variables:
            if variable is self.cross or not charting.is_listed(variable) or variable.is_fact:
                continue
            gathered = self._pairs.setdefault((table.path, variable.id), _Pairs(Counter(), None))
            cells = rows.cells[variable.id]
            if variable.type in ("int", "decimal"):
                gathered.pairs = None
                gathered.sums = gathered.sums or {}
                for value, group in zip(cells, groups, strict=True):
                    count, total, seen = gathered.sums.get(group, (0, 0, 0))
                    is_number = value.__class__ in (int, float)
                    gathered.sums[group] = (count + is_number, total + value if is_number else total, seen + 1)
            elif variable.type in ("select1", "boolean", "select", "rank") and gathered.pairs is not None:
                gathered.pairs.update(zip(map(_plain, cells), groups, strict=True))
                if len(gathered.pairs) > MOST_PAIRS:
                    gathered.pairs = None


def count_answers(unit: UnitOfWork, project_id: int, question: Question, patience: float = PATIENCE,
                  again: bool = False) -> Count:
    """The count of the answers to a form, as far as it came within `patience` seconds; ask again while not finished.

    again: what changed meanwhile is counted too, however long it takes. Raises 404.1, 403.1, 503.1.
    """
    extract = extracting.open_extract(unit, project_id, question.xml_form_id, question.filter)
    if question.recipe_id is not None:
        rules = recipes.find_recipe(unit, project_id, question.xml_form_id, question.recipe_id).version.number
    else:
        rules = frozenset(exposure.classes_of(unit, project_id, question.xml_form_id).items())
    key = (extract.form.id, extract.narrowed.scope, question.filter, question.recipe_id, rules, question.cross,
           unit.settings.smallest_group)
    remembered: OrderedDict = unit.units.memory.setdefault("statistics", OrderedDict())
    count = remembered.get(key)
    if count is not None and count.finished:
        count.changed = count.edition != extract.edition
        old = unit.now() - count.at > STALE or count.seconds < QUICK
        if count.changed and (again or old):
            count = None
    if count is None or (count.broken and not count.is_busy):
        count = _begin(unit, extract, question)
        remembered[key] = count
        while len(remembered) > REMEMBERED:
            remembered.popitem(last=False)
    unit.rest()
    count.go_on(patience)
    return count


def _begin(unit: UnitOfWork, extract: Extract, question: Question) -> Count:
    """A count that has not begun; it reads through a unit of its own, which rests between two requests."""
    steps = None
    if question.recipe_id is not None:
        from collector.services import cleaning  # what it needs is read into memory by whoever cleans
        steps = cleaning.open_cleaned(unit, extract, question.recipe_id).cleaning
        tables = steps.tables
    else:
        classes = exposure.classes_of(unit, extract.project_id, question.xml_form_id)
        tables = tuple(one.with_variables(replace(each, privacy=exposure.class_of(classes, each))
                                          for each in one.variables) for one in extract.tables)
    tables = tuple(_with_received(charting.charted(one)) for one in tables)
    cross = next((one for one in tables[0].variables if one.id == question.cross and charting.may_cross(one)), None)
    count = Count(tables, extract.total, extract.edition, extract.model, charting.conditional(tables, extract.models),
                  unit.settings.smallest_group, cross, unit.now(),
                  ZoneInfo(projects.find_project(unit.session, extract.project_id).timezone))
    count.summaries = {one.path: TableSummary(one) for one in tables}
    count._way = _read(unit.units.open(unit.actor), extract, steps, count)
    return count


def _read(unit: UnitOfWork, extract: Extract, steps, count: Count) -> Iterator[Batch | None]:
    """The batches as they are counted, after which the unit is closed; None: a step only looked at one."""
    try:
        if steps is not None and steps.needs_survey:
            for batch in extract.batches(unit, PAGE):
                steps.survey(batch)
                unit.rest()
                yield None
            steps.settle()
        for batch in extract.batches(unit, PAGE):
            unit.rest()
            count.done += len(batch.root)
            yield batch if steps is None else steps.clean(batch)
    finally:
        unit.close()


def _with_received(table: DataTable) -> DataTable:
    """The table as it is counted: arrival by day, and a state also for records that nobody looked at."""
    def shown(one: Variable) -> Variable:
        if one.id == SUBMITTED:
            return replace(one, type="date")
        if one.id == REVIEW_STATE:
            received = Category(RECEIVED, {"es": "Recibido", "en": "Received"})
            return replace(one, categories=(received, *one.categories))
        return one

    return table.with_variables(map(shown, table.variables))


def _differs(chart: Chart) -> bool:
    """Whether there is something to compare between groups: bars of more than one answer, or numbers."""
    return chart.kind != WITHHELD and (bool(chart.bins) or sum(one.count != 0 for one in chart.bars) > 1)


def _plain(value):
    """Values that can be counted; a point or other list as its text."""
    return value_text(value) if value.__class__ in (list, bool) else value
