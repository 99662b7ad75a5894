"""Room for the whole database as one SQLite file: written from one snapshot, digested, compared, read back.

It must not know files of users or where backups lie (`store/backups`). Values stand in the file as SQLite keeps them,
whichever database they came from, so that the digest of a table is the same everywhere.
"""

import contextlib
import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

import orjson
from sqlalchemy import JSON, Boolean, Column, Connection, Table, inspect
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session
from sqlalchemy.schema import CreateIndex, CreateTable

from collector.store.base import Base, Moment
from collector.store.queries import blobs, revisions
from collector.store.tables import registry as _registry  # noqa: F401  the metadata must be whole

ROWS_AT_ONCE = 500
_AGAIN = "export_jobs"  # what can be made again
_VERSION = ("CREATE TABLE alembic_version "
            "(version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))")
_UTC = "to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
Tell = Callable[[int, int], None]
Unreadable = sqlite3.DatabaseError


@dataclass(frozen=True, slots=True)
class Digest:
    """What a table holds: the number of its rows, and SHA-256 (hex) over them in the order of their key."""

    rows: int
    sha256: str


class _Digesting:
    """Rows on their way, counted and hashed."""

    def __init__(self):
        self._rows = 0
        self._hash = hashlib.sha256()

    def through(self, rows: Iterable[tuple]) -> Iterator[tuple]:
        for row in rows:
            self._rows += 1
            self._hash.update(orjson.dumps(row, default=bytes.hex))
            self._hash.update(b"\n")
            yield row

    def digest(self) -> Digest:
        return Digest(self._rows, self._hash.hexdigest())


def snapshot(session: Session) -> Connection:
    """A connection that sees one state of the database until the session ends, and holds up nobody who writes.

    Must be the first thing that is asked of the session.
    """
    options = {}
    if session.get_bind().dialect.name == "postgresql":
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    return session.connection(execution_options=options)


def bytes_of(session: Session) -> int:
    """About how many bytes the database takes."""
    if session.get_bind().dialect.name == "postgresql":
        return session.connection().exec_driver_sql("SELECT pg_database_size(current_database())").scalar()
    return (session.connection().exec_driver_sql("PRAGMA page_count").scalar()
            * session.connection().exec_driver_sql("PRAGMA page_size").scalar())


def write(session: Session, file: Path, tell: Tell) -> tuple[str, dict[str, Digest]]:
    """(revision, digest of each table) of the snapshot that now stands in the new file, readable by its owner alone.

    Exports built in the background are left out with their files: they can be made again, and may be larger than all
    else. tell(tables done, tables) is called before each table.
    """
    os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    source = snapshot(session)
    revision, tables = revisions.find_revision(session), Base.metadata.sorted_tables
    left_out = {"blobs": frozenset(blobs.list_exported(session))}
    found = {}
    with _opened(file) as target:
        target.execute("PRAGMA journal_mode=OFF")  # half a file is thrown away anyhow
        target.execute("BEGIN")
        target.execute(_VERSION)
        target.execute("INSERT INTO alembic_version VALUES (?)", (revision,))
        for number, table in enumerate(tables):
            tell(number, len(tables))
            rows = () if table.name == _AGAIN else _without(_rows_of(source, table), left_out.get(table.name))
            found[table.name] = _fill(target, table, rows)
        target.execute("COMMIT")
    with file.open("rb") as written:
        os.fsync(written.fileno())
    return revision, found


def digests(file: Path) -> dict[str, Digest]:
    """The digest of each table of the file, whichever revision it holds."""
    with _opened(file, "ro") as source:
        names = [name for name, in source.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")]
        return {name: _digest_of(_rows_in(source, name)) for name in names if name != "alembic_version"}


def broken(file: Path) -> str | None:
    """What SQLite itself finds wrong with the file: damaged pages, rows that point at nothing."""
    try:
        with _opened(file, "ro") as source:
            said = source.execute("PRAGMA integrity_check").fetchone()[0]
            astray = source.execute("PRAGMA foreign_key_check").fetchone()
    except Unreadable as fault:
        return str(fault)
    if said != "ok":
        return said
    return f"a row of {astray[0]} points at nothing" if astray else None


def blobs_in(file: Path) -> Iterator[tuple[str, int]]:
    """(sha256, bytes) of each blob that the file names, in the order of their keys."""
    with _opened(file, "ro") as source:
        yield from source.execute("SELECT sha256, size FROM blobs ORDER BY sha256")


def holds_rows(session: Session) -> bool:
    """Whether anything of ours stands in the database already."""
    connection = session.connection()
    there = set(inspect(connection).get_table_names())
    return any(connection.exec_driver_sql(f'SELECT 1 FROM "{name}" LIMIT 1').first() is not None
               for name in there & set(Base.metadata.tables))


def load(session: Session, file: Path, tell: Tell) -> list[str]:
    """The tables of the PostgreSQL database that differ from the file's after its rows were put into them.

    The tables are those of the models, empty, and the file holds the same revision.
    """
    connection = session.connection()
    circle = [(key.table.name, key.name) for table in Base.metadata.tables.values()
              for key in table.foreign_key_constraints if key.use_alter]
    for table, key in circle:
        connection.exec_driver_sql(f'ALTER TABLE "{table}" ALTER CONSTRAINT "{key}" DEFERRABLE INITIALLY DEFERRED')
    wrong, tables = [], Base.metadata.sorted_tables
    with _opened(file, "ro") as source:
        for number, table in enumerate(tables):
            tell(number, len(tables))
            _copy(connection, table, source)
            held = _digest_of(_rows_in(source, table.name, [column.name for column in table.columns]))
            wrong += [table.name] if _digest_of(_rows_of(connection, table)) != held else []
    connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
    for table, key in circle:
        connection.exec_driver_sql(f'ALTER TABLE "{table}" ALTER CONSTRAINT "{key}" NOT DEFERRABLE')
    return wrong


def _without(rows: Iterator[tuple], keys: Set[str] | None) -> Iterator[tuple]:
    """The rows whose first value is none of these."""
    return (row for row in rows if row[0] not in keys) if keys else rows


def _fill(target: sqlite3.Connection, table: Table, rows: Iterable[tuple]) -> Digest:
    """The digest of the rows; they stand in the target. Indexes come last: that is far quicker."""
    digesting = _Digesting()
    target.execute(str(CreateTable(table).compile(dialect=sqlite.dialect())))
    places = ", ".join("?" * len(table.columns))
    target.executemany(f'INSERT INTO "{table.name}" VALUES ({places})', digesting.through(rows))
    for index in sorted(table.indexes, key=lambda one: one.name):
        target.execute(str(CreateIndex(index).compile(dialect=sqlite.dialect())))
    return digesting.digest()


def _copy(connection: Connection, table: Table, source: sqlite3.Connection) -> None:
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    driver = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
        for row in source.execute(f'SELECT {names} FROM "{table.name}"'):
            copy.write_row(row)
    for column in table.primary_key.columns:
        sequence = connection.exec_driver_sql(
            f"SELECT pg_get_serial_sequence('\"{table.name}\"', '{column.name}')").scalar()
        if sequence:
            connection.exec_driver_sql(
                f"SELECT setval('{sequence}', coalesce(max({column.name}), 1), max({column.name}) IS NOT NULL)"
                f' FROM "{table.name}"')


def _digest_of(rows: Iterator[tuple]) -> Digest:
    digesting = _Digesting()
    for _row in digesting.through(rows):
        pass
    return digesting.digest()


def _rows_of(connection: Connection, table: Table) -> Iterator[tuple]:
    """The rows of a table by key, with values as SQLite keeps them, a few at a time."""
    postgresql = connection.dialect.name == "postgresql"
    values = ", ".join(_plain(column) if postgresql else f'"{column.name}"' for column in table.columns)
    order = ", ".join(_ordered(column) if postgresql else f'"{column.name}"' for column in table.primary_key.columns)
    rows = connection.exec_driver_sql(f'SELECT {values} FROM "{table.name}" ORDER BY {order}',
                                      execution_options={"yield_per": ROWS_AT_ONCE})
    return (tuple(row) for row in rows)


def _rows_in(source: sqlite3.Connection, name: str, wanted: Sequence[str] = ()) -> Iterator[tuple]:
    """The rows of a table by key. wanted: its columns; in the table's own order when left out."""
    columns = source.execute(f'PRAGMA table_info("{name}")').fetchall()
    keys = sorted((place, column) for _number, column, _kind, _null, _default, place in columns if place)
    values = ", ".join(f'"{column}"' for column in wanted or [column[1] for column in columns])
    order = ", ".join(f'"{column}"' for _place, column in keys)
    return source.execute(f'SELECT {values} FROM "{name}" ORDER BY {order}')


def _plain(column: Column) -> str:
    """A column of PostgreSQL as SQLite would hand it out."""
    name = f'"{column.name}"'
    if isinstance(column.type, Moment):
        return _UTC.format(name)
    if isinstance(column.type, Boolean):
        return f"CAST({name} AS integer)"
    return f"CAST({name} AS text)" if isinstance(column.type, JSON) else name


def _ordered(column: Column) -> str:
    return f'"{column.name}" COLLATE "C"' if column.type.python_type is str else f'"{column.name}"'


@contextlib.contextmanager
def _opened(file: Path, mode: str = "rw") -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(f"{file.resolve().as_uri()}?mode={mode}", uri=True, isolation_level=None)
    try:
        yield connection
    finally:
        connection.close()
