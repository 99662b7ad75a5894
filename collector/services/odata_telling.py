"""Room that puts the rows of OData together: answers, what the server knows, links to repeats or their rows.

It must not decide which rows (`services/odata`) nor write them out (`web/api/odata`).
"""

from collector.domain.odata.asking import Asked
from collector.domain.odata.keys import row_id, row_link
from collector.domain.odata.rows import filler
from collector.domain.odata.selecting import FACTS, ID, SYSTEM
from collector.domain.odata.tables import Repeat, Table, repeats_in
from collector.services.exporting import arrival_text
from collector.services.unit import UnitOfWork
from collector.store.queries import exports, odata
from collector.store.queries.odata import Head

Found = list[tuple[int, str]]
Told = list[tuple[int, str, dict]]


class Teller:
    """Tells the rows of one table, as they are asked for."""

    def __init__(self, unit: UnitOfWork, feed, table: Table, asked: Asked):
        self._unit, self._source, self._tables = unit, feed.source, feed.tables
        self._table, self._asked = table, asked
        chosen = asked.selection
        self._inside = table.inside if chosen is None else chosen.inside
        self._facts = FACTS if chosen is None else chosen.facts
        own = (ID, table.parent_key) if table.path else (ID,)
        self._ids = own if chosen is None else tuple(one for one in own if one in chosen.ids)
        self._fill = filler(self._inside, asked.wkt)
        self._repeats = list(repeats_in(self._inside))
        self._deep = {path: (one, filler(one.inside, asked.wkt), list(repeats_in(one.inside)))
                      for path, one in feed.tables.items()} if asked.expand else {}

    def roots(self, found: Found) -> Told:
        """(number, '', row) of these records; of an encrypted one, what the server knows alone."""
        numbers = [number for number, _name in found]
        below = self._below(numbers)
        heads = {one.id: one for one in odata.list_heads(self._unit.session, numbers)}
        rows = self._source.rows(self._unit, "", numbers)
        bare = [number for number in numbers if not any(rows[number][0][2] if number in rows else ())]
        states = exports.find_states(self._unit.session, bare) if bare else {}
        closed = {number for number, (encrypted, _version) in states.items() if encrypted}
        whole = odata.with_data(self._unit.session, closed) if closed else set()
        told: Told = []
        for number, name in found:
            if number not in heads:
                continue  # gone since its number was read
            row = {ID: name} if ID in self._ids else {}
            if self._facts:
                status = None if number not in closed else (
                    "notDecrypted" if number in whole else "missingEncryptedFormData")
                facts = _facts(heads[number], status)
                row[SYSTEM] = facts if self._facts is FACTS else {one: facts[one] for one in self._facts}
            if number not in closed:
                values = rows[number][0][2] if number in rows else []
                row.update(self._filled(self._table, self._fill, self._repeats, number, name, "", values, below))
            told.append((number, "", row))
        return told

    def rows(self, found: Found) -> Told:
        """(number, key, row) of a repeat's rows of these records."""
        numbers = [number for number, _name in found]
        below = self._below(numbers)
        rows = self._source.rows(self._unit, self._table.path, numbers)
        told: Told = []
        for number, name in found:
            for parent, key, values in rows.get(number, ()):
                ids = {ID: row_id(name, key), self._table.parent_key: row_id(name, parent)}
                row = {one: ids[one] for one in self._ids}
                row.update(self._filled(self._table, self._fill, self._repeats, number, name, key, values, below))
                told.append((number, key, row))
        return told

    def _below(self, numbers: list[int]) -> dict[str, dict | set]:
        """{path of a repeat: what is below the rows to be told}: whether there are rows, or the rows when expanded."""
        if not self._asked.expand:
            return {one.path: self._source.parents(self._unit, one.path, numbers) for one, _above in self._repeats}
        found: dict[str, dict] = {}
        for path in self._tables:
            if path and (not self._table.path or path.startswith(self._table.path + "/")):
                grouped = found[path] = {}
                for number, rows in self._source.rows(self._unit, path, numbers).items():
                    for parent, key, values in rows:
                        grouped.setdefault((number, parent), []).append((key, values))
        return found

    def _filled(self, table: Table, fill, repeats: list[tuple[Repeat, tuple[str, ...]]], number: int, name: str,
                key: str, values: list, below: dict) -> dict:
        """The answers of a row, with links to the rows below it; with these rows, when they are expanded."""
        row = fill(values)
        for one, steps in repeats:
            under = below[one.path]
            if (number, key) not in under:
                continue
            place = row
            for step in steps[:-1]:
                place = place[step]
            link = row_link(name, key, table.steps)
            place[f"{one.name}@odata.navigationLink"] = "/".join((link, *steps))
            if self._asked.expand:
                deeper, inside, deep = self._deep[one.path]
                place[one.name] = [
                    {ID: row_id(name, inner), **self._filled(deeper, inside, deep, number, name, inner, kept, below)}
                    for inner, kept in under[number, key]]
        return row


def _facts(head: Head, status: str | None) -> dict:
    return {
        "submissionDate": arrival_text(head.created_at), "updatedAt": _moment(head.updated_at),
        "deletedAt": _moment(head.deleted_at),
        "submitterId": None if head.submitter_id is None else str(head.submitter_id),
        "submitterName": head.submitter or None, "attachmentsPresent": head.present,
        "attachmentsExpected": head.expected, "status": status,
        "reviewState": None if head.review_state == "received" else head.review_state,
        "deviceId": head.device_id or None, "edits": head.edits, "formVersion": head.version}


def _moment(value) -> str | None:
    return None if value is None else arrival_text(value)
