"""Entities as people and the API make, change, delete and find them."""

import threading
from datetime import timedelta

import pytest

from collector.domain import access
from collector.domain.problems import Problem
from collector.services import datasets, entities, purging
from collector.services.entity_versions import Source
from collector.store.queries import events
from collector.store.queries.entities import Narrowing
from tests import builders

ONE, TWO = "12345678-1234-4123-8234-123456789abc", "12345678-1234-4123-8234-123456789ddd"
ANA = {"nombre": "Ana", "estado": "nueva"}


@pytest.fixture
def people(units):
    """Does work(unit, the list «personas»)."""
    builders.entity_form(units)
    return lambda work: units.write(
        access.SYSTEM, lambda unit: work(unit, datasets.find_dataset(unit, 1, "personas")))


@pytest.fixture
def one(people):
    """An entity, made by hand."""
    return people(lambda unit, dataset: entities.create_entity(unit, dataset, ONE, "Ana", ANA))


def edition(people) -> int:
    return people(lambda _unit, dataset: dataset.edition)


def refused(people, work) -> float:
    """The code with which it is refused; the list is as it was."""
    before = edition(people)
    with pytest.raises(Problem) as caught:
        people(work)
    assert edition(people) == before
    return caught.value.code


def test_an_entity_made_by_hand(people, one):
    assert (one.uuid, one.version, one.label, one.data, one.conflict) == (ONE, 1, "Ana", ANA, None)
    version, = people(lambda unit, dataset: entities.list_versions(unit, dataset, ONE))
    assert (version.version.received, version.source.kind, version.record) == ({**ANA, "label": "Ana"}, "api", None)
    other = people(lambda unit, dataset: entities.create_entity(unit, dataset, None, "Eva", {}))
    assert len(other.uuid) == 36 and other.uuid != ONE


@pytest.mark.parametrize(("uuid", "label", "data", "code"), [
    (ONE, "Eva", {}, 409.3), ("x", "Eva", {}, 400.11), (TWO, " ", {}, 400.8), (TWO, None, {}, 400.2),
    (TWO, "Eva", {"otra": "1"}, 400.28), (TWO, "Eva", {"nombre": "a\x00b"}, 400.22),
    (TWO, "Eva", {"nombre": "\ud800"}, 400.22)])
def test_what_cannot_be_made(people, one, uuid, label, data, code):
    assert refused(people, lambda unit, dataset: entities.create_entity(unit, dataset, uuid, label, data)) == code


def test_many_are_made_or_none(people, one):
    rows = [{"label": f"Persona {number}", "data": {"nombre": str(number)}} for number in range(700)]
    before = edition(people)
    assert people(lambda unit, dataset: entities.create_many(
        unit, dataset, rows, Source("bulk", "personas.csv", 12))) == 700
    assert edition(people) == before + 1
    assert people(lambda unit, dataset: entities.count_entities(unit, dataset)) == 701
    found, = people(lambda unit, dataset: entities.list_entities(unit, dataset, Narrowing(search="PERSONA 69"), 1))
    version, = people(lambda unit, dataset: entities.list_versions(unit, dataset, found.uuid))
    assert (version.source.kind, version.source.name, version.source.size) == ("bulk", "personas.csv", 12)
    assert version.source.event_id is not None

    def many(*more):
        return lambda unit, dataset: entities.create_many(unit, dataset, [*rows[:2], *more], Source("bulk"))
    assert refused(people, many({"uuid": ONE, "label": "Ana", "data": {}})) == 409.3
    assert refused(people, many(*[{"uuid": TWO, "label": "Eva", "data": {}}] * 2)) == 409.3
    assert refused(people, many({"label": "", "data": {}})) == 400.8
    assert refused(people, many({"label": "Eva", "data": {"otra": "1"}})) == 400.28
    assert people(lambda unit, dataset: entities.count_entities(unit, dataset)) == 701


def test_a_change_names_the_version_that_was_seen(people, one):
    def change(label=None, data=None, **how):
        return lambda unit, dataset: entities.update_entity(unit, dataset, ONE, label, data or {}, **how)
    assert refused(people, change("Eva")) == 409.15
    assert refused(people, change("Eva", base_version=2)) == 409.15
    assert refused(people, change(base_version=1)) == 400.28
    assert refused(people, change("", base_version=1)) == 400.8
    assert refused(people, change(data={"otra": "1"}, base_version=1)) == 400.28
    changed = people(change(data={"estado": ""}, base_version=1))
    assert (changed.version, changed.label, changed.data) == (2, "Ana", {"nombre": "Ana", "estado": ""})
    assert people(change("Eva", force=True)).version == 3


def test_a_conflict_stays_until_somebody_resolves_it(people, one, phone):
    def change(label=None, **how):
        return lambda unit, dataset: entities.update_entity(unit, dataset, ONE, label, {}, **how)
    assert refused(people, change(base_version=1, resolve=True)) == 400.32
    people(change("Eva", base_version=1))
    phone.send(builders.an_entity_submission(ONE, "update", {}, label="Luz", base=1))
    assert people(change("Lucía", base_version=3)).conflict == "hard"
    assert [found.uuid for found in people(lambda unit, dataset: entities.list_entities(
        unit, dataset, Narrowing(conflict="hard")))] == [ONE]
    settled = people(change("Luz", base_version=4, resolve=True))
    assert (settled.version, settled.conflict) == (5, None)
    phone.send(builders.an_entity_submission(ONE, "update", {}, label="Sol", base=1))
    settled = people(lambda unit, dataset: entities.resolve(unit, dataset, ONE, force=True))
    assert (settled.version, settled.conflict, settled.label) == (6, None, "Sol")
    told = people(lambda unit, _dataset: [
        (event.action, event.details["version"]) for event, _who in events.list_of_entity(unit.session, one.id)])
    assert told[:2] == [("entity.update.resolve", 6), ("entity.update.version", 6)]
    assert told[2:4] == [("entity.update.resolve", 5), ("entity.update.version", 5)] and len(told) == 8


def test_the_trash(people, one):
    people(lambda unit, dataset: entities.delete_entity(unit, dataset, ONE))
    for work in (lambda unit, dataset: entities.find_entity(unit, dataset, ONE),
                 lambda unit, dataset: entities.delete_entity(unit, dataset, ONE),
                 lambda unit, dataset: entities.update_entity(unit, dataset, ONE, "Eva", {}, force=True)):
        assert refused(people, work) == 404.1
    assert refused(people, lambda unit, dataset: entities.create_entity(unit, dataset, ONE, "Ana", {})) == 409.19
    assert people(lambda unit, dataset: entities.count_entities(unit, dataset)) == 0
    assert people(lambda unit, dataset: entities.count_entities(unit, dataset, Narrowing(deleted=True))) == 1
    people(lambda unit, dataset: entities.restore_entity(unit, dataset, ONE))
    assert refused(people, lambda unit, dataset: entities.restore_entity(unit, dataset, ONE)) == 404.1
    assert people(lambda unit, dataset: entities.find_entity(unit, dataset, ONE)).label == "Ana"


def test_many_go_into_the_trash_and_come_back(people, one):
    people(lambda unit, dataset: entities.create_entity(unit, dataset, TWO, "Eva", {}))
    gone = people(lambda unit, dataset: entities.delete_many(unit, dataset, [ONE.upper(), f"uuid:{TWO}", TWO]))
    assert {found.uuid for found in gone} == {ONE, TWO}
    assert people(lambda unit, dataset: entities.delete_many(unit, dataset, [ONE, TWO])) == []
    assert people(lambda unit, dataset: entities.count_entities(unit, dataset)) == 0
    assert len(people(lambda unit, dataset: entities.restore_many(unit, dataset, [ONE]))) == 1
    assert people(lambda unit, dataset: entities.find_entity(unit, dataset, ONE)).deleted_at is None
    assert refused(people, lambda unit, dataset: entities.delete_many(unit, dataset, ["x"])) == 400.11


def test_a_purged_entity_leaves_its_identifier_and_nothing_else(people, one, units):
    people(lambda unit, dataset: entities.create_entity(unit, dataset, TWO, "Eva", {}))
    people(lambda unit, dataset: entities.delete_entity(unit, dataset, ONE))
    clock = units.clock
    units.clock = lambda: clock() + timedelta(days=29)
    assert purging.purge(units).entities == 0
    units.clock = lambda: clock() + timedelta(days=31)
    assert purging.purge(units).entities == 1 and purging.purge(units).entities == 0
    assert refused(people, lambda unit, dataset: entities.find_entity(unit, dataset, ONE, deleted=True)) == 404.1
    assert refused(people, lambda unit, dataset: entities.create_entity(unit, dataset, ONE, "Ana", {})) == 409.19
    assert people(lambda unit, dataset: entities.find_entity(unit, dataset, TWO)).label == "Eva"


@pytest.mark.parametrize(("asked", "found"), [
    (Narrowing(), ["Eva Ñahui", "Ana"]), (Narrowing(search="nahui"), ["Eva Ñahui"]),
    (Narrowing(search="nueva ana"), ["Ana"]), (Narrowing(search="%"), []), (Narrowing(search="_"), []),
    (Narrowing(values=(("estado", "nueva"),)), ["Ana"]), (Narrowing(conflict="any"), [])])
def test_what_a_list_is_narrowed_to(people, one, asked, found):
    people(lambda unit, dataset: entities.create_entity(unit, dataset, TWO, "Eva Ñahui", {"estado": "vieja"}))
    assert [entity.label for entity in people(
        lambda unit, dataset: entities.list_entities(unit, dataset, asked))] == found
    assert people(lambda unit, dataset: entities.count_entities(unit, dataset, asked)) == len(found)


@pytest.mark.postgresql
def test_two_phones_at_once_lose_nothing(people, one, units):
    """Both saw version 1; both changes stand, and the later one knows of the earlier."""
    start, failed = threading.Barrier(4), []

    def work(number):
        start.wait()
        try:
            units.write(access.SYSTEM, lambda unit: entities.update_entity(
                unit, datasets.find_dataset(unit, 1, "personas"), ONE, None, {"estado": str(number)}, force=True))
        except Exception as fault:  # noqa: BLE001 - shown below
            failed.append(fault)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    versions = people(lambda unit, dataset: entities.list_versions(unit, dataset, ONE))
    assert [row.version.version for row in versions] == [1, 2, 3, 4, 5]
    assert {row.version.data["estado"] for row in versions} == {"nueva", "0", "1", "2", "3"}


def test_who_may_not(units, one):
    stranger = access.Actor(99, "user", "Nadie")
    for work in (lambda unit, dataset: entities.create_entity(unit, dataset, TWO, "Eva", {}),
                 lambda unit, dataset: entities.delete_many(unit, dataset, [ONE]),
                 lambda unit, dataset: entities.find_entity(unit, dataset, ONE)):
        with pytest.raises(Problem) as caught:
            with units.reading(access.SYSTEM) as unit:
                dataset = datasets.find_dataset(unit, 1, "personas")
            units.write(stranger, lambda unit, work=work, dataset=dataset: work(unit, dataset))
        assert caught.value.code == 403.1
