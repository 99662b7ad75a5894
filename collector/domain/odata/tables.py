"""The tables of a form as OData has them: names that every client can write, groups within, repeats beside.

Must not know the database or requests. Next: `rows` fills them with answers, `metadata` describes them.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from collector.domain.columns import ROOT_NAME, Column
from collector.domain.fields import Field, FormModel

_foreign = re.compile(r"[^a-z0-9_]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A field. name: as OData says it; position: in a flat row, -1 for a field that no row has."""

    name: str
    path: str
    type: str
    position: int


@dataclass(frozen=True, slots=True)
class Group:
    """inside: in the order of the form."""

    name: str
    path: str
    inside: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Repeat:
    """A place where rows of another table hang; path: of that table."""

    name: str
    path: str


Node = Leaf | Group | Repeat


@dataclass(frozen=True, slots=True)
class Table:
    """path: of its repeat, '' for the root; steps: names down from the root, with those of groups between; parent: path
    of the table above, None for the root."""

    path: str
    steps: tuple[str, ...]
    inside: tuple[Node, ...]
    parent: "Table | None" = None

    @property
    def name(self) -> str:
        """The name of its entity set: Submissions.grupo.hijos."""
        return ".".join((ROOT_NAME, *self.steps))

    @property
    def parent_key(self) -> str:
        """The property that holds the id of the row above, '' for the root."""
        return f"__{self.parent.name.replace('.', '-')}-id" if self.parent else ""


def identifier(name: str) -> str:
    """The name as an identifier of OData: what is neither letter of English, digit nor _ becomes _."""
    return _foreign.sub("_", name if name[:1] == "_" or (name[:1].isascii() and name[:1].isalpha()) else "_" + name)


def tables_of(model: FormModel, columns: Iterable[Column]) -> dict[str, Table]:
    """{path: table} of a form version, the root first, outer before inner. columns: over all versions."""
    positions = {(one.table, one.path): one.position for one in columns}
    below: dict[str, list[Field]] = {}
    for one in model.fields:
        below.setdefault(one.parent, []).append(one)
    found: dict[str, Table] = {}
    waiting: list[tuple[str, tuple[str, ...], Table | None]] = [("", (), None)]
    while waiting:
        path, steps, parent = waiting.pop(0)
        found[path] = table = Table(path, steps, _nodes(path, path, below, positions), parent)
        waiting[:0] = [(one.path, steps + above, table) for one, above in repeats_in(table.inside)]
    return found


def repeats_in(nodes: Iterable[Node], above: tuple[str, ...] = ()) -> Iterator[tuple[Repeat, tuple[str, ...]]]:
    """(repeat, names down to it) of these nodes and the groups among them."""
    for one in nodes:
        if isinstance(one, Repeat):
            yield one, (*above, one.name)
        elif isinstance(one, Group):
            yield from repeats_in(one.inside, (*above, one.name))


def _nodes(path: str, table: str, below: dict[str, list[Field]], positions: dict) -> tuple[Node, ...]:
    found, taken = [], set()
    for one in below.get(path, ()):
        name = _free(identifier(one.name), taken)
        if one.kind == "repeat":
            found.append(Repeat(name, one.path))
        elif one.kind == "group":
            found.append(Group(name, one.path, _nodes(one.path, table, below, positions)))
        elif one.kind == "field":
            found.append(Leaf(name, one.path, one.type, positions.get((table, one.path), -1)))
    return tuple(found)


def _free(name: str, taken: set[str]) -> str:
    """The name, with a number where fields beside each other would have the same: año and a!o."""
    free, number = name, 2
    while free in taken:
        free, number = f"{name}_{number}", number + 1
    taken.add(free)
    return free
