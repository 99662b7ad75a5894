"""A step made ready for the tables it stands on: what the tables are afterwards, and batch in, batch out.

It must not know any type of step. The modules beside it make `Work` of settings; `running` carries it out.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from collector.domain.cleaning.ground import Ground, Tally, Turn, changed
from collector.domain.tabular.shape import Batch
from collector.domain.values import Value, value_text

Cell = tuple[str, str]  # path of a table, id of a variable
Apply = Callable[[Batch, "Tally | None"], Batch]
MOST_KEPT = 2000  # cells of a column whose result is remembered
LONGEST_KEPT = 200  # characters of such a cell


@dataclass(frozen=True, slots=True)
class Work:
    """ground: what the step leaves behind. apply: neither the batch nor its lists are changed; counts into the tally
    where there is one. reads, writes: cells. survey: a look at every record before, where the step needs it."""

    ground: Ground
    apply: Apply
    reads: frozenset[Cell] = frozenset()
    writes: frozenset[Cell] = frozenset()
    survey: "object | None" = None


@dataclass(frozen=True, slots=True)
class Edit:
    """One column: the cells of a source go through `turn` into a target (the same column, or a new one).
    unread: says how many cells of a list were left as they were because nobody could read them."""

    table: str
    source: str
    target: str
    turn: Turn
    unread: Callable[[list[Value]], int] | None = None


def edited(ground: Ground, edits: Iterable[Edit], reads: Iterable[Cell] = ()) -> Work:
    """Work that turns columns. ground: as it is afterwards. Columns that a batch does not carry are passed over."""
    edits = list(edits)
    by_table: dict[str, list[Edit]] = {}
    for one in edits:
        by_table.setdefault(one.table, []).append(one)

    def apply(batch: Batch, tally: Tally | None) -> Batch:
        tables = dict(batch.tables)
        for path, listed in by_table.items():
            rows = tables[path]
            found = {}
            for one in listed:
                cells = rows.cells.get(one.source)
                if cells is None:
                    continue
                found[one.target] = one.turn(cells)
                if tally is not None and one.unread is not None:
                    tally.unevaluated += one.unread(found[one.target])
            if found:
                tables[path] = changed(rows, found, tally)
        return Batch(tables)

    return Work(ground, apply, frozenset((one.table, one.source) for one in edits) | frozenset(reads),
                frozenset((one.table, one.target) for one in edits))


class Memo(dict):
    """Cell -> cell by a function, remembered while there are few and short ones; what is no text stays as it is."""

    def __init__(self, function: Callable[[str], Value]):
        super().__init__()
        self.function = function

    def __missing__(self, cell):
        found = self.function(cell) if cell.__class__ is str else cell
        return self.kept(cell, cell if found == cell and found.__class__ is cell.__class__ else found)

    def kept(self, cell, found: Value) -> Value:
        """What was found, remembered where that costs little."""
        if cell.__class__ is str and len(cell) > LONGEST_KEPT:
            return found
        if len(self) >= MOST_KEPT:
            self.clear()
        self[cell] = found
        return found


def texts(function: Callable[[str], Value]) -> Turn:
    """A turn of text cells by a function; lists of numbers (points) and all else stay."""
    memo = Memo(function)

    def turn(values: list[Value]) -> list[Value]:
        try:
            return [memo[one] for one in values]
        except TypeError:  # a point is a list, and has no hash
            return [one if one.__class__ is list else memo[one] for one in values]
    return turn


class _ByText(Memo):
    """Cell -> what the function makes of (cell, the cell as text)."""

    def __missing__(self, cell):
        return self.kept(cell, None if cell is None else self.function(cell, cell))


def by_text(function: Callable[[Value, str], Value]) -> Turn:
    """A turn by (cell, the cell as text); empty cells stay empty."""
    memo = _ByText(function)

    def turn(values: list[Value]) -> list[Value]:
        return [memo[one] if one.__class__ is str or one is None else function(one, value_text(one))
                for one in values]
    return turn
