"""Rules over several answers: combinations over phones and rows of repeats, and what a phone sent against what came."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from collector.domain import access
from collector.domain.problems import Problem
from collector.services import purging, review, rule_trials, rules
from tests import builders

FORM = """
| survey |
|  | type          | name      | label   |
|  | text          | taller    | Taller  |
|  | date          | fecha     | Fecha   |
|  | text          | equipo    | Equipo  |
|  | begin repeat  | asistente | Persona |
|  | text          | codigo    | Código  |
|  | end repeat    |           |         |
| settings |
|  | form_title | form_id   | version |
|  | Asistencia | {form_id} | 1       |
"""
CLOSING = """
| survey |
|  | type    | name       | label      |
|  | date    | fecha      | Fecha      |
|  | integer | enviados   | Enviados   |
|  | integer | listos     | Listos     |
| settings |
|  | form_title | form_id | version |
|  | Cierre     | cierre  | 1       |
"""
SESSION = {"field": "/equipo", "also": ["/taller", "/fecha"]}
PERSON = {"field": "/asistente/codigo", "also": ["/taller", "/fecha"]}
DAY = {"field": "/enviados", "date": "/fecha", "waiting": ["/listos"]}


@pytest.fixture
def form(units):
    return builders.a_form(units, FORM.format(form_id="asistencia"))


@pytest.fixture
def closing(units, form):
    return builders.a_form(units, CLOSING)


@pytest.fixture
def manager(units, bob):
    """Does act(unit) as the manager of project 1, in a writing unit."""
    actor = access.Actor(bob.id, "user", "Bob", (access.Grant(access.MANAGER.id, ("project", 1)),))
    return lambda act: units.write(actor, act)


@pytest.fixture
def send(phone, units):
    """Sends a filled form from a phone and runs its steps; n: makes the instanceID."""
    def do(n, body="", form_id="asistencia", device="collect:x", run=True, **more):
        xml = builders.a_submission(form_id, body=body, instance_id=f"uuid:{n}", **more)
        sent = phone.send(xml, device=device)
        assert sent.status_code == 201, sent.text
        if run:
            builders.run_steps(units)
    return do


@pytest.fixture
def held(units):
    """[(ref, Spanish words)] of what rules found in a record."""
    def do(n, form_id="asistencia"):
        with units.reading(access.SYSTEM) as unit:
            return [(one.ref, one.messages["es"]) for one in builders.findings_of(unit, form_id, f"uuid:{n}")
                    if one.kind == "rule"]
    return do


@pytest.fixture
def live(manager, units):
    """A rule of these parameters, tried and in force, with history checked again; what the trial told."""
    def do(type, parameters, form_id="asistencia"):
        number = manager(lambda unit: rules.add_rule(unit, 1, form_id, type, parameters)).row.id
        with units.reading(access.SYSTEM) as unit:
            seen = rule_trials.dry_run(unit, 1, form_id, number)
        manager(lambda unit: rules.note_trial(unit, 1, form_id, number, seen.parameters, seen.summary()))
        manager(lambda unit: rules.publish_rule(unit, 1, form_id, number))
        builders.run_steps(units)
        return seen
    return do


def attended(workshop="t1", day="2026-11-23", team="a", *people):
    rows = "".join(f"<asistente><codigo>{one}</codigo></asistente>" for one in people)
    return f"<taller>{workshop}</taller><fecha>{day}</fecha><equipo>{team}</equipo>{rows}"


def closed(day, sent, waiting=0):
    return f"<fecha>{day}</fecha><enviados>{sent}</enviados><listos>{waiting}</listos>"


@pytest.fixture
def today(units):
    """The day of the project."""
    return units.clock().astimezone(ZoneInfo("America/Lima")).date().isoformat()


@pytest.fixture
def marks(units):
    """How many marks are kept."""
    def count():
        with units.engine.connect() as connection:
            return connection.exec_driver_sql("SELECT count(*) FROM rule_marks").scalar()
    return count


def test_a_combination_shows_on_both_records(form, live, send, held):
    live("unique", SESSION)
    send(1, attended())
    send(2, attended(day="2026-11-24"))
    send(3, attended(team="b"))
    assert held(1) == held(2) == held(3) == []
    send(4, attended(workshop="T1 "))
    told = "La combinación «{} · 2026-11-23» está también en otro registro."
    assert held(1) == [("/data/equipo", told.format("a · t1"))]
    assert held(4) == [("/data/equipo", told.format("a · T1"))] and held(2) == held(3) == []
    send(5, attended(workshop=""))
    send(6, attended(workshop=""))
    assert held(5) == held(6) == [], "a combination that lacks a part is free"


def test_a_person_once_a_session_over_two_phones(form, live, send, held):
    live("unique", PERSON)
    send(1, attended("t1", "2026-11-23", "a", "P1", "P2"), device="collect:a")
    send(2, attended("t1", "2026-11-23", "b", "P3", "P2"), device="collect:b")
    send(3, attended("t1", "2026-11-24", "b", "P1", "P3"), device="collect:b")
    assert [ref for ref, _told in held(1)] == ["/data/asistente[2]/codigo"] == [ref for ref, _told in held(2)]
    assert held(3) == []
    send(4, attended("t1", "2026-11-23", "b", "P3"), device="collect:b", deprecated_id="uuid:2")
    assert held(1) == [] and held(2) == []


def test_history_is_tried_and_then_found(form, live, send, held, manager):
    for n, day in enumerate(("23", "24", "23", "25", "24")):
        send(n, attended("t1", f"2026-11-{day}", "a", f"P{n}", "P9"))
    seen = live("unique", PERSON)
    assert (seen.total, seen.looked, seen.records, seen.findings, seen.complete) == (5, 5, 4, 4, True)
    assert [one.instance_id for one in seen.first] == ["uuid:4", "uuid:2", "uuid:1", "uuid:0"]
    assert {one.finding.ref for one in seen.first} == {"/data/asistente[2]/codigo"}
    assert [bool(held(n)) for n in range(5)] == [True, True, True, False, True]
    shown, = manager(lambda unit: rules.list_rules(unit, 1, "asistencia"))
    assert shown.es == "La combinación de «Código», «Taller» y «Fecha» no se repite en este formulario"


def test_a_rule_that_compares_other_answers_forgets_what_it_marked(form, live, send, held, manager, marks):
    live("unique", SESSION)
    send(1, attended(workshop="x", team="y"))
    send(2, attended(workshop="x", team="y"))
    assert held(1)
    shown, = manager(lambda unit: rules.list_rules(unit, 1, "asistencia"))
    again = {"field": "/taller", "also": ["/equipo", "/fecha"]}
    changed = manager(lambda unit: rules.change_rule(unit, 1, "asistencia", shown.row.id, parameters=again))
    assert (changed.row.state, changed.row.tried) == ("draft", None) and held(1) == []
    same = manager(lambda unit: rules.change_rule(
        unit, 1, "asistencia", shown.row.id, parameters=again, severity="note"))
    assert same.row.parameters == {**again, "scope": "form"} and same.row.severity == "note"
    assert marks() == 0


def test_phones_that_send_at_once_are_both_told(form, live, send, held, units):
    live("unique", PERSON)
    with ThreadPoolExecutor(4) as phones:
        list(phones.map(lambda n: send(
            n, attended("t1", "2026-11-23", f"e{n}", "P1"), device=f"collect:{n}", run=False), range(8)))
    builders.run_steps(units)
    assert [[ref for ref, _told in held(n)] for n in range(8)] == [["/data/asistente[1]/codigo"]] * 8


def test_a_combination_of_the_whole_project(form, live, send, held, units):
    builders.a_form(units, FORM.format(form_id="otra"))
    live("unique", {**PERSON, "scope": "project"})
    send(1, attended("t1", "2026-11-23", "a", "P1"))
    send(2, attended("t1", "2026-11-23", "a", "P1"), form_id="otra")
    send(3, attended("t1", "2026-11-24", "a", "P1"), form_id="otra")
    assert held(1) and held(2, "otra") and not held(3, "otra")


def test_the_trash_does_not_count_and_once_emptied_nothing_is_left(
        form, live, send, held, manager, units, marks, monkeypatch):
    live("unique", PERSON)
    for n in (1, 2):
        send(n, attended("t1", "2026-11-23", "a", "P1"))
    manager(lambda unit: review.delete(unit, 1, "asistencia", "uuid:2"))
    builders.run_steps(units)
    assert held(1) == [] and marks() == 2
    clock = units.clock
    monkeypatch.setattr(units, "clock", lambda: clock() + timedelta(days=units.settings.trash_days + 1))
    assert purging.purge(units).records == 1 and marks() == 1


def test_what_a_phone_sent_and_did_not_come(closing, live, send, held, today):
    live("reconciled", DAY, "cierre")
    for n in (1, 2):
        send(n, attended())
    send(3, attended(), device="collect:other")
    send(4, closed(today, 3, 2), "cierre")
    assert held(4, "cierre") == [("/data/enviados", f"El teléfono dijo 3 enviados, llegaron 2. Falta 1 del {today}. "
                                  "Además quedaban 2 por enviar.")]
    send(5, closed(today, 1), "cierre", device="collect:other")
    assert held(5, "cierre") == []


def test_it_is_judged_again_as_more_comes(closing, live, send, held, today):
    """The closing may come before the others do."""
    live("reconciled", DAY, "cierre")
    send(1, closed(today, 3), "cierre")
    assert "no llegó ninguno" in held(1, "cierre")[0][1]
    send(2, attended())
    send(3, attended(), device="collect:other")
    assert "llegó 1. Faltan 2" in held(1, "cierre")[0][1]
    send(4, attended())
    send(5, attended(), deprecated_id="uuid:4")
    assert held(1, "cierre") == [], "what was corrected on the phone was sent twice"


def test_another_day_does_not_count(closing, live, send, held, today):
    live("reconciled", DAY, "cierre")
    before = (date.fromisoformat(today) - timedelta(days=1)).isoformat()
    send(1, attended())
    send(2, closed(before, 1), "cierre")
    assert held(2, "cierre") == [("/data/enviados",
                                  f"El teléfono dijo 1 enviado, no llegó ninguno. Falta 1 del {before}.")]


def test_what_was_parked_was_not_taken_and_the_phone_still_has_it(closing, live, send, held, today, phone):
    live("reconciled", DAY, "cierre")
    sent = phone.send(builders.a_submission("nadie", instance_id="uuid:9"), device="collect:x")
    assert sent.status_code == 404
    send(1, closed(today, 1), "cierre")
    assert "no llegó ninguno" in held(1, "cierre")[0][1]


def test_closings_of_history_are_tried_one_by_one(closing, live, send, held, today):
    send(1, attended())
    send(2, closed(today, 1), "cierre")
    send(3, closed(today, 5), "cierre")
    seen = live("reconciled", DAY, "cierre")
    assert (seen.total, seen.looked, seen.records) == (2, 2, 1) and seen.first[0].instance_id == "uuid:3"
    assert not held(2, "cierre") and "llegaron 2" in held(3, "cierre")[0][1]


def test_it_takes_the_right_for_the_whole_project(closing, units, carol):
    of_form = access.Actor(carol.id, "user", "Carol", (access.Grant(access.MANAGER.id, ("form", closing.form.id)),))
    with pytest.raises(Problem) as told:
        units.write(of_form, lambda unit: rules.add_rule(unit, 1, "cierre", "reconciled", DAY))
    assert told.value.code == 403.1
