"""Queries of people and phones: actors, users, sessions, grants, sightings.

It must not know rights or passwords (`domain/access`, `services/people`); it reads and writes rows.
`services/people`, `services/phones` and `services/grants` call it.
"""

from datetime import datetime

from sqlalchemy import Row, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from collector.store.prepared import Prepared
from collector.store.tables.forms import Form
from collector.store.tables.people import Actor, Grant, Sighting, User
from collector.store.tables.people import Session as Pass

_ACTOR = (Actor.id, Actor.kind, Actor.name, Actor.project_id, Actor.deleted_at,
          Actor.expires_at.label("actor_expires_at"), User.language)
_WITH_GRANTS = (Grant.role_id, Grant.place, Grant.place_id, Grant.rows)


_OF_KEY = Prepared(
    select(Pass.id.label("session_id"), Pass.csrf, Pass.expires_at, Pass.ended_at, *_ACTOR, *_WITH_GRANTS)
    .join(Actor, Actor.id == Pass.actor_id).outerjoin(User, User.actor_id == Actor.id)
    .outerjoin(Grant, Grant.actor_id == Actor.id).where(Pass.key == bindparam("key")))


def rows_of_key(session: Session, key: bytes) -> list[Row]:
    """One row per grant of the actor behind this SHA-256 of a token (one without a grant when there is none)."""
    return _OF_KEY.rows(session, {"key": key})


def rows_of_actor(session: Session, actor_id: int) -> list[Row]:
    """One row per grant of a living actor (one without a grant when there is none)."""
    return list(session.execute(
        select(*_ACTOR, *_WITH_GRANTS).outerjoin(User, User.actor_id == Actor.id)
        .outerjoin(Grant, Grant.actor_id == Actor.id).where(Actor.id == actor_id, Actor.deleted_at.is_(None))))


def find_actor(session: Session, actor_id: int) -> Actor | None:
    """A living actor of any kind."""
    return session.scalar(select(Actor).where(Actor.id == actor_id, Actor.deleted_at.is_(None)))


def find_any_actor(session: Session, actor_id: int) -> Actor | None:
    """The actor, living or withdrawn."""
    return session.get(Actor, actor_id)


def find_login(session: Session, email: str) -> Row | None:
    """(actor_id, password_hash) of the living user with this folded e-mail."""
    return session.execute(
        select(User.actor_id, User.password_hash, Actor.expires_at).join(Actor, Actor.id == User.actor_id)
        .where(User.email == email, Actor.deleted_at.is_(None))).first()


def find_user(session: Session, actor_id: int) -> Row | None:
    """(Actor, User) of a living user."""
    return session.execute(
        select(Actor, User).join(User, User.actor_id == Actor.id)
        .where(Actor.id == actor_id, Actor.deleted_at.is_(None))).first()


def list_users(session: Session, email: str | None = None) -> list[Row]:
    """(Actor, User) of living users by e-mail; email: exactly this one."""
    query = select(Actor, User).join(User, User.actor_id == Actor.id).where(Actor.deleted_at.is_(None))
    if email is not None:
        query = query.where(User.email == email)
    return list(session.execute(query.order_by(User.email)))


def count_administrators(session: Session, role_id: int) -> int:
    """How many living users hold this role everywhere."""
    return session.scalar(
        select(func.count()).select_from(Grant).join(Actor, Actor.id == Grant.actor_id)
        .where(Grant.role_id == role_id, Grant.place == "site", Actor.deleted_at.is_(None))) or 0


def add_actor(session: Session, **values) -> Actor:
    """The actor written, with its id."""
    actor = Actor(**values)
    session.add(actor)
    session.flush()
    return actor


def add_user(session: Session, **values) -> User:
    """The user written."""
    user = User(**values)
    session.add(user)
    session.flush()
    return user


def mark_user(session: Session, actor_id: int, **values) -> None:
    """Nothing; changes columns of the user."""
    session.execute(update(User).where(User.actor_id == actor_id).values(**values))


def mark_actor(session: Session, actor_id: int, **values) -> None:
    """Nothing; changes columns of the actor."""
    session.execute(update(Actor).where(Actor.id == actor_id).values(**values))


def add_session(session: Session, **values) -> int:
    """The id of the session written."""
    return session.execute(insert(Pass).values(**values)).inserted_primary_key[0]


def find_session(session: Session, session_id: int) -> Pass | None:
    """The session with this id, ended or not."""
    return session.get(Pass, session_id)


def find_session_of_key(session: Session, key: bytes) -> Row | None:
    """(session, actor) behind this SHA-256 of a token, when the session has not ended."""
    return session.execute(select(Pass, Actor).join(Actor, Actor.id == Pass.actor_id)
                           .where(Pass.key == key, Pass.ended_at.is_(None))).first()


def end_sessions(session: Session, at: datetime, *, actor_id: int | None = None,
                 session_id: int | None = None, but: int | None = None) -> int:
    """How many sessions ended now: all of an actor, save `but`, or the one with this id."""
    query = update(Pass).where(Pass.ended_at.is_(None))
    query = query.where(Pass.actor_id == actor_id) if actor_id is not None else query.where(Pass.id == session_id)
    if but is not None:
        query = query.where(Pass.id != but)
    return session.execute(query.values(ended_at=at)).rowcount


def list_grants(session: Session, place: str, place_id: int, role_id: int | None = None) -> list[Row]:
    """(Grant, Actor) of living actors at one place, oldest first."""
    query = (select(Grant, Actor).join(Actor, Actor.id == Grant.actor_id)
             .where(Grant.place == place, Grant.place_id == place_id, Actor.deleted_at.is_(None)))
    if role_id is not None:
        query = query.where(Grant.role_id == role_id)
    return list(session.execute(query.order_by(Grant.id)))


def list_form_grants(session: Session, project_id: int, role_id: int | None = None) -> list[Row]:
    """(Grant, Actor, xml_form_id) over all living forms of a project, oldest first."""
    query = (select(Grant, Actor, Form.xml_form_id).join(Actor, Actor.id == Grant.actor_id)
             .join(Form, Form.id == Grant.place_id)
             .where(Grant.place == "form", Form.project_id == project_id, Form.deleted_at.is_(None),
                    Actor.deleted_at.is_(None)))
    if role_id is not None:
        query = query.where(Grant.role_id == role_id)
    return list(session.execute(query.order_by(Grant.id)))


def find_grant(session: Session, actor_id: int, role_id: int, place: tuple[str, int]) -> Grant | None:
    """This very grant."""
    return session.scalar(select(Grant).where(
        Grant.actor_id == actor_id, Grant.role_id == role_id, Grant.place == place[0], Grant.place_id == place[1]))


def list_grants_of(session: Session, actor_id: int) -> list[Grant]:
    """All grants of an actor."""
    return list(session.scalars(select(Grant).where(Grant.actor_id == actor_id).order_by(Grant.id)))


def add_grant(session: Session, actor_id: int, role_id: int, place: tuple[str, int], rows: str | None = None) -> None:
    """Nothing; one more grant."""
    session.execute(insert(Grant).values(actor_id=actor_id, role_id=role_id, place=place[0], place_id=place[1],
                                         rows=rows))


def mark_grant(session: Session, grant_id: int, **values) -> None:
    """Nothing; changes columns of the grant."""
    session.execute(update(Grant).where(Grant.id == grant_id).values(**values))


def drop_grants(session: Session, actor_id: int, role_id: int | None = None,
                place: tuple[str, int] | None = None) -> int:
    """How many grants went: all of the actor, or this very one."""
    query = delete(Grant).where(Grant.actor_id == actor_id)
    if role_id is not None:
        query = query.where(Grant.role_id == role_id)
    if place is not None:
        query = query.where(Grant.place == place[0], Grant.place_id == place[1])
    return session.execute(query).rowcount


def put_sighting(session: Session, limit: int, **values) -> None:
    """Nothing; notes the device, or the new time of a known one. limit: devices kept per actor."""
    known = session.scalar(select(func.count()).select_from(Sighting)
                           .where(Sighting.actor_id == values["actor_id"])) or 0
    changed = {name: values[name] for name in ("agent", "seen_at", "session_id")}
    if known >= limit:
        session.execute(update(Sighting).where(Sighting.actor_id == values["actor_id"],
                                               Sighting.device_id == values["device_id"]).values(**changed))
        return
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(dialect.insert(Sighting).values(**values).on_conflict_do_update(
        index_elements=["actor_id", "device_id"], set_=changed))
