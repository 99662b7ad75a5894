"""What a step can be about: columns as they stand before it, values that occur, the most frequent first."""

import pytest

from collector.domain.problems import Problem
from collector.services import offering
from tests import builders

MERGE = {"id": "s1", "type": "merge", "settings": {"column": "/nombre", "from": ["Ana", "Eva"], "to": "Ana o Eva"}}
DERIVE = {"id": "s2", "type": "derive", "settings": {"name": "doble", "type": "int", "expression": "${edad} * 2"}}


@pytest.fixture(autouse=True)
def records(units, phone):
    builders.simple_form(units)
    for n, name in enumerate(("Ana", "Eva", "Luis", "Ana"), 1):
        phone.send(builders.a_submission(body=f"<nombre>{name}</nombre><edad>{n}</edad>", instance_id=f"uuid:{n}"))
    builders.run_steps(units)


def offered(units, before=(), column=""):
    with units.reading(builders.access.SYSTEM) as unit:
        return offering.offer(unit, 1, "simple", before, column)


def test_values_come_with_how_many_rows_have_them(units):
    found = offered(units, column="/nombre")
    assert found.values[0] == ("Ana", 2) and set(found.values) == {("Ana", 2), ("Eva", 1), ("Luis", 1)}
    assert found.complete and found.looked == 4


def test_values_are_those_that_earlier_steps_leave(units):
    assert offered(units, [MERGE], "/nombre").values == [("Ana o Eva", 3), ("Luis", 1)]


def test_columns_of_earlier_steps_are_there(units):
    assert offered(units, [DERIVE]).variable("new:doble").type == "int"
    assert offered(units).variable("new:doble") is None and offered(units, column="/nada").values == []


def test_more_values_than_are_shown_are_told(units, monkeypatch):
    monkeypatch.setattr(offering, "MOST", 2)
    found = offered(units, column="/nombre")
    assert len(found.values) == 2 and not found.complete


def test_strangers_are_offered_nothing(units):
    with units.reading(builders.access.NOBODY) as unit, pytest.raises(Problem):
        offering.offer(unit, 1, "simple", ())
