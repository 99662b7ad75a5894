"""What another server held is taken in: with its times and names, once, and the history goes on by our clock."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pyxform.xls2xform import convert

from collector.domain import access
from collector.domain.problems import Problem
from collector.services import (
    activity,
    comments,
    forms,
    people,
    phones,
    projects,
    publishing,
    pulled_things,
    pulling,
    records,
)
from tests import builders

THEN = datetime(2023, 5, 4, 3, 2, 1, 987_000, tzinfo=UTC)
SOURCE = "https://central.example.org"
ID = "uuid:00000000-0000-4000-8000-000000000001"
WHERE = (1, "simple", ID)


def stranger(number: int = 7, kind: str = "field_key", name: str = "Brigada 1", **about) -> pulling.Stranger:
    return pulling.Stranger(number, kind, name, **about)


def take(units, xml: str, instance_id: str = ID, files=None, who=access.SYSTEM, when=THEN):
    sent = pulling.Sent(xml.encode(), instance_id, files or {}, "collect:1", "Collect/2024.1")
    with units.reading(access.SYSTEM) as unit:
        delivery = pulling.prepare_sent(unit, 1, sent)
    return units.as_of(when).write(who, lambda unit: pulling.take_sent(unit, delivery))


def test_a_submission_bears_its_own_time_and_sender_and_the_history_goes_on_by_the_clock(units):
    builders.simple_form(units)
    token = "a" * 64
    number = units.as_of(THEN).write(access.SYSTEM, lambda unit: pulling.take_person(
        unit, SOURCE, 1, stranger(token=token)))
    begun = units.clock()
    take(units, builders.a_submission(instance_id=ID), who=replace(access.SYSTEM, id=number))
    with units.reading(access.SYSTEM) as unit:
        shown = records.show_record(unit, *WHERE)
        event = shown.events[-1][0]
        assert shown.record.submission.created_at == shown.record.version.created_at == THEN
        assert shown.record.submitter.id == number and shown.record.version.user_agent == "Collect/2024.1"
        assert event.action == "submission.create" and event.at >= begun
        assert datetime.fromisoformat(event.details["happenedAt"]) == THEN
        day = begun - timedelta(days=1)
        assert list(activity.list_audits(unit, "submission.create", since=day)), "found by its day"


def test_what_is_taken_twice_is_there_once(units):
    builders.simple_form(units)
    xml = builders.a_submission(instance_id=ID)
    assert [take(units, xml).kind for _ in range(2)] == ["new", "resend"]
    then = units.as_of(THEN)
    said = [then.write(access.SYSTEM, lambda unit: pulling.take_comment(unit, *WHERE, "¿Y?")) for _ in range(2)]
    decided = [then.write(access.SYSTEM, lambda unit: pulling.take_decision(unit, *WHERE, "approved"))
               for _ in range(2)]
    assert said == [1, 0] and decided == [True, False]
    projects = [then.write(access.SYSTEM, lambda unit: pulling.take_project(unit, SOURCE, 3, {"name": "Encuesta"}))
                for _ in range(2)]
    persons = [then.write(access.SYSTEM, lambda unit: pulling.take_person(unit, SOURCE, 1, stranger()))
               for _ in range(2)]
    assert projects[0] == projects[1] and persons[0] == persons[1]
    other = then.write(access.SYSTEM, lambda unit: pulling.take_project(
        unit, "https://other.example.org", 3, {"name": "Encuesta"}))
    assert other != projects[0], "the same number of another server is another project"


def test_an_older_decision_does_not_undo_what_was_decided_here_since(units):
    builders.simple_form(units)
    take(units, builders.a_submission(instance_id=ID))
    units.as_of(THEN).write(access.SYSTEM, lambda unit: pulling.take_decision(unit, *WHERE, "approved"))
    units.as_of(THEN + timedelta(1)).write(access.SYSTEM, lambda unit: pulling.take_decision(
        unit, *WHERE, "rejected", "duplicate", "Dos veces"))
    for settles in (False, True):
        assert not units.as_of(THEN + timedelta(hours=1)).write(access.SYSTEM, lambda unit, settles=settles: (
            pulling.take_decision(unit, *WHERE, "approved", settles=settles)))
    with units.reading(access.SYSTEM) as unit:
        shown = records.show_record(unit, *WHERE)
        assert shown.record.submission.review_state == "rejected"
        assert shown.events[0][0].details["reason"] == "duplicate" and shown.events[0][0].details["text"] == "Dos veces"


def test_a_long_comment_is_several_and_comes_once(units):
    builders.simple_form(units)
    take(units, builders.a_submission(instance_id=ID))
    long = "ñ" * (comments.LONGEST + 5)
    took = [units.as_of(THEN).write(access.SYSTEM, lambda unit: pulling.take_comment(unit, *WHERE, long))
            for _ in range(2)]
    assert took == [2, 0]
    with units.reading(access.SYSTEM) as unit:
        said = comments.list_comments(unit, *WHERE)
        assert "".join(row.body for row, _who in said[::-1]) == long and {row.created_at for row, _ in said} == {THEN}


def test_a_person_is_the_account_of_the_same_e_mail_else_a_name_that_cannot_sign_in(units, alice):
    def took(who):
        return units.as_of(THEN).write(access.SYSTEM, lambda unit: pulling.take_person(unit, SOURCE, 1, who))

    assert took(stranger(1, "user", "Otra", email="Alice@Example.org")) == alice.id
    nobody = took(stranger(2, "user", "Nadie"))
    link = took(stranger(3, "public_link", "Enlace"))
    with units.reading(access.SYSTEM) as unit:
        assert people.actor_name(unit, nobody) == "Nadie" and people.actor_name(unit, link) == "Enlace"
        assert people.actor(unit, nobody) is None
        assert "Nadie" not in [one.name for one in people.list_users(unit)]


def test_a_phone_keeps_its_key_unless_somebody_has_it_and_one_that_is_gone_is_withdrawn(units, phone):
    def took(who):
        return units.as_of(THEN).write(access.SYSTEM, lambda unit: pulling.take_person(unit, SOURCE, 1, who))

    own, taken = took(stranger(1, token="b" * 64)), took(stranger(2, token=phone.token))
    gone, keyless = took(stranger(3, gone=True)), took(stranger(4))
    with units.reading(access.SYSTEM) as unit:
        assert phones.find_phone(unit, own, 1).token == "b" * 64
        assert phones.find_phone(unit, taken, 1).token != phone.token
        assert [one.id for one in phones.list_withdrawn(unit, 1)] == [gone]
        assert phones.find_phone(unit, keyless, 1).token is None
        assert people.actor_of_token(unit, phone.token).id == phone.id


def test_closed_forms_unknown_versions_and_xml_without_an_id_are_taken(units):
    builders.simple_form(units)
    units.write(access.SYSTEM, lambda unit: pulling.take_state(unit, 1, "simple", "closed"))
    take(units, builders.a_submission(instance_id=ID, version="99"))
    bare = builders.a_submission(instance_id=ID).replace(f"<instanceID>{ID}</instanceID>", "")
    take(units, bare, "uuid:given-over-there")
    with units.reading(access.SYSTEM) as unit:
        held = {one.root: one for one in pulled_things.versions(unit, 1, "simple")}
    assert set(held) == {ID, "uuid:given-over-there"}


def test_other_xml_under_the_same_version_text_is_refused(units):
    view = builders.simple_form(units)
    with units.reading(access.SYSTEM) as unit:
        assert pulling.has_version(unit, 1, "simple", "1", view.version.hash)
        assert not pulling.has_version(unit, 1, "simple", "2", view.version.hash)
        with pytest.raises(Problem) as refused:
            pulling.has_version(unit, 1, "simple", "1", "0" * 32)
    assert refused.value.code == 409.6


def test_a_project_keeps_its_number_where_nobody_has_it_and_the_next_counts_on(units):
    def take(number):
        return units.write(access.SYSTEM, lambda unit: pulling.take_project(unit, SOURCE, number, {"name": "Encuesta"}))

    assert take(17) == 17
    assert units.write(access.SYSTEM, lambda unit: projects.create_project(unit, "Otro").id) == 18
    assert take(1) == 19, "number 1 is a project of ours"
    assert take(10_000_000) == 20


def test_a_draft_that_was_made_here_is_never_replaced(units):
    def prepared(version):
        xml = convert(xlsform=builders.SIMPLE.format(form_id="simple", version=version), file_type=".md").xform
        with units.reading(access.SYSTEM) as unit:
            return pulling.prepare_version(unit, xml.encode())

    def draft():
        with units.reading(access.SYSTEM) as unit:
            return forms.find_form(unit, 1, "simple", forms.DRAFT).version.version

    def take(version):
        return units.write(access.SYSTEM, lambda unit: pulling.take_draft(unit, 1, prepared(version), {}))

    builders.simple_form(units)
    assert [take("a"), take("a"), take("b")] == ["new", "known", "new"] and draft() == "b"
    own = prepared("mine")
    units.write(access.SYSTEM, lambda unit: publishing.upload(unit, 1, own))
    assert take("c") == "own" and draft() == "mine"
    version = prepared("2")
    units.write(access.SYSTEM, lambda unit: pulling.take_version(unit, 1, version, {}, THEN))
    assert draft() == "mine"
    with units.reading(access.SYSTEM) as unit:
        assert forms.find_form(unit, 1, "simple").version.version == "2"
