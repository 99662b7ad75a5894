"""Reads $select: which properties of a table's rows are wanted.

Must not know the database or requests. Next: rows are filled by the tree that is left.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from collector.domain import odata_problems
from collector.domain.odata.tables import Group, Leaf, Node, Repeat, Table

ID, SYSTEM = "__id", "__system"
FACTS = ("submissionDate", "updatedAt", "deletedAt", "submitterId", "submitterName", "attachmentsPresent",
         "attachmentsExpected", "status", "reviewState", "deviceId", "edits", "formVersion")


@dataclass(frozen=True, slots=True)
class Selection:
    """inside: of the table's nodes, what is wanted; ids: __id and the property for the row above; facts: of __system,
    None where the row has none of it."""

    inside: tuple[Node, ...]
    ids: frozenset[str]
    facts: tuple[str, ...] | None


def read_selection(text: str, table: Table) -> Selection | None:
    """What is wanted of a table, None for everything. Raises 400.23 (unknown), 400.24 (below a repeat)."""
    names = [one.strip() for one in text.split(",")]
    if "*" in names:
        return None
    ids, facts, wanted = set(), set(), set()
    for name in names:
        first, _, rest = name.partition("/")
        if name == ID or (name == table.parent_key and table.path):
            ids.add(name)
        elif first == SYSTEM and not table.path and (not rest or rest in FACTS):
            facts.update((rest,) if rest else FACTS)
        else:
            wanted.add(tuple(_steps(name, table.inside)))
    return Selection(tuple(_pruned(table.inside, wanted)), frozenset(ids),
                     tuple(one for one in FACTS if one in facts) if facts else None)


def _steps(name: str, nodes: tuple[Node, ...]) -> Iterable[str]:
    """The names down to what is wanted."""
    steps = name.removeprefix("/").split("/")
    for at, step in enumerate(steps):
        one = next((one for one in nodes if one.name == step), None)
        last = at == len(steps) - 1
        if one is None or (isinstance(one, Leaf) and not last):
            raise odata_problems.property_unknown(name)
        if isinstance(one, Repeat) and not last:
            raise odata_problems.property_unselectable(name)
        nodes = one.inside if isinstance(one, Group) else ()
        yield step


def _pruned(nodes: tuple[Node, ...], wanted: set[tuple[str, ...]]) -> Iterable[Node]:
    for one in nodes:
        if (one.name,) in wanted:
            yield one
            continue
        below = {steps[1:] for steps in wanted if len(steps) > 1 and steps[0] == one.name}
        if below and isinstance(one, Group):
            yield replace(one, inside=tuple(_pruned(one.inside, below)))
