"""Decisions about records: one, with what it saw; two people; many at once, in batches; taken back."""

from datetime import timedelta

import pytest

from collector.domain import access
from collector.domain.problems import Problem
from collector.services import bulks, deciding, people, records
from collector.services.filters import Filters
from tests import builders


@pytest.fixture
def form(units):
    return builders.simple_form(units)


@pytest.fixture
def as_(units, app):
    """Does work(unit) as this person and answers what it answers."""
    def do(person, work):
        actor = units.write(access.SYSTEM, lambda unit: people.actor(unit, person.id))
        return units.write(actor, work)
    return do


def send(phone, *numbers, name="Ana", **options):
    for number in numbers:
        xml = builders.a_submission(body=f"<nombre>{name}</nombre>", instance_id=f"uuid:{number}", **options)
        assert phone.send(xml).status_code == 201


def one(unit, number):
    return records.find_record(unit, 1, "simple", f"uuid:{number}").submission


def decide(unit, number, move="approve", seen=None, **why):
    seen = seen or deciding.seen_of(one(unit, number))
    return deciding.decide(unit, 1, "simple", f"uuid:{number}", move, seen, **why)


def fault(act, *given):
    with pytest.raises(Problem) as caught:
        act(*given)
    return caught.value


def test_a_decision_says_why_and_stands_in_the_history(form, phone, bob, as_, system):
    send(phone, 1)
    assert fault(as_, bob, lambda unit: decide(unit, 1, "reject")).code == 400.2
    assert fault(as_, bob, lambda unit: decide(unit, 1, "reject", reason="other")).code == 400.2
    assert fault(as_, bob, lambda unit: decide(unit, 1, "reject", reason="no such")).code == 400.8
    made = as_(bob, lambda unit: decide(unit, 1, "reject", reason="duplicate", words="Es la misma junta."))
    assert (made.before, made.after, made.actor_id, made.number) == (None, "rejected", bob.id, 1)
    event, name = system(lambda unit: records.show_record(unit, 1, "simple", "uuid:1").events[0])
    assert (event.action, name) == ("submission.update", "Bob")
    assert event.details == {"instanceId": "uuid:1", "reviewState": "rejected", "move": "reject",
                             "reason": "duplicate", "text": "Es la misma junta."}
    assert fault(as_, bob, lambda unit: decide(unit, 1, "reject", reason="duplicate")).code == 409.32


def test_the_later_of_two_is_told_and_nothing_is_overwritten(form, phone, alice, bob, as_, system):
    send(phone, 1)
    seen = system(lambda unit: deciding.seen_of(one(unit, 1)))
    as_(alice, lambda unit: decide(unit, 1, "reject", seen, reason="test"))
    told = fault(as_, bob, lambda unit: decide(unit, 1, "approve", seen))
    assert told.code == 409.31 and "Alice" in told.message("es")
    assert [(change["by"], change["state"], change["reason"]) for change in told.details["since"]] == [
        ("Alice", "rejected", "test")]
    assert system(lambda unit: one(unit, 1).review_state) == "rejected"
    as_(bob, lambda unit: decide(unit, 1, "approve", told.details["seen"]))
    assert system(lambda unit: one(unit, 1).review_state) == "approved"


def test_a_new_version_is_a_change_too(form, phone, bob, as_, system):
    send(phone, 1)
    seen = system(lambda unit: deciding.seen_of(one(unit, 1)))
    phone.send(builders.a_submission(instance_id="uuid:2", deprecated_id="uuid:1"))
    told = fault(as_, bob, lambda unit: decide(unit, 1, "approve", seen))
    assert told.code == 409.31 and told.details["edited"]
    assert system(lambda unit: one(unit, 1).review_state) == "edited"


def test_four_eyes(form, phone, alice, bob, as_, system):
    send(phone, 1)
    as_(bob, lambda unit: deciding.put_settings(unit, 1, "simple", {}, True))
    as_(bob, lambda unit: decide(unit, 1))
    assert system(lambda unit: (one(unit, 1).review_state, one(unit, 1).first_by)) == (None, bob.id)
    assert system(lambda unit: records.count_records(unit, 1, Filters(queue="second"))) == 1
    assert fault(as_, bob, lambda unit: decide(unit, 1)).details["why"] == "same_person"
    as_(alice, lambda unit: decide(unit, 1))
    assert system(lambda unit: (one(unit, 1).review_state, one(unit, 1).first_by)) == ("approved", None)
    as_(alice, lambda unit: deciding.undo(unit, 1, "simple", "uuid:1"))
    assert system(lambda unit: (one(unit, 1).review_state, one(unit, 1).first_by)) == (None, bob.id)


def test_a_corrected_version_needs_both_again(form, phone, bob, as_, system):
    send(phone, 1)
    as_(bob, lambda unit: deciding.put_settings(unit, 1, "simple", {}, True))
    as_(bob, lambda unit: decide(unit, 1))
    phone.send(builders.a_submission(instance_id="uuid:2", deprecated_id="uuid:1"))
    assert system(lambda unit: one(unit, 1).first_by) is None


def test_roles_of_a_form_hold_for_the_api_of_central_too(form, phone, alice, bob, as_):
    send(phone, 1)
    as_(alice, lambda unit: deciding.put_settings(unit, 1, "simple", {"reject": ["admin"]}, False))
    place = "/v1/projects/1/forms/simple/submissions/uuid%3A1"
    assert bob.patch(place, json={"reviewState": "rejected"}).status_code == 403
    assert bob.patch(place, json={"reviewState": "approved"}).status_code == 200
    assert bob.patch(place, json={"reviewState": "approved"}).status_code == 200  # once more changes nothing
    assert alice.patch(place, json={"reviewState": "rejected"}).status_code == 200
    wrong = {"reject": ["viewer"]}
    assert fault(as_, bob, lambda unit: deciding.put_settings(unit, 1, "simple", wrong, 0)).code == 400.8


def test_what_was_decided_is_taken_back_for_fifteen_minutes(form, phone, alice, bob, as_, system, units):
    send(phone, 1)
    as_(bob, lambda unit: decide(unit, 1))
    assert fault(as_, alice, lambda unit: deciding.undo(unit, 1, "simple", "uuid:1")).code == 409.33
    as_(bob, lambda unit: deciding.undo(unit, 1, "simple", "uuid:1"))
    assert system(lambda unit: one(unit, 1).review_state) is None
    assert fault(as_, bob, lambda unit: deciding.undo(unit, 1, "simple", "uuid:1")).code == 409.33
    as_(bob, lambda unit: decide(unit, 1))
    clock = units.clock
    units.clock = lambda: clock() + timedelta(minutes=16)
    assert fault(as_, bob, lambda unit: deciding.undo(unit, 1, "simple", "uuid:1")).code == 409.33


def test_many_by_filter_are_exactly_those_of_the_filter(form, phone, bob, as_, system, units, monkeypatch):
    monkeypatch.setattr(bulks, "TOGETHER", 2)
    send(phone, *range(1, 6), name="Eva")
    send(phone, 6, 7, name="Luz")
    as_(bob, lambda unit: decide(unit, 1))
    planned = as_(bob, lambda unit: bulks.plan(unit, 1, "approve", Filters(text="eva")))
    assert (planned.row.total, dict(planned.counts)) == (5, {"done": 4, "move": 1})
    send(phone, 8, name="Eva")  # came after the plan: not among them
    as_(bob, lambda unit: decide(unit, 2, "reject", reason="test"))
    number = planned.row.id
    wrong = fault(as_, bob, lambda unit: bulks.confirm(unit, 1, number, 4))
    assert (wrong.code, wrong.details) == (409.34, {"expected": 3, "given": 4})
    as_(bob, lambda unit: bulks.confirm(unit, 1, number, 3, "consistent"))
    builders.run_steps(units)
    done = as_(bob, lambda unit: bulks.find(unit, 1, number))
    assert (done.row.state, done.counts) == ("ended", {"done": 3, "move": 1, "changed": 1})
    states = system(lambda unit: {number: one(unit, number).review_state for number in range(1, 9)})
    assert states == {1: "approved", 2: "rejected", 3: "approved", 4: "approved", 5: "approved",
                      6: None, 7: None, 8: None}
    events = system(lambda unit: records.show_record(unit, 1, "simple", "uuid:3").events)
    assert [event.details["bulk_id"] for event, _name in events if event.action == "submission.update"] == [number]

    as_(bob, lambda unit: decide(unit, 3, "reopen"))  # decided anew since: stays
    back = as_(bob, lambda unit: bulks.undo(unit, 1, number))
    builders.run_steps(units)
    assert as_(bob, lambda unit: bulks.find(unit, 1, back.row.id)).counts == {"done": 2, "changed": 1}
    assert system(lambda unit: [one(unit, number).review_state for number in (1, 3, 4, 5)]) == [
        "approved", None, None, None]
    assert not as_(bob, lambda unit: bulks.find(unit, 1, number)).can_undo
    assert fault(as_, bob, lambda unit: bulks.undo(unit, 1, number)).code == 409.33


def test_many_that_were_ticked_and_those_with_errors_stay(units, phone, bob, as_, system):
    builders.simple_form(units)
    send(phone, 1, 2, 3)
    phone.send(builders.a_submission(body="<nombre/>", instance_id="uuid:4"))
    ticked = [("simple", f"uuid:{number}") for number in (1, 4)] + [("simple", "uuid:none"), ("none", "uuid:1")]
    planned = as_(bob, lambda unit: bulks.plan(unit, 1, "approve", Filters(), ticked))
    assert planned.counts == {"done": 1, "errors": 1}
    as_(bob, lambda unit: bulks.confirm(unit, 1, planned.row.id, 1))
    builders.run_steps(units)
    assert system(lambda unit: [one(unit, number).review_state for number in (1, 2, 3, 4)]) == [
        "approved", None, None, None]
    stayed = as_(bob, lambda unit: bulks.list_items(unit, 1, planned.row.id, "errors"))
    assert [row[0].instance_id for row in stayed] == ["uuid:4"]


def test_who_lost_the_right_meanwhile_decides_nothing_more(form, phone, alice, bob, as_, system, units):
    send(phone, 1)
    units.wake = lambda: None
    planned = as_(bob, lambda unit: bulks.plan(unit, 1, "approve", Filters()))
    as_(bob, lambda unit: bulks.confirm(unit, 1, planned.row.id, 1))
    assert alice.delete(f"/v1/projects/1/assignments/manager/{bob.id}").status_code == 200
    builders.run_steps(units)
    assert as_(alice, lambda unit: bulks.find(unit, 1, planned.row.id)).counts == {"right": 1}
    assert system(lambda unit: one(unit, 1).review_state) is None


def test_who_may_not_decide_plans_nothing(form, phone, carol, as_, system):
    send(phone, 1)
    assert fault(as_, carol, lambda unit: bulks.plan(unit, 1, "approve", Filters())).code == 403.1
    system(lambda unit: builders.add_grant(unit, carol.id, access.VIEWER.id, "project", 1))
    assert fault(as_, carol, lambda unit: bulks.plan(unit, 1, "approve", Filters())).code == 403.1
    assert fault(as_, carol, lambda unit: decide(unit, 1, seen="0.0")).code == 403.1
