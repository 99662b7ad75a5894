"""Notices: a step that changes nothing any more, ten times as much as before, or cannot run; counted when it is due."""

from datetime import timedelta

import pytest

from collector.domain import access
from collector.domain.problems import Problem
from collector.services import recipe_counts, recipes, review
from tests import builders

TRIM = {"id": "trim", "type": "trim", "settings": {"columns": ["/nombre"]}}
STATES = {"id": "states", "type": "keep_states", "settings": {}}
RENAME = {"id": "rename", "type": "rename", "settings": {"column": "/nombre", "to": "n"}}


@pytest.fixture
def send(units, phone):
    builders.simple_form(units)

    def do(*numbers, name=" Ana"):
        for n in numbers:
            assert phone.send(builders.a_submission(
                body=f"<nombre>{name}</nombre>", instance_id=f"uuid:{n}")).status_code == 201
        builders.run_steps(units)
    return do


@pytest.fixture
def clock(units):
    """Lets hours go by."""
    begun = units.clock

    def later(minutes):
        now = units.clock()
        units.clock = lambda: now + timedelta(minutes=minutes)
    yield later
    units.clock = begun


@pytest.fixture
def made(units, system):
    return lambda *steps: system(lambda unit: recipes.create_recipe(unit, 1, "simple", "Base", steps)).row.id


def notices(units):
    with units.reading(access.SYSTEM) as unit:
        return [(one.step_id, one.kind, one.before, one.now) for one in recipe_counts.list_notices(unit, 1, "simple")]


def trash(system, *numbers):
    for n in numbers:
        system(lambda unit, n=n: review.delete(unit, 1, "simple", f"uuid:{n}"))


def test_counted_when_records_or_recipe_changed_and_not_more_often_than_every_quarter_of_an_hour(
        units, send, clock, made, system):
    send(1)
    number = made(TRIM)
    assert recipe_counts.recount(units) == 1 and recipe_counts.recount(units) == 0
    clock(16)
    assert recipe_counts.recount(units) == 0
    send(2)
    assert recipe_counts.recount(units) == 1
    send(3)
    clock(10)
    assert recipe_counts.recount(units) == 0
    clock(6)
    assert recipe_counts.recount(units) == 1
    clock(16)
    system(lambda unit: recipes.save_recipe(unit, 1, "simple", number, 1, [TRIM, STATES]))
    assert recipe_counts.recount(units) == 1
    assert recipe_counts.recount_when_due(units) == 0 and notices(units) == []


def test_a_step_that_changes_nothing_any_more(units, send, clock, made, system):
    send(1, 2)
    send(3, name="Eva")
    number = made(STATES, TRIM, RENAME)
    recipe_counts.recount(units)
    assert notices(units) == []
    trash(system, 1, 2)
    clock(16)
    recipe_counts.recount(units)
    assert notices(units) == [("trim", "nothing", 2, 0)]
    send(4, name="Ada")
    clock(16)
    recipe_counts.recount(units)
    assert notices(units) == [("trim", "nothing", 2, 0)]
    system(lambda unit: recipe_counts.acknowledge(unit, 1, "simple", number, "trim"))
    assert notices(units) == []
    send(5, name="Ida")
    clock(16)
    recipe_counts.recount(units)
    assert notices(units) == []
    with pytest.raises(Problem) as told:
        system(lambda unit: recipe_counts.acknowledge(unit, 1, "simple", number, "trim"))
    assert told.value.code == 404.1


def test_it_is_gone_by_itself_once_the_step_changes_something_again(units, send, clock, made, system):
    send(1)
    made(TRIM)
    recipe_counts.recount(units)
    trash(system, 1)
    clock(16)
    recipe_counts.recount(units)
    assert len(notices(units)) == 1
    send(2)
    clock(16)
    recipe_counts.recount(units)
    assert notices(units) == []


def test_ten_times_as_much_as_before(units, send, clock, made):
    send(1)
    made(TRIM)
    recipe_counts.recount(units)
    send(*range(2, 10))
    clock(16)
    recipe_counts.recount(units)
    assert notices(units) == []
    send(*range(10, 100))
    clock(16)
    recipe_counts.recount(units)
    assert notices(units) == [("trim", "more", 9, 99)]
    with units.reading(access.SYSTEM) as unit:
        one, = recipe_counts.list_notices(unit, 1, "simple")
    assert one.records == 99 and one.counted_at and "99" in one.es and one.recipe.name == "Base"


def test_a_step_that_was_changed_starts_anew(units, send, clock, made, system):
    send(1)
    number = made(TRIM)
    recipe_counts.recount(units)
    system(lambda unit: recipes.save_recipe(unit, 1, "simple", number, 1, [{**TRIM, "on": False}]))
    clock(16)
    recipe_counts.recount(units)
    other = {**TRIM, "settings": {"columns": ["/foto"]}}
    system(lambda unit: recipes.save_recipe(unit, 1, "simple", number, 2, [other]))
    clock(16)
    recipe_counts.recount(units)
    assert [one for one in notices(units) if one[1] == "nothing"] == []


def test_a_step_whose_column_is_not_there(units, send, clock, made):
    send(1)
    made(TRIM, {"id": "gone", "type": "case", "settings": {"columns": ["/apodo"], "to": "upper"}})
    recipe_counts.recount(units)
    assert [one[:2] for one in notices(units)] == [("gone", "fault")]
    send(2)
    clock(16)
    recipe_counts.recount(units)
    assert [one[:2] for one in notices(units)] == [("gone", "fault")]


@pytest.mark.parametrize(("role", "reads", "puts_away"), [(6, True, False), (21, True, True), (8, False, False)])
def test_who_may(units, send, made, bob, role, reads, puts_away):
    send(1)
    number = made({"id": "gone", "type": "case", "settings": {"columns": ["/apodo"], "to": "upper"}})
    recipe_counts.recount(units)
    actor = access.Actor(bob.id, "user", "B", (access.Grant(role, ("project", 1)),))
    for may, act in ((reads, lambda unit: recipe_counts.list_notices(unit, 1, "simple")),
                     (puts_away, lambda unit: recipe_counts.acknowledge(unit, 1, "simple", number, "gone"))):
        if may:
            units.write(actor, act)
        else:
            with pytest.raises(Problem) as told:
                units.write(actor, act)
            assert told.value.code == 403.1
