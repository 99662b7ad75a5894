"""How a form and a project stand: every number on the page is the number of the records that its link leads to."""

import random
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from lxml import html

from collector.domain import access
from collector.services import overview
from collector.web.pages import overview as pages
from tests import builders

FORM = """
| survey |
|  | type | name | label |
|  | text | nombre | Nombre |
|  | select_one lugar | distrito | Distrito |
|  | integer | edad | Edad |
|  | select_one gente | encuestador | Encuestador |
|  | image | foto | Foto |
| choices |
|  | list_name | name | label |
|  | lugar | uno | Río Uno |
|  | lugar | dos | Dos |
|  | gente | inigo | Íñigo Paz |
|  | gente | eva | Eva |
| settings |
|  | form_title | form_id | version |
|  | {form} | {form} | 1 |
"""
NOW = datetime(2026, 3, 25, 17, tzinfo=UTC)
STATES = ("approved", "rejected", "hasIssues")


@pytest.fixture
def many(units, phone, bob):
    """Records of two forms over ten weeks, of two phones, in all sorts of states."""
    chance = random.Random(7)
    for form in ("visita", "censo de río"):
        builders.a_form(units, FORM.format(form=form))
    other = builders.phone_key(phone.app, name="Teléfono 2")
    units.wake = lambda: None
    for number in range(40):
        came = NOW - timedelta(hours=37 * (39 - number), minutes=number)
        units.clock = lambda came=came: came
        form, sender = chance.choice(("visita", "visita", "censo de río")), chance.choice((phone, other))
        body = (f"<nombre>Ana</nombre><distrito>{chance.choice(('uno', 'dos'))}</distrito>"
                f"<edad>{chance.choice(('30', 'x'))}</edad>"
                f"<encuestador>{chance.choice(('inigo', 'eva'))}</encuestador>"
                f"{chance.choice(('', '<foto>1.jpg</foto>'))}")
        sender.send(builders.a_submission(form, "1", body, f"uuid:{number}"))
        record = f"/v1/projects/1/forms/{quote(form)}/submissions/uuid%3A{number}"
        units.clock = lambda came=came, number=number: came + timedelta(hours=number)
        if chance.random() < .5:
            assert bob.patch(record, json={"reviewState": chance.choice(STATES)}).status_code == 200
        elif chance.random() < .3:
            sender.send(builders.a_submission(form, "1", body, f"uuid:{number}b", f"uuid:{number}"))
        elif chance.random() < .4:
            told = {"words": "Mire otra vez", "due": "2026-03-01"}
            assert bob.post(f"{record}/returns", json=told).status_code == 200
    units.clock = lambda: NOW
    builders.run_steps(units)
    return phone.id, other.id


def numbers_of(page) -> list[tuple[str, int]]:
    """(address, number told beside or in the link) of every link of the page to records or returns."""
    found = []
    links = "//main//a[contains(@href, '/inbox?') or contains(@href, '/returns?')]"
    for link in html.fromstring(page.data).xpath(links):
        bold = link.xpath("b")
        beside = link.xpath("following-sibling::*[1][self::span]")
        words = (bold[0] if bold else beside[0] if beside else link).text_content()
        told = re.search(r"([\d,]+)\D*$", words)
        assert told, html.tostring(link)
        found.append((link.get("href"), int(told[1].replace(",", ""))))
    return found


def count_at(browser, address: str) -> int:
    page = browser.get(address)
    assert page.status_code == 200, address
    if "/returns" in address:
        return len(html.fromstring(page.data).xpath("//main//ul[@class='list']/li"))
    told = re.search(r"([\d,]+) registros?\b", html.fromstring(page.data).get_element_by_id("rows").text_content())
    return int(told[1].replace(",", "")) if told else 0


def check(browser, *addresses: str) -> int:
    """How many different links were followed: each leads to as many records as the page said."""
    followed = {}
    for address in addresses:
        page = browser.get(address)
        assert page.status_code == 200, address
        for link, told in numbers_of(page):
            assert followed.setdefault(link, told) == told, (address, link, "two numbers for one filter")
    for link, told in followed.items():
        assert count_at(browser, link) == told, (link, told)
    return len(followed)


PAGES = ("/projects/1", "/projects/1/overview?form=visita&by=/distrito", "/projects/1/overview?form=visita&period=14",
         "/projects/1/overview?form=visita&period=56&by=/distrito", "/projects/1/overview?form=censo%20de%20r%C3%ADo")


def test_every_number_is_that_of_the_records_that_its_link_leads_to(many, bobs):
    assert check(bobs, *PAGES) > 100


def test_who_asked_is_told_without_being_asked_for(many, bobs):
    part = html.fromstring(bobs.get("/projects/1/overview").data).get_element_by_id("h-by").getparent().getparent()
    assert "Encuestador" in part.text_content() and "Íñigo Paz" in part.text_content()
    assert 'id="h-by"' not in bobs.get("/projects/1/overview?by=").text


def test_so_it_is_for_who_sees_the_records_of_one_phone_only(many, bobs, carols, units, app):
    limit(units, access.RowScope(phones=(many[0],)))
    carols = builders.a_browser(app, "carol")
    assert check(carols, *PAGES) > 60
    assert totals(carols) < totals(bobs)


def test_and_for_who_sees_one_district_or_one_form_only(many, bobs, units, app):
    limit(units, access.RowScope(field="/distrito", values=("uno",)))
    carols = builders.a_browser(app, "carol")
    assert check(carols, *PAGES) > 60 and totals(carols) < totals(bobs)
    assert "Dos" not in html.fromstring(carols.get(PAGES[1]).data).get_element_by_id("h-by").getparent().getparent() \
        .text_content()


def limit(units, rows: access.RowScope) -> None:
    """Nothing; carol supervises project 1, of which she sees these records."""
    from collector.services import grants, people

    def work(unit):
        carol = next(one for one in people.list_users(unit) if one.email.startswith("carol"))
        grants.add_grant(unit, grants.place(unit, 1), access.SUPERVISOR, carol.id, rows)
    units.write(access.SYSTEM, work)


def totals(browser) -> int:
    return int(html.fromstring(browser.get(PAGES[1]).data).xpath("string(//div[@class='tiles']/a[1]/b)"))


def test_how_long_a_decision_takes_is_told_by_week_of_arrival(units, phone, bob, bobs):
    builders.simple_form(units)
    hours = (1, 2, 3, 10, 200)
    for number, took in enumerate(hours):
        units.clock = lambda: NOW - timedelta(days=20)
        phone.send(builders.a_submission(instance_id=f"uuid:{number}"))
        units.clock = lambda took=took: NOW - timedelta(days=20) + timedelta(hours=took)
        record = f"/v1/projects/1/forms/simple/submissions/uuid%3A{number}"
        bob.patch(record, json={"reviewState": "hasIssues"})
        units.clock = lambda: NOW - timedelta(days=1)
        bob.patch(record, json={"reviewState": "approved"})
    units.clock = lambda: NOW
    with units.reading(access.SYSTEM) as unit:
        told = overview.form_overview(unit, 1, "simple")
        line, = overview.project_overview(unit, 1).lines
    week, = told.weeks
    assert (week.total, week.decided, week.waiting, week.median) == (5, 5, 0, 3.0) and week.since.weekday() == 0
    assert week.slowest == pytest.approx(124) and told.median == line.hours == 3.0
    shown = bobs.get("/projects/1/overview?form=simple").text
    assert "La mitad se decide en 3 h o menos; uno de cada diez tarda más de 5.2 días." in shown


def test_a_decision_that_was_taken_back_does_not_count(units, phone, bob, system):
    from collector.services import deciding

    builders.simple_form(units)
    units.clock = lambda: NOW - timedelta(hours=5)
    phone.send(builders.a_submission(instance_id="uuid:1"))
    system(lambda unit: deciding.decide(unit, 1, "simple", "uuid:1", "approve", "0.0"))
    system(lambda unit: deciding.undo(unit, 1, "simple", "uuid:1"))
    units.clock = lambda: NOW
    system(lambda unit: deciding.decide(unit, 1, "simple", "uuid:1", "approve", "0.2"))
    with units.reading(access.SYSTEM) as unit:
        assert overview.form_overview(unit, 1, "simple").median == 5.0


def test_pages_without_anything_say_what_to_do(bobs, carols, units):
    assert "Todavía no hay formularios" in bobs.get("/projects/1").text
    assert bobs.get("/projects/1/overview").status_code == 404
    builders.simple_form(units)
    assert "Todavía no llegó ningún registro" in bobs.get("/projects/1").text
    assert "Ningún registro en este periodo" in bobs.get("/projects/1/overview").text
    assert bobs.get("/projects/1/overview?form=none").status_code == 404
    assert carols.get("/projects/1/overview?form=simple").status_code == 403
    assert bobs.get("/projects/1/overview?form=simple&period=x&by=/nombre").status_code == 200


def test_silent_phones_are_told_the_longest_silent_first(units, bobs, phone, app):
    builders.simple_form(units)
    phone.send(builders.a_submission())
    assert "todos se vieron en los últimos 7 días" in bobs.get("/projects/1").text
    later = units.clock() + timedelta(days=9)
    units.clock = lambda: later
    bobs = builders.a_browser(app, "bob")
    shown = html.fromstring(bobs.get("/projects/1").data).xpath("//section[@aria-labelledby='h-phones']")[0]
    assert "Teléfono 1" in shown.text_content() and "hace 9 días" in shown.text_content()


def test_what_the_server_could_not_tell_is_no_bar_beside_what_was_found(app):
    with app.test_request_context():
        shares = pages.kind_shares({"not-evaluated": 465, "rule": 7, "file": 1}, lambda kind: f"?{kind}")
    assert [(one.count, one.address) for one in shares] == [(7, "?rule"), (1, "?file")]
    assert shares[0].width == "100%"
