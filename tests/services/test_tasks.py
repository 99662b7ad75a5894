"""Steps run once, in order, again after a fault, and never stop the others."""

from datetime import timedelta

import pytest

from collector.domain import access
from collector.services import tasks
from collector.services.unit import Step
from collector.store.queries import tasks as queries
from tests import builders


@pytest.fixture
def ran(units):
    """What the steps of the test did: (name, submission id); `units.steps` is the test's own."""
    done = []

    def step(name):
        return name, Step(lambda unit, event, _found: done.append((name, event.submission_id)))

    units.steps = {"submission.create": (step("first"), step("second")), "submission.update": (step("third"),)}
    return done


def record(units, action, submission_id):
    units.wake = lambda: None
    units.write(access.SYSTEM, lambda unit: unit.record(action, submission_id=submission_id))


def backlog(units):
    with units.reading(access.SYSTEM) as unit:
        return tasks.backlog(unit)


def test_steps_of_a_submission_run_in_order_and_leave_the_table(units, ran):
    record(units, "submission.create", 7)
    record(units, "submission.update", 7)
    assert tasks.run_all(units) == 3
    assert ran == [("first", 7), ("second", 7), ("third", 7)]
    assert backlog(units)[0] == 0


def test_one_claim_takes_only_the_first_step_of_each_submission(units, ran):
    for number in (1, 2):
        record(units, "submission.create", number)
    assert tasks.run_waiting(units) == 2
    assert ran == [("first", 1), ("first", 2)]


def test_a_poison_submission_does_not_stop_the_others(units, ran):
    def poison(unit, event, _found):
        if event.submission_id == 1:
            raise RuntimeError("poison")
        ran.append(("ok", event.submission_id))

    units.steps = {"submission.create": (("poison", Step(poison)),)}
    for number in (1, 2):
        record(units, "submission.create", number)
    tasks.run_waiting(units)
    assert ran == [("ok", 2)]
    assert backlog(units)[0] == 1


def test_a_step_is_tried_five_times_then_shown_and_can_be_retried(units, ran):
    moment = [units.clock()]
    units.clock = lambda: moment[0]
    fail = [True]

    def step(unit, event, _found):
        ran.append("try")
        if fail[0]:
            raise RuntimeError("disk of wood")

    units.steps = {"submission.create": (("step", Step(step)),)}
    record(units, "submission.create", 1)
    for _ in range(8):
        tasks.run_all(units)
        moment[0] += timedelta(hours=1)
    assert len(ran) == 5
    with units.reading(access.SYSTEM) as unit:
        (task, _event), = tasks.list_failed(unit)
    assert task.error == "RuntimeError: disk of wood"
    fail[0] = False
    assert units.write(access.SYSTEM, lambda unit: tasks.retry(unit, task.id))
    assert tasks.run_all(units) == 1
    assert backlog(units) == (0, None, 0)


def test_what_a_dead_worker_had_claimed_is_claimed_again_when_its_lease_is_over(units, ran):
    moment = [units.clock()]
    units.clock = lambda: moment[0]
    record(units, "submission.create", 1)
    units.write(access.SYSTEM, lambda unit: len(queries.claim(unit.session, unit.now(), 10)))
    assert tasks.run_all(units) == 0
    moment[0] += queries.LEASE + timedelta(seconds=1)
    assert tasks.run_all(units) == 2


def test_a_step_whose_transaction_fails_leaves_nothing_and_is_not_lost(units, ran):
    def half(unit, event, _found):
        builders.rename_project(unit, "halb")
        raise RuntimeError("in the middle")

    units.steps = {"submission.create": (("half", Step(half)),)}
    record(units, "submission.create", 1)
    tasks.run_waiting(units)
    with units.reading(access.SYSTEM) as unit:
        assert builders.project_name(unit) == "Proyecto de prueba"
    assert backlog(units)[0] == 1


def test_what_a_dead_worker_left_is_taken_over_at_once(units, ran):
    record(units, "submission.update", 7)
    with_lease = units.write(access.SYSTEM, lambda unit: queries.claim(unit.session, unit.now(), 10))
    assert len(with_lease) == 1 and tasks.run_waiting(units) == 0
    assert tasks.take_over(units) == 1
    assert tasks.run_waiting(units) == 1 and ran == [("third", 7)]


def test_words_of_a_fault_that_no_database_takes_stop_nobody(units, ran):
    def poison(unit, event, _found):
        if event.submission_id == 1:
            raise RuntimeError("\x00 and \ud800")
        ran.append(("ok", event.submission_id))

    units.steps = {"submission.create": (("poison", Step(poison)),)}
    for number in (1, 2):
        record(units, "submission.create", number)
    builders.fail_for_good(units)
    with units.reading(access.SYSTEM) as unit:
        (task, _event), = tasks.list_failed(unit)
    assert ran == [("ok", 2)] and task.error == "RuntimeError: � and ?"


class PowerCut(BaseException):
    """Ends the worker as a kill would: nothing is noted."""


def test_a_step_that_ends_its_worker_each_time_is_given_up_and_takes_no_other_along(units, ran):
    tried = []

    def deadly(unit, event, _found):
        tried.append(event.submission_id)
        if event.submission_id == 2:
            raise PowerCut
        ran.append(("ok", event.submission_id))

    units.steps = {"submission.create": (("deadly", Step(deadly)),)}
    for number in (1, 2, 3):
        record(units, "submission.create", number)
    lives = 0
    for _life in range(12):
        tasks.take_over(units)
        try:
            tasks.run_all(units)
            break
        except PowerCut:
            lives += 1
    assert sorted(ran) == [("ok", 1), ("ok", 1), ("ok", 3)], "1 ran before the first end, was undone, and ran again"
    assert lives == tasks.TRIES and tried.count(2) == tasks.TRIES
    with units.reading(access.SYSTEM) as unit:
        (task, event), = tasks.list_failed(unit)
    assert event.submission_id == 2 and task.error == tasks.ENDED
