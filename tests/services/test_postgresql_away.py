"""PostgreSQL that holds a lock for long, ends a connection or is not there: 503, nothing kept, no fault of ours."""

import psycopg
import pytest
import sqlalchemy

from collector.app import create_app
from collector.domain import access
from collector.domain.problems import Problem
from tests import conftest


@pytest.fixture
def installed(postgres, postgres_template, tmp_path):
    """(application, address of its own database)."""
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE away TEMPLATE {postgres_template}")
    address = conftest.sqlalchemy_address(postgres, "away")
    app = create_app(conftest.test_settings(tmp_path, database_url=address))
    yield app, postgres.replace("/postgres?", "/away?")
    app.extensions["collector.units"].engine.dispose()
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("DROP DATABASE away WITH (FORCE)")


def say(text: str):
    return lambda unit: unit.session.execute(sqlalchemy.text(text))


def test_a_lock_that_is_held_too_long_is_told(installed):
    app, address = installed
    units = app.extensions["collector.units"]
    with units.reading(access.SYSTEM) as unit:
        assert unit.session.execute(sqlalchemy.text("SHOW lock_timeout")).scalar() == "20s"

    def rename(unit):
        say("CREATE TABLE half (written INT)")(unit)
        say("SET LOCAL lock_timeout = '200ms'")(unit)
        say("UPDATE projects SET name = 'second' WHERE id = 1")(unit)

    with psycopg.connect(address) as other:
        other.execute("SELECT * FROM projects WHERE id = 1 FOR UPDATE")
        with pytest.raises(Problem) as told:
            units.write(access.SYSTEM, rename)
    assert told.value.code == 503.1
    with units.reading(access.SYSTEM) as unit:
        left = "SELECT to_regclass('half')::text, (SELECT count(*) FROM projects WHERE name = 'second')"
        assert unit.session.execute(sqlalchemy.text(left)).one() == (None, 0)


def test_a_connection_that_ends_in_the_middle_is_told_and_the_next_one_works(installed):
    units = installed[0].extensions["collector.units"]
    with pytest.raises(Problem) as told:
        units.write(access.SYSTEM, say("SELECT pg_terminate_backend(pg_backend_pid())"))
    assert told.value.code == 503.1
    assert units.write(access.SYSTEM, lambda unit: unit.session.execute(sqlalchemy.text("SELECT 7")).scalar()) == 7


def test_a_phone_hears_503_while_postgresql_is_not_there(tmp_path):
    address = "postgresql+psycopg://nobody:x@127.0.0.1:1/none?connect_timeout=2"
    app = create_app(conftest.test_settings(tmp_path, database_url=address))
    answer = app.test_client().post("/v1/key/abc/projects/1/submission", headers={"X-OpenRosa-Version": "1.0"})
    assert answer.status_code == 503 and "muy ocupado" in answer.text and answer.headers["Retry-After"]
    assert app.test_client().get("/health").status_code == 503


def test_a_connection_that_was_cut_while_it_rested_is_not_used_again(installed, monkeypatch):
    app, address = installed
    units = app.extensions["collector.units"]
    monkeypatch.setattr("collector.store.engine.RESTED", 0.0)
    own = units.write(access.SYSTEM, lambda unit: unit.session.execute(
        sqlalchemy.text("SELECT pg_backend_pid()")).scalar())
    with psycopg.connect(address, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", (own,))
    assert units.write(access.SYSTEM, lambda unit: unit.session.execute(sqlalchemy.text("SELECT 7")).scalar()) == 7
