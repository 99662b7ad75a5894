"""A CSV file of entities read and judged row by row: what each would make, change or leave, and why one cannot be.

Must not know tables nor write anything. Pure: `services/entity_imports` brings the file and what stands in the list.
"""

import csv
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO

from collector.domain import entity as domain
from collector.domain.dataset import is_property_name
from collector.domain.problems import Problem

IDENTIFIERS = ("uuid", "__id", "name")  # columns that may hold the identifier, the first that is there counts
LABEL, VERSION = "label", "__version"
CREATE, UPDATE, SAME, FAULT = "create", "update", "same", "fault"
LONGEST_NAME = 255


@dataclass(frozen=True, slots=True)
class Sheet:
    """The file: names of its columns, and its rows as (number of the line, cells)."""

    names: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """What each column is. identifier, label, version: their positions or None; known: position -> property of the
    list; new: names that could become properties -> position; left: names that are left out."""

    identifier: int | None
    label: int | None
    version: int | None
    known: Mapping[int, str]
    new: Mapping[str, int]
    left: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """An entity of the list as it is now. deleted: it lies in the trash, or was emptied from it."""

    version: int
    label: str
    data: Mapping[str, str]
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """What becomes of one row. kind: create, update, same or fault; why: word for the fault; changes: {property or
    label: (before, after)} of an update; label, data: what is written; name: the label that the row has."""

    line: int
    kind: str
    uuid: str
    label: str | None
    data: Mapping[str, str] = field(default_factory=dict)
    changes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    why: str = ""
    name: str = ""


def read(text: str) -> Sheet:
    """The file's columns and rows; empty lines are passed over. Comma, semicolon or tabulator divide its cells."""
    head = text.split("\n", 1)[0]
    mark = max(",;\t", key=head.count)
    lines = csv.reader(StringIO(text, newline=""), delimiter=mark)
    rows = [(lines.line_num, tuple(row)) for row in lines if any(cell.strip() for cell in row)]
    names = tuple(name.strip() for name in rows[0][1]) if rows else ()
    return Sheet(names, tuple(rows[1:]))


def columns(names: Sequence[str], properties: Iterable[str]) -> Columns:
    """What the columns are, for a list with these properties."""
    at = {name: position for position, name in reversed(list(enumerate(names)))}
    folded = {one.casefold(): one for one in properties}
    identifier = next((at[name] for name in IDENTIFIERS if name in at and name.casefold() not in folded), None)
    plain = [name for position, name in enumerate(names) if at[name] == position
             and position != identifier and name not in (LABEL, VERSION)]
    known = {at[name]: folded[name.casefold()] for name in plain if name.casefold() in folded}
    others = [name for name in plain if name.casefold() not in folded]
    new = {name: at[name] for name in others if is_property_name(name)}
    return Columns(identifier, at.get(LABEL), at.get(VERSION), known, new,
                   tuple(name for name in others if name not in new and name))


def told_identifiers(sheet: Sheet, read_as: Columns, mark: str) -> list[str]:
    """The identifier of every row, in order: as it is told, or else made from the file and the line; '' where it cannot
    be read. mark: of this very file, so that the same row never becomes two entities."""
    return [_identifier(cells, line, read_as, mark) for line, cells in sheet.rows]


def judge(sheet: Sheet, read_as: Columns, added: Sequence[str], standing: Mapping[str, Standing], mark: str,
          clears: bool = False) -> Iterator[Row]:
    """What becomes of each row. added: new columns that are taken as properties; standing: {identifier: what is there};
    clears: an empty cell empties the value of an entity that is there."""
    taken = dict(read_as.known) | {read_as.new[name]: name for name in added if name in read_as.new}
    seen: dict[str, int] = {}
    for line, cells in sheet.rows:
        yield _judged(line, cells, sheet, read_as, taken, standing, mark, clears, seen)


def _judged(line: int, cells: tuple[str, ...], sheet: Sheet, read_as: Columns, taken: Mapping[int, str],
            standing: Mapping[str, Standing], mark: str, clears: bool, seen: dict[str, int]) -> Row:
    uuid, label = _identifier(cells, line, read_as, mark), _cell(cells, read_as.label).strip()
    data = {name: _cell(cells, position) for position, name in taken.items()}
    why = _fault(uuid, cells, sheet, seen, [label, *data.values()])
    there = standing.get(uuid)
    if not why and there is None and not label:
        why = "label"
    if not why and there is not None and there.deleted:
        why = "deleted"
    if why:
        return Row(line, FAULT, uuid, label, data, why=why, name=label)
    seen[uuid] = line
    if there is None:
        return Row(line, CREATE, uuid, label, {name: value for name, value in data.items() if value},
                   name=label)
    written = {name: value for name, value in data.items() if (value or clears)
               and value != there.data.get(name, "")}
    changes = {name: (there.data.get(name, ""), value) for name, value in written.items()}
    if label and label != there.label:
        changes = {LABEL: (there.label, label), **changes}
    if changes and _has_moved(_cell(cells, read_as.version), there):
        return Row(line, FAULT, uuid, label, data, changes, "version", label)
    return Row(line, UPDATE if changes else SAME, uuid, label if LABEL in changes else None, written, changes,
               name=label or there.label)


def _fault(uuid: str, cells: tuple[str, ...], sheet: Sheet, seen: Mapping[str, int], values: list[str]) -> str:
    if not uuid:
        return "uuid"
    if uuid in seen:
        return "twice"
    if any(cell.strip() for cell in cells[len(sheet.names):]):
        return "cells"
    return "letters" if any("\x00" in value for value in values) else ""


def _has_moved(told: str, there: Standing) -> bool:
    """Whether a row tells a version and the entity has another by now."""
    return bool(told.strip()) and told.strip() != str(there.version)


def _identifier(cells: tuple[str, ...], line: int, read_as: Columns, mark: str) -> str:
    told = _cell(cells, read_as.identifier).strip()
    if not told:
        made = hashlib.sha256(f"{mark} {line}".encode()).hexdigest()
        return f"{made[:8]}-{made[8:12]}-8{made[13:16]}-8{made[17:20]}-{made[20:32]}"  # version 8 of RFC 9562
    try:
        return domain.read_uuid(told)
    except Problem:
        return ""


def _cell(cells: tuple[str, ...], position: int | None) -> str:
    return cells[position] if position is not None and position < len(cells) else ""
