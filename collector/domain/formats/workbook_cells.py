"""Cells of one column -> the pieces of XML that an XLSX file has for them, each told of its row only when it is joined.

Must not know sheets, zip files or who asks. Next: workbook_out.py joins the pieces of a row and streams them.
"""

import re
from datetime import date, datetime, timedelta
from math import isfinite

from collector.domain.tabular.layout import DATE, MOMENT, TIME
from collector.domain.tabular.moments import as_date, as_moment, as_time
from collector.domain.values import value_text

MAX_TEXT = 32_767  # UTF-16 units that Excel takes in a cell
DIGITS = 10**15  # from here on Excel would change the last digits of a whole number
ROOM = 500  # different values of a column that are remembered, and texts of it that are shared
DATED_ROOM = 2_000  # the same for dates and times, whose making costs more
SHORT = 100  # letters of a text that may be shared: with ROOM the bound on memory
MAX_FORMATS = 100  # of cells; Excel takes some 200

HEADER, WRAPPED, FIRST_FORMAT = 1, 2, 3  # numbers of styles
DAY, CLOCK, PARTS = "yyyy-mm-dd", "hh:mm:ss", ".000"

_DAY, _ZERO = timedelta(days=1), datetime(1899, 12, 30)
_FIRST = date(1900, 3, 1)  # before it Excel counts a day that never was
_special = re.compile("[&<>\x00-\x08\x0b\x0c\x0d\x0e-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_edges = re.compile(r"^\s|\s$|[\n\t]|  ")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;", "_": "_x005F_"}


class Styles:
    """The formats of cells in a workbook, each once. Numbers 0 to 2: nothing special, the header, text
    in several lines."""

    def __init__(self):
        self.codes = [DAY, CLOCK, CLOCK + PARTS]

    def number(self, code: str) -> int | None:
        """The number of the style with this number format; None when there are too many."""
        if code not in self.codes:
            if len(self.codes) >= MAX_FORMATS:
                return None
            self.codes.append(code)
        return self.codes.index(code) + FIRST_FORMAT


class Texts:
    """Texts shared by the cells of a workbook."""

    def __init__(self):
        self.places: dict[str, int] = {}

    def place(self, text: str) -> int:
        """The place of the text among the shared ones."""
        return self.places.setdefault(text, len(self.places))


class CellColumn(dict):
    """One column of a sheet. As a dict it remembers the XML of its first values; a value that it has not met is made.

    end: what follows each of its cells (the start of the next cell, or the end of the row). cut: cells whose text was
    too long for Excel and stands shortened.
    """

    def __init__(self, kind: str, end: str, styles: Styles, texts: Texts, spanish: bool = True, wrapped: bool = False):
        self.end, self.styles, self.texts, self.spanish = end, styles, texts, spanish
        self.start = f'" s="{WRAPPED}" t=' if wrapped else '" t='
        self.dated = {DATE: _date, TIME: _time, MOMENT: _moment}.get(kind)
        self.room = DATED_ROOM if self.dated else ROOM
        self.cut = 0
        self[None] = self[""] = '"/>' + end

    def pieces(self, cells: list) -> list[str]:
        """The XML of these cells, each from behind the number of its row."""
        classes = set(map(type, cells)) - {type(None)}
        if len(classes) > 1 or not classes <= {str, int, float, bool}:  # 1, 1.0 and True would be taken for one
            return [self[one] if one.__class__ is str else self.made(one) for one in cells]
        if len(self) >= self.room:
            known, start, end = self.get, self.start + '"inlineStr"><is><t>', self.end
            # what is left is met once each: whole columns are looked at, as asking every cell costs thrice as much
            if classes == {float} and isfinite(sum([one for one in cells if one is not None])):
                return [known(one) or f'"><v>{one!r}</v></c>{end}' for one in cells]
            if classes == {str} and self.dated is None and _simple([one or "" for one in cells]):
                return [known(one) or f'{start}{one}</t></is></c>{end}' for one in cells]
        return list(map(self.__getitem__, cells))

    def __missing__(self, cell) -> str:
        found = self.made(cell)
        # a cell that was cut is made anew each time, so that each is counted
        if len(self) < self.room and (cell.__class__ is not str or len(cell) <= SHORT):
            self[cell] = found
        return found

    def made(self, cell) -> str:
        """The XML of one cell."""
        if cell is None:
            return self[None]
        kind = cell.__class__
        if (kind is int and -DIGITS < cell < DIGITS) or (kind is float and isfinite(cell)):
            return f'"><v>{cell!r}</v></c>{self.end}'
        if kind is bool:
            return f'" t="b"><v>{cell:d}</v></c>{self.end}'
        if self.dated is not None:
            found = self.dated(cell, self.styles)
            if found is not None:
                return found + self.end
        return self._text(value_text(cell)) + self.end

    def _text(self, text: str) -> str:
        if len(text) <= SHORT and len(self) < self.room:
            return f'{self.start}"s"><v>{self.texts.place(text)}</v></c>'
        if len(text) > MAX_TEXT // 2 and len(text.encode("utf-16-le", "replace")) // 2 > MAX_TEXT:
            text = shortened(text, self.spanish)
            self.cut += 1
        return f'{self.start}"inlineStr"><is>{text_element(text)}</is></c>'


def _simple(texts: list[str]) -> bool:
    """Whether all these texts can stand in XML as they are, and none is near the bound."""
    whole = "<".join(texts)
    return (whole.isprintable() and whole.count("<") == len(texts) - 1 and "&" not in whole and ">" not in whole
            and "_x" not in whole and "  " not in whole and " <" not in whole and "< " not in whole
            and whole.strip(" ") == whole and (len(whole) < MAX_TEXT // 2 or max(map(len, texts)) < MAX_TEXT // 2))


def text_element(text: str) -> str:
    """The text as <t>; what XML cannot hold is shown as a sign: U+0001 as ␁, halves of letters as �."""
    keep = ' xml:space="preserve"' if _edges.search(text) else ""
    return f"<t{keep}>{_special.sub(_written, text)}</t>"


def _written(found: re.Match) -> str:
    letter = found[0]
    known = _ENTITIES.get(letter)
    if known is not None:
        return known
    return chr(0x2400 + ord(letter)) if letter < " " else "\ufffd"


def shortened(text: str, spanish: bool = True) -> str:
    """As much of the text as fits into a cell, with a mark that tells how long it was."""
    mark = f" […recortado: el texto tiene {len(text)} caracteres; está entero en el CSV]" if spanish else (
        f" […cut: the text has {len(text)} characters; it is whole in the CSV]")
    units = text.encode("utf-16-le", "replace")[:2 * (MAX_TEXT - len(mark))]
    return units.decode("utf-16-le", "ignore") + mark


def _date(cell, styles: Styles) -> str | None:
    found = as_date(cell)
    if found is None or found < _FIRST:
        return None
    return f'" s="{styles.number(DAY)}"><v>{found.toordinal() - _ZERO.toordinal()}</v></c>'


def _time(cell, styles: Styles) -> str | None:
    found = as_time(cell)
    if found is None:
        return None
    moment = datetime.combine(_ZERO, found)
    style = styles.number(CLOCK + PARTS if found.microsecond else CLOCK)
    return f'" s="{style}"><v>{(moment - _ZERO) / _DAY!r}</v></c>'


def _moment(cell, styles: Styles) -> str | None:
    """The clock where it was answered; the zone stands in the format, so that nothing of it is lost."""
    found = as_moment(cell)
    if found is None or found.date() < _FIRST:
        return None
    clock = found.replace(tzinfo=None)
    zone = "Z" if cell[-1] in "Zz" else found.isoformat()[len(clock.isoformat()):]
    style = styles.number(f"{DAY} {CLOCK}" + (PARTS if found.microsecond else "") + (f'"{zone}"' if zone else ""))
    return None if style is None else f'" s="{style}"><v>{(clock - _ZERO) / _DAY!r}</v></c>'
