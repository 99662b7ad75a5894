"""Blob store in a folder: ab/<sha256>, written so that a loss of power takes nothing that was acknowledged.

It must not know rows. Order of a put: write and hash in the spool, fsync the file, rename, fsync every new folder.
"""

import contextlib
import fcntl
import hashlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from collector.store.blobs.protocol import Blob, BlobStore, Hashes


class DiskBlobs:
    """Blobs below root/blobs, files on their way in below root/spool (same file system, so that a rename is atomic)."""

    def __init__(self, root: Path):
        self.root = Path(root) / "blobs"
        self.spool_root = Path(root) / "spool"
        self._known_folders: set[str] = set()

    def prepare(self) -> None:
        """Makes the folders and clears what an earlier crash left in the spool."""
        for folder in (self.root, self.spool_root):
            _make_durably(folder)
        self._raise_deeper()
        for left in self.spool_root.iterdir():
            left.unlink(missing_ok=True)

    def forget(self) -> None:
        """Nothing; which folders there are is looked up again."""
        self._known_folders.clear()

    def spool(self, md5: bool = True) -> "DiskSpool":
        """A new empty spool. md5: whether phones may be told of the content."""
        return DiskSpool(self, md5)

    def path(self, sha256: str) -> Path:
        """Where the content lies, or would lie."""
        return self.root / sha256[:2] / sha256

    def open(self, sha256: str) -> BinaryIO:
        """A readable stream of the content. Raises FileNotFoundError."""
        return self.held(sha256).open("rb")

    def held(self, sha256: str) -> Path:
        """Where the content lies; a folder that nobody may change, as of a backup, can still have it deeper."""
        place = self.path(sha256)
        deeper = place.parent / sha256[2:4] / sha256
        return deeper if not place.exists() and deeper.exists() else place

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
        for folder in sorted(self.root.glob("??")):
            yield from sorted(os.listdir(folder))

    def place(self, file: str, blob: Blob) -> None:
        """Moves a finished, fsynced file to its place; the folder is on disk when this returns."""
        folder = f"{self.root}/{blob.sha256[:2]}"
        is_known = folder in self._known_folders
        if not is_known:
            Path(folder).mkdir(exist_ok=True)
        target = f"{folder}/{blob.sha256}"
        if self._is_put_again(target, blob.size):
            os.unlink(file)
        else:
            os.replace(file, target)
        sync_folder(folder)
        if not is_known:  # after the file's own, which on most file systems makes this a glance
            sync_folder(self.root)
            self._known_folders.add(folder)

    def renew(self, sha256: str) -> None:
        """Nothing; the content counts as put now, if it is here."""
        with contextlib.suppress(FileNotFoundError):
            os.utime(self.path(sha256))

    def drop_older(self, sha256: str, before: float) -> bool:
        """Whether the content was removed, because nobody has put it since (seconds since 1970)."""
        with self._sweeping(fcntl.LOCK_EX):
            touched = self.touched(sha256)
            if touched is None or touched >= before:
                return False
            self.drop(sha256)
            return True

    def drop_left(self, before: float) -> int:
        """How many files on their way in were removed, because nobody has written to them since."""
        dropped = 0
        for folder in (self.spool_root, self.spool_root.with_name("tmp")):
            for left in folder.iterdir() if folder.is_dir() else ():
                with contextlib.suppress(OSError):
                    if left.is_file() and left.stat().st_mtime < before:
                        left.unlink()
                        dropped += 1
        return dropped

    def size(self, sha256: str) -> int | None:
        """How many bytes lie there, or None."""
        try:
            return self.path(sha256).stat().st_size
        except FileNotFoundError:
            return None

    def is_whole(self, sha256: str) -> bool:
        """Whether the disk still gives back the content that was put."""
        try:
            with self.open(sha256) as stream:
                os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)  # from the disk, not from memory
                return hashlib.file_digest(stream, "sha256").hexdigest() == sha256
        except OSError:
            return False

    def take(self, sha256: str, source: BlobStore) -> bool:
        """Whether the content is here now: linked where both lie on one file system, else copied if it is whole.

        Raises FileNotFoundError when the source has none.
        """
        self.drop(sha256)
        spool = self.spool()
        if isinstance(source, DiskBlobs) and spool.link(source.held(sha256)):
            self.place(spool.path, Blob(sha256, "", 0))
            return True
        with source.open(sha256) as stream:
            try:
                while piece := stream.read(1 << 18):
                    spool.write(piece)
                if spool.blob().sha256 != sha256:
                    return False
                spool.keep()
                return True
            finally:
                spool.drop()

    def _is_put_again(self, target: str, size: int) -> bool:
        """Whether the content lies there; it then counts as put now, and a sweeper that looked before leaves it."""
        if not os.path.exists(target):
            return False
        with self._sweeping(fcntl.LOCK_SH):
            if not os.path.exists(target) or os.path.getsize(target) != size:
                return False
            os.utime(target)
            return True

    def _raise_deeper(self) -> None:
        """Nothing; what earlier versions put one folder deeper lies where it is looked for. Asked once of a folder."""
        done = self.root / "one-deep"
        if done.exists():
            return
        for folder in self.root.glob("??"):
            deeper = list(folder.glob("??"))
            for file in (file for inner in deeper for file in inner.iterdir()):
                os.replace(file, folder / file.name)
            sync_folder(folder)
            for inner in deeper:
                inner.rmdir()
        done.touch()
        sync_folder(self.root)

    @contextlib.contextmanager
    def _sweeping(self, kind: int) -> Iterator[None]:
        """Many may put at once, in whatever process; none while a file is looked at and removed."""
        descriptor = os.open(self.root / "sweep.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, kind)
            yield
        finally:
            os.close(descriptor)


class DiskSpool:
    """A file on its way into the folder. The system is asked directly: a buffer would copy every piece once more."""

    def __init__(self, store: DiskBlobs, md5: bool = True):
        self._store = store
        self._hashes = Hashes(md5)
        self._descriptor: int | None = None
        self._lies = False
        self.path = f"{store.spool_root}/{secrets.token_hex(16)}"

    @property
    def size(self) -> int:
        """Bytes written so far."""
        return self._hashes.size

    def write(self, piece: bytes) -> None:
        """Takes the next piece."""
        self._open()
        self._hashes.feed(piece)
        written = os.write(self._descriptor, piece)
        while written < len(piece):
            written += os.write(self._descriptor, memoryview(piece)[written:])

    def blob(self) -> Blob:
        """The blob that is kept if nothing more comes."""
        return self._hashes.blob()

    def link(self, file: Path) -> bool:
        """Whether the file lies here too now, the same bytes on the disk under a second name."""
        try:
            os.link(file, self.path)
        except FileNotFoundError:
            raise
        except OSError:
            return False
        return True

    def keep(self) -> Blob:
        """The stored blob, durable."""
        self._open()
        os.fsync(self._descriptor)
        self._close()
        blob = self._hashes.blob()
        self._store.place(self.path, blob)
        self._lies = False
        return blob

    def drop(self) -> None:
        """Forgets what was written; harmless after keep."""
        self._close()
        if self._lies:
            self._lies = False
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self.path)

    def _open(self) -> None:
        if self._descriptor is None:
            self._descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o666)
            self._lies = True

    def _close(self) -> None:
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)


def _make_durably(folder: Path) -> None:
    """Makes the folder and what is missing above it, each entered durably in its parent."""
    if not folder.parent.exists():
        _make_durably(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path | str) -> None:
    """Nothing; what was made or renamed in the folder survives a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
