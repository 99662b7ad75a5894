"""Tables of findings: what the check of a submission found, who settled it, and re-checks under way.

It must not judge answers (`domain/check`). `store/queries/findings` and `store/queries/rechecks` read and write them.
"""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from collector.store.base import Base, Moment, Number, Words

_OPEN = text("settled_at IS NULL")


class FindingRow(Base):
    """What one rule says about one answer of a version. kind, severity, ref, path, value, messages, details: as in
    `domain/checking/findings`; kind 'rule' with rule_id for rules beyond the form.

    fingerprint: what makes it the same finding after the next check. settled_*: who looked at it, and why it stands.
    """

    __tablename__ = "findings"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("submission_versions.id"))
    kind: Mapped[str] = mapped_column(String(16))
    severity: Mapped[str] = mapped_column(String(8))
    ref: Mapped[str] = mapped_column(Words)
    path: Mapped[str] = mapped_column(Words, default="")
    value: Mapped[str] = mapped_column(Words, default="")
    messages: Mapped[dict] = mapped_column(JSON)
    details: Mapped[dict] = mapped_column(JSON)
    rule_id: Mapped[int | None] = mapped_column(Number)
    fingerprint: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(Moment)
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("actors.id"))
    settled_at: Mapped[datetime | None] = mapped_column(Moment)
    settled_note: Mapped[str | None] = mapped_column(Words)

    __table_args__ = (
        Index("ix_findings_open", "kind", "submission_id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )


class Recheck(Base):
    """A new look at all that was sent to a form, in batches: `after` is the submission that was looked at last.

    total: how many there were when it began; done: how many of them were looked at.
    """

    __tablename__ = "rechecks"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    form_id: Mapped[int] = mapped_column(ForeignKey("forms.id"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id"), index=True)
    total: Mapped[int] = mapped_column()
    done: Mapped[int] = mapped_column(default=0)
    after: Mapped[int] = mapped_column(Number, default=0)
    created_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
