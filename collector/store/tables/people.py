"""Tables of people and phones: actors, users, phones, sessions, grants.

It must not know rules about who may what (`domain/access`) nor hash anything (`services/people`).
`store/queries/people` reads and writes them.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from collector.store.base import Base, Moment, Number, Words


class Actor(Base):
    """Whoever can act: a user, a phone (field_key) or a public link. One sequence of ids for all, as in ODK Central."""

    __tablename__ = "actors"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(Words)
    project_id: Mapped[int | None] = mapped_column(ForeignKey("projects.id"), index=True)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("actors.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime | None] = mapped_column(Moment)
    deleted_at: Mapped[datetime | None] = mapped_column(Moment)
    expires_at: Mapped[datetime | None] = mapped_column(Moment)


class User(Base):
    """A person who signs in. email is folded to lower case and unique among users that are not deleted."""

    __tablename__ = "users"

    actor_id: Mapped[int] = mapped_column(ForeignKey("actors.id"), primary_key=True)
    email: Mapped[str] = mapped_column(Words, unique=True)
    password_hash: Mapped[str | None] = mapped_column(Words)
    language: Mapped[str] = mapped_column(String(8), default="")
    last_login_at: Mapped[datetime | None] = mapped_column(Moment)


class Session(Base):
    """A token that stands for an actor. key is the SHA-256 of the token.

    token itself is kept for phones only: their QR code must be shown again. An ended one stays, so that what a
    withdrawn phone still sends is known to be its own and can be parked. used_at: noted now and then.
    """

    __tablename__ = "sessions"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    actor_id: Mapped[int] = mapped_column(ForeignKey("actors.id"), index=True)
    key: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    token: Mapped[str | None] = mapped_column(Words)
    csrf: Mapped[str] = mapped_column(Words, default="")
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)
    agent: Mapped[str] = mapped_column(Words, default="")


class Sighting(Base):
    """What a phone was last seen with: device and Collect version; written at most once a minute.

    session_id: of the key that the device came with.
    """

    __tablename__ = "sightings"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    actor_id: Mapped[int] = mapped_column(ForeignKey("actors.id"))
    device_id: Mapped[str] = mapped_column(Words)
    agent: Mapped[str] = mapped_column(Words, default="")
    seen_at: Mapped[datetime] = mapped_column(Moment)
    session_id: Mapped[int | None] = mapped_column(Number)

    __table_args__ = (UniqueConstraint("actor_id", "device_id"),)


class PhoneForm(Base):
    """The version of a form that a phone fetched or sent last. act: fetched or sent."""

    __tablename__ = "phone_forms"

    actor_id: Mapped[int] = mapped_column(ForeignKey("actors.id"), primary_key=True)
    form_id: Mapped[int] = mapped_column(ForeignKey("forms.id"), primary_key=True)
    act: Mapped[str] = mapped_column(String(8), primary_key=True)
    form_version_id: Mapped[int] = mapped_column(ForeignKey("form_versions.id"))
    at: Mapped[datetime] = mapped_column(Moment)


class Grant(Base):
    """One role of one actor at one place: site (place_id 0), project or form.

    rows: the records that it is limited to as JSON {phones, field, values}, empty for all of them.
    """

    __tablename__ = "grants"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    actor_id: Mapped[int] = mapped_column(ForeignKey("actors.id"))
    role_id: Mapped[int] = mapped_column()
    place: Mapped[str] = mapped_column(String(10))
    place_id: Mapped[int] = mapped_column(Number, default=0)
    rows: Mapped[str | None] = mapped_column(Words)

    __table_args__ = (UniqueConstraint("actor_id", "role_id", "place", "place_id"),
                      Index("ix_grants_place_place_id", "place", "place_id"))
