"""Room where gathered tables become files of data: one per table, or one workbook of all, their rows counted.

It must not know zips or jobs. Each file is written whole into one without a name before it goes on, so that formats
may go back in it. Next: `services/packing`.
"""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path

from collector.domain import data_problems, problems
from collector.domain.formats.ziparchive import Member
from collector.domain.tabular import names
from collector.domain.tabular.codebook import Book, sheets
from collector.domain.tabular.layout import laid_out
from collector.domain.tabular.package import DataFile
from collector.domain.tabular.shape import Manner
from collector.services.gathering import Gathered, Progress
from collector.services.spooling import bytes_of

_FORMATS = "collector.domain.formats."
_MODULES = {"csv": "csvtable", "stata": "stata", "spss": "spss", "parquet": "parquet", "jsonl": "jsonlines",
            "geojson": "geojson", "xlsx": "workbook_out"}
ENDINGS = {"csv": ".csv", "stata": ".dta", "spss": ".sav", "parquet": ".parquet", "jsonl": ".jsonl",
           "geojson": ".geojson", "xlsx": ".xlsx"}
MEASURED = frozenset(("xlsx", "stata", "spss"))  # ask how wide texts are
_CODED = ("stata", "spss")  # hold codes and their labels: nobody has to choose
_SMALL = ("xlsx", "parquet")  # made small already


@dataclass(frozen=True, slots=True)
class Planned:
    """A file of data to be written. one: its table, None for a workbook of all."""

    name: str
    format: str
    one: Gathered | None
    told: dict = field(default_factory=dict)


class DataFiles:
    """The files of data of one build. plan: in order; told of each: rows, bytes, sha256, cut, once it is out."""

    def __init__(self, tables: list[Gathered], formats: tuple[str, ...], manner: Manner, folder: Path,
                 progress: Progress):
        """Raises 409.93, 400.8 where a format cannot hold these tables: before the work, not after it."""
        self._tables, self._manner, self._folder, self._progress = tables, manner, folder, progress
        self.plan = [Planned((one or tables[0]).stem + ENDINGS[format], format, one)
                     for format in formats for one in self._of(format)]

    def members(self, book: Book | None) -> Iterator[Member]:
        """Each file, written when its turn comes. book: stands in the workbook too."""
        before = None
        for planned in self.plan:
            if planned.format != before:
                self._progress.begin(planned.format, sum(one.spool.rows for one in self._tables))
            before = planned.format
            with tempfile.TemporaryFile(dir=self._folder) as file:
                if planned.one is None:
                    self._write_workbook(file, planned, book)
                else:
                    self._write(file, planned, planned.one)
                yield Member(planned.name, bytes_of(file, planned.told, self._progress.add),
                             packed=planned.format not in _SMALL)

    def described(self) -> list[DataFile]:
        """What is known of each file, once all are out."""
        found = []
        for planned in self.plan:
            told, one, manner = planned.told, planned.one, self._manner_of(planned.format)
            about = () if one is None else (
                one.table, one.summary, manner, names.legal_names(laid_out(one.table, manner), planned.format))
            found.append(DataFile(planned.name, planned.format, told["bytes"], told["sha256"], told["rows"], *about,
                                  **({"cut": told["cut"]} if "cut" in told else {})))
        return found

    def _of(self, format: str) -> list[Gathered | None]:
        """The tables that are a file each in this format; None: one file of all."""
        module = _module(format)
        if format == "xlsx":
            module.check_limits([one.summary for one in self._tables], self._manner)
            return [None]
        if format in _CODED:
            for one in self._tables:
                module.check_limits(one.table, one.summary, self._manner_of(format))
        if format != "geojson":
            return list(self._tables)
        with_place = [one for one in self._tables if module.has_place(one.table)]
        if not with_place:
            raise problems.unexpected_value("formats", "geojson", "this form asks for no place",
                                            "este formulario no pregunta por ningún lugar")
        return with_place

    def _write(self, file, planned: Planned, one: Gathered) -> None:
        manner = self._manner_of(planned.format)
        rows = _module(planned.format).write(
            file, one.table, one.spool.told(self._progress.add), one.summary, manner,
            names.legal_names(laid_out(one.table, manner), planned.format))
        if rows != one.spool.rows:
            raise data_problems.counts_differ(planned.name, one.spool.rows, rows)
        planned.told["rows"] = rows

    def _write_workbook(self, file, planned: Planned, book: Book | None) -> None:
        module, stem = _module("xlsx"), self._tables[0].stem
        plain = sheets(book) if book is not None else []
        own = [one.stem if one is self._tables[0] else one.stem.removeprefix(f"{stem}-") for one in self._tables]
        called = names.sheet_names([*own, *(one.name for one in plain)])
        tables = [module.Sheet(name, one.table, one.spool.told(self._progress.add), one.summary,
                               names.legal_names(laid_out(one.table, self._manner), "xlsx"))
                  for name, one in zip(called, self._tables, strict=False)]
        written = module.write(file, [*tables, *(
            replace(one, name=name) for name, one in zip(called[len(own):], plain, strict=True))], self._manner)
        for one, sheet in zip(self._tables, written, strict=False):
            if sheet.rows != one.spool.rows:
                raise data_problems.counts_differ(f"{planned.name}, {sheet.name}", one.spool.rows, sheet.rows)
        planned.told["rows"] = sum(one.spool.rows for one in self._tables)
        if cut := sum(sheet.cut for sheet in written):
            planned.told["cut"] = cut

    def _manner_of(self, format: str) -> Manner:
        return replace(self._manner, labels=False) if format in _CODED else self._manner


def _module(format: str):
    """The module of a format; what it needs is read into memory when it is asked for."""
    return import_module(_FORMATS + _MODULES[format])
