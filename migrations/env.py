"""How the changes of the tables are run: one straight chain, in one transaction, on SQLite and PostgreSQL.

It must not read settings: the running application hands the engine. `versions/` holds the changes.
"""

from alembic import context
from flask import current_app
from sqlalchemy import BigInteger, Connection, text

from collector.store import engine as engines
from collector.store.base import Moment, Words

LOCK = 7_260_173_418  # any number that is ours: two servers that start at once on one PostgreSQL take turns


def render(kind: str, thing, autogen):
    """The source of our column types in a new migration: plain types that the template spells out.

    A migration must not read `store/base`, so that old ones never change.
    """
    if kind != "type":
        return False
    ours = {Words: "WORDS", Moment: "MOMENT", BigInteger: "NUMBER"}
    return ours.get(type(thing), False)


def prepare(connection: Connection) -> None:
    """Nothing; the connection then holds the only right to change the tables."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": LOCK})


def check(connection: Connection) -> None:
    """Nothing, when no row points at a row that is gone: SQLite's own check is off while tables are rebuilt."""
    if connection.dialect.name == "sqlite":
        broken = connection.execute(text("PRAGMA foreign_key_check")).first()
        if broken:
            raise RuntimeError(f"A migration left a row of {broken[0]} that points at nothing.")


def foreign_keys(connection: Connection, state: str) -> None:
    """Nothing; must be called outside a transaction, where SQLite heeds it."""
    if connection.dialect.name == "sqlite":
        connection.connection.driver_connection.execute(f"PRAGMA foreign_keys={state}")


def run(connection: Connection) -> None:
    """Runs what is missing, all or nothing."""
    with connection.begin():
        prepare(connection)
        context.configure(connection=connection, target_metadata=current_app.extensions["migrate"].db.metadata,
                          compare_type=True, render_as_batch=True, render_item=render)
        context.run_migrations()
        check(connection)


with current_app.extensions["migrate"].db.engine.connect() as connection:
    connection = connection.execution_options(**engines.IMMEDIATE)
    foreign_keys(connection, "OFF")
    try:
        run(connection)
    finally:
        foreign_keys(connection, "ON")
