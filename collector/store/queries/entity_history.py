"""Queries of the past of one entity: what was done to it, when a conflict was settled, the submissions behind versions.

It must not compare versions (`domain/entity_history`). `services/entity_history` reads through it.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from collector.domain.acts import ENTITY_ALONE
from collector.store.tables.entities import Entity
from collector.store.tables.events import OF_ENTITY, Event
from collector.store.tables.forms import Form
from collector.store.tables.people import Actor
from collector.store.tables.submissions import Submission

RESOLVE, REOPEN = "entity.update.resolve", "entity.update.reopen"


class Sent(NamedTuple):
    """A submission that made versions of entities. gone: it lies in the trash."""

    xml_form_id: str
    instance_id: str
    name: str | None
    submitter: Actor | None
    device_id: str | None
    review_state: str | None
    created_at: datetime
    updated_at: datetime | None
    gone: bool


def list_acts(session: Session, entity_id: int, besides: Iterable[int] = ()) -> list[tuple[Event, Actor | None]]:
    """(event, who did it) of what was done to one entity, newest first; besides: numbers of events that it was one of
    many in."""
    alone = text(OF_ENTITY), Event.target_id == entity_id, Event.action.in_(ENTITY_ALONE)
    numbers = list(session.scalars(select(Event.id).where(*alone))) + list(besides)
    query = (select(Event, Actor).outerjoin(Actor, Actor.id == Event.actor_id).where(Event.id.in_(numbers))
             .order_by(Event.id.desc()))
    return [tuple(row) for row in session.execute(query)]


def list_events(session: Session, numbers: Iterable[int]) -> dict[int, tuple[Event, Actor | None]]:
    """{number: (event, who did it)} of these."""
    query = (select(Event, Actor).outerjoin(Actor, Actor.id == Event.actor_id).where(Event.id.in_(list(numbers))))
    return {event.id: (event, actor) for event, actor in session.execute(query)}


def last_settled(session: Session, entity_id: int) -> int:
    """The version at which a conflict of the entity was last settled, unless that was taken back; 0 for never."""
    settled = [0]
    for action, details in session.execute(select(Event.action, Event.details).where(
            text(OF_ENTITY), Event.target_id == entity_id, Event.action.in_((RESOLVE, REOPEN))).order_by(Event.id)):
        settled = [*settled, details["version"]] if action == RESOLVE else settled[:-1] or [0]
    return settled[-1]


def list_sent(session: Session, numbers: Iterable[int]) -> dict[int, Sent]:
    """{number: facts} of these submissions, unless they were purged."""
    query = (select(Submission, Form.xml_form_id, Actor).join(Form, Form.id == Submission.form_id)
             .outerjoin(Actor, Actor.id == Submission.submitter_id)
             .where(Submission.id.in_(list(numbers)), Submission.purged_at.is_(None)))
    return {one.id: Sent(xml_form_id, one.instance_id, one.name, actor, one.device_id, one.review_state,
                         one.created_at, one.updated_at, one.deleted_at is not None)
            for one, xml_form_id, actor in session.execute(query)}


def list_now(session: Session, entity_ids: Iterable[int]) -> dict[int, Entity]:
    """{number: entity} of those of these that were not purged."""
    wanted = set(entity_ids)
    return {one.id: one for one in session.scalars(select(Entity).where(
        Entity.id.in_(wanted), Entity.purged_at.is_(None)))} if wanted else {}
