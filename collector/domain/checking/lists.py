"""Room for the lists that expressions look things up in: those inside the form, and CSV, XML and GeoJSON beside it.

It must not know questions, nor where files lie: they are handed in by name and read only when they are looked into.
Trees of files are kept while the bytes stay the same. `judging` hands the lists to the engine as its instances.
"""

import csv
import json
from collections.abc import Sequence
from hashlib import blake2b
from io import StringIO

from lxml import etree

from collector.domain.checking.choosing import names_of
from collector.domain.checking.findings import Circumstances
from collector.domain.checking.rows import tree_of
from collector.domain.fields import FormModel, SecondaryInstance
from collector.domain.xmltext import FORM_TAGS, XMLFault, local_name, read_xml
from collector.domain.xpath.tree import Node

MOST_CELLS = 1_000_000  # of one file


class Shelf:
    """What one form's lists are, kept from one submission to the next: at most one tree for each list and file."""

    def __init__(self, model: FormModel):
        self.model = model
        self.inner = frozenset(one.id for one in model.instances.values() if not one.src)
        self._inside: dict[str, Node] = {}
        self._files: dict[str, tuple[bytes, Node | None]] = {}
        self._named: dict[tuple[str, str], tuple[Node, dict[str, list[Node]]]] = {}

    def inside(self, one: SecondaryInstance) -> Node:
        """The tree of a list that stands in the form itself."""
        if one.id not in self._inside:
            self._inside[one.id] = _tree([item.columns for item in one.items])
        return self._inside[one.id]

    def file(self, name: str, data: bytes) -> Node | None:
        """The tree of a file; None when it cannot be read."""
        digest = blake2b(data, digest_size=16).digest()
        kept = self._files.get(name)
        if kept is None or kept[0] != digest:
            kept = self._files[name] = digest, _file_tree(name, data)
        return kept[1]

    def named(self, id: str, root: Node, column: str) -> dict[str, list[Node]]:
        """Name of a choice -> rows, of a list."""
        kept = self._named.get((id, column))
        if kept is None or kept[0] is not root:
            kept = self._named[id, column] = root, names_of(root.children, column)
        return kept[1]


class Lists(dict):
    """id -> root of the list, read when it is asked for; what the engine takes as its secondary instances.

    changing: ids of entity lists and of the last record, which the phone had otherwise. touched: one of them was
    looked into since whoever watches it set this to False. absent: names of files that are entity lists, as the
    circumstances say, that were looked into and are not here; lacking: that was so since somebody set it to False.
    """

    def __init__(self, shelf: Shelf, circumstances: Circumstances):
        super().__init__()
        self.shelf = shelf
        self.circumstances = circumstances
        self.changing = frozenset(one.id for one in shelf.model.instances.values()
                                  if one.src.startswith("jr://instance") or self.is_changing(one.file_name))
        self.touched = self.lacking = False
        self.absent: set[str] = set()

    def is_changing(self, name: str) -> bool:
        """Whether a file is an entity list: one that the form itself writes, or that the circumstances name."""
        own = name in self.circumstances.entity_lists
        return own or any(name == f"{entity.dataset}.csv" for entity in self.shelf.model.entities)

    def get(self, id: str, default: Node | None = None) -> Node | None:
        """The root, or the default when there is no such list or its file is not here."""
        self.touched = self.touched or id in self.changing
        if id in self:
            found = self[id]
        else:
            one = self.shelf.model.instances.get(id)
            found = self._read(one) if one else None
            if found is not None or not self.lacking:
                self[id] = found  # of an entity list that is not here it is said each time
        return default if found is None else found

    def file(self, name: str) -> Node | None:
        """The tree of a file beside the form, None when it is not here."""
        self.touched = self.touched or self.is_changing(name)
        data = self.circumstances.medium(name)
        if data is None and name in self.circumstances.entity_lists:
            self.absent.add(name)
            self.lacking = True
        return None if data is None else self.shelf.file(name, data)

    def named(self, id: str, column: str) -> dict[str, list[Node]] | None:
        """Name of a choice -> rows; None when the list is not here."""
        root = self.get(id)
        return None if root is None else self.shelf.named(id, root, column)

    def _read(self, one: SecondaryInstance) -> Node | None:
        if not one.src:
            return self.shelf.inside(one)
        return self.file(one.file_name) if one.file_name else None


def _file_tree(name: str, data: bytes) -> Node | None:
    try:
        if name.lower().endswith(".geojson"):
            return _geojson(data)
        if name.lower().endswith(".xml"):
            return _xml(read_xml(data, FORM_TAGS))
        return csv_tree(data)
    except (csv.Error, XMLFault, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None  # a file that is no such file is as good as none


def csv_tree(data: bytes) -> Node:
    """The rows of a CSV file; parted by commas, or by semicolons where its first line has no comma."""
    text = data.decode("utf-8-sig", "replace")
    header = text.partition("\n")[0]
    lines = csv.reader(StringIO(text, newline=""), delimiter=";" if ";" in header and "," not in header else ",")
    columns = [name.strip() for name in next(lines, [])]
    width, rows = len(columns), []
    for line in lines:
        if len(rows) * width >= MOST_CELLS:
            raise ValueError("too many rows")
        if any(line):
            rows.append(line[:width] + [""] * (width - len(line)))
    return tree_of(columns, rows)


def _tree(rows: Sequence[dict[str, str]]) -> Node:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    if rows and all(len(row) == len(columns) for row in rows) and not any(set(name) & {"@", "/"} for name in columns):
        return tree_of(columns, [[row[name] for name in columns] for row in rows])
    root = Node("root")
    for columns in rows:
        item = root.add(Node("item"))
        for name, text in columns.items():
            if name.startswith("@"):
                item.add_attribute(name[1:], text)
            elif name:
                _below(item, name).write(text)
    return root


def _below(item: Node, name: str) -> Node:
    """The node of a column; 'a/b' stands for a node in a node."""
    *groups, last = name.split("/")
    for group in groups:
        found = item.by_name.get(group)
        item = found[0] if found else item.add(Node(group))
    return item.add(Node(last))


def _xml(element: etree._Element) -> Node:
    node = Node(local_name(element), (element.text or "").strip())
    for name, text in element.attrib.items():
        node.add_attribute(name.rpartition("}")[2], text)
    for child in element:
        node.add(_xml(child))
    return node


def _geojson(data: bytes) -> Node:
    rows = []
    for feature in json.loads(data)["features"][:MOST_CELLS // 10]:
        columns = {"geometry": _geometry(feature.get("geometry") or {})}
        if feature.get("id") is not None:
            columns["id"] = _written(feature["id"])
        for name, value in (feature.get("properties") or {}).items():
            columns[name.replace("/", "_")] = _written(value)
        rows.append(columns)
    return _tree(rows)


def _geometry(geometry: dict) -> str:
    found = geometry.get("coordinates") or []
    points = {"Point": [found], "LineString": found}.get(geometry.get("type"), found[0] if found else [])
    return "; ".join(f"{point[1]} {point[0]} 0 0" for point in points if point)


def _written(value: object) -> str:
    if value is True or value is False:
        return "true" if value else "false"
    return "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
