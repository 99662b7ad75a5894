"""Table of blobs: every stored file once, by its content.

It must not know where the bytes lie (`store/blobs`). `store/queries/blobs` reads and writes it.
"""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from collector.store.base import Base, Moment, Number


class BlobRow(Base):
    """A stored file. md5 is there for what OpenRosa manifests may name, else ''; size in bytes."""

    __tablename__ = "blobs"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    md5: Mapped[str] = mapped_column(String(32))
    size: Mapped[int] = mapped_column(Number)
    created_at: Mapped[datetime] = mapped_column(Moment)
