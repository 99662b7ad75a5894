"""Room where a person settles what was parked: sees it, admits it or dismisses it.

It must not change what came: what is admitted goes through `services/intake` like everything else.
The pages and API of parked submissions call it.
"""

from collector.domain import access, problems
from collector.services import blobs, intake
from collector.services.unit import UnitOfWork
from collector.store.queries import forms, parked, projects

READ = "parked.read"


def list_parked(unit: UnitOfWork, project_id: int, state: str = "waiting", before: int | None = None,
                limit: int = 50):
    """[(parked, name of who sent it)] that the actor may see, newest first. Raises 404.1, 403.1."""
    project = projects.find_project(unit.session, project_id)
    reach = _reach(unit, project) if project is not None else None
    if reach is None:
        unit.require(READ, project)
    return parked.list_parked(unit.session, project_id, state, before, limit, *reach)


def show(unit: UnitOfWork, project_id: int, number: int):
    """(parked with XML, its files). Raises 404.1, 403.1."""
    row = _find(unit, READ, project_id, number)
    return row, parked.list_files(unit.session, row.id)


def delivery_of(unit: UnitOfWork, project_id: int, number: int):
    """The delivery to admit, read anew: a form or version published since is known now. Raises 404.1, 403.1."""
    row = _find(unit, "parked.update", project_id, number)
    kept = {file.name: blobs.find(unit, file.blob_sha256) for file in parked.list_files(unit.session, row.id)}
    sender = intake.Sender(row.device_id or "", row.user_agent or "", submitter_id=row.submitter_id)
    files = {name: blob for name, blob in kept.items() if blob}
    return intake.unwrap_again(unit, project_id, row.xml, files, sender)


def dismiss(unit: UnitOfWork, project_id: int, number: int, note: str) -> None:
    """Nothing; the line leaves the list of what waits and is kept. Raises 404.1, 403.1."""
    row = _find(unit, "parked.update", project_id, number)
    row.state, row.settled_by, row.settled_at, row.settled_note = "dismissed", unit.actor.id, unit.now(), note or None
    unit.session.flush()
    unit.record("submission.dismiss", project_id=project_id, form_id=row.form_id, target_id=row.id,
                details={"note": note})


def admit(unit: UnitOfWork, project_id: int, number: int, delivery: intake.Delivery) -> intake.Outcome:
    """What became of the delivery that `delivery_of` made. A conflict becomes a further version of the record it
    conflicts with, an unknown version is read by the current one. Raises 404.1, 403.1 and what still stands against it.
    """
    row = _find(unit, "parked.update", project_id, number)
    outcome = intake.receive(unit, delivery, admitted=True)
    if outcome.problem is not None:
        raise outcome.problem
    row.state, row.settled_by, row.settled_at = "admitted", unit.actor.id, unit.now()
    row.submission_id = outcome.submission_id
    unit.session.flush()
    unit.record("submission.admit", project_id=project_id, form_id=row.form_id, target_id=row.id,
                submission_id=outcome.submission_id, details={"code": row.code})
    return outcome


def count_waiting(unit: UnitOfWork, project) -> int:
    """How many lines of the project wait for the actor; 0 for who may not settle them."""
    reach = _reach(unit, project)
    return 0 if reach is None else parked.count_waiting(unit.session, project.id, *reach)


def may_see(unit: UnitOfWork, project) -> bool:
    """Whether the list of a project is open to the actor, wholly or in part."""
    return _reach(unit, project) is not None


def _find(unit: UnitOfWork, verb: str, project_id: int, number: int):
    row = unit.require(verb, parked.find_parked(unit.session, project_id, number))
    phones = _phones(access.rows_at(unit.actor.grants, verb, row.places()))
    if phones is not None and row.submitter_id not in phones:
        raise problems.not_found()
    return row


def _reach(unit: UnitOfWork, project) -> tuple[tuple[int, ...] | None, tuple[int, ...] | None] | None:
    """(phones, form ids) that the actor is limited to, None for all; None where nothing is open to them.

    What could not be taken has no answers to go by: who is limited by a field sees none of it. Of several single forms
    it is those seen whole, else what all limits have in common.
    """
    if unit.may(READ, project):
        return _phones(access.rows_at(unit.actor.grants, READ, project.places())), None
    seen = {form.id: _phones(access.rows_at(unit.actor.grants, READ, form.places()))
            for form, _version in forms.list_forms(unit.session, project.id) if unit.may(READ, form)}
    whole = tuple(form_id for form_id, phones in seen.items() if phones is None)
    if whole or not seen:
        return (None, whole) if whole else None
    return tuple(set.intersection(*map(set, seen.values()))), tuple(seen)


def _phones(scope: tuple[access.RowScope, ...] | None) -> tuple[int, ...] | None:
    return None if scope is None else tuple(phone for one in scope if not one.field for phone in one.phones)
