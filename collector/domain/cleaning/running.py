"""A recipe carried out: tables and batches of raw rows in, clean ones out, with what each step did.

It must not know where rows come from or go to, nor change a list that it was handed. `services/cleaning` feeds it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from collector.domain.cleaning.ground import Circumstances, Example, Gone, Tally
from collector.domain.cleaning.origins import ground_of
from collector.domain.cleaning.recipe import Recipe, Step
from collector.domain.cleaning.steps.registry import STEPS
from collector.domain.cleaning.steps.where import RAW
from collector.domain.cleaning.steps.work import Work
from collector.domain.tabular.shape import KEY, Batch, DataTable, Rows
from collector.domain.values import Value

__all__ = ["Change", "Circumstances", "Cleaning", "Example", "Story", "Tally"]


@dataclass(frozen=True, slots=True)
class Change:
    """What one step did to a cell. dropped: the row or the column went with this step."""

    step: str
    before: Value
    after: Value
    dropped: bool = False


@dataclass(frozen=True, slots=True)
class Story:
    """How a cell came to be: as it was sent, what changed it, as it is. is_there: its row and column still are."""

    raw: Value
    changes: tuple[Change, ...]
    final: Value
    is_there: bool = True


class Cleaning:
    """tables: as they are afterwards. faults: step id -> (es, en), of steps that cannot run and are passed over.
    tallies: step id -> Tally, over all batches cleaned so far; of steps that are on and run. protected: ids of columns
    that stay and are masked, behind pseudonyms or less exact.

    Where `needs_survey`, every batch goes through `survey`, then `settle`, before `clean`: once, whatever the recipe.
    A batch may carry fewer variables than the tables: those that `needed` names, or more.
    """

    def __init__(self, recipe: Recipe, tables: Iterable[DataTable], circumstances: Circumstances):
        self.recipe = recipe
        self.circumstances = circumstances
        self.tables_before = tuple(tables)
        self.faults: dict[str, tuple[str, str]] = {}
        self.tallies: dict[str, Tally] = {}
        self._works: list[tuple[Step, Work]] = []
        ground = ground_of(self.tables_before, circumstances)
        for step in recipe.steps:
            if not step.on:
                continue
            try:
                work = STEPS[step.type](step.settings, ground)
            except Gone as fault:
                self.faults[step.id] = (fault.es, fault.en)
                continue
            ground = work.ground
            self._works.append((step, work))
            self.tallies[step.id] = Tally()
        self._raw = frozenset(cell for _, work in self._works for cell in work.reads if cell[1].startswith(RAW))
        self._surveys = [work.survey for _, work in self._works if work.survey is not None]
        self.tables: tuple[DataTable, ...] = tuple(ground.tables.values())
        self.protected = frozenset(ground.guards)
        has_key = any(one.variable(KEY) for one in self.tables)
        self._hides_keys = (not has_key and any(one.variable(KEY) for one in self.tables_before)) or any(
            id == KEY for _, work in self._works for _, id in work.writes)

    @property
    def needs_survey(self) -> bool:
        """Whether all records must be looked at before the first is cleaned."""
        return any(one.losers is None for one in self._surveys)

    def survey(self, batch: Batch) -> None:
        """A look at some records, before any is cleaned."""
        batch, left = self._with_raw(batch), len(self._surveys)
        for _, work in self._works:
            if work.survey is not None:
                work.survey.look(batch)
                left -= 1
                if not left:
                    return
            else:
                batch = work.apply(batch, None)

    def settle(self) -> None:
        """Decides what the look at all records was for."""
        gone: set[int] = set()
        for one in self._surveys:
            one.settle(gone)

    def clean(self, batch: Batch) -> Batch:
        """The batch after all steps; the given one stays as it is."""
        found = self._with_raw(batch)
        for step, work in self._works:
            found = work.apply(found, self.tallies[step.id])
        return self._finished(found)

    def needed(self, step_id: str) -> dict[str, frozenset[str]]:
        """Path of a table -> ids of the variables (as sent) that the steps up to this one read or change."""
        known = {table.path: {one.id for one in table.variables} for table in self.tables_before}
        found: dict[str, set[str]] = {path: set() for path in known}
        ids = [one.id for one in self.recipe.steps]
        until = set(ids[:ids.index(step_id) + 1])
        for step, work in self._works:
            if step.id in until:
                for path, id in work.reads | work.writes:
                    found[path].add(id.removeprefix(RAW))
        return {path: frozenset(ids & known[path]) for path, ids in found.items()}

    def explain(self, batch: Batch, table: str, key: str, variable_id: str) -> Story:
        """How one cell came to be. batch: of this one record, as sent; variable_id: also of a column that is new."""
        raw = _cell(batch, table, key, variable_id)
        changes: list[Change] = []
        now, there = raw, _is_there(batch, table, key)
        found = self._with_raw(batch)
        for step, work in self._works:
            found = work.apply(found, None)
            if not _is_there(found, table, key):
                if there:
                    changes.append(Change(step.id, now, None, dropped=True))
                return Story(raw, tuple(changes), None, False)
            after = _cell(found, table, key, variable_id)
            known = variable_id in found.tables[table].cells
            if not known and now is not None:
                changes.append(Change(step.id, now, None, dropped=True))
            elif after != now or after.__class__ is not now.__class__:
                changes.append(Change(step.id, now, after))
            now = after
        return Story(raw, tuple(changes), now, variable_id in found.tables[table].cells)

    def _with_raw(self, batch: Batch) -> Batch:
        """The batch with a second name for columns whose raw cells a later step asks for; lists are shared."""
        if not self._raw:
            return batch
        tables = dict(batch.tables)
        for path, id in self._raw:
            rows = tables[path]
            raw = rows.cells.get(id.removeprefix(RAW))
            if raw is not None:
                tables[path] = Rows(rows.numbers, rows.instances, rows.keys, rows.parents, {**rows.cells, id: raw})
        return Batch(tables)

    def _finished(self, batch: Batch) -> Batch:
        """Without second names; where keys are hidden no row tells the instanceID either."""
        if not self._raw and not self._hides_keys:
            return batch
        tables = {}
        for path, rows in batch.tables.items():
            cells = {id: values for id, values in rows.cells.items() if not id.startswith(RAW)}
            instances = rows.instances
            if self._hides_keys:
                instances = [str(one).partition("/")[0] for one in cells.get(KEY) or [""] * len(rows)]
            tables[path] = Rows(rows.numbers, instances, rows.keys, rows.parents, cells)
        return Batch(tables)


def _is_there(batch: Batch, table: str, key: str) -> bool:
    return key in batch.tables[table].keys


def _cell(batch: Batch, table: str, key: str, id: str) -> Value:
    rows = batch.tables[table]
    values = rows.cells.get(id)
    return values[rows.keys.index(key)] if values is not None and key in rows.keys else None
