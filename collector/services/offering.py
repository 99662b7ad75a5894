"""Room of what an analyst can choose from while a step is written: columns as they stand there, values that occur.

It must not keep nor judge steps (`services/recipes`). Pages show it beside the inputs of a step.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import monotonic

from collector.domain.cleaning.counting import Counted, wanted
from collector.domain.cleaning.recipe import Recipe, read_recipe, step_of
from collector.domain.tabular.shape import DataTable, Variable
from collector.services import cleaning, extracting
from collector.services.unit import UnitOfWork

SECONDS = 1.0
MOST = 40
TOGETHER = 2000  # records in a batch
PROBE = "offered values"


@dataclass(frozen=True, slots=True)
class Offered:
    """tables: as they stand before the step. values: (value, rows that have it) of a column, the most frequent first;
    looked: records looked at; complete: whether these were all and no further value occurs."""

    tables: tuple[DataTable, ...]
    values: list[tuple[str, int]]
    looked: int = 0
    complete: bool = True

    def variable(self, id: str) -> Variable | None:
        """The variable of this id in any table, or None."""
        return next((found for table in self.tables if (found := table.variable(id)) is not None), None)


def offer(unit: UnitOfWork, project_id: int, xml_form_id: str, before: Sequence[Mapping], column: str = "") -> Offered:
    """What a step after these plain steps can be about. column: its values are counted, for a second at most.

    For reading units. Raises 404.1, 403.1, 503.1, 400.8.
    """
    extract = extracting.open_extract(unit, project_id, xml_form_id)
    steps = read_recipe({"steps": list(before)}).steps if before else ()
    tables = cleaning.prepared(unit, extract, Recipe(steps)).tables
    if not column or not any(one.variable(column) for one in tables):
        return Offered(tables, [])
    # a step that would change no value tells what has to be read for this column, and no more
    looked_at = Recipe((*steps, step_of("recode", PROBE, column=column, map={"": ""})))
    counted = Counted(looked_at, extract.tables, cleaning.circumstances(unit, extract, looked_at))
    if PROBE in counted.faults:
        return Offered(tables, [])
    return _counted(unit, extract, counted, tables, column)


def _counted(unit: UnitOfWork, extract: extracting.Extract, counted: Counted, tables: tuple[DataTable, ...],
             column: str) -> Offered:
    table = next(one.path for one in tables if one.variable(column) is not None)
    needed, until, begun = wanted(counted), monotonic() + SECONDS, 0
    if counted.needs_survey:
        for batch in extract.batches(unit, TOGETHER, needed):
            counted.survey(batch)
            begun += len(batch.root)
            if monotonic() > until - SECONDS / 2:
                break
        counted.settle()
    values: Counter = Counter()
    looked = 0
    for batch in extract.batches(unit, TOGETHER, needed):
        cells = counted.clean(batch).tables[table].cells[column]
        values.update(str(one) for one in cells if one is not None and one.__class__ is not list)
        looked += len(batch.root)
        if monotonic() > until or looked >= begun > 0:
            break
    complete = looked >= extract.total and len(values) <= MOST
    return Offered(tables, values.most_common(MOST), looked, complete)
