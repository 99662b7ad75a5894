"""Room that empties the trash: records, forms, entities and lists that lay there for `trash_days`.

It must not touch what anybody can still see. `services/sweeping` calls it once a day; files that nothing points at any
more go with its next sweeps. Done in short transactions, since on SQLite phones wait for each of them.
"""

import logging
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from collector.domain import access
from collector.services.unit import UnitOfWork, Units
from collector.store.queries import datasets, entity_trash, forms
from collector.store.queries import purging as queries

log = logging.getLogger(__name__)
TOGETHER = 20  # records in one transaction
ENTITIES_TOGETHER = 200
RECORDS, FORM, ENTITIES, DATASET = "submission.purge", "form.purge", "entity.purge", "dataset.purge"


@dataclass(frozen=True, slots=True)
class Purged:
    """How many records, forms, entities and lists were emptied."""

    records: int = 0
    forms: int = 0
    entities: int = 0
    datasets: int = 0


def purge(units: Units) -> Purged:
    """What was emptied of what went into the trash before the days that it is kept there; nothing where 0 are set."""
    if not units.settings.trash_days:
        return Purged()
    before = units.clock() - timedelta(days=units.settings.trash_days)
    records = 0
    while due := _look(units, lambda unit: queries.list_due(unit.session, before, TOGETHER)):
        done = units.write(access.SYSTEM, lambda unit, due=due: _empty(unit, due))
        if not done:
            break  # all of them were brought back meanwhile; the next day looks again
        records += done
    found = [_purge_form(units, number) for number in _look(
        units, lambda unit: queries.list_due_forms(unit.session, before))]
    lists = [_purge_dataset(units, number) for number in _look(
        units, lambda unit: entity_trash.list_due_datasets(unit.session, before))]
    entities = _purge_entities(units, lambda unit: entity_trash.list_due(unit.session, before, ENTITIES_TOGETHER))
    purged = Purged(records + sum(done for done, _whole in found), sum(whole for _done, whole in found),
                    entities + sum(done for done, _whole in lists), sum(whole for _done, whole in lists))
    if purged != Purged():
        log.info("purged: %s records, %s forms, %s entities, %s lists", purged.records, purged.forms,
                 purged.entities, purged.datasets)
    return purged


def _purge_form(units: Units, form_id: int) -> tuple[int, bool]:
    """(records emptied, whether the form is)."""
    records = 0
    while some := _look(units, lambda unit: queries.list_records(unit.session, form_id, TOGETHER)):
        done = units.write(access.SYSTEM, lambda unit, some=some: _empty(unit, some))
        if not done:
            return records, False  # it was brought back
        records += done
    return records, units.write(access.SYSTEM, lambda unit: _empty_form(unit, form_id))


def _purge_dataset(units: Units, dataset_id: int) -> tuple[int, bool]:
    """(entities emptied, whether the list is)."""
    done = _purge_entities(units, lambda unit: entity_trash.list_of_dataset(
        unit.session, dataset_id, ENTITIES_TOGETHER))
    return done, units.write(access.SYSTEM, lambda unit: _empty_dataset(unit, dataset_id))


def _purge_entities(units: Units, ask) -> int:
    """How many entities were emptied of those that are asked for, batch by batch."""
    total = 0
    while some := _look(units, ask):
        done = units.write(access.SYSTEM, lambda unit, some=some: _empty_entities(unit, some))
        if not done:
            break  # they were brought back meanwhile
        total += done
    return total


def _look(units: Units, ask) -> list[int]:
    with units.reading(access.SYSTEM) as unit:
        return ask(unit)


def _empty(unit: UnitOfWork, numbers: list[int]) -> int:
    """How many of these records were emptied: those that are in the trash still."""
    unit.require_system()
    found = queries.lock_due(unit.session, numbers)
    if not found:
        return 0
    queries.empty_records(unit.session, [number for number, _form in found], unit.now())
    for form_id, many in sorted(Counter(form_id for _number, form_id in found).items()):
        form = forms.find_form_by_number(unit.session, form_id)
        unit.record(RECORDS, project_id=form.project_id, form_id=form_id, details={"submissionsDeleted": many})
    return len(found)


def _empty_form(unit: UnitOfWork, form_id: int) -> bool:
    """Whether the form was emptied: not when somebody brought it back meanwhile."""
    unit.require_system()
    form = queries.lock_form(unit.session, form_id)
    if form is None:
        return False
    queries.empty_form(unit.session, form, unit.now())
    unit.record(FORM, project_id=form.project_id, form_id=form.id, details={"xmlFormId": form.xml_form_id})
    return True


def _empty_entities(unit: UnitOfWork, numbers: list[int]) -> int:
    """How many of these entities were emptied: those that are in the trash still, or whose list is."""
    unit.require_system()
    found = entity_trash.lock_due(unit.session, numbers)
    entity_trash.empty_entities(unit.session, [row.id for row in found], unit.now())
    for dataset_id in sorted({row.dataset_id for row in found}):
        dataset = datasets.find_by_id(unit.session, dataset_id)
        uuids = [row.uuid for row in found if row.dataset_id == dataset_id]
        unit.record(ENTITIES, project_id=dataset.project_id, target_id=dataset_id, details={
            "dataset": dataset.name, "entitiesDeleted": len(uuids), "entityUuids": uuids})
    return len(found)


def _empty_dataset(unit: UnitOfWork, dataset_id: int) -> bool:
    """Whether the list was emptied: not when somebody brought it back meanwhile, or an entity is left."""
    unit.require_system()
    dataset = entity_trash.lock_dataset(unit.session, dataset_id)
    if dataset is None or entity_trash.list_of_dataset(unit.session, dataset_id, 1):
        return False
    entity_trash.empty_dataset(unit.session, dataset, unit.now())
    unit.record(DATASET, project_id=dataset.project_id, target_id=dataset_id, details={"dataset": dataset.name})
    return True
