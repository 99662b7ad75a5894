"""Queries of events and of the tasks they cause.

It must not decide which tasks follow which event (`services/unit`). Steps are claimed in `queries/tasks`.
"""

from datetime import datetime

from sqlalchemy import ARRAY, Text, bindparam, func, select, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from collector.domain.acts import ENTITY_ALONE, READ
from collector.store.prepared import Adding, Prepared, connection_of
from collector.store.tables.events import ACTS, OF_ENTITY, Event
from collector.store.tables.people import Actor
from collector.store.tables.tasks import Task

_ADD_EVENT = Adding(Event.__table__)
_ADD_TASK = Adding(Task.__table__)
_events, _tasks = Event.__table__, Task.__table__
_added = (postgresql.insert(_events).values({
    column.name: bindparam(column.name, type_=column.type) for column in _events.columns if column.name != "id"})
    .returning(_events.c.id).cte("added"))
_of_task = [column for column in _tasks.columns if column.name not in ("id", "event_id", "step")]
_ADD_BOTH = Prepared(  # one way to PostgreSQL and back for all
    postgresql.insert(_tasks).from_select(
        ["event_id", "step", *(column.name for column in _of_task)],
        select(_added.c.id, func.unnest(bindparam("steps", type_=ARRAY(Text))),
               *(bindparam(column.name, type_=column.type) for column in _of_task)))
    .returning(_tasks.c.event_id))


def add_event(session: Session, **values) -> int:
    """The id of the event written."""
    return _ADD_EVENT.add(session, values)


def add_event_with_tasks(session: Session, steps: list[str], **values) -> int:
    """The id of the event written, with one waiting task per step, in order."""
    if connection_of(session).dialect.name == "postgresql":
        given = _ADD_TASK.full({"event_id": None, "step": None, "created_at": values["at"]})
        return _ADD_BOTH.first(session, given | _ADD_EVENT.full(values) | {"steps": steps}).event_id
    number = add_event(session, **values)
    add_tasks(session, number, steps, values.get("submission_id"), values["at"])
    return number


def add_tasks(session: Session, event_id: int, steps: list[str], submission_id: int | None, at: datetime) -> None:
    """Nothing; one waiting task per step, in order."""
    _ADD_TASK.add_many(session, [{"event_id": event_id, "step": step, "submission_id": submission_id, "created_at": at}
                                 for step in steps])


def find_last(session: Session, action: str) -> Event | None:
    """The newest event of an action that happens seldom: the history is looked through from its end."""
    return session.scalar(select(Event).where(Event.action == action).order_by(Event.id.desc()).limit(1))


def find_last_about(session: Session, action: str, project_id: int, target_id: int) -> Event | None:
    """The newest event of an act of people on one thing of a project."""
    return session.scalar(select(Event).where(
        Event.project_id == project_id, text(ACTS), Event.action == action, Event.target_id == target_id)
        .order_by(Event.id.desc()).limit(1))


def find_last_of(session: Session, actor_id: int) -> Event | None:
    """The newest act of a person."""
    return session.scalar(
        select(Event).where(Event.actor_id == actor_id, text(ACTS)).order_by(Event.id.desc()).limit(1))


def list_of_entity(session: Session, entity_id: int) -> list[tuple[Event, Actor | None]]:
    """(event, who did it) of what was done to one entity alone, newest first."""
    query = (select(Event, Actor).outerjoin(Actor, Actor.id == Event.actor_id)
             .where(text(OF_ENTITY), Event.target_id == entity_id, Event.action.in_(ENTITY_ALONE))
             .order_by(Event.id.desc()))
    return [tuple(row) for row in session.execute(query)]


def list_of_submission(session: Session, submission_id: int) -> list[tuple[Event, str | None]]:
    """(event, name of who did it), newest first; that somebody saw it is no part of its own history."""
    query = (select(Event, Actor.name).outerjoin(Actor, Actor.id == Event.actor_id)
             .where(Event.submission_id == submission_id, Event.action != READ).order_by(Event.id.desc()))
    return [(event, name) for event, name in session.execute(query)]


def list_with_actors(session: Session, submission_id: int, action: str) -> list[tuple[Event, Actor | None]]:
    """(event, who did it) of one action on a submission, newest first."""
    query = (select(Event, Actor).outerjoin(Actor, Actor.id == Event.actor_id)
             .where(Event.submission_id == submission_id, Event.action == action).order_by(Event.id.desc()))
    return [tuple(row) for row in session.execute(query)]
