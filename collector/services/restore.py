"""Room for restoring: a backup put into a new data folder, and into PostgreSQL where that is asked for.

It must not touch a folder or database that holds anything, nor the backup. `cli/backup` brings the tables up to date
in between and gives the folder its name last, so that a restore that was cut off looks like none.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

from collector.services import backup
from collector.services.backup import Fault, Tell
from collector.services.unit import UnitOfWork
from collector.store import backups, dump
from collector.store.backups import Backups, Manifest
from collector.store.blobs.disk import DiskBlobs, sync_folder


@dataclass(frozen=True, slots=True)
class Room:
    """Bytes that a restore needs and that are free."""

    needed: int
    free: int


class Differs(Exception):
    """What was put into the database is not what the backup holds; the text names the tables."""


def choose(folder: Path, name: str = "") -> Manifest | None:
    """What the backup of this name says about itself; without a name the newest good one. None: there is none."""
    store = Backups(folder)
    return store.find(name) if name else next((one for one in store.manifests() if one.verified), None)


def room(folder: Path, manifest: Manifest, data: Path) -> Room:
    """What a restore into the data folder takes, and what is free there."""
    free, disk = backups.room(data)
    linked = backups.room(folder)[1] == disk
    return Room(manifest.database_bytes + (0 if linked else manifest.blob_bytes) + backup.SPARE, free)


def is_empty(unit: UnitOfWork) -> bool:
    """Whether the database holds nothing of ours yet."""
    unit.require_system()
    return not dump.holds_rows(unit.session)


def place(folder: Path, manifest: Manifest, data: Path, tell: Tell) -> list[Fault]:
    """What is wrong; the new folder then holds database, files and key of the backup, each compared with its hash.

    The files that were known to be missing when the backup was made are wrong still. Raises OSError.
    """
    store, target = Backups(folder), DiskBlobs(data)
    for part in (data, target.root, target.spool_root, data / "tmp"):
        part.mkdir(mode=0o700)
    tell("database", 0, 1)
    file = data / backups.DATABASE
    if backups.copy(store.file(manifest), file) != manifest.database_sha256:
        return [("database", manifest.name)]
    if wrong := backup.differences(file, manifest):
        return wrong
    if store.file(manifest, backups.SECRET).exists():
        backups.copy(store.file(manifest, backups.SECRET), data / backups.SECRET)
    faults = []
    for number, (sha256, size) in enumerate(dump.blobs_in(file)):
        tell("files", number, manifest.blobs)
        wrong, _new = backup.carry(store.blobs, target, sha256, size)
        faults += [(wrong, sha256)] if wrong else []
    return faults


def load(unit: UnitOfWork, file: Path, tell: Tell) -> None:
    """Nothing; the empty tables of PostgreSQL hold the rows of the file, read back and compared. Raises Differs."""
    unit.require_system()
    if wrong := dump.load(unit.session, file, lambda done, of: tell("load", done, of)):
        raise Differs(", ".join(wrong))


def finish(unit: UnitOfWork, manifest: Manifest) -> None:
    """Nothing; the history tells from which backup it goes on."""
    unit.require_system()
    unit.record("backup.restore", details={"name": manifest.name})


def drop_database(data: Path) -> None:
    """Nothing; the SQLite file of the folder is gone, after its rows went elsewhere."""
    for ending in ("", "-wal", "-shm"):
        (data / f"{backups.DATABASE}{ending}").unlink(missing_ok=True)


def drop(data: Path) -> None:
    """Nothing; the folder of a restore that failed is gone."""
    shutil.rmtree(data, ignore_errors=True)


def rename(unfinished: Path, data: Path) -> None:
    """Nothing; the restored folder has its own name. Raises OSError when something stands there."""
    unfinished.rename(data)
    sync_folder(data.resolve().parent)


