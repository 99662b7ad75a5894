"""Queries of events and of the tasks they cause.

It must not decide which tasks follow which event (`services/unit`). Steps are claimed in `queries/tasks`.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from collector.store.prepared import Adding
from collector.store.tables.events import Event
from collector.store.tables.people import Actor
from collector.store.tables.tasks import Task

_ADD_EVENT = Adding(Event.__table__)
_ADD_TASK = Adding(Task.__table__)


def add_event(session: Session, **values) -> int:
    """The id of the event written."""
    return _ADD_EVENT.add(session, values)


def add_tasks(session: Session, event_id: int, steps: list[str], submission_id: int | None, at: datetime) -> None:
    """Nothing; one waiting task per step, in order."""
    for step in steps:
        _ADD_TASK.add(session, {"event_id": event_id, "step": step, "submission_id": submission_id, "created_at": at})


def find_last(session: Session, action: str) -> Event | None:
    """The newest event of an action that happens seldom: the history is looked through from its end."""
    return session.scalar(select(Event).where(Event.action == action).order_by(Event.id.desc()).limit(1))


def list_of_submission(session: Session, submission_id: int) -> list[tuple[Event, str | None]]:
    """(event, name of who did it), newest first."""
    query = (select(Event, Actor.name).outerjoin(Actor, Actor.id == Event.actor_id)
             .where(Event.submission_id == submission_id).order_by(Event.id.desc()))
    return [(event, name) for event, name in session.execute(query)]


def list_with_actors(session: Session, submission_id: int, action: str) -> list[tuple[Event, Actor | None]]:
    """(event, who did it) of one action on a submission, newest first."""
    query = (select(Event, Actor).outerjoin(Actor, Actor.id == Event.actor_id)
             .where(Event.submission_id == submission_id, Event.action == action).order_by(Event.id.desc()))
    return [tuple(row) for row in session.execute(query)]
