"""Room where cleaned records leave as CSV while the caller waits: the first byte at once, one look at the records.

It must not know HTTP. The root goes out while it is read, rows of repeats wait on the disk for their turn; whoever
wants other formats, a codebook or a file that can be fetched in parts asks `services/building`.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

from collector.domain.formats import csvtable
from collector.domain.formats.ziparchive import Member, zip_pieces
from collector.domain.tabular.shape import Rows
from collector.domain.tabular.variables import languages_of
from collector.services import building, packing
from collector.services.gathering import Gathered, Progress, Source, stems
from collector.services.orders import Order
from collector.services.packed_files import PackedFiles
from collector.services.spooling import Spool
from collector.services.unit import UnitOfWork


def csv_zip(unit: UnitOfWork, project_id: int, xml_form_id: str, order: Order) -> Iterator[bytes]:
    """The zip of one CSV per table, and files in media/. Raises 404.1, 403.1, 503.1 at once, not while streaming.

    The unit must stay open until the last piece; it rests between batches.
    """
    source = building.open_now(unit, project_id, xml_form_id, order)
    return zip_pieces(_members(source, unit, order))


def root_csv(unit: UnitOfWork, project_id: int, xml_form_id: str, order: Order) -> Iterator[bytes]:
    """The root table alone, as `csv_zip` has it."""
    source = building.open_now(unit, project_id, xml_form_id, order)
    return csvtable.encoded(source.rows.tables[0], _roots(source, unit, []), _manner(source, order))


def _members(source: Source, unit: UnitOfWork, order: Order) -> Iterator[Member]:
    manner, folder = _manner(source, order), packing.room(unit)
    named = stems(source.read.form.xml_form_id, source.rows.tables)
    with ExitStack() as stack:
        tables = [Gathered(one, stem, Spool(one, folder)) for one, stem in zip(source.rows.tables, named, strict=True)]
        for one in tables:
            stack.callback(one.spool.close)
        root = tables[0]
        has_files = order.files and any(one.type == "binary" for one in root.table.variables)
        kept = tables if has_files else tables[1:]
        yield Member(f"{root.stem}.csv", csvtable.encoded(root.table, _roots(source, unit, kept), manner))
        for one in tables[1:]:
            yield Member(f"{one.stem}.csv", csvtable.encoded(one.table, one.spool.pieces(), manner))
        if order.files:
            yield from PackedFiles(source, unit, tables, Progress(_nobody, packing.phases(order))).members(folder, {})


def _roots(source: Source, unit: UnitOfWork, kept: list[Gathered]) -> Iterator[Rows]:
    """The rows of the root, batch by batch; those of the tables to be kept are on the disk afterwards."""
    for batch in source.rows.batches(unit):
        for one in kept:
            one.spool.add(batch.tables[one.table.path])
        yield batch.root


def _manner(source: Source, order: Order):
    return replace(order.manner, languages=languages_of(source.read.model, order.language))


def _nobody(*_progress) -> None:
    """Nothing."""
