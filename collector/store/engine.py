"""Room for how a database is opened: pragmas, the kind of BEGIN, pools.

It must not know tables. `app` prepares Flask-SQLAlchemy's engine with it; `services/unit` opens transactions on it.
"""

from sqlalchemy import Connection, Engine, event

from collector.store import prepared

PATIENCE = 20  # seconds for a connection or a lock; a phone gives up after 60, and should hear from us before
IMMEDIATE = {"collector_begin": "IMMEDIATE"}


def options(url: str, threads: int) -> dict:
    """Arguments of create_engine for this address."""
    hidden = {"hide_parameters": True}  # what is stored never stands in the words of a fault
    if url.startswith("sqlite"):
        return {**hidden, "connect_args": {"timeout": 30, "check_same_thread": False}, "pool_size": threads + 4,
                "max_overflow": 8}
    return {**hidden, "pool_size": threads + 2, "max_overflow": 4, "pool_pre_ping": True, "pool_timeout": PATIENCE,
            "connect_args": {"options": f"-c timezone=UTC -c lock_timeout={PATIENCE}s"}}


def prepare(engine: Engine, synchronous: str = "FULL") -> Engine:
    """The same engine with our rules on every connection.

    synchronous: FULL for whoever acknowledges to a phone; NORMAL for the worker, whose steps can be done again.
    """
    if engine.dialect.name == "sqlite" and not event.contains(engine, "begin", _begin):
        event.listen(engine, "connect", lambda connection, _record: _pragmas(connection, synchronous))
        event.listen(engine, "begin", _begin)
    return engine


def _pragmas(connection, synchronous: str) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", f"synchronous={synchronous}", "foreign_keys=ON", "busy_timeout=30000",
                   "cache_size=-16000", "temp_store=MEMORY", "journal_size_limit=67108864"):
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
