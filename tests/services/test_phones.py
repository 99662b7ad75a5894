"""Phones: their key, what reaches them, the QR code, what they were last seen with."""

import io
from datetime import timedelta

import pytest

from collector.domain import access
from collector.domain.formats import settings_qr
from collector.domain.problems import Problem
from collector.services import people, phones, projects
from collector.store.queries import people as queries


def read(units, work, actor=access.SYSTEM):
    with units.reading(actor) as unit:
        return work(unit)


def actor_of(units, token):
    return read(units, lambda unit: people.actor_of_token(unit, token))


def edition(units):
    return read(units, lambda unit: projects.find_project(unit, 1)).edition


def test_new_phone_has_a_key_and_no_form(units, system):
    before = edition(units)
    phone = system(lambda unit: phones.add_phone(unit, 1, "  Celular de Ana "))
    assert phone.name == "Celular de Ana" and len(phone.token) == 64 and phone.token.isascii()
    assert actor_of(units, phone.token).grants == ()
    assert actor_of(units, phone.token).kind == "field_key"
    assert edition(units) > before


def test_phone_of_all_forms_is_granted_in_the_whole_project(units, system):
    phone = system(lambda unit: phones.add_phone(unit, 1, "Celular", all_forms=True))
    assert phone.all_forms
    grants = actor_of(units, phone.token).grants
    assert access.may(grants, "submission.create", (("form", 99), ("project", 1), access.SITE))
    assert not access.may(grants, "submission.create", (("form", 99), ("project", 2), access.SITE))


def test_revoked_phone_leaves_the_list(units, system, phone):
    other = system(lambda unit: phones.add_phone(unit, 1, "Segundo"))
    assert [one.id for one in read(units, lambda unit: phones.list_phones(unit, 1))] == [other.id, phone.id]
    system(lambda unit: phones.revoke_phone(unit, phone.id))
    assert [one.id for one in read(units, lambda unit: phones.list_phones(unit, 1))] == [other.id]
    with pytest.raises(Problem) as raised:
        read(units, lambda unit: phones.settings_text(unit, phone.id))
    assert raised.value.code == 404.1


def test_phone_of_another_project_is_not_found(units, phone):
    with pytest.raises(Problem) as raised:
        read(units, lambda unit: phones.find_phone(unit, phone.id, 2))
    assert raised.value.code == 404.1


def test_settings_text_leads_to_the_phones_own_address(units, phone):
    values = settings_qr.decode(read(units, lambda unit: phones.settings_text(unit, phone.id)))
    assert values["general"]["server_url"] == f"http://localhost/v1/key/{phone.token}/projects/1"
    assert values["project"]["name"] == "Proyecto de prueba"


def test_pictures_hold_the_text(units, phone):
    """The PNG's dark modules are the very matrix of the text: read back by its pixels."""
    import segno
    from PIL import Image
    text = read(units, lambda unit: phones.settings_text(unit, phone.id))
    code = segno.make_qr(text, error="m", boost_error=False)
    picture = Image.open(io.BytesIO(phones.qr_png(text))).convert("1")
    side = code.symbol_size()[0]
    scale = picture.width // side
    assert picture.width == picture.height >= 400 and scale >= 4
    dark = [[not picture.getpixel((x * scale + scale // 2, y * scale + scale // 2)) for x in range(side)]
            for y in range(side)]
    assert dark == [[bool(value) for value in row] for row in code.matrix_iter(border=4)]
    drawn = phones.qr_svg(text)
    assert drawn.startswith("<svg") and "style" not in drawn and f'viewBox="0 0 {side} {side}"' in drawn


def test_sighting_is_written_once_a_minute(units, phone, monkeypatch):
    me = actor_of(units, phone.token)
    writes = []
    real = queries.put_sighting
    monkeypatch.setattr(queries, "put_sighting", lambda *given, **more: writes.append(1) or real(*given, **more))
    for _ in range(3):
        read(units, lambda unit: phones.saw(unit, "collect:abc", "Collect v2026.1"), me)
    assert len(writes) == 1
    units.write(me, lambda unit: phones.saw(unit, "collect:abc", "Collect v2026.2"))
    assert len(writes) == 2
    seen = read(units, lambda unit: phones.list_sightings(unit, phone.id))
    assert [(one.device_id, one.agent) for one in seen] == [("collect:abc", "Collect v2026.2")]
    assert read(units, lambda unit: phones.find_phone(unit, phone.id)).last_used == seen[0].seen_at
    later = seen[0].seen_at + timedelta(minutes=2)
    monkeypatch.setattr(units, "clock", lambda: later)
    read(units, lambda unit: phones.saw(unit, "collect:abc", "Collect v2026.2"), me)
    assert read(units, lambda unit: phones.find_phone(unit, phone.id)).last_used == later


def test_sighting_never_fails_and_is_bounded(units, phone, monkeypatch):
    me = actor_of(units, phone.token)
    read(units, lambda unit: phones.saw(unit, "null\x00byte", "half \ud83d"), me)
    units.write(me, lambda unit: phones.saw(unit, "null\x00byte", "y"))
    assert read(units, lambda unit: phones.list_sightings(unit, phone.id))[0].device_id == "nullbyte"
    monkeypatch.setattr(phones, "DEVICES", 2)
    for number in range(4):
        read(units, lambda unit, number=number: phones.saw(unit, f"device {number}", "x"), me)
    assert len(read(units, lambda unit: phones.list_sightings(unit, phone.id))) == 2


def test_sighting_of_people_is_not_kept(units, alice):
    me = actor_of(units, alice.token)
    read(units, lambda unit: phones.saw(unit, "browser", "x"), me)
    with units.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM sightings").scalar() == 0
