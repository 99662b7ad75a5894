"""Names of columns, sheets and files made legal for a target, always in the same way.

It must not know cells or how files are written. Names are given in order, and each looks only at those before it:
a column added at the end never renames another.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from collector.domain.tabular.layout import OutColumn

_STATA_WORDS = frozenset((
    "_all", "_b", "_coef", "_cons", "_n", "_N", "_pi", "_pred", "_rc", "_skip", "byte", "double", "float", "if", "in",
    "int", "long", "str", "strL", "using", "with"))
_SPSS_WORDS = frozenset(("all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with"))
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
_LETTER = re.compile(r"LATIN (SMALL|CAPITAL) LETTER (\w)(?: WITH .*)?")
FILE_BYTES, SHEET_UNITS = 120, 31


@dataclass(frozen=True, slots=True)
class _Rule:
    """most: of what `size` counts; start: what a name may begin with; clean: text -> letters that are allowed;
    key: two names with one key are the same to the target; tail: what a name may not end in."""

    most: int
    size: Callable[[str], int]
    start: re.Pattern
    clean: Callable[[str], str]
    reserved: Callable[[str], bool]
    key: Callable[[str], str]
    tail: str = ""


def legal_names(columns: Iterable[OutColumn], target: str) -> list[str]:
    """One name per column, legal and unique in the target: csv, xlsx, parquet, stata, spss, geojson or jsonl.

    Letters that the target has not are folded ('año' -> 'ano' in Stata) or become '_'; of a name that is too long the
    outer groups go first, then its end; a reserved word or a digit in front gets 'v_' or 'v'; of two names that meet
    the later gets '_2', '_3'.
    """
    rule = _RULES.get(target)
    if rule is None:
        return [one.name for one in columns]
    taken: set[str] = set()
    return [_free(_legal(column, place, rule), rule, taken) for place, column in enumerate(columns, 1)]


def told_label(column: OutColumn, name: str, most: int, size: Callable[[str], int] = len) -> str:
    """The label of a column on one line: 'Pregunta (grupo-nombre)' where the name had to change; the question gives
    way where it is too long, with '…'."""
    label, before = " ".join(column.label.split()), " ".join(column.name.split())
    if name == column.name or label == before or not before:
        return shortened(label, most, size)
    old = f"({shortened(before, most // 2, size)})"
    return f"{shortened(label, most - size(old) - 1, size)} {old}".strip()


def shortened(text: str, most: int, size: Callable[[str], int] = len) -> str:
    """The text, or as much of it as fits before '…'; never half a letter."""
    return text if size(text) <= most else _cut(text, most - size("…"), size).rstrip() + "…"


def in_bytes(text: str) -> int:
    """How many bytes a text takes as UTF-8."""
    return len(text.encode("utf-8", "replace"))


def sheet_names(names: Iterable[str]) -> list[str]:
    """Names of Excel sheets: 31 letters at most, none of []:*?/\\, no apostrophe at the ends, unique in any case."""
    taken: set[str] = {"history"}  # Excel keeps it for itself
    found = []
    for place, name in enumerate(names, 1):
        own = _visible(re.sub(r"[\[\]:*?/\\]", "_", name)).strip(" '")
        own = _cut(own, SHEET_UNITS, _units).strip(" '") or f"Sheet{place}"
        found.append(_numbered(own, "~", SHEET_UNITS, _units, str.casefold, taken))
    return found


def file_name(name: str, ending: str = "") -> str:
    """The name of a file that every system can keep; ending: with its point, '.csv'."""
    own = _visible(re.sub(r'[/\\:*?"<>|]', "_", name)).strip(" .")
    own = _cut(own, FILE_BYTES, in_bytes).strip(" .") or "file"
    return ("_" if _DEVICES.match(own) else "") + own + ending


def file_names(names: Iterable[str], ending: str = "") -> list[str]:
    """Names of files that lie in one folder: unique whatever the case, the later with '~2', '~3'."""
    taken: set[str] = set()
    return [_numbered(file_name(name), "~", FILE_BYTES + 1, in_bytes, str.casefold, taken) + ending for name in names]


def _legal(column: OutColumn, place: int, rule: _Rule) -> str:
    stem, ending = column.name, ""
    if column.part and (at := stem.rfind(column.part)) > 1:
        stem, ending = stem[:at - 1], stem[at - 1:]
    ending = _cut(rule.clean(ending), rule.most // 2, rule.size)
    room = rule.most - rule.size(ending)
    while rule.size(rule.clean(stem)) > room and (inner := stem.partition("-")[2]):
        stem = inner
    found = _cut(_plain(rule.clean(stem), stem), room, rule.size) + ending
    found = found.rstrip(rule.tail) if rule.tail else found
    if not found.strip("_."):
        return f"v{place}"
    if not rule.start.match(found):
        found = _cut(f"v{found}", rule.most, rule.size)
    if rule.reserved(found):
        found = _cut(f"v_{found}", rule.most, rule.size)
    return found.rstrip(rule.tail) if rule.tail else found


def _plain(clean: str, before: str) -> str:
    # '¿edad?' is edad: what was put in place of signs at the ends says nothing
    left = clean if before.startswith("_") else clean.lstrip("_")
    return left if before.endswith("_") else left.rstrip("_")


def _free(name: str, rule: _Rule, taken: set[str]) -> str:
    return _numbered(name, "_", rule.most, rule.size, rule.key, taken)


def _numbered(name: str, joint: str, most: int, size, key, taken: set[str]) -> str:
    found, number = name, 2
    while key(found) in taken:
        ending = f"{joint}{number}"
        found, number = _cut(name, most - len(ending), size) + ending, number + 1
    taken.add(key(found))
    return found


def _cut(text: str, most: int, size) -> str:
    if size(text) <= most:
        return text
    if size is in_bytes:
        return text.encode("utf-8", "replace")[:max(0, most)].decode("utf-8", "ignore")
    found = text[:max(0, most)]
    while size(found) > most:
        found = found[:-1]
    return found


def _units(text: str) -> int:
    return len(text) + sum(letter > "\uffff" for letter in text)  # Excel counts what lies beyond as two


def _visible(text: str) -> str:
    return "".join("_" if unicodedata.category(one) in ("Cc", "Cf", "Cs", "Zl", "Zp", "Cn", "Co") else one
                   for one in text)


def _ascii(letter: str) -> str:
    if letter.isascii():
        return letter
    named = _LETTER.fullmatch(unicodedata.name(letter, ""))
    if named is None:
        return {"ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE"}.get(letter, letter)
    return named[2].lower() if named[1] == "SMALL" else named[2]


def _stata_clean(text: str) -> str:
    spread = unicodedata.normalize("NFKD", text)
    folded = "".join(_ascii(one) for one in spread if not unicodedata.combining(one))
    return re.sub(r"[^A-Za-z0-9_]+", "_", folded)


def _spss_clean(text: str) -> str:
    whole = unicodedata.normalize("NFKC", text)
    letters = "".join(one for one in whole if not unicodedata.combining(one))
    return re.sub(r"\0+", "_", "".join(one if _spss_letter(one) else "\0" for one in letters))


def _spss_letter(letter: str) -> bool:
    return letter in "_.0123456789" or (letter.isalpha() and letter <= "\uffff")


_RULES = {
    "stata": _Rule(32, len, re.compile(r"[A-Za-z_]"), _stata_clean,
                   lambda name: name in _STATA_WORDS or re.fullmatch(r"str\d+", name) is not None, str),
    "spss": _Rule(64, in_bytes, re.compile(r"[^\W\d_]"), _spss_clean,
                  lambda name: name.casefold() in _SPSS_WORDS, lambda name: name.upper().casefold(), "._"),
}
