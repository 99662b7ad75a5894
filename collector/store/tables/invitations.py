"""Tables of links that are handed over: invitations to become somebody here, and resets of a password.

They must not hold a token: key is its SHA-256. `store/queries/invitations` reads and writes them.
"""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from collector.store.base import Base, Moment, Number, Words


class Invitation(Base):
    """One role at one place for whoever brings the token first. email: '' for anybody; rows: of a grant's row scope.

    seed: what the token is made of together with the server's secret, so that the worker can mail it. until: when the
    account that is made of it ends. used_by: who took it.
    """

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    key: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    seed: Mapped[str] = mapped_column(Words)
    email: Mapped[str] = mapped_column(Words, default="")
    name: Mapped[str] = mapped_column(Words, default="")
    role_id: Mapped[int] = mapped_column()
    place: Mapped[str] = mapped_column(String(10))
    place_id: Mapped[int] = mapped_column(Number, default=0)
    project_id: Mapped[int | None] = mapped_column(ForeignKey("projects.id"))
    rows: Mapped[dict | None] = mapped_column(JSON(none_as_null=True))
    until: Mapped[datetime | None] = mapped_column(Moment)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("actors.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    mailed_at: Mapped[datetime | None] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)
    used_by: Mapped[int | None] = mapped_column(ForeignKey("actors.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)


class Reset(Base):
    """A new password for one person, for whoever brings the token. created_by: who made it, none when asked by mail."""

    __tablename__ = "resets"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    key: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    seed: Mapped[str] = mapped_column(Words)
    actor_id: Mapped[int] = mapped_column(ForeignKey("actors.id"))
    created_by: Mapped[int | None] = mapped_column(ForeignKey("actors.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    mailed_at: Mapped[datetime | None] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (Index("ix_resets_actor_id_id", "actor_id", "id"),)
