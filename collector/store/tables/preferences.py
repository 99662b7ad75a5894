"""Table of preferences: what a person's screens remember, on the whole site or in one project.

It must not know what they mean: the program that asks does. `store/queries/preferences` reads and writes it.
"""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from collector.store.base import Base, Number, Words


class Preference(Base):
    """One preference of a user. project_id: 0 for the whole site; value: JSON."""

    __tablename__ = "preferences"

    actor_id: Mapped[int] = mapped_column(ForeignKey("actors.id"), primary_key=True)
    project_id: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(Words, primary_key=True)
    value: Mapped[str] = mapped_column(Words)
