"""Rows as they pass -> what formats, the codebook and the statistics page must know of a whole table beforehand.

It must not know formats, nor keep rows: memory is bounded, and any cut of the same rows into batches gives an equal
summary. Next: formats choose types and widths by it, `codebook.py` prints it, a page keeps it as plain JSON.
"""

from collector.domain.tabular.layout import OutColumn
from collector.domain.tabular.shape import DataTable, Rows
from collector.domain.tabular.variable_summary import VariableSummary

__all__ = ["TableSummary", "VariableSummary", "text_width"]


class TableSummary:
    """What is known of one table over all rows fed. Two of the same rows are equal, however they were cut.

    widths: whether the widest text of each variable is wanted; Stata and SPSS ask for it, others need not pay.
    """

    __slots__ = ("_variables", "rows", "table", "widths")

    def __init__(self, table: DataTable, widths: bool = True):
        self.table, self.widths = table, widths
        self.rows = 0
        self._variables = {one.id: VariableSummary(one, widths) for one in table.variables}

    def feed(self, rows: Rows) -> None:
        """Takes in the rows of a batch."""
        self.rows += len(rows)
        cells = rows.cells
        for id, summary in self._variables.items():
            summary.feed(cells[id])

    def of(self, variable_id: str) -> VariableSummary:
        """The summary of a variable. Raises KeyError for one that the table has not."""
        return self._variables[variable_id]

    @property
    def cells(self) -> int:
        """How many cells hold an answer; a point is one."""
        return sum(one.answered for one in self._variables.values())

    def merge(self, other: "TableSummary") -> None:
        """Takes in what a summary of further rows of this table has taken in."""
        self.rows += other.rows
        for id, summary in self._variables.items():
            summary.merge(other.of(id))

    def as_plain(self) -> dict:
        """All of it as JSON knows it."""
        return {"table": self.table.path, "rows": self.rows, "widths": self.widths,
                "variables": {id: one.as_plain() for id, one in self._variables.items()}}

    @classmethod
    def from_plain(cls, table: DataTable, plain: dict) -> "TableSummary":
        """The summary of `as_plain`, over the same table. Raises KeyError when the table has other variables."""
        made = cls(table, plain["widths"])
        made.rows = plain["rows"]
        for id, summary in made._variables.items():
            summary.restore(plain["variables"][id])
        return made

    def __eq__(self, other) -> bool:
        return isinstance(other, TableSummary) and self.as_plain() == other.as_plain()

    __hash__ = None


def text_width(summary: VariableSummary, column: OutColumn) -> int:
    """The most UTF-8 bytes that a cell of this column takes as text, or some more for several labels; widths wanted."""
    values = summary.variable.type
    if column.part or values not in ("select1", "select", "rank"):
        return summary.widest
    counts = summary.counts
    names = list(counts) if counts is not None else [one.name for one in summary.variable.categories]
    widths = [len(str(one or "").encode("utf-8", "surrogatepass")) for one in column.take(names)]
    if not widths or values == "select1":
        return max([summary.widest, *widths])
    return max(summary.widest, sum(widths) + 2 * (len(widths) - 1))
