"""Blob store in a folder: ab/cd/<sha256>, written so that a loss of power takes nothing that was acknowledged.

It must not know rows. Order of a put: write and hash in the spool, fsync the file, rename, fsync every new folder.
"""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from collector.store.blobs.protocol import Blob, Hashes


class DiskBlobs:
    """Blobs below root/blobs, files on their way in below root/spool (same file system, so that a rename is atomic)."""

    def __init__(self, root: Path):
        self.root = Path(root) / "blobs"
        self.spool_root = Path(root) / "spool"
        self._known_folders: set[Path] = set()

    def prepare(self) -> None:
        """Makes the folders and clears what an earlier crash left in the spool."""
        for folder in (self.root, self.spool_root):
            _make_durably(folder)
        for left in self.spool_root.iterdir():
            left.unlink(missing_ok=True)

    def spool(self) -> "DiskSpool":
        """A new empty spool."""
        return DiskSpool(self)

    def path(self, sha256: str) -> Path:
        """Where the content lies, or would lie."""
        return self.root / sha256[:2] / sha256[2:4] / sha256

    def open(self, sha256: str) -> BinaryIO:
        """A readable stream of the content. Raises FileNotFoundError."""
        return self.path(sha256).open("rb")

    def has(self, sha256: str) -> bool:
        """Whether the content is here."""
        return self.path(sha256).exists()

    def drop(self, sha256: str) -> None:
        """Removes the content, if here."""
        self.path(sha256).unlink(missing_ok=True)

    def touched(self, sha256: str) -> float | None:
        """When the content was last put, in seconds since 1970."""
        try:
            return self.path(sha256).stat().st_mtime
        except FileNotFoundError:
            return None

    def all(self) -> Iterator[str]:
        """Every sha256 that is stored."""
        for outer in sorted(self.root.glob("??/??")):
            for file in sorted(outer.iterdir()):
                yield file.name

    def place(self, file: Path, blob: Blob) -> None:
        """Moves a finished, fsynced file to its place; the folder is on disk when this returns."""
        target = self.path(blob.sha256)
        self._make_folder(target.parent)
        if target.exists() and target.stat().st_size == blob.size:
            os.utime(target)
            file.unlink()
        else:
            os.replace(file, target)
        _sync_folder(target.parent)

    def _make_folder(self, folder: Path) -> None:
        for part in (folder.parent, folder):
            if part not in self._known_folders:
                part.mkdir(exist_ok=True)
                _sync_folder(part.parent)
                self._known_folders.add(part)


class DiskSpool:
    """A file on its way into the folder."""

    def __init__(self, store: DiskBlobs):
        self._store = store
        self._hashes = Hashes()
        self._file = None
        self._path = store.spool_root / secrets.token_hex(16)

    @property
    def size(self) -> int:
        """Bytes written so far."""
        return self._hashes.size

    def write(self, piece: bytes) -> None:
        """Takes the next piece."""
        if self._file is None:
            self._file = self._path.open("wb")
        self._hashes.feed(piece)
        self._file.write(piece)

    def keep(self) -> Blob:
        """The stored blob, durable."""
        if self._file is None:
            self._file = self._path.open("wb")
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        blob = self._hashes.blob()
        self._store.place(self._path, blob)
        return blob

    def drop(self) -> None:
        """Forgets what was written; harmless after keep."""
        if self._file is not None:
            self._file.close()
            self._path.unlink(missing_ok=True)


def _make_durably(folder: Path) -> None:
    """Makes the folder and what is missing above it, each entered durably in its parent."""
    if not folder.parent.exists():
        _make_durably(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
