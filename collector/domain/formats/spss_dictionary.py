"""The head of an SPSS file: what stands before its rows.

It must not know rows. `spss.py` writes it and then the rows, in the places that are laid out here.
"""

from struct import pack
from sys import float_info

from collector.domain.formats.labelled import CODED, Kept
from collector.domain.tabular.layout import BOOLEAN, DATE, DECIMAL, INTEGER, MOMENT, TEXT, TIME
from collector.domain.tabular.names import in_bytes, shortened

SEGMENT, STEP = 255, 252  # bytes of a long text in one segment; what a segment counts for
LABEL, VALUE_LABEL, FILE_LABEL = 255, 120, 64  # bytes
_FIXED, _TEXT, _DATE, _TIME, _DATETIME = 5, 1, 20, 21, 22
_NOMINAL, _SCALE = 1, 3
_LEFT, _RIGHT = 0, 1
_UTF8 = 65001


class Laid:
    """A column and the places it takes.

    units: of eight bytes in a row; segments: widths in bytes of its parts, 0 for a number.
    """

    def __init__(self, kept: Kept):
        self.kept = kept
        self.segments = _segments(max(kept.width, 1)) if kept.kind == TEXT else [0]
        self.units = sum(_units(width) for width in self.segments)
        self.short = ""

    @property
    def format(self) -> int:
        """Type, width and decimals as SPSS packs them."""
        kept = self.kept
        type, width, decimals = {
            DATE: (_DATE, 11, 0), TIME: (_TIME, 8, 0), MOMENT: (_DATETIME, 20, 0), DECIMAL: (_FIXED, 16, 6),
        }.get(kept.kind) or (_FIXED, max(len(str(kept.low)), len(str(kept.high)), 1), 0)
        return type << 16 | width << 8 | decimals


def dictionary(name: str, columns: list[Laid], rows: int) -> bytes:
    """All bytes before the rows; gives the columns their short names. No clock: the same table, the same bytes."""
    shorts = _shorts()
    records, labels, place = [], [], 1
    for one in columns:
        for segment, width in enumerate(one.segments):
            short = next(shorts)
            if not segment:
                one.short = short
                labels.append(_value_labels(one, place))
            records.append(_variable(one, short, width, segment))
        place += one.units
    return b"".join([
        _head(name, place - 1, rows), *records, *labels, _machine(), _shown(columns),
        _extension(13, 1, "\t".join(f"{one.short}={one.kept.name}" for one in columns).encode("utf-8")),
        _long_texts(columns), _extension(16, 8, pack("<qq", 1, rows)), _attributes(columns),
        _extension(20, 1, b"UTF-8"), pack("<ii", 999, 0)])


def _head(name: str, units: int, rows: int) -> bytes:
    label = shortened(name, FILE_LABEL, in_bytes)
    return b"".join([
        b"$FL2", b"@(#) SPSS DATA FILE Collector".ljust(60), pack("<iiiii", 2, units, 1, 0, rows), pack("<d", 100.0),
        b"01 Jan 7000:00:00", _flat(label).ljust(FILE_LABEL), bytes(3)])


def _variable(laid: Laid, short: str, width: int, segment: int) -> bytes:
    label = b"" if segment else _flat(laid.kept.label(LABEL, in_bytes))
    shown = _TEXT << 16 | width << 8 if width else laid.format
    record = pack("<iiiiii", 2, width, bool(label), 0, shown, shown) + short.encode().ljust(8)
    if label:
        record += pack("<i", len(label)) + label.ljust(len(label) + -len(label) % 4)
    rest = pack("<iiiiii", 2, -1, 0, 0, _TEXT << 16 | 8 << 8, _TEXT << 16 | 8 << 8) + b" " * 8
    return record + rest * (_units(width) - 1)


def _value_labels(laid: Laid, place: int) -> bytes:
    labels = laid.kept.labels
    if not labels:
        return b""
    record = [pack("<ii", 3, len(labels))]
    for number in sorted(labels):
        text = _flat(shortened(labels[number], VALUE_LABEL, in_bytes)) or b" "
        record.append(pack("<dB", number, len(text)) + text.ljust(len(text) + -(len(text) + 1) % 8))
    return b"".join(record) + pack("<iii", 4, 1, place)


def _machine() -> bytes:
    greatest = float_info.max
    lowest = -float.fromhex("0x1.ffffffffffffep+1023")
    return _extension(3, 4, pack("<8i", 20, 0, 0, -1, 1, 1, 2, _UTF8)) + _extension(
        4, 8, pack("<ddd", -greatest, greatest, lowest))


def _shown(columns: list[Laid]) -> bytes:
    """Level of measurement, width on the screen and side of every segment."""
    found = []
    for one in columns:
        nominal = one.kept.kind in (TEXT, CODED, BOOLEAN) or (one.kept.kind == INTEGER and one.kept.column.part)
        width = min(max(one.kept.width, 8), 40) if one.kept.kind == TEXT else max(8, one.format >> 8 & 255)
        found += [pack("<iii", _NOMINAL if nominal else _SCALE, width, _LEFT if one.kept.kind == TEXT else _RIGHT)
                  ] * len(one.segments)
    return _extension(11, 4, b"".join(found))


def _long_texts(columns: list[Laid]) -> bytes:
    long = [one for one in columns if len(one.segments) > 1]
    if not long:
        return b""
    return _extension(14, 1, b"".join(f"{one.short}={one.kept.width:05d}\0\t".encode() for one in long))


def _attributes(columns: list[Laid]) -> bytes:
    """What has no room elsewhere: the full question, the name as it was, the names of the choices behind numbers."""
    found = []
    for one in columns:
        kept, label = one.kept, " ".join(one.kept.column.label.split())
        told = []
        if label and in_bytes(label) > LABEL:
            told.append(("Question", [label]))
        if kept.name != kept.column.name:
            told.append(("Name", [kept.column.name]))
        if codes := kept.names_of_codes:
            told.append(("Codes", codes))
        if told:
            found.append(kept.name.encode("utf-8") + b":" + b"".join(
                word.encode() + b"(" + b"".join(b"'" + _flat(text) + b"'\n" for text in texts) + b")"
                for word, texts in told))
    return _extension(18, 1, b"/".join(found)) if found else b""


def _extension(kind: int, size: int, content: bytes) -> bytes:
    return pack("<iiii", 7, kind, size, len(content) // size) + content


def _segments(width: int) -> list[int]:
    if width <= SEGMENT:
        return [width]
    count = -(-width // STEP)
    return [SEGMENT] * (count - 1) + [width - (count - 1) * STEP]


def _units(width: int) -> int:
    return max(1, (width + 7) // 8)


def _shorts():
    """Names of eight letters for readers of old, one per segment."""
    number = 0
    while True:
        number += 1
        yield f"V{number:07d}"


def _flat(text: str) -> bytes:
    """One line as UTF-8."""
    return " ".join(text.split()).encode("utf-8", "replace").replace(b"\0", b" ")
