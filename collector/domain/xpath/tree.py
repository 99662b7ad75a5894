"""Room for the tree that expressions run over: nodes with typed values, their repeats counted, and sets of nodes.

It must not know forms or submissions: who loads one says each node's type. Paths read it; a loader fills it.
"""

from collector.domain.xpath import values
from collector.domain.xpath.context import Context
from collector.domain.xpath.errors import failed

UNREAD = object()
PLACE_OF_ATTRIBUTE = -3  # what position() says of one on the phone
NO_NODES: tuple = ()
NO_NAMES: dict = {}  # shared by all leaves, so that a list of 20 000 rows stays small; never written to


class Node:
    """One element or attribute.

    place: 1-based index among siblings of the same name. type and control: the bind type and the body's control, which
    decide the typed value. relevant: its own expression and every ancestor's hold; change it with `mark`.
    prefix: of its namespace as written, None where the loader does not tell; names in paths go without prefixes.
    """

    __slots__ = ("_own", "_value", "attributes", "by_name", "children", "control", "indexes", "is_attribute", "name",
                 "parent", "place", "prefix", "relevant", "text", "type")

    def __init__(self, name: str, text: str = "", type: str = "", control: str = "",
                 parent: "Node | None" = None) -> None:
        self.name = name
        self.text = text
        self.type = type
        self.control = control
        self.parent = parent
        self.children: list[Node] | tuple = NO_NODES
        self.by_name: dict[str, list[Node]] = NO_NAMES
        self.attributes: dict[str, Node] = NO_NAMES
        self.indexes: dict | None = None
        self.is_attribute = False
        self.prefix: str | None = None
        self.place = 1
        self.relevant = True
        self._own = True
        self._value: object = UNREAD

    def named(self, name: str) -> "list[Node] | tuple":
        """The children of that name; `prefix:name` means those whose namespace was written so."""
        found = self.by_name.get(name)
        if found is None and ":" in name:
            prefix, _, name = name.partition(":")
            return [child for child in self.by_name.get(name, ()) if child.prefix in (None, prefix)]
        return found or NO_NODES

    def add(self, child: "Node") -> "Node":
        """The child, now the last one of its name."""
        if self.children is NO_NODES:
            self.children, self.by_name = [], {}
        named = self.by_name.setdefault(child.name, [])
        named.append(child)
        self.children.append(child)
        child.parent = self
        child.place = len(named)
        if not self.relevant:
            child._pass(False)
        return child

    def add_attribute(self, name: str, text: str, type: str = "") -> "Node":
        """The attribute as a node."""
        node = Node(name, text, type, parent=self)
        node.is_attribute = True
        node.place = PLACE_OF_ATTRIBUTE
        node.relevant = self.relevant
        if self.attributes is NO_NAMES:
            self.attributes = {}
        self.attributes[name] = node
        return node

    def typed(self, context: Context) -> object:
        """str, float, bool or Moment; '' when empty or when the text is not valid for the type.

        While a constraint runs, the candidate stands for whatever node is the context, as on the phone.
        """
        if context.candidate is not None and self is context.node:
            return context.candidate
        if self._value is UNREAD:
            found = values.typed(self.text, self.type, self.control, context)
            self._value = "" if found is None else found
        return self._value

    def write(self, text: str) -> None:
        """Replaces the text."""
        self.text = text
        self._value = UNREAD

    def mark(self, relevant: bool) -> None:
        """Sets the node's own relevance; what lies below it follows."""
        self._own = relevant
        self._pass(self.parent is None or self.parent.relevant)

    def _pass(self, above: bool) -> None:
        waiting = [(self, above)]
        while waiting:
            node, above = waiting.pop()
            node.relevant = above and node._own
            waiting.extend((child, node.relevant) for child in (*node.children, *node.attributes.values()))


class NodeSet:
    """What a path gives, in document order. stands: a value that stands for the one node, None for its own."""

    __slots__ = ("nodes", "stands")

    def __init__(self, nodes: list[Node], stands: object = None) -> None:
        self.nodes = nodes
        self.stands = stands

    def unpack(self, context: Context) -> object:
        """'' for no node, the typed value for one; raises EvalError for several."""
        if not self.nodes:
            return ""
        if len(self.nodes) > 1:
            raise failed(f"This field is repeated: {self.nodes[0].name} has {len(self.nodes)} answers here")
        return self.nodes[0].typed(context) if self.stands is None else self.stands


def top(node: Node) -> Node:
    """The root element of the node's document."""
    while node.parent is not None:
        node = node.parent
    return node
