"""Small tables for the tests of formats: variables, rows in batches, a summary that has seen them."""

import io
import tracemalloc
from math import isnan

from collector.domain.tabular.shape import Category, DataTable, Manner, Rows, Variable
from collector.domain.tabular.summary import TableSummary

PLAIN = Manner()


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

    def written(self, format, manner: Manner = PLAIN, names: list[str] | None = None) -> bytes:
        """The bytes of the file that a format makes of it."""
        target = io.BytesIO()
        assert format.write(target, self.table, self.pieces, self.summary, manner, names) == self.size
        return target.getvalue()


def household() -> Small:
    """One column of every kind."""
    return Small([
        column("grupo-nombre", label="¿Cómo se llama?"), column("edad", "int", "Edad"), column("peso", "decimal"),
        column("sexo", "select1", "Sexo", {"f": "Mujer", "m": "Hombre ñ ɨ g̃"}),
        column("agua", "select1", "Agua", {"1": "Pozo", "88": "No sabe"}),
        column("bienes", "select", "Bienes", {"tv": "Televisor", "radio": "Radio"}), column("nace", "date"),
        column("hora", "time"), column("inicio", "dateTime", "Inicio"), column("lugar", "geopoint", "Lugar"),
        column("nota"), column("vive", "boolean"),
    ], {
        "grupo-nombre": ["Ñandú 😀", None, "x" * 300, ""],
        "edad": [101, None, -5, 40], "peso": [1.5, -2.25, None, 1e10],
        "sexo": ["f", "m", None, "otro"], "agua": ["1", None, "88", "1"], "bienes": ["tv radio", "radio", None, "tv"],
        "nace": ["2024-02-29", None, "1959-12-31", "1960-01-01"],
        "hora": ["14:30:05.250-03:00", None, "00:00", "23:59:59"],
        "inicio": ["2024-01-01T21:00:00.123-03:00", None, "1960-01-01T00:00:00Z", "1970-01-01T00:00"],
        "lugar": [[-25.25, -57.5, 100.0, 4.5], None, [1.0, 2.0, None, None], [0.0, 0.0, 0.0, 0.0]],
        "nota": ["ñ" * 1500, None, "", "corta"], "vive": [True, False, None, True],
    })


def plain(values) -> list:
    """Cells as a reader gives them, with None for missing numbers."""
    return [None if one is None or (isinstance(one, float) and isnan(one)) else one for one in values]


class Nowhere(io.RawIOBase):
    """A file that forgets what is written to it."""

    at = 0

    def write(self, data) -> int:
        self.at += len(data)
        return len(data)

    def tell(self) -> int:
        return self.at

    def seek(self, at, _whence=0) -> int:
        self.at = at
        return at


def peak(format, times: int) -> int:
    """Bytes of memory at most while the same 500 rows are written so many times."""
    some = Small([column("a"), column("n", "int"), column("largo"), column("f", "date")], {
        "a": [f"texto {one}" for one in range(500)], "n": [*range(500)], "largo": ["x" * 3000] * 500,
        "f": ["2024-01-01"] * 500}, batch=500)
    some.summary.rows = 500 * times
    tracemalloc.start()
    try:
        rows = format.write(Nowhere(), some.table, lambda: (next(some.pieces()) for _ in range(times)),
                            some.summary, PLAIN)
        assert rows == some.summary.rows
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
