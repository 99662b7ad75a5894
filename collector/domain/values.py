"""Answers: the text in the XML <-> a typed value.

Must not know forms or where a value stands.
Next: flatten.py keeps these values as rows, exports write them out.
"""

from math import isfinite

Value = str | int | float | bool | list | None

POINT_PARTS = ("Latitude", "Longitude", "Altitude", "Accuracy")
_GREATEST = 2**63 - 1  # what a 64-bit column holds


def parse_value(type: str, text: str | None) -> Value:
    """The typed value of an answer; None for no answer; the text itself where it does not fit its type.

    int and decimal: numbers (also '7.0', '1.0E7' as the phone's engine writes them); boolean: True or False;
    geopoint: [latitude, longitude, altitude or None, accuracy or None], degrees and metres; select and rank: the chosen
    names with one space between; dates, times, geotrace, geoshape: trimmed text; all else: the text as it was sent.
    """
    if text is None or not text or text.isspace():
        return None
    parse = PARSERS.get(type)
    return text if parse is None else parse(text)


def chosen(value: Value) -> list[str]:
    """The names chosen in an answer to a select or rank, in order."""
    return value.split() if isinstance(value, str) else []


def line_points(value: Value) -> list[list]:
    """The points of a geotrace or geoshape, each as geopoint values; unreadable ones are left out."""
    if not isinstance(value, str):
        return []
    points = (_geopoint(part) for part in value.split(";") if part.strip())
    return [point for point in points if isinstance(point, list)]


def value_text(value: Value) -> str:
    """The value as text for people and files: '' for none, geopoints as the phone writes them."""
    if value is None:
        return ""
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, list):
        return " ".join("" if part is None else str(part) for part in value).strip()
    return str(value)


def _int(text: str) -> Value:
    trimmed = text.strip()
    if not _plain(trimmed):
        return text
    try:
        number = int(trimmed)
    except ValueError:
        real = _real(trimmed)
        if real is None or not real.is_integer():
            return text
        number = int(real)
    return text if abs(number) > _GREATEST else number


def _decimal(text: str) -> Value:
    real = _real(text.strip())
    return text if real is None else real


def _real(text: str) -> float | None:
    if not _plain(text):
        return None
    try:
        real = float(text)
    except ValueError:
        return None
    return real if isfinite(real) else None


def _plain(text: str) -> bool:
    # Python reads 1_000 and the digits of every script; a phone writes neither, and a misprint must stay visible.
    return text.isascii() and "_" not in text and len(text) < 400


def _boolean(text: str) -> Value:
    known = {"true": True, "1": True, "false": False, "0": False}
    return known.get(text.strip().lower(), text)


def _geopoint(text: str) -> Value:
    parts = [_real(part) for part in text.split()]
    if not 2 <= len(parts) <= 4 or None in parts or abs(parts[0]) > 90 or abs(parts[1]) > 180:
        return text
    return parts + [None] * (4 - len(parts))


def _names(text: str) -> Value:
    return " ".join(text.split())


PARSERS = {
    "int": _int, "decimal": _decimal, "boolean": _boolean, "geopoint": _geopoint,
    "select": _names, "rank": _names, "select1": str.strip, "date": str.strip, "time": str.strip,
    "dateTime": str.strip, "geotrace": str.strip, "geoshape": str.strip, "binary": str.strip,
}
