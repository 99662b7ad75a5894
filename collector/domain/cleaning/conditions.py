"""Expressions of the form's own language over rows: `${nombre}` is a column, `.` the cell, paths are the record's.

It must not know steps. Where an expression reads only its own row and rows above, each combination of cells is
evaluated once on a small tree and remembered; else `forest` builds the tree of every record.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from collector.domain.cleaning.forest import Forest, Leaf, node_name
from collector.domain.cleaning.ground import Gone, Ground
from collector.domain.cleaning.origins import flowing
from collector.domain.cleaning.reading import SHOWN
from collector.domain.cleaning.results import RESULTS, Result, boolean
from collector.domain.tabular.shape import KEY, SUBMITTED, Batch, Rows, Variable
from collector.domain.values import Value
from collector.domain.xpath.context import STEPS, Context
from collector.domain.xpath.errors import EvalError, ParseError
from collector.domain.xpath.expression import Expression, compiled
from collector.domain.xpath.syntax import Call, Filter, Path, parts

FAILED = object()  # where an expression has no value
MOST_KEPT = 5000  # combinations of cells whose value is remembered
LONGEST_KEPT = 500  # characters of such cells
_OF_PLACES = frozenset({"position", "indexed-repeat"})


@dataclass(frozen=True, slots=True)
class Spot:
    """A variable in its table, and its absolute path in the tree."""

    table: str
    variable: Variable
    path: str


class Condition:
    """One expression at one place. reads: (table, variable id) of all cells that it looks at; sources: ids of the
    variables whose answers show in what it gives.

    column: the variable whose cell is `.`, '' for the row itself. Raises Gone for columns that are not there.
    """

    def __init__(self, text: str, ground: Ground, table: str, column: str = ""):
        self.table = table
        self.circumstances = ground.circumstances
        root = "/" + ground.circumstances.root_name
        self.spots = {spot.path: spot for spot in _spots(ground, root)}
        self.here = next((path for path, spot in self.spots.items() if spot.variable.id == column and
                          spot.table == table), root + table)
        try:
            self.expression: Expression = compiled(written_out(text, ground, table))
        except ParseError as fault:
            raise Gone(f"La expresión no se entiende: {text[:80]}",
                       f"The expression cannot be read: {text[:80]}") from fault
        self.clock = self.expression.functions & {"today", "now"}
        self.forest = Forest(ground, root)
        self.tables = {table}
        self.leaves, self.is_simple = self._leaves(ground, root)
        shown = flowing(self.expression, self.here)
        self.sources = frozenset(
            self.spots[path].variable.id for path in self._at_root(shown, root) if path in self.spots)
        if any("*" in path for path in shown):
            self.sources = frozenset(one.id for one in self.leaves)
        # keys stand for rows that are counted or gone through, whatever cells are read of them
        rows = {(path, KEY) for path in ({table} if self.is_simple else self.tables) if path}
        self.reads = frozenset({(one.table, one.id) for one in self.leaves} | rows | (
            {("", SUBMITTED)} if self.clock else set()))
        self._labels = _labels(ground, root)
        self._memos: dict[Result, dict] = {}

    def _leaves(self, ground: Ground, root: str) -> tuple[list[Leaf], bool]:
        """The cells it reads, and whether all of them stand in the same row or above."""
        is_simple = not self.expression.functions & _OF_PLACES and not any(
            step.predicates for one in parts(self.expression.ast) if isinstance(one, Path) and not _is_list(one)
            for step in one.steps)
        above = self.forest.above(self.table)
        known = {root + path for path in ground.tables} | {
            path[:at] for path in self.spots for at, letter in enumerate(path) if letter == "/" and at}
        found: dict[str, Spot] = {}
        if self.here in self.spots:
            found[self.here] = self.spots[self.here]
        for reference in self.expression.references:
            path = reference.path(self.here)
            if path == "" or (path is None and reference.within is None):
                is_simple = is_simple and path == ""
                continue
            [path] = self._at_root([path or ""], root)
            self.tables.update(one for one in ground.tables if one and path.startswith(root + one))
            if "*" in path.split("/") or "//" in path:
                self.tables.update(ground.tables)
                found.update(self.spots)
                is_simple = False
            elif path in self.spots:
                found[path] = self.spots[path]
                is_simple = is_simple and self.spots[path].table in above
            elif path in known:
                if path[len(root):] not in ground.tables:  # a repeat that only its inner ones tell of
                    self.tables.update(one for one in ground.tables if (root + one).startswith(path + "/"))
                is_simple = False
            elif reference.within is None or reference.within.path(self.here):
                raise Gone(f"La expresión lee «{path.rpartition('/')[2]}», que no está en este punto de la receta. "
                           "Corríjala o apague el paso.",
                           f"The expression reads “{path.rpartition('/')[2]}”, which is not there at this point of the "
                           "recipe. Correct it or switch the step off.")
        if self.clock and SUBMITTED not in {one.variable.id for one in self.spots.values()}:
            raise Gone("La expresión usa today() o now(), que son la fecha de llegada, y esa columna ya no está.",
                       "The expression uses today() or now(), which mean the time of arrival, and that column is gone.")
        leaves = [self.forest.leaf(spot.table, spot.variable) for spot in found.values()]
        return leaves, is_simple

    @staticmethod
    def _at_root(paths: Iterable[str], root: str) -> list[str]:
        """The same paths, whatever name the root has there."""
        return ["/".join([root, *path.split("/")[2:]]) for path in paths]

    def booleans(self, batch: Batch) -> list:
        """True, False or FAILED for every row of its table."""
        return self._results(batch, boolean)

    def cells(self, batch: Batch, type: str) -> list:
        """The cell of this type, or FAILED, for every row of its table."""
        return self._results(batch, RESULTS[type])

    def _results(self, batch: Batch, result: Result) -> list:
        rows = batch.tables[self.table]
        if not len(rows):
            return []
        if self.is_simple:
            return self._remembered(batch, rows, result)
        return self._evaluated(batch, rows, result)

    def _remembered(self, batch: Batch, rows: Rows, result: Result) -> list:
        columns = [self._aligned(batch, one.table, one.id) for one in self.leaves]
        if self.clock:
            arrived = self._aligned(batch, "", SUBMITTED)
            columns.append(arrived if "now" in self.clock else self._days(arrived))
        if not columns:
            one = self._memo(result)[()]
            return [one] * len(rows)
        memo = self._memo(result)
        columns = [[tuple(one) if one.__class__ is list else one for one in values] for values in columns]
        return [memo[one] for one in zip(*columns, strict=True)]

    def _memo(self, result: Result) -> dict:
        if result not in self._memos:
            self._memos[result] = _Memo(self, result)
        return self._memos[result]

    def _aligned(self, batch: Batch, table: str, id: str) -> list[Value]:
        """The cells of a column, one for each row of the own table."""
        values = batch.tables[table].cells[id]
        if table == self.table:
            return values
        return [None if at is None else values[at] for at in self.forest.places(batch, self.table, table)]

    def _days(self, arrived: list) -> list:
        known: dict = {}
        for one in arrived:
            if one not in known:
                moment = _moment(one)
                local = moment and moment.astimezone(self.circumstances.zone)
                known[one] = local and local.replace(hour=0, minute=0, second=0, microsecond=0).isoformat()
        return [known[one] for one in arrived]

    def context(self, root, node) -> Context:
        """An evaluation at a node."""
        circumstances = self.circumstances
        return Context(root, node, node, None, circumstances.instances, zone=circumstances.zone,
                       locale=circumstances.language or "es", media=circumstances.media, labels=self._label)

    def _label(self, place: str, name: str) -> str:
        """What jr:choice-name gives."""
        found = compiled(place).references
        path = found[0].path(self.here) if found else None
        return self._labels.get(path or "", {}).get(name, "")

    def _evaluated(self, batch: Batch, rows: Rows, result: Result) -> list:
        trees = self.forest.grown(batch, self.leaves, self.table, self.here)
        arrived = self._aligned(batch, "", SUBMITTED) if self.clock else None
        context = self.context(None, None)
        found = []
        for at in range(len(rows)):
            context.root, context.node = trees(at)
            context.original = context.node
            found.append(self.value(context, result, arrived[at] if arrived else None))
        return found

    def value(self, context: Context, result: Result, arrived: Value) -> object:
        """What it gives at the context, or FAILED. arrived: when the record was received, for today()."""
        context.budget.left = STEPS
        if self.clock:
            moment = _moment(arrived)
            if moment is None:
                return FAILED
            context.now = moment
        try:
            return result(self.expression.value(context), context)
        except (EvalError, OverflowError, ValueError):
            return FAILED


class _Memo(dict):
    """Cells -> what the expression gives; a small tree with one row of each table is written anew for each."""

    def __init__(self, condition: Condition, result: Result):
        super().__init__()
        self.condition = condition
        self.result = result
        root, node, self.nodes = condition.forest.sapling(condition.leaves, condition.table, condition.here)
        self.context = condition.context(root, node)

    def __missing__(self, key: tuple):
        for node, value in zip(self.nodes, key, strict=False):
            node.hold(list(value) if value.__class__ is tuple else value, self.context)
        found = self.condition.value(self.context, self.result, key[-1] if self.condition.clock else None)
        if sum(len(one) for one in key if one.__class__ is str) > LONGEST_KEPT:
            return found
        if len(self) >= MOST_KEPT:
            self.clear()
        self[key] = found
        return found


def _is_list(path: Path) -> bool:
    """Whether it leads into a list: instance('x')/root/item."""
    start = path.start.base if isinstance(path.start, Filter) else path.start
    return isinstance(start, Call) and start.name == "instance"


def _moment(text: Value) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _spots(ground: Ground, root: str):
    for path, table in ground.tables.items():
        for one in table.variables:
            yield Spot(path, one, f"{root}{node_name(one, path)}")


def _labels(ground: Ground, root: str) -> dict[str, dict[str, str]]:
    """Absolute path -> name of a choice -> label, in the language of expressions."""
    language = ground.circumstances.language
    found = {}
    for path, table in ground.tables.items():
        for one in table.variables:
            if one.categories:
                found[root + node_name(one, path)] = {
                    choice.name: choice.labels.get(language) or next(iter(choice.labels.values()), "") or choice.name
                    for choice in one.categories}
    return found


def written_out(text: str, ground: Ground, table: str) -> str:
    """The expression with paths in place of ${names}; raises Gone for a name that is not there."""
    root = "/" + ground.circumstances.root_name
    return SHOWN.sub(lambda match: _path_of(match[1], ground, table, root), text)


def _path_of(name: str, ground: Ground, table: str, root: str) -> str:
    """The path that a name means: of its own table first, then of those above, then of any."""
    order = sorted(ground.tables, key=lambda path: (path != table, not (table + "/").startswith(path + "/") and
                                                     path != "", -len(path)))
    for path in order:
        found = {one.id: one for one in ground.tables[path].variables if name in (one.name, one.id)}
        found = found or {one.id: one for one in ground.tables[path].variables if name in _short_names(one)}
        if len(found) > 1:
            raise Gone(f"Hay varias columnas «{name}». Escriba la ruta de la que quiere decir.",
                       f"There are several columns “{name}”. Write the path of the one that is meant.")
        if found:
            return root + node_name(next(iter(found.values())), path)
    for path in ground.tables:
        if path and name in (path, path.rpartition("/")[2]):
            return root + path
    raise Gone(f"La columna «{name}» no está en este punto de la receta. Corrija la expresión o apague el paso.",
               f"The column “{name}” is not there at this point of the recipe. Correct the expression or switch the "
               "step off.")


def _short_names(variable: Variable) -> Mapping[str, None]:
    last = variable.id.rpartition("/")[2].rpartition(":")[2]
    earlier = [part for one in variable.earlier_names for part in (one, one.rpartition("/")[2])]
    return dict.fromkeys([last, *earlier])
