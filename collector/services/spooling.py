"""Room where the rows of a build wait on the disk: read from the database once, written into each format from here.

It must not know formats or recipes. A spool is a file without a name in the data folder: it goes with the process that
made it, however that ends. Next: `services/packing` hands its pieces to the formats.
"""

import hashlib
import marshal
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import orjson

from collector.domain.tabular.shape import DataTable, Rows

PIECE = 1 << 18

class Spool:
    """The rows of one table. rows: how many; bytes: what they take on the disk."""

    def __init__(self, table: DataTable, folder: Path):
        self.table = table
        self.rows = self.bytes = 0
        self._ids = [one.id for one in table.variables]
        self._places: list[tuple[int, int, Callable]] = []
        self._file = tempfile.TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115  closed with the spool

    def add(self, rows: Rows) -> None:
        """Takes the next rows of the table."""
        if not len(rows):
            return
        data, read = _packed((rows.numbers, rows.instances, rows.keys, rows.parents,
                              [_shortened(rows.cells[id]) for id in self._ids]))
        self._write(data)
        self._places.append((self.bytes, len(data), read))
        self.bytes += len(data)
        self.rows += len(rows)

    def pieces(self) -> Iterator[Rows]:
        """The rows from the start, piece by piece; any number of readers at once."""
        for start, length, read in self._places:
            numbers, instances, keys, parents, columns = read(os.pread(self._file.fileno(), length, start))
            count = len(numbers)
            yield Rows(numbers, instances, keys, parents, {
                id: [None] * count if cells is None else cells for id, cells in zip(self._ids, columns, strict=True)})

    def told(self, tell: Callable[[int], None]) -> Callable[[], Iterator[Rows]]:
        """The pieces, for a format; tell is called with the number of rows of each."""
        def pieces() -> Iterator[Rows]:
            for rows in self.pieces():
                tell(len(rows))
                yield rows
        return pieces

    def close(self) -> None:
        """Gives the disk back."""
        self._file.close()

    def _write(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[self._file.write(view):]


def bytes_of(file: BinaryIO, told: dict, tell: Callable[[int], None]) -> Iterator[bytes]:
    """The bytes of a file from its start; bytes and sha256 stand in told after the last. tell(0) is called between."""
    digest, size = hashlib.sha256(), 0
    file.flush()
    file.seek(0)
    while piece := file.read(PIECE):
        digest.update(piece)
        size += len(piece)
        tell(0)
        yield piece
    told.update(bytes=size, sha256=digest.hexdigest())


def _packed(rows: tuple) -> tuple[bytes, Callable]:
    """(bytes, what reads them). JSON costs half of marshal, which takes what JSON does not: very large numbers, and
    text that is no text."""
    try:
        return orjson.dumps(rows), orjson.loads
    except TypeError:
        return marshal.dumps(rows), marshal.loads


def _shortened(cells: list) -> list | None:
    """The cells, None when all of them are."""
    return None if cells[0] is None and cells[-1] is None and cells.count(None) == len(cells) else cells
