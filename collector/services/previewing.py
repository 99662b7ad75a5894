"""Room where a recipe, saved or not, is tried on what was sent: what each step would change, with examples.

It must not write. It reads the variables alone that the steps need, ends when patience does and says so, and remembers
what it found as long as neither the records nor the steps change.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
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
TOGETHER, WIDE = 2000, 400  # records in a batch: of few variables, of so many that whole rows are read
REMEMBERED, LEFT = 60, 4  # previews, and those among them that can go on


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

    Where patience ended before the records did, asking again goes on where it was left. For reading units.
    Raises 404.1, 403.1, 503.1, and 400.8, 400.11 for steps that cannot be read.
    """
    begun = monotonic()
    extract = extracting.open_extract(unit, project_id, xml_form_id, verb=recipes.READ)
    recipe = _asked(steps, step_id)
    key = _key(extract, recipe)
    found, left = unit.units.memory.setdefault("previews", OrderedDict()), unit.units.memory.setdefault(
        "previews left", OrderedDict())
    known = found.get(key)
    if known is not None and known.complete:
        return known
    trial = left.pop(key, None)  # taken, so that no two go on with the same one
    if trial is None:
        trial = _Trial(Counted(recipe, extract.tables, cleaning.circumstances(unit, extract, recipe)), extract)
    trial.go_on(unit, extract, begun, min(patience, LONGEST))
    known = found[key] = trial.told()
    if trial.may_go_on:
        left[key] = trial
    for kept, most in ((found, REMEMBERED), (left, LEFT)):
        while len(kept) > most:
            kept.popitem(last=False)
    return known


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


class _Trial:
    """A recipe on its way through the records, newest first. A recipe that compares records sees at first as many as
    half the patience allows, and is tried on these alone: it cannot go on, only start again."""

    def __init__(self, counted: Counted, extract: extracting.Extract):
        self.counted, self.difference = counted, Difference()
        self.compares = counted.needs_survey
        self.total = self.most = extract.total
        self.last = extract.narrowed.last
        self.records, self.seconds = 0, 0.0

    @property
    def may_go_on(self) -> bool:
        """Whether records are left that it could still be tried on."""
        return self.records < self.total and not self.compares

    def go_on(self, unit: UnitOfWork, extract: extracting.Extract, begun: float, patience: float) -> None:
        """Takes as many further records as patience allows, a batch at least."""
        needed = wanted(self.counted)
        if self.compares:
            self._survey(unit, extract, needed, begun + patience / 2)
        rest = replace(extract, narrowed=extract.narrowed._replace(last=self.last))
        for batch in rest.batches(unit, _page(needed), needed):
            self.difference.feed(batch, self.counted.clean(batch))
            self.records += len(batch.root)
            self.last = batch.root.numbers[-1] - 1
            if self.records >= self.most or monotonic() > begun + patience:
                break
        self.seconds += monotonic() - begun

    def _survey(self, unit: UnitOfWork, extract: extracting.Extract, needed: dict, until: float) -> None:
        self.most = 0
        for batch in extract.batches(unit, _page(needed), needed):
            self.counted.survey(batch)
            self.most += len(batch.root)
            if monotonic() > until:
                break
        self.counted.settle()

    def told(self) -> Preview:
        """What is known by now."""
        counted, all_ = self.counted, self.difference
        steps = counted.recipe.steps
        tally = counted.tallies.get(steps[-1].id) if steps else None
        return Preview(
            steps[-1].id if steps else "", self.records, self.total, self.records >= self.total,
            round(self.seconds, 3), tuple(_seen(counted, step) for step in steps),
            tuple(tally.examples if tally else ()), tuple(all_.examples), all_.rows, all_.cells, all_.gone,
            counted.tables_before, counted.tables)


def _page(needed: dict) -> int:
    """So many records that patience is looked at a few times a second."""
    return TOGETHER if sum(map(len, needed.values())) <= extracting.MOST_TAKEN else WIDE


def _seen(counted: Counted, step) -> Seen:
    tally = counted.tallies.get(step.id)
    if tally is None:
        es, en = counted.faults.get(step.id, ("", ""))
        return Seen(step.id, step.type, step.on, "", es=es, en=en)
    rows_in, rows_out = counted.passed[step.id]
    return Seen(step.id, step.type, step.on, counted.places[step.id], rows_in, rows_out, tally.rows, tally.cells,
                tally.unevaluated)
