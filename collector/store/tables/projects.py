"""Table of projects: the frame that forms, phones and lists stand in.

It must not know forms. `store/queries/projects` reads and writes it.
"""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from collector.store.base import Base, Moment, Number, Words


class Project(Base):
    """A programme with its own forms, phones, language of messages and time zone.

    edition counts what phones can see (publishing, states, grants of phones); caches of form lists carry it.
    """

    __tablename__ = "projects"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    name: Mapped[str] = mapped_column(Words)
    description: Mapped[str | None] = mapped_column(Words)
    archived: Mapped[bool | None] = mapped_column()
    language: Mapped[str] = mapped_column(String(8), default="es")
    timezone: Mapped[str] = mapped_column(String(64), default="America/Lima")
    edition: Mapped[int] = mapped_column(default=0)
    simulated: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime | None] = mapped_column(Moment)
    deleted_at: Mapped[datetime | None] = mapped_column(Moment)

    def places(self) -> tuple[tuple[str, int], ...]:
        """Where a grant reaches this project from."""
        return (("project", self.id), ("site", 0))
