"""What a PostgreSQL that goes away, or two writers that meet, mean for who asked: ask again, nothing was kept."""

import threading

import pytest
from sqlalchemy import text

from collector.app import create_app
from collector.domain import access
from collector.domain.problems import Problem
from collector.services.unit import Units
from tests import builders
from tests.conftest import sqlalchemy_address, test_settings
from tests.live import free_port


@pytest.fixture
def units(postgres, tmp_path):
    app = create_app(test_settings(tmp_path, database_url=sqlalchemy_address(postgres, "postgres")))
    units: Units = builders.units_of(app)
    yield units
    units.write(access.SYSTEM, lambda unit: run(unit, "DROP TABLE IF EXISTS kept"))
    units.engine.dispose()


@pytest.fixture
def table(units):
    units.write(access.SYSTEM, lambda unit: run(unit, "CREATE TABLE kept (name TEXT PRIMARY KEY, much INTEGER)"))
    units.write(access.SYSTEM, lambda unit: run(unit, "INSERT INTO kept VALUES ('a', 0), ('b', 0)"))


def run(unit, statement: str) -> None:
    unit.session.execute(text(statement))


def test_a_connection_that_is_ended_in_the_middle_is_503_and_the_next_work_has_another(units, table):
    def work(unit):
        run(unit, "UPDATE kept SET much = 7")
        run(unit, "SELECT pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(Problem) as told:
        units.write(access.SYSTEM, work)
    assert told.value.code == 503.1
    with units.reading(access.SYSTEM) as unit:
        assert unit.session.scalar(text("SELECT sum(much) FROM kept")) == 0


def test_a_database_that_is_not_there_is_503(tmp_path):
    address = f"postgresql+psycopg://nobody@127.0.0.1:{free_port()}/nothing"
    units = builders.units_of(create_app(test_settings(tmp_path, database_url=address)))
    for ask in (lambda: units.write(access.SYSTEM, lambda unit: run(unit, "SELECT 1")),
                lambda: look(units)):
        with pytest.raises(Problem) as told:
            ask()
        assert told.value.code == 503.1


def look(units) -> None:
    with units.reading(access.SYSTEM) as unit:
        run(unit, "SELECT 1")


def test_two_that_wait_for_each_other_are_both_done_in_the_end(units, table):
    """PostgreSQL ends one of them after a second; it is done again from its beginning."""
    gate, begun = threading.Barrier(2), []

    def add(first: str, second: str):
        waited = []

        def work(unit):
            begun.append(first)
            run(unit, f"UPDATE kept SET much = much + 1 WHERE name = '{first}'")
            if not waited:
                waited.append(True)
                gate.wait(10)
            run(unit, f"UPDATE kept SET much = much + 1 WHERE name = '{second}'")
        return threading.Thread(target=lambda: units.write(access.SYSTEM, work))

    threads = [add("a", "b"), add("b", "a")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(begun) >= 3  # they may meet once more
    with units.reading(access.SYSTEM) as unit:
        assert unit.session.execute(text("SELECT much FROM kept ORDER BY name")).scalars().all() == [2, 2]


def test_what_follows_a_commit_cannot_undo_its_answer(units, table):
    def fail():
        raise RuntimeError("after the commit")

    def work(unit):
        run(unit, "INSERT INTO kept VALUES ('c', 1)")
        unit.on_commit(fail)
        return "kept"

    assert units.write(access.SYSTEM, work) == "kept"
    with units.reading(access.SYSTEM) as unit:
        assert unit.session.scalar(text("SELECT count(*) FROM kept")) == 3
