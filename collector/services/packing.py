"""Room where files are made of records: written in every format asked for, described, put into one zip.

It must not know jobs, permissions or HTTP; whoever calls has opened the source. Bytes go to a sink piece by piece:
`services/building` stores them, the command line writes a file.
"""

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path

from collector.domain import data_problems, problems
from collector.domain.formats.ziparchive import Member, zip_pieces
from collector.domain.tabular import names
from collector.domain.tabular.layout import laid_out
from collector.domain.tabular.shape import Manner
from collector.domain.tabular.variables import languages_of
from collector.services.gathering import READ, Gathered, Progress, Source, gather
from collector.services.orders import Order
from collector.services.packed_files import FILES, PackedFiles
from collector.services.unit import UnitOfWork

PIECE = 1 << 18
DESCRIBE = "describe"
_FORMATS = "collector.domain.formats."
_MODULES = {"csv": "csvtable", "stata": "stata", "spss": "spss", "parquet": "parquet", "jsonl": "jsonlines",
            "geojson": "geojson", "xlsx": "workbook_out"}
ENDINGS = {"csv": ".csv", "stata": ".dta", "spss": ".sav", "parquet": ".parquet", "jsonl": ".jsonl",
           "geojson": ".geojson", "xlsx": ".xlsx"}
_CODED = ("stata", "spss")  # hold codes and their labels: nobody has to choose
_PACKED = ("xlsx", "parquet")  # made small already


@dataclass(frozen=True, slots=True)
class Packed:
    """What went into the sink. name: for the download; files: {name: {rows, bytes, sha256}}."""

    name: str
    files: dict[str, dict]
    receipt: dict


def phases(order: Order) -> list[str]:
    """The names of what is done for an order, one after the other."""
    return [READ, *order.formats, *([FILES] if order.files and not order.alone else []), DESCRIBE]


def pack(source: Source, unit: UnitOfWork, order: Order, sink: Callable[[bytes], object], progress: Progress,
         receipt: dict) -> Packed:
    """What went into the sink. receipt: who and when, for receipt.json.

    Raises 500.91 (rows are missing), 409.93 (a format cannot hold this), 400.8 (nothing for the format), 503.2 (disk
    full). What is yielded to the sink before that is worth nothing.
    """
    folder = room(unit)
    try:
        with ExitStack() as stack:
            tables = gather(source, unit, folder, stack, progress)
            package = _Package(source, unit, order, tables, folder, progress, receipt)
            for piece in package.pieces():
                sink(piece)
            return package.packed()
    except OSError as fault:
        raise problems.disk_full() from fault


def room(unit: UnitOfWork) -> Path:
    """Where files lie that have no name and go with their process."""
    folder = unit.settings.data.resolve() / "tmp"
    folder.mkdir(exist_ok=True)
    return folder


class _Package:
    """One build, from rows on the disk to the last byte."""

    def __init__(self, source: Source, unit: UnitOfWork, order: Order, tables: list[Gathered], folder: Path,
                 progress: Progress, receipt: dict):
        self._source, self._unit, self._order, self._tables = source, unit, order, tables
        self._folder, self._progress, self._receipt = folder, progress, receipt
        self._manner = replace(order.manner, languages=languages_of(source.read.model, order.language))
        self._plan = [(format, one) for format in order.formats for one in self._of(format)]
        self._alone = order.alone and len(self._plan) == 1
        self._files: dict[str, dict] = {}
        self._name = f"{tables[0].stem}{ENDINGS[order.formats[0]] if self._alone else '.zip'}"

    def pieces(self) -> Iterator[bytes]:
        """The file, piece by piece."""
        if self._alone:
            for member in self._data():
                yield from member.pieces
        else:
            yield from zip_pieces(self._members())

    def packed(self) -> Packed:
        """What it was, once all pieces are out."""
        return Packed(self._name, self._files, self._receipt)

    def _of(self, format: str) -> list[Gathered | None]:
        """The tables that are a file each in this format; None: one file of all."""
        if format == "xlsx":
            _module(format).check_limits([one.summary for one in self._tables], self._manner)
            return [None]
        if format in _CODED:
            for one in self._tables:
                _module(format).check_limits(one.table, one.summary, self._manner_of(format))
        if format != "geojson":
            return list(self._tables)
        with_place = [one for one in self._tables if _module(format).has_place(one.table)]
        if not with_place:
            raise problems.unexpected_value("formats", "geojson", "this form asks for no place",
                                            "este formulario no pregunta por ningún lugar")
        return with_place

    def _members(self) -> Iterator[Member]:
        yield from self._data()
        if self._order.files:
            media = PackedFiles(self._source, self._unit, self._tables, self._progress)
            yield from media.members(self._folder, self._files)

    def _data(self) -> Iterator[Member]:
        """The files of data; each is written whole before it goes out, and its rows are counted."""
        before = None
        for format, one in self._plan:
            if format != before:
                self._progress.begin(format, sum(table.spool.rows for table in self._tables))
            before = format
            with tempfile.TemporaryFile(dir=self._folder) as file:
                told = self._workbook(file) if one is None else {"rows": self._written(file, format, one)}
                name = names.file_name((one or self._tables[0]).stem, ENDINGS[format])
                self._files[name] = told
                yield Member(name, self._through(file, told), packed=format not in _PACKED)

    def _written(self, file, format: str, one: Gathered) -> int:
        manner = self._manner_of(format)
        rows = _module(format).write(
            file, one.table, one.spool.told(self._progress.add), one.summary, manner,
            names.legal_names(laid_out(one.table, manner), format))
        expected = one.spool.rows
        if rows != expected:
            raise data_problems.counts_differ(f"{one.stem}{ENDINGS[format]}", expected, rows)
        return rows

    def _workbook(self, file) -> dict:
        """What is known of the workbook: rows by sheet, and cells that were too long for Excel."""
        module, stem = _module("xlsx"), self._tables[0].stem
        own = [one.stem if one is self._tables[0] else one.stem.removeprefix(f"{stem}-") for one in self._tables]
        sheets = [module.Sheet(name, one.table, one.spool.told(self._progress.add), one.summary,
                               names.legal_names(laid_out(one.table, self._manner), "xlsx"))
                  for name, one in zip(names.sheet_names(own), self._tables, strict=True)]
        written = module.write(file, sheets, self._manner)
        for one, sheet in zip(self._tables, written, strict=False):
            if sheet.rows != one.spool.rows:
                raise data_problems.counts_differ(f"{one.stem}.xlsx", one.spool.rows, sheet.rows)
        cut = sum(sheet.cut for sheet in written)
        return {"rows": sum(one.spool.rows for one in self._tables), **({"cut": cut} if cut else {})}

    def _manner_of(self, format: str) -> Manner:
        return replace(self._manner, labels=False) if format in _CODED else self._manner

    def _through(self, file, told: dict) -> Iterator[bytes]:
        """The bytes of a file from its start; its length and hash stand in told after the last."""
        digest, size = hashlib.sha256(), 0
        file.flush()
        file.seek(0)
        while piece := file.read(PIECE):
            digest.update(piece)
            size += len(piece)
            self._progress.add(0)
            yield piece
        told.update(bytes=size, sha256=digest.hexdigest())


def _module(format: str):
    """The module of a format; what it needs is read into memory when it is asked for."""
    return import_module(_FORMATS + _MODULES[format])
