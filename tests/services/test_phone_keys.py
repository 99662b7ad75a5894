"""A phone and its codes: a new one while the old works, withdrawn and back, the versions of forms on it."""

from datetime import UTC, datetime, timedelta

import pytest

from collector.domain import access
from collector.domain.formats import settings_qr
from collector.domain.problems import Problem
from collector.services import phone_forms, phone_keys, phones, returns, tasks
from tests import builders

AGENT = {"User-Agent": "org.odk.collect.android/v2025.3.1 Dalvik/2.1.0 (Linux; Android 13)"}


@pytest.fixture(autouse=True)
def form(units):
    builders.simple_form(units)


def read(units, work):
    with units.reading(access.SYSTEM) as unit:
        return work(unit)


def rotated(units, phone, days=14) -> builders.PhoneKey:
    """The same phone with its new key."""
    made = units.write(access.SYSTEM, lambda unit: phone_keys.rotate(unit, phone.id, 1, days))
    assert made.id == phone.id and made.token != phone.token
    return builders.PhoneKey(phone.app, phone.id, made.token)


def keys(units, phone):
    return read(units, lambda unit: phone_keys.list_keys(unit, phones.find_phone(unit, phone.id)))


def later(units, **time):
    clock = units.clock
    units.clock = lambda: clock() + timedelta(**time)


def test_both_codes_work_until_the_date_and_are_the_same_phone(units, phone):
    new = rotated(units, phone)
    ids = [builders.a_submission(instance_id=f"uuid:{number}") for number in ("old", "new")]
    assert phone.send(ids[0]).status_code == 201 and new.send(ids[1]).status_code == 201
    with units.engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT DISTINCT submitter_id FROM submissions").scalars().all()
    assert found == [phone.id]
    assert len(read(units, lambda unit: phones.list_phones(unit, 1))) == 1
    told = settings_qr.decode(read(units, lambda unit: phones.settings_text(unit, phone.id)))
    assert f"/key/{new.token}/" in told["general"]["server_url"]
    later(units, days=15)
    assert new.get("/formList").status_code == 200 and phone.get("/formList").status_code == 403


def test_what_comes_with_an_ended_code_is_set_aside_and_not_lost(units, phone):
    rotated(units, phone, 0)
    assert phone.send(builders.a_submission(instance_id="uuid:late")).status_code in (401, 403)
    with units.engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT instance_id, submitter_id FROM parked").fetchall()
    assert [tuple(row) for row in found] == [("uuid:late", phone.id)]


def test_returns_reach_the_phone_with_either_code(units, phone):
    assert phone.send(builders.a_submission(instance_id="uuid:one")).status_code == 201
    tasks.run_all(units)
    units.write(access.SYSTEM, lambda unit: returns.open_return(
        unit, 1, "simple", "uuid:one", [("/nombre", "Falta")], "", "", None, False))
    new = rotated(units, phone)
    for key in (phone, new):
        answer = key.send(builders.a_submission(), device="collect:abc")
        assert answer.status_code == 201 and "devoluci" in answer.text.lower()


def test_the_last_use_of_the_old_code_is_seen(units, phone):
    phone.get("/formList?deviceID=collect:a", headers=AGENT)
    new = rotated(units, phone)
    later(units, minutes=5)
    new.get("/formList?deviceID=collect:a", headers=AGENT)
    newest, old = keys(units, phone)
    assert newest.until is None and old.until is not None and old.used_at < newest.used_at
    seen = read(units, lambda unit: phones.list_sightings(unit, phone.id))
    assert [one.session_id for one in seen] == [newest.id]


def test_the_old_code_can_be_ended_early_and_is_not_kept_as_text(units, phone):
    new = rotated(units, phone)
    with units.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM sessions WHERE token IS NOT NULL").scalar() == 1
    assert units.write(access.SYSTEM, lambda unit: phone_keys.end_old(unit, phone.id, 1)) == 1
    assert phone.get("/formList").status_code == 403 and new.get("/formList").status_code == 200
    assert units.write(access.SYSTEM, lambda unit: phone_keys.end_old(unit, phone.id, 1)) == 0


def test_two_changes_of_the_code_shorten_no_life_beyond_the_first(units, phone):
    rotated(units, phone, 2)
    rotated(units, phone, 14)
    ends = [one.until for one in keys(units, phone)]
    assert ends[0] is None and ends[2] < ends[1]


def test_a_withdrawn_phone_comes_back_with_its_code_and_its_forms(units, phone, system):
    system(lambda unit: phones.revoke_phone(unit, phone.id))
    assert phone.get("/formList").status_code == 403
    gone = read(units, lambda unit: phones.list_withdrawn(unit, 1))
    assert [one.id for one in gone] == [phone.id]
    system(lambda unit: phones.restore_phone(unit, phone.id, 1))
    assert "<formID>simple</formID>" in phone.get("/formList").text
    assert phone.send(builders.a_submission()).status_code == 201
    with pytest.raises(Problem) as raised:
        system(lambda unit: phones.restore_phone(unit, phone.id, 1))
    assert raised.value.code == 404.1


def test_a_key_that_was_ended_before_stays_ended_when_the_phone_comes_back(units, phone, system):
    new = rotated(units, phone, 0)
    later(units, minutes=1)
    system(lambda unit: phones.revoke_phone(unit, phone.id))
    system(lambda unit: phones.restore_phone(unit, phone.id))
    assert phone.get("/formList").status_code == 403 and new.get("/formList").status_code == 200


def test_versions_fetched_and_sent_stand_beside_the_current_one(units, phone):
    on = lambda: read(units, lambda unit: phone_forms.list_forms(unit, phones.find_phone(unit, phone.id)))  # noqa: E731
    assert on() == []
    assert phone.get("/forms/simple.xml").status_code == 200
    assert [(one.xml_form_id, one.fetched, one.sent, one.is_old) for one in on()] == [("simple", "1", None, False)]
    builders.simple_form(units, version="2")
    assert on()[0].is_old and read(units, lambda unit: phone_forms.count_old(unit, 1)) == {phone.id: 1}
    later(units, minutes=1)
    assert phone.send(builders.a_submission(version="1")).status_code == 201
    tasks.run_all(units)
    assert [(one.fetched, one.sent, one.is_old) for one in on()] == [("1", "1", True)]
    later(units, minutes=1)
    assert phone.get("/forms/simple.xml").status_code == 200
    assert [(one.fetched, one.is_old) for one in on()] == [("2", False)]
    assert on()[0].sent_at < datetime.now(UTC) + timedelta(minutes=5)


def test_who_may_not_change_phones_rotates_none(units, phone, carol):
    from collector.services import people

    me = read(units, lambda unit: people.actor(unit, carol.id))
    for act in (phone_keys.rotate, phone_keys.end_old):
        with pytest.raises(Problem) as raised:
            units.write(me, lambda unit, act=act: act(unit, phone.id))
        assert raised.value.code == 403.1
