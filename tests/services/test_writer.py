"""The one writer acknowledges what is durable and nothing else, also when the disk is full or work goes wrong."""

import threading
import time

import pytest
import sqlalchemy

from collector.domain import access
from collector.domain.problems import Problem

pytestmark = pytest.mark.sqlite


@pytest.fixture
def writer(units):
    units.start_writer()
    yield units
    units.stop_writer()


def together(units, *works):
    """What became of works that one transaction held: each answer, or the fault."""
    began, release, results = threading.Event(), threading.Event(), {}

    def hold(_unit):
        began.set()
        release.wait(10)

    def submit(name, work):
        try:
            results[name] = units.write(access.SYSTEM, work)
        except BaseException as fault:  # noqa: BLE001 - the test looks at it
            results[name] = fault

    threads = [threading.Thread(target=submit, args=("hold", hold))]
    threads[0].start()
    assert began.wait(10)
    for number, work in enumerate(works):
        threads.append(threading.Thread(target=submit, args=(number, work)))
        threads[-1].start()
        while units._writer._waiting.qsize() <= number:
            time.sleep(0.001)
    release.set()
    for thread in threads:
        thread.join(10)
    return [results[number] for number in range(len(works))]


def add(name):
    def work(unit):
        unit.session.execute(sqlalchemy.text("INSERT INTO kept (name) VALUES (:name)"), {"name": name})
        return name
    return work


def kept(units):
    with units.reading(access.SYSTEM) as unit:
        return list(unit.session.execute(sqlalchemy.text("SELECT name FROM kept ORDER BY name")).scalars())


@pytest.fixture
def table(writer):
    writer.write(access.SYSTEM, lambda unit: unit.session.execute(
        sqlalchemy.text("CREATE TABLE kept (name TEXT PRIMARY KEY)")) and None)
    return writer


def test_work_that_fails_fails_alone(table):
    def bad(unit):
        add("bad")(unit)
        raise ValueError("no")

    answers = together(table, add("a"), bad, add("b"))
    assert answers[0] == "a" and isinstance(answers[1], ValueError) and answers[2] == "b"
    assert kept(table) == ["a", "b"]


def test_nothing_is_acknowledged_that_a_full_disk_took_back(table):
    """SQLite itself rolls the whole transaction back when a page cannot be had, also what others wrote in it."""
    def fill(unit):
        pages = unit.session.execute(sqlalchemy.text("PRAGMA page_count")).scalar()
        unit.session.execute(sqlalchemy.text(f"PRAGMA max_page_count = {pages}"))
        try:
            add("x" * 1_000_000)(unit)
        finally:
            unit.session.execute(sqlalchemy.text("PRAGMA max_page_count = 1000000000"))

    answers = together(table, add("a"), fill, add("b"))
    stored = kept(table)
    told = [answer for answer in answers if isinstance(answer, str)]
    assert set(told) <= set(stored), f"acknowledged {told}, stored {stored}"
    assert isinstance(answers[1], Exception)


def test_the_writer_goes_on_after_a_full_disk(table):
    test_nothing_is_acknowledged_that_a_full_disk_took_back(table)
    assert table.write(access.SYSTEM, add("later")) == "later"
    assert "later" in kept(table)


def test_nothing_is_acknowledged_when_work_ends_the_thread(table):
    def leave(_unit):
        raise SystemExit(1)

    answers = together(table, add("a"), leave)
    assert "a" not in answers or kept(table) == ["a"]
    assert isinstance(answers[1], BaseException)
    assert table.write(access.SYSTEM, add("later")) == "later"


def test_work_is_visible_to_others_when_it_is_acknowledged(table):
    for number in range(20):
        table.write(access.SYSTEM, add(f"{number:02}"))
        assert f"{number:02}" in kept(table)


def test_a_problem_of_one_is_not_the_problem_of_all(table):
    answers = together(table, add("a"), add("a"), add("b"))
    assert answers[0] == "a" and isinstance(answers[1], Problem | sqlalchemy.exc.SQLAlchemyError) and answers[2] == "b"


def held(units):
    """(lets the writer go on, its thread): the writer is in the middle of somebody's work."""
    began, release = threading.Event(), threading.Event()

    def hold(_unit):
        began.set()
        release.wait(10)

    thread = threading.Thread(target=units.write, args=(access.SYSTEM, hold))
    thread.start()
    assert began.wait(10)
    return release, thread


def test_who_waits_too_long_is_told_and_its_work_is_never_done(table):
    table._writer._patience = 0.2
    release, thread = held(table)
    with pytest.raises(Problem) as told:
        table.write(access.SYSTEM, add("late"))
    assert told.value.code == 503.1 and told.value.details["retryAfter"]
    release.set()
    thread.join(10)
    assert table.write(access.SYSTEM, add("next")) == "next"
    assert kept(table) == ["next"]


def test_work_that_was_begun_is_waited_for(table):
    table._writer._patience = 0.2

    def slow(unit):
        time.sleep(0.8)
        return add("slow")(unit)

    assert table.write(access.SYSTEM, slow) == "slow"
    assert kept(table) == ["slow"]


def test_a_full_queue_is_told_at_once(table):
    table._writer._waiting.maxsize = 1
    release, thread = held(table)
    other = threading.Thread(target=table.write, args=(access.SYSTEM, add("waits")))
    other.start()
    while not table._writer._waiting.full():
        time.sleep(0.001)
    began = time.monotonic()
    with pytest.raises(Problem) as told:
        table.write(access.SYSTEM, add("too many"))
    assert told.value.code == 503.1 and time.monotonic() - began < 0.5
    release.set()
    thread.join(10)
    other.join(10)
    assert kept(table) == ["waits"]
