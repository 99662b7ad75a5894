"""Queries of actor properties: what a project declares, and what its phones and public links have.

It must not know what a name may be. `services/actor_properties` calls it.
"""

from sqlalchemy import Row, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from collector.store.tables.actor_properties import ActorProperty, ActorPropertyValue


def list_properties(session: Session, project_id: int) -> list[ActorProperty]:
    """The properties of a project, by name."""
    return list(session.scalars(select(ActorProperty).where(ActorProperty.project_id == project_id)
                                .order_by(ActorProperty.name)))


def find_property(session: Session, project_id: int, folded: str) -> ActorProperty | None:
    """The property of this name, however it is capitalised."""
    return session.scalar(select(ActorProperty).where(ActorProperty.project_id == project_id,
                                                      ActorProperty.folded == folded))


def add_property(session: Session, project_id: int, name: str, folded: str) -> None:
    """Nothing; one more property."""
    session.add(ActorProperty(project_id=project_id, name=name, folded=folded))
    session.flush()


def list_in_use(session: Session, project_id: int) -> list[Row]:
    """(property_id, value) in use by any actor of the project, each once, by value."""
    return list(session.execute(
        select(ActorPropertyValue.property_id, ActorPropertyValue.value).distinct()
        .join(ActorProperty, ActorProperty.id == ActorPropertyValue.property_id)
        .where(ActorProperty.project_id == project_id)
        .order_by(ActorPropertyValue.property_id, ActorPropertyValue.value)))


def list_values(session: Session, project_id: int, actor_id: int | None = None) -> list[Row]:
    """(actor_id, name, value) of the actors of a project, or of one, by name."""
    query = (select(ActorPropertyValue.actor_id, ActorProperty.name, ActorPropertyValue.value)
             .join(ActorProperty, ActorProperty.id == ActorPropertyValue.property_id)
             .where(ActorProperty.project_id == project_id))
    if actor_id is not None:
        query = query.where(ActorPropertyValue.actor_id == actor_id)
    return list(session.execute(query.order_by(ActorPropertyValue.actor_id, ActorProperty.name)))


def put_value(session: Session, actor_id: int, property_id: int, value: str) -> None:
    """Nothing; the property of the actor is this from now on."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(dialect.insert(ActorPropertyValue).values(
        actor_id=actor_id, property_id=property_id, value=value).on_conflict_do_update(
        index_elements=["actor_id", "property_id"], set_={"value": value}))


def drop_value(session: Session, actor_id: int, property_id: int) -> None:
    """Nothing; the actor has no such property any more."""
    session.execute(delete(ActorPropertyValue).where(ActorPropertyValue.actor_id == actor_id,
                                                     ActorPropertyValue.property_id == property_id))
