"""Room of the rows that OData is told: of records, as they are kept, and of a draft's test data, read from the XML.

It must not know what is asked of them (`services/odata`). Both kinds answer the same questions.
"""

from collections.abc import Iterable

import orjson

from collector.domain import columns
from collector.domain.columns import Column
from collector.domain.fields import FormModel
from collector.domain.flatten import flatten, row_plan
from collector.domain.xmltext import XMLFault
from collector.services.unit import UnitOfWork
from collector.store.queries import answers, odata
from collector.store.queries.odata import Wanted

Rows = dict[int, list[tuple[str, str, list]]]


class KeptRows:
    """The flat rows of a form, over the columns of all its versions."""

    def __init__(self, unit: UnitOfWork, form_id: int):
        self._tables = {one.path: one.id for one in answers.list_tables(unit.session, form_id)}
        self.columns = [Column(path, one.path, one.name, one.type, one.position, one.filterable)
                        for one, path in answers.list_columns(unit.session, form_id)]

    def rows(self, unit: UnitOfWork, path: str, numbers: Iterable[int]) -> Rows:
        """{submission: [(key of the row above, key, values by position)]} of a table, in the order of the XML."""
        found: dict[int, list] = {}
        for number, ordinal, parent, key, data in odata.list_rows(unit.session, self._tables[path], numbers):
            found.setdefault(number, []).append((ordinal, parent, key, data))
        for rows in found.values():
            rows.sort()
        return {number: [(parent, key, orjson.loads(data)) for _ordinal, parent, key, data in rows]
                for number, rows in found.items()}

    def keys(self, unit: UnitOfWork, path: str, numbers: Iterable[int]) -> dict[int, list[str]]:
        """{submission: [key]} of a table, in the order of the XML."""
        found: dict[int, list] = {}
        for number, ordinal, key in odata.list_keys(unit.session, self._tables[path], numbers):
            found.setdefault(number, []).append((ordinal, key))
        return {number: [key for _ordinal, key in sorted(rows)] for number, rows in found.items()}

    def parents(self, unit: UnitOfWork, path: str, numbers: Iterable[int]) -> set[tuple[int, str]]:
        """(submission, key) of the rows that have rows of this table below them."""
        return odata.list_parents(unit.session, self._tables[path], numbers)

    def count(self, unit: UnitOfWork, path: str, wanted: Wanted) -> int:
        """How many rows of a table these submissions have."""
        return odata.count_rows(unit.session, wanted, self._tables[path])


class DraftRows:
    """The rows of a draft's test data, over the columns of the draft alone; none are kept, so the XML is read."""

    def __init__(self, model: FormModel):
        merged = columns.merge((), (), model)
        self.columns = list(merged.columns)
        self._plan = row_plan(merged.tables, merged.columns)
        self._read: tuple[tuple[int, ...], dict[int, list]] = ((), {})

    def rows(self, unit: UnitOfWork, path: str, numbers: Iterable[int]) -> Rows:
        """As of KeptRows."""
        found = {number: [(row.parent_key, row.key, row.values) for row in rows if row.table == path]
                 for number, rows in self._flat(unit, tuple(numbers)).items()}
        return {number: rows for number, rows in found.items() if rows}

    def keys(self, unit: UnitOfWork, path: str, numbers: Iterable[int]) -> dict[int, list[str]]:
        """As of KeptRows."""
        return {number: [key for _parent, key, _values in rows]
                for number, rows in self.rows(unit, path, numbers).items()}

    def parents(self, unit: UnitOfWork, path: str, numbers: Iterable[int]) -> set[tuple[int, str]]:
        """As of KeptRows."""
        return {(number, parent) for number, rows in self.rows(unit, path, numbers).items()
                for parent, _key, _values in rows}

    def count(self, unit: UnitOfWork, path: str, wanted: Wanted) -> int:
        """As of KeptRows."""
        numbers = [number for number, _name in odata.list_numbers(unit.session, wanted, None, wanted.last)]
        return sum(map(len, self.keys(unit, path, numbers).values()))

    def _flat(self, unit: UnitOfWork, numbers: tuple[int, ...]) -> dict[int, list]:
        if self._read[0] != numbers:
            self._read = numbers, {number: self._rows(xml) for number, xml in odata.list_xml(unit.session, numbers)}
        return self._read[1]

    def _rows(self, xml: bytes) -> list:
        try:
            flat = flatten(self._plan, xml)
        except XMLFault:
            return []
        return [] if flat.encrypted else flat.rows
