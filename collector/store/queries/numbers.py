"""Queries of many numbers at once: handed over as one text, so that a hundred thousand cost what one does.

It must not know tables. A list of parameters would be written out in each statement, one by one.
"""

from collections.abc import Iterable

import orjson
from sqlalchemy import (
    Boolean,
    ColumnElement,
    LargeBinary,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    false,
    select,
    union_all,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from collector.store.base import Number

TOGETHER = 60  # forms that one statement asks one after the other; SQLite takes 500 parts
_YES = ord("1")


class _Each(FunctionElement):
    inherit_cache = True
    name = "each_number"


@compiles(_Each, "sqlite")
def _sqlite(element, compiler, **options) -> str:
    return f"json_each({compiler.process(element.clauses, **options)})"


@compiles(_Each, "postgresql")
def _postgresql(element, compiler, **options) -> str:
    return f"json_array_elements_text(CAST({compiler.process(element.clauses, **options)} AS JSON))"


class _Set(FunctionElement):
    inherit_cache = True
    name = "is_set"
    type = Boolean()


@compiles(_Set, "sqlite")
def _sqlite_set(element, compiler, **options) -> str:
    flags, place = (compiler.process(one, **options) for one in element.clauses)
    return f"substr({flags}, {place} + 1, 1) = x'31'"


@compiles(_Set, "postgresql")
def _postgresql_set(element, compiler, **options) -> str:
    flags, place = (compiler.process(one, **options) for one in element.clauses)
    return f"get_byte({flags}, CAST({place} AS INTEGER)) = 49"


def is_flagged(column, flags: bytes) -> ColumnElement[bool]:
    """The condition that the byte at a column's number is '1': so hundreds of thousands are told apart in no time."""
    return case((and_(column >= 0, column < len(flags)), _Set(bindparam(None, flags, LargeBinary), column)),
                else_=false())


def numbers_of(numbers: Iterable[int]) -> Select:
    """The query of these numbers, to look among them."""
    listed = bindparam(None, orjson.dumps(list(numbers)).decode(), String)
    return select(cast(_Each(listed).table_valued("value").c.value, Number))


def flagged(numbers: Iterable[int], flags: bytes) -> list[int]:
    """Those of these numbers whose byte is '1'."""
    return [one for one in numbers if one < len(flags) and flags[one] == _YES]


def all_flagged(flags: bytes) -> list[int]:
    """The numbers whose byte is '1', ascending."""
    found, at = [], flags.find(b"1")
    while at >= 0:
        found.append(at)
        at = flags.find(b"1", at + 1)
    return found


def one_after_another(queries: list):
    """One statement of numbers for all of these, each with its own order and limit."""
    return queries[0] if len(queries) == 1 else union_all(*(select(one.subquery().c.id) for one in queries))
