"""Room of what an analyst can choose from while a step is written: columns as they stand there, values that occur.

It must not keep nor judge steps (`services/recipes`). Pages show it beside the inputs of a step.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import monotonic

from collector.domain.cleaning.recipe import Recipe, read_recipe
from collector.domain.tabular.shape import DataTable, Variable
from collector.services import cleaning, extracting
from collector.services.unit import UnitOfWork

SECONDS = 1.0
MOST = 40


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
    recipe = read_recipe({"steps": list(before)}) if before else Recipe(())
    cleaned = cleaning.Cleaned(extract, None, cleaning.prepared(unit, extract, recipe))
    table = next((one.path for one in cleaned.tables if column and one.variable(column) is not None), None)
    if table is None:
        return Offered(cleaned.tables, [])
    counts: Counter = Counter()
    looked, complete, until = 0, True, monotonic() + SECONDS
    for batch in cleaned.batches(unit):
        counts.update(str(one) for one in batch.tables[table].cells[column] if one.__class__ is not list)
        looked += len(batch.root)
        if monotonic() > until:
            complete = False
            break
    counts.pop("None", None)
    return Offered(cleaned.tables, counts.most_common(MOST), looked, complete and len(counts) <= MOST)
