"""Room for what may be chosen in a question: a fixed set of names, a list with a filter, or nodes of the form.

It must not evaluate filters itself nor know where a list lies: both are handed in.
`plan` makes one for each question that chooses, `judging` asks which of the chosen names are not to be had.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from collector.domain.checking.rules import Rule, rule_of
from collector.domain.fields import Field, FormModel
from collector.domain.xpath.syntax import Call, Path, Step, Text
from collector.domain.xpath.tree import Node


@dataclass(slots=True)
class Choosing:
    """names: choices that stand in the question itself. instance: id of the list, '' for none. filter: what a row must
    fulfil, with the row as its context, when rows can be looked up by name; else items gives all of them.
    column: of the name, may be a path."""

    names: frozenset[str] = frozenset()
    instance: str = ""
    filter: Rule | None = None
    items: Rule | None = None
    column: str = "name"
    searched: bool = False

    @property
    def rule(self) -> Rule | None:
        """The expression it depends on, if any."""
        return self.items or self.filter

    @property
    def by_name(self) -> bool:
        """Whether rows are looked up by the name that was chosen."""
        return bool(self.instance) and self.items is None


def choosing_of(one: Field, model: FormModel, children: Callable[[str], list[str]]) -> Choosing | None:
    """What may be chosen in a field; None when it chooses nothing."""
    if not one.chooses or one.control not in ("select1", "select", "rank"):
        return None
    names = frozenset(choice.name for choice in one.choices)
    if "search(" in one.appearance:
        return Choosing(names, searched=True)
    itemset = one.itemset
    if itemset is None:
        return Choosing(names)
    items = rule_of("items", one.path, itemset.nodeset, children)
    if items is None or items.expression is None or not _is_plain(items.expression.ast):
        return Choosing(names, itemset.instance, items=items, column=itemset.value_ref)
    conditions = items.expression.ast.steps[-1].predicates
    if len(conditions) > 1 or "position" in items.reads.functions:
        return Choosing(names, itemset.instance, items=items, column=itemset.value_ref)
    if not conditions:
        return Choosing(names, itemset.instance, column=itemset.value_ref)
    condition = rule_of("filter", one.path, itemset.filter, children)
    condition.reads = items.reads
    return Choosing(names, itemset.instance, filter=condition, column=itemset.value_ref)


def _is_plain(ast) -> bool:
    """instance('x')/root/item[...]: the only conditions are those on the rows."""
    if not isinstance(ast, Path) or not isinstance(ast.start, Call) or ast.start.name != "instance":
        return False
    if len(ast.start.arguments) != 1 or not isinstance(ast.start.arguments[0], Text) or len(ast.steps) != 2:
        return False
    return all(_is_child(step) for step in ast.steps) and not ast.steps[0].predicates


def _is_child(step: Step) -> bool:
    return step.axis == "child" and step.test == "name"


def names_of(rows: Iterable[Node], column: str) -> dict[str, list[Node]]:
    """Name of a choice -> the rows that have it."""
    found: dict[str, list[Node]] = {}
    for row in rows:
        found.setdefault(name_of(row, column), []).append(row)
    return found


def name_of(row: Node, column: str) -> str:
    """The name of a choice that a row stands for; '' where the row has none."""
    node: Node | None = row
    for step in column.split("/"):
        if step in (".", ""):
            continue
        if step.startswith("@"):
            node = node.attributes.get(step[1:])
        else:
            node = next(iter(node.by_name.get(step.rpartition(":")[2], ())), None)
        if node is None:
            return ""
    return node.text.strip()
