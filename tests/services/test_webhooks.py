"""Webhooks: who is told what and when, in order, signed, until it worked; and what people do with them."""

import json
import threading
from datetime import timedelta

import pytest

from collector.domain import access
from collector.domain import webhooks as domain
from collector.domain.problems import Problem
from collector.services import delivering, webhooks
from collector.services.outward import Bounds
from tests import builders
from tests.receiver import Receiver, plain

NO_ANSWERS = ("Ana", "nombre")


@pytest.fixture
def here(units):
    """An installation whose webhooks may reach this machine, and a clock that is set by hand."""
    object.__setattr__(units.settings, "webhook_private", "127.0.0.0/8")
    moment = [units.clock()]
    units.clock = lambda: moment[0]
    builders.simple_form(units)
    return moment


def hook(system, url: str, *events: str, **more):
    """(number, secret) of a new webhook."""
    row, secret = system(lambda unit: webhooks.add_hook(unit, 1, "Prueba", url, list(events or domain.EVENTS), **more))
    return row.id, secret


def shown(units, number: int) -> list[tuple]:
    """(action, state, tries, code, fault), oldest first."""
    with units.reading(access.SYSTEM) as unit:
        return [(one.action, one.state, one.tries, one.code, one.fault)
                for one in reversed(webhooks.list_deliveries(unit, 1, number))]


def test_each_event_is_told_once_in_order_and_signed(here, units, system, phone, bob):
    with Receiver() as receiver:
        _number, secret = hook(system, receiver.url)
        photo = "<nombre>Ana</nombre><edad>30</edad><foto>1.jpg</foto>"
        xml = builders.a_submission(body=photo, instance_id="uuid:1")
        phone.send(xml)
        phone.send(xml)  # again: nothing new
        phone.send(xml, {"1.jpg": builders.a_photo()})
        record = "/v1/projects/1/forms/simple/submissions/uuid%3A1"
        assert bob.post(f"{record}/returns", json={"words": "Mire otra vez", "due": "2026-12-01"}).status_code == 200
        phone.send(builders.a_submission(body=photo, instance_id="uuid:2", deprecated_id="uuid:1"))
        assert bob.patch(record, json={"reviewState": "approved"}).status_code == 200
        assert delivering.send_waiting(units) == len(receiver.got)
    actions = [one.told["action"] for one in receiver.got]
    assert actions == ["submission.create", "submission.attachment.complete", "submission.update", "submission.return",
                       "submission.update.version", "submission.attachment.complete", "submission.update"]
    assert len({one.id for one in receiver.got}) == len(actions) and all(
        one.id == one.told["id"] and one.headers["collector-event"] == one.told["action"] for one in receiver.got)
    assert not any(word in one.body.decode() for one in receiver.got for word in (*NO_ANSWERS, "Mire otra vez"))
    first, complete, _issues, returned, edited, _also, decided = (one.told for one in receiver.got)
    assert first["xmlFormId"] == "simple" and first["projectId"] == 1 and first["formVersion"] == "1"
    assert first["submission"]["instanceId"] == "uuid:1" and first["submission"]["attachmentsPresent"] == 0
    assert first["actor"] == {"id": phone.id, "type": "field_key", "displayName": "Teléfono 1"}
    assert complete["submission"]["attachmentsPresent"] == 1
    assert returned["details"]["due"] == "2026-12-01" and decided["details"]["reviewState"] == "approved"
    assert edited["submission"]["currentVersion"]["instanceId"] == "uuid:2"
    assert all(one.is_signed_with(secret, 1e9) and not one.is_signed_with(secret + "x", 1e9) for one in receiver.got)


def test_answers_go_along_only_where_that_was_chosen(here, units, system, phone):
    form = """
| survey |
|  | type | name | label |
|  | text | jefe | Jefe |
|  | begin_group | casa | Casa |
|  | geopoint | punto | Punto |
|  | end_group | | |
|  | begin_repeat | hijos | Hijos |
|  | integer | edad | Edad |
|  | end_repeat | | |
| settings |
|  | form_title | form_id | version |
|  | Censo | censo | 1 |
"""
    builders.a_form(units, form)
    with Receiver() as receiver:
        hook(system, receiver.url, domain.RECEIVED, answers=True)
        hook(system, receiver.url, domain.RECEIVED, xml_form_id="simple", answers=True)
        phone.send(builders.a_submission("censo", body="<jefe>Ana</jefe><casa><punto>-4.5 -77.5 300 5</punto></casa>"
                                                       "<hijos><edad>3</edad></hijos><hijos><edad/></hijos>"))
        delivering.send_waiting(units)
    assert [one.told["answers"] for one in receiver.got] == [
        {"jefe": "Ana", "casa": {"punto": [-4.5, -77.5, 300, 5]}, "hijos": [{"edad": 3}, {"edad": None}]}]
    with units.reading(access.SYSTEM) as unit:
        assert all("Ana" not in one.body for one in webhooks.list_deliveries(unit, 1, 1)), "answers are kept once"


def test_files_that_come_along_are_complete_and_a_test_of_a_draft_is_told_to_nobody(here, units, system, phone, alice):
    with Receiver() as receiver:
        hook(system, receiver.url, domain.COMPLETE)
        phone.send(builders.a_submission(), {})
        phone.send(builders.a_submission(body="<nombre>B</nombre><foto>b.jpg</foto>", instance_id="uuid:b"),
                   {"b.jpg": builders.a_photo()})
        assert alice.post("/v1/projects/1/forms/simple/draft").status_code == 200
        token = alice.get("/v1/projects/1/forms/simple/draft").json["draftToken"]
        sent = phone.app.test_client().post(
            f"/v1/test/{token}/projects/1/forms/simple/draft/submission", headers={"X-OpenRosa-Version": "1.0"},
            data=builders.envelope(builders.a_submission(body="<nombre>T</nombre><foto>t.jpg</foto>"),
                                   {"t.jpg": builders.a_photo()}), content_type="multipart/form-data")
        assert sent.status_code == 201
        delivering.send_waiting(units)
    assert [one.told["submission"]["instanceId"] for one in receiver.got] == ["uuid:b"]


def test_what_fails_holds_what_comes_later_of_its_own_and_nobody_else(here, units, system, phone):
    well = threading.Event()
    with Receiver(lambda handler, got: plain(handler, 200 if well.is_set() else 503)) as bad, Receiver() as good:
        (first, _s), (second, _t) = hook(system, bad.url, domain.RECEIVED), hook(system, good.url, domain.RECEIVED)
        for number in range(3):
            phone.send(builders.a_submission(instance_id=f"uuid:{number}"))
        delivering.send_waiting(units)
        ids = ["uuid:0", "uuid:1", "uuid:2"]
        assert [one.told["submission"]["instanceId"] for one in good.got] == ids
        assert [one.told["submission"]["instanceId"] for one in bad.got] == ids[:1]
        assert shown(units, second) == [(domain.RECEIVED, "done", 1, 204, "")] * 3
        delivering.send_waiting(units)
        assert len(bad.got) == 1, "its pause is not over"
        here[0] += timedelta(minutes=1)
        well.set()
        delivering.send_waiting(units)
        assert [one.told["submission"]["instanceId"] for one in bad.got] == ids[:1] + ids
        assert bad.got[0].id == bad.got[1].id and bad.got[0].body == bad.got[1].body
        assert shown(units, first)[0] == (domain.RECEIVED, "done", 2, 200, "")


def test_pauses_grow_up_to_a_day_then_it_halts_and_goes_on_when_told(here, units, system, phone):
    well = threading.Event()
    with Receiver(lambda handler, got: plain(handler, 200 if well.is_set() else 500)) as receiver:
        number, _secret = hook(system, receiver.url, domain.RECEIVED)
        for name in "ab":
            phone.send(builders.a_submission(instance_id=f"uuid:{name}"))
        pauses, begun = [], here[0]
        for _try in range(40):
            before = len(receiver.got)
            delivering.send_waiting(units)
            if len(receiver.got) > before:
                pauses.append((here[0] - begun) // timedelta(minutes=1))
                begun = here[0]
                with units.reading(access.SYSTEM) as unit:
                    row = webhooks.find_hook(unit, 1, number).row
            if row.state == "halted":
                break
            here[0] = row.run_after
        assert tuple(pauses[1:]) == domain.PAUSES and pauses[-1] == 24 * 60
        assert [one.told["submission"]["instanceId"] for one in receiver.got] == ["uuid:a"] * (len(domain.PAUSES) + 1)
        here[0] += timedelta(days=30)
        assert delivering.send_waiting(units) == 0
        with units.reading(access.SYSTEM) as unit:
            assert webhooks.count_halted(unit, 1) == 1 and webhooks.find_hook(unit, 1, number).waiting == 2
        well.set()
        system(lambda unit: webhooks.change_hook(unit, 1, number, state="active"))
        assert delivering.send_waiting(units) == 2
    assert [state for _action, state, *_more in shown(units, number)] == ["done", "done"]


def test_who_dies_after_sending_sends_again_under_the_same_id(here, units, system, phone):
    class PowerCut(BaseException):
        pass

    with Receiver() as receiver:
        hook(system, receiver.url, domain.RECEIVED)
        phone.send(builders.a_submission(instance_id="uuid:a"))
        note, delivering.note = delivering.note, lambda *_about: (_ for _ in ()).throw(PowerCut)
        try:
            with pytest.raises(PowerCut):
                delivering.send_waiting(units)
        finally:
            delivering.note = note
        assert delivering.send_waiting(units) == 0, "its lease is not over"
        here[0] += delivering.LEASE + timedelta(seconds=1)
        assert delivering.send_waiting(units) == 1
        assert len(receiver.got) == 2 and len({one.id for one in receiver.got}) == 1
        phone.send(builders.a_submission(instance_id="uuid:b"))
        units.write(access.SYSTEM, delivering._claim)
        delivering.take_over(units)
        assert delivering.send_waiting(units) == 1, "who is alone need not wait for the lease"


def test_one_slow_address_holds_up_no_other(here, units, system, phone):
    release = threading.Event()
    with Receiver(lambda handler, got: (release.wait(20), plain(handler, 200))) as slow, Receiver() as quick:
        hook(system, slow.url, domain.RECEIVED)
        hook(system, quick.url, domain.RECEIVED)
        for number in range(3):
            phone.send(builders.a_submission(instance_id=f"uuid:{number}"))
        courier = delivering.Courier(units, threads=2)
        courier.look()
        slow.wait_for(1)
        courier.look()
        assert len(quick.wait_for(3)) == 3 and len(slow.got) == 1 and courier.is_busy
        release.set()
        assert len(slow.wait_for(3)) == 3
        courier.stop()


def test_nothing_private_is_told_unless_the_setting_allows_it(here, units, system, phone):
    with Receiver() as receiver:
        number, _secret = hook(system, receiver.url, domain.RECEIVED)
        phone.send(builders.a_submission())
        delivering.send_waiting(units, Bounds())
        assert receiver.got == [] and shown(units, number) == [(domain.RECEIVED, "waiting", 1, None, "private")]
    object.__setattr__(units.settings, "webhook_private", "")
    with pytest.raises(Problem) as refused:
        hook(system, receiver.url)
    assert refused.value.code == 400.8


def test_a_delivery_is_left_out_or_sent_again_by_hand(here, units, system, phone):
    with Receiver(lambda handler, got: plain(handler, 500 if "uuid:bad" in got.body.decode() else 200)) as receiver:
        number, _secret = hook(system, receiver.url, domain.RECEIVED)
        for name in ("bad", "good"):
            phone.send(builders.a_submission(instance_id=f"uuid:{name}"))
        delivering.send_waiting(units)
        with units.reading(access.SYSTEM) as unit:
            stuck = webhooks.find_next(unit, 1, number)
        system(lambda unit: webhooks.send_again(unit, 1, number, stuck.id))
        delivering.send_waiting(units)
        assert len(receiver.got) == 2, "tried at once, in its turn"
        system(lambda unit: webhooks.leave_out(unit, 1, number, stuck.id))
        delivering.send_waiting(units)
        assert [one[1] for one in shown(units, number)] == ["skipped", "done"]
        with units.reading(access.SYSTEM) as unit:
            done = webhooks.list_deliveries(unit, 1, number)[0]
        system(lambda unit: webhooks.send_again(unit, 1, number, done.id))
        delivering.send_waiting(units)
        assert receiver.got[-1].id == receiver.got[-2].id and receiver.got[-1].body == receiver.got[-2].body


def test_paused_is_silent_a_test_comes_and_a_deleted_one_is_told_nothing(here, units, system, phone):
    with Receiver() as receiver:
        number, secret = hook(system, receiver.url, domain.RECEIVED)
        system(lambda unit: webhooks.change_hook(unit, 1, number, state="paused"))
        phone.send(builders.a_submission(instance_id="uuid:a"))
        assert delivering.send_waiting(units) == 0
        system(lambda unit: webhooks.send_test(unit, 1, number))
        system(lambda unit: webhooks.change_hook(unit, 1, number, state="active"))
        delivering.send_waiting(units)
        assert [one.told["action"] for one in receiver.got] == [domain.RECEIVED, domain.TEST]
        assert receiver.got[1].told["submission"] is None and receiver.got[1].is_signed_with(secret, 1e9)
        other = system(lambda unit: webhooks.change_secret(unit, 1, number))
        system(lambda unit: webhooks.send_test(unit, 1, number))
        delivering.send_waiting(units)
        assert receiver.got[2].is_signed_with(other, 1e9) and not receiver.got[2].is_signed_with(secret, 1e9)
        system(lambda unit: webhooks.send_test(unit, 1, number))
        system(lambda unit: webhooks.delete_hook(unit, 1, number))
        phone.send(builders.a_submission(instance_id="uuid:b"))
        assert delivering.send_waiting(units) == 0 and len(receiver.got) == 3


def test_what_ended_long_ago_leaves_the_table_and_what_waits_stays(here, units, system, phone):
    with Receiver() as receiver:
        number, _secret = hook(system, receiver.url, domain.RECEIVED)
        phone.send(builders.a_submission(instance_id="uuid:a"))
        delivering.send_waiting(units)
        system(lambda unit: webhooks.change_hook(unit, 1, number, state="paused"))
        phone.send(builders.a_submission(instance_id="uuid:b"))
        assert delivering.sweep(units) == 0
        here[0] += delivering.KEPT + timedelta(days=1)
        assert delivering.sweep(units) == 1 and [one[1] for one in shown(units, number)] == ["waiting"]


@pytest.mark.parametrize("changes", [
    {"url": "http://[::1"}, {"url": "ftp://example.org"}, {"events": []}, {"events": ["submission.delete"]},
    {"name": " "}, {"name": "x" * 201}, {"state": "halted"}, {"form": "nothing"}])
def test_what_cannot_be_is_refused_and_nothing_changes(here, units, system, changes):
    number, _secret = hook(system, "https://example.org/x")
    with pytest.raises(Problem):
        system(lambda unit: webhooks.change_hook(unit, 1, number, **changes))
    with units.reading(access.SYSTEM) as unit:
        row = webhooks.find_hook(unit, 1, number).row
    assert (row.name, row.url, tuple(row.events), row.state) == (
        "Prueba", "https://example.org/x", domain.EVENTS, "active")


def test_the_secret_stands_in_no_event_and_who_sees_some_records_only_has_no_webhook(here, units, system, bob):
    number, secret = hook(system, "https://example.org/x")
    told = units.write(access.SYSTEM, lambda unit: json.dumps([one.details for one in unit.session.query(
        _event()).filter_by(action="webhook.create")]))
    assert "example.org" in told and secret not in told and number
    limited = access.Actor(bob.id, "user", "Bob", (access.Grant(
        access.MANAGER.id, ("project", 1), access.RowScope(phones=(1,))),))
    with units.reading(limited) as unit, pytest.raises(Problem) as refused:
        webhooks.list_hooks(unit, 1)
    assert refused.value.status == 403


def _event():
    from collector.store.tables.events import Event

    return Event
