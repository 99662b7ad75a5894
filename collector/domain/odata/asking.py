"""What is asked of a table of OData: the words that begin with $, read into one value.

Must not know the request or the database. What is not understood is told, never passed over: a client that believes
that it filtered, and did not, counts wrongly. Next: `services/odata` reads rows by it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from collector.domain import odata_problems, problems
from collector.domain.odata.conditions import FIELDS, Condition
from collector.domain.odata.filtering import ROOT, read_filter
from collector.domain.odata.keys import read_token
from collector.domain.odata.selecting import Selection, read_selection
from collector.domain.odata.tables import Table

WORDS = ("$format", "$count", "$skip", "$top", "$filter", "$wkt", "$expand", "$select", "$skiptoken", "$orderby")
_FORMATS = {"json": ("application/json", "json"), "xml": ("application/xml", "xml")}
_LARGEST = 2**53


@dataclass(frozen=True, slots=True)
class Asked:
    """top: None for all rows. after: the instanceID, or the id of a row of a repeat, that the page before ended with,
    '' for the first page. order: ((field, whether falling), ...), () for newest first. selection: None for all."""

    top: int | None = None
    skip: int = 0
    count: bool = False
    wkt: bool = False
    expand: bool = False
    after: str = ""
    filter: Condition | None = None
    order: tuple[tuple[str, bool], ...] = ()
    selection: Selection | None = None


def require_known(given: Mapping[str, str], format: str = "json", words: tuple[str, ...] = WORDS) -> None:
    """Nothing, when all of these words are known here and the format can be had. Raises 501.1, 406.1."""
    for word in given:
        if word.startswith("$") and word not in words:
            raise problems.not_implemented(word)
    wanted = given.get("$format", "").partition(";")[0].strip().lower()
    if wanted and wanted not in _FORMATS[format]:
        raise odata_problems.format_not_offered(list(_FORMATS[format]))


def read_asked(given: Mapping[str, str], table: Table, now: datetime) -> Asked:
    """What is asked of this table. Raises 501.1, 406.1, 501.6, 501.11, 400.11, 400.35, and what filters, orders and
    selections raise."""
    require_known(given)
    expand, select = given.get("$expand", ""), given.get("$select", "")
    if expand not in ("", "*"):
        raise odata_problems.expand_unsupported(expand)
    if expand and select:
        raise odata_problems.select_with_expand()
    token, order = given.get("$skiptoken", ""), read_order(given.get("$orderby", ""), bool(table.path))
    if token and order:
        raise problems.not_implemented("using $orderby and $skiptoken together")
    text = given.get("$filter", "")
    return Asked(
        top=number_of(given, "$top"), skip=0 if token else number_of(given, "$skip") or 0, count=is_on(given, "$count"),
        wkt=is_on(given, "$wkt"), expand=bool(expand), after=read_token(token, bool(table.path)) if token else "",
        filter=read_filter(text, now, bool(table.path)) if text else None, order=order,
        selection=read_selection(select, table) if select else None)


def read_order(text: str, of_repeat: bool = False, fields: Mapping[str, str] = FIELDS,
               root: str = ROOT) -> tuple[tuple[str, bool], ...]:
    """((field, whether falling), ...) of an $orderby. Raises 501.5."""
    found = []
    for part in text.split(",") if text.strip() else ():
        words = part.split()
        field = words[0].removeprefix(root) if words else ""
        if field not in fields or (of_repeat and field == words[0]):
            raise odata_problems.field_unsupported(words[0] if words else part)
        way = words[1].lower() if len(words) > 1 else "asc"
        if way not in ("asc", "desc"):
            raise odata_problems.field_unsupported(words[1])
        found.append((field, way == "desc"))
    return tuple(found)


def is_on(given: Mapping[str, str], word: str) -> bool:
    """Whether a word is given as true."""
    return given.get(word, "").lower() == "true"


def number_of(given: Mapping[str, str], word: str) -> int | None:
    """A number from 0 up, None when there is none. Raises 400.11."""
    text = given.get(word, "").strip()
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 16 or int(text) > _LARGEST:
        raise problems.wrong_type(word, text, "a number")
    return int(text)
