"""What each phone told when its day was closed, on the page of phones."""

from zoneinfo import ZoneInfo

import pytest

from collector.domain import access
from collector.services import rule_trials, rules
from tests import builders

CLOSING = """
| survey |
|  | type    | name       | label      |
|  | date    | fecha      | Fecha      |
|  | integer | enviados   | Enviados   |
|  | integer | listos     | Listos     |
|  | integer | borradores | Borradores |
| settings |
|  | form_title | form_id | version |
|  | Cierre     | cierre  | 1       |
"""
DAY = {"field": "/enviados", "date": "/fecha", "waiting": ["/listos", "/borradores"]}


@pytest.fixture
def closing(units):
    builders.simple_form(units)
    return builders.a_form(units, CLOSING)


@pytest.fixture
def live(units, closing):
    """The rule in force that says which fields tell what a phone sent."""
    def made(unit):
        return rules.add_rule(unit, 1, "cierre", "reconciled", DAY).row.id

    number = units.write(access.SYSTEM, made)
    with units.reading(access.SYSTEM) as unit:
        seen = rule_trials.dry_run(unit, 1, "cierre", number)
    told = seen.parameters, seen.summary()
    units.write(access.SYSTEM, lambda unit: rules.note_trial(unit, 1, "cierre", number, *told))
    units.write(access.SYSTEM, lambda unit: rules.publish_rule(unit, 1, "cierre", number))
    builders.run_steps(units)


@pytest.fixture
def close(phone, units):
    """Sends what somebody read off the phone today."""
    today = units.clock().astimezone(ZoneInfo("America/Lima")).date().isoformat()

    def do(n, sent, ready=0, drafts=0):
        body = (f"<fecha>{today}</fecha><enviados>{sent}</enviados><listos>{ready}</listos>"
                f"<borradores>{drafts}</borradores>")
        assert phone.send(builders.a_submission("cierre", body=body, instance_id=f"uuid:{n}")).status_code == 201
        builders.run_steps(units)
    return do


def test_nothing_is_shown_where_no_rule_says_how_days_are_closed(bobs, closing, close):
    close(1, 5)
    assert "Último cierre" not in bobs.get("/projects/1/phones").text


def test_the_last_closing_of_each_phone_with_what_arrived(bobs, live, close, phone):
    for n in range(3):
        phone.send(builders.a_submission(instance_id=f"uuid:s{n}"))
    close(1, 3)
    close(2, 7, 2, 1)
    text = bobs.get("/projects/1/phones").text
    assert "Último cierre" in text and "dijo 7 enviados, llegaron 4" in text, "the earlier closing came too"
    assert "dijo 3 enviados" not in text and "Listos: 2" in text and "Borradores: 1" in text
    assert 'href="/projects/1/forms/cierre/submissions/uuid:2"' in text
    chosen = bobs.get(f"/projects/1/phones?phone={phone.id}").text
    assert chosen.count("dijo 7 enviados, llegaron 4") == 2
    record = bobs.get("/projects/1/forms/cierre/submissions/uuid:2").text
    assert "El teléfono dijo 7 enviados, llegaron 4. Faltan 3 del" in record and "quedaban 3 por enviar" in record


def test_all_arrived_and_a_phone_that_has_not_closed_yet(bobs, app, live, close, phone):
    builders.phone_key(app, name="Otro teléfono")
    phone.send(builders.a_submission(instance_id="uuid:s1"))
    close(1, 1)
    text = bobs.get("/projects/1/phones").text
    assert "dijo 1 enviado, llegó 1" in text and "ninguno</span>" in text and "Listos:" not in text


def test_it_is_shown_to_those_alone_who_may_read_the_record(bobs, app, units, live, close, phone):
    phone.send(builders.a_submission(instance_id="uuid:s1"))
    close(1, 1)
    units.write(access.SYSTEM, lambda unit: builders.add_grant(
        unit, builders.person(app, "carol").id, access.SUPERVISOR.id, "project", 1,
        access.RowScope((phone.id + 100,))))
    assert "dijo 1" in bobs.get("/projects/1/phones").text
    carols = builders.a_browser(app, "carol").get("/projects/1/phones")
    assert carols.status_code in (200, 403) and "dijo 1" not in carols.text
