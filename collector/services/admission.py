"""Room where a person settles what was parked: sees it, admits it or dismisses it.

It must not change what came: what is admitted goes through `services/intake` like everything else.
The pages and API of parked submissions call it.
"""

from collector.services import blobs, intake
from collector.services.unit import UnitOfWork
from collector.store.queries import parked, projects


def list_parked(unit: UnitOfWork, project_id: int, state: str = "waiting", before: int | None = None,
                limit: int = 50):
    """[(parked, name of who sent it)], newest first. Raises 404.1, 403.1."""
    unit.require("parked.read", projects.find_project(unit.session, project_id))
    return parked.list_parked(unit.session, project_id, state, before, limit)


def show(unit: UnitOfWork, project_id: int, number: int):
    """(parked with XML, its files). Raises 404.1, 403.1."""
    row = unit.require("parked.read", parked.find_parked(unit.session, project_id, number))
    return row, parked.list_files(unit.session, row.id)


def delivery_of(unit: UnitOfWork, project_id: int, number: int):
    """The delivery to admit, read anew: a form or version published since is known now. Raises 404.1, 403.1."""
    row = unit.require("parked.update", parked.find_parked(unit.session, project_id, number))
    kept = {file.name: blobs.find(unit, file.blob_sha256) for file in parked.list_files(unit.session, row.id)}
    sender = intake.Sender(row.device_id or "", row.user_agent or "", submitter_id=row.submitter_id)
    files = {name: blob for name, blob in kept.items() if blob}
    return intake.unwrap_again(unit, project_id, row.xml, files, sender)


def dismiss(unit: UnitOfWork, project_id: int, number: int, note: str) -> None:
    """Nothing; the line leaves the list of what waits and is kept. Raises 404.1, 403.1."""
    row = unit.require("parked.update", parked.find_parked(unit.session, project_id, number))
    row.state, row.settled_by, row.settled_at, row.settled_note = "dismissed", unit.actor.id, unit.now(), note or None
    unit.session.flush()
    unit.record("submission.dismiss", project_id=project_id, form_id=row.form_id, target_id=row.id,
                details={"note": note})


def admit(unit: UnitOfWork, project_id: int, number: int, delivery: intake.Delivery) -> intake.Outcome:
    """What became of the delivery that `delivery_of` made. A conflict becomes a further version of the record it
    conflicts with, an unknown version is read by the current one. Raises 404.1, 403.1 and what still stands against it.
    """
    row = unit.require("parked.update", parked.find_parked(unit.session, project_id, number))
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
    return parked.count_waiting(unit.session, project.id) if unit.may("parked.read", project) else 0
