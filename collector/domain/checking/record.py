"""Room for a submission as a tree that rules run over: every node of the form, with what was sent in it.

It must not judge. As on the phone: text is trimmed, what does not fit its type reads as empty, a node that is not
there is not relevant unless a rule of its own says otherwise. `judging` fills a record's findings and relevance.
"""

from lxml import etree

from collector.domain.checking.plan import Plan, Spot
from collector.domain.xpath import values
from collector.domain.xpath.context import Context
from collector.domain.xpath.tree import Node

# what servers and phones may put into meta without the form saying so
OF_OPENROSA = frozenset({"instanceID", "instanceName", "deprecatedID", "timeStart", "timeEnd", "userID", "deviceID",
                         "submissionDate", "edited", "audit"})
BLANKS = values.BLANKS


class Answer(Node):
    """A node that knows its spot in the form. sent: the text as it came, None for a node that was not sent."""

    __slots__ = ("fits", "sent", "spot")

    def __init__(self, spot: Spot, text: str, sent: str | None):
        super().__init__(spot.name, text, spot.type, spot.control)
        self.spot = spot
        self.sent = sent
        self.fits = True

    @property
    def ref(self) -> str:
        """Absolute, with [n] on repeat steps."""
        steps, node = [], self
        while node is not None:
            name = "@" + node.name if node.is_attribute else node.name
            steps.append(f"/{name}[{node.place}]" if node.spot.repeats else f"/{name}")
            node = node.parent
        return "".join(reversed(steps))

    @property
    def turn(self) -> tuple[tuple[int, int], ...]:
        """What sorts nodes as they stand in the form."""
        found, node = [], self
        while node is not None:
            found.append((node.spot.order, node.place))
            node = node.parent
        return tuple(reversed(found))


class Record:
    """root: the tree. at: path of the form -> its nodes, in order. unknown: (node above, name, place, text)."""

    def __init__(self, root: etree._Element, plan: Plan, context: Context):
        self.plan = plan
        self.context = context
        self.at: dict[str, list[Answer]] = {}
        self.unknown: list[tuple[Answer, str, int, str]] = []
        self.root = Answer(plan.root, "", "")
        self._attributes(root, self.root, plan.root)
        self._below(root, self.root, plan.root)

    def nodes(self, path: str) -> list[Answer]:
        """The nodes at a path."""
        return self.at.get(path, [])

    def create(self, parent: Answer, spot: Spot, with_repeats: bool = False) -> Answer:
        """A node that was not sent, with all below it as the form has them at first; with_repeats: one of each."""
        node = self._made(parent, spot, spot.default.strip(BLANKS), None)
        for below in spot.attributes.values():
            self._attribute(node, below, None)
        for below in spot.children.values():
            if not below.repeats or (with_repeats and below.count is None):
                self.create(node, below, with_repeats)
        return node

    def _below(self, element: etree._Element, node: Answer, spot: Spot) -> None:
        sent: dict[str, list[etree._Element]] = {}
        for child in element:
            if child.attrib and any(key.endswith("}template") for key in child.attrib):
                continue
            sent.setdefault(child.tag.rpartition("}")[2], []).append(child)
        for name, below in spot.children.items():
            elements = sent.pop(name, ())
            if below.repeats:
                for one in elements:
                    self._sent(one, node, below)
            elif elements:
                self._sent(elements[0], node, below)
                if len(elements) > 1:
                    self.unknown.append((node, name, 2, _text(elements[1])))
            elif below.relevant is not None:  # else it counts as not relevant: to every path it is not there
                self.create(node, below, with_repeats=True)
        for name, elements in sent.items():
            if not self._is_known(name, spot):
                self.unknown.append((node, name, 1, _text(elements[0])))

    def _is_known(self, name: str, spot: Spot) -> bool:
        if spot.path == "/meta":
            return name in OF_OPENROSA
        return name == "meta" and spot is self.plan.root

    def _sent(self, element: etree._Element, parent: Answer, spot: Spot) -> None:
        raw = (element.text or "") if spot.is_leaf else ""
        node = self._made(parent, spot, raw.strip(BLANKS), raw)
        if element.attrib or spot.attributes:
            self._attributes(element, node, spot)
        if len(element) or spot.children:
            self._below(element, node, spot)

    def _made(self, parent: Answer, spot: Spot, text: str, sent: str | None) -> Answer:
        node = Answer(spot, text, sent)
        parent.add(node)
        self.at.setdefault(spot.path, []).append(node)
        if text and spot.type not in ("string", ""):
            node.fits = values.typed(text, spot.type, spot.control, self.context) is not None
        return node

    def _attributes(self, element: etree._Element, node: Answer, spot: Spot) -> None:
        said = {name.rpartition("}")[2]: text for name, text in element.attrib.items()}
        for name, below in spot.attributes.items():
            self._attribute(node, below, said.pop(name, None))
        for name, text in said.items():
            self._attribute(node, Spot(f"{spot.path}/@{name}", name, spot.order), text)

    def _attribute(self, node: Answer, spot: Spot, sent: str | None) -> None:
        one = Answer(spot, (sent or "").strip(BLANKS), sent)
        one.is_attribute = True
        one.parent = node
        one.relevant = node.relevant
        if not node.attributes:
            node.attributes = {}
        node.attributes[spot.name] = one
        self.at.setdefault(spot.path, []).append(one)


def _text(element: etree._Element) -> str:
    return (element.text or "").strip()[:500]
