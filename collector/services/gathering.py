"""Room where a build reads: every record once, past the recipe, onto the disk, summed up, counted against the database.

It must not know jobs, formats or HTTP. Memory is bounded by a batch of records. Next: `services/packing`.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from collector.domain import data_problems
from collector.domain.formats import csvfile
from collector.domain.tabular import names
from collector.domain.tabular.shape import DataTable
from collector.domain.tabular.summary import TableSummary
from collector.services.extracting import Extract
from collector.services.spooling import Spool
from collector.services.unit import UnitOfWork
from collector.store.queries import extracts

TRIES = 3  # readings of records that change while they are read
READ = "read"
_TAKEN = ("codebook", "datapackage", "receipt", "media")


class Counted:
    """An extract that counts what is read through it, so that no recipe can hide a row that went missing.

    tell: called with the number of records of each batch.
    """

    def __init__(self, extract: Extract):
        self._extract = extract
        self.rows: dict[str, int] = {}
        self.tell: Callable[[int], None] = _nobody

    def __getattr__(self, name: str):
        return getattr(self._extract, name)

    def batches(self, unit: UnitOfWork, *given, **options) -> Iterator:
        """As the extract's; each reading is counted anew."""
        self.rows = rows = {table.path: 0 for table in self._extract.tables}
        for batch in self._extract.batches(unit, *given, **options):
            for path, found in batch.tables.items():
                rows[path] = rows.get(path, 0) + len(found)
            self.tell(len(batch.root))
            yield batch


@dataclass(frozen=True, slots=True)
class Source:
    """What a build is made of. read: the records as they are kept; rows: the same, or cleaned: `.tables` and
    `.batches(unit)`. recipe: {id, name, version, ...} of what cleaned them, None for raw data."""

    read: Counted
    rows: object
    recipe: dict | None = None


@dataclass(slots=True)
class Gathered:
    """One table with its rows on the disk. stem: name of its files without ending; kept: its rows in the database,
    None for a table that a recipe made."""

    table: DataTable
    stem: str
    spool: Spool
    summary: TableSummary | None = None
    kept: int | None = None


class Progress:
    """How far a build is. tell(phase, step, steps, done, total) is called once a second at most, and may raise."""

    def __init__(self, tell: Callable[[str, int, int, int, int], None], phases: list[str]):
        self._tell, self._phases = tell, phases
        self._phase, self._done, self._total, self._next = "", 0, 0, 0.0

    def begin(self, phase: str, total: int) -> None:
        """The next phase has begun."""
        self._phase, self._done, self._total = phase, 0, total
        self.add(0)

    def add(self, done: int) -> None:
        """So many more rows of the phase are done."""
        self._done += done
        now = monotonic()
        if now >= self._next:
            self._next = now + 1
            self._tell(self._phase, self._phases.index(self._phase) + 1, len(self._phases), self._done, self._total)


def gather(source: Source, unit: UnitOfWork, folder: Path, stack: ExitStack, progress: Progress,
           widths: bool = True) -> list[Gathered]:
    """The tables, their rows on the disk until the stack is closed. widths: of texts, for formats that ask for them.

    Read again while records change, since what is written must be what is kept. Raises 500.91 when rows read and rows
    kept differ all the same.
    """
    for left in range(TRIES - 1, -1, -1):
        with ExitStack() as reading:
            tables = _tables(source, folder, reading, widths)
            _read(source, unit, tables, progress)
            kept = rows_kept(source.read, unit)
            differing = [(path, rows) for path, rows in kept.items() if source.read.rows.get(path) != rows]
            if not differing:
                for one in tables:
                    one.kept = kept.get(one.table.path)
                stack.push(reading.pop_all())
                return tables
            if not left:
                path, rows = differing[0]
                raise data_problems.counts_differ(path or "/", rows, source.read.rows.get(path, 0))
    raise AssertionError("the last reading returns or raises")


def rows_kept(extract, unit: UnitOfWork) -> dict[str, int]:
    """{path of table: rows that the database has of these records}, counted apart from reading them."""
    unit.rest()  # what the database holds now, not when the last page was read
    kept = {table.path: extracts.count_rows(unit.session, extract.narrowed, extract.numbers[table.path])
            for table in extract.tables if table.path}
    kept[""] = extracts.count_records(unit.session, extract.narrowed)  # some have no row of answers
    unit.rest()
    return kept


def stems(form_id: str, tables: Sequence[DataTable]) -> list[str]:
    """Names of the tables' files without ending, as in Central's zip; none is that of another file in the package."""
    named = csvfile.file_names(form_id, [one.path for one in tables])
    return names.file_names([*_TAKEN, *(named[one.path].removesuffix(".csv") for one in tables)])[len(_TAKEN):]


def _tables(source: Source, folder: Path, stack: ExitStack, widths: bool) -> list[Gathered]:
    tables = source.rows.tables
    found = [Gathered(one, stem, Spool(one, folder), TableSummary(one, widths))
             for one, stem in zip(tables, stems(source.read.form.xml_form_id, tables), strict=True)]
    for one in found:
        stack.callback(one.spool.close)
    return found


def _read(source: Source, unit: UnitOfWork, tables: list[Gathered], progress: Progress) -> None:
    looks = 2 if source.recipe is not None and source.rows.cleaning.needs_survey else 1
    progress.begin(READ, looks * source.read.total)
    source.read.tell = progress.add
    for batch in source.rows.batches(unit):
        for one in tables:
            rows = batch.tables[one.table.path]
            one.spool.add(rows)
            one.summary.feed(rows)


def _nobody(_records: int) -> None:
    """Nothing."""
