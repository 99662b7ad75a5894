"""Room for lists as trees that stay small: a row of a long list keeps its texts, and makes a node of a cell when asked.

It must not know files. `lists` makes them; paths of the engine walk them as any other nodes, and never write to them.
"""

from collections.abc import Sequence

from collector.domain.xpath.tree import NO_NAMES, UNREAD, Node


class Row(Node):
    """An item of a list. columns: place of each column in texts, shared by all rows."""

    __slots__ = ("columns", "texts")

    def __init__(self, columns: dict[str, int], texts: tuple[str, ...], parent: Node, place: int):
        self.columns, self.texts = columns, texts
        self.name, self.parent, self.place = "item", parent, place
        self.text = self.type = self.control = ""
        self.prefix = self.indexes = None
        self.attributes = NO_NAMES
        self.is_attribute = False
        self.relevant = self._own = True
        self._value = UNREAD

    @property
    def children(self) -> list[Node]:
        """A node for each cell."""
        return [Node(name, self.texts[place], parent=self) for name, place in self.columns.items()]

    @property
    def by_name(self) -> "Cells":
        """The cells by the name of their column."""
        return Cells(self)


class Cells:
    """What a path asks for the children of a row."""

    __slots__ = ("row",)

    def __init__(self, row: Row):
        self.row = row

    def get(self, name: str, default: Sequence[Node] | None = None) -> Sequence[Node] | None:
        """The one cell of that column, in a list."""
        place = self.row.columns.get(name)
        return default if place is None else [Node(name, self.row.texts[place], parent=self.row)]


def tree_of(columns: Sequence[str], lines: Sequence[Sequence[str]]) -> Node:
    """A list of so many rows: a root with items. Columns without a name are left out."""
    root = Node("root")
    places = {name: place for place, name in enumerate(columns) if name}
    items = [Row(places, tuple(texts), root, place) for place, texts in enumerate(lines, 1)]
    if items:
        root.children, root.by_name = items, {"item": items}
    return root
