"""Variables -> the columns of a file: a point in four, choices split or labelled, names that stay apart.

It must not know a format's rules for names (`names.py`) nor write anything. Every format lays its columns out here,
so that all files of one build have the same columns, rows and cells.
"""

from collections.abc import Callable
from dataclasses import dataclass

from collector.domain.tabular.shape import DataTable, Manner, Rows, Variable
from collector.domain.values import POINT_PARTS, Value, value_text

TEXT, INTEGER, DECIMAL, BOOLEAN, DATE, TIME, MOMENT = KINDS = (
    "text", "integer", "decimal", "boolean", "date", "time", "moment")
KIND = {"int": INTEGER, "decimal": DECIMAL, "boolean": BOOLEAN, "date": DATE, "time": TIME, "dateTime": MOMENT}


@dataclass(frozen=True, slots=True)
class OutColumn:
    """One column of a file.

    name: as in ODK Central's CSV, unique in its table; label: in the language asked for; kind: one of KINDS, what
    the cells are meant to be (a cell that does not fit its kind is text: nothing is lost).
    categories: {code: label} where the cells are codes of choices, else empty. part: '' or what of the variable it is:
    'Latitude', or the name of a choice. take: values of the variable -> cells.
    """

    name: str
    label: str
    kind: str
    variable: Variable
    categories: dict[str, str]
    part: str
    take: Callable[[list[Value]], list]

    def cells(self, rows: Rows) -> list:
        """The cells of these rows: str, int, float, bool or None."""
        return self.take(rows.cells[self.variable.id])


def laid_out(table: DataTable, manner: Manner) -> list[OutColumn]:
    """The columns of a table's file, in order; of two that would share a name the later gets '~2', '~3'."""
    taken: set[str] = {one.name for one in table.variables if one.is_fact}
    found = []
    for variable in table.variables:
        own = variable.name
        if not manner.group_paths and variable.field is not None and not variable.earlier_names:
            own = variable.id.rpartition("/")[2]
        for part, kind, take in _parts(variable, manner):
            name = own + part
            name = own if variable.is_fact else _free(name, taken)
            found.append(OutColumn(name, _label(variable, part, manner), kind, variable,
                                   _codes(variable, part, manner), part[1:], take))
    return found


def _parts(variable: Variable, manner: Manner):
    """(ending of the name, kind, take) of every column of a variable."""
    if variable.type == "geopoint":
        return [(f"-{part}", DECIMAL, _point_part(at)) for at, part in enumerate(POINT_PARTS)]
    if variable.type in ("select", "rank"):
        whole = [("", TEXT, _labelled(variable, manner) if manner.labels else _plain)]
        if not manner.split:
            return whole
        return whole + [(f"/{one.name}", INTEGER, _chosen(one.name)) for one in variable.categories]
    if variable.type == "select1" and manner.labels:
        return [("", TEXT, _labelled(variable, manner))]
    return [("", KIND.get(variable.type, TEXT), _plain)]


def _plain(values: list[Value]) -> list:
    if list not in map(type, values):  # hardly ever: this is asked for every cell of every file
        return values
    return [value_text(one) if one.__class__ is list else one for one in values]


def _point_part(at: int):
    def take(values):
        # a point that could not be read stays as text in its first column
        return [one[at] if one.__class__ is list else one if at == 0 else None for one in values]
    return take


def _chosen(name: str):
    def take(values):
        return [None if one is None else 1 if name in str(one).split() else 0 for one in values]
    return take


def _labelled(variable: Variable, manner: Manner):
    labels = {one.name: manner.text(one.labels) or one.name for one in variable.categories}
    if variable.type == "select1":
        return lambda values: [labels.get(one, one) for one in values]
    return lambda values: [
        None if one is None else ", ".join(labels.get(name, name) for name in str(one).split()) for one in values]


def _label(variable: Variable, part: str, manner: Manner) -> str:
    whole = manner.label(variable)
    if not part:
        return whole
    named = next((manner.text(one.labels) for one in variable.categories if one.name == part[1:]), "")
    return f"{whole}: {named or part[1:]}"


def _codes(variable: Variable, part: str, manner: Manner) -> dict[str, str]:
    if part or manner.labels or variable.type != "select1":
        return {}
    return {one.name: manner.text(one.labels) or one.name for one in variable.categories}


def _free(name: str, taken: set[str]) -> str:
    found, number = name, 2
    while found in taken:
        found, number = f"{name}~{number}", number + 1
    taken.add(found)
    return found
