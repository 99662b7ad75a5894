"""Room where a recipe, saved or not, is tried on what was sent: what each step would change, with examples.

It must not write. It reads the variables alone that the steps need, ends when patience does and says so, and remembers
what it found as long as neither the records nor the steps change.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from time import monotonic

import orjson

from collector.domain import problems
from collector.domain.cleaning.counting import Counted, Difference, wanted
from collector.domain.cleaning.recipe import Recipe, as_plain, read_recipe
from collector.domain.tabular.shape import DataTable
from collector.services import cleaning, extracting, recipes
from collector.services.unit import UnitOfWork

PATIENCE = 1.8  # seconds; what is found by then is told, with the number of records it is based on
LONGEST = 60.0  # seconds that somebody can ask it to go on
TOGETHER = 2000  # records in a batch
REMEMBERED = 60


@dataclass(frozen=True, slots=True)
class Seen:
    """What one step would do. rows_in, rows_out: of the table it is about; rows, cells: changed, or rows that went;
    unevaluated: where its condition had no value or a text could not be read. es, en: why it cannot run, or ''.
    """

    id: str
    type: str
    on: bool
    table: str
    rows_in: int = 0
    rows_out: int = 0
    rows: int = 0
    cells: int = 0
    unevaluated: int = 0
    es: str = ""
    en: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """records: looked at, of `total`; complete: whether that is all. steps: up to and with the one asked for.

    examples: of the step asked for, or of the last; all_examples, all_rows, all_cells, all_gone: of all steps together.
    tables: after the last step, so that examples can be told by labels.
    """

    step_id: str
    records: int
    total: int
    complete: bool
    seconds: float
    steps: tuple[Seen, ...]
    examples: tuple
    all_examples: tuple
    all_rows: int
    all_cells: int
    all_gone: int
    tables_before: tuple[DataTable, ...]
    tables: tuple[DataTable, ...]


def preview(unit: UnitOfWork, project_id: int, xml_form_id: str, steps: Sequence[Mapping], step_id: str | None = None,
            patience: float = PATIENCE) -> Preview:
    """What the steps would do, up to and with one of them (which counts as on); without it up to the last.

    For reading units. Raises 404.1, 403.1, 503.1, and 400.8, 400.11 for steps that cannot be read.
    """
    begun = monotonic()
    extract = extracting.open_extract(unit, project_id, xml_form_id, verb=recipes.READ)
    recipe = _asked(steps, step_id)
    remembered, key = unit.units.memory.setdefault("previews", OrderedDict()), _key(extract, recipe)
    found = remembered.get(key)
    if found is None or (not found.complete and patience > PATIENCE):
        found = _tried(unit, extract, recipe, begun, min(patience, LONGEST))
        remembered[key] = found
        while len(remembered) > REMEMBERED:
            remembered.popitem(last=False)
    return found


def _asked(steps: Sequence[Mapping], step_id: str | None) -> Recipe:
    recipe = read_recipe({"steps": steps})
    if step_id is None:
        return recipe
    if recipe.step(step_id) is None:
        raise problems.not_found("Este paso", "This step")
    return recipe.until(step_id).switched(step_id, True)


def _key(extract: extracting.Extract, recipe: Recipe) -> tuple:
    """Alike as long as records and steps are; who wrote a step and why does not count."""
    steps = [{name: value for name, value in one.items() if name not in ("author", "at", "reason")}
             for one in as_plain(recipe)["steps"]]
    return extract.form.id, extract.edition, blake2b(orjson.dumps(steps), digest_size=16).digest()


def _tried(unit: UnitOfWork, extract: extracting.Extract, recipe: Recipe, begun: float, patience: float) -> Preview:
    counted = Counted(recipe, extract.tables, cleaning.circumstances(unit, extract, recipe))
    needed, most = wanted(counted), extract.total
    if counted.needs_survey:
        most = 0
        for batch in extract.batches(unit, TOGETHER, needed):
            counted.survey(batch)
            most += len(batch.root)
            if monotonic() - begun > patience / 2:
                break
        counted.settle()
    difference, records = Difference(), 0
    for batch in extract.batches(unit, TOGETHER, needed):
        difference.feed(batch, counted.clean(batch))
        records += len(batch.root)
        if records >= most or monotonic() - begun > patience:
            break
    last = recipe.steps[-1].id if recipe.steps else ""
    tally = counted.tallies.get(last)
    return Preview(
        last, records, extract.total, records >= extract.total, round(monotonic() - begun, 3),
        tuple(_seen(counted, step) for step in recipe.steps), tuple(tally.examples if tally else ()),
        tuple(difference.examples), difference.rows, difference.cells, difference.gone, extract.tables, counted.tables)


def _seen(counted: Counted, step) -> Seen:
    tally = counted.tallies.get(step.id)
    if tally is None:
        es, en = counted.faults.get(step.id, ("", ""))
        return Seen(step.id, step.type, step.on, "", es=es, en=en)
    rows_in, rows_out = counted.passed[step.id]
    return Seen(step.id, step.type, step.on, counted.places[step.id], rows_in, rows_out, tally.rows, tally.cells,
                tally.unevaluated)
