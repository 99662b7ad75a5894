"""Several phones change the same entity offline, their changes arrive in any order, people change it meanwhile: what
stands in the end, every version and every conflict are those of a reference that shares nothing with the server."""

import uuid

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from collector.domain import access
from collector.services import datasets, entities, entity_acts
from tests import builders
from tests.entity_reference import Reference, Sent

FEW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture],
               derandomize=True)
values = some.dictionaries(some.sampled_from(["nombre", "estado", "label"]), some.sampled_from(["a", "b", "c"]),
                           max_size=3)


@some.composite
def lines(draw, trunk):
    """The changes of some phones, each of its own line, and of some with a network."""
    sent = []
    for number in range(draw(some.integers(1, 3))):
        begun = draw(some.integers(1, trunk)) if trunk else 1
        sent += [Sent(draw(values), begun + step, begun if trunk else None, f"linea-{number}")
                 for step in range(draw(some.integers(1, 3)))]
        if not trunk:
            break  # only the phone that made it can have changed it
    sent += [Sent(draw(values), draw(some.integers(1, trunk + 1))) for _ in range(draw(some.integers(0, 1))) if trunk]
    return sent


@some.composite
def days(draw):
    """(how many versions there are at first, what happens then): changes that arrive, and what people change."""
    trunk = draw(some.integers(0, 2))
    happens = draw(lines(trunk))
    if trunk:
        happens += [draw(values.filter(bool)) for _ in range(draw(some.integers(0, 2)))]
    else:
        happens.append(Sent({"nombre": "a", "label": "a"}, creates=True))
    return trunk, draw(some.permutations(happens))


@FEW
@given(day=days())
def test_all_orders_of_arrival_end_as_the_reference_says(app, units, day):
    trunk, happens = day
    phone, reference, one = _phone(app, units), Reference(), str(uuid.uuid4())
    first = [Sent({"nombre": "a", "estado": "a", "label": "a"}, creates=True)] if trunk else []
    for happened in [*first, *[{"estado": "b"}] * (trunk - 1), *happens]:
        if isinstance(happened, Sent):
            reference.receive(happened)
            _send(phone, one, happened)
        else:
            reference.edit(happened)
            _edit(units, one, happened)
    assert _stands(units, one) == _expected(reference)
    assert _waiting(units, one) == len(reference.waiting)


def _phone(app, units):
    """A phone of a project with the list; made once for all examples."""
    if "phone" not in units.memory:
        builders.entity_form(units)
        units.memory["phone"] = builders.phone_key(app)
    return units.memory["phone"]


def _send(phone, one: str, sent: Sent) -> None:
    said = dict(sent.values)
    xml = builders.an_entity_submission(
        one, "create" if sent.creates else "update", label=said.pop("label", None), data=said,
        base=sent.base or "", trunk=sent.trunk or "", branch=sent.branch)
    assert phone.send(xml).status_code == 201


def _edit(units, one: str, said: dict) -> None:
    data = {name: value for name, value in said.items() if name != "label"}
    units.write(access.SYSTEM, lambda unit: entities.update_entity(
        unit, datasets.find_dataset(unit, 1, "personas"), one, said.get("label"), data, force=True))


def _stands(units, one: str):
    with units.reading(access.SYSTEM) as unit:
        dataset = datasets.find_dataset(unit, 1, "personas")
        found = [row.version for row in entities.list_versions(unit, dataset, one)]
        conflict = entities.find_entity(unit, dataset, one).conflict
    return conflict, [({**row.data, "label": row.label}, row.base_version, row.conflict, set(row.conflicting or ()))
                      for row in found]


def _expected(reference: Reference):
    return reference.open_conflict(), [(one.values, one.base, one.conflict, one.contested)
                                       for one in reference.versions]


def _waiting(units, one: str) -> int:
    with units.reading(access.SYSTEM) as unit:
        dataset = datasets.find_dataset(unit, 1, "personas")
        return sum(act.uuid == one for act, *_rest in entity_acts.list_acts(unit, dataset, entity_acts.HELD))
