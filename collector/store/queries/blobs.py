"""Queries of blobs: which files are stored, by content.

It must not open files (`store/blobs`). `services/blobs` asks; every other table only points at a row here.
"""

from datetime import datetime

from sqlalchemy import bindparam, delete, func, select, union_all, update
from sqlalchemy.orm import Session

from collector.store.base import Base
from collector.store.blobs.protocol import Blob
from collector.store.prepared import Adding, Prepared
from collector.store.tables.blobs import BlobRow
from collector.store.tables.export_jobs import ExportJob

_SWEEPING = 7_316_001  # the number of the lock in PostgreSQL, ours alone
_ADD = Adding(BlobRow.__table__, once=True)
_FILL = Prepared(update(BlobRow.__table__).where(
    BlobRow.__table__.c.sha256 == bindparam("key"), BlobRow.__table__.c.md5 == "").values(md5=bindparam("hash")))


def add_blob(session: Session, blob: Blob, at: datetime) -> None:
    """Nothing; the row is there afterwards, whoever wrote it first, with an MD5 if this blob has one."""
    _ADD.add_many(session, [{"sha256": blob.sha256, "md5": blob.md5, "size": blob.size, "created_at": at}])
    if blob.md5:
        _FILL.run(session, {"key": blob.sha256, "hash": blob.md5})


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


def list_unused(session: Session, before: datetime) -> list[str]:
    """Contents older than that at which no row of any table points."""
    return list(session.scalars(select(BlobRow.sha256).where(
        BlobRow.created_at < before, BlobRow.sha256.not_in(_pointers())).order_by(BlobRow.sha256)))


def drop_unused(session: Session, sha256s: list[str]) -> list[str]:
    """Those of the contents whose row was removed, because still no row points at them."""
    return list(session.scalars(delete(BlobRow).where(
        BlobRow.sha256.in_(sha256s), BlobRow.sha256.not_in(_pointers())).returning(BlobRow.sha256)))


def list_known(session: Session, sha256s: list[str]) -> set[str]:
    """Those of the contents that have a row."""
    return set(session.scalars(select(BlobRow.sha256).where(BlobRow.sha256.in_(sha256s))))


def list_exported(session: Session) -> list[str]:
    """Contents at which exports alone point: they can be made again."""
    exported = ExportJob.__table__.c.blob_sha256
    found = list(session.scalars(select(exported).where(exported.is_not(None)).distinct()))
    others = [column for column in _pointing() if column.table is not ExportJob.__table__]
    kept = set(session.scalars(union_all(*(select(one).where(one.in_(found)) for one in others)))) if found else set()
    return sorted(set(found) - kept)


def lock_sweeping(session: Session) -> None:
    """Nothing; other workers that want to sweep wait until this transaction ends (SQLite has one writer anyway)."""
    if session.connection().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_SWEEPING)))


def _pointers():
    """Every content that a row of whatever table points at."""
    return union_all(*(select(column).where(column.is_not(None)) for column in _pointing())).scalar_subquery()


def _pointing() -> list:
    """The columns that point at contents; a table of later days is not forgotten."""
    key = BlobRow.__table__.c.sha256
    return [column for table in Base.metadata.sorted_tables for column in table.columns if column.references(key)]
