"""What steps do to one cell: text in, value out. Standard library alone, so that exported scripts carry this very text.

It must not know tables, recipes or anything else of this project. `steps` call it, `script` copies it.
"""

import re
import unicodedata
from datetime import date, datetime
from hashlib import sha256
from hmac import digest as hmac_digest

PSEUDONYM_LENGTH = 12
AREA = 1  # decimals of a degree: a tenth, some 11 km, about the size of a district
MASK = "***"
SMALL = frozenset({"de", "del", "la", "las", "los", "el", "y", "e", "da", "das", "do", "dos", "van", "von"})
ENYE = "\u0303"
MONTHS = {name: number for names in (
    "enero febrero marzo abril mayo junio julio agosto setiembre octubre noviembre diciembre",
    "january february march april may june july august september october november december",
) for number, name in enumerate(names.split(), 1)} | {"septiembre": 9}
DATE_PARTS = {"d": r"(?P<d>\d{1,2})", "m": r"(?P<m>\d{1,2})", "Y": r"(?P<Y>\d{4})", "y": r"(?P<y>\d{2})",
              "H": r"(?P<H>\d{1,2})", "M": r"(?P<M>\d{2})", "S": r"(?P<S>\d{2})(?:\.\d+)?",
              "b": r"(?P<b>[^\W\d_]{3,12})\.?", "B": r"(?P<b>[^\W\d_]{3,12})\.?"}
DEGREES = re.compile(r"""\s*([NSEWOnsewo]?)\s*(\d{1,3}(?:[.,]\d+)?)\s*[°ºd:\s]\s*"""
                     r"""(?:(\d{1,2}(?:[.,]\d+)?)\s*['’′m:\s]?\s*)?"""
                     r"""(?:(\d{1,2}(?:[.,]\d+)?)\s*(?:["”″s]|''|’’)?\s*)?([NSEWOnsewo]?)\s*""")


def trimmed(text):
    """Without space at both ends; None when nothing is left."""
    return text.strip() or None


def trimmed_inside(text):
    """The same, and single spaces inside; lines stay lines."""
    if "\n" in text:
        return "\n".join(" ".join(line.split()) for line in text.splitlines()).strip() or None
    return " ".join(text.split()) or None


def lower(text):
    """Small letters."""
    return text.lower()


def upper(text):
    """Capital letters."""
    return text.upper()


def title(text):
    """Capitals at the start of words, but not of 'de', 'la' and such after the first."""
    words = re.split(r"(\s+)", text.lower())
    found = []
    for number, word in enumerate(words):
        if number and word in SMALL:
            found.append(word)
        else:
            found.append("-".join(part[:1].upper() + part[1:] for part in word.split("-")))
    return "".join(found)


def sentence(text):
    """A capital at the start, small letters after it."""
    start = len(text) - len(text.lstrip())
    return text[:start] + text[start:start + 1].upper() + text[start + 1:].lower()


CASES = {"lower": lower, "upper": upper, "title": title, "sentence": sentence}


def without_accents(text):
    """Letters without marks; ñ is a letter of its own and stays."""
    if text.isascii():
        return text
    found = []
    for letter in unicodedata.normalize("NFD", text):
        if not unicodedata.combining(letter) or (letter == ENYE and found and found[-1] in "nN"):
            found.append(letter)
    return unicodedata.normalize("NFC", "".join(found))


def composed(text):
    """Each letter written in one way (NFC)."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def folded(text):
    """Without case, accents and surplus space, to compare by."""
    if not text.isascii():
        text = "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))
    return " ".join(text.casefold().split())


def number_of(text, decimal, thousands, whole):
    """The number that a text writes with these marks; None when it is none."""
    kept = text.strip().replace("\u2212", "-").replace("\u00a0", " ").replace("\u2019", "'")
    if thousands:
        groups = kept.split(decimal)[0].lstrip("+-").split(thousands)
        if len(groups) > 1 and (not 1 <= len(groups[0]) <= 3 or any(len(one) != 3 for one in groups[1:])):
            return None
        kept = kept.replace(thousands, "")
    if decimal == ",":
        if "." in kept:
            return None
        kept = kept.replace(",", ".")
    if not re.fullmatch(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)", kept) or len(kept) > 300:
        return None
    number = float(kept)
    if not whole:
        return number
    return None if number != int(number) else int(kept) if "." not in kept else int(number)


def date_pattern(format):
    """A pattern that reads a format of dates, for `date_of`."""
    parts = re.split(r"%(.)", format.strip())
    made = [DATE_PARTS[part] if number % 2 else re.sub(r"(?:\\\s|\s)+", r"\\s*", re.escape(part))
            for number, part in enumerate(parts)]
    return re.compile(r"\s*" + "".join(made) + r"\s*", re.IGNORECASE)


def date_of(text, patterns):
    """'2024-02-29', with 'T10:30:00' where the format has hours; None when no pattern fits or there is no such day."""
    for pattern in patterns:
        match = pattern.fullmatch(text)
        if match is None:
            continue
        said = match.groupdict()
        month = int(said["m"]) if said.get("m") else month_of(said.get("b") or "")
        year = int(said["Y"]) if said.get("Y") else int(said["y"]) + (2000 if int(said["y"]) < 69 else 1900)
        try:
            if said.get("H"):
                clock = [int(said.get(part) or 0) for part in "HMS"]
                return datetime(year, month, int(said["d"]), *clock).isoformat()
            return date(year, month, int(said["d"])).isoformat()
        except ValueError:
            continue
    return None


def month_of(name):
    """The number of a month by its name or the start of it, in Spanish or English; 0 for none."""
    name = name.lower()
    return next((number for known, number in MONTHS.items() if known.startswith(name)), 0) if len(name) > 2 else 0


def point_of(text, order, format):
    """[latitude, longitude, None, None] of a text with two numbers; None when it is no place."""
    read = degrees if format == "dms" else plain_degrees
    found = read(text)
    if found is None:
        return None
    first, second = found
    latitude, longitude = (second, first) if order == "lon_lat" else (first, second)
    if abs(latitude) > 90 or abs(longitude) > 180:
        return None
    return [latitude, longitude, None, None]


def plain_degrees(text):
    """Two numbers with a comma, semicolon or space between."""
    parts = [one for one in re.split(r"\s*[,;]\s+|\s*;\s*|\s+|(?<=\d),(?=-)", text.strip("()[] \t\n")) if one]
    if len(parts) == 1:
        parts = parts[0].split(",")
    if not 2 <= len(parts) <= 4:
        return None
    numbers = [number_of(one, "," if "," in one else ".", "", False) for one in parts[:2]]
    return None if None in numbers else numbers


def degrees(text):
    """Two angles in degrees, minutes and seconds; S, W and O are negative."""
    first = DEGREES.match(text)
    second = DEGREES.fullmatch(text[first.end():].lstrip(" ,;")) if first else None
    if second is None:
        return None
    return [angle(first), angle(second)]


def angle(match):
    """The degrees of one angle."""
    parts = [float((one or "0").replace(",", ".")) for one in match.group(2, 3, 4)]
    size = parts[0] + parts[1] / 60 + parts[2] / 3600
    return -size if (match[1] or match[5]).upper() in ("S", "W", "O") else size


def pseudonym(text, key):
    """Twelve letters that stand for a text: the same for the same text and key, and nobody without the key can tell."""
    return hmac_digest(key, text.encode("utf-8", "surrogatepass"), sha256).hex()[:PSEUDONYM_LENGTH]


def month(text):
    """'2024-02' of a date; None for what is none."""
    return text[:7] if re.match(r"\d{4}-\d{2}-\d{2}(?:T|\Z)", text) else None


def year(text):
    """2024 of a date; None for what is none."""
    return int(text[:4]) if re.match(r"\d{4}-\d{2}-\d{2}(?:T|\Z)", text) else None


def area(point):
    """The point rounded to a tenth of a degree, without height and accuracy."""
    return [round(point[0], AREA), round(point[1], AREA), None, None]
