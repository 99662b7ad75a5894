"""Room where a CSV file of entities is looked at before it is taken, and taken: each row makes, changes or says why.

It must not read cells (`domain/entity_import`). The file waits among the kept contents between the two looks; pages
carry its name signed.
"""

from collections import Counter
from dataclasses import dataclass
from typing import BinaryIO

from collector.domain import entity_import as rules
from collector.domain import problems
from collector.domain.entity_import import Columns, Row, Sheet, Standing
from collector.services import blobs, datasets, entities, entity_versions
from collector.services.entity_versions import Source
from collector.services.unit import UnitOfWork
from collector.store.blobs.protocol import Blob
from collector.store.queries import entities as queries
from collector.store.tables.datasets import Dataset

LARGEST = 60_000_000  # bytes of a file
MOST_ROWS = 150_000
MOST_CHANGED = 5_000  # entities at once: each is a version of its own, and phones wait meanwhile
SOURCE = "page"


@dataclass(frozen=True, slots=True)
class Handed:
    """A file that waits. name: as the person calls it."""

    sha256: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Look:
    """What a file would do to a list. rows: in the file's order; counts: {kind: how many}; added: columns that become
    properties."""

    sheet: Sheet
    columns: Columns
    rows: list[Row]
    counts: Counter
    added: tuple[str, ...]


def put(unit: UnitOfWork, dataset: Dataset, stream: BinaryIO) -> Blob:
    """The file's content, stored; for a prepare step. Raises 403.1, 400.8 (not text with rows), 400.36, 503.2."""
    unit.require("entity.create", dataset)
    blob = blobs.put_stream(unit, stream, LARGEST)
    _sheet(unit, blob.sha256)
    return blob


def look(unit: UnitOfWork, dataset: Dataset, handed: Handed, added: tuple[str, ...] = (),
         clears: bool = False) -> Look:
    """What the file would do to the list as it stands now. Raises 403.1, 404.1, 400.8."""
    unit.require("entity.create", dataset)
    sheet = _sheet(unit, handed.sha256)
    read_as = rules.columns(sheet.names, entity_versions.properties_of(unit, dataset).values())
    mark = f"{dataset.id} {handed.sha256}"
    told = [one for one in rules.told_identifiers(sheet, read_as, mark) if one]
    rows = list(rules.judge(sheet, read_as, added, _standing(unit, dataset, told), mark, clears))
    return Look(sheet, read_as, rows, Counter(row.kind for row in rows),
                tuple(name for name in added if name in read_as.new))


def take(unit: UnitOfWork, dataset: Dataset, handed: Handed, added: tuple[str, ...] = (),
         clears: bool = False) -> Look:
    """What the file did: its good rows are in the list, all in one act each kind; doing it again changes nothing.

    Raises 403.1, 404.1, 400.8.
    """
    unit.require("entity.create", dataset)
    wanted = look(unit, dataset, handed, added, clears)
    if wanted.counts[rules.UPDATE]:
        unit.require("entity.update", dataset)
    if wanted.counts[rules.UPDATE] > MOST_CHANGED:
        raise problems.unexpected_value("file", str(wanted.counts[rules.UPDATE]),
                                        f"More than {MOST_CHANGED} rows change entities.",
                                        f"más de {MOST_CHANGED} filas cambian fichas: súbalo en partes")
    for name in wanted.added:
        datasets.add_property(unit, dataset, name)
    source = Source(SOURCE, handed.name, handed.size)
    new = [{"uuid": row.uuid, "label": row.label, "data": dict(row.data)} for row in wanted.rows
           if row.kind == rules.CREATE]
    if new:
        entities.create_many(unit, dataset, new, source)
    for row in wanted.rows:
        if row.kind == rules.UPDATE:
            entities.update_entity(unit, dataset, row.uuid, row.label, dict(row.data), force=True, source=source)
    return wanted


def _standing(unit: UnitOfWork, dataset: Dataset, uuids: list[str]) -> dict[str, Standing]:
    """{identifier: what stands there}, what lies in the trash or was emptied from it included."""
    found = {row.uuid: Standing(0, "", {}, True) for row in queries.list_taken(unit.session, dataset.id, uuids)
             if row.deleted_at is not None}
    for one in queries.list_by_uuid(unit.session, dataset.id, uuids):
        found[one.uuid] = Standing(one.version, one.label, one.data)
    return found


def _sheet(unit: UnitOfWork, sha256: str) -> Sheet:
    """The file read. Raises 404.1, 400.8."""
    data = blobs.read_blob(unit, sha256)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")  # as Excel saves it in Spanish
    try:
        sheet = rules.read(text)
    except rules.csv.Error:
        sheet = Sheet((), ())
    if b"\x00" in data[:4096] or not sheet.rows:
        raise problems.unexpected_value("file", "", "This is not a CSV file with a header and rows.",
                                        "no es un CSV con una fila de nombres y una de datos")
    if len(sheet.rows) > MOST_ROWS:
        raise problems.unexpected_value("file", str(len(sheet.rows)), f"More than {MOST_ROWS} rows.",
                                        f"tiene más de {MOST_ROWS} filas: súbalo en partes")
    return sheet
