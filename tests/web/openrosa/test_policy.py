"""A form that refuses what breaks its rules: told to the enumerator, set aside whole, taken when a person admits it."""

import time

import pytest
from sqlalchemy import text

from collector.domain import access
from collector.services import admission, checkers, projects, refusing, tasks
from tests import builders
from tests.services.test_checking import ID, RULES, counts, found

GOOD, BAD = "<nombre>Ana</nombre><edad>30</edad>", "<nombre/><edad>130</edad>"


@pytest.fixture
def form(units):
    return builders.a_form(units, RULES)


def policy(units, *kinds):
    units.write(access.SYSTEM, lambda unit: refusing.set_policy(unit, 1, "reglas", list(kinds)))


def send(phone, body, instance_id=ID, files=None, **about):
    return phone.send(builders.a_submission("reglas", "1", body, instance_id, **about), files)


def parked(units) -> list:
    with units.reading(access.SYSTEM) as unit:
        return [row for row, _name in admission.list_parked(unit, 1)]


def test_observing_is_the_rule_and_takes_everything(form, phone, units):
    assert send(phone, BAD).status_code == 201
    assert counts(units) == (2, 0) and parked(units) == []


def test_what_a_form_refuses_is_told_with_the_forms_own_words_and_set_aside(form, phone, units):
    policy(units, "constraint", "required")
    answer = send(phone, BAD + "<foto>1.jpg</foto>", files={"1.jpg": b"jpeg"})
    assert answer.status_code == 409
    assert "Edad: Menos de 120 años." in answer.text and "Nombre: Falta una respuesta obligatoria" in answer.text
    assert "Corríjalo en el teléfono" in answer.text and "apartado" in answer.text
    [row] = parked(units)
    assert row.code == "409.91" and row.instance_id == ID
    assert [one["kind"] for one in row.details["findings"]] == ["required", "constraint"]
    with units.reading(access.SYSTEM) as unit:
        assert [file.name for file in admission.show(unit, 1, row.id)[1]] == ["1.jpg"]


def test_only_the_kinds_that_were_chosen_are_refused(form, phone, units):
    policy(units, "required")
    assert send(phone, "<nombre>Ana</nombre><edad>130</edad><otro/>").status_code == 201
    assert counts(units) == (1, 1)
    assert send(phone, "<nombre/>", "uuid:2").status_code == 409


def test_what_is_good_is_taken_and_a_correction_of_what_was_refused_too(form, phone, units):
    policy(units, "constraint")
    assert send(phone, BAD).status_code == 409
    assert send(phone, "<nombre>Ana</nombre><edad>13</edad>").status_code == 201
    assert send(phone, "<nombre>Ana</nombre><edad>130</edad>", "uuid:2", deprecated_id=ID).status_code == 409
    assert found(units) == []


def test_admitted_it_is_taken_without_being_asked_again_and_a_resend_is_thanked(form, phone, units):
    policy(units, "constraint")
    assert send(phone, BAD).status_code == 409 and send(phone, BAD).status_code == 409
    [row] = parked(units)
    assert row.tries == 2
    with units.reading(access.SYSTEM) as unit:
        delivery = admission.delivery_of(unit, 1, row.id)
    units.write(access.SYSTEM, lambda unit: admission.admit(unit, 1, row.id, delivery))
    assert counts(units) == (2, 0) and parked(units) == []
    assert "Ya lo teníamos" in send(phone, BAD).text


def test_what_was_taken_before_the_policy_is_thanked_when_it_comes_again(form, phone, units):
    assert send(phone, BAD).status_code == 201
    policy(units, "constraint")
    assert send(phone, BAD).status_code == 201 and parked(units) == []


def test_missing_files_are_no_reason_for_more_may_come(form, phone, units):
    policy(units, *refusing.KINDS)
    assert send(phone, GOOD + "<foto>1.jpg</foto>").status_code == 201


def test_a_check_that_takes_too_long_or_breaks_refuses_nothing(form, phone, units, monkeypatch):
    policy(units, "constraint")
    whole = checkers.check.Checker.check

    def slow(self, xml, circumstances, *steps):
        if steps:
            time.sleep(0.5)
        return whole(self, xml, circumstances)

    monkeypatch.setattr(refusing, "SECONDS", 0.05)
    monkeypatch.setattr(checkers.check.Checker, "check", slow)
    assert send(phone, BAD).status_code == 201
    assert counts(units) == (2, 0)

    def broken(self, xml, circumstances, *steps):
        raise RecursionError

    monkeypatch.setattr(checkers.check.Checker, "check", broken)
    assert send(phone, BAD, "uuid:2").status_code == 201
    with units.reading(access.SYSTEM) as unit:
        assert tasks.list_failed(unit) == []


def test_the_project_language_is_spoken(form, phone, units):
    policy(units, "constraint")
    units.write(access.SYSTEM, lambda unit: projects.update_project(unit, 1, language="en"))
    answer = send(phone, BAD)
    assert "It does not meet the form's rules. Edad: Menos de 120 años." in answer.text


def test_the_api_refuses_alike(form, bob, units):
    policy(units, "constraint")
    answer = bob.post("/v1/projects/1/forms/reglas/submissions", data=builders.a_submission("reglas", "1", BAD, ID),
                      headers={"Content-Type": "text/xml"})
    assert answer.status_code == 409 and answer.json["code"] == 409.91
    assert answer.json["details"]["findings"][0]["ref"] == "/data/edad"


def test_a_form_is_told_which_kinds_there_are(form, units):
    with pytest.raises(Exception, match=r"400\.8"):
        policy(units, "file")


def test_a_check_that_the_database_breaks_refuses_nothing(form, phone, units, monkeypatch):
    policy(units, "constraint")

    def broken(unit, *_about):
        unit.session.execute(text("SELECT nothing FROM nowhere"))

    monkeypatch.setattr(checkers, "lists_of", broken)
    assert send(phone, BAD).status_code == 201
