"""A recipe carried out to be looked at: rows into and out of each step, and how raw and clean rows differ in all.

It must not know where rows come from. `services/previewing` feeds it and shows what stands here.
"""

from collections.abc import Iterable
from itertools import compress
from operator import ne

from collector.domain.cleaning.ground import EXAMPLES, Circumstances, Example
from collector.domain.cleaning.recipe import Recipe
from collector.domain.cleaning.running import Cleaning
from collector.domain.tabular.shape import KEY, PARENT_KEY, Batch, DataTable, Rows
from collector.domain.values import Value


class Counted(Cleaning):
    """passed: step id -> [rows that came to it, rows that left it], of the table that it is about (`places`)."""

    def __init__(self, recipe: Recipe, tables: Iterable[DataTable], circumstances: Circumstances):
        super().__init__(recipe, tables, circumstances)
        self.places = {step.id: _place(step, work) for step, work in self._works}
        self.passed = {step.id: [0, 0] for step, _work in self._works}

    def clean(self, batch: Batch) -> Batch:
        """The batch after all steps; the given one stays as it is."""
        found = self._with_raw(batch)
        for step, work in self._works:
            path, passed = self.places[step.id], self.passed[step.id]
            passed[0] += len(found.tables[path])
            found = work.apply(found, self.tallies[step.id])
            passed[1] += len(found.tables[path])
        return self._finished(found)


def wanted(cleaning: Cleaning) -> dict[str, set[str]]:
    """Path of a table -> ids of the variables that must be read; tables that no step is about are not there."""
    parents = {table.path: table.parent for table in cleaning.tables_before}
    touched = {""}
    for _step, work in cleaning._works:
        for path, _id in work.reads | work.writes:
            while path:
                touched.add(path)
                path = parents.get(path) or ""
    steps = cleaning.recipe.steps
    needed = cleaning.needed(steps[-1].id) if steps else {}
    return {path: set(needed.get(path, ())) for path in touched}


class Difference:
    """What all steps did together: rows that are gone, cells that differ, the first examples of both."""

    def __init__(self):
        self.gone = 0
        self.rows = 0
        self.cells = 0
        self.examples: list[Example] = []

    def feed(self, before: Batch, after: Batch) -> None:
        """Counts one batch, as it was sent and as it is clean."""
        for path, rows in before.tables.items():
            if path in after.tables and len(rows):
                self._table(rows, after.tables[path])

    def _table(self, rows: Rows, now: Rows) -> None:
        if len(rows) != len(now) or rows.numbers != now.numbers or rows.keys != now.keys:
            stays = set(zip(now.numbers, now.keys, strict=True))
            mask = [one in stays for one in zip(rows.numbers, rows.keys, strict=True)]
            self.gone += len(rows) - len(now)
            for at in compress(range(len(rows)), (not one for one in mask)):
                if len(self.examples) >= EXAMPLES:
                    break
                self.examples.append(Example(rows.instances[at], rows.keys[at], "", None, None))
            rows = rows.chosen(list(compress(range(len(rows)), mask)))
        places: set[int] = set()
        for id, cells in rows.cells.items():
            new = now.cells.get(id)
            if new is None or new is cells or new == cells or id in (KEY, PARENT_KEY):
                continue
            here = list(compress(range(len(cells)), map(ne, cells, new)))
            self.cells += len(here)
            places.update(here)
            self._show(rows, id, here, cells, new)
        self.rows += len(places)

    def _show(self, rows: Rows, id: str, here: list[int], before: list[Value], after: list[Value]) -> None:
        for at in here[:max(0, EXAMPLES - len(self.examples))]:
            self.examples.append(Example(rows.instances[at], rows.keys[at], id, before[at], after[at]))


def _place(step, work) -> str:
    """The path of the table that a step is about: the one that it writes in, else the one it names."""
    paths = {path for path, _id in work.writes}
    return paths.pop() if len(paths) == 1 else getattr(step.settings, "table", "")
