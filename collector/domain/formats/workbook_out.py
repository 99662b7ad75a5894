"""Tables and plain sheets -> one XLSX file, streamed: types, frozen headers, the same bytes for the same data.

Must not know the database, recipes or who asks; what it holds in memory is one batch of rows and a bounded number of
shared texts. Next: services/building puts the file into the package.
"""

import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO
from xml.sax.saxutils import quoteattr

from collector.domain.data_problems import beyond_format
from collector.domain.formats.workbook_cells import HEADER, CellColumn, Styles, Texts, text_element
from collector.domain.formats.workbook_parts import (
    MAIN,
    content_types,
    relations,
    sheet_head,
    sheet_tail,
    styles_part,
    workbook_part,
    workbook_relations,
)
from collector.domain.formats.ziparchive import FAST, SAME_DATE
from collector.domain.tabular.layout import DATE, MOMENT, TEXT, TIME, OutColumn, laid_out
from collector.domain.tabular.shape import DataTable, Manner, Pieces

MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384
_LEAST = {DATE: 11, TIME: 12, MOMENT: 31}  # letters; in a narrower column Excel shows ####
_HUGE = 10**9  # bytes that a part may have; with 64 bits for its lengths it may have more


@dataclass(frozen=True, slots=True)
class Sheet:
    """The sheet of one table. name: legal and unique (`names.sheet_names`); names: of the columns, in the order of
    `laid_out`, None for their own."""

    name: str
    table: DataTable
    pieces: Pieces
    summary: object
    names: list[str] | None = None


@dataclass(frozen=True, slots=True)
class PlainSheet:
    """A sheet of rows as they come, such as the codebook; of a list the columns get the widths they want, and long
    texts several lines. Cells: str, int, float, bool or None."""

    name: str
    header: list[str]
    rows: Iterable[Iterable]


@dataclass(frozen=True, slots=True)
class Written:
    """What a sheet holds. rows: without the header; cut: cells whose text was too long and stands shortened."""

    name: str
    rows: int
    cut: int


def write(target: BinaryIO, sheets: list[Sheet | PlainSheet], manner: Manner) -> list[Written]:
    """What was written, by sheet. Raises Problem 409.93 before the first byte where a sheet would be too large."""
    check_limits([one.summary for one in sheets if isinstance(one, Sheet)], manner)
    styles, texts, found = Styles(), Texts(), []
    with zipfile.ZipFile(target, "w") as archive:
        _add(archive, "[Content_Types].xml", [content_types(len(sheets))])
        _add(archive, "_rels/.rels", [relations()])
        _add(archive, "xl/workbook.xml", [workbook_part([one.name for one in sheets])])
        _add(archive, "xl/_rels/workbook.xml.rels", [workbook_relations(len(sheets))])
        for number, sheet in enumerate(sheets, 1):
            body = _Body(sheet, manner, styles, texts, first=number == 1)
            _add(archive, f"xl/worksheets/sheet{number}.xml", body.pieces(), body.size)
            found.append(Written(sheet.name, body.count, sum(one.cut for one in body.columns)))
        _add(archive, "xl/styles.xml", [styles_part(styles.codes)])
        _add(archive, "xl/sharedStrings.xml", _shared(texts))
    return found


def check_limits(summaries: Iterable, manner: Manner) -> None:
    """Raises Problem 409.93 where a table has more rows or columns than a sheet of Excel."""
    for one in summaries:
        _require(one.table.name, one.rows + 1, len(laid_out(one.table, manner)))


def _require(name: str, rows: int, columns: int) -> None:
    for es, en, count, most in (("filas", "rows", rows, MAX_ROWS), ("columnas", "columns", columns, MAX_COLUMNS)):
        if count > most:
            raise beyond_format("Excel", f"la hoja «{name}» tendría {count} {es}, y caben {most}",
                                f"sheet {name} would have {count} {en}, and {most} fit")


class _Body:
    """The XML of one sheet. count: rows written so far, without the header; size: bytes that it may have."""

    def __init__(self, sheet: Sheet | PlainSheet, manner: Manner, styles: Styles, texts: Texts, first: bool):
        self.sheet, self.first, self.count = sheet, first, 0
        if isinstance(sheet, Sheet):
            self.laid = laid_out(sheet.table, manner)
            self.header = sheet.names or [one.name for one in self.laid]
            kinds = [one.kind for one in self.laid]
            self.least = [_LEAST.get(one, 10) for one in kinds]
            self.size = _most_bytes(sheet, self.laid)
        else:
            self.laid, self.header, kinds, self.size = [], list(sheet.header), [TEXT] * len(sheet.header), 0
            self.least = _widest(sheet)
        spanish = not manner.languages[:1] or not manner.languages[0].startswith("en")
        self.letters = list(letters(len(self.header)))
        ends = [f'<c r="{letter}' for letter in self.letters[1:]] + ["</row>"] * bool(self.letters)
        self.columns = [CellColumn(kind, end, styles, texts, spanish, wrapped=not self.laid)
                        for kind, end in zip(kinds, ends, strict=True)]

    def pieces(self) -> Iterator[str]:
        """The part, piece by piece."""
        yield sheet_head(self._widths(), self.first)
        yield self._header()
        for cells in self._batches():
            start, self.count = self.count, self.count + len(cells[0])
            _require(self.sheet.name, self.count + 1, len(self.columns))
            yield _rows(start + 2, [column.pieces(one) for column, one in zip(self.columns, cells, strict=True)])
        last = f"{self.letters[-1]}{self.count + 1}" if self.letters else "A1"
        yield sheet_tail(f"A1:{last}")

    def _widths(self) -> list[int]:
        """Of the columns, in letters: as much as their names want, and their dates."""
        return [max(least, min(40, len(name) + 2)) for least, name in zip(self.least, self.header, strict=True)]

    def _header(self) -> str:
        cells = "".join(f'<c r="{letter}1" s="{HEADER}" t="inlineStr"><is>{text_element(name)}</is></c>'
                        for letter, name in zip(self.letters, self.header, strict=True))
        return f'<row r="1">{cells}</row>'

    def _batches(self) -> Iterator[list[list]]:
        """Cells, column by column, some rows at a time."""
        if isinstance(self.sheet, PlainSheet):
            for row in self.sheet.rows:
                yield [[one] for one in row]
            return
        for rows in self.sheet.pieces():
            if len(rows) and self.laid:
                yield [column.cells(rows) for column in self.laid]


def _rows(first: int, columns: list[list[str]]) -> str:
    """Rows of XML. Only the number of a row differs between the names of its cells, so it is what joins the pieces."""
    count = len(columns[0])
    starts = ['<row r="'] * count, ['"><c r="A'] * count
    numbers = map(str, range(first, first + count))
    return "".join(map(str.join, numbers, zip(*starts, *columns, strict=True)))


def _widest(sheet: PlainSheet) -> list[int]:
    """Letters of the longest cell of each column, from 10 to 60; rows that can be read but once are not looked at."""
    listed = isinstance(sheet.rows, list) and sheet.rows
    columns = zip(*sheet.rows, strict=True) if listed else ((),) * len(sheet.header)
    return [min(60, max([10, *(len(str(cell)) + 1 for cell in cells)])) for cells in columns]


def _most_bytes(sheet: Sheet, columns: list[OutColumn]) -> int:
    """Hardly ever less than the bytes of the sheet's XML; texts of unknown width are taken to be long."""
    widths = (500 if one is None else one for one in (sheet.summary.of(one.variable.id).widest for one in columns))
    return sheet.summary.rows * (20 + sum(100 + 2 * one for one in widths))


def letters(count: int) -> Iterator[str]:
    """A, B ... Z, AA, AB ..."""
    for number in range(count):
        found, rest = "", number + 1
        while rest:
            rest, digit = divmod(rest - 1, 26)
            found = chr(65 + digit) + found
        yield found


def _shared(texts: Texts) -> Iterator[str]:
    yield ('<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
           f'<sst xmlns={quoteattr(MAIN)} uniqueCount="{len(texts.places)}">')
    for text in texts.places:
        yield f"<si>{text_element(text)}</si>"
    yield "</sst>"


def _add(archive: zipfile.ZipFile, name: str, pieces: Iterable[str], size: int = 0) -> None:
    info = zipfile.ZipInfo(name, SAME_DATE)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    info._compresslevel = FAST
    # not for every part: Excel offers to repair files that have 64 bits without need
    with archive.open(info, "w", force_zip64=size > _HUGE) as out:
        for piece in pieces:
            out.write(piece.encode("utf-8", "replace"))
