"""Queries of blobs: which files are stored, by content.

It must not open files (`store/blobs`). `services/blobs` asks; every other table only points at a row here.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from collector.store.blobs.protocol import Blob
from collector.store.tables.blobs import BlobRow

_INSERT = {
    "sqlite": sqlite.insert(BlobRow.__table__).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(BlobRow.__table__).on_conflict_do_nothing(),
}


def add_blob(session: Session, blob: Blob, at: datetime) -> None:
    """Nothing; the row is there afterwards, whoever wrote it first."""
    connection = session.connection()
    connection.execute(_INSERT[connection.dialect.name],
                       {"sha256": blob.sha256, "md5": blob.md5, "size": blob.size, "created_at": at})


def add_blobs(session: Session, blobs: list[Blob], at: datetime) -> None:
    """Nothing; the rows are there afterwards. In the order of their keys, so that two writers never wait in a ring."""
    for blob in sorted(set(blobs), key=lambda one: one.sha256):
        add_blob(session, blob, at)


def find_blob(session: Session, sha256: str) -> BlobRow | None:
    """The row of a stored content."""
    return session.get(BlobRow, sha256)


def list_blobs(session: Session, after: str = "", limit: int = 1000) -> list[BlobRow]:
    """The next rows in the order of their keys, for backup and sweeping."""
    query = select(BlobRow).where(BlobRow.sha256 > after).order_by(BlobRow.sha256).limit(limit)
    return list(session.scalars(query))
