"""Table of public links: actors of kind public_link, each for one form. Their key is a session like a phone's.

It must not know who may use one (`services/public_links`). `store/queries/public_links` reads and writes it.
"""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from collector.store.base import Base, Moment


class PublicLink(Base):
    """What a public link has beside its actor. once: it takes one submission, null when nobody said; used_at: when an
    `once` link took it."""

    __tablename__ = "public_links"

    actor_id: Mapped[int] = mapped_column(ForeignKey("actors.id"), primary_key=True)
    form_id: Mapped[int] = mapped_column(ForeignKey("forms.id"), index=True)
    once: Mapped[bool | None] = mapped_column()
    used_at: Mapped[datetime | None] = mapped_column(Moment)
