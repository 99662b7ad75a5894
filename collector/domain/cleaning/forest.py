"""Rows of a batch as trees that expressions run over: one tree for each record, of those cells only that are read.

It must not know expressions. `conditions` asks for the tree of a row, or for one small tree to write cells into.
"""

from collections.abc import Callable
from dataclasses import dataclass

from collector.domain.cleaning.ground import Ground, keys_above
from collector.domain.tabular.shape import Batch, Rows, Variable
from collector.domain.values import Value, value_text
from collector.domain.xpath.context import Context
from collector.domain.xpath.tree import Node
from collector.domain.xpath.values import typed

MOST_SHAPES = 200  # of records: which rows they have
_TYPED = ("date", "time", "dateTime", "geopoint", "geotrace", "geoshape")


class Held(Node):
    """A node that holds a cell. What does not fit the type of its column reads as the text that it is."""

    __slots__ = ()

    def hold(self, value: Value, context: Context) -> None:
        """Takes a cell in place of the one before."""
        if value.__class__ is str:
            self.text = value
            if self.type in _TYPED:
                found = typed(value, self.type, "", context)
                self._value = value if found is None else found
            else:
                self._value = value
        elif value is None:
            self.text = self._value = ""
        elif value is True or value is False:
            self.text, self._value = "1" if value else "0", value
        elif value.__class__ is list:
            self.text = value_text(value)
            self._value = typed(self.text, "geopoint", "", context)
        else:
            self.text, self._value = value_text(value), float(value)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A variable in the tree. steps: names below the node of its row, its own last."""

    table: str
    id: str
    type: str
    steps: tuple[str, ...]


def node_name(variable: Variable, table: str) -> str:
    """The path of a variable below the root of the tree; what no field answers is called 'new.edad', 'fact.KEY'."""
    kind, mark, name = variable.id.partition(":")
    return f"{table}/{kind}.{name}" if mark and not kind.startswith("/") else variable.id


class Forest:
    """The tables of a ground, as trees."""

    def __init__(self, ground: Ground, root: str):
        self.root = root
        self.still = Context(zone=ground.circumstances.zone)
        self.paths = tuple(ground.tables)
        self.shapes: dict[tuple[str, ...], tuple[dict[str, Node], list[Held]]] = {}

    def leaf(self, table: str, variable: Variable) -> Leaf:
        """The variable as leaf."""
        below = node_name(variable, table)[len(table):]
        return Leaf(table, variable.id, variable.type, tuple(below.strip("/").split("/")))

    def above(self, table: str) -> list[str]:
        """The table itself, the one above it, and so on up to the root."""
        return sorted((path for path in self.paths if (table + "/").startswith(path + "/")), key=len, reverse=True)

    def places(self, batch: Batch, table: str, above: str) -> list[int | None]:
        """For every row of a table the place of the row around it in another table."""
        rows, upper = batch.tables[table], batch.tables[above]
        if not above:
            roots = {number: at for at, number in enumerate(upper.numbers)}
            return [roots.get(number) for number in rows.numbers]
        known = {pair: at for at, pair in enumerate(zip(upper.numbers, upper.keys, strict=True))}
        return [known.get(pair) for pair in zip(rows.numbers, keys_above(rows, above), strict=True)]

    def sapling(self, leaves: list[Leaf], table: str, here: str) -> tuple[Node, Node, list[Held]]:
        """(root, the node at `here`, the nodes of the leaves): one row of the table and of each above it."""
        root = Node(self.root[1:])
        rows, parent = {"": root}, ""
        for path in reversed(self.above(table)[:-1]):
            rows[path] = _down(rows[parent], path[len(parent) + 1:].split("/"))
            parent = path
        nodes = [_cell(rows[one.table], one) for one in leaves]
        return root, _at(root, here), nodes

    def grown(self, batch: Batch, leaves: list[Leaf], table: str, here: str) -> Callable[[int], tuple[Node, Node]]:
        """What gives (root, the node at `here`) for every place of a row in the table, its whole record around it."""
        by_table: dict[str, list[Leaf]] = {path: [] for path in self.paths}
        for one in leaves:
            by_table[one.table].append(one)
        places = {path: _by_record(batch.tables[path]) for path in self.paths if path and path in batch.tables}
        roots = {number: at for at, number in enumerate(batch.root.numbers)}
        rows = batch.tables[table]
        own = [step for step in here[len(self.root) + len(table):].split("/") if step]
        state: dict = {"number": None}

        def tree(at: int) -> tuple[Node, Node]:
            number = rows.numbers[at]
            if state["number"] != number:
                state.update(number=number, nodes=self._record(batch, number, roots.get(number), places, by_table))
            nodes = state["nodes"]
            node = nodes[rows.keys[at]]
            for step in own:
                node = node.by_name[step][0]
            return nodes[""], node
        return tree

    def _record(self, batch: Batch, number: int, at: int | None, places, by_table) -> dict[str, Node]:
        """Key -> node, of all rows of a record. Records with the same rows share one tree, written anew for each."""
        found = [(batch.root, () if at is None else (at,), by_table[""])]
        found += [(batch.tables[path], below.get(number, ()), by_table[path]) for path, below in places.items()]
        shape = tuple([rows.keys[place] for rows, listed, _ in found for place in listed])
        if shape not in self.shapes:
            if len(self.shapes) >= MOST_SHAPES:
                self.shapes.clear()
            nodes = {"": Node(self.root[1:])}
            grown = [(_grown(nodes, rows.keys[place]), leaves) for rows, listed, leaves in found for place in listed]
            self.shapes[shape] = nodes, [_cell(node, leaf) for node, leaves in grown for leaf in leaves]
        nodes, held = self.shapes[shape]
        turn = iter(held)
        for rows, listed, leaves in found:
            for place in listed:
                for leaf in leaves:
                    next(turn).hold(rows.cells[leaf.id][place], self.still)
        return nodes


def _grown(nodes: dict[str, Node], key: str) -> Node:
    """The node of a row, made with what is around it: 'g/hijos[2]' is a row, 'g' a group."""
    node = nodes.get(key)
    if node is None:
        around, _, last = key.rpartition("/")
        parent = _grown(nodes, around)
        name, is_row, _ = last.partition("[")
        there = parent.by_name.get(name)
        node = nodes[key] = there[0] if there and not is_row else parent.add(Node(name))
    return node


def _by_record(rows: Rows) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for at, number in enumerate(rows.numbers):
        found.setdefault(number, []).append(at)
    return found


def _cell(row: Node, leaf: Leaf) -> Held:
    above = _down(row, leaf.steps[:-1]) if len(leaf.steps) > 1 else row
    control = leaf.type if leaf.type in ("select1", "select", "rank") else ""
    return above.add(Held(leaf.steps[-1], "", leaf.type, control))


def _down(node: Node, steps) -> Node:
    """The node below by these names, made where it is not there."""
    for step in steps:
        there = node.by_name.get(step)
        node = there[0] if there else node.add(Node(step))
    return node


def _at(root: Node, path: str) -> Node:
    node = root
    for step in path.split("/")[2:]:
        node = node.by_name[step][0]
    return node
