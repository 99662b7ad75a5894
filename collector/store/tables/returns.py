"""Table of returns: records that went back to the phone they came from, with what to look at again, until they close.

It must not judge what came back (`services/returns`). `store/queries/returns` reads and writes it.
"""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from collector.store.base import Base, Moment, Number, Words

_OPEN = text("closed_at IS NULL")


class Return(Base):
    """One record sent back. version_id: what the person saw; fields: [{ref, label, reason, type, value, answer?}].

    due: yyyy-mm-dd or ''. actor_id, device_id: the phone that shall read it. editable: its form lets sent records be
    edited. told_at: when that phone fetched it. how: edit, new, person or withdrawn. state_before: review state to go
    back to when it is withdrawn.
    """

    __tablename__ = "returns"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    form_id: Mapped[int] = mapped_column(ForeignKey("forms.id"))
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("submission_versions.id"))
    fields: Mapped[list] = mapped_column(JSON)
    words: Mapped[str] = mapped_column(Words, default="")
    due: Mapped[str] = mapped_column(String(10), default="")
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("actors.id"))
    device_id: Mapped[str] = mapped_column(Words, default="")
    editable: Mapped[bool] = mapped_column(default=False)
    state_before: Mapped[str | None] = mapped_column(String(12))
    opened_by: Mapped[int | None] = mapped_column(ForeignKey("actors.id"))
    opened_at: Mapped[datetime] = mapped_column(Moment)
    told_at: Mapped[datetime | None] = mapped_column(Moment)
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("actors.id"))
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    how: Mapped[str | None] = mapped_column(String(10))

    __table_args__ = (
        Index("uq_returns_open", "submission_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_returns_phone", "actor_id", "device_id", "closed_at"),
        Index("ix_returns_submission_id_id", "submission_id", "id"),
        Index("ix_returns_form_id_id", "form_id", "id"),
    )
