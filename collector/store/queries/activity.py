"""Queries of the history as people read it: who did what, newest first, page by page by key.

It must not decide who may read it (`services/activity`). What people do is indexed by person and project; what phones
send is read along the keys. Days are found by halving the keys: they grow with time.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select, text
from sqlalchemy.orm import Session, aliased

from collector.store.tables.events import ACTS, Event
from collector.store.tables.forms import Form
from collector.store.tables.people import Actor
from collector.store.tables.projects import Project
from collector.store.tables.submissions import Submission

_ARRIVALS = ("submission.create", "submission.update.version", "submission.attachment.update")
_Target = aliased(Actor)


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What the history is narrowed to. starts: beginnings of actions; but: those left out; action: a whole one.

    arrivals: what phones sent is asked for too. people: only what people did (not phones, not the server).
    """

    project_id: int | None = None
    actor_id: int | None = None
    submission_id: int | None = None
    starts: tuple[str, ...] = ()
    but: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    arrivals: bool = False
    before: int | None = None
    action: str = ""


def list_acts(session: Session, asked: Narrowing, limit: int, offset: int = 0) -> list[Row]:
    """(event, actor, xmlFormId, instanceID, record's name, name of the actor it is about, project's name)."""
    numbers = _narrowed(session, select(Event.id), asked).order_by(Event.id.desc()).limit(limit).offset(offset)
    about = or_(Event.action.like("user.%"), Event.action.like("field\\_key.%", escape="\\"),
                Event.action.like("phone.%"), Event.action.like("public\\_link.%", escape="\\"))
    query = (select(Event, Actor, Form.xml_form_id, Submission.instance_id, Submission.name, _Target, Project.name)
             .select_from(Event).outerjoin(Actor, Actor.id == Event.actor_id).outerjoin(Form, Form.id == Event.form_id)
             .outerjoin(Submission, Submission.id == Event.submission_id)
             .outerjoin(_Target, and_(_Target.id == Event.target_id, about))
             .outerjoin(Project, Project.id == Event.project_id)
             .where(Event.id.in_(list(session.scalars(numbers)))))
    return list(session.execute(query.order_by(Event.id.desc())))


def list_actors(session: Session, project_id: int | None) -> list[Row]:
    """(id, name) of who did something in the project, phones aside, by name."""
    query = select(Actor.id, Actor.name).where(Actor.kind == "user")
    if project_id is not None:
        query = query.where(Actor.id.in_(
            select(Event.actor_id).where(Event.project_id == project_id, text(ACTS)).distinct()))
    return list(session.execute(query.order_by(func.lower(Actor.name), Actor.id)))


def find_record(session: Session, project_id: int | None, instance_id: str) -> int | None:
    """The number of the record that first came under this instanceID, in the project or anywhere."""
    of = select(Form.id) if project_id is None else select(Form.id).where(Form.project_id == project_id)
    return session.scalar(select(Submission.id).where(
        Submission.form_id.in_(of), Submission.draft.is_(False), Submission.instance_id == instance_id).limit(1))


def has_act(session: Session, submission_id: int, actor_id: int, action: str, since: datetime) -> bool:
    """Whether the actor did this to the record since then."""
    return session.scalar(select(Event.id).where(
        Event.submission_id == submission_id, Event.actor_id == actor_id, Event.action == action,
        Event.at >= since).limit(1)) is not None


def _narrowed(session: Session, query: Select, asked: Narrowing) -> Select:
    if asked.project_id is not None:
        query = query.where(Event.project_id == asked.project_id)
    if asked.actor_id is not None:
        query = query.where(Event.actor_id == asked.actor_id)
    if asked.submission_id is not None:
        query = query.where(Event.submission_id == asked.submission_id)
    if asked.starts:
        query = query.where(or_(*(_begins(start) for start in asked.starts)))
    if asked.action:
        query = query.where(Event.action == asked.action)
    for start in asked.but:
        query = query.where(~_begins(start))
    if not asked.arrivals:
        query = query.where(text(ACTS))
    if asked.since is not None:
        query = query.where(Event.id >= _first_at(session, asked.since), Event.at >= asked.since)
    if asked.until is not None:
        query = query.where(Event.id <= _first_at(session, asked.until) + _MARGIN, Event.at < asked.until)
    if asked.before is not None:
        query = query.where(Event.id < asked.before)
    return query


_MARGIN = 1000  # events of the same moments may have been given their numbers in another order


def _first_at(session: Session, moment: datetime) -> int:
    """A number below which every event is older than the moment, near the first that is not."""
    low, high = 0, session.scalar(select(func.max(Event.id))) or 0
    while low < high:
        middle = (low + high) // 2
        at = session.scalar(select(Event.at).where(Event.id > middle).order_by(Event.id).limit(1))
        if at is not None and at < moment:
            low = middle + 1
        else:
            high = middle
    return max(0, low - _MARGIN)


def _begins(start: str) -> ColumnElement[bool]:
    return or_(Event.action == start, Event.action.startswith(start + ".", autoescape=True))
