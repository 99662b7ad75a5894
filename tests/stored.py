"""What lies in a data folder, read with nothing but SQLite and hashes.

It must not use the server's own code: that is what is being tried.
"""

import contextlib
import hashlib
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class StoredSubmission:
    """A submission: its current XML and the files of its ledger, None where one has not arrived."""

    xml: bytes
    files: dict[str, str | None]
    counted: tuple[int, int]


def read(data: Path) -> dict[str, StoredSubmission]:
    """Every submission by its instanceID."""
    with contextlib.closing(sqlite3.connect(data / "collector.sqlite3")) as database:
        files: dict[int, dict[str, str | None]] = {}
        for version, name, sha256 in database.execute("SELECT version_id, name, blob_sha256 FROM submission_files"):
            files.setdefault(version, {})[name] = sha256
        rows = database.execute(
            "SELECT s.instance_id, v.xml, v.id, s.files_expected, s.files_present FROM submissions s"
            " JOIN submission_versions v ON v.submission_id = s.id AND v.current")
        return {instance: StoredSubmission(xml, files.get(version, {}), (expected, present))
                for instance, xml, version, expected, present in rows}


def faults(data: Path) -> list[str]:
    """What is half there: rows without what belongs to them, blobs without their file or with another content."""
    found = []
    with contextlib.closing(sqlite3.connect(data / "collector.sqlite3")) as database:
        answer = database.execute("PRAGMA integrity_check").fetchone()[0]
        found += [] if answer == "ok" else [f"integrity: {answer}"]
        found += [f"foreign key: {row}" for row in database.execute("PRAGMA foreign_key_check")]
        found += [f"submission {row[0]} has {row[1]} current versions" for row in database.execute(
            "SELECT s.id, count(v.id) FROM submissions s LEFT JOIN submission_versions v"
            " ON v.submission_id = s.id AND v.current GROUP BY s.id HAVING count(v.id) <> 1")]
        found += [f"submission {row[0]} has no event" for row in database.execute(
            "SELECT id FROM submissions s WHERE NOT EXISTS"
            " (SELECT 1 FROM events e WHERE e.submission_id = s.id AND e.action = 'submission.create')")]
        found += [f"submission {row[0]} counts {row[1]} files, its ledger has {row[2]}" for row in database.execute(
            "SELECT s.id, s.files_expected, count(f.id) FROM submissions s"
            " JOIN submission_versions v ON v.submission_id = s.id AND v.current"
            " LEFT JOIN submission_files f ON f.version_id = v.id"
            " GROUP BY s.id HAVING s.files_expected <> count(f.id)")]
        blobs = database.execute("SELECT sha256, size FROM blobs").fetchall()
    for sha256, size in blobs:
        path = data / "blobs" / sha256[:2] / sha256
        if not path.exists():
            found.append(f"blob {sha256} has no file")
        elif path.stat().st_size != size or hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
            found.append(f"blob {sha256} has another content")
    return found


def waiting_steps(data: Path) -> int:
    """How many steps have not been done."""
    with contextlib.closing(sqlite3.connect(data / "collector.sqlite3")) as database:
        return database.execute("SELECT count(*) FROM tasks").fetchone()[0]


def steps_under_way(data: Path) -> int:
    """How many steps a worker has claimed and not yet done."""
    with contextlib.closing(sqlite3.connect(data / "collector.sqlite3", timeout=30)) as database:
        return database.execute("SELECT count(*) FROM tasks WHERE state = 'running'").fetchone()[0]


def without_rows(data: Path) -> int:
    """How many submissions have no row of answers for their current version."""
    with contextlib.closing(sqlite3.connect(data / "collector.sqlite3")) as database:
        return database.execute(
            "SELECT count(*) FROM submission_versions v WHERE v.current AND NOT EXISTS"
            " (SELECT 1 FROM flat_rows r WHERE r.version_id = v.id AND r.key = '')").fetchone()[0]


def until(true, seconds: float = 30) -> bool:
    """Whether it came true in time."""
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.02)
    return bool(true())
