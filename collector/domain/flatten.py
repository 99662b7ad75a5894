"""Submission XML -> flat rows of typed values: one for the root, one per repeat instance.

Must not know the database or the form's rules, and never fails for what a submission holds.
Next: flat rows are kept beside the XML; lists, filters, OData and exports read them and never the XML.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from lxml import etree

from collector.domain.columns import Column, Table
from collector.domain.folded import fold
from collector.domain.instance import header_of
from collector.domain.values import PARSERS, Value
from collector.domain.xmltext import read_xml

SEARCHED = 1000  # characters of folded text kept for searching
LONGEST = 120  # characters; longer answers are prose, not what people look a record up by
MOST_NOTED = 20

_MACHINE_MADE = ("uuid:", "collect:")  # ids of records and phones: nobody types them
_TEMPLATE = "{http://openrosa.org/javarosa}template"


@dataclass(frozen=True, slots=True)
class FlatRow:
    """key: '' for the root, 'g/hijos[2]/juguete[1]' for a repeat instance; parent_key: of the row it belongs to, None
    for the root; ordinal: from 0 in its table and submission; values: by position of the column."""

    table: str
    key: str
    parent_key: str | None
    ordinal: int
    values: list[Value]


@dataclass(frozen=True, slots=True)
class Point:
    """A place in a submission. Degrees WGS84; metres or None."""

    key: str
    path: str
    latitude: float
    longitude: float
    altitude: float | None
    accuracy: float | None


@dataclass(frozen=True, slots=True)
class Flat:
    """All rows of a submission, root first, in document order. search: folded text; surplus: paths of nodes that no
    column takes, the first few. encrypted: the root row is there and holds nothing."""

    rows: list[FlatRow]
    search: str = ""
    points: list[Point] = field(default_factory=list)
    surplus: tuple[str, ...] = ()
    encrypted: bool = False


@dataclass(slots=True)
class _Place:
    """What a plan says about one element: the column that takes its text, the table it opens, what is below."""

    path: str = ""
    column: int = -1
    parse: object = None
    searched: bool = False
    point: bool = False
    table: str | None = None
    below: dict[str, "_Place"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RowPlan:
    """How a submission of a form becomes rows; made once per column model and kept."""

    root: _Place
    widths: dict[str, int]
    label: str


def row_plan(tables: Iterable[Table], columns: Iterable[Column]) -> RowPlan:
    """The plan for one column model."""
    root = _Place(table="")
    widths = {"": 0}
    for table in tables:
        widths.setdefault(table.path, 0)
        if table.path:
            _at(root, table.path).table = table.path
    for column in columns:
        place = _at(root, column.path)
        place.column, place.parse = column.position, PARSERS.get(column.type)
        place.point = column.type == "geopoint"
        place.searched = column.type in ("string", "barcode", "int") and not column.path.endswith("/meta/instanceID")
        widths[column.table] = max(widths.get(column.table, 0), column.position + 1)
    return RowPlan(root, widths, "/meta/instanceName")


def flatten(plan: RowPlan, xml: bytes | str | etree._Element) -> Flat:
    """The rows of one submission. Raises XMLFault when it is no readable XML, and nothing else.

    None is a node that is absent (not relevant on the phone) as well as one that is empty. Of a node that comes
    twice where the form has it once, the first answer counts; a group that comes twice is read as one.
    """
    root = xml if isinstance(xml, etree._Element) else read_xml(xml)
    header = header_of(root)
    top = FlatRow("", "", None, 0, [None] * plan.widths.get("", 0))
    if header.encrypted:
        return Flat([top], fold(header.instance_name or "")[:SEARCHED], encrypted=True)
    pass_ = _Pass(plan, top)
    pass_.words.append(header.instance_name or "")
    pass_.read(root, plan.root, top, "", {})
    return Flat(pass_.rows, pass_.search(), pass_.points, tuple(pass_.surplus))


class _Pass:
    """One submission on its way through the plan."""

    def __init__(self, plan: RowPlan, top: FlatRow):
        self.plan = plan
        self.rows = [top]
        self.ordinals: dict[str, int] = {}
        self.words: list[str] = []
        self.points: list[Point] = []
        self.surplus: dict[str, None] = {}

    def read(self, element: etree._Element, place: _Place, row: FlatRow, prefix: str, counts: dict) -> None:
        """Reads the children of an element into a row; counts: how many of each repeat this row has so far."""
        below, values = place.below, row.values
        for child in element:
            name = child.tag.rpartition("}")[2]
            known = below.get(name)
            if known is None:
                self._note(f"{place.path}/{name}")
                continue
            if known.table is not None:
                if child.get(_TEMPLATE) is None:
                    self._open(child, known, row, prefix + name, counts)
                continue
            if known.column >= 0:
                text = child.text
                if text is not None:
                    self._keep(child, known, row, values, text)
            if known.below:
                self.read(child, known, row, f"{prefix}{name}/", counts)
            elif len(child):
                self._note(f"{known.path}/{child[0].tag.rpartition('}')[2]}")

    def search(self) -> str:
        """The folded words of the submission, bounded."""
        kept, room = [], SEARCHED
        for word in dict.fromkeys(self.words):
            if room <= 0:
                break
            kept.append(word[:room])
            room -= len(word) + 1
        return fold(" ".join(kept))[:SEARCHED]

    def _open(self, child: etree._Element, known: _Place, row: FlatRow, name: str, counts: dict) -> None:
        table = known.table
        counts[table] = counts.get(table, 0) + 1
        key = f"{name}[{counts[table]}]"
        ordinal = self.ordinals.get(table, 0)
        self.ordinals[table] = ordinal + 1
        opened = FlatRow(table, key, row.key, ordinal, [None] * self.plan.widths[table])
        self.rows.append(opened)
        self.read(child, known, opened, key + "/", {})

    def _keep(self, child, known: _Place, row: FlatRow, values: list, text: str) -> None:
        if text.isspace() or not text:
            return
        if values[known.column] is not None:
            self._note(known.path)
            return
        value = text if known.parse is None else known.parse(text)
        values[known.column] = value
        if known.searched and len(text) <= LONGEST and not text.startswith(_MACHINE_MADE):
            self.words.append(text)
        elif known.point and value.__class__ is list and (value[0] or value[1]):
            self.points.append(Point(row.key, known.path, *value))

    def _note(self, path: str) -> None:
        if len(self.surplus) < MOST_NOTED:
            self.surplus[path] = None


def _at(root: _Place, path: str) -> _Place:
    place, here = root, ""
    for step in path.split("/")[1:]:
        here += "/" + step
        found = place.below.get(step)
        if found is None:
            found = place.below[step] = _Place(here)
        place = found
    return place
