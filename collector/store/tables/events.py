"""Table of events: the history, append-only and never updated.

It must not be changed after writing. `services/unit.record` writes it, `services/events` reads it.
"""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from collector.store.base import Base, Moment, Number


class Event(Base):
    """Something that happened: action in ODK Central's words (submission.create, form.update.publish, ...)."""

    __tablename__ = "events"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    action: Mapped[str] = mapped_column(String(60))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("actors.id"))
    project_id: Mapped[int | None] = mapped_column(Number)
    form_id: Mapped[int | None] = mapped_column(Number)
    submission_id: Mapped[int | None] = mapped_column(Number)
    target_id: Mapped[int | None] = mapped_column(Number)
    details: Mapped[dict | None] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (Index("ix_events_submission_id_id", "submission_id", "id"),
                      Index("ix_events_form_id_id", "form_id", "id"))
