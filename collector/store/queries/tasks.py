"""Queries of tasks: claiming the next step, settling it, telling what waits.

It must not run steps (`services/tasks`).
"""

from datetime import datetime, timedelta

from sqlalchemy import Row, and_, bindparam, delete, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from collector.store.prepared import Prepared
from collector.store.tables.events import Event
from collector.store.tables.forms import Form
from collector.store.tables.submissions import Submission
from collector.store.tables.tasks import Task

LEASE = timedelta(seconds=15)  # of a step that waits its turn; PostgreSQL keeps locked what is being done
_REMOVE = Prepared(delete(Task.__table__).where(Task.__table__.c.id == bindparam("number")))


def claim(session: Session, now: datetime, limit: int) -> list[Row]:
    """The next steps to run (id, step, tries, event_id), leased to the caller: the first unsettled step of each
    submission, in order of ids. tries: with this one.

    A lease that ran out is claimed again: its worker died. What was tried before comes after all that is new, least
    tried first and alone: should it end the worker, no other step is taken along, and each gets its turn.
    PostgreSQL skips what another worker is claiming.
    """
    earlier = aliased(Task)
    blocked = (select(earlier.id).where(earlier.submission_id == Task.submission_id, earlier.id < Task.id)
               .exists())
    query = (select(Task.id, Task.step, (Task.tries + 1).label("tries"), Task.event_id).where(~blocked)
             .with_for_update(skip_locked=True, of=Task))
    tasks = session.execute(
        query.where(Task.state == "waiting", Task.tries == 0).order_by(Task.id).limit(limit)).all()
    if not tasks:
        again = or_(and_(Task.state == "waiting", Task.tries > 0, or_(Task.run_after.is_(None), Task.run_after <= now)),
                    and_(Task.state == "running", Task.lease_until < now))
        tasks = session.execute(query.where(again).order_by(Task.tries, Task.id).limit(1)).all()
    if tasks:
        session.execute(update(Task).where(Task.id.in_([task.id for task in tasks])).values(
            state="running", lease_until=now + LEASE, tries=Task.tries + 1),
            execution_options={"synchronize_session": False})
    return tasks


def list_events(session: Session, numbers: list[int]) -> dict[int, Event]:
    """{id: event}."""
    return {event.id: event for event in session.scalars(select(Event).where(Event.id.in_(numbers)))}


def release(session: Session) -> int:
    """How many claimed steps wait again, whoever claimed them."""
    return session.execute(update(Task).where(Task.state == "running").values(
        state="waiting", lease_until=None)).rowcount


def remove(session: Session, task_id: int) -> bool:
    """Whether the task was there: a step that is done leaves the table."""
    return _REMOVE.run(session, {"number": task_id}) == 1


def mark_failed(session: Session, task_id: int, error: str, run_after: datetime | None) -> None:
    """Nothing; run_after: when to try again, None when it failed for good."""
    session.execute(update(Task).where(Task.id == task_id).values(
        state="failed" if run_after is None else "waiting", error=error[:2000], lease_until=None,
        run_after=run_after))


def retry(session: Session, task_id: int) -> bool:
    """Whether a failed task now waits again."""
    return session.execute(update(Task).where(Task.id == task_id, Task.state == "failed").values(
        state="waiting", tries=0, run_after=None)).rowcount == 1


def retry_all(session: Session) -> int:
    """How many failed tasks now wait again."""
    return session.execute(update(Task).where(Task.state == "failed").values(
        state="waiting", tries=0, run_after=None)).rowcount


def list_waiting_of(session: Session, submission_ids: list[int]) -> list[int]:
    """Those of the submissions that still have a step waiting or running."""
    query = select(Task.submission_id).where(Task.submission_id.in_(submission_ids), Task.state != "failed")
    return list(dict.fromkeys(session.scalars(query)))


def list_failed(session: Session, limit: int = 100) -> list[tuple[Task, Event]]:
    """Steps that failed for good, newest first."""
    query = (select(Task, Event).join(Event, Event.id == Task.event_id).where(Task.state == "failed")
             .order_by(Task.id.desc()).limit(limit))
    return [tuple(row) for row in session.execute(query)]


def list_failed_with_records(session: Session, limit: int) -> list[tuple]:
    """(task, event, project id, xml form id, instanceID, whether a test's) of failed steps, newest first.

    The last four are None where form or record are gone.
    """
    query = (select(Task, Event, Form.project_id, Form.xml_form_id, Submission.instance_id, Submission.draft)
             .join(Event, Event.id == Task.event_id)
             .outerjoin(Form, and_(Form.id == Event.form_id, Form.deleted_at.is_(None)))
             .outerjoin(Submission, and_(Submission.id == Task.submission_id, Submission.deleted_at.is_(None)))
             .where(Task.state == "failed").order_by(Task.id.desc()).limit(limit))
    return [tuple(row) for row in session.execute(query)]


def backlog(session: Session) -> tuple[int, datetime | None, int]:
    """(steps that wait or run, when the oldest was made, steps that failed)."""
    open_, oldest = session.execute(select(func.count(Task.id), func.min(Task.created_at))
                                    .where(Task.state != "failed")).one()
    failed = session.scalar(select(func.count(Task.id)).where(Task.state == "failed"))
    return open_, oldest, failed
