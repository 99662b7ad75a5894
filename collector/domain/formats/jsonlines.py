"""Rows of one table -> JSON lines (one object per row, UTF-8, '\\n' after each), values as JSON has them.

Must not know the database, recipes or who asks; what it holds in memory is one piece of rows.
Next: services/building puts the file into the package.
"""

from typing import BinaryIO

import orjson

from collector.domain.tabular.layout import TEXT, OutColumn, laid_out
from collector.domain.tabular.shape import DataTable, Manner, Pieces, Rows
from collector.domain.tabular.summary import TableSummary
from collector.domain.values import value_text

_PLAIN = {str, type(None)}


def write(target: BinaryIO, table: DataTable, pieces: Pieces, summary: TableSummary, manner: Manner,
          names: list[str] | None = None) -> int:
    """The number of rows written. names: of the columns, in the order of `laid_out`.

    The members of an object are the columns of the other formats, KEY and PARENT_KEY among them, so that lines of two
    tables can be joined: numbers and booleans as such, dates and times as ISO text, no answer null, the four parts of
    a point apart; a column with a cell that is not of its kind is text throughout. Every line has every member.
    """
    columns = laid_out(table, manner)
    keys = [sound(one) for one in names or [column.name for column in columns]]
    count = 0
    for rows in pieces():
        cells = [json_cells(column, rows, summary) for column in columns]
        target.write(b"".join(line(dict(zip(keys, row, strict=True))) for row in zip(*cells, strict=True)))
        count += len(rows)
    return count


def json_cells(column: OutColumn, rows: Rows, summary: TableSummary) -> list:
    """The cells of a column as they stand in JSON: of its kind, or text where not all of them are."""
    cells = column.cells(rows)
    if (column.kind != TEXT and summary.of(column.variable.id).fits) or set(map(type, cells)) <= _PLAIN:
        return cells
    return [one if one is None or one.__class__ is str else value_text(one) for one in cells]


def line(row: dict) -> bytes:
    """An object and the end of its line; of what JSON has not (half a letter, beyond 64 bits) as text what can be."""
    try:
        return orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)
    except TypeError:
        return orjson.dumps({sound(key): sound(value) for key, value in row.items()},
                            option=orjson.OPT_APPEND_NEWLINE)


def sound(value):
    """The value as orjson takes it."""
    if value.__class__ is str:
        return value.encode("utf-8", "replace").decode()
    if value.__class__ is int and not -2**63 <= value < 2**64:
        return str(value)
    return value
