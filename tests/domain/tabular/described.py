"""A form of two tables with answers, for the tests of what is told about tables: codebook and package."""

from collector.domain.fields import Field
from collector.domain.tabular.codebook import Described
from collector.domain.tabular.shape import (
    KEY,
    PARENT_KEY,
    PERSONAL,
    SENSITIVE,
    Category,
    DataTable,
    Rows,
    Variable,
)
from collector.domain.tabular.summary import TableSummary

SPANISH, ENGLISH = "Español (es)", "English (en)"
SEXES = (Category("m", {SPANISH: "Mujer", ENGLISH: "Woman"}), Category("h", {SPANISH: "Hombre", ENGLISH: "-"}))


def question(path: str, type: str = "string", labels: dict | None = None, **told) -> Variable:
    """A variable that a form asks; told: of its field, and privacy, categories, earlier_names of the variable."""
    name = path[1:].replace("/", "-")
    own = {key: told.pop(key) for key in ("privacy", "categories", "earlier_names") if key in told}
    return Variable(path, name, type, labels or {}, field=Field(path, name, "field", "", 0, type, **told), **own)


def described(table: DataTable, cells: dict[str, list], name: str = "") -> Described:
    """The table with the summary of these cells ({name of variable: cells})."""
    summary = TableSummary(table)
    size = len(next(iter(cells.values())))
    summary.feed(Rows([0] * size, [""] * size, [""] * size, [None] * size,
                      {one.id: cells[one.name] for one in table.variables}))
    return Described(table, summary, name or table.name)


ROOT = DataTable("", "hogares", None, (
    question("/g/sexo", "select1", {SPANISH: "¿Sexo de ${/data/g/jefe}?", ENGLISH: "Sex?"}, categories=SEXES,
             hints={SPANISH: "Marque una"}, required="true()", relevant="${/data/g/edad} > 1", constraint=". != 'x'",
             constraint_messages={ENGLISH: "Not x"}, earlier_names=("sexo_jefe",)),
    question("/g/edad", "int", {"": "Edad"}),
    question("/fecha", "date"),
    question("/nombre", privacy=PERSONAL),
    question("/ingreso", "decimal", privacy=SENSITIVE),
    question("/nota", labels={SPANISH: "Cuénteme"}),
    question("/lugar", "geopoint"),
    question("/lenguas", "select", categories=(Category("awa", {SPANISH: "Awajún"}), Category("es"))),
    question("/acepta", "boolean"),
    Variable(KEY, "KEY", "string", {"es": "Identificador", "en": "Identifier"}),
))
REPEAT = DataTable("/persona", "persona", "", (
    question("/persona/hora", "time"), Variable(PARENT_KEY, "PARENT_KEY", "string"), Variable(KEY, "KEY", "string")))
CELLS = {
    "g-sexo": ["m", "h", "m", None, "secreto-1"], "g-edad": [5, 30, 31, 99, None],
    "fecha": ["2024-01-01", "secreto-2", None, None, "2025-01-01"], "nombre": ["secreto-3", "Luz", None, "x", "y"],
    "ingreso": [987654.25, None, 1.5, 2.5, 3.5], "nota": ["secreto-4", "b", "c", "d", "e"],
    "lugar": [[-12.4321, -77.1234, None, None]] * 4 + [None], "lenguas": ["awa es", "es", None, "secreto-5", "es"],
    "acepta": [True, False, None, None, True], "KEY": [f"uuid:{at}" for at in range(5)],
}
HOMES = described(ROOT, CELLS)
PEOPLE = described(REPEAT, {"persona-hora": ["10:20:30.000-05:00", None], "PARENT_KEY": ["uuid:1", "uuid:2"],
                            "KEY": ["uuid:1/persona[1]", "uuid:2/persona[1]"]}, "hogares-persona")
