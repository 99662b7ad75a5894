"""Table of comments: what people say to each other about a record, in threads.

It must not hold what was decided (`tables/review`). `store/queries/comments` reads and writes it.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from collector.store.base import Base, Moment, Number, Words


class Comment(Base):
    """One comment. reply_to: the comment that its thread begins with, None where it begins one."""

    __tablename__ = "comments"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    reply_to: Mapped[int | None] = mapped_column(ForeignKey("comments.id"))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("actors.id"))
    body: Mapped[str] = mapped_column(Words)
    created_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (Index("ix_comments_submission_id_id", "submission_id", "id"),)
