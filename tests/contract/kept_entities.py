"""What stands of entities in a database, read with nothing but SQL.

It must not use the server's own code: that is what is being tried.
"""

import contextlib
import json
import sqlite3
from dataclasses import dataclass
from pathlib import Path

import psycopg

VERSIONS = """SELECT d.name, e.uuid, e.version, e.conflict, v.version, v.label, v.data, v.base_version, v.conflict,
    v.conflicting, v.branch_id, v.trunk_version, v.branch_base_version, s.instance_id
    FROM entity_versions v JOIN entities e ON e.id = v.entity_id JOIN datasets d ON d.id = e.dataset_id
    JOIN entity_sources o ON o.id = v.source_id LEFT JOIN submissions s ON s.id = o.submission_id
    WHERE d.project_id > 1 ORDER BY v.id"""  # the first project holds the samples of the library
ACTS = """SELECT a.dataset_name, a.uuid, a.state, a.branch_id, a.branch_base, s.instance_id, a.place, a.fault
    FROM entity_acts a JOIN submissions s ON s.id = a.submission_id WHERE a.state <> 'done' ORDER BY a.id"""


@dataclass(frozen=True)
class KeptVersion:
    """One version. values: all after it, with the label; contested: properties that others had set otherwise."""

    version: int
    values: dict
    base: int | None
    conflict: str | None
    contested: frozenset
    branch: str
    trunk: int | None
    branch_base: int | None
    instance_id: str | None


@dataclass
class KeptEntity:
    """An entity with its versions in their order."""

    version: int
    conflict: str | None
    versions: list[KeptVersion]


@dataclass(frozen=True)
class OpenAct:
    """What a record says about an entity and was not done."""

    dataset: str
    uuid: str
    state: str
    branch: str
    branch_base: int | None
    instance_id: str
    place: str
    code: str


class Database:
    """A database in a data folder, or on PostgreSQL under this address."""

    def __init__(self, data: Path, address: str = ""):
        self._data = data
        self._address = address.replace("postgresql+psycopg://", "postgresql://")

    def rows(self, sql: str) -> list[tuple]:
        """What the statement finds."""
        if self._address:
            with psycopg.connect(self._address) as connection:
                return connection.execute(sql).fetchall()
        with contextlib.closing(sqlite3.connect(self._data / "collector.sqlite3", timeout=30)) as connection:
            return connection.execute(sql).fetchall()

    def waiting_steps(self) -> int:
        """How many steps have not been done."""
        return self.rows("SELECT count(*) FROM tasks")[0][0]

    def entities(self) -> dict[tuple[str, str], KeptEntity]:
        """By list and id."""
        found: dict[tuple[str, str], KeptEntity] = {}
        for row in self.rows(VERSIONS):
            one = found.setdefault((row[0], row[1]), KeptEntity(row[2], row[3], []))
            one.versions.append(KeptVersion(
                row[4], {**_plain(row[6]), "label": row[5]}, row[7], row[8], frozenset(_plain(row[9]) or ()),
                row[10] or "", row[11], row[12], row[13]))
        return found

    def open_acts(self) -> list[OpenAct]:
        """What was not done: held, waiting for approval, failed."""
        return [OpenAct(name, uuid, state, branch or "", base, instance, place, (_plain(fault) or {}).get("code", ""))
                for name, uuid, state, branch, base, instance, place, fault in self.rows(ACTS)]


def _plain(value):
    return json.loads(value) if isinstance(value, str) else value
