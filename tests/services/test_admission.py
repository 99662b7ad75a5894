"""What was parked is settled by a person: admitted as what it then is, or dismissed and kept."""

import pytest

from collector.domain import access
from collector.domain.problems import Problem
from collector.services import admission
from collector.store.queries import parked, submissions
from tests import builders

ID = "uuid:00000000-0000-4000-8000-000000000001"


def waiting(units, state="waiting"):
    with units.reading(access.SYSTEM) as unit:
        return [row for row, _name in parked.list_parked(unit.session, 1, state)]


def admit(units, number, actor=access.SYSTEM):
    with units.reading(actor) as unit:
        delivery = admission.delivery_of(unit, 1, number)
    return units.write(actor, lambda unit: admission.admit(unit, 1, number, delivery))


def held(units, instance_id):
    with units.reading(access.SYSTEM) as unit:
        return submissions.find_kept(unit.session, 1, False, instance_id)


@pytest.fixture
def form(units):
    return builders.simple_form(units)


def test_an_unknown_version_is_admitted_under_the_current_one_with_its_files_and_sender(units, form, phone):
    phone.send(builders.a_submission(version="9", body="<nombre>A</nombre><foto>1.jpg</foto>", instance_id=ID),
               {"1.jpg": b"jpeg"})
    outcome = admit(units, waiting(units)[0].id)
    assert outcome.kind == "new" and outcome.missing == 0
    row = held(units, ID)
    with units.reading(access.SYSTEM) as unit:
        assert [file.name for file in submissions.list_files(unit.session, row.id) if file.blob_sha256] == ["1.jpg"]
        assert builders.submitter_of(unit, row.submission_id) == phone.id
    assert waiting(units) == [] and waiting(units, "admitted")[0].submission_id == row.submission_id


def test_other_xml_under_a_known_id_becomes_a_further_version(units, form, phone):
    phone.send(builders.a_submission(body="<nombre>A</nombre>", instance_id=ID))
    phone.send(builders.a_submission(body="<nombre>B</nombre>", instance_id=ID))
    outcome = admit(units, waiting(units)[0].id)
    assert outcome.kind == "edit" and outcome.root_instance_id == ID
    assert not held(units, ID).current


def test_an_edit_of_an_outdated_version_goes_on_top_of_the_current_one(units, form, phone):
    phone.send(builders.a_submission(instance_id=ID))
    phone.send(builders.a_submission(instance_id="uuid:2", deprecated_id=ID))
    assert phone.send(builders.a_submission(instance_id="uuid:3", deprecated_id=ID)).status_code == 409
    assert admit(units, waiting(units)[0].id).kind == "edit"
    assert held(units, "uuid:3").current and not held(units, "uuid:2").current


def test_an_edit_of_the_unknown_is_admitted_as_new(units, form, phone):
    phone.send(builders.a_submission(instance_id="uuid:2", deprecated_id=ID))
    assert admit(units, waiting(units)[0].id).kind == "new"


def test_what_still_has_no_form_stays(units, form, phone):
    phone.send(builders.a_submission(form_id="other"))
    with pytest.raises(Problem) as told:
        admit(units, waiting(units)[0].id)
    assert told.value.code == 404.1
    assert len(waiting(units)) == 1


def test_a_resend_that_is_taken_settles_the_parked_line(units, form, phone):
    xml = builders.a_submission(version="2", instance_id=ID)
    phone.send(xml)
    builders.simple_form(units, version="2")
    assert phone.send(xml).status_code == 201
    assert waiting(units) == []


def test_dismissed_lines_are_kept_and_come_back_when_sent_again(units, form, phone):
    xml = builders.a_submission(version="9")
    phone.send(xml)
    number = waiting(units)[0].id
    units.write(access.SYSTEM, lambda unit: admission.dismiss(unit, 1, number, "prueba"))
    assert waiting(units) == [] and waiting(units, "dismissed")[0].settled_note == "prueba"
    phone.send(xml)
    assert [row.id for row in waiting(units)] == [number]


def test_strangers_settle_nothing(units, form, phone, carol):
    phone.send(builders.a_submission(version="9"))
    number = waiting(units)[0].id
    actor = access.Actor(carol.id, "user", "Carol")
    for act in (lambda: admit(units, number, actor),
                lambda: units.write(actor, lambda unit: admission.dismiss(unit, 1, number, ""))):
        with pytest.raises(Problem) as told:
            act()
        assert told.value.code == 403.1
