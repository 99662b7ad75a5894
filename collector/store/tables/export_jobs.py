"""Table of exports that are built in the background: who asked for what, how far it is, the file once it is there.

It must not build anything (`services/building`). `store/queries/export_jobs` reads and writes it. Backups leave it out,
with its files: an export can always be made again, and that somebody asked for one stands among the events.
"""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from collector.store.base import Base, Moment, Number, Words


class ExportJob(Base):
    """An export of a form. wanted: the order as `services/orders` reads it. state: waiting, running, done, failed,
    cancelled.

    phase: what is being done, the step-th of steps; done of total: rows of it. holder, lease_until: whose it is while
    it runs. problem: {code, es, en, details}. counts: {file: {rows, bytes, sha256, ...}}. receipt: as in receipt.json.
    blob_sha256: empty before it is done and once expires_at is over. rows: as JSON, the records that who asked was
    limited to, empty for all.
    """

    __tablename__ = "export_jobs"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    form_id: Mapped[int] = mapped_column(ForeignKey("forms.id"))
    wanted: Mapped[dict] = mapped_column(JSON)
    rows: Mapped[str | None] = mapped_column(Words)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    phase: Mapped[str] = mapped_column(String(20), default="")
    step: Mapped[int] = mapped_column(default=0)
    steps: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(Number, default=0)
    total: Mapped[int] = mapped_column(Number, default=0)
    tries: Mapped[int] = mapped_column(default=0)
    holder: Mapped[str | None] = mapped_column(String(40))
    lease_until: Mapped[datetime | None] = mapped_column(Moment)
    problem: Mapped[dict | None] = mapped_column(JSON(none_as_null=True))
    blob_sha256: Mapped[str | None] = mapped_column(ForeignKey("blobs.sha256"), index=True)
    name: Mapped[str | None] = mapped_column(Words)
    size: Mapped[int | None] = mapped_column(Number)
    counts: Mapped[dict | None] = mapped_column(JSON(none_as_null=True))
    receipt: Mapped[dict | None] = mapped_column(JSON(none_as_null=True))
    created_by: Mapped[int | None] = mapped_column(ForeignKey("actors.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    expires_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (Index("ix_export_jobs_form_id_id", "form_id", "id"),
                      Index("ix_export_jobs_state_id", "state", "id"))
