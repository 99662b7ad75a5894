"""Jobs of exports: claimed by one builder each, oldest first, let go; their files let go when their time is over."""

from datetime import timedelta

import pytest

from collector.domain import access
from collector.store.blobs.protocol import Blob
from collector.store.queries import blobs
from collector.store.queries import export_jobs as jobs
from tests import builders


@pytest.fixture
def form_id(units):
    return builders.simple_form(units).form.id


@pytest.fixture
def add(units, form_id):
    def added(**values) -> int:
        return units.write(access.SYSTEM, lambda unit: jobs.add_job(
            unit.session, **{"form_id": form_id, "wanted": {}, "created_at": unit.now(), **values}).id)
    return added


def test_each_is_claimed_once_and_what_was_tried_comes_last(units, add):
    first, second = add(tries=1), add()
    claim = lambda holder: units.write(access.SYSTEM, lambda unit: jobs.claim(  # noqa: E731
        unit.session, unit.now(), holder))
    assert claim("a") == (second, 1) and claim("b") == (first, 2) and claim("c") is None


@pytest.mark.postgresql
def test_two_that_claim_at_once_get_different_jobs(units, add):
    first, second = add(), add()
    with units.reading(access.SYSTEM) as one, units.reading(access.SYSTEM) as other:
        got = [jobs.claim(unit.session, unit.now(), "x")[0] for unit in (one, other)]
    assert got == [first, second]


def test_only_its_holder_changes_a_job(units, add):
    number = add()
    def with_(act):
        return units.write(access.SYSTEM, act)

    with_(lambda unit: jobs.claim(unit.session, unit.now(), "a"))
    assert not with_(lambda unit: jobs.go_on(unit.session, number, "b", unit.now(), done=5))
    assert with_(lambda unit: jobs.go_on(unit.session, number, "a", unit.now(), done=5))
    assert not with_(lambda unit: jobs.end(unit.session, number, "b", state="done"))
    assert with_(lambda unit: jobs.give_back(unit.session, "a")) == 1
    assert not with_(lambda unit: jobs.end(unit.session, number, "a", state="done"))
    with units.reading(access.SYSTEM) as unit:
        row = jobs.find_wanted(unit.session, number)
        assert row.xml_form_id == "simple" and jobs.is_one_waiting(unit.session, unit.now())


def test_files_are_let_go_when_their_time_is_over_and_only_then_swept(units, add):
    def keep(unit):
        blobs.add_blob(unit.session, Blob("a" * 64, "b" * 32, 1), unit.now() - timedelta(days=30))

    units.write(access.SYSTEM, keep)
    now = units.clock()
    add(state="done", blob_sha256="a" * 64, expires_at=now + timedelta(days=1))
    drop = lambda at: units.write(access.SYSTEM, lambda unit: jobs.drop_expired(unit.session, at))  # noqa: E731
    unused = lambda: units.write(access.SYSTEM, lambda unit: blobs.list_unused(unit.session, now))  # noqa: E731
    assert drop(now) == 0 and "a" * 64 not in unused()
    assert drop(now + timedelta(days=1)) == 1 and "a" * 64 in unused()
