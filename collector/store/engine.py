"""Room for how a database is opened: pragmas, the kind of BEGIN, pools.

It must not know tables. `app` prepares Flask-SQLAlchemy's engine with it; `services/unit` opens transactions on it.
"""

import time

from sqlalchemy import Connection, Engine, event, exc

from collector.store import prepared

PATIENCE = 20  # seconds for a connection or a lock; a phone gives up after 60, and should hear from us before
RESTED = 1.0  # seconds in the pool after which a connection may have been cut
IMMEDIATE = {"collector_begin": "IMMEDIATE"}


def options(url: str, threads: int) -> dict:
    """Arguments of create_engine for this address."""
    hidden = {"hide_parameters": True}  # what is stored never stands in the words of a fault
    if url.startswith("sqlite"):
        # last in, first out: reading that rests between pages fills the cache of one connection and not of all
        return {**hidden, "connect_args": {"timeout": 30, "check_same_thread": False}, "pool_size": threads + 4,
                "max_overflow": 8, "pool_use_lifo": True}
    return {**hidden, "pool_size": threads + 2, "max_overflow": 4, "pool_timeout": PATIENCE,
            "connect_args": {"options": f"-c timezone=UTC -c lock_timeout={PATIENCE}s"}}


def prepare(engine: Engine, synchronous: str = "FULL") -> Engine:
    """The same engine with our rules on every connection.

    synchronous: FULL for whoever acknowledges to a phone; NORMAL for the worker, whose steps can be done again.
    """
    if engine.dialect.name == "sqlite" and not event.contains(engine, "begin", _begin):
        event.listen(engine, "connect", lambda connection, _record: _pragmas(connection, synchronous))
        event.listen(engine, "begin", _begin)
    elif engine.dialect.name == "postgresql":
        event.listen(engine, "checkin", lambda _connection, record: record.info.update(rested=time.monotonic()))
        event.listen(engine, "checkout", lambda connection, record, _proxy: _greet(engine, connection, record))
    return engine


def _greet(engine: Engine, connection, record) -> None:
    """Nothing; a connection that has rested is asked whether it still lives, else another one is made.

    One that was used a moment ago is not: two questions for each submission were a tenth of its time.
    """
    if time.monotonic() - record.info.get("rested", time.monotonic()) < RESTED:
        return
    try:
        engine.dialect.do_ping(connection)
    except engine.dialect.loaded_dbapi.Error as fault:
        raise exc.DisconnectionError from fault


def _pragmas(connection, synchronous: str) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", f"synchronous={synchronous}", "foreign_keys=ON", "busy_timeout=30000",
                   "cache_size=-8000", "temp_store=MEMORY", "journal_size_limit=67108864"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    kind = connection.get_execution_options().get("collector_begin", "DEFERRED")
    driver = connection.connection.dbapi_connection
    try:
        driver.execute(f"BEGIN {kind}")
    except driver.Error as fault:
        raise prepared.as_sqlalchemy(connection, fault, "BEGIN") from fault


def is_open(connection: Connection) -> bool:
    """Whether the transaction that was begun is still there.

    SQLite ends it by itself when the disk is full or fails, and sqlite3's commit is then silent.
    Source: sqlite.org/lang_transaction.html, "Response To Errors Within A Transaction".
    """
    return connection.dialect.name != "sqlite" or connection.connection.dbapi_connection.in_transaction
