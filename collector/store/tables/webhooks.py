"""Tables of webhooks: addresses that are told what happens to records, and every delivery to them.

They must not say what is told (`domain/webhooks`). `store/queries/webhooks` and `deliveries` read and write them.
"""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from collector.store.base import Base, Moment, Number, Words


class Webhook(Base):
    """An address of a project, or of one of its forms. events: actions that are told; answers: with what was answered.

    state: active, paused by a person, halted after too many failures. failures: of the delivery that is next, in a row;
    run_after: when that is tried again; lease_until: a worker is sending.
    """

    __tablename__ = "webhooks"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"), index=True)
    form_id: Mapped[int | None] = mapped_column(ForeignKey("forms.id"))
    name: Mapped[str] = mapped_column(Words)
    url: Mapped[str] = mapped_column(Words)
    events: Mapped[list] = mapped_column(JSON)
    secret: Mapped[str] = mapped_column(Words)
    answers: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(8), default="active")
    failures: Mapped[int] = mapped_column(default=0)
    run_after: Mapped[datetime | None] = mapped_column(Moment)
    lease_until: Mapped[datetime | None] = mapped_column(Moment)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("actors.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime | None] = mapped_column(Moment)
    deleted_at: Mapped[datetime | None] = mapped_column(Moment)


class Delivery(Base):
    """One thing told to one webhook; the same uid in every try. body: JSON without answers; those are read from
    version_id when it is sent.

    state: waiting, done or skipped. code: status of the last answer, None where there was none; fault: why it failed,
    a word of `domain/webhooks`; took: milliseconds of the last try.
    """

    __tablename__ = "webhook_deliveries"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhooks.id"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id"))
    uid: Mapped[str] = mapped_column(String(36))
    action: Mapped[str] = mapped_column(String(60))
    submission_id: Mapped[int | None] = mapped_column(Number)
    version_id: Mapped[int | None] = mapped_column(Number)
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    tries: Mapped[int] = mapped_column(default=0)
    code: Mapped[int | None] = mapped_column()
    fault: Mapped[str] = mapped_column(String(12), default="")
    took: Mapped[int | None] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(Moment)
    tried_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (UniqueConstraint("webhook_id", "event_id", "action"),
                      Index("ix_webhook_deliveries_webhook_id_state_id", "webhook_id", "state", "id"))
