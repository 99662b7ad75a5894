"""Small forms for the tests of the lint: rows of questions in, what the author is told out."""

from collector.domain.form_complaints import Complaint
from collector.domain.linting.form import lint
from collector.domain.xform import parse_form
from collector.domain.xlsform import convert

COLUMNS = ("type", "name", "label", "calculation", "relevant", "constraint", "choice_filter", "required", "default",
           "appearance")
CHOICES = """
| choices |
| | list_name | name | label | zona |
| | colores | rojo | Rojo | n |
| | colores | azul | Azul | s |
| | notas | 1 | Uno | n |
| | notas | 2 | Dos | s |
"""


def row(type: str, name: str = "", **cells: str) -> str:
    """One row of the sheet survey; the label is the name unless it is given."""
    cells = {"label": "" if type.startswith(("end", "calculate")) else name or "x"} | cells
    return "| | " + " | ".join((type, name, *(cells.get(column, "") for column in COLUMNS[2:]))) + " |"


def warnings(*rows: str, choices: str = CHOICES) -> list[Complaint]:
    """What converter and lint say of the form together."""
    return of_text("\n".join(["| survey |", "| | " + " | ".join(COLUMNS) + " |", *rows]) + choices)


def of_text(text: str) -> list[Complaint]:
    """The same of whole sheets as markdown."""
    converted = convert(text.encode())
    return [*converted.warnings, *lint(parse_form(converted.xml), converted.sheets, converted.warnings)]


def told(found: list[Complaint]) -> list[tuple]:
    """(code, row, column) of each."""
    return [(one.code, one.row, one.column) for one in found]
