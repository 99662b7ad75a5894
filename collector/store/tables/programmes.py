"""Table of programmes: the lines of a project, what is counted in each and against which number.

It must not know what a count is (`domain/programme`). `store/queries/programmes` reads and writes it.
"""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from collector.store.base import Base, Moment


class ProgrammeRow(Base):
    """The programme of a project. definition: as `domain/programme.as_plain` writes it."""

    __tablename__ = "programmes"

    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"), primary_key=True, autoincrement=False)
    definition: Mapped[dict] = mapped_column(JSON)
    updated_by: Mapped[int | None] = mapped_column(ForeignKey("actors.id"))
    updated_at: Mapped[datetime] = mapped_column(Moment)
