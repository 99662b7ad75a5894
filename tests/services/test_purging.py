"""The trash: what lay there for its time is emptied, all that is not stays, and nothing points at another thing."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy

from collector.domain import access
from collector.services import purging, sweeping
from collector.services.purging import Purged
from collector.store.base import Base
from collector.store.tables.forms import Form, FormVersion
from collector.store.tables.submissions import Submission
from tests import builders

FORMS = "/v1/projects/1/forms"
SIMPLE = f"{FORMS}/simple"
BODY = "<nombre>Ana Quispe</nombre><edad>30</edad><foto>1.jpg</foto>"
OLD, YOUNG, HERE = "uuid:old", "uuid:young", "uuid:here"
STAY_WITH_RECORD = {"submission_versions", "decisions", "bulk_items", "alike_members",
                    "entity_sources"}  # as lines without content
STAY_WITH_FORM = {"submissions", "submission_versions", "form_versions", "forms", "parked", "webhooks",
                  "alike_settlements", "public_links"}


@pytest.fixture
def later(units):
    """Does the work of the worker so many days from now, and answers what was emptied."""
    def run(days: float) -> Purged:
        now = units.clock
        units.clock = lambda: now() + timedelta(days=days)
        try:
            return purging.purge(units)
        finally:
            units.clock = now
    return run


@pytest.fixture
def record(units, phone, alice):
    """The address of a record with all that a record can have: a file, an edit, words of people, a return."""
    builders.simple_form(units)
    phone.send(builders.a_submission(body=BODY, instance_id=OLD), {"1.jpg": builders.a_photo()})
    phone.send(builders.a_submission(body=BODY, instance_id=OLD + "-2", deprecated_id=OLD), {"1.jpg": b"other"})
    one = f"{SIMPLE}/submissions/{OLD}"
    assert alice.post(f"{one}/comments", json={"body": "Ana vive lejos"}).status_code == 200
    assert alice.patch(one, json={"reviewState": "hasIssues"}).status_code == 200
    return one


def rows(units, words: str, **given) -> list:
    with units.reading(access.SYSTEM) as unit:
        return list(unit.session.execute(sqlalchemy.text(words), given))


def pointing(units, target) -> dict[str, int]:
    """{table: its rows that point at rows of a table}, those that have any."""
    with units.reading(access.SYSTEM) as unit:
        found = {table.name: unit.session.scalar(sqlalchemy.select(sqlalchemy.func.count()).select_from(table))
                 for table in Base.metadata.sorted_tables if any(column.references(target) for column in table.columns)}
    return {name: many for name, many in found.items() if many}


def test_a_record_is_emptied_after_thirty_days_and_not_before(alice, record, units, later, phone):
    phone.send(builders.a_submission(instance_id=HERE))
    assert alice.delete(record).status_code == 200
    assert later(29.9) == Purged()
    assert [one["instanceId"] for one in alice.get(f"{SIMPLE}/submissions?deleted=true").json] == [OLD]
    assert later(30.1) == Purged(records=1) and later(30.1) == Purged()
    assert alice.get(f"{SIMPLE}/submissions?deleted=true").json == []
    assert alice.post(f"{record}/restore").json["code"] == 404.1
    assert [one["instanceId"] for one in alice.get(f"{SIMPLE}/submissions").json] == [HERE]
    assert rows(units, "SELECT DISTINCT length(xml) FROM submission_versions WHERE submission_id = 1") == [(0,)]
    assert rows(units, "SELECT name, search FROM submissions WHERE id = 1") == [(None, None)]
    assert rows(units, "SELECT id FROM comments") == []
    assert rows(units, "SELECT id FROM flat_rows WHERE submission_id = 1") == []


def test_nothing_of_a_record_is_forgotten(alice, record, units, later):
    """A table of later days that points at records has to be named, among those that go or those that stay."""
    alice.delete(record)
    before = pointing(units, Submission.__table__.c.id)
    assert {"submission_versions", "flat_rows", "comments", "decisions"} <= set(before)
    assert later(31).records == 1
    assert set(pointing(units, Submission.__table__.c.id)) <= STAY_WITH_RECORD
    assert rows(units, "SELECT id FROM submission_files") == rows(units, "SELECT id FROM replaced_files") == []


def test_every_table_that_points_at_records_or_forms_is_dealt_with(units, asked, alice, record, later):
    alice.delete(SIMPLE)
    asked.clear()
    assert later(31) == Purged(1, 1)
    dropped = {said.split()[2] for said in asked if said.startswith("DELETE FROM")}
    for target, stay in ((Submission.__table__.c.id, STAY_WITH_RECORD), (Form.__table__.c.id, STAY_WITH_FORM),
                         (FormVersion.__table__.c.id, STAY_WITH_FORM)):
        named = {table.name for table in Base.metadata.sorted_tables
                 if any(column.references(target) for column in table.columns)}
        assert named <= dropped | stay


def test_its_history_and_its_files(alice, record, units, later):
    with units.reading(access.SYSTEM) as unit:
        events = unit.session.execute(sqlalchemy.text("SELECT count(*) FROM events WHERE submission_id = 1")).scalar()
    alice.delete(record)
    later(31)
    assert rows(units, "SELECT count(*) FROM events WHERE submission_id = 1") == [(events + 1,)]
    told = alice.get("/v1/audits?action=submission.purge").json
    assert [one["details"] for one in told] == [{"submissionsDeleted": 1}]
    now = units.clock
    units.clock = lambda: now() + timedelta(days=2)
    assert sweeping.sweep(units).rows == 2, "the photo, and the one that came with the edit"
    units.clock = now


def test_what_is_sent_again_is_known_and_set_aside(alice, record, later, phone, units):
    alice.delete(record)
    later(31)
    again = phone.send(builders.a_submission(body=BODY, instance_id=OLD), {"1.jpg": builders.a_photo()})
    assert again.status_code == 409
    assert rows(units, "SELECT code, state FROM parked") == [("409.18", "waiting")]


def test_what_was_brought_back_stays(alice, record, later):
    alice.delete(record)
    alice.post(f"{record}/restore")
    assert later(31) == Purged()
    assert alice.get(f"{record}.xml").status_code == 200


def test_a_trash_that_is_kept_for_good(alice, record, units, later):
    alice.delete(record)
    units.settings = replace(units.settings, trash_days=0)
    assert later(4000) == Purged()


def test_a_form_goes_with_all_its_records(alice, record, units, later, phone):
    phone.send(builders.a_submission(instance_id=HERE))
    alice.post(f"{SIMPLE}/recipes", json={"name": "limpia"})
    alice.post(f"{SIMPLE}/rules", json={"type": "unique", "parameters": {"field": "/nombre"}})
    alice.post(f"{SIMPLE}/assignments/app-user/{phone.id}")
    builders.simple_form(units, "otro")
    phone.send(builders.a_submission("otro", instance_id=HERE))
    alice.delete(SIMPLE)
    gone, = alice.get(f"{FORMS}?deleted=true").json
    assert later(29) == Purged()
    assert later(31) == Purged(records=2, forms=1)
    assert alice.get(f"{FORMS}?deleted=true").json == []
    assert alice.post(f"{FORMS}/{gone['id']}/restore").json["code"] == 404.1
    assert rows(units, "SELECT id FROM form_tables WHERE form_id = :one", one=gone["id"]) == []
    assert rows(units, "SELECT DISTINCT length(xml) FROM form_versions WHERE form_id = :one", one=gone["id"]) == [(0,)]
    assert rows(units, "SELECT id FROM grants WHERE place = 'form' AND place_id = :one", one=gone["id"]) == []
    assert [one["details"] for one in alice.get("/v1/audits?action=form.purge").json] == [{"xmlFormId": "simple"}]
    assert [one["xmlFormId"] for one in alice.get(FORMS).json] == ["otro"]
    assert len(alice.get(f"{FORMS}/otro/submissions").json) == 1


def test_a_new_form_takes_the_place_of_one_that_was_emptied(alice, record, units, later, phone):
    alice.delete(SIMPLE)
    later(31)
    builders.simple_form(units)
    assert phone.send(builders.a_submission(instance_id=OLD)).status_code == 201
    assert [one["instanceId"] for one in alice.get(f"{SIMPLE}/submissions").json] == [OLD]


def test_looking_at_all_that_was_sent_passes_by_what_was_emptied(alice, record, units, later, phone, system):
    from collector.services import alike_marks, rechecking

    phone.send(builders.a_submission(instance_id=HERE))
    alice.delete(record)
    later(31)
    system(lambda unit: alike_marks.put_setting(unit, 1, "simple", ["/nombre"], True))
    system(lambda unit: rechecking.begin(unit, 1, "simple"))
    builders.run_steps(units)
    assert rows(units, "SELECT count(*) FROM tasks WHERE state = 'failed'") == [(0,)]
    there = rows(units, f"SELECT id FROM submissions WHERE instance_id = '{HERE}'")
    assert rows(units, "SELECT DISTINCT submission_id FROM alike_marks") == there


def test_the_worker_does_it_once_a_day(alice, record, units):
    alice.delete(record)
    now = units.clock
    units.clock = lambda: now() + timedelta(days=31)
    assert sweeping.sweep_when_due(units) is not None
    units.clock = now
    assert rows(units, "SELECT count(*) FROM submissions WHERE purged_at IS NOT NULL") == [(1,)]
