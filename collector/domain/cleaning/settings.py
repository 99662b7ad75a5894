"""What each type of cleaning step can be told: one frozen dataclass per type, every field with how it is read.

It must not know tables or rows. `recipe` reads what people typed through it, `steps` act on it, `sentences` tell it.
"""

from collections.abc import Callable
from dataclasses import MISSING, dataclass, field, fields

from collector.domain.cleaning import reading as read
from collector.domain.tabular.shape import PRIVACY

STATES = ("received", "edited", "hasIssues", "approved", "rejected")
DEFAULT_STATES = ("default",)
EVERY = "*"  # in place of columns: all that the step can act on
KEEP, DROP, BLANK = "keep", "drop", "blank"
LONGEST_MAP = 20_000
MADE_TYPES = ("string", "int", "decimal", "boolean", "date", "time", "dateTime", "geopoint")
HOW = ("drop", "mask", "pseudonym", "month", "year", "area")

Pairs = tuple[tuple[str, str], ...]
Labels = Pairs  # (language, text)


def said(reader: Callable, default=MISSING, key: str = ""):
    """A field of settings. reader: what was typed -> value; default: where nothing was said; key: its name in a
    recipe, where that is a word of Python."""
    shown = {"read": reader, "key": key}
    return field(metadata=shown) if default is MISSING else field(default=default, metadata=shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepStates:
    """Only records in these states of review. 'default': all but rejected; only approved once review is in use."""

    states: tuple[str, ...] = said(read.several(read.one_of(*STATES, *DEFAULT_STATES)), DEFAULT_STATES)


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterRows:
    """Only rows where a condition holds, or without those. table: path of a repeat, '' for records."""

    table: str = said(read.table, "")
    where: str = said(read.condition)
    effect: str = said(read.one_of(KEEP, DROP), KEEP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trim:
    """No space around texts; inner: single spaces inside of them too."""

    columns: tuple[str, ...] = said(read.several(read.column), (EVERY,))
    inner: bool = said(read.yes_no, True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Texts in one case. title: words like 'de la' stay small."""

    columns: tuple[str, ...] = said(read.several(read.column))
    to: str = said(read.one_of("lower", "upper", "title", "sentence"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Accents:
    """strip: no accents (ñ is a letter and stays); nfc: the same letter always written the same way."""

    columns: tuple[str, ...] = said(read.several(read.column))
    how: str = said(read.one_of("strip", "nfc"), "nfc")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recode:
    """Values by others. map: value before -> after, '' for no answer; others: what happens to all else."""

    column: str = said(read.column)
    map: Pairs = said(read.mapping)
    others: str = said(read.one_of(KEEP, BLANK), KEEP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """Several values of a column become one. label: of the new one by language."""

    column: str = said(read.column)
    names: tuple[str, ...] = said(read.several(read.text), key="from")
    to: str = said(read.text)
    label: Labels = said(read.labels, ())


@dataclass(frozen=True, slots=True, kw_only=True)
class MapTable:
    """Values by a table of two columns. into: name of a new column, '' for the same; folded: without regard to case,
    accents and space; missing: what happens to a value that the table has not."""

    column: str = said(read.column)
    rows: Pairs = said(read.pairs(LONGEST_MAP))
    into: str = said(read.optional(read.new_name), "")
    label: Labels = said(read.labels, ())
    missing: str = said(read.one_of(KEEP, BLANK), KEEP)
    folded: bool = said(read.yes_no, False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseNumber:
    """Numbers out of texts. decimal, thousands: the marks that are used. What is no number stays as it is."""

    columns: tuple[str, ...] = said(read.several(read.column))
    decimal: str = said(read.one_of(".", ","), ".")
    thousands: str = said(read.one_of("", ".", ",", " ", "'"), "")
    whole: bool = said(read.yes_no, False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseDate:
    """Dates out of texts. formats: '%d/%m/%Y' and others, tried in order. What is no date stays as it is."""

    columns: tuple[str, ...] = said(read.several(read.column))
    formats: tuple[str, ...] = said(read.several(read.date_format), ("%d/%m/%Y", "%Y-%m-%d"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsePoint:
    """Points out of texts such as '-12.05, -77.04' or 12°03'S 77°02'W. other: the column of the second number where
    the two stand apart. into: name of a new column, '' for the same."""

    column: str = said(read.column)
    other: str = said(read.optional(read.column), "")
    order: str = said(read.one_of("lat_lon", "lon_lat"), "lat_lon")
    format: str = said(read.one_of("decimal", "dms"), "decimal")
    into: str = said(read.optional(read.new_name), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class SetWhere:
    """A column takes a value, or what an expression gives, where a condition holds."""

    column: str = said(read.column)
    where: str = said(read.condition)
    value: str = said(read.any_text, "")
    expression: str = said(read.optional(read.condition), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class BlankWhere:
    """A column has no answer where a condition holds."""

    column: str = said(read.column)
    where: str = said(read.condition)


@dataclass(frozen=True, slots=True, kw_only=True)
class FixCell:
    """One cell takes a value. record: its instanceID; key: '' or of the row in a repeat, 'hijos[2]'; before: only
    while the answer as it was sent is still this, None for always."""

    record: str = said(read.text)
    key: str = said(read.any_text, "")
    column: str = said(read.column)
    value: str = said(read.any_text, "")
    before: str | None = said(read.any_text, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deduplicate:
    """Of records with the same key only one stays. A record that lacks a part of the key is nobody's double.
    apart: instanceIDs that are never merged with others."""

    columns: tuple[str, ...] = said(read.several(read.column))
    keep: str = said(read.one_of("first", "last", "fullest", "approved"), "first")
    folded: bool = said(read.yes_no, True)
    apart: tuple[str, ...] = said(read.several(read.text, least=0), ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Derive:
    """A new column of what an expression gives in every row of a table."""

    name: str = said(read.new_name)
    table: str = said(read.table, "")
    type: str = said(read.one_of(*MADE_TYPES), "string")
    expression: str = said(read.condition)
    label: Labels = said(read.labels, ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Rename:
    """Another name or label for a column; its earlier name is kept."""

    column: str = said(read.column)
    to: str = said(read.optional(read.text), "")
    label: Labels = said(read.labels, ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """These columns stand first in their tables, in this order."""

    columns: tuple[str, ...] = said(read.several(read.column))


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """Without these columns."""

    columns: tuple[str, ...] = said(read.several(read.column))


@dataclass(frozen=True, slots=True, kw_only=True)
class Classify:
    """How much columns say about people: open, internal, personal, sensitive."""

    columns: tuple[str, ...] = said(read.several(read.column))
    privacy: str = said(read.one_of(*PRIVACY), key="class")


@dataclass(frozen=True, slots=True, kw_only=True)
class Protect:
    """Columns, or all of a class, and whatever was made of them: gone, masked, by pseudonyms, or less exact."""

    columns: tuple[str, ...] = said(read.several(read.column, least=0), ())
    privacy: str = said(read.optional(read.one_of(*PRIVACY)), "", key="class")
    how: str = said(read.one_of(*HOW))


TYPES: dict[str, type] = {
    "keep_states": KeepStates, "filter_rows": FilterRows, "trim": Trim, "case": Case, "accents": Accents,
    "recode": Recode, "merge": Merge, "map_table": MapTable, "parse_number": ParseNumber, "parse_date": ParseDate,
    "parse_point": ParsePoint, "set_where": SetWhere, "blank_where": BlankWhere, "fix_cell": FixCell,
    "deduplicate": Deduplicate, "derive": Derive, "rename": Rename, "order": Order, "drop": Drop,
    "classify": Classify, "protect": Protect,
}
NAMES = {kind: type for type, kind in TYPES.items()}
COUNTLESS = frozenset({"rename", "order", "drop", "classify"})  # these change no cell, whatever the data are


def keys(kind: type) -> dict[str, str]:
    """Name in a recipe -> name of the attribute, of every setting of a type."""
    return {one.metadata["key"] or one.name: one.name for one in fields(kind)}


def plain(settings) -> dict:
    """The settings as JSON-able values, without those that stand as they would anyway."""
    found = {}
    for one in fields(settings):
        value = getattr(settings, one.name)
        if value != one.default:
            is_map = one.metadata["read"] in (read.labels, read.mapping)
            found[one.metadata["key"] or one.name] = dict(value) if is_map else _plain(value)
    return found


def _plain(value):
    return [_plain(one) for one in value] if isinstance(value, tuple) else value
