"""Room that keeps files and hands them out.

It must not know what a file is for. Bytes go to the blob store before their row is written; forms, submissions and
lists then point at the row.
"""

import hashlib
import logging
from collections.abc import Iterable
from typing import BinaryIO

from collector.domain import problems
from collector.services.unit import UnitOfWork
from collector.store.blobs import protocol
from collector.store.blobs.protocol import Blob
from collector.store.queries import blobs as queries

_REMEMBERED = 50_000
log = logging.getLogger(__name__)


def put(unit: UnitOfWork, data: bytes) -> Blob:
    """The stored content; for a prepare step. `keep` writes its row. Raises 503.2 when the disk is full."""
    try:
        return protocol.put_bytes(unit.blobs, data)
    except OSError as fault:
        raise problems.disk_full() from fault


def put_stream(unit: UnitOfWork, stream: BinaryIO, limit: int) -> Blob:
    """The stored content of all that the stream gives. Raises 400.36 beyond limit bytes, 503.2 (disk full)."""
    spool = unit.blobs.spool()
    try:
        while piece := stream.read(1 << 18):
            spool.write(piece)
            if spool.size > limit:
                raise problems.too_large(limit)
        return spool.keep()
    except OSError as fault:
        raise problems.disk_full() from fault
    finally:
        spool.drop()


def settle(spool: protocol.Spool) -> Blob:
    """The stored content of a file that was spooled. Raises 503.2 when the folder takes none: full, or not ours."""
    try:
        return spool.keep()
    except OSError as fault:
        log.exception("a file could not be stored")
        raise problems.disk_full() from fault


def keep(unit: UnitOfWork, blob: Blob) -> Blob:
    """The same blob, with its row in this transaction."""
    queries.add_blob(unit.session, blob, unit.now())
    return blob


def keep_all(unit: UnitOfWork, blobs: Iterable[Blob]) -> None:
    """Nothing; every row is in this transaction."""
    queries.add_blobs(unit.session, list(blobs), unit.now())


def find(unit: UnitOfWork, sha256: str | None) -> Blob | None:
    """The kept blob of this content, or None."""
    row = queries.find_blob(unit.session, sha256) if sha256 else None
    return None if row is None else Blob(row.sha256, row.md5, row.size)


def md5_of(unit: UnitOfWork, blob: Blob) -> str:
    """The MD5 of a kept content in hex, by which callers say that they hold it; computed once where it is not kept."""
    known = unit.units.memory.setdefault("md5", {})
    found = blob.md5 or known.get(blob.sha256)
    if not found:
        with open_blob(unit, blob.sha256) as stream:
            found = hashlib.file_digest(stream, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
        if len(known) > _REMEMBERED:
            known.clear()
        known[blob.sha256] = found
    return found


def open_blob(unit: UnitOfWork, sha256: str) -> BinaryIO:
    """A readable stream of a kept content, which the caller closes. Raises 404.1.

    Nothing is asked here: whoever calls has asked `require` for the thing that the file belongs to.
    """
    try:
        return unit.blobs.open(sha256)
    except FileNotFoundError:
        raise problems.not_found("El archivo", "The file") from None


def read_blob(unit: UnitOfWork, sha256: str) -> bytes:
    """The whole of a kept content that is known to be small. Raises 404.1."""
    with open_blob(unit, sha256) as stream:
        return stream.read()
