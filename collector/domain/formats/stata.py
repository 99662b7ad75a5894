"""Rows of one table, column by column -> a Stata file (.dta, format 118) with variable and value labels.

Must not know the database, recipes or who asks; what it holds in memory is one batch of rows.
Next: services/building puts the file into the package.
"""

from collections.abc import Callable
from itertools import count as counted
from itertools import starmap
from struct import Struct, error, pack
from typing import BinaryIO

from collector.domain import data_problems
from collector.domain.formats.labelled import (
    CODED,
    Kept,
    Remembered,
    Unfit,
    clock_milliseconds,
    days,
    kept_columns,
    moment_milliseconds,
    real_numbers,
    whole_number,
)
from collector.domain.tabular.layout import BOOLEAN, DATE, DECIMAL, INTEGER, MOMENT, TEXT, TIME, laid_out
from collector.domain.tabular.names import in_bytes, legal_names, shortened, told_label
from collector.domain.tabular.shape import DataTable, Manner, Pieces, Rows

MOST_VARIABLES, MOST_TEXT, MOST_ROW = 32_767, 2045, 1_048_576
LABEL, VALUE_LABEL, NOTE = 80, 32_000, 67_000  # characters, bytes, bytes
_STRL = 32768
_TYPES = {"b": 65530, "h": 65529, "i": 65528, "d": 65526, "Q": _STRL}
_MISSING = {"b": 101, "h": 32741, "i": 2147483621, "d": 2.0**1023}
_WHOLE = (("b", -127, 100), ("h", -32767, 32740), ("i", -2147483647, 2147483620))
_SECTIONS = ("variable_types", "varnames", "sortlist", "formats", "value_label_names", "variable_labels",
             "characteristics", "data", "strls", "value_labels")
_DAYS_TO_1970, _MS_TO_1970 = 3653, 3653 * 86_400_000  # Stata counts from 1960
_FIRST_DAY = -679_350  # 0100-01-01, the first that Stata shows


def check_limits(table: DataTable, summary, manner: Manner) -> None:
    """Nothing, when Stata can hold the table; else Problem 409.93, told before any work."""
    most = len(laid_out(table, manner))
    if most > MOST_VARIABLES:
        raise data_problems.beyond_format(
            "Stata", f"la tabla «{table.name}» tiene {most} columnas y caben {MOST_VARIABLES}",
            f"table {table.name!r} has {most} columns, and {MOST_VARIABLES} is the most")


def write(target: BinaryIO, table: DataTable, pieces: Pieces, summary, manner: Manner,
          names: list[str] | None = None) -> int:
    """The number of rows written to a target that can seek. names: of the columns, in the order of `laid_out`.

    Choices become numbers with labels, dates and moments (UTC) Stata's own; texts over 2045 bytes are strL. A column
    with a cell that is not of its kind is text throughout. Codes, full questions and names as they were stand in the
    characteristics.
    """
    check_limits(table, summary, manner)
    names = names or legal_names(laid_out(table, manner), "stata")
    start, as_text = target.tell(), set()
    while True:
        columns = kept_columns(table, pieces, summary, manner, names, as_text)
        try:
            return _File(target, table.name, columns, pieces, summary.rows).write()
        except Unfit as unfit:
            if unfit.place in as_text:
                raise ValueError(f"{columns[unfit.place].name}: the rows are not those that were measured") from unfit
            as_text.add(unfit.place)
            target.seek(start)
            target.truncate()


class _File:
    """One file on its way: the description of the columns, then the rows, then long texts and labels."""

    def __init__(self, target: BinaryIO, name: str, columns: list[Kept], pieces: Pieces, rows: int):
        self.target, self.name, self.columns, self.pieces, self.rows = target, name, columns, pieces, rows
        self.start = target.tell()
        self.letters = _letters(columns)
        self.lists = _lists(columns)
        self.places: dict[str, int] = {}

    def write(self) -> int:
        """The number of rows."""
        self._head()
        for section, content in self._description().items():
            self._section(section, content)
        self._open("data")
        written = self._data()
        self.target.write(b"</data>")
        self._open("strls")
        self._long_texts()
        self.target.write(b"</strls>")
        self._section("value_labels", b"".join(map(_value_labels, *zip(*self.lists.values(), strict=True)))
                      if self.lists else b"")
        self._map()
        if written != self.rows:
            raise ValueError(f"{self.name}: {written} rows where {self.rows} were announced")
        return written

    def _head(self) -> None:
        label = shortened(self.name, LABEL).encode("utf-8", "replace")
        self.target.write(b"<stata_dta><header><release>118</release><byteorder>LSF</byteorder><K>"
                          + pack("<H", len(self.columns)) + b"</K><N>" + pack("<Q", self.rows) + b"</N><label>"
                          + pack("<H", len(label)) + label + b"</label><timestamp>\0</timestamp></header>")
        self.places["map"] = self._at()
        self.target.write(b"<map>" + bytes(14 * 8) + b"</map>")

    def _description(self) -> dict[str, bytes]:
        columns = list(zip(self.columns, self.letters, strict=True))
        return {
            "variable_types": b"".join(pack("<H", _TYPES.get(one) or int(one[:-1])) for one in self.letters),
            "varnames": b"".join(_padded(one.name, 129) for one in self.columns),
            "sortlist": bytes(2 * (len(columns) + 1)),
            "formats": b"".join(_padded(_format(one, letter), 57) for one, letter in columns),
            "value_label_names": b"".join(
                _padded(self.lists[_labels(one)][0] if one.labels else "", 129) for one in self.columns),
            "variable_labels": b"".join(_padded(one.label(LABEL), 321) for one in self.columns),
            "characteristics": b"".join(map(_characteristics, self.columns)),
        }

    def _data(self) -> int:
        """Rows of one width, packed a batch at a time."""
        row, first = Struct("<" + "".join(self.letters)).pack, 1
        turns = [_turn(one, letter) for one, letter in zip(self.columns, self.letters, strict=True)]
        for rows in self.pieces():
            if not len(rows):
                continue
            cells = [turn(rows, first) for turn in turns]
            try:
                self.target.write(b"".join(starmap(row, zip(*cells, strict=True))))
            except error:
                raise Unfit(self._culprit(cells)) from None
            first += len(rows)
        return first - 1

    def _culprit(self, cells: list[list]) -> int:
        for place, (letter, values) in enumerate(zip(self.letters, cells, strict=True)):
            try:
                pack(f"<{len(values)}{letter}" if len(letter) == 1 else "<", *(values if len(letter) == 1 else ()))
            except error:
                return place
        raise ValueError(f"{self.name}: rows that cannot be packed")

    def _long_texts(self) -> None:
        """A second time through the rows, for texts that no column of one width can hold."""
        long = [one for one, letter in zip(self.columns, self.letters, strict=True) if letter == "Q"]
        if not long:
            return
        numbers = counted(1)
        for rows in self.pieces():
            cells = [one.cells(rows) for one in long]
            for texts in zip(*cells, strict=True):
                number = next(numbers)
                for one, text in zip(long, texts, strict=True):
                    if text:
                        content = _bytes(text) + b"\0"
                        self.target.write(b"GSO" + pack("<IQBI", one.place + 1, number, 130, len(content)) + content)

    def _section(self, name: str, content: bytes) -> None:
        self._open(name)
        self.target.write(content + f"</{name}>".encode())

    def _open(self, name: str) -> None:
        self.places[name] = self._at()
        self.target.write(f"<{name}>".encode())

    def _map(self) -> None:
        """The end of the file, and at its start where everything stands."""
        self.places["end"] = self._at()
        self.target.write(b"</stata_dta>")
        whole = self.target.tell()
        offsets = [0, self.places["map"], *(self.places[one] for one in _SECTIONS), self.places["end"],
                   whole - self.start]
        self.target.seek(self.start + self.places["map"] + len("<map>"))
        self.target.write(pack("<14Q", *offsets))
        self.target.seek(whole)

    def _at(self) -> int:
        return self.target.tell() - self.start


def _letters(columns: list[Kept]) -> list[str]:
    """How each column is packed; texts over 2045 bytes are strL, and so are the widest of a row that is too wide."""
    found = [_letter(one) for one in columns]
    width = Struct("<" + "".join(found)).size
    for place in sorted(range(len(found)), key=lambda at: -columns[at].width):
        if width <= MOST_ROW or found[place][-1] != "s":
            break
        width -= int(found[place][:-1]) - 8
        found[place] = "Q"
    return found


def _letter(kept: Kept) -> str:
    if kept.kind == TEXT:
        return f"{max(kept.width, 1)}s" if kept.width <= MOST_TEXT else "Q"
    if kept.kind in (INTEGER, CODED, BOOLEAN):
        return next((letter for letter, low, high in _WHOLE if low <= kept.low and kept.high <= high), "d")
    return "i" if kept.kind == DATE else "d"


def _format(kept: Kept, letter: str) -> str:
    if kept.kind == TEXT:
        return "%9s" if letter == "Q" else f"%{letter}"
    shown = {DATE: "%td", MOMENT: "%tc", TIME: "%tcHH:MM:SS", DECIMAL: "%12.0g"}
    return shown.get(kept.kind) or {"b": "%8.0g", "h": "%8.0g", "i": "%12.0g"}.get(letter, "%18.0g")


def _turn(kept: Kept, letter: str) -> Callable[[Rows, int], list]:
    """(rows, number of the first) -> what is packed of a column."""
    if letter == "Q":
        return lambda rows, first: [(kept.place + 1) | number << 16 if text else 0
                                    for number, text in enumerate(kept.cells(rows), first)]
    if kept.kind == TEXT:
        return lambda rows, first: _encoded(kept, kept.cells(rows))
    if kept.kind == DECIMAL:
        return lambda rows, first: _reals(kept, kept.cells(rows))
    known = Remembered(kept.place, _CONVERT.get(kept.kind, kept.codes.get), _MISSING[letter])
    return lambda rows, first: list(map(known.__getitem__, kept.cells(rows)))


def _encoded(kept: Kept, cells: list) -> list[bytes]:
    found = [b"" if one is None else one.encode("utf-8", "replace") for one in cells]
    if max(map(len, found)) > kept.width and any(found):
        raise Unfit(kept.place)
    return found if not any(b"\0" in one for one in found) else [one.replace(b"\0", b" ") for one in found]


def _reals(kept: Kept, cells: list) -> list[float]:
    missing = _MISSING["d"]
    return [missing if one is None else one for one in real_numbers(kept, cells, missing)]


def _in_stata_days(cell) -> int | None:
    found = days(cell)
    return None if found is None or found < _FIRST_DAY - _DAYS_TO_1970 else found + _DAYS_TO_1970


def _in_stata_moments(cell) -> int | None:
    found = moment_milliseconds(cell)
    return None if found is None or found < (_FIRST_DAY - _DAYS_TO_1970) * 86_400_000 else found + _MS_TO_1970


_CONVERT = {INTEGER: whole_number, DATE: _in_stata_days, MOMENT: _in_stata_moments, TIME: clock_milliseconds}


def _labels(kept: Kept) -> tuple:
    return tuple(kept.labels.items())


def _lists(columns: list[Kept]) -> dict[tuple, tuple[str, dict[int, str]]]:
    """{labels: (name of the list, the same as a dict)}; columns with the same labels share the list of the first."""
    found: dict[tuple, tuple[str, dict[int, str]]] = {}
    for one in columns:
        if one.labels:
            found.setdefault(_labels(one), (one.name, one.labels))
    return found


def _value_labels(name: str, labels: dict[int, str]) -> bytes:
    numbers = sorted(labels)
    texts = [_bytes(shortened(labels[one], VALUE_LABEL, in_bytes)) + b"\0" for one in numbers]
    places, at = [], 0
    for text in texts:
        places.append(at)
        at += len(text)
    table = pack(f"<ii{len(numbers)}i{len(numbers)}i", len(numbers), at, *places, *numbers) + b"".join(texts)
    return b"<lbl>" + pack("<i", len(table)) + _padded(name, 129) + bytes(3) + table + b"</lbl>"


def _characteristics(kept: Kept) -> bytes:
    """What has no room elsewhere: the note is what Stata's `notes` shows, the others are for `char list`."""
    column, label = kept.column, " ".join(kept.column.label.split())
    told = {}
    if label and label != told_label(column, column.name, LABEL):
        told = {"note0": "1", "note1": label}
    if kept.name != column.name:
        told["name"] = column.name
    if codes := kept.names_of_codes:
        told["codes"] = " ".join(codes)
    return b"".join(_characteristic(kept.name, word, text) for word, text in told.items())


def _characteristic(name: str, word: str, text: str) -> bytes:
    content = _padded(name, 129) + _padded(word, 129) + _bytes(shortened(text, NOTE, in_bytes)) + b"\0"
    return b"<ch>" + pack("<I", len(content)) + content + b"</ch>"


def _padded(text: str, width: int) -> bytes:
    return _bytes(text).ljust(width, b"\0")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace").replace(b"\0", b" ")
