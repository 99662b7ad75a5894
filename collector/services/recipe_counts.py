"""Room of notices: a step of a recipe that changes nothing any more, or ten times as much as before, or cannot run.

It must not change data. The worker counts in its idle time; people see the notice with its time, and put it away.
"""

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic

import orjson

from collector.domain import access, problems
from collector.domain.cleaning.authorship import is_same
from collector.domain.cleaning.counting import Counted, wanted
from collector.domain.cleaning.recipe import Recipe, as_plain
from collector.domain.cleaning.settings import COUNTLESS
from collector.services import cleaning, extracting, recipes, scopes
from collector.services.unit import UnitOfWork, Units
from collector.store.queries import extracts, forms
from collector.store.queries import recipes as queries
from collector.store.tables.recipes import RecipeCount, RecipeRow

log = logging.getLogger(__name__)
PAUSE = timedelta(minutes=15)
LOOK = 60.0  # seconds between two looks at whether something is to be counted
SECONDS = 20.0  # that one recipe may take; what was looked at by then counts, and is told
TOGETHER = 2000
NOTHING, MORE, FAULT = "nothing", "more", "fault"
TIMES = 10


@dataclass(frozen=True, slots=True)
class Notice:
    """Something about a step that a person should look at. before, now: rows and cells changed; records: it was counted
    over; counted_at: when. es, en: in a sentence."""

    recipe: RecipeRow
    step_id: str
    step_type: str
    kind: str
    before: int | None
    now: int
    records: int
    counted_at: object
    noticed_at: object
    es: str
    en: str


def list_notices(unit: UnitOfWork, project_id: int, xml_form_id: str) -> list[Notice]:
    """What nobody has put away yet, newest first; it was counted over all records, so only for who may see these.

    Raises 404.1, 403.1.
    """
    form = unit.require(recipes.READ, forms.find_form(unit.session, project_id, xml_form_id))
    if scopes.held(unit, form) is not None:
        return []
    return [_notice(row, count) for row, count in queries.list_notices(unit.session, form.id)]


def acknowledge(unit: UnitOfWork, project_id: int, xml_form_id: str, number: int, step_id: str) -> None:
    """Nothing; the notice is put away. Raises 404.1, 403.1."""
    form = unit.require(recipes.CHANGE, forms.find_form(unit.session, project_id, xml_form_id))
    found = next((count for row, count in queries.list_notices(unit.session, form.id)
                  if row.id == number and count.step_id == step_id), None)
    if found is None:
        raise problems.not_found("El aviso", "The notice")
    found.acknowledged_at, found.acknowledged_by = unit.now(), unit.actor.id
    unit.session.flush()


def recount_when_due(units: Units) -> int:
    """How many recipes were counted anew, at most one: whoever calls may have other work then.

    A recipe is due when it was not counted within a quarter of an hour and its form or itself has changed.
    """
    now = time.monotonic()
    looked = units.memory.get("recipes looked")
    if looked is not None and now - looked < LOOK:
        return 0
    done = recount(units, most=1)
    if not done:
        units.memory["recipes looked"] = now
    return done


def recount(units: Units, most: int | None = None) -> int:
    """How many recipes were counted anew of those that are due, at once."""
    with units.reading(access.SYSTEM) as unit:
        due = queries.list_to_count(unit.session, unit.now() - PAUSE)
    done = 0
    for project_id, form_id, xml_form_id, number in due:
        if done == most:
            break
        try:
            done += _recount_one(units, project_id, form_id, xml_form_id, number)
        except problems.Problem as problem:
            log.warning("a recipe could not be counted: %s", problem.code)
    return done


def _recount_one(units: Units, project_id: int, form_id: int, xml_form_id: str, number: int) -> bool:
    with units.reading(access.SYSTEM) as unit:
        kept = recipes.find_recipe(unit, project_id, xml_form_id, number)
        state = _state(unit, form_id, kept.row.version)
        if state == kept.row.counted:
            return False
        extract = extracting.open_extract(unit, project_id, xml_form_id)
        counted, records = _counted(unit, extract, kept.recipe)
    units.write(access.SYSTEM, lambda writing: _keep(writing, form_id, kept, state, counted, records))
    return True


def _state(unit: UnitOfWork, form_id: int, version: int) -> str:
    """Alike as long as neither the records of the form nor the recipe change."""
    return orjson.dumps([version, [str(one) for one in extracts.find_edition(unit.session, form_id)]]).decode()


def _counted(unit: UnitOfWork, extract: extracting.Extract, recipe: Recipe) -> tuple[Counted, int]:
    """(the recipe after it ran, records it ran over): all of them, or the newest that fit into the time."""
    until = monotonic() + SECONDS
    counted = Counted(recipe, extract.tables, cleaning.circumstances(unit, extract, recipe))
    needed, most = wanted(counted), extract.total
    if counted.needs_survey:
        most = 0
        for batch in _in_time(extract.batches(unit, TOGETHER, needed), until - SECONDS / 2):
            counted.survey(batch)
            most += len(batch.root)
        counted.settle()
    records = 0
    for batch in _in_time(extract.batches(unit, TOGETHER, needed), until):
        counted.clean(batch)
        records += len(batch.root)
        if records >= most:
            break
    return counted, records


def _in_time(batches: Iterator, until: float) -> Iterator:
    for batch in batches:
        yield batch
        if monotonic() > until:
            return


def _keep(unit: UnitOfWork, form_id: int, kept: recipes.Kept, state: str, counted: Counted, records: int) -> None:
    unit.require_system()
    row = queries.find_recipe(unit.session, form_id, kept.row.id)
    if row is None or row.version != kept.row.version:  # saved meanwhile: it is counted again soon
        return
    before = {one.step_id: one for one in queries.list_counts(unit.session, row.id)}
    rows = []
    for step, plain in zip(counted.recipe.steps, as_plain(counted.recipe)["steps"], strict=True):
        if step.on:
            rows.append(_count(unit, plain, before.get(step.id), counted, records))
    queries.replace_counts(unit.session, row.id, rows)
    row.counted_at, row.counted = unit.now(), state
    unit.session.flush()


def _count(unit: UnitOfWork, plain: dict, before: RecipeCount | None, counted: Counted, records: int) -> dict:
    """The row of counts of one step, with the notice that comes of it, or with the one that still stands."""
    tally, fault = counted.tallies.get(plain["id"]), counted.faults.get(plain["id"])
    now = {"rows": tally.rows if tally else 0, "cells": tally.cells if tally else 0}
    made = {"step_id": plain["id"], "step": plain, **now, "records": records, "counted_at": unit.now(), "notice": None,
            "before": None, "es": None, "en": None, "noticed_at": None, "acknowledged_by": None,
            "acknowledged_at": None}
    same = before if before is not None and is_same(plain, before.step) else None
    kind = FAULT if fault else _kind(plain["type"], same, now, records)
    if same is not None and same.notice and _stands(same, now, fault) and (
            kind is None or kind == same.notice == FAULT):
        return {**made, **{name: getattr(same, name) for name in (
            "notice", "before", "es", "en", "noticed_at", "acknowledged_by", "acknowledged_at")}}
    if kind is None:
        return made
    es, en = fault or (None, None)
    return {**made, "notice": kind, "before": _size(same.rows, same.cells) if same else None, "es": es, "en": en,
            "noticed_at": unit.now()}


def _kind(type: str, before: RecipeCount | None, now: dict, records: int) -> str | None:
    """The notice that a step's new counts are worth. Counts over other parts of the records are compared by share."""
    if before is None or type in COUNTLESS or before.notice == FAULT:
        return None
    was, found = _size(before.rows, before.cells), _size(**now)
    if was and not found:
        return NOTHING
    whole = before.records <= records
    share = 1.0 if whole else before.records / max(records, 1)
    return MORE if was and found * share >= TIMES * was else None


def _stands(before: RecipeCount, now: dict, fault) -> bool:
    """Whether an earlier notice is still true."""
    if before.notice == FAULT:
        return fault is not None
    return not fault and (before.notice == MORE or _size(**now) == 0)


def _size(rows: int, cells: int) -> int:
    return max(rows, cells)


def _notice(row: RecipeRow, count: RecipeCount) -> Notice:
    now = _size(count.rows, count.cells)
    es, en = {
        NOTHING: (f"El paso ya no cambia nada; antes cambiaba {count.before}.",
                  f"The step changes nothing any more; before it changed {count.before}."),
        MORE: (f"El paso cambia {now}, diez veces más que antes ({count.before}).",
               f"The step changes {now}, ten times as much as before ({count.before})."),
        FAULT: (count.es or "", count.en or "")}[count.notice]
    return Notice(row, count.step_id, count.step.get("type", ""), count.notice, count.before, now, count.records,
                  count.counted_at, count.noticed_at, es, en)
