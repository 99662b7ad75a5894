"""One column model over all versions of a form: the root table, one table per repeat, columns that only grow.

Must not know the database; the caller keeps what comes out of here and hands it back for the next version.
Next: flatten.py fills the columns, lists, filters and exports read them.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from collector.domain.fields import Field, FormModel

ROOT_NAME = "Submissions"
STRUCTURE, REPEAT = "structure", "repeat"

_CHOICES_AND_TEXT = ("string", "select1", "select", "rank")
_FILTERABLE = ("select1", "select", "rank", "date", "dateTime", "barcode", "boolean")
_identifying = re.compile(r"(?:^|_)(?:dni|ruc|cui|ubigeo|codigo|code|folio|partida|id)(?:_|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Table:
    """path: '' for the root, else the path of a repeat; name: unique in the form, short and readable;
    parent: path of the table above, None for the root."""

    path: str
    name: str
    parent: str | None


@dataclass(frozen=True, slots=True)
class Column:
    """table: path of its table; path: of its field; name: 'grupo-nombre' below its table; position: its place in a
    flat row; filterable: lists may filter by it."""

    table: str
    path: str
    name: str
    type: str
    position: int
    filterable: bool = False


@dataclass(frozen=True, slots=True)
class TypeChange:
    """A field that a version would turn into something else. before and after: types, 'structure' or 'repeat'."""

    path: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Merged:
    """The column model with a further version in it. new_tables, new_columns: what this version adds;
    widened: columns known already whose type grew (text to one choice, one choice to several);
    changes: what stands against publishing (400.17); when there are any, nothing else may be used."""

    tables: tuple[Table, ...]
    columns: tuple[Column, ...]
    new_tables: tuple[Table, ...] = ()
    new_columns: tuple[Column, ...] = ()
    widened: tuple[Column, ...] = ()
    changes: tuple[TypeChange, ...] = ()


def merge(tables: Iterable[Table], columns: Iterable[Column], model: FormModel) -> Merged:
    """The column model with this version's fields added; positions of earlier columns never change."""
    tables, columns = list(tables), list(columns)
    changes = type_changes(tables, columns, model)
    new_tables = _new_tables(tables, model)
    known = {one.path: one for one in columns}
    following: dict[str, int] = {}
    for one in columns:
        following[one.table] = max(following.get(one.table, 0), one.position + 1)
    new_columns, widened = [], []
    for one in model.leaves():
        old = known.get(one.path)
        if old is None:
            position = following.get(one.repeat, 0)
            following[one.repeat] = position + 1
            new_columns.append(
                Column(one.repeat, one.path, column_name(one), one.type, position, _is_filterable(one)))
        elif _rank(one.type) > _rank(old.type):
            widened.append(replace(old, type=one.type))
    grown = {one.path: one for one in widened}
    every = tuple(grown.get(one.path, one) for one in columns) + tuple(new_columns)
    return Merged(tuple(tables + new_tables), every, tuple(new_tables), tuple(new_columns), tuple(widened), changes)


def type_changes(tables: Iterable[Table], columns: Iterable[Column], model: FormModel) -> tuple[TypeChange, ...]:
    """Every field of this version that was something else before; empty when it may be published.

    Text, one choice and several choices are kept the same way and may follow each other, as in ODK Central.
    """
    columns = list(columns)
    repeats = {one.path for one in tables if one.path}
    before = {one.path: one for one in columns}
    groups = {above for one in columns for above in _above(one.path)} - repeats
    changes = []
    for one in model.fields:
        after = one.type if one.kind == "field" else REPEAT if one.kind == "repeat" else STRUCTURE
        was = (before[one.path].type if one.path in before
               else REPEAT if one.path in repeats else STRUCTURE if one.path in groups else None)
        if was is not None and was != after and not (was in _CHOICES_AND_TEXT and after in _CHOICES_AND_TEXT):
            changes.append(TypeChange(one.path, was, after))
    return tuple(changes)


def typed_groups(before: FormModel, model: FormModel) -> tuple[TypeChange, ...]:
    """Every group or repeat of the version before to which this one gives the type of an answer."""
    return tuple(
        TypeChange(one.path, REPEAT if was.kind == "repeat" else STRUCTURE, one.extras["type"])
        for one in model.fields if one.kind != "field" and "type" in one.extras
        if (was := before.by_path.get(one.path)) and was.kind in ("group", "repeat") and "type" not in was.extras)


def column_name(one: Field) -> str:
    """The name of a field's column: its path below its table with '-' between, as in ODK Central's CSV."""
    return one.path[len(one.repeat) + 1:].replace("/", "-")


def display_order(columns: Iterable[Column], model: FormModel) -> list[Column]:
    """The columns as this version asks them; those of fields it no longer has come last, by position."""
    order = {one.path: one.order for one in model.leaves()}
    return sorted(columns, key=lambda one: (one.path not in order, order.get(one.path, 0), one.table, one.position))


def _above(path: str) -> list[str]:
    steps = path.split("/")[1:-1]
    return ["/" + "/".join(steps[:end]) for end in range(1, len(steps) + 1)]


def _new_tables(tables: list[Table], model: FormModel) -> list[Table]:
    paths = {one.path for one in tables}
    names = {one.name.casefold() for one in tables}
    found = []
    if "" not in paths:
        found.append(Table("", ROOT_NAME, None))
        names.add(ROOT_NAME.casefold())
    for one in model.repeats():
        if one.path not in paths:
            found.append(Table(one.path, _free_name(one.path, names), one.repeat))
    return found


def _free_name(path: str, taken: set[str]) -> str:
    steps = path.split("/")[1:]
    for length in range(1, len(steps) + 1):
        name = "-".join(steps[-length:])
        if name.casefold() not in taken:
            break
    number = 2
    base = name
    while name.casefold() in taken:
        name = f"{base}-{number}"
        number += 1
    taken.add(name.casefold())
    return name


def _rank(type: str) -> int:
    return {"string": 0, "select1": 1, "select": 2, "rank": 2}.get(type, 0)


def _is_filterable(one: Field) -> bool:
    if one.preload in ("timestamp", "uid") or one.path.startswith("/meta/"):
        return False
    return one.type in _FILTERABLE or (one.type in ("string", "int") and bool(_identifying.search(one.name)))
