"""Room for paths: how one is found from the context, step by step, as JavaRosa does it.

It must not know functions or operators; predicates arrive compiled. Rules that differ from XPath 1.0: absolute paths
follow the context's own repeats, `..` counts from the start wherever it stands, the root's name is not looked at, a
predicate keeps only what is boolean true. `compile` makes ways of the parts, a way gives a NodeSet.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from collector.domain.xpath.context import Context
from collector.domain.xpath.errors import failed
from collector.domain.xpath.lookup import Lookup
from collector.domain.xpath.tree import Node, NodeSet

Run = Callable[[Context], object]
ABSOLUTE = -1


@dataclass(frozen=True, slots=True)
class Level:
    """One step downwards. lookup: how the first predicate is answered by an index, where that can be."""

    name: str
    is_attribute: bool = False
    predicates: tuple[Run, ...] = ()
    lookup: Lookup | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """up: how many levels above the context the steps begin; -1: at the root. instance: id of a secondary instance.
    from_original: the context is current()."""

    up: int
    levels: tuple[Level, ...]
    instance: str | None = None
    from_original: bool = False

    def find(self, context: Context) -> NodeSet:
        """The relevant nodes that the way leads to; raises EvalError where the phone would."""
        anchor = context.current if self.from_original else context.node
        if self.up == ABSOLUTE:
            nodes = self._from_root(chain(anchor), context)
        elif self.up == 0 and anchor is not None:
            nodes = self._below([anchor], self.levels, context)
        else:
            nodes = self._relative(chain(anchor), context)
        return NodeSet([node for node in nodes if node.relevant])

    def root(self, context: Context) -> Node:
        """The root that an absolute way begins at."""
        if self.instance is None:
            if context.root is None:
                raise failed("There is no form to look into")
            return context.root
        found = context.instances.get(self.instance)
        if found is None:
            raise failed(f"There is no list or file «{self.instance}»")
        return found

    def _from_root(self, above: Sequence[Node], context: Context) -> list[Node]:
        root = self.root(context)
        if not self.levels:
            raise failed("A slash alone is no answer")
        nodes = [root]
        agrees = bool(above) and self.levels[0].name in ("*", above[0].name)
        for depth, level in enumerate(self.levels[1:], 1):
            agrees = agrees and depth < len(above) and level.name in ("*", above[depth].name)
            if not agrees:
                nodes = self._below(nodes, self.levels[depth:], context)
                break
            if level.predicates:
                nodes = step_down(nodes, level, above[depth].name, context)
            else:
                nodes = [found for node in nodes for found in _same_place(node, above[depth])]
        return nodes

    def _relative(self, above: Sequence[Node], context: Context) -> list[Node]:
        if self.up > len(above):
            raise failed("The path goes above the root")
        start = len(above) - self.up
        levels = named_after(self.levels, above[start:])
        if start:
            return self._below([above[start - 1]], levels, context)
        if not levels:
            raise failed("The path goes above the root")
        return self._below([above[0] if above else self.root(context)], levels[1:], context)

    def _below(self, nodes: list[Node], levels: Sequence[Level], context: Context) -> list[Node]:
        for level in levels:
            nodes = step_down(nodes, level, level.name, context)
        return nodes


def chain(node: Node | None) -> list[Node]:
    """The node's ancestors from the root down, and itself; [] for None."""
    found = []
    while node is not None:
        found.append(node)
        node = node.parent
    found.reverse()
    return found


def step_down(nodes: list[Node], level: Level, name: str, context: Context) -> list[Node]:
    """The children or attributes of that name, of every node; those that the level's predicates keep."""
    found: list[Node] = []
    for node in nodes:
        if level.is_attribute:
            below = [node.attributes[name]] if name in node.attributes else []
        elif name == "*":
            below = _all_of_one_name(node)
        else:
            below = node.named(name)
        if level.predicates and below:
            below = _kept(below, level, context)
        found.extend(below)
    context.spend(len(nodes) + len(found))
    return found


def named_after(levels: tuple[Level, ...], above: Sequence[Node]) -> Sequence[Level]:
    """The levels, `*` replaced by the name that the context's own path has there, as long as the names agree."""
    named = list(levels)
    for number, (level, node) in enumerate(zip(levels, above, strict=False)):
        if level.name not in ("*", node.name):
            break
        if level.name == "*":
            named[number] = Level(node.name, level.is_attribute, level.predicates)
    return named


def _same_place(node: Node, example: Node) -> list[Node]:
    """The child of the example's name and place; the example itself where it is one."""
    if example.parent is node:
        return [example]
    if example.is_attribute:
        return [node.attributes[example.name]] if example.name in node.attributes else []
    return node.by_name.get(example.name, [])[example.place - 1:example.place]


def _all_of_one_name(node: Node) -> Sequence[Node]:
    for place, child in enumerate(node.children, 1):
        if child.place != place:
            raise failed(f"«*» below {node.name} means fields of several names")
    return node.children


def _kept(nodes: Sequence[Node], level: Level, context: Context) -> list[Node]:
    """The nodes for which every predicate is boolean true; position() counts in the list as filtered so far."""
    inside = context.at(nodes[0], 1)
    places = None
    predicates = level.predicates
    if level.lookup is not None:
        hits = level.lookup.hits(nodes, inside, context)
        if hits is not None:
            nodes, places = hits, [node.place for node in hits]
            if level.lookup.is_whole:
                predicates, places = predicates[1:], None
    for predicate in predicates:
        context.spend(len(nodes))
        kept = []
        for number, node in enumerate(nodes):
            inside.node = node
            inside.position = places[number] if places else number + 1
            if predicate(inside) is True:
                kept.append(node)
        nodes, places = kept, None
    return list(nodes)
