"""Rows of one table, column by column -> an SPSS file (.sav) with variable and value labels.

Must not know the database, recipes or who asks; what it holds in memory is one batch of rows.
Next: services/building puts the file into the package.
"""

from collections.abc import Callable
from itertools import chain
from struct import Struct
from typing import BinaryIO

from collector.domain import data_problems
from collector.domain.formats.labelled import (
    Kept,
    Remembered,
    Unfit,
    clock_milliseconds,
    days,
    kept_columns,
    kind_of,
    moment_milliseconds,
    real_numbers,
    whole_number,
)
from collector.domain.formats.spss_dictionary import SEGMENT, Laid, dictionary
from collector.domain.tabular.layout import DATE, DECIMAL, INTEGER, MOMENT, TEXT, TIME, laid_out
from collector.domain.tabular.names import legal_names
from collector.domain.tabular.shape import DataTable, Manner, Pieces, Rows

MOST_TEXT, MOST_NUMBER = 32_767, 1.7e308  # SPSS keeps what is beyond for missing values
# What stands for eight bytes of data: most small numbers are a single byte.
_BIAS, _END, _LITERAL, _SPACES, _MISSING = 100, 252, b"\xfd", b"\xfe", b"\xff"
_DAYS_TO_1970, _SECONDS_TO_1970 = 141_428, 141_428 * 86_400  # SPSS counts from 1582-10-14
_double = Struct("<d").pack


def check_limits(table: DataTable, summary, manner: Manner) -> None:
    """Nothing, when SPSS can hold the table; else Problem 409.93, told before any work."""
    for column in laid_out(table, manner):
        known = summary.of(column.variable.id)
        if known.widest > MOST_TEXT and kind_of(column, known) == TEXT:
            raise _too_long(column.name, known.widest)


def write(target: BinaryIO, table: DataTable, pieces: Pieces, summary, manner: Manner,
          names: list[str] | None = None) -> int:
    """The number of rows written to a target that can seek. names: of the columns, in the order of `laid_out`.

    Choices become numbers with labels, dates and moments (UTC) those of SPSS. A column with a cell that is not of its
    kind, or a day before 1582-10-15, is text throughout. Codes, full questions and names as they were stand in the
    attributes. Raises Problem 409.93 for a text over 32 767 bytes.
    """
    check_limits(table, summary, manner)
    names = names or legal_names(laid_out(table, manner), "spss")
    start, as_text = target.tell(), set()
    while True:
        columns = kept_columns(table, pieces, summary, manner, names, as_text)
        for one in columns:
            if one.kind == TEXT and one.width > MOST_TEXT:
                raise _too_long(one.column.name, one.width)
        try:
            laid = [Laid(one) for one in columns]
            target.write(dictionary(table.name, laid, summary.rows))
            written = _data(target, laid, pieces)
        except Unfit as unfit:
            if unfit.place in as_text:
                raise ValueError(f"{columns[unfit.place].name}: the rows are not those that were measured") from unfit
            as_text.add(unfit.place)
            target.seek(start)
            target.truncate()
            continue
        if written != summary.rows:
            raise ValueError(f"{table.name}: {written} rows where {summary.rows} were announced")
        return written


def _too_long(name: str, width: int) -> Exception:
    return data_problems.beyond_format(
        "SPSS", f"la columna «{name}» tiene un texto de {width} bytes y caben {MOST_TEXT}",
        f"column {name!r} has a text of {width} bytes, and {MOST_TEXT} is the most")


def _data(target: BinaryIO, columns: list[Laid], pieces: Pieces) -> int:
    """The rows, compressed; the number of them."""
    turns = [_turn(one) for one in columns]
    codes = literals = b""
    count = 0
    for rows in pieces():
        if not len(rows):
            continue
        count += len(rows)
        parts = [turn(rows) for turn in turns]
        codes += b"".join(chain.from_iterable(zip(*(one for one, _ in parts), strict=True)))
        literals += b"".join(chain.from_iterable(zip(*(other for _, other in parts), strict=True)))
        whole = len(codes) - len(codes) % 8
        codes, literals = codes[whole:], _blocks(target, codes[:whole], literals)
    codes += bytes([_END])
    _blocks(target, codes.ljust(len(codes) + -len(codes) % 8, b"\0"), literals)
    return count


def _blocks(target: BinaryIO, codes: bytes, literals: bytes) -> bytes:
    """What is left of the literals; before them goes each block of eight codes, behind it the literals it calls."""
    found, at = [], 0
    for start in range(0, len(codes), 8):
        block = codes[start:start + 8]
        found.append(block)
        if size := 8 * block.count(_LITERAL):
            found.append(literals[at:at + size])
            at += size
    target.write(b"".join(found))
    return literals[at:]


def _turn(laid: Laid) -> Callable[[Rows], tuple]:
    """rows -> the codes and the literals of a column, row by row."""
    kept = laid.kept
    if kept.kind == TEXT:
        return _texts(laid)
    if kept.kind == DECIMAL:
        return lambda rows: _reals(kept, kept.cells(rows))
    number = _CONVERT.get(kept.kind, kept.codes.get)

    def convert(cell):
        found = number(cell)
        return None if found is None else _packed(found)
    known = Remembered(kept.place, convert, (_MISSING, b""))
    return lambda rows: tuple(zip(*map(known.__getitem__, kept.cells(rows)), strict=True))


def _packed(number: int | float) -> tuple[bytes, bytes]:
    if number.__class__ is int and 1 - _BIAS <= number <= 251 - _BIAS:
        return bytes([number + _BIAS]), b""
    return _LITERAL, _double(number)


def _texts(laid: Laid) -> Callable[[Rows], tuple]:
    """Texts stand in units of eight bytes, padded with spaces; of each 255 bytes the 256th is left out."""
    kept, units = laid.kept, laid.units
    shapes = [_LITERAL * used + _SPACES * (units - used) for used in range(units + 1)]

    def turn(rows):
        codes, literals = [], []
        for cell in kept.cells(rows):
            text = b"" if not cell else cell.encode("utf-8", "replace")
            size = len(text)
            if size > kept.width:
                raise Unfit(kept.place)
            if size > SEGMENT:
                text = b"".join([text[at:at + SEGMENT].ljust(SEGMENT + 1) for at in range(0, size, SEGMENT)])
                text = text.rstrip(b" ")
                size = len(text)
            used = (size + 7) // 8
            codes.append(shapes[used])
            literals.append(text.ljust(used * 8))
        return codes, literals
    return turn


def _reals(kept: Kept, cells: list) -> tuple[list[bytes], list[bytes]]:
    cells = real_numbers(kept, cells, MOST_NUMBER)
    return ([_MISSING if one is None else _LITERAL for one in cells],
            [b"" if one is None else _double(one) for one in cells])


def _in_spss_days(cell) -> int | None:
    found = days(cell)
    return None if found is None or found <= -_DAYS_TO_1970 else (found + _DAYS_TO_1970) * 86_400


def _in_spss_moments(cell) -> float | None:
    found = moment_milliseconds(cell)
    return None if found is None or found < (1 - _DAYS_TO_1970) * 86_400_000 else found / 1000 + _SECONDS_TO_1970


def _in_spss_clock(cell) -> float | None:
    found = clock_milliseconds(cell)
    return None if found is None else found / 1000


_CONVERT = {INTEGER: whole_number, DATE: _in_spss_days, MOMENT: _in_spss_moments, TIME: _in_spss_clock}
