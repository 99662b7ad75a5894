"""Rows of one table, column by column -> CSV in ODK Central's shape.

Must not know the database, recipes or who asks; a raw table gives the very bytes that csvfile.py gives.
Next: services/building puts the file into the package.
"""

from typing import BinaryIO

from collector.domain.formats.csvfile import harmless, quoted_line
from collector.domain.tabular.layout import OutColumn, laid_out
from collector.domain.tabular.shape import DataTable, Manner, Pieces, Rows
from collector.domain.values import value_text


def write(target: BinaryIO, table: DataTable, pieces: Pieces, summary, manner: Manner,
          names: list[str] | None = None) -> int:
    """The number of rows written, without the header. names: of the columns, in the order of `laid_out`."""
    columns = laid_out(table, manner)
    header = names or [one.name for one in columns]
    if manner.neutralise:
        header = [harmless(one) for one in header]
    target.write(("\ufeff" if manner.bom else "").encode() + _encoded(quoted_line(header)))
    count = 0
    for rows in pieces():
        if len(rows):
            target.write(_encoded(_lines(columns, rows, manner.neutralise)))
            count += len(rows)
    return count


def _lines(columns: list[OutColumn], rows: Rows, neutralise: bool) -> str:
    cells = [_texts(column.cells(rows), neutralise) for column in columns]
    lines = list(map(",".join, zip(*cells, strict=True)))
    text = "\n".join(lines)
    wide, commas = len(cells) > 1, len(cells) - 1
    # Asked once for all lines, then once for each: hardly any cell wants quotes, and asking each costs the most.
    if wide and '"' not in text and "\r" not in text and text.count("\n") == len(lines) - 1 and (
            text.count(",") == commas * len(lines)):
        return text + "\n"
    return "".join([
        line + "\n" if wide and line.count(",") == commas and '"' not in line and "\n" not in line and "\r" not in line
        else quoted_line(row) for line, row in zip(lines, zip(*cells, strict=True), strict=True)])


def _texts(cells: list, neutralise: bool) -> list[str]:
    """The cells as text, before quotes."""
    classes = set(map(type, cells))
    if classes == {str}:
        found = cells
    elif classes <= {str, type(None)}:
        found = [one or "" for one in cells]
    elif classes <= {int, float}:
        return list(map(repr, cells))
    else:
        found = ["" if one is None else one if one.__class__ is str else value_text(one) for one in cells]
    return [harmless(one) for one in found] if neutralise and str in classes else found


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")
