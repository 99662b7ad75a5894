"""Room where a build is put together: files of data, photos, codebook, description, receipt, in one zip.

It must not know jobs, permissions or HTTP; whoever calls has opened the source. Bytes go to a sink piece by piece:
`services/building` stores them, the command line writes a file.
"""

import hashlib
import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from collector.domain import problems
from collector.domain.formats import workbook_out
from collector.domain.formats.ziparchive import Member, zip_pieces
from collector.domain.tabular.codebook import sheets
from collector.domain.tabular.package import DataFile
from collector.domain.tabular.variables import languages_of
from collector.services import describing
from collector.services.condition import is_disk_full
from collector.services.data_files import ENDINGS, MEASURED, DataFiles
from collector.services.describing import MANIFEST, PAGE, RECEIPT, WORKBOOK, Description
from collector.services.gathering import READ, Gathered, Progress, Source, gather
from collector.services.orders import Order
from collector.services.packed_files import FILES, LIST, PackedFiles
from collector.services.unit import UnitOfWork

DESCRIBE = "describe"


@dataclass(frozen=True, slots=True)
class Packed:
    """What went into the sink. name: for the download; files: {name: {rows, bytes, sha256}}."""

    name: str
    files: dict[str, dict]
    receipt: dict


def phases(order: Order) -> list[str]:
    """The names of what is done for an order, one after the other."""
    return [READ, *order.formats, *([FILES] if order.files else []), DESCRIBE]


def pack(source: Source, unit: UnitOfWork, order: Order, sink: Callable[[bytes], object], progress: Progress,
         receipt: dict) -> Packed:
    """What went into the sink. receipt: who, when, purpose and more, for receipt.json.

    Raises 500.91 (rows are missing), 409.93 (a format cannot hold this), 400.8 (nothing for the format), 503.2 (disk
    full). What went into the sink before that is worth nothing.
    """
    folder = room(unit)
    try:
        with ExitStack() as stack:
            tables = gather(source, unit, folder, stack, progress, not MEASURED.isdisjoint(order.formats))
            package = _Package(source, unit, order, tables, folder, progress, receipt)
            for piece in package.pieces():
                sink(piece)
            return Packed(package.name, package.files, receipt)
    except OSError as fault:
        if not is_disk_full(fault):
            raise
        raise problems.disk_full() from fault


def room(unit: UnitOfWork) -> Path:
    """Where files lie that have no name and go with their process."""
    folder = unit.settings.data.resolve() / "tmp"
    folder.mkdir(exist_ok=True)
    return folder


class _Package:
    """One build, from rows on the disk to the last byte. files: what is known of each, once it is out."""

    def __init__(self, source: Source, unit: UnitOfWork, order: Order, tables: list[Gathered], folder: Path,
                 progress: Progress, receipt: dict):
        self._source, self._unit, self._order, self._tables = source, unit, order, tables
        self._folder, self._progress, self._receipt = folder, progress, receipt
        self._manner = replace(order.manner, languages=languages_of(source.read.model, order.language))
        self._data = DataFiles(tables, order.formats, self._manner, folder, progress)
        self._alone = order.alone and len(self._data.plan) == 1
        self.files: dict[str, dict] = {one.name: one.told for one in self._data.plan}
        self.name = f"{tables[0].stem}{ENDINGS[order.formats[0]] if self._alone else '.zip'}"

    def pieces(self) -> Iterator[bytes]:
        """The file, piece by piece."""
        told = Description(self._source, self._unit, self._order, self._manner, self._tables)
        if self._alone:
            for member in self._data.members(told.book):
                yield from member.pieces
        else:
            yield from zip_pieces(self._members(told))

    def _members(self, told: Description) -> Iterator[Member]:
        yield from self._data.members(told.book)
        if self._order.files:
            media = PackedFiles(self._source, self._unit, self._tables, self._progress)
            yield from media.members(self._folder, self.files)
        self._progress.begin(DESCRIBE, 4)
        yield self._whole(WORKBOOK, _workbook(told, self._manner))
        yield self._whole(PAGE, b"".join(told.page()))
        yield self._whole(MANIFEST, told.manifest([*self._data.described(), *self._others()]))
        yield self._whole(RECEIPT, describing.receipt(self._receipt, self.files))

    def _whole(self, name: str, data: bytes) -> Member:
        """A file that is small enough to be made at once."""
        self.files[name] = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        self._progress.add(1)
        return Member(name, (data,))

    def _others(self) -> list[DataFile]:
        """What is known of the files that hold no data."""
        return [DataFile(name, name.rpartition(".")[2], one["bytes"], one["sha256"], one.get("rows"))
                for name in (LIST, WORKBOOK, PAGE) if (one := self.files.get(name)) is not None]


def _workbook(told: Description, manner) -> bytes:
    """codebook.xlsx."""
    out = io.BytesIO()
    workbook_out.write(out, sheets(told.book), manner)
    return out.getvalue()
