"""Queries of preferences: what a person's screens remember.

It must not know what they mean. `services/preferences` calls it.
"""

from sqlalchemy import Row, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from collector.store.tables.preferences import Preference


def list_of(session: Session, actor_id: int) -> list[Row]:
    """(project_id or 0, name, value as JSON) of a person."""
    return list(session.execute(
        select(Preference.project_id, Preference.name, Preference.value)
        .where(Preference.actor_id == actor_id).order_by(Preference.project_id, Preference.name)))


def count_of(session: Session, actor_id: int, but: tuple[int, str]) -> int:
    """How many preferences a person has beside this one."""
    return session.scalar(select(func.count()).select_from(Preference).where(
        Preference.actor_id == actor_id, ~((Preference.project_id == but[0]) & (Preference.name == but[1])))) or 0


def put(session: Session, actor_id: int, project_id: int, name: str, value: str) -> None:
    """Nothing; the preference is this from now on."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(dialect.insert(Preference).values(
        actor_id=actor_id, project_id=project_id, name=name, value=value).on_conflict_do_update(
        index_elements=["actor_id", "project_id", "name"], set_={"value": value}))


def drop(session: Session, actor_id: int, project_id: int, name: str) -> bool:
    """Whether there was such a preference; it is gone."""
    return bool(session.execute(delete(Preference).where(
        Preference.actor_id == actor_id, Preference.project_id == project_id, Preference.name == name)).rowcount)
