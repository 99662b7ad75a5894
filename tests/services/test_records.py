"""What people find: lists narrowed and paged by key, one record with all that belongs to it."""

from datetime import date

import pytest

from collector.domain import access
from collector.domain.problems import Problem
from collector.services import datasets, entities, records
from collector.services.reading import sections
from collector.services.records import Filters
from tests import builders

PLACES = """
| survey |
|        | type     | name   | label  |
|        | text     | nombre | Nombre |
|        | geopoint | lugar  | Lugar  |
|        | geotrace | lindero | Lindero |
|        | image    | foto   | Foto   |
| settings |
|        | form_title | form_id | version |
|        | Lugares    | lugares | 1 |
"""

CHOOSES = """
| survey |
|        | type                             | name    | label   |
|        | select_one_from_file personas.csv | persona | Persona |
| settings |
|        | form_title | form_id | version |
|        | Elige      | elige   | 1 |
"""
ANA = "12345678-1234-4123-8234-123456789abc"


@pytest.fixture
def form(units):
    return builders.simple_form(units)


@pytest.fixture
def reading(units):
    """Does look(unit) as the system and answers what it answers."""
    def do(look, actor=access.SYSTEM):
        with units.reading(actor) as unit:
            return look(unit)
    return do


def send(phone, number, name="Ana", files=None, **options):
    photo = "<foto>1.jpg</foto>" if files is not None else ""
    xml = builders.a_submission(body=f"<nombre>{name}</nombre>{photo}", instance_id=f"uuid:{number}", **options)
    assert phone.send(xml, files).status_code == 201


def ids(reading, **filters):
    return reading(lambda unit: [one.submission.instance_id[5:] for one in
                                 records.list_records(unit, 1, Filters(**filters))])


def test_a_list_pages_by_key_while_new_ones_arrive(form, phone, reading):
    for number in range(5):
        send(phone, number)
    first = reading(lambda unit: records.list_records(unit, 1, limit=2))
    send(phone, 9)
    second = reading(lambda unit: records.list_records(unit, 1, before=first[-1].submission.id, limit=2))
    assert [one.submission.instance_id for one in first + second] == ["uuid:4", "uuid:3", "uuid:2", "uuid:1"]


def test_lists_narrow_to_what_is_asked(form, phone, bob, reading, units):
    builders.simple_form(units, "otro")
    send(phone, 1, "Ñahui Marañón")
    send(phone, 2, "Eva 100%", {"1.jpg": b"x"})
    send(phone, 3, "Luz", {})
    send(phone, 4, form_id="otro")
    bob.patch("/v1/projects/1/forms/simple/submissions/uuid%3A1", json={"reviewState": "approved"})
    assert ids(reading) == ["4", "3", "2", "1"]
    assert ids(reading, xml_form_id="simple") == ["3", "2", "1"]
    assert ids(reading, text="maranon ÑAHUI") == ["1"] and ids(reading, text="100%") == ["2"]
    assert ids(reading, text="10%") == [] and ids(reading, text="uuid:3") == ["3"]
    assert ids(reading, state="approved") == ["1"] and ids(reading, state="received") == ["4", "3", "2"]
    assert ids(reading, incomplete=True) == ["3"]
    assert ids(reading, phone=phone.id) == ["4", "3", "2", "1"] and ids(reading, phone=bob.id) == []
    assert ids(reading, version="1", xml_form_id="otro") == ["4"] and ids(reading, version="2") == []
    assert reading(lambda unit: records.count_records(unit, 1, Filters(version="1"))) == 4
    assert reading(lambda unit: records.count_states(unit, 1)) == {
        "received": 3, "edited": 0, "hasIssues": 0, "approved": 1, "rejected": 0}


def test_days_are_those_of_the_project(app, form, phone, units, reading):
    from datetime import UTC, datetime

    units.clock = lambda: datetime(2026, 3, 2, 4, 30, tzinfo=UTC)  # 23:30 of 1 March in Lima
    send(phone, 1)
    assert ids(reading, since=date(2026, 3, 1), until=date(2026, 3, 1)) == ["1"]
    assert ids(reading, since=date(2026, 3, 2)) == [] and ids(reading, until=date(2026, 2, 28)) == []


def test_what_was_just_acknowledged_is_found_by_its_words(form, phone, units, reading):
    units.wake = lambda: None
    send(phone, 1, "Shirampari")
    assert ids(reading, text="shirampari") == ["1"]


def test_one_record_with_all_that_belongs_to_it(units, phone, reading):
    builders.a_form(units, PLACES)
    body = ("<nombre>Ana</nombre><lugar>-8.5 -74.25 150 5</lugar><lindero>-8 -74 0 0;-9 -75 0 0</lindero>"
            "<foto>1.jpg</foto>")
    phone.send(builders.a_submission("lugares", body=body, instance_id="uuid:1"), {"1.jpg": b"photo"})
    edit = builders.a_submission("lugares", body=body.replace("Ana", "Eva"), instance_id="uuid:2",
                                 deprecated_id="uuid:1")
    phone.send(edit)
    shown = reading(lambda unit: records.show_record(unit, 1, "lugares", "uuid:1"))
    assert shown.record.version.instance_id == "uuid:2" and shown.record.submitter.name == "Teléfono 1"
    assert [(line.name, blob.size) for line, blob in shown.files] == [("1.jpg", 5)]
    assert [node.text for node in shown.instance.root.named("nombre")] == ["Eva"]
    assert [(spot.path, spot.latitude, spot.longitude) for spot in shown.spots] == [
        ("/lugar", -8.5, -74.25), ("/lindero", -8.0, -74.0), ("/lindero", -9.0, -75.0)]
    assert [event.action for event, _name in shown.events] == ["submission.update.version", "submission.create"]
    assert [one.version.instance_id for one in shown.editions] == ["uuid:2", "uuid:1"]


def test_who_was_chosen_from_an_entity_list_is_called_by_name(units, phone, carol, reading, system):
    builders.entity_form(units)
    form = builders.a_form(units, CHOOSES)
    assert phone.send(builders.an_entity_submission(ANA)).status_code == 201
    for number, chosen in enumerate((ANA, "nadie"), 1):
        xml = builders.a_submission("elige", body=f"<persona>{chosen}</persona>", instance_id=f"uuid:{number}")
        assert phone.send(xml).status_code == 201

    def called(number: int, actor=access.SYSTEM) -> list:
        return reading(lambda unit: [answer.values for part in sections(
            unit, records.show_record(unit, 1, "elige", f"uuid:{number}")) for answer in part.parts], actor)

    assert (called(1), called(2)) == ([("Ana",)], [("nadie",)])
    chosen = access.Grant(access.VIEWER.id, ("form", form.form.id))
    assert called(1, access.Actor(carol.id, "user", "Carol", (chosen,))) == [(ANA,)], "who may not see the list"
    system(lambda unit: entities.delete_entity(unit, datasets.find_dataset(unit, 1, "personas"), ANA))
    assert called(1) == [("Ana",)]


def test_an_encrypted_record_is_shown_without_answers(form, phone, reading):
    phone.send('<data id="simple" version="1" encrypted="yes" instanceID="uuid:1" '
               'xmlns="http://opendatakit.org/submissions"><base64EncryptedKey>AAAA</base64EncryptedKey>'
               "<encryptedXmlFile>submission.xml.enc</encryptedXmlFile></data>")
    shown = reading(lambda unit: records.show_record(unit, 1, "simple", "uuid:1"))
    assert shown.instance is None and [line.name for line, _blob in shown.files] == ["submission.xml.enc"]


def test_a_grant_on_one_form_opens_its_records_only(form, phone, units, carol, reading, system):
    builders.simple_form(units, "otro")
    send(phone, 1)
    send(phone, 2, form_id="otro")
    nobody = access.Actor(carol.id, "user", "Carol")
    with pytest.raises(Problem) as fault:
        reading(lambda unit: records.list_records(unit, 1), nobody)
    assert fault.value.code == 403.1
    one = access.Actor(carol.id, "user", "Carol", (access.Grant(access.VIEWER.id, ("form", form.form.id)),))
    found = reading(lambda unit: records.list_records(unit, 1), one)
    assert [record.submission.instance_id for record in found] == ["uuid:1"]
    with pytest.raises(Problem) as fault:
        reading(lambda unit: records.list_records(unit, 9), one)
    assert fault.value.code == 404.1


def test_a_page_of_a_list_costs_the_same_number_of_queries_however_long_it_is(form, phone, asked, reading):
    def cost():
        asked.clear()
        reading(lambda unit: records.list_records(unit, 1))
        return len(asked)
    send(phone, 1)
    one = cost()
    for number in range(2, 8):
        send(phone, number)
    assert cost() == one
