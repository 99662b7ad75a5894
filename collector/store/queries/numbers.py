"""Queries of many numbers at once: handed over as one text, so that a hundred thousand cost what one does.

It must not know tables. A list of parameters would be written out in each statement, one by one.
"""

from collections.abc import Iterable

import orjson
from sqlalchemy import Select, String, bindparam, cast, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from collector.store.base import Number


class _Each(FunctionElement):
    inherit_cache = True
    name = "each_number"


@compiles(_Each, "sqlite")
def _sqlite(element, compiler, **options) -> str:
    return f"json_each({compiler.process(element.clauses, **options)})"


@compiles(_Each, "postgresql")
def _postgresql(element, compiler, **options) -> str:
    return f"json_array_elements_text(CAST({compiler.process(element.clauses, **options)} AS JSON))"


def numbers_of(numbers: Iterable[int]) -> Select:
    """The query of these numbers, to look among them."""
    listed = bindparam(None, orjson.dumps(list(numbers)).decode(), String)
    return select(cast(_Each(listed).table_valued("value").c.value, Number))
