"""Queries of how large things are and how much waits, over all projects, for who cares for the server.

It must not judge (`services/condition`). `services/status` asks.
"""

from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from collector.store.tables.blobs import BlobRow
from collector.store.tables.projects import Project
from collector.store.tables.submissions import Parked, Submission


def find_database(session: Session) -> tuple[str, str, int]:
    """(kind, version, bytes on the disk with the write-ahead log of SQLite)."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        version = connection.exec_driver_sql("SHOW server_version").scalar().split()[0]
        return "PostgreSQL", version, connection.exec_driver_sql(
            "SELECT pg_database_size(current_database())").scalar()
    version = connection.exec_driver_sql("SELECT sqlite_version()").scalar()
    file = connection.exec_driver_sql("PRAGMA database_list").first()[2]
    return "SQLite", version, sum(_bytes(Path(f"{file}{ending}")) for ending in ("", "-wal"))


def count_blobs(session: Session) -> tuple[int, int]:
    """(stored files, their bytes)."""
    count, size = session.execute(select(func.count(), func.coalesce(func.sum(BlobRow.size), 0))
                                  .select_from(BlobRow)).one()
    return count, int(size)


def count_submissions(session: Session) -> int:
    """Living records of all projects, without those of tests."""
    return session.scalar(select(func.count(Submission.id)).where(Submission.draft.is_(False),
                                                                  Submission.deleted_at.is_(None)))


def list_parked(session: Session) -> list[tuple[int, str, int]]:
    """(project id, its name, how many submissions wait there to be admitted or dismissed), most first."""
    waiting = func.count(Parked.id)
    query = (select(Project.id, Project.name, waiting).join(Project, Project.id == Parked.project_id)
             .where(Parked.state == "waiting").group_by(Project.id, Project.name)
             .order_by(waiting.desc(), Project.id))
    return [tuple(row) for row in session.execute(query)]


def _bytes(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0
