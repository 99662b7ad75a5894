"""Rows of one table, column by column -> CSV in ODK Central's shape.

Must not know the database, recipes or who asks; a raw table gives the very bytes that csvfile.py gives.
Next: services/building puts the file into the package.
"""

import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from collector.domain.formats.csvfile import harmless, quoted_line
from collector.domain.tabular.layout import OutColumn, laid_out
from collector.domain.tabular.shape import DataTable, Manner, Pieces, Rows
from collector.domain.values import value_text

_needs = re.compile('[,"\r\n]').search  # quotes, as the csv module has it


def write(target: BinaryIO, table: DataTable, pieces: Pieces, summary, manner: Manner,
          names: list[str] | None = None) -> int:
    """The number of rows written, without the header. names: of the columns, in the order of `laid_out`."""
    count = 0

    def counted() -> Iterator[Rows]:
        nonlocal count
        for rows in pieces():
            yield rows
            count += len(rows)

    for data in encoded(table, counted(), manner, names):
        target.write(data)
    return count


def encoded(table: DataTable, rows: Iterable[Rows], manner: Manner,
            names: list[str] | None = None) -> Iterator[bytes]:
    """The file piece by piece, the line of names first and at once; for who passes it on while it is read."""
    columns = laid_out(table, manner)
    header = names or [one.name for one in columns]
    if manner.neutralise:
        header = [harmless(one) for one in header]
    yield ("\ufeff" if manner.bom else "").encode() + _encoded(quoted_line(header))
    for one in rows:
        if len(one):
            yield _encoded(_lines(columns, one, manner.neutralise))


def _lines(columns: list[OutColumn], rows: Rows, neutralise: bool) -> str:
    cells = [_texts(column.cells(rows), neutralise) for column in columns]
    if len(cells) == 1:  # an empty line would be no row to most readers
        cells = [[one or '""' for one in cells[0]]]
    return "\n".join([*map(",".join, zip(*cells, strict=True)), ""])


def _texts(cells: list, neutralise: bool) -> list[str]:
    """The cells as text, in quotes where they want them."""
    classes = set(map(type, cells))
    if classes == {str}:
        found = cells
    elif classes <= {str, type(None)}:
        found = [one or "" for one in cells]
    elif classes <= {int, float}:
        return list(map(repr, cells))
    elif classes <= {int, float, type(None)}:
        return ["" if one is None else repr(one) for one in cells]
    else:
        found = ["" if one is None else one if one.__class__ is str else value_text(one) for one in cells]
    if neutralise and str in classes:
        found = [harmless(one) for one in found]
    # asked of the whole column first: hardly any wants quotes, and asking each cell costs the most
    whole = "".join(found)
    if not any(mark in whole for mark in ',"\r\n'):
        return found
    return ['"' + one.replace('"', '""') + '"' if _needs(one) else one for one in found]


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")
