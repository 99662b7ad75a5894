"""Room that makes rows of what was sent to try a draft: read from the XML each time, since none are kept.

It must not write. `services/exporting` asks it in the same way as for rows that are kept.
"""

from collections.abc import Iterator

import orjson

from collector.domain import columns
from collector.domain.fields import FormModel
from collector.domain.flatten import FlatRow, flatten, row_plan
from collector.domain.xmltext import XMLFault
from collector.services.unit import UnitOfWork
from collector.store.queries import exports


class DraftRows:
    """The rows of a draft's test data, over the columns of the draft alone. Tables go by their path."""

    draft = True

    def __init__(self, unit: UnitOfWork, form_id: int, model: FormModel, scope: exports.Chosen = None):
        self._unit, self._form_id, self.scope = unit, form_id, scope
        merged = columns.merge((), (), model)
        self.tables = [(table.path, table.path) for table in merged.tables]
        self.columns = list(merged.columns)
        self._plan = row_plan(merged.tables, merged.columns)

    def roots(self, _table: str, last: int, page: int) -> Iterator[list[tuple]]:
        """Pages as `exports.stream_roots` gives them."""
        for rows in exports.stream_drafts(self._unit.session, self._form_id, last, page, self.scope):
            yield [(*row[:11], _data(self._flat(row[11])[0])) for row in rows]

    def repeat(self, table: str, last: int, page: int) -> Iterator[tuple[list[tuple], dict[int, str]]]:
        """Pages as `exports.stream_repeat` gives them."""
        for rows in exports.stream_drafts(self._unit.session, self._form_id, last, page, self.scope):
            yield ([(row[0], flat.ordinal, flat.parent_key, flat.key, _data(flat)) for row in rows
                    for flat in self._flat(row[11]) if flat is not None and flat.table == table],
                   {row[0]: row[2] for row in rows})

    def _flat(self, xml: bytes) -> list[FlatRow] | list[None]:
        try:
            return flatten(self._plan, xml).rows
        except XMLFault:
            return [None]


def _data(row: FlatRow | None) -> str | None:
    return None if row is None else orjson.dumps(row.values).decode()
