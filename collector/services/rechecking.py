"""Room that checks all that was sent to a form once more, in the background: rules or the engine changed.

It must not hold up anybody: a step looks at a few submissions, notes how far it is and asks to be run again, so that
it goes on where it was after any interruption. Who settled what is kept (`services/checking`).
"""

from time import monotonic

from collector.services import checking
from collector.services.unit import UnitOfWork
from collector.store.queries import events, forms, rechecks
from collector.store.tables.findings import Recheck

ACTION, STEP = "form.recheck", "recheck"
TOGETHER = 20  # submissions in one step
LONGEST = 2.0  # seconds of judging in one step
_JUDGES = ((checking.judge, checking.keep),)


def begin(unit: UnitOfWork, project_id: int, xml_form_id: str) -> Recheck:
    """The re-check of a form, begun anew where one was under way. Raises 404.1, 403.1."""
    form = unit.require("form.update", forms.find_form(unit.session, project_id, xml_form_id))
    row = rechecks.begin(unit.session, form.id, unit.now())
    row.event_id = unit.record(ACTION, project_id=form.project_id, form_id=form.id, target_id=row.id,
                               details={"total": row.total})
    unit.session.flush()
    return row


def progress(unit: UnitOfWork, found) -> Recheck | None:
    """The newest re-check of a form that somebody may see: under way, ended, or None."""
    return rechecks.find_last(unit.session, found.id)


def read(unit: UnitOfWork, event) -> list[tuple]:
    """[(submission, what each judge finds)] of the next few submissions; for a reading unit, before `keep`."""
    unit.require_system()
    row = rechecks.find_open(unit.session, event.id)
    if row is None:
        return []
    until, looked = monotonic() + LONGEST, []
    for number in rechecks.list_next(unit.session, row.form_id, row.after, TOGETHER):
        looked.append((number, [judge(unit, number) for judge, _keep in _JUDGES]))
        if monotonic() > until:
            break
    return looked


def keep(unit: UnitOfWork, event, looked: list[tuple]) -> None:
    """Nothing; these were looked at, and the step is asked for again until no submission is left."""
    unit.require_system()
    row = rechecks.find_open(unit.session, event.id)
    if row is None:
        return  # another one began anew
    for number, found in looked:
        for (_judge, keep_), one in zip(_JUDGES, found, strict=True):
            keep_(unit, number, one)
    if not looked:
        rechecks.end(unit.session, row, unit.now())
        return
    rechecks.go_on(unit.session, row, looked[-1][0], len(looked))
    events.add_tasks(unit.session, event.id, [STEP], None, unit.now())
    unit.on_commit(unit.units.wake)
