"""Room where a decision about a record closes its open return, and where taking that decision back opens it again.

It must not decide (`services/deciding`, `services/bulks` call it) nor close for any other reason (`services/returns`).
"""

from collections.abc import Iterable, Sequence

from collector.services.unit import UnitOfWork
from collector.store.queries import returns as queries
from collector.store.tables.review import Decision

CLOSE, REOPEN = "submission.return.close", "submission.return.reopen"
FINAL = ("approved", "rejected")  # nothing more is asked of the phone


def close_decided(unit: UnitOfWork, decisions: Sequence[dict]) -> None:
    """Nothing; the open returns of records that were approved or rejected are closed. decisions: values of Decision."""
    final = {one["submission_id"]: one for one in decisions if one["after"] in FINAL}
    for row in queries.list_open_of(unit.session, list(final)) if final else ():
        made = final[row.submission_id]
        queries.mark(unit.session, row, closed_at=made["at"], closed_by=made["actor_id"], how="person")
        _tell(unit, row, CLOSE, made["actor_id"], how="person", decision=made["after"])


def reopen_undone(unit: UnitOfWork, undone: Iterable[Decision], actor_id: int | None) -> None:
    """Nothing; the returns that these decisions closed are open again, as they are taken back."""
    final = {one.submission_id: one for one in undone if one.after in FINAL}
    for row in queries.list_closed_at(unit.session, {number: one.at for number, one in final.items()}):
        queries.mark(unit.session, row, closed_at=None, closed_by=None, how=None)
        _tell(unit, row, REOPEN, actor_id)


def _tell(unit: UnitOfWork, row, action: str, actor_id: int | None, **details) -> None:
    unit.record(action, project_id=row.project_id, form_id=row.form_id, submission_id=row.submission_id,
                target_id=row.id, actor_id=actor_id, details={"returnId": row.id, **details})
