"""What a cleaning step stands on and leaves behind: the tables as they are at that point, tallies, stories.

It must not know what any step does. `steps` make one ground of another, `running` keeps the tallies.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo
from itertools import compress
from operator import ne

from collector.domain.tabular.shape import KEY, PARENT_KEY, PRIVACY, Batch, DataTable, Rows, Variable
from collector.domain.values import Value
from collector.domain.xpath.tree import Node

EXAMPLES = 10
KEYS = (KEY, PARENT_KEY)
Turn = Callable[[list[Value]], list[Value]]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a recipe needs to know beside the data.

    pseudonym_key: of the project, for HMAC-SHA256. review_in_use: some record was approved, or the project says so.
    root_name: of the form's primary instance. zone: of the project, for dates without one. instances: lists by id, as
    trees; media: look-ups for pulldata() by file name; language: of labels in expressions.
    """

    pseudonym_key: bytes = b""
    review_in_use: bool = False
    root_name: str = "data"
    zone: tzinfo = UTC
    instances: Mapping[str, Node] = field(default_factory=dict)
    media: Mapping[str, Callable] | None = None
    language: str = ""


class Gone(Exception):
    """A step cannot run on these tables. es, en: why, and what to do."""

    def __init__(self, es: str, en: str):
        super().__init__(en)
        self.es = es
        self.en = en


@dataclass(frozen=True, slots=True)
class Example:
    """One change. variable: its id, '' where the whole row went."""

    instance: str
    key: str
    variable: str
    before: Value
    after: Value


@dataclass(slots=True)
class Tally:
    """What a step did: rows with a change (or that went), cells changed, the first examples; unevaluated: cells
    or rows on which its condition had no value, or whose text could not be read: nothing changed there."""

    rows: int = 0
    cells: int = 0
    unevaluated: int = 0
    examples: list[Example] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Ground:
    """tables: by path, root first. origins: id -> ids of the variables that its cells were made of.
    guards: id -> what protects the column, so that a later value does not stand there unprotected."""

    tables: Mapping[str, DataTable]
    circumstances: Circumstances
    origins: Mapping[str, frozenset[str]] = field(default_factory=dict)
    guards: Mapping[str, Turn] = field(default_factory=dict)

    def find(self, id: str) -> tuple[str, Variable]:
        """(path of the table, variable); raises Gone."""
        for path, table in self.tables.items():
            variable = table.variable(id)
            if variable is not None:
                return path, variable
        shown = id.rpartition(":")[2] if ":" in id else id
        raise Gone(f"La columna «{shown}» no está en este punto de la receta. Elija otra o apague el paso.",
                   f"The column “{shown}” is not there at this point of the recipe. Choose another or switch the step "
                   "off.")

    def changeable(self, id: str) -> tuple[str, Variable]:
        """The same; raises Gone for what joins the tables too."""
        path, variable = self.find(id)
        if id in KEYS:
            raise Gone(f"«{variable.name}» une las tablas y no se cambia. Elija otra columna.",
                       f"“{variable.name}” joins the tables and is not changed. Choose another column.")
        return path, variable

    def replaced(self, variables: Mapping[str, Variable]) -> "Ground":
        """The same with other variables under these ids, in their places."""
        tables = {}
        for path, table in self.tables.items():
            if any(one.id in variables for one in table.variables):
                table = table.with_variables(variables.get(one.id, one) for one in table.variables)
            tables[path] = table
        return replace(self, tables=tables)

    def added(self, path: str, variable: Variable, behind: str = "") -> "Ground":
        """With one more variable: behind another, else before the facts that end a table."""
        table = self.tables[path]
        if any(one.variable(variable.id) for one in self.tables.values()):
            raise Gone(f"Ya existe la columna «{variable.name}». Escriba otro nombre.",
                       f"The column “{variable.name}” exists already. Write another name.")
        listed = list(table.variables)
        ids = [one.id for one in listed]
        at = ids.index(behind) + 1 if behind in ids else len(listed)
        while at and behind not in ids and listed[at - 1].is_fact:
            at -= 1
        listed.insert(at, variable)
        return replace(self, tables={**self.tables, path: table.with_variables(listed)})

    def with_origins(self, id: str, sources: Iterable[str], keeps_own: bool = True) -> "Ground":
        """The same, knowing that a column is made of others, and of what those were made of."""
        found = set(self.origins.get(id, ())) if keeps_own else set()
        for one in sources:
            if one != id:
                found |= {one, *self.origins.get(one, ())}
        return replace(self, origins={**self.origins, id: frozenset(found)})

    def privacy_of(self, ids: Iterable[str]) -> str:
        """The most private class among these."""
        known = {one.id: one.privacy for table in self.tables.values() for one in table.variables}
        return max((known.get(id, PRIVACY[0]) for id in ids), key=PRIVACY.index, default=PRIVACY[0])


def changed(rows: Rows, edits: Mapping[str, list[Value]], tally: Tally | None) -> Rows:
    """The rows with other columns; what differs is counted. Columns that are not there before count as empty."""
    cells = dict(rows.cells)
    places: set[int] = set()
    for id, after in edits.items():
        before = cells.get(id)
        cells[id] = after
        if tally is None or after is before:
            continue
        if before is None:
            before = [None] * len(rows)
        if after == before:
            continue
        here = list(compress(range(len(rows)), map(ne, before, after)))
        tally.cells += len(here)
        if len(edits) > 1:
            places.update(here)
        else:
            tally.rows += len(here)
        for at in here[:EXAMPLES - len(tally.examples)]:
            tally.examples.append(Example(rows.instances[at], rows.keys[at], id, before[at], after[at]))
    if tally is not None:
        tally.rows += len(places)
    return Rows(rows.numbers, rows.instances, rows.keys, rows.parents, cells)


def without(batch: Batch, path: str, mask: list[bool], tally: Tally | None) -> Batch:
    """The batch with only those rows of a table whose place in the mask is true, and without all that lies below the
    others."""
    rows = batch.tables[path]
    if all(mask):
        return batch
    gone = {(rows.numbers[at], rows.keys[at]) for at, stays in enumerate(mask) if not stays}
    if tally is not None:
        tally.rows += len(gone)
        for at, stays in enumerate(mask):
            if not stays and len(tally.examples) < EXAMPLES:
                tally.examples.append(Example(rows.instances[at], rows.keys[at], "", None, None))
    tables = {**batch.tables, path: kept(rows, mask)}
    for lower_path, lower in batch.tables.items():
        if lower_path.startswith(path + "/"):
            stays = [pair not in gone for pair in zip(lower.numbers, keys_above(lower, path), strict=True)]
            if not all(stays):
                tables[lower_path] = kept(lower, stays)
    return Batch(tables)


def keys_above(rows: Rows, path: str) -> list[str]:
    """For every row the key of the row around it in the table at a path, which need not be the next one above."""
    if not path:
        return [""] * len(rows)
    length = path.count("/")
    return ["/".join(key.split("/", length)[:length]) for key in rows.keys]


def kept(rows: Rows, mask: list[bool]) -> Rows:
    """The rows whose place in the mask is true."""
    def pick(values):
        return list(compress(values, mask))
    return Rows(pick(rows.numbers), pick(rows.instances), pick(rows.keys), pick(rows.parents),
                {id: pick(values) for id, values in rows.cells.items()})
