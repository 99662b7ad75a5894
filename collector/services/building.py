"""Room of exports that are built in the background: asked for, seen, cancelled, built, kept for some days.

It must not write a format (`services/packing`) nor know HTTP. A job waits in a table; a process of its own claims it,
so that flattening goes on; whoever lost its claim writes nothing more. Next: the file lies in the blob store.
"""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import BinaryIO

from collector.domain import access, data_problems, problems
from collector.domain.access import RowScope
from collector.domain.problems import Problem
from collector.services import blobs, condition, extracting, orders, packing, recipes, scopes
from collector.services.gathering import Counted, Progress, Source
from collector.services.orders import Order
from collector.services.unit import UnitOfWork, Units
from collector.store.queries import export_jobs as queries
from collector.store.queries import forms
from collector.store.tables.export_jobs import ExportJob

log = logging.getLogger(__name__)
TRIES = 3
BUSY = problems.busy().code
LISTED = 50
ACTION = "submission.export"


class Cancelled(Exception):
    """Somebody cancelled the job, or another process has it now."""


class Interrupted(Exception):
    """This process is to end."""


@dataclass(frozen=True, slots=True)
class Job:
    """An export as people see it. row: state, progress, counts; order: what was asked for; asked_by: a name."""

    row: ExportJob
    order: Order
    asked_by: str | None

    @property
    def share(self) -> float:
        """How much of it is done, from 0 to 1."""
        if self.row.state == queries.DONE:
            return 1.0
        part = min(1.0, self.row.done / self.row.total) if self.row.total else 0.0
        return max(0.0, (self.row.step - 1 + part) / self.row.steps) if self.row.steps else 0.0

    @property
    def is_open(self) -> bool:
        """Whether it waits or runs."""
        return self.row.state in queries.OPEN


def ask_export(unit: UnitOfWork, project_id: int, xml_form_id: str, order: Order) -> Job:
    """The job that builds it; the one that is under way when the same person asks for the same again.

    Raises 404.1 (form, recipe), 403.1, 400.8 (days the wrong way round).
    """
    form = unit.require("submission.read", forms.find_form(unit.session, project_id, xml_form_id))
    if form.current_version_id is None:
        raise problems.form_not_found(xml_form_id)
    since, until = order.filter.since, order.filter.until
    if since and until and since > until:
        raise problems.unexpected_value("until", until.isoformat(), "expected a day not before since",
                                        "se espera un día que no sea anterior al primero")
    if order.recipe_id is not None:
        kept = recipes.find_recipe(unit, project_id, xml_form_id, order.recipe_id, order.recipe_version)
        order = replace(order, recipe_version=kept.version.number)  # the one in force now, whenever it is built
    wanted, rows = orders.as_plain(order), scopes.written_all(scopes.held(unit, form))
    unit.on_commit(unit.units.wake)
    for row in queries.list_open(unit.session, form.id, unit.actor.id):
        if row.wanted == wanted and row.rows == rows:
            return Job(row, order, unit.actor.name)
    row = queries.add_job(unit.session, form_id=form.id, wanted=wanted, rows=rows, created_by=unit.actor.id,
                          created_at=unit.now())
    unit.record(ACTION, project_id=project_id, form_id=form.id, target_id=row.id, details=wanted)
    return Job(row, order, unit.actor.name)


def list_exports(unit: UnitOfWork, project_id: int, xml_form_id: str) -> list[Job]:
    """The newest exports of a form, whoever asked, with no records in them that the actor may not see.

    Raises 404.1, 403.1.
    """
    form = unit.require("submission.read", forms.find_form(unit.session, project_id, xml_form_id))
    return [_job(*found) for found in queries.list_jobs(unit.session, form.id, LISTED)
            if scopes.covers(unit, form, scopes.read_all(found[0].rows))]


def find_export(unit: UnitOfWork, project_id: int, xml_form_id: str, number: int) -> Job:
    """One export of a form. Raises 404.1, 403.1."""
    form = unit.require("submission.read", forms.find_form(unit.session, project_id, xml_form_id))
    found = queries.find_job(unit.session, form.id, number)
    if found is None or not scopes.covers(unit, form, scopes.read_all(found[0].rows)):
        raise problems.not_found("La exportación", "The export")
    return _job(*found)


def cancel_export(unit: UnitOfWork, project_id: int, xml_form_id: str, number: int) -> Job:
    """The export, which is built no further, or whose file is kept no longer. Raises 404.1, 403.1."""
    job = find_export(unit, project_id, xml_form_id, number)
    if queries.cancel(unit.session, number, unit.now()) or queries.drop_file(unit.session, number, unit.now()):
        unit.session.refresh(job.row)
    return job


def open_file(unit: UnitOfWork, project_id: int, xml_form_id: str, number: int) -> tuple[Job, Callable[[], BinaryIO]]:
    """(export, what opens its file). Raises 404.1 (no such export, or kept no longer), 403.1, 409.94 (not done)."""
    job = find_export(unit, project_id, xml_form_id, number)
    if job.row.state != queries.DONE:
        raise data_problems.export_not_done(job.row.state)
    if job.row.blob_sha256 is None or job.row.expires_at <= unit.now():
        raise problems.not_found("El archivo de esta exportación", "The file of this export")
    return job, lambda: blobs.open_blob(unit, job.row.blob_sha256)


def open_source(unit: UnitOfWork, project_id: int, xml_form_id: str, order: Order,
                rows: tuple[RowScope, ...] | None = None) -> Source:
    """What the order is made of. rows: that whoever ordered is limited to, for who builds it.

    Raises 404.1 (form, recipe), 403.1, 503.1 (rows are still being made).
    """
    extract = Counted(extracting.open_extract(unit, project_id, xml_form_id, order.filter, rows=rows))
    if order.recipe_id is None:
        return Source(extract, extract)
    from collector.services import cleaning  # what it needs is read into memory by whoever cleans
    cleaned = cleaning.open_cleaned(unit, extract, order.recipe_id, order.recipe_version)
    kept = cleaned.kept
    steps = [{"id": one.id, "type": one.type, "on": one.on} for one in kept.recipe.steps]  # reasons may name people
    return Source(extract, cleaned, {"name": kept.row.name, "version": kept.version.number, "steps": steps})


def pack_now(unit: UnitOfWork, project_id: int, xml_form_id: str, order: Order, sink: Callable[[bytes], object],
             tell: Callable[[str, int, int, int, int], None] | None = None) -> packing.Packed:
    """What went into the sink, while the caller waits; for reading units. tell: as for `gathering.Progress`.

    Raises as `open_source` and `packing.pack` do.
    """
    source = open_now(unit, project_id, xml_form_id, order)
    receipt = _receipt(None, unit.actor.name, unit.now(), unit.now(), order, scopes.held(unit, source.read.form))
    return packing.pack(source, unit, order, sink, Progress(tell or _nothing, packing.phases(order)), receipt)


def open_now(unit: UnitOfWork, project_id: int, xml_form_id: str, order: Order) -> Source:
    """What the order is made of, for who hands it out at once: that is an event. Raises as `open_source` does."""
    source = open_source(unit, project_id, xml_form_id, order)
    form_id = source.read.form.id
    unit.rest()
    unit.units.write(unit.actor, lambda writing: writing.record(
        ACTION, project_id=project_id, form_id=form_id, details=orders.as_plain(order)))
    return source


def is_one_waiting(units: Units) -> bool:
    """Whether an export waits to be built."""
    with units.reading(access.SYSTEM) as unit:
        return queries.is_one_waiting(unit.session, unit.now())


def run_waiting(units: Units, ended: Callable[[], bool] = lambda: False, holder: str = "") -> int:
    """How many exports were built, or failed, until none waited. ended: whether this process is to end."""
    holder, count = holder or secrets.token_hex(16), 0
    while not ended():
        claimed = units.write(access.SYSTEM, lambda unit: queries.claim(unit.session, unit.now(), holder))
        if claimed is None:
            break
        build(units, *claimed, holder, ended)
        count += 1
    return count


def take_over(units: Units, holder: str | None = None) -> int:
    """How many exports wait again that a process left half done: of this holder, or of all for who is alone."""
    return units.write(access.SYSTEM, lambda unit: queries.release(unit.session, holder))


def build(units: Units, number: int, tries: int, holder: str, ended: Callable[[], bool] = lambda: False) -> None:
    """Nothing; the job is done, failed, cancelled, or waits again because this process ends."""
    try:
        if tries > TRIES:
            raise data_problems.export_cut_off(TRIES)
        _build(units, number, holder, ended)
    except Cancelled:
        log.info("an export is built no further", extra={"fields": {"export": number}})
    except Interrupted:
        units.write(access.SYSTEM, lambda unit: queries.give_back(unit.session, holder))
    except Problem as problem:
        if problem.code == BUSY and tries < TRIES:  # rows are still being made, or somebody holds the database
            take_over(units, holder)
        else:
            _fail(units, number, holder, problem)
    except Exception:
        log.exception("an export failed", extra={"fields": {"export": number, "try": tries}})
        _fail(units, number, holder, problems.internal(str(number)))


def _build(units: Units, number: int, holder: str, ended: Callable[[], bool]) -> None:
    with units.reading(access.SYSTEM) as unit:
        wanted = queries.find_wanted(unit.session, number)
        order = orders.read_order(wanted.wanted)
        unit.rest()
        progress = Progress(_teller(units, number, holder, ended), packing.phases(order))
        rows = scopes.read_all(wanted.rows)
        source = open_source(unit, wanted.project_id, wanted.xml_form_id, order, rows)
        receipt = _receipt(number, wanted.asked_by, wanted.created_at, unit.now(), order, rows)
        spool = units.blobs.spool()
        try:
            packed = packing.pack(source, unit, order, spool.write, progress, receipt)
            unit.rest()
            blob = blobs.settle(spool)
        finally:
            spool.drop()
    expires = timedelta(days=units.settings.export_days)

    def keep(unit: UnitOfWork) -> bool:
        blobs.keep(unit, blob)
        return queries.end(
            unit.session, number, holder, state=queries.DONE, blob_sha256=blob.sha256, name=packed.name, size=blob.size,
            counts=packed.files, receipt=packed.receipt, ended_at=unit.now(), expires_at=unit.now() + expires)

    units.write(access.SYSTEM, keep)


def _receipt(number: int | None, who: str | None, asked_at: datetime, built_at: datetime, order: Order,
             rows: tuple[RowScope, ...] | None) -> dict:
    """What differs between two exports of the same: who, when, what for, and of which records, where not of all."""
    limited = {} if rows is None else {"limited": [scopes.as_plain(one) for one in rows]}
    return {"who": who, "when": built_at.isoformat(), "purpose": order.purpose, "asked": asked_at.isoformat(),
            "export": number, "order": orders.as_plain(order), **limited}


def _nothing(*_progress) -> None:
    """Nothing."""


def _teller(units: Units, number: int, holder: str, ended: Callable[[], bool]):
    def tell(phase: str, step: int, steps: int, done: int, total: int) -> None:
        if ended():
            raise Interrupted
        if not condition.has_room(units.settings, units.settings.spare_disk):
            raise problems.disk_full()  # long before phones are put off for it
        told = {"phase": phase, "step": step, "steps": steps, "done": min(done, total), "total": total}
        try:
            held = units.write(access.SYSTEM, lambda unit: queries.go_on(
                unit.session, number, holder, unit.now(), **told))
        except Problem as problem:
            if problem.code != BUSY:
                raise
            return  # phones come first; it is told a second later
        if not held:
            raise Cancelled
    return tell


def _fail(units: Units, number: int, holder: str, problem: Problem) -> None:
    told = {"code": problem.code, "es": problem.es, "en": problem.en, "details": problem.details}
    units.write(access.SYSTEM, lambda unit: queries.end(
        unit.session, number, holder, state=queries.FAILED, problem=told, ended_at=unit.now()))


def _job(row: ExportJob, asked_by: str | None) -> Job:
    return Job(row, orders.read_order(row.wanted), asked_by)
