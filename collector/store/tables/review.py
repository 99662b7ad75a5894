"""Tables of the review: how forms are reviewed, every decision with what was before it, decisions about many at once.

They must not say who may decide (`domain/review`). `store/queries/deciding` and `bulks` read and write them.
"""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from collector.store.base import Base, Moment, Number, Words


class ReviewSettings(Base):
    """How a form is reviewed; a form without a line is reviewed as usual."""

    __tablename__ = "review_settings"

    form_id: Mapped[int] = mapped_column(ForeignKey("forms.id"), primary_key=True, autoincrement=False)
    kept: Mapped[dict] = mapped_column(JSON)
    updated_at: Mapped[datetime] = mapped_column(Moment)


class Bulk(Base):
    """A decision about many records: planned, running, ended. undoes: the one that it takes back.

    asked: how the records were chosen; total: how many were; confirmed: how many the person said would change.
    """

    __tablename__ = "bulks"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("actors.id"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id"), index=True)
    undoes: Mapped[int | None] = mapped_column(Number, index=True)
    move: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(Words, default="")
    words: Mapped[str] = mapped_column(Words, default="")
    asked: Mapped[dict] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(8), default="planned")
    total: Mapped[int] = mapped_column(default=0)
    confirmed: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (Index("ix_bulks_actor_id_id", "actor_id", "id"),)


class BulkItem(Base):
    """A record of such a decision as it stood when it was chosen. outcome: '' waits, 'done', or why it stayed."""

    __tablename__ = "bulk_items"

    bulk_id: Mapped[int] = mapped_column(ForeignKey("bulks.id"), primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), primary_key=True, index=True)
    edits: Mapped[int] = mapped_column()
    decisions: Mapped[int] = mapped_column()
    outcome: Mapped[str] = mapped_column(String(12), default="")


class Decision(Base):
    """A decision about a record, with how it stood before. number: the how-manieth of this record.

    first_before, first_after: who approved it first, where approval takes two. undoes: the decision it takes back.
    """

    __tablename__ = "decisions"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    bulk_id: Mapped[int | None] = mapped_column(ForeignKey("bulks.id"), index=True)
    number: Mapped[int] = mapped_column()
    edits: Mapped[int] = mapped_column()
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("actors.id"))
    move: Mapped[str] = mapped_column(String(12))
    before: Mapped[str | None] = mapped_column(String(12))
    after: Mapped[str | None] = mapped_column(String(12))
    first_before: Mapped[int | None] = mapped_column(Number)
    first_after: Mapped[int | None] = mapped_column(Number)
    reason: Mapped[str] = mapped_column(Words, default="")
    words: Mapped[str] = mapped_column(Words, default="")
    undoes: Mapped[int | None] = mapped_column(Number)
    at: Mapped[datetime] = mapped_column(Moment)
    undone_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (Index("ix_decisions_submission_id_id", "submission_id", "id"),
                      Index("ix_decisions_at", "at", "submission_id"))
