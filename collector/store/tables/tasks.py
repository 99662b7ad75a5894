"""Table of tasks: steps that events cause and the worker runs.

It must not be a history: a step that is done leaves the table, the event stays. `services/tasks` claims and settles.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from collector.store.base import Base, Moment, Number, Words


class Task(Base):
    """One step to run for one event. state: waiting, running (until lease_until) or failed.

    Steps of one submission run in the order of their ids.
    """

    __tablename__ = "tasks"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    step: Mapped[str] = mapped_column(String(40))
    submission_id: Mapped[int | None] = mapped_column(Number, index=True)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    tries: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None] = mapped_column(Moment)
    run_after: Mapped[datetime | None] = mapped_column(Moment)
    error: Mapped[str | None] = mapped_column(Words)
    created_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (Index("ix_tasks_state_id", "state", "id"),)
