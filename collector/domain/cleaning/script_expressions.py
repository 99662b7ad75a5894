"""The steps with expressions over whole tables in memory, for exported scripts that have this project installed.

It must not know scripts' files: tables come as `script_steps.Data`. The expressions are those of `conditions`.
"""

from copy import copy
from datetime import UTC
from zoneinfo import ZoneInfo

from collector.domain.cleaning.conditions import FAILED, Condition
from collector.domain.cleaning.ground import Circumstances, Ground
from collector.domain.cleaning.script_steps import Data
from collector.domain.tabular.shape import Batch, Category, DataTable, Rows, Variable
from collector.domain.values import parse_value
from collector.domain.xpath.tree import Node


class Surroundings:
    """What expressions know beside the rows. zone: name of a time zone; lists: id -> rows as {column: text}."""

    def __init__(self, root_name: str, zone: str = "UTC", language: str = "", lists: dict | None = None):
        instances = {}
        for id, rows in (lists or {}).items():
            instances[id] = Node("root")
            for row in rows:
                item = instances[id].add(Node("item"))
                for name, text in row.items():
                    item.add(Node(name, text))
        self.circumstances = Circumstances(root_name=root_name, zone=UTC if zone == "UTC" else ZoneInfo(zone),
                                           instances=instances, language=language)
        self.labels: dict[str, dict[str, str]] = {}

    def knowing(self, labels: dict[str, dict[str, str]]) -> "Surroundings":
        """The same, with labels of choices: variable id -> name -> label."""
        found = copy(self)
        found.labels = labels
        return found

    def ground(self, data: Data) -> Ground:
        """The tables as they are now."""
        tables = {}
        for table in data.tables.values():
            variables = [
                Variable(id, name, type, earlier_names=tuple(earlier), categories=tuple(
                    Category(choice, {"": label}) for choice, label in self.labels.get(id, {}).items()))
                for id, name, type, *earlier in table.columns]
            tables[table.path] = DataTable(table.path, table.path or "root", table.parent, tuple(variables))
        return Ground(tables, self.circumstances)

    def results(self, data: Data, text: str, path: str, column: str = "", type: str = "") -> list:
        """True, False or FAILED for every row; cells of a type where one is given."""
        condition = Condition(text, self.ground(data), path, column)
        return condition.cells(batch_of(data), type) if type else condition.booleans(batch_of(data))


def batch_of(data: Data) -> Batch:
    """The same rows as expressions read them: keys below their record."""
    numbers = {instance: at for at, instance in enumerate(data.tables[""].instances)}
    tables = {}
    for table in data.tables.values():
        keys, parents = ([None if key is None else key[len(instance) + 1:]
                          for key, instance in zip(whole, table.instances, strict=True)]
                         for whole in (table.keys, table.parents))
        tables[table.path] = Rows([numbers[one] for one in table.instances], table.instances, keys, parents,
                                  table.cells)
    return Batch(tables)


def filter_rows(data: Data, around: Surroundings, where: str, table: str = "", effect: str = "keep") -> None:
    """Leaves rows out."""
    found = around.results(data, where, table)
    data.leave_out(table, [one is FAILED or one is (effect == "keep") for one in found])


def set_where(data: Data, around: Surroundings, column: str, where: str, value: str = "", expression: str = "") -> None:
    """Writes cells."""
    table = data.table_of(column)
    holds = around.results(data, where, table.path, column)
    kind = data.type_of(column)
    if expression:
        made = around.results(data, expression, table.path, column, kind)
        made = [one if one is FAILED else data.guarded(column, one) for one in made]
    else:
        made = [data.guarded(column, parse_value(kind, value))] * len(holds)
    table.cells[column] = [new if one is True and new is not FAILED else cell
                           for one, new, cell in zip(holds, made, table.cells[column], strict=True)]


def blank_where(data: Data, around: Surroundings, column: str, where: str) -> None:
    """Empties cells."""
    table = data.table_of(column)
    holds = around.results(data, where, table.path, column)
    table.cells[column] = [None if one is True else cell
                           for one, cell in zip(holds, table.cells[column], strict=True)]


def derive(data: Data, around: Surroundings, name: str, expression: str, table: str = "", type: str = "string") -> None:
    """Makes a column."""
    found = around.results(data, expression, table, type=type)
    data.add(table, "new:" + name, name, type, [None if one is FAILED else one for one in found])
