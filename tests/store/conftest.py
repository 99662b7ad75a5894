"""An empty database on each kind of server, for the tests of this room."""

import itertools

import psycopg
import pytest

from tests.conftest import sqlalchemy_address

_numbers = itertools.count(1)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request, tmp_path):
    """The address, in SQLAlchemy's words, of a database without any table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    address = request.getfixturevalue("postgres")
    name = f"empty_{next(_numbers)}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return sqlalchemy_address(address, name)
