"""Room for statements on the path of every submission: written with SQLAlchemy, compiled once, run by the driver.

It must not know tables nor decide anything. `store/queries` makes Prepared statements of what each arrival asks and
writes; all else goes through SQLAlchemy, whose general way costs many times as much on this path. `services/unit`
opens the sessions of here: others do, too, at that general price.
"""

import threading
from collections import namedtuple
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect, Engine, Select, bindparam, exc
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, SessionTransaction

from collector.domain import problems

INERROR = 3  # a transaction that PostgreSQL will take back whatever is said; source: libpq, PQtransactionStatus
_INSERT = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


class Writing(Session):
    """A session that asks SQLAlchemy for its connection once in a transaction, and not for each prepared statement."""

    _held = _of = None

    def told(self, only_asked: bool = False) -> Connection:
        """The connection of the transaction that goes on, or of one that begins."""
        going_on = self.get_transaction()
        if going_on is None or going_on is not self._of or not going_on.is_active:
            self._held = self.connection()
            self._of = self.get_transaction()
        return self._held

    def settle(self) -> None:
        """Nothing; each statement was run when it was asked for. SQLite's are in the transaction that was begun."""


class Reading(Session):
    """A session whose prepared questions need no transaction, until SQLAlchemy itself is asked for something.

    What changes rows needs one, to be thrown away with it. It never holds two connections of the pool: who waits for
    a second would wait for others that wait, too.
    """

    _looking = None

    def told(self, only_asked: bool = False) -> "Connection | Looking":
        """What prepared statements run on."""
        if not only_asked or self.in_transaction():
            return self.connection()
        if self._looking is None:
            self._looking = Looking(self.bind)
        return self._looking

    def get_bind(self, *args, **options) -> Engine | Connection:
        """The engine; SQLAlchemy asks for it before it takes a connection."""
        self._look_away()
        return super().get_bind(*args, **options)

    def rollback(self) -> None:
        """Nothing; no connection is held."""
        self._look_away()
        super().rollback()

    def close(self) -> None:
        """Nothing; no connection is held, and nothing of what was read."""
        self._look_away()
        super().close()

    def _look_away(self) -> None:
        looking, self._looking = self._looking, None
        if looking is not None:
            looking.close()


class Apart(Reading):
    """A session for a transaction of its own, which begins only with the first change. For PostgreSQL, where each
    question reads what is committed by then, in a transaction or not.

    What is put off is run before anything else, at the latest with the commit: a statement that does all that is to be
    done needs no transaction round it, and is one way to the database instead of three. Its fault is told at the commit
    again, should whoever ran into it have taken it for their own.
    """

    _late = _fault = None

    def put_off(self, statement: "Prepared", values: dict[str, Any]) -> None:
        """Nothing; the statement is run when something else is, or at the commit."""
        self._catch_up()
        self._late = statement, values

    def told(self, only_asked: bool = False) -> "Connection | Looking":
        """What prepared statements run on."""
        self._catch_up()
        return super().told(only_asked)

    def get_bind(self, *args, **options) -> Engine | Connection:
        """The engine; what was put off is done first."""
        self._catch_up()
        return super().get_bind(*args, **options)

    def begin_nested(self) -> SessionTransaction:
        """A savepoint; what was put off stays outside."""
        self._catch_up()
        return super().begin_nested()

    def settle(self) -> None:
        """Nothing; all was done that is to be committed. Raises what a statement put off did; 503.1 when PostgreSQL
        would take all back, as it silently does at the commit after a fault, whoever let that pass."""
        self._catch_up(alone=not self.in_transaction())
        if self._fault is not None:
            raise self._fault
        if self.in_transaction():
            self.flush()
            if self.connection().connection.dbapi_connection.info.transaction_status == INERROR:
                raise problems.busy()

    def rollback(self) -> None:
        """Nothing; what was put off is forgotten."""
        self._late = self._fault = None
        super().rollback()

    def _catch_up(self, alone: bool = False) -> None:
        late, self._late = self._late, None
        if late is not None:
            statement, values = late
            try:
                statement.run(self, values, alone)
            except exc.SQLAlchemyError as fault:
                self._fault = fault
                raise


class Looking:
    """A connection of the pool without a transaction round it: as much of SQLAlchemy's as Prepared needs."""

    __slots__ = ("connection", "dialect")

    def __init__(self, engine: Engine):
        self.dialect = engine.dialect
        try:
            self.connection = engine.raw_connection()
            self._autocommit(True)
        except self.dialect.loaded_dbapi.Error as fault:
            raise exc.DBAPIError.instance(None, None, fault, self.dialect.loaded_dbapi.Error, hide_parameters=True,
                                          dialect=self.dialect) from fault

    def close(self) -> None:
        """Nothing; the pool has the connection back as it gave it, and one that was lost not at all."""
        try:
            self._autocommit(False)
        except self.dialect.loaded_dbapi.Error as fault:
            self.connection.invalidate(fault)
        self.connection.close()

    def _autocommit(self, on: bool) -> None:
        driver = self.connection.dbapi_connection
        if self.dialect.name == "postgresql" and driver is not None:  # SQLite's have it always
            driver.autocommit = on

    def invalidate(self, fault: Exception) -> None:
        """Nothing; the connection was lost and nobody gets it again."""
        self.connection.invalidate(fault)


def connection_of(session: Session, only_asked: bool = False) -> "Connection | Looking":
    """What prepared statements of this session run on. only_asked: they change nothing."""
    return session.told(only_asked) if isinstance(session, Reading | Writing) else session.connection()


class Prepared:
    """A select, insert, update or delete whose values all stand in bindparams."""

    def __init__(self, statement):
        self._statement = statement
        self._only_asks = isinstance(statement, Select)
        self._ways: dict[str, _Way] = {}
        self._lock = threading.Lock()

    def rows(self, session: Session, values: dict[str, Any]) -> list:
        """The rows, as named tuples."""
        connection = connection_of(session, self._only_asks)
        way = self._way(connection.dialect)
        return way.read(way.run(connection, way.bound(values)).fetchall())

    def first(self, session: Session, values: dict[str, Any]):
        """The first row as a named tuple, or None."""
        rows = self.rows(session, values)
        return rows[0] if rows else None

    def run(self, session: Session, values: dict[str, Any], alone: bool = False) -> int:
        """How many rows were changed. alone: it is all that the session does, and needs no transaction round it."""
        connection = connection_of(session, alone)
        way = self._way(connection.dialect)
        return way.run(connection, way.bound(values)).rowcount

    def run_many(self, session: Session, rows: Sequence[dict[str, Any]]) -> None:
        """Nothing; the statement was run with each of the rows."""
        connection = connection_of(session)
        way = self._way(connection.dialect)
        way.run(connection, [way.bound(values) for values in rows], many=True)

    def _way(self, dialect: Dialect) -> "_Way":
        way = self._ways.get(dialect.name)
        if way is None:
            with self._lock:
                way = self._ways.setdefault(dialect.name, _Way(self._said(dialect), dialect))
        return way

    def _said(self, dialect: Dialect):
        return self._statement


class Adding(Prepared):
    """An insert into a table; what is not given has the column's default. once: a row that is there stays as it is."""

    def __init__(self, table, once: bool = False):
        super().__init__(table.insert())
        self._table, self._once = table, once
        self._key = table.autoincrement_column
        self._given = {column.name: bindparam(column.name, type_=column.type) for column in table.columns
                       if column is not self._key}
        self._absent = {column.name: column.default.arg if column.default is not None else None
                        for column in table.columns if column is not self._key}

    def add(self, session: Session, values: dict[str, Any]) -> int:
        """The number of the row added."""
        connection = connection_of(session)
        way = self._way(connection.dialect)
        cursor = way.run(connection, way.bound(self._absent | values))
        return cursor.lastrowid if connection.dialect.name == "sqlite" else cursor.fetchone()[0]

    def add_many(self, session: Session, rows: Sequence[dict[str, Any]]) -> None:
        """Nothing; the rows are added."""
        if rows:
            self.run_many(session, [self._absent | values for values in rows])

    def full(self, values: dict[str, Any]) -> dict[str, Any]:
        """The values, with the defaults of those that are not given."""
        return self._absent | values

    def _said(self, dialect: Dialect):
        statement = _INSERT[dialect.name](self._table).values(self._given)
        if self._once:
            return statement.on_conflict_do_nothing()
        return statement if dialect.name == "sqlite" or self._key is None else statement.returning(self._key)


class _Way:
    """How one dialect is told: the words, how values go in and come out."""

    def __init__(self, statement, dialect: Dialect):
        compiled = statement.compile(dialect=dialect)
        self._dialect = dialect
        self._words = str(compiled)
        self._names = compiled.positiontup
        self._into = [(name, _into(bind.type, dialect)) for name, bind in compiled.binds.items()
                      if _into(bind.type, dialect) is not None]
        self._fixed = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
        columns = list(statement.exported_columns)  # of a select, or of RETURNING
        self._row = namedtuple("Row", [column.key for column in columns], rename=True)
        self._out_of = [(place, way) for place, column in enumerate(columns)
                        if (way := _out_of(column.type, dialect)) is not None]

    def bound(self, values: dict[str, Any]):
        """The values as the driver wants them. Raises KeyError when one is missing."""
        if self._fixed:
            values = self._fixed | values
        elif self._into:
            values = dict(values)
        for name, way in self._into:
            if (value := values[name]) is not None:
                values[name] = way(value)
        return values if self._names is None else [values[name] for name in self._names]

    def read(self, rows: list) -> list:
        """The driver's rows with values of ours."""
        make, out_of = self._row._make, self._out_of
        if not out_of:
            return [make(row) for row in rows]
        read = []
        for row in rows:
            row = list(row)
            for place, way in out_of:
                row[place] = way(row[place])
            read.append(make(row))
        return read

    def run(self, connection: "Connection | Looking", bound, many: bool = False):
        """The driver's cursor. Raises what SQLAlchemy would."""
        cursor = connection.connection.cursor()
        try:
            (cursor.executemany if many else cursor.execute)(self._words, bound)
        except self._dialect.loaded_dbapi.Error as fault:
            raise as_sqlalchemy(connection, fault, self._words) from fault
        return cursor


def as_sqlalchemy(connection: "Connection | Looking", fault: Exception, words: str) -> exc.StatementError:
    """SQLAlchemy's error for what the driver raised; a connection that was lost is not used again."""
    dialect = connection.dialect
    lost = dialect.is_disconnect(fault, connection.connection.dbapi_connection, None)
    if lost:
        connection.invalidate(fault)
    return exc.DBAPIError.instance(words, None, fault, dialect.loaded_dbapi.Error, hide_parameters=True,
                                   connection_invalidated=lost, dialect=dialect)


def _into(type_, dialect: Dialect) -> Callable | None:
    """How a value goes in. Nothing is SQL's null always, of JSON, too, and no way is asked for it."""
    return type_.dialect_impl(dialect).bind_processor(dialect)


def _out_of(type_, dialect: Dialect) -> Callable | None:
    return type_.dialect_impl(dialect).result_processor(dialect, None)
