"""What submissions do to entities, step by step as phones send them."""

import pytest

from collector.domain import access
from collector.services import datasets, entities, entity_acts
from collector.services import records, review
from tests import builders

ONE, TWO = "12345678-1234-4123-8234-123456789abc", "12345678-1234-4123-8234-123456789ddd"


@pytest.fixture
def form(units):
    """The form that writes the list «personas»."""
    return builders.entity_form(units)


def found(units, uuid: str):
    """(version, label, data, conflict) of an entity."""
    with units.reading(access.SYSTEM) as unit:
        one = entities.find_entity(unit, datasets.find_dataset(unit, 1, "personas"), uuid)
        return one.version, one.label, one.data, one.conflict


def test_a_submission_makes_an_entity_and_another_updates_it(units, form, phone):
    assert phone.send(builders.an_entity_submission(ONE, data={"nombre": "Ana", "estado": "nueva"})).status_code == 201
    assert found(units, ONE) == (1, "Ana", {"nombre": "Ana", "estado": "nueva"}, None)
    phone.send(builders.an_entity_submission(ONE, "update", {"estado": "vista"}, base=1, label=None))
    assert found(units, ONE) == (2, "Ana", {"nombre": "Ana", "estado": "vista"}, None)
