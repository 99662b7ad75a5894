"""Room for backups: a copy of database and files while the server runs, believed once it was restored and compared.

It must not stop anybody from writing, nor touch what is stored. The database comes first, from one snapshot; files
after it: a file is on the disk before its row is written, so each that the snapshot names is there.
`services/restore` puts a backup into a new data folder; `condition` tells when the last good one was made.
"""

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC
from importlib.metadata import version
from pathlib import Path

from collector.domain import access
from collector.services.unit import UnitOfWork, Units
from collector.store import backups, dump
from collector.store.backups import Backups, Manifest
from collector.store.blobs.disk import DiskBlobs
from collector.store.queries import blobs as queries

FolderBusy = backups.FolderBusy
Fault = tuple[str, str]  # (database, table, missing or damaged; which file, table or blob)
Tell = Callable[[str, int, int], None]  # what is being done (database, files, compare), how much is done, of how much
SPARE = 50_000_000  # bytes beyond what is counted: folders, and what comes in meanwhile


@dataclass(frozen=True, slots=True)
class Plan:
    """What a backup would write, in bytes. one_disk: files are linked, and a broken disk takes both."""

    new_blobs: int
    new_bytes: int
    database_bytes: int
    needed: int
    free: int
    one_disk: bool


def plan(unit: UnitOfWork, folder: Path) -> Plan:
    """What a backup in this folder would take, and what is free there."""
    unit.require_system()
    held = Backups(folder).blobs
    new = [row.size for row in _rows(unit) if held.size(row.sha256) != row.size]
    database = dump.bytes_of(unit.session)
    free, disk = backups.room(folder)
    one = isinstance(unit.blobs, DiskBlobs) and backups.room(unit.blobs.root)[1] == disk
    needed = 2 * database + (0 if one else sum(new)) + SPARE  # the database twice: it is restored to be compared
    return Plan(len(new), sum(new), database, needed, free, one)


def make(units: Units, folder: Path, full: bool = False, keep: int = 0,
         tell: Tell = lambda what, done, of: None) -> Manifest:
    """What the new backup says about itself; it is good when `verified`. Then the event backup.create is recorded.

    full: every file of the backup is read again, not only the new ones. keep: so many good backups stay in the folder;
    0 keeps all. A backup that is cut off leaves nothing. Raises FolderBusy, OSError.
    """
    store = Backups(folder)
    with store.held():
        name, partial = store.begin(units.clock().astimezone(UTC).strftime("%Y%m%dT%H%M%SZ"))
        try:
            manifest = _write(units, store, name, partial, full, tell)
            faults = manifest.faults + _compare(store, manifest, partial, tell)
            manifest = replace(manifest, faults=faults, verified=not faults)
            store.finish(partial, manifest)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
        if manifest.verified:
            units.write(access.SYSTEM, lambda unit: unit.record("backup.create", details=_told(manifest)))
            store.prune(keep)
    return manifest


def _write(units: Units, store: Backups, name: str, partial: Path, full: bool, tell: Tell) -> Manifest:
    """The manifest, not verified, of a backup whose files all lie there."""
    began, made_at = time.monotonic(), units.clock().astimezone(UTC)
    file = partial / backups.DATABASE
    with units.reading(access.SYSTEM) as unit:
        revision, tables = dump.write(unit.session, file, lambda done, of: tell("database", done, of))
    secret = Path(units.settings.data) / backups.SECRET
    if secret.exists():
        backups.copy(secret, partial / backups.SECRET)
    new, faults, total = [], [], tables["blobs"].rows
    count = size = 0
    for sha256, expected in dump.blobs_in(file):
        tell("files", count, total)
        count, size = count + 1, size + expected
        wrong, added = carry(units.blobs, store.blobs, sha256, expected, full)
        new += [expected] if added else []
        faults += [(wrong, sha256)] if wrong else []
    return Manifest(
        name, made_at.isoformat(timespec="seconds").replace("+00:00", "Z"), version("collector"), revision,
        units.engine.dialect.name, file.stat().st_size, backups.sha256_of(file), tables, count, size, len(new),
        sum(new), round(time.monotonic() - began, 1), False, faults)


def carry(source, target: DiskBlobs, sha256: str, size: int, full: bool = False) -> tuple[str, bool]:
    """(what is wrong or '', whether it is new) once the blob lies in the target, whole. A new one is read again."""
    if target.size(sha256) == size and (not full or target.is_whole(sha256)):
        return "", False
    try:
        whole = target.take(sha256, source) and target.size(sha256) == size and target.is_whole(sha256)
    except FileNotFoundError:
        return "missing", False
    if not whole:
        target.drop(sha256)
        return "damaged", False
    return "", True


def _compare(store: Backups, manifest: Manifest, partial: Path, tell: Tell) -> list[Fault]:
    """What differs between the server's snapshot and what a restore of the backup gives back."""
    tell("compare", 0, 1)
    scratch = partial / "scratch"
    scratch.mkdir()
    try:
        restored = scratch / backups.DATABASE
        if backups.copy(partial / backups.DATABASE, restored) != manifest.database_sha256:
            return [("database", backups.DATABASE)]
        return [*differences(restored, manifest), *_absent(store, restored, manifest)]
    finally:
        shutil.rmtree(scratch)


def differences(file: Path, manifest: Manifest) -> list[Fault]:
    """What is not in the database file as the manifest tells it: broken pages, tables with other rows."""
    if dump.broken(file):
        return [("database", file.name)]
    found = dump.digests(file)
    return [("table", name) for name in sorted(found.keys() | manifest.tables.keys())
            if found.get(name) != manifest.tables.get(name)]


def _absent(store: Backups, file: Path, manifest: Manifest) -> Iterator[Fault]:
    known = {what for _kind, what in manifest.faults}
    for sha256, size in dump.blobs_in(file):
        if sha256 not in known and store.blobs.size(sha256) != size:
            yield "missing", sha256


def _rows(unit: UnitOfWork) -> Iterator:
    after = ""
    while page := queries.list_blobs(unit.session, after):
        yield from page
        after = page[-1].sha256
        unit.session.expunge_all()


def _told(manifest: Manifest) -> dict:
    return {"name": manifest.name, "submissions": manifest.tables["submissions"].rows, "blobs": manifest.blobs,
            "blobBytes": manifest.blob_bytes, "databaseBytes": manifest.database_bytes, "seconds": manifest.seconds}
