"""Records that look the same: found with the rows, anew when the key changes; side by side, settled, taken back."""

from datetime import timedelta

import pytest

from collector.domain import access
from collector.domain.problems import Problem
from collector.services import alike, alike_marks, bulks, deciding, inbox, people, records, review
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


def send(phone, number, name="Ana", age="30", **options):
    body = f"<nombre>{name}</nombre><edad>{age}</edad>"
    xml = builders.a_submission(body=body, instance_id=f"uuid:{number}", **options)
    assert phone.send(xml).status_code == 201


def group(unit, number):
    return alike.find_group(unit, 1, "simple", f"uuid:{number}")


def others(unit, number):
    return [one.record.submission.instance_id for one in group(unit, number).others]


def waiting(unit, filters=None):
    """The records of the queue, by the list, the count and the marks of rows alike."""
    page = inbox.list_page(unit, 1, filters or Filters(queue="alike"))
    listed = [row.submission.instance_id for row in page.rows]
    assert page.count == len(listed) == inbox.count(unit, 1, filters or Filters(queue="alike"))
    numbers = [row.submission.id for row in inbox.list_page(unit, 1, Filters(queue="all")).rows]
    assert alike.marked(unit, 1, numbers) == {row.submission.id for row in page.rows} or filters
    return [name.removeprefix("uuid:") for name in listed]


def seen(unit, *numbers):
    return {f"uuid:{number}": deciding.seen_of(records.find_record(unit, 1, "simple", f"uuid:{number}").submission)
            for number in numbers}


def settle(unit, *numbers, **options):
    return alike.settle_right(unit, 1, "simple", seen(unit, *numbers), **options)


def keep(unit, kept, *numbers, **options):
    return alike.keep(unit, 1, "simple", f"uuid:{kept}", seen(unit, kept, *numbers), **options)


def state(unit, number):
    return records.find_record(unit, 1, "simple", f"uuid:{number}").submission.review_state


def fault(act, *given):
    with pytest.raises(Problem) as caught:
        act(*given)
    return caught.value


def test_the_same_content_is_found_and_an_edit_changes_it(form, phone, system):
    send(phone, 1)
    send(phone, 2, age="31")
    assert system(waiting) == []
    send(phone, 3)
    assert system(waiting) == ["1", "3"]
    found = system(lambda unit: group(unit, 1))
    assert [(one.record.submission.instance_id, one.kinds) for one in found.others] == [("uuid:3", ("content",))]
    assert (found.waits, found.more, found.last, found.first.kinds) == (True, False, None, ("content",))
    send(phone, "3b", age="31", deprecated_id="uuid:3")
    assert system(waiting) == ["2", "3"]
    assert system(lambda unit: others(unit, 1)) == []
    assert not system(lambda unit: group(unit, 1)).waits


def test_the_same_key_is_found_when_the_form_has_one(units, form, phone, bob, as_, system):
    send(phone, 1, "José Ríos")
    send(phone, 2, "JOSE RIOS", "31")
    send(phone, 3, "Eva", "31")
    assert system(waiting) == []
    units.wake = lambda: None
    as_(bob, lambda unit: alike_marks.put_setting(unit, 1, "simple", ["/nombre"], True))
    setting = as_(bob, lambda unit: alike_marks.find_setting(unit, 1, "simple"))
    assert (setting.key, setting.content, setting.done, setting.total) == (("/nombre",), True, 0, 3)
    assert setting.fields == (("/nombre", "Nombre"), ("/edad", "Edad"))
    builders.run_steps(units)
    assert system(waiting) == ["1", "2"]
    assert as_(bob, lambda unit: alike_marks.find_setting(unit, 1, "simple")).done is None
    units.wake = lambda: builders.run_steps(units)
    send(phone, 4, "eva", "40")
    assert system(waiting) == ["1", "2", "3", "4"]
    as_(bob, lambda unit: alike_marks.put_setting(unit, 1, "simple", ["/nombre", "/edad"], True))
    assert system(waiting) == []
    as_(bob, lambda unit: alike_marks.put_setting(unit, 1, "simple", [], True))
    assert system(waiting) == []


def test_history_is_looked_at_in_steps_that_go_on_where_they_were(units, form, phone, bob, as_, system, monkeypatch):
    monkeypatch.setattr(alike_marks, "TOGETHER", 2)
    for number in range(1, 8):
        send(phone, number, f"Ana {number % 3}", str(number))
    as_(bob, lambda unit: alike_marks.put_setting(unit, 1, "simple", ["/edad"], False))
    assert system(waiting) == []
    as_(bob, lambda unit: alike_marks.put_setting(unit, 1, "simple", ["/nombre"], False))
    assert system(waiting) == ["1", "2", "3", "4", "5", "6", "7"]


def test_a_setting_that_makes_no_sense_is_refused(form, phone, bob, carol, as_):
    for key in (["/foto"], ["/none"], ["/nombre"] * 2 + ["/edad", "/x"]):
        assert fault(as_, bob, lambda unit, key=key: alike_marks.put_setting(
            unit, 1, "simple", key, True)).code == 400.8
    assert fault(as_, carol, lambda unit: alike_marks.put_setting(unit, 1, "simple", [], True)).code == 403.1
    as_(bob, lambda unit: alike_marks.put_setting(unit, 1, "simple", [], True))
    assert as_(bob, lambda unit: alike_marks.find_setting(unit, 1, "simple")).done is None  # nothing changed


def test_one_is_kept_and_the_other_rejected_and_both_stay(form, phone, bob, as_, system):
    send(phone, 1)
    send(phone, 2)
    row = as_(bob, lambda unit: keep(unit, 1, 2, words="Se envió dos veces."))
    assert system(lambda unit: (state(unit, 1), state(unit, 2))) == (None, "rejected")
    assert system(waiting) == []
    found = as_(bob, lambda unit: group(unit, 1))
    assert [one.rejected for one in found.others] == [True] and found.alive == []
    assert (found.last[0].id, found.last[1], found.undoable) == (row.id, "Bob", True)
    events = system(lambda unit: records.show_record(unit, 1, "simple", "uuid:2").events)
    told = {event.action: event.details for event, _name in events}
    assert told["submission.update"]["reason"] == "duplicate"
    assert told["submission.alike"] == {"instanceId": "uuid:2", "outcome": "kept", "settlementId": row.id,
                                        "records": 2, "text": "Se envió dos veces."}
    as_(bob, lambda unit: alike.undo(unit, 1, "simple", row.id))
    assert system(lambda unit: (state(unit, 1), state(unit, 2))) == (None, None)
    assert system(waiting) == ["1", "2"]
    assert fault(as_, bob, lambda unit: alike.undo(unit, 1, "simple", row.id)).code == 409.33
    assert system(lambda unit: group(unit, 1)).last is None


def test_what_was_settled_is_not_taken_back_when_somebody_decided_since(units, form, phone, alice, bob, as_, system):
    send(phone, 1)
    send(phone, 2)
    row = as_(bob, lambda unit: keep(unit, 1, 2))
    assert fault(as_, alice, lambda unit: alike.undo(unit, 1, "simple", row.id)).code == 409.33
    now = seen_now(as_, alice, 2)
    as_(alice, lambda unit: deciding.decide(unit, 1, "simple", "uuid:2", "reopen", now))
    assert system(waiting) == ["1", "2"]  # both stand again
    assert fault(as_, bob, lambda unit: alike.undo(unit, 1, "simple", row.id)).code == 409.33
    row = as_(bob, lambda unit: keep(unit, 2, 1))
    clock = units.clock
    units.clock = lambda: clock() + timedelta(minutes=16)
    assert fault(as_, bob, lambda unit: alike.undo(unit, 1, "simple", row.id)).code == 409.33
    assert not as_(bob, lambda unit: group(unit, 1)).undoable


def seen_now(as_, person, number):
    return as_(person, lambda unit: seen(unit, number))[f"uuid:{number}"]


def test_both_are_right_until_one_says_something_else(form, phone, bob, as_, system):
    as_(bob, lambda unit: alike_marks.put_setting(unit, 1, "simple", ["/nombre"], True))
    send(phone, 1)
    send(phone, 2, age="31")
    row = as_(bob, lambda unit: settle(unit, 1, 2))
    assert system(waiting) == []
    assert system(lambda unit: group(unit, 2)).last[0].outcome == "right"
    send(phone, "2b", age="31", deprecated_id="uuid:2")  # the same once more
    assert system(waiting) == []
    send(phone, "2c", age="32", deprecated_id="uuid:2b")
    assert system(waiting) == ["1", "2"]
    row = as_(bob, lambda unit: settle(unit, 1, 2))
    send(phone, 3, age="33")
    assert system(waiting) == ["1", "2", "3"]
    later = as_(bob, lambda unit: settle(unit, 1, 2, 3))
    assert system(waiting) == []
    as_(bob, lambda unit: alike.undo(unit, 1, "simple", later.id))
    assert system(waiting) == ["1", "2", "3"]
    as_(bob, lambda unit: keep(unit, 1, 3))
    assert system(waiting) == []  # 1 and 2 were found right before
    as_(bob, lambda unit: alike.undo(unit, 1, "simple", row.id))
    assert system(waiting) == ["1", "2"]


def test_the_later_of_two_is_told(form, phone, alice, bob, as_, system):
    send(phone, 1)
    send(phone, 2)
    before = system(lambda unit: seen(unit, 1, 2))
    as_(alice, lambda unit: deciding.decide(unit, 1, "simple", "uuid:1", "approve", before["uuid:1"]))
    told = fault(as_, bob, lambda unit: alike.keep(unit, 1, "simple", "uuid:2", before))
    assert told.code == 409.31 and "Alice" in told.message("es")
    assert fault(as_, bob, lambda unit: alike.settle_right(unit, 1, "simple", before)).code == 409.31
    assert system(lambda unit: (state(unit, 1), state(unit, 2))) == ("approved", None)
    assert fault(as_, bob, lambda unit: keep(unit, 1)).code == 400.8
    as_(bob, lambda unit: keep(unit, 1, 2))
    assert fault(as_, bob, lambda unit: keep(unit, 2, 1)).code == 400.8  # it is rejected already


def test_whoever_may_not_reject_settles_nothing(form, phone, alice, bob, carol, as_, system):
    send(phone, 1)
    send(phone, 2)
    as_(alice, lambda unit: deciding.put_settings(unit, 1, "simple", {"reject": ["admin"]}, False))
    assert fault(as_, bob, lambda unit: keep(unit, 1, 2)).code == 403.1
    before = system(lambda unit: seen(unit, 1, 2))
    assert fault(as_, carol, lambda unit: alike.settle_right(unit, 1, "simple", before)).code == 403.1
    system(lambda unit: builders.add_grant(unit, carol.id, access.VIEWER.id, "project", 1))
    assert fault(as_, carol, lambda unit: alike.settle_right(unit, 1, "simple", before)).code == 403.1
    assert as_(carol, lambda unit: others(unit, 1)) == ["uuid:2"]
    assert not as_(carol, lambda unit: group(unit, 1)).may


def test_what_is_rejected_or_in_the_trash_is_like_no_other(units, form, phone, bob, as_, system):
    for number in (1, 2, 3):
        send(phone, number)
    system(lambda unit: review.delete(unit, 1, "simple", "uuid:1"))
    assert system(waiting) == ["2", "3"] and system(lambda unit: others(unit, 2)) == ["uuid:3"]
    planned = as_(bob, lambda unit: bulks.plan(unit, 1, "reject", Filters(), [("simple", "uuid:3")]))
    as_(bob, lambda unit: bulks.confirm(unit, 1, planned.row.id, 1, "test"))
    builders.run_steps(units)
    assert system(waiting) == []
    system(lambda unit: review.restore(unit, 1, "simple", "uuid:1"))
    assert system(waiting) == ["1", "2"]
    send(phone, "3b", deprecated_id="uuid:3")  # edited: it stands again
    assert system(waiting) == ["1", "2", "3"]


def test_many_that_are_the_same_cost_no_more(form, phone, bob, as_, system, monkeypatch):
    from collector.store.queries import alike as queries

    monkeypatch.setattr(alike, "MOST", 3)
    monkeypatch.setattr(queries, "_LIVING", few(queries))
    monkeypatch.setattr(queries, "MANY", 4)
    for number in range(1, 8):
        send(phone, number)
    assert system(waiting) == ["1", "2", "3", "4", "5", "6", "7"]
    found = system(lambda unit: group(unit, 1))
    assert len(found.others) == 3 and found.more
    as_(bob, lambda unit: keep(unit, 7, 1, 2, 3))
    assert system(waiting) == ["4", "5", "6", "7"]
    as_(bob, lambda unit: keep(unit, 7, 4))
    assert system(waiting) == ["5", "6", "7"]
    as_(bob, lambda unit: settle(unit, 5, 6, 7))
    assert system(waiting) == []


def few(queries):
    """The same query for groups that are many at four."""
    from sqlalchemy import select

    marks, sent = queries._marks, queries._sent
    return queries.Prepared(select(marks.c.submission_id, marks.c.right_id, marks.c.waits)
                            .join(sent, sent.c.id == marks.c.submission_id)
                            .where(queries._in_group, queries._living).limit(4))


def test_two_records_side_by_side(form, phone, system):
    send(phone, 1, "Ana", "30")
    send(phone, 2, "Ana", "31")
    one, other = system(lambda unit: [records.find_record(unit, 1, "simple", f"uuid:{number}") for number in (1, 2)])
    found = system(lambda unit: alike.compare(unit, one, other, "es"))
    assert [(change.label, change.before.values, change.after.values) for change in found.said] == [
        ("Edad", ("30",), ("31",))]
    assert [(answer.label, answer.values) for answer, _around in found.same] == [("Nombre", ("Ana",))]
    assert found.written == []


@pytest.mark.parametrize("few", [20_000, 0])
def test_whoever_is_limited_to_some_records_meets_no_others(few, units, form, phone, carol, app, system, monkeypatch):
    """few: how many look-alikes are gathered before the records of a list are looked up one by one."""
    monkeypatch.setattr(inbox.queries, "ALIKE", few)
    other = builders.phone_key(app, name="Teléfono 2")
    send(phone, 1)
    send(other, 2)
    limited = access.Actor(carol.id, "user", "Carol", (
        access.Grant(access.SUPERVISOR.id, ("project", 1), access.RowScope((phone.id,))),))

    def as_limited(work):
        return units.write(limited, work)

    assert system(waiting) == ["1", "2"]
    assert as_limited(waiting) == [] and as_limited(lambda unit: others(unit, 1)) == []
    assert not as_limited(lambda unit: group(unit, 1)).waits
    assert fault(as_limited, lambda unit: group(unit, 2)).code == 404.1
    before = system(lambda unit: seen(unit, 1, 2))
    assert fault(as_limited, lambda unit: alike.settle_right(unit, 1, "simple", before)).code == 404.1
    assert fault(as_limited, lambda unit: alike.keep(unit, 1, "simple", "uuid:1", before)).code == 404.1
    send(phone, 3)
    assert as_limited(waiting) == ["1", "3"] and as_limited(lambda unit: others(unit, 1)) == ["uuid:3"]
    row = as_limited(lambda unit: settle(unit, 1, 3))
    assert as_limited(waiting) == []  # what they may see is settled
    assert system(waiting) == ["1", "2", "3"]  # beside the other phone's it is not
    whole = system(lambda unit: settle(unit, 1, 2, 3))
    assert system(waiting) == []
    assert fault(as_limited, lambda unit: alike.undo(unit, 1, "simple", whole.id)).code == 409.33
    system(lambda unit: alike.undo(unit, 1, "simple", whole.id))
    as_limited(lambda unit: alike.undo(unit, 1, "simple", row.id))
    assert as_limited(waiting) == ["1", "3"]


@pytest.mark.postgresql
def test_two_of_a_kind_that_are_kept_at_once_see_each_other(units, form, phone, system):
    import threading

    from collector.store.queries import alike as queries

    units.wake = lambda: None
    send(phone, 1)
    send(phone, 2)
    numbers = system(lambda unit: [one.submission.id for one in records.list_records(unit, 1)])
    held, said = threading.Barrier(2), {"content": b"0" * 16}

    def keep_one(number):
        def work(unit):
            held.wait(10)
            queries.keep(unit.session, form.form.id, number, said)
        units.write(access.SYSTEM, work)

    threads = [threading.Thread(target=keep_one, args=(number,)) for number in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert system(waiting) == ["1", "2"]
