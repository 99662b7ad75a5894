"""Prepared statements say and read what SQLAlchemy itself would."""

from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from sqlalchemy import bindparam, exc, insert, select, update

from collector.domain import access
from collector.domain.problems import Problem
from collector.store.prepared import Adding, Prepared
from collector.store.tables.blobs import BlobRow
from collector.store.tables.events import Event
from collector.store.tables.projects import Project
from collector.store.tables.submissions import Submission, SubmissionVersion
from collector.store.tables.tasks import Task

MOMENT = datetime(2026, 3, 4, 5, 6, 7, 890123, tzinfo=UTC)
_events = Event.__table__
_ADD = Adding(_events)
_FIND = Prepared(select(_events.c.id, _events.c.action, _events.c.details, _events.c.at.label("moment"))
                 .where(_events.c.action == bindparam("wanted")))


@pytest.fixture
def session(units):
    with units.reading(access.SYSTEM) as unit:
        yield unit.session


def test_a_row_that_was_added_is_read_as_sqlalchemy_reads_it(session):
    number = _ADD.add(session, {"action": "ñandú.create", "at": MOMENT, "details": {"á": [1, None]}})
    mine = _FIND.first(session, {"wanted": "ñandú.create"})
    assert (mine.id, mine.action, mine.details, mine.moment) == (number, "ñandú.create", {"á": [1, None]}, MOMENT)
    theirs = session.connection().execute(select(_events.c.id, _events.c.action, _events.c.details, _events.c.at)
                                          .where(_events.c.id == number)).one()
    assert tuple(mine) == tuple(theirs)
    assert session.get(Event, number).submission_id is None


def test_what_is_not_given_has_the_default_of_its_column_and_no_details_are_null(session):
    form = session.connection().execute(select(Project.id)).scalars().first()
    _ADD.add(session, {"action": "none", "at": MOMENT})
    assert session.connection().execute(
        select(_events.c.id).where(_events.c.action == "none", _events.c.details.is_(None))).first()
    assert form is not None
    said = Adding(Submission.__table__)._absent
    assert (said["draft"], said["edits"], said["files_expected"], said["name"]) == (False, 0, 0, None)


def test_many_rows_and_how_many_were_changed(session):
    _ADD.add_many(session, [{"action": "many", "at": MOMENT} for _ in range(3)])
    _ADD.add_many(session, [])
    assert len(_FIND.rows(session, {"wanted": "many"})) == 3
    marking = Prepared(update(_events).where(_events.c.action == bindparam("old")).values(action=bindparam("new")))
    assert marking.run(session, {"old": "many", "new": "more"}) == 3
    assert _FIND.first(session, {"wanted": "many"}) is None


def test_what_is_there_already_stays_as_it_is(session):
    adding = Adding(BlobRow.__table__, once=True)
    row = {"sha256": "a" * 64, "md5": "b" * 32, "size": 1, "created_at": MOMENT}
    adding.add_many(session, [row])
    adding.add_many(session, [row | {"size": 2}])
    assert session.get(BlobRow, "a" * 64).size == 1


def test_a_fault_of_the_database_is_sqlalchemys_and_hides_what_was_sent(session):
    adding = Adding(BlobRow.__table__)
    row = {"sha256": "geheim" * 10, "md5": "b" * 32, "size": 1, "created_at": MOMENT}
    adding.add_many(session, [row])
    with pytest.raises(exc.IntegrityError) as mine:
        adding.add_many(session, [row])
    session.rollback()
    session.connection().execute(insert(BlobRow.__table__), row)
    with pytest.raises(exc.IntegrityError) as theirs:
        session.connection().execute(insert(BlobRow.__table__), row)
    assert type(mine.value.orig) is type(theirs.value.orig)
    assert "[parameters" not in str(mine.value).replace("[SQL parameters hidden", "")


def test_text_that_no_database_stores_is_refused_with_a_problem(session):
    with pytest.raises(Problem) as refused:
        Prepared(select(Project.id).where(Project.name == bindparam("name"))).rows(session, {"name": "\x00"})
    assert refused.value.code == 400.22


def test_a_value_that_is_missing_is_our_fault_and_not_null(session):
    with pytest.raises((KeyError, exc.ProgrammingError)):  # psycopg looks itself
        _FIND.rows(session, {})


@pytest.fixture
def mark():
    """A statement that marks all events of one action with another."""
    return Prepared(update(_events).where(_events.c.action == bindparam("old")).values(action=bindparam("new")))


def actions(units) -> set:
    with units.reading(access.SYSTEM) as unit:
        return set(unit.session.scalars(select(Event.action).where(Event.action.startswith("off."))))


def begun(units) -> None:
    units.write(access.SYSTEM, lambda unit: _ADD.add(unit.session, {"action": "off.a", "at": MOMENT}))


@pytest.mark.postgresql
def test_what_is_put_off_is_done_at_the_commit_and_alone_needs_no_transaction(units, mark):
    begun(units)

    def work(unit):
        assert _FIND.first(unit.session, {"wanted": "off.a"})
        unit.session.put_off(mark, {"old": "off.a", "new": "off.b"})
        assert not unit.session.in_transaction() and actions(units) == {"off.a"}

    units.write(access.SYSTEM, work)
    assert actions(units) == {"off.b"}


@pytest.mark.postgresql
def test_what_is_put_off_is_seen_by_all_that_is_asked_after_it(units, mark):
    begun(units)

    def work(unit):
        unit.session.put_off(mark, {"old": "off.a", "new": "off.b"})
        assert _FIND.first(unit.session, {"wanted": "off.b"})
        unit.session.put_off(mark, {"old": "off.b", "new": "off.c"})
        assert unit.session.scalar(select(Event.action).where(Event.action == "off.c"))
        unit.session.put_off(mark, {"old": "off.c", "new": "off.d"})
        with pytest.raises(ZeroDivisionError), unit.session.begin_nested():
            _ADD.add(unit.session, {"action": "off.inside", "at": MOMENT})
            raise ZeroDivisionError
        assert actions(units) == {"off.a"}

    units.write(access.SYSTEM, work)
    assert actions(units) == {"off.d"}


@pytest.mark.postgresql
def test_what_is_put_off_is_forgotten_with_the_work(units, mark):
    begun(units)

    def work(unit):
        unit.session.put_off(mark, {"old": "off.a", "new": "off.b"})
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        units.write(access.SYSTEM, work)

    def undone(unit):
        unit.session.put_off(mark, {"old": "off.a", "new": "off.b"})
        unit.undo()

    units.write(access.SYSTEM, undone)
    assert actions(units) == {"off.a"}


@pytest.mark.postgresql
def test_a_fault_that_somebody_let_pass_is_told_at_the_commit(units):
    """PostgreSQL takes all back at the commit after a fault, and says nothing: it must not pass for done."""
    adding = Adding(BlobRow.__table__)
    row = {"sha256": "a" * 64, "md5": "b" * 32, "size": 1, "created_at": MOMENT}
    units.write(access.SYSTEM, lambda unit: adding.add_many(unit.session, [row]))

    def late(unit):
        unit.session.put_off(adding, adding.full(row))
        with suppress(exc.IntegrityError), unit.session.begin_nested():
            pytest.fail("the savepoint begins after what was put off")

    def plain(unit):
        _ADD.add(unit.session, {"action": "off.lost", "at": MOMENT})
        with suppress(exc.IntegrityError):
            adding.add_many(unit.session, [row])

    with pytest.raises(Problem) as told:
        units.write(access.SYSTEM, late)
    assert told.value.code == 409.3
    with pytest.raises(Problem) as told:
        units.write(access.SYSTEM, plain)
    assert told.value.code == 503.1
    assert actions(units) == set()


@pytest.mark.postgresql
def test_a_connection_that_only_looked_is_given_back_as_it_was(units):
    for _ in range(3):
        with units.reading(access.SYSTEM) as unit:
            assert _FIND.rows(unit.session, {"wanted": "none"}) == []
            assert unit.session._looking.connection.dbapi_connection.autocommit
    with units.engine.connect() as connection:
        assert not connection.connection.dbapi_connection.autocommit


@pytest.mark.postgresql
def test_a_connection_that_was_lost_while_it_looked_is_in_nobodys_way(units):
    with units.reading(access.SYSTEM) as unit:
        _FIND.rows(unit.session, {"wanted": "none"})
        unit.session._looking.connection.dbapi_connection.close()
    with units.reading(access.SYSTEM) as unit:
        assert _FIND.rows(unit.session, {"wanted": "none"}) == []
    assert units.engine.pool.checkedout() == 0


def test_what_a_new_record_and_its_event_have_under_one_name_is_the_same_thing():
    """They are added by one statement with one value for each name; a further column must not join them by chance."""
    names = Counter(column.name for table in (Submission, SubmissionVersion, Event, Task)
                    for column in table.__table__.columns if column.name != "id")
    assert {name for name, many in names.items() if many > 1} == {
        "form_id", "draft", "instance_id", "submitter_id", "device_id", "form_version_id", "submission_id",
        "created_at"}
