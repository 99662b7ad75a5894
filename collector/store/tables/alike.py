"""Tables of records that look the same: what each record says in a few bytes, and how people settled it.

They must not hold answers. Marks can be made again from the XML; settlements cannot. `store/queries/alike` reads and
writes both.
"""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from collector.store.base import Base, Moment, Number, Words

_WAITS = text("waits")


class AlikeForm(Base):
    """What makes two records of a form the same; a form without a line has no key, and compares whole contents.

    key: paths; edition: counts changes. While marks are made anew: event_id, after: the last submission that was looked
    at, done of total.
    """

    __tablename__ = "alike_forms"

    form_id: Mapped[int] = mapped_column(ForeignKey("forms.id"), primary_key=True, autoincrement=False)
    key: Mapped[list] = mapped_column(JSON)
    content: Mapped[bool] = mapped_column(default=True)
    edition: Mapped[int] = mapped_column(default=0)
    event_id: Mapped[int | None] = mapped_column(Number)
    after: Mapped[int] = mapped_column(Number, default=0)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    updated_at: Mapped[datetime] = mapped_column(Moment)


class AlikeMark(Base):
    """What a record says, in sixteen bytes; records of a form with the same look the same. kind: content or key.

    right_id: the settlement that said this record is right beside its likes; waits: somebody should look at it.
    """

    __tablename__ = "alike_marks"

    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    form_id: Mapped[int] = mapped_column(Number)
    digest: Mapped[bytes] = mapped_column(LargeBinary(16))
    right_id: Mapped[int | None] = mapped_column(Number)
    waits: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (Index("ix_alike_marks_digest", "form_id", "kind", "digest"),
                      Index("ix_alike_marks_waits", "form_id", "submission_id",
                            sqlite_where=_WAITS, postgresql_where=_WAITS))


class AlikeSettlement(Base):
    """Somebody looked at records that look the same. outcome: right (all stay), kept (one stays, kept_id)."""

    __tablename__ = "alike_settlements"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    form_id: Mapped[int] = mapped_column(ForeignKey("forms.id"))
    outcome: Mapped[str] = mapped_column(String(8))
    kept_id: Mapped[int | None] = mapped_column(Number)
    words: Mapped[str] = mapped_column(Words, default="")
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("actors.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("actors.id"))
    undone_at: Mapped[datetime | None] = mapped_column(Moment)


class AlikeMember(Base):
    """A record of a settlement. right_before: {kind: settlement} of its marks; decision_id: its rejection."""

    __tablename__ = "alike_members"

    settlement_id: Mapped[int] = mapped_column(ForeignKey("alike_settlements.id"), primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), primary_key=True, index=True)
    right_before: Mapped[dict] = mapped_column(JSON)
    decision_id: Mapped[int | None] = mapped_column(Number)
