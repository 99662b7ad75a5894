"""Room for a folder of backups: what lies where, who works in it, what each backup says about itself.

    blobs/                  every file of all backups, once, by its SHA-256
    20261122T170039Z/       one backup: collector.sqlite3, secret, manifest.json
    20261122T170039Z.partial/   one that is being made, or was cut off; worth nothing
    lock                    held while a backup is made

It must not know rows (`store/dump`) nor judge (`services/backup`).
"""

import contextlib
import fcntl
import hashlib
import heapq
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from collector.store import dump
from collector.store.blobs.disk import DiskBlobs, sync_folder
from collector.store.dump import Digest

DATABASE, SECRET, MANIFEST, PARTIAL = "collector.sqlite3", "secret", "manifest.json", ".partial"
FORMAT = 1


class FolderBusy(Exception):
    """Another backup is being made in this folder."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says about itself. verified: it was restored in a scratch place and compared, without a fault.

    made_at: ISO 8601, UTC. program, revision: of the server that it was made of; kind: of its database.
    tables: digest by name. faults: (kind, what), see `services/backup.Fault`.
    """

    name: str
    made_at: str
    program: str
    revision: str
    kind: str
    database_bytes: int
    database_sha256: str
    tables: dict[str, Digest]
    blobs: int
    blob_bytes: int
    new_blobs: int
    new_bytes: int
    seconds: float
    verified: bool
    faults: list[tuple[str, str]] = field(default_factory=list)
    format: int = FORMAT


class Backups:
    """The backups of one folder."""

    def __init__(self, root: Path):
        self.root = Path(root)
        self.blobs = DiskBlobs(self.root)

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Keeps others out meanwhile; the folder is there and what was cut off is gone. Raises FolderBusy, OSError."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self.root / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise FolderBusy(str(self.root)) from None
            for left in self.root.glob(f"*{PARTIAL}"):
                shutil.rmtree(left)
            for part in (self.blobs.root, self.blobs.spool_root):
                part.mkdir(mode=0o700, exist_ok=True)
            self.blobs.prepare()
            yield
        finally:
            os.close(descriptor)

    def manifests(self) -> list[Manifest]:
        """What the finished backups say, newest first. One whose manifest cannot be read is left out."""
        found = (self.find(folder.name) for folder in sorted(self.root.iterdir(), reverse=True)
                 if folder.suffix != PARTIAL) if self.root.is_dir() else ()
        return [one for one in found if one is not None]

    def find(self, name: str) -> Manifest | None:
        """What the finished backup of this name says, or None."""
        try:
            held = json.loads((self.root / name / MANIFEST).read_text("utf-8"))
            tables = {table: Digest(**digest) for table, digest in held.pop("tables").items()}
            faults = [tuple(fault) for fault in held.pop("faults")]
            made = Manifest(**held, tables=tables, faults=faults)
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return None
        return made if made.name == name and made.format == FORMAT else None

    def begin(self, name: str) -> tuple[str, Path]:
        """(name, new folder) of a backup under this name, or under one after it when it is taken."""
        number, free = 1, name
        while (self.root / free).exists():
            number += 1
            free = f"{name}-{number}"
        folder = self.root / f"{free}{PARTIAL}"
        folder.mkdir(mode=0o700)
        return free, folder

    def finish(self, folder: Path, manifest: Manifest) -> None:
        """Nothing; the backup is there under its own name, durable."""
        with _private(folder / MANIFEST) as file:
            file.write(json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode())
            file.flush()
            os.fsync(file.fileno())
        sync_folder(folder)
        os.rename(folder, self.root / manifest.name)
        sync_folder(self.root)

    def file(self, manifest: Manifest, name: str = DATABASE) -> Path:
        """Where a file of this backup lies."""
        return self.root / manifest.name / name

    def prune(self, keep: int) -> tuple[int, int]:
        """(backups, blobs) that are gone now: those older than the newest `keep` good ones; 0 keeps all.

        Blobs that no backup names any more go with them.
        """
        held = self.manifests()
        good = [one.name for one in held if one.verified]
        old = [one.name for one in held if one.name < good[keep - 1]] if 0 < keep <= len(good) else []
        for name in old:
            shutil.rmtree(self.root / name)
        return len(old), self._drop_unnamed() if old else 0

    def _drop_unnamed(self) -> int:
        named = heapq.merge(*(dump.blobs_in(file) for file in self.root.glob(f"*/{DATABASE}")))
        dropped, name = 0, ""
        with contextlib.suppress(dump.Unreadable):  # nobody knows what a damaged backup names: all stays
            for sha256 in self.blobs.all():
                while name < sha256:
                    name = next(named, ("~", 0))[0]
                if name != sha256:
                    self.blobs.drop(sha256)
                    dropped += 1
        return dropped


def copy(source: Path, target: Path) -> str:
    """SHA-256 (hex) of what was copied into the new file, which only its owner can read; durable."""
    digest = hashlib.sha256()
    with source.open("rb") as read, _private(target) as file:
        while piece := read.read(1 << 20):
            digest.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def sha256_of(file: Path) -> str:
    """SHA-256 (hex) of the file."""
    with file.open("rb") as read:
        return hashlib.file_digest(read, "sha256").hexdigest()


def room(folder: Path) -> tuple[int, int]:
    """(bytes that are free, file system) where the folder is or would be."""
    there = folder.resolve()
    while not there.exists():
        there = there.parent
    return shutil.disk_usage(there).free, there.stat().st_dev


def _private(file: Path):
    return os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")
