"""Table of events: the history, append-only and never updated.

It must not be changed after writing. `services/unit.record` writes it, `services/events` reads it.
"""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from collector.store.base import Base, Moment, Number

ACTS = ("action <> 'submission.create' AND action <> 'submission.update.version' "
        "AND action <> 'submission.attachment.update'")
OF_ENTITY = "substr(action, 1, 7) = 'entity.'"  # target_id is the entity, or its list where many were changed at once
_ACTS = {"sqlite_where": text(ACTS), "postgresql_where": text(ACTS)}


class Event(Base):
    """Something that happened: action in ODK Central's words (submission.create, form.update.publish, ...).

    What people do is indexed by person and by project; what phones send is far more, and is not.
    """

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
                      Index("ix_events_form_id_id", "form_id", "id"),
                      Index("ix_events_acts_actor_id", "actor_id", "id", **_ACTS),
                      Index("ix_events_acts_project_id", "project_id", "id", **_ACTS),
                      Index("ix_events_entities", "target_id", "id",
                            sqlite_where=text(OF_ENTITY), postgresql_where=text(OF_ENTITY)))
