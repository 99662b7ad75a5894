"""Small tables for the tests of formats: variables, rows in batches, a summary that has seen them."""

import io

from collector.domain.tabular.shape import Category, DataTable, Manner, Rows, Variable
from collector.domain.tabular.summary import TableSummary


def column(name: str, type: str = "string", label: str = "", choices: dict | None = None) -> Variable:
    """A variable; choices: {name: label}."""
    categories = tuple(Category(one, {"es": text}) for one, text in (choices or {}).items())
    return Variable("/" + name.replace("-", "/"), name, type, {"es": label} if label else {}, categories)


class Small:
    """A table of these variables and cells ({name of variable: cells}), cut into batches."""

    def __init__(self, variables: list[Variable], cells: dict[str, list], batch: int = 3, name: str = "hogares"):
        self.table = DataTable("", name, None, tuple(variables))
        self.size = len(next(iter(cells.values()), []))
        self.cells = {one.id: cells[one.name] for one in variables}
        self.batch = batch
        self.summary = TableSummary(self.table)
        for rows in self.pieces():
            self.summary.feed(rows)

    def pieces(self):
        for start in range(0, self.size, self.batch):
            some = slice(start, min(start + self.batch, self.size))
            count = len(range(self.size)[some])
            yield Rows([0] * count, [""] * count, [""] * count, [None] * count,
                       {id: values[some] for id, values in self.cells.items()})

    def written(self, format, manner: Manner = Manner(), names: list[str] | None = None) -> bytes:
        """The bytes of the file that a format makes of it."""
        target = io.BytesIO()
        assert format.write(target, self.table, self.pieces, self.summary, manner, names) == self.size
        return target.getvalue()
