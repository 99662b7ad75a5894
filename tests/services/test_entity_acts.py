"""What submissions do to entities, step by step as phones send them."""

from datetime import timedelta

import pytest

from collector.domain import access
from collector.domain.problems import Problem
from collector.services import datasets, entities, entity_acts, records, review
from collector.store.queries import events
from tests import builders

ONE, TWO = "12345678-1234-4123-8234-123456789abc", "12345678-1234-4123-8234-123456789ddd"
FIRST = "uuid:00000000-0000-4000-8000-000000000001"
SECOND = "uuid:00000000-0000-4000-8000-000000000002"


class Phone:
    """A phone that fills «fichas»."""

    def __init__(self, key):
        self.key = key

    def creates(self, uuid=ONE, **options):
        self._send(builders.an_entity_submission(uuid, "create", **options))

    def updates(self, uuid=ONE, data=None, label=None, **options):
        self._send(builders.an_entity_submission(uuid, "update", data or {}, label, **options))

    def upserts(self, uuid=ONE, **options):
        self._send(builders.an_entity_submission(uuid, "both", **options))

    def _send(self, xml):
        assert self.key.send(xml).status_code == 201


@pytest.fixture
def ana(units, phone):
    """A phone in a project whose form writes the list «personas»."""
    builders.entity_form(units)
    return Phone(phone)


@pytest.fixture
def seen(units):
    """What stands in the list, through the services."""
    return Seen(units)


class Seen:
    def __init__(self, units):
        self.units = units

    def _read(self, work):
        with self.units.reading(access.SYSTEM) as unit:
            return work(unit, datasets.find_dataset(unit, 1, "personas"))

    def entity(self, uuid=ONE):
        """(version, label, data, conflict)"""
        one = self._read(lambda unit, dataset: entities.find_entity(unit, dataset, uuid))
        return one.version, one.label, one.data, one.conflict

    def is_there(self, uuid=ONE):
        try:
            self.entity(uuid)
        except Problem as fault:
            assert fault.code == 404.1
            return False
        return True

    def versions(self, uuid=ONE):
        """[(version, base, branch base, conflict, conflicting)]"""
        found = self._read(lambda unit, dataset: entities.list_versions(unit, dataset, uuid))
        return [(one.version.version, one.version.base_version, one.version.branch_base_version, one.version.conflict,
                 one.version.conflicting) for one in found]

    def acts(self, state):
        return [act for act, *_rest in
                self._read(lambda unit, dataset: entity_acts.list_acts(unit, dataset, state))]

    def findings(self, instance_id):
        def work(unit, _dataset):
            return [(row.severity, row.details["code"]) for row in
                    builders.findings_of(unit, "fichas", instance_id) if row.kind == "entity"]
        return self._read(work)

    def actions(self, instance_id):
        """What the history of a record says of entities, oldest first."""
        def work(unit, _dataset):
            record = records.find_record(unit, 1, "fichas", instance_id)
            return [event for event, _name in reversed(events.list_of_submission(unit.session, record.submission.id))
                    if event.action.startswith("entity.")]
        return self._read(work)


@pytest.fixture
def change(units):
    """Changes an entity as a person does, upon its newest version."""
    def work(uuid=ONE, label=None, **data):
        units.write(access.SYSTEM, lambda unit: entities.update_entity(
            unit, datasets.find_dataset(unit, 1, "personas"), uuid, label, data, force=True))
    return work


@pytest.fixture
def ask_approval(units):
    """From now on only approved records make entities."""
    def work(value=True):
        units.write(access.SYSTEM, lambda unit: datasets.update_dataset(
            unit, datasets.find_dataset(unit, 1, "personas"), approval_required=value))
    return work


def decide(units, instance_id, state):
    units.write(access.SYSTEM, lambda unit: review.decide(unit, 1, "fichas", instance_id, state))
    builders.run_steps(units)


def test_a_submission_makes_an_entity_and_another_updates_it(ana, seen):
    ana.creates(data={"nombre": "Ana", "estado": "nueva"}, instance_id=FIRST)
    assert seen.entity() == (1, "Ana", {"nombre": "Ana", "estado": "nueva"}, None)
    ana.updates(data={"estado": "vista"}, base=1, instance_id=SECOND)
    assert seen.entity() == (2, "Ana", {"nombre": "Ana", "estado": "vista"}, None)
    assert seen.versions() == [(1, None, None, None, None), (2, 1, None, None, None)]
    made, = seen.actions(FIRST)
    assert (made.action, made.details["entity"]) == (
        "entity.create", {"uuid": ONE, "dataset": "personas", "label": "Ana"})
    changed, = seen.actions(SECOND)
    assert (changed.action, changed.details["version"]) == ("entity.update.version", 2)


def test_a_field_that_is_absent_is_not_written_and_an_empty_one_is(ana, seen):
    ana.creates(data={"nombre": "Ana", "estado": "nueva"})
    ana.updates(data={"estado": ""}, base=1)
    assert seen.entity() == (2, "Ana", {"nombre": "Ana", "estado": ""}, None)


@pytest.mark.parametrize(("sent", "code"), [
    ({"uuid": ""}, 400.2), ({"uuid": "123"}, 400.11), ({"uuid": TWO, "label": None}, 400.2),
    ({"uuid": TWO, "label": " "}, 400.2), ({"uuid": ONE}, 409.3),
    ({"uuid": ONE, "action": "update"}, 400.2), ({"uuid": ONE, "action": "update", "base": "uno"}, 400.11),
    ({"uuid": ONE, "action": "update", "base": "9" * 30}, 400.11),
    ({"uuid": ONE, "action": "update", "base": 7}, 404.9), ({"uuid": TWO, "action": "update", "base": 1}, 404.8),
    ({"uuid": ONE, "action": "update", "base": 1, "trunk": 1}, 400.2),
    ({"uuid": ONE, "action": "update", "base": 2, "trunk": 2, "branch": "b"}, 404.9),
    ({"uuid": ONE, "action": "update", "base": 1, "trunk": 1, "branch": "b" * 200}, 400.11),
    ({"uuid": TWO, "action": "update", "base": 1, "trunk": 1, "branch": "b"}, 404.8),
    ({"uuid": TWO, "dataset": "otra"}, None)])
def test_a_faulty_entity_is_a_finding_and_costs_no_submission(ana, seen, sent, code):
    ana.creates()
    ana._send(builders.an_entity_submission(**sent, instance_id=SECOND))
    assert seen.entity() == (1, "Ana", {"nombre": "Ana"}, None)
    if code is None:  # which list it is says the form, and not what was sent
        assert seen.is_there(TWO)
        return
    assert not seen.is_there(TWO) and seen.findings(SECOND) == [("warning", code)]
    told, = seen.actions(SECOND)
    assert (told.action, told.details["problem"]["problemCode"]) == ("entity.error", code)


def test_what_was_faulty_is_done_once_an_edit_mends_it_and_the_finding_goes(ana, seen):
    ana.creates(uuid="nada", instance_id=FIRST)
    assert seen.findings(FIRST) == [("warning", 400.11)]
    ana.creates(instance_id=SECOND, deprecated_id=FIRST)
    assert seen.findings(FIRST) == [] and seen.entity()[0] == 1


def test_an_edit_changes_no_entity_that_was_made(ana, seen):
    ana.creates(instance_id=FIRST)
    ana.creates(data={"nombre": "Eva"}, instance_id=SECOND, deprecated_id=FIRST)
    assert seen.entity() == (1, "Ana", {"nombre": "Ana"}, None) and seen.findings(FIRST) == []


def test_identifiers_are_the_same_in_capitals_and_with_their_prefix(ana, seen):
    ana.creates(uuid=f"uuid:{ONE.upper()}")
    assert seen.is_there(ONE)


def test_an_entity_in_the_trash_is_told_and_left(ana, seen, system):
    ana.creates()
    system(lambda unit: entities.delete_entity(unit, datasets.find_dataset(unit, 1, "personas"), ONE))
    ana.updates(base=1, instance_id=FIRST)
    ana.creates(instance_id=SECOND)
    assert seen.findings(FIRST) == [("warning", 404.11)] and seen.findings(SECOND) == [("warning", 409.19)]


def test_create_and_update_in_one_does_what_fits(ana, seen):
    ana.upserts()
    ana.upserts(data={"nombre": "Eva"})
    ana.upserts(data={"nombre": "Luz"}, base=1)
    assert seen.entity() == (3, "Luz", {"nombre": "Luz"}, "hard")
    assert [row[1] for row in seen.versions()] == [None, 1, 1]


def test_a_change_made_from_an_older_version_is_a_conflict(ana, seen, change):
    ana.creates(data={"nombre": "Ana", "estado": "a"})
    change(estado="b")
    ana.updates(data={"nombre": "Eva"}, base=1)
    assert seen.entity() == (3, "Ana", {"nombre": "Eva", "estado": "b"}, "soft")
    ana.updates(data={"estado": "c"}, base=1)
    ana.updates(data={"nombre": "Luz"}, base=4)
    assert [row[3:] for row in seen.versions()] == [
        (None, None), (None, None), ("soft", []), ("hard", ["estado"]), (None, None)]
    assert seen.entity()[3] == "hard"  # until somebody resolves it


def test_nothing_is_done_twice_when_a_step_runs_again(ana, seen, units, system):
    ana.creates(instance_id=FIRST)
    ana.updates(base=1, data={"estado": "vista"}, instance_id=SECOND)

    def again(unit):
        record = records.find_record(unit, 1, "fichas", SECOND)
        event = next(event for event, _name in events.list_of_submission(unit.session, record.submission.id)
                     if event.action == "submission.create")
        entity_acts.apply_submission(unit, event, entity_acts.read(unit, event))
    system(again)
    assert seen.entity()[0] == 2


REPEATED = """
| survey |
| | type         | name      | label     | save_to |
| | begin repeat | autoridad | Autoridad |         |
| | text         | nombre    | Nombre    | nombre  |
| | end repeat   |           |           |         |
| entities |
| | list_name | label     | entity_id |
| | personas  | ${nombre} |           |
| settings |
| | form_title | form_id  | version |
| | Repetido   | repetido | 1       |
"""


def test_each_turn_of_a_repeat_is_an_act_of_its_own(ana, seen, units, phone):
    builders.a_form(units, REPEATED)

    def turn(uuid, name):
        return (f'<autoridad><nombre>{name}</nombre><meta><entity dataset="personas" id="{uuid}" create="1">'
                f"<label>{name}</label></entity></meta></autoridad>")
    body = turn(ONE, "Ana") + turn("nada", "Luz") + turn(TWO, "Eva")
    assert phone.send(builders.a_submission("repetido", body=body, instance_id=FIRST)).status_code == 201
    assert seen.entity()[1] == "Ana" and seen.entity(TWO)[1] == "Eva"
    with units.reading(access.SYSTEM) as unit:
        finding, = builders.findings_of(unit, "repetido", FIRST)
    assert (finding.kind, finding.ref) == ("entity", "/data/autoridad[2]/meta/entity")
    assert "personas" in finding.messages["es"] and "personas" in finding.messages["en"]


def test_a_list_that_is_gone(ana, seen, units, system):
    builders.simple_form(units, "fichas", "2")  # it writes no list any more
    system(lambda unit: datasets.delete_dataset(unit, datasets.find_dataset(unit, 1, "personas")))
    ana.creates(instance_id=FIRST)
    with units.reading(access.SYSTEM) as unit:
        finding, = [row for row in builders.findings_of(unit, "fichas", FIRST) if row.kind == "entity"]
    assert finding.details["code"] == 404.7


def test_what_is_sent_to_test_a_draft_changes_nothing(ana, seen, alice):
    address = "/v1/projects/1/forms/fichas/draft"
    assert alice.post(address).status_code == 200
    xml = builders.an_entity_submission(ONE, instance_id=FIRST)
    sent = alice.post(f"{address}/submissions", data=xml, headers={"Content-Type": "application/xml"})
    assert sent.status_code == 200 and not seen.is_there()


def test_a_person_who_forces_what_then_fails_is_told_by_a_finding(ana, seen, units, alice):
    ana.creates()
    ana.updates(data={"estado": "b"}, base=2, trunk=1, branch="b", instance_id=FIRST)
    act, = seen.acts("held")
    units.write(access.SYSTEM, lambda unit: entities.delete_entity(
        unit, datasets.find_dataset(unit, 1, "personas"), ONE))
    manager = access.Actor(alice.id, "user", "Alice", (access.Grant(access.MANAGER.id, ("project", 1)),))
    assert units.write(manager, lambda unit: entity_acts.force_held(unit, act.id)).state == "failed"
    builders.run_steps(units)
    assert seen.findings(FIRST) == [("warning", 404.11)]


class TestOffline:
    """Lines of changes that a phone made without a network: created or downloaded, changed, changed again."""

    def test_in_order(self, ana, seen):
        ana.creates()
        ana.updates(data={"estado": "a"}, base=1, trunk=1, branch="b")
        ana.updates(data={"estado": "b"}, base=2, trunk=1, branch="b")
        assert seen.versions()[1:] == [(2, 1, 1, None, None), (3, 2, 2, None, None)]

    def test_after_others_changed_it(self, ana, seen, change):
        ana.creates()
        change(label="Ana María")
        ana.updates(data={"estado": "a"}, base=1, trunk=1, branch="b")
        ana.updates(data={"estado": "b"}, base=2, trunk=1, branch="b")
        assert seen.versions()[2:] == [(3, 1, 1, "soft", []), (4, 3, 2, "soft", [])]

    def test_interrupted_in_the_middle(self, ana, seen, change):
        ana.creates()
        ana.updates(data={"estado": "a"}, base=1, trunk=1, branch="b")
        change(estado="z")
        ana.updates(data={"estado": "b"}, base=2, trunk=1, branch="b")
        assert seen.versions()[3] == (4, 2, 2, "hard", ["estado"])

    def test_what_comes_too_early_waits_and_is_no_fault(self, ana, seen):
        ana.creates()
        ana.updates(data={"estado": "c"}, base=3, trunk=1, branch="b", instance_id=FIRST)
        ana.updates(data={"estado": "b"}, base=2, trunk=1, branch="b")
        assert [act.branch_base for act in seen.acts("held")] == [3, 2] and seen.findings(FIRST) == []
        ana.updates(data={"estado": "a"}, base=1, trunk=1, branch="b")
        assert seen.entity() == (4, "Ana", {"nombre": "Ana", "estado": "c"}, None) and seen.acts("held") == []
        assert [row[2] for row in seen.versions()] == [None, 1, 2, 3]

    def test_what_was_made_offline_comes_last(self, ana, seen):
        ana.updates(data={"estado": "c"}, base=2, branch="b")
        ana.updates(data={"estado": "b"}, base=1, branch="b")
        assert len(seen.acts("held")) == 2 and not seen.is_there()
        ana.creates()
        assert seen.entity() == (3, "Ana", {"nombre": "Ana", "estado": "c"}, None)

    def test_a_person_forces_what_waits(self, ana, seen, units, system):
        ana.creates()
        ana.updates(data={"estado": "b"}, base=2, trunk=1, branch="b")
        ana.updates(data={"estado": "c"}, base=3, trunk=1, branch="b")
        first, _second = seen.acts("held")
        system(lambda unit: entity_acts.force_held(unit, first.id))
        assert [row[:3] for row in seen.versions()[1:]] == [(2, 1, 2), (3, 2, 3)] and seen.acts("held") == []
        with pytest.raises(Problem) as caught:
            system(lambda unit: entity_acts.force_held(unit, first.id))
        assert caught.value.code == 409.3

    def test_the_sweep_forces_what_waits_too_long_and_nothing_else(self, ana, seen, units):
        clock = units.clock
        ana.creates()
        ana.updates(data={"estado": "b"}, base=2, trunk=1, branch="b")
        units.clock = lambda: clock() + timedelta(days=4)
        ana.updates(data={"estado": "x"}, base=2, trunk=1, branch="otra")
        assert entity_acts.force_old(units) == 0 and seen.entity()[0] == 1
        units.clock = lambda: clock() + timedelta(days=6)
        assert entity_acts.force_old(units) == 1
        assert seen.entity() == (2, "Ana", {"nombre": "Ana", "estado": "b"}, None) and len(seen.acts("held")) == 1

    def test_what_never_was_made_is_made_from_its_change_and_the_late_creation_fills_it(self, ana, seen, units):
        clock = units.clock
        ana.updates(data={"estado": "b"}, base=1, branch="b")
        units.clock = lambda: clock() + timedelta(days=6)
        assert entity_acts.force_old(units) == 1
        assert seen.entity() == (1, "auto generated", {"estado": "b"}, None)
        ana.creates(data={"nombre": "Ana", "estado": "a"}, instance_id=FIRST)
        assert seen.entity() == (2, "Ana", {"nombre": "Ana", "estado": "b"}, "soft")
        assert seen.findings(FIRST) == []
        ana.creates(instance_id=SECOND)
        assert seen.findings(SECOND) == [("warning", 409.3)] and seen.entity()[0] == 2

    def test_what_waits_of_a_record_in_the_trash_is_left(self, ana, seen, system, units):
        ana.creates()
        ana.updates(data={"estado": "b"}, base=2, trunk=1, branch="b", instance_id=FIRST)
        system(lambda unit: review.delete(unit, 1, "fichas", FIRST))
        ana.updates(data={"estado": "a"}, base=1, trunk=1, branch="b")
        assert seen.entity()[0] == 2
        system(lambda unit: review.restore(unit, 1, "fichas", FIRST))
        builders.run_steps(units)
        assert seen.entity() == (3, "Ana", {"nombre": "Ana", "estado": "b"}, None)


class TestApproval:
    """Lists whose entities are made only by approved records."""

    def test_a_creation_waits_and_an_update_does_not(self, ana, seen, units, ask_approval):
        ana.creates(uuid=TWO)
        ask_approval()
        ana.creates(instance_id=FIRST)
        ana.updates(uuid=TWO, base=1, data={"estado": "a"})
        assert not seen.is_there() and seen.entity(TWO)[0] == 2
        assert [act.uuid for act in seen.acts("approval")] == [ONE] and seen.findings(FIRST) == []
        decide(units, FIRST, "rejected")
        assert not seen.is_there()
        decide(units, FIRST, "approved")
        assert seen.entity()[0] == 1 and seen.acts("approval") == []
        decide(units, FIRST, "rejected")
        assert seen.entity()[0] == 1

    def test_what_was_changed_before_approval_counts(self, ana, seen, units, ask_approval):
        ask_approval()
        ana.creates(instance_id=FIRST)
        ana.creates(data={"nombre": "Eva"}, instance_id=SECOND, deprecated_id=FIRST)
        assert not seen.is_there()
        decide(units, FIRST, "approved")
        assert seen.entity() == (1, "Eva", {"nombre": "Eva"}, None)

    def test_a_line_made_offline_waits_for_the_approval_of_its_beginning(self, ana, seen, units, ask_approval):
        ask_approval()
        ana.creates(instance_id=FIRST)
        ana.updates(data={"estado": "a"}, base=1, branch="b")
        assert len(seen.acts("held")) == 1 and not seen.is_there()
        decide(units, FIRST, "approved")
        assert seen.entity() == (2, "Ana", {"nombre": "Ana", "estado": "a"}, None)

    def test_approval_no_longer_asked_for(self, ana, seen, units, system, ask_approval):
        ask_approval()
        ana.creates()
        ana.updates(data={"estado": "a"}, base=1, branch="b")
        ask_approval(False)
        system(lambda unit: entity_acts.approve_waiting(unit, datasets.find_dataset(unit, 1, "personas")))
        assert seen.entity()[0] == 2 and seen.acts("approval") == [] == seen.acts("held")
