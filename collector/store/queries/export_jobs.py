"""Queries of exports that are built in the background: claimed by one builder, renewed, ended, expired.

It must not build anything (`services/building`). A claim names its holder; whoever holds it no more changes nothing.
"""

from datetime import datetime, timedelta

from sqlalchemy import Row, and_, or_, select, update
from sqlalchemy.orm import Session

from collector.store.tables.export_jobs import ExportJob
from collector.store.tables.forms import Form
from collector.store.tables.people import Actor

LEASE = timedelta(minutes=10)  # between two renewals; a format may write for minutes without a word
WAITING, RUNNING, DONE, FAILED, CANCELLED = STATES = ("waiting", "running", "done", "failed", "cancelled")
OPEN = (WAITING, RUNNING)
_LETS_GO = {"holder": None, "lease_until": None}


def add_job(session: Session, **values) -> ExportJob:
    """The job, waiting."""
    row = ExportJob(**values)
    session.add(row)
    session.flush()
    return row


def find_job(session: Session, form_id: int, number: int) -> tuple[ExportJob, str | None] | None:
    """(job, name of who asked) of the form."""
    return _named(session, ExportJob.form_id == form_id, ExportJob.id == number).first()


def list_jobs(session: Session, form_id: int, limit: int) -> list[tuple[ExportJob, str | None]]:
    """[(job, name of who asked)] of the form, newest first."""
    return [tuple(row) for row in _named(session, ExportJob.form_id == form_id, limit=limit)]


def list_open(session: Session, form_id: int, actor_id: int | None) -> list[ExportJob]:
    """Those that this actor asked for and that still wait or run."""
    return list(session.scalars(select(ExportJob).where(
        ExportJob.form_id == form_id, ExportJob.created_by == actor_id, ExportJob.state.in_(OPEN))))


def is_one_waiting(session: Session, now: datetime) -> bool:
    """Whether there is something to claim."""
    return session.scalar(select(ExportJob.id).where(_claimable(now)).limit(1)) is not None


def claim(session: Session, now: datetime, holder: str) -> tuple[int, int] | None:
    """(number, tries with this one) of the next job, which this holder has now; None when none waits."""
    number = session.scalar(select(ExportJob.id).where(_claimable(now)).order_by(ExportJob.tries, ExportJob.id)
                            .limit(1).with_for_update(skip_locked=True))
    if number is None:
        return None
    tries = session.scalar(update(ExportJob).where(ExportJob.id == number).values(
        state=RUNNING, holder=holder, lease_until=now + LEASE, tries=ExportJob.tries + 1, started_at=now,
        phase="", step=0, steps=0, done=0, total=0).returning(ExportJob.tries))
    return number, tries


def find_wanted(session: Session, number: int) -> Row | None:
    """(wanted, rows, form_id, project_id, xml_form_id, created_by, name of who asked, created_at) of a job."""
    query = (select(ExportJob.wanted, ExportJob.rows, ExportJob.form_id, Form.project_id, Form.xml_form_id,
                    ExportJob.created_by, Actor.name.label("asked_by"), ExportJob.created_at)
             .join(Form, Form.id == ExportJob.form_id).outerjoin(Actor, Actor.id == ExportJob.created_by)
             .where(ExportJob.id == number))
    return session.execute(query).first()


def go_on(session: Session, number: int, holder: str, now: datetime, **progress) -> bool:
    """Whether the holder still has it; phase, step, steps, done, total stand there then."""
    return _change_held(session, number, holder, {"lease_until": now + LEASE, **progress})


def end(session: Session, number: int, holder: str, **values) -> bool:
    """Whether the holder still had it; it has ended then, with these values."""
    return _change_held(session, number, holder, {**_LETS_GO, **values})


def release(session: Session, holder: str | None = None) -> int:
    """How many running jobs wait again: those of a holder that has ended, or all of them."""
    which = ExportJob.state == RUNNING if holder is None else and_(
        ExportJob.state == RUNNING, ExportJob.holder == holder)
    return session.execute(update(ExportJob).where(which).values(state=WAITING, **_LETS_GO)).rowcount


def give_back(session: Session, holder: str) -> int:
    """How many jobs wait again that were interrupted in good order; that was no try."""
    return session.execute(update(ExportJob).where(ExportJob.state == RUNNING, ExportJob.holder == holder).values(
        state=WAITING, tries=ExportJob.tries - 1, **_LETS_GO)).rowcount


def cancel(session: Session, number: int, now: datetime) -> bool:
    """Whether it was under way; it is cancelled then."""
    return session.execute(update(ExportJob).where(ExportJob.id == number, ExportJob.state.in_(OPEN)).values(
        state=CANCELLED, ended_at=now, **_LETS_GO)).rowcount == 1


def drop_file(session: Session, number: int, now: datetime) -> bool:
    """Whether it had a file; nothing points at that any more."""
    return session.execute(update(ExportJob).where(
        ExportJob.id == number, ExportJob.blob_sha256.is_not(None)).values(
        blob_sha256=None, expires_at=now)).rowcount == 1


def drop_expired(session: Session, now: datetime) -> int:
    """How many jobs let go of their files, because they were kept for long enough."""
    return session.execute(update(ExportJob).where(
        ExportJob.blob_sha256.is_not(None), ExportJob.expires_at <= now).values(blob_sha256=None)).rowcount


def _change_held(session: Session, number: int, holder: str, values: dict) -> bool:
    return session.execute(update(ExportJob).where(
        ExportJob.id == number, ExportJob.state == RUNNING, ExportJob.holder == holder).values(values)).rowcount == 1


def _claimable(now: datetime):
    return or_(ExportJob.state == WAITING, and_(ExportJob.state == RUNNING, ExportJob.lease_until < now))


def _named(session: Session, *which, limit: int = 1):
    query = (select(ExportJob, Actor.name).outerjoin(Actor, Actor.id == ExportJob.created_by)
             .where(*which).order_by(ExportJob.id.desc()).limit(limit))
    return session.execute(query)
