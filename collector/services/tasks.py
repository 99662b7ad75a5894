"""Room where steps run: claimed from the table of tasks, each in a unit of its own, retried, shown when they fail.

It must not know what a step does; `app` hands in the table of steps. The worker process and inline tests call it.
"""

import logging
from datetime import timedelta
from time import monotonic

from collector.domain import access
from collector.services import journal
from collector.services.unit import UnitOfWork, Units
from collector.store.queries import tasks

log = logging.getLogger(__name__)
TRIES = 5
PAUSE = timedelta(seconds=10)
ENDED = ("El proceso terminó cada vez a mitad del paso, quizá por falta de memoria. / "
         "The process ended each time in the middle of the step, perhaps for lack of memory.")
TOGETHER = 4  # steps in one transaction: the one writer of SQLite waits for it, and we are niced


def run_waiting(units: Units, limit: int = 200) -> int:
    """How many steps were run; 0 when nothing waits. Steps of one submission run in the order of their events."""
    claimed = _with_events(units, units.write(access.SYSTEM, lambda unit: _claim(unit, limit)))
    begun = monotonic()
    for start in range(0, len(claimed), TOGETHER):
        _run_together(units, claimed[start:start + TOGETHER])
    if claimed:
        log.info("steps were run", extra={"fields": {"steps": len(claimed), "ms": int((monotonic() - begun) * 1000)}})
    return len(claimed)


def run_all(units: Units) -> int:
    """How many steps were run until nothing waited."""
    done = 0
    while ran := run_waiting(units):
        done += ran
    return done


def take_over(units: Units) -> int:
    """How many steps that a worker left behind when it died now wait again, without waiting for its lease to end.

    For who knows to be alone. Were it wrong, a step would be begun twice and still be done once.
    """
    return units.write(access.SYSTEM, lambda unit: tasks.release(unit.session))


def list_failed(unit: UnitOfWork):
    """[(task, event)] of steps that failed for good. Raises 403.1."""
    unit.require_site("server.read")
    return tasks.list_failed(unit.session)


def retry(unit: UnitOfWork, task_id: int) -> bool:
    """Whether a failed step now waits again. Raises 403.1."""
    unit.require_site("task.update")
    unit.on_commit(unit.units.wake)
    return tasks.retry(unit.session, task_id)


def retry_all(unit: UnitOfWork) -> int:
    """How many failed steps now wait again. Raises 403.1."""
    unit.require_site("task.update")
    unit.on_commit(unit.units.wake)
    return tasks.retry_all(unit.session)


def backlog(unit: UnitOfWork):
    """(steps that wait, when the oldest was made, steps that failed). Raises 403.1."""
    unit.require_site("server.read")
    return tasks.backlog(unit.session)


def _with_events(units: Units, claimed: list) -> list[tuple]:
    """[(task id, step, tries, event)]"""
    if not claimed:
        return []
    with units.reading(access.SYSTEM) as unit:
        events = tasks.list_events(unit.session, [task.event_id for task in claimed])
    return [(task.id, task.step, task.tries, events[task.event_id]) for task in claimed]


def _claim(unit: UnitOfWork, limit: int) -> list:
    """The steps to run now. One that ended its worker each time is given up: that leaves no fault to be noted."""
    unit.require_system()
    while claimed := tasks.claim(unit.session, unit.now(), limit):
        alive = []
        for task in claimed:
            if task.tries > TRIES:
                event = tasks.list_events(unit.session, [task.event_id])[task.event_id]
                log.error("a step ended its worker and is given up", extra={"fields": _about(event, task.step, TRIES)})
                tasks.mark_failed(unit.session, task.id, ENDED, None)
            else:
                alive.append(task)
        if alive:
            return alive
    return []


def _run_together(units: Units, claimed: list[tuple]) -> None:
    """Runs a few steps in one transaction; when one fails all are undone and each runs in its own."""
    if len(claimed) > 1:
        try:
            with units.reading(access.SYSTEM) as unit:
                found = [_find(unit, name, event) for _task_id, name, _tries, event in claimed]
            units.write(access.SYSTEM, lambda unit: [
                _do(unit, task_id, name, event, one)
                for (task_id, name, _tries, event), one in zip(claimed, found, strict=True)])
            return
        except Exception as fault:  # noqa: BLE001 - told below, by the step that it belongs to
            log.info("%s steps go one by one: %s", len(claimed), type(fault).__name__)
    for task_id, name, tries, event in claimed:
        _run(units, task_id, name, tries, event)


def _run(units: Units, task_id: int, name: str, tries: int, event) -> None:
    try:
        with journal.about(event=event.id, step=name):
            with units.reading(access.SYSTEM) as unit:
                found = _find(unit, name, event)
            units.write(access.SYSTEM, lambda unit: _do(unit, task_id, name, event, found))
    except Exception as fault:
        log.exception("a step failed", extra={"fields": _about(event, name, tries)})
        _note(units, task_id, tries, f"{type(fault).__name__}: {fault}")


def _find(unit: UnitOfWork, name: str, event):
    """What the step makes of what it reads: the long part of the work, done while others may write."""
    step = dict(unit.units.steps.get(event.action, ())).get(name)
    return step.read(unit, event) if step is not None and step.read is not None else None


def _do(unit: UnitOfWork, task_id: int, name: str, event, found) -> None:
    """Nothing; the step's work and the task's end are one transaction, so that it is done exactly once."""
    step = dict(unit.units.steps.get(event.action, ())).get(name)
    if tasks.remove(unit.session, task_id) and step is not None:
        step.keep(unit, event, found)


def _note(units: Units, task_id: int, tries: int, error: str) -> None:
    """Nothing; the step waits for its next try, or is shown as failed after the last."""
    def work(unit: UnitOfWork) -> None:
        again = None if tries >= TRIES else unit.now() + PAUSE * 3 ** (tries - 1)
        tasks.mark_failed(unit.session, task_id, _storable(error), again)

    units.write(access.SYSTEM, work)


def _about(event, name: str, tries: int) -> dict:
    """What a line of the log tells of a step: numbers of ours alone."""
    return {"event": event.id, "action": event.action, "step": name, "try": tries, "form": event.form_id,
            "submission": event.submission_id}


def _storable(error: str) -> str:
    """The words of a fault as a database takes them; they may quote whatever a phone sent."""
    return error.replace("\x00", "�").encode("utf-8", "replace").decode("utf-8")
