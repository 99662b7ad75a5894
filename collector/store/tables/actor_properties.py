"""Tables of actor properties: which ones a project declares, and what they are for a phone or a public link.

It must not know what a name may be (`services/actor_properties`). `store/queries/actor_properties` reads and writes
them.
"""

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from collector.store.base import Base, Number, Words


class ActorProperty(Base):
    """A property that phones and public links of a project can have. folded: its name without capitals."""

    __tablename__ = "actor_properties"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    name: Mapped[str] = mapped_column(Words)
    folded: Mapped[str] = mapped_column(Words)

    __table_args__ = (UniqueConstraint("project_id", "folded"),)


class ActorPropertyValue(Base):
    """The value of a property for one actor; no row where it has none."""

    __tablename__ = "actor_property_values"

    actor_id: Mapped[int] = mapped_column(ForeignKey("actors.id"), primary_key=True)
    property_id: Mapped[int] = mapped_column(ForeignKey("actor_properties.id"), primary_key=True, index=True)
    value: Mapped[str] = mapped_column(Words)
