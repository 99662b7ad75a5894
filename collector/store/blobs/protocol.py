"""What every blob store offers: bytes by their content, written durably before anybody relies on them.

It must not know rows or forms. `services` put and open blobs; `store/blobs/disk` keeps them in a folder.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol


@dataclass(frozen=True, slots=True)
class Blob:
    """A stored content: hex digests and size in bytes. md5: '' where nobody asked for it."""

    sha256: str
    md5: str
    size: int


class Spool(Protocol):
    """A file on its way in: written and hashed piece by piece, then kept or dropped."""

    size: int

    def write(self, piece: bytes) -> None:
        """Takes the next piece."""

    def keep(self) -> Blob:
        """The stored blob; when this returns, a loss of power cannot take it away."""

    def drop(self) -> None:
        """Forgets what was written; harmless after keep."""


class BlobStore(Protocol):
    """Content-addressed storage."""

    def spool(self, md5: bool = True) -> Spool:
        """A new empty spool. md5: whether phones may be told of the content, as of a form's media."""

    def open(self, sha256: str) -> BinaryIO:
        """A readable stream of the content. Raises FileNotFoundError."""

    def has(self, sha256: str) -> bool:
        """Whether the content is here."""

    def drop(self, sha256: str) -> None:
        """Removes the content, if here."""

    def touched(self, sha256: str) -> float | None:
        """When the content was last put, in seconds since 1970; None when it is not here."""

    def renew(self, sha256: str) -> None:
        """Nothing; the content counts as put now, if it is here."""

    def drop_older(self, sha256: str, before: float) -> bool:
        """Whether the content was removed, because nobody has put it since; never one that is just being put."""

    def drop_left(self, before: float) -> int:
        """How many files on their way in were removed, because nobody has written to them since."""

    def all(self) -> Iterator[str]:
        """Every sha256 that is stored."""


class Hashes:
    """SHA-256, MD5 if it is wanted, and size of what is fed."""

    __slots__ = ("_md5", "_sha256", "size")

    def __init__(self, md5: bool = True):
        self._sha256 = hashlib.sha256()
        self._md5 = hashlib.md5(usedforsecurity=False) if md5 else None
        self.size = 0

    def feed(self, piece: bytes) -> None:
        """Takes the next piece."""
        self._sha256.update(piece)
        if self._md5 is not None:
            self._md5.update(piece)
        self.size += len(piece)

    def blob(self) -> Blob:
        """The blob that all pieces make."""
        return Blob(self._sha256.hexdigest(), self._md5.hexdigest() if self._md5 is not None else "", self.size)


def put(store: BlobStore, stream: BinaryIO, piece: int = 1 << 18) -> Blob:
    """The stored blob of everything the stream gives."""
    spool = store.spool()
    try:
        while data := stream.read(piece):
            spool.write(data)
        return spool.keep()
    finally:
        spool.drop()


def put_bytes(store: BlobStore, data: bytes) -> Blob:
    """The stored blob of these bytes."""
    spool = store.spool()
    try:
        spool.write(data)
        return spool.keep()
    finally:
        spool.drop()
