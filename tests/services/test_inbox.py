"""The inbox: what a filter shows, counts and decides about is one set of records, whatever the filter; oldest first."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from collector.domain import access
from collector.services import bulks, deciding, filters, inbox, records
from collector.services.filters import Filters
from tests import builders

FORM = """
| survey |
|  | type | name | label |
|  | text | nombre | Nombre |
|  | select_one lugar | distrito | Distrito |
|  | integer | edad | Edad |
|  | image | foto | Foto |
| choices |
|  | list_name | name | label |
|  | lugar | uno | Río Uno |
|  | lugar | dos | Dos |
| settings |
|  | form_title | form_id | version |
|  | {form} | {form} | {version} |
"""


@pytest.fixture
def many(units, phone, bob):
    """Two dozen records of two forms in all sorts of states."""
    chance, start = random.Random(4), datetime(2026, 3, 1, 12, tzinfo=UTC)
    for form, version in (("visita", "1"), ("censo", "1"), ("visita", "2")):
        builders.a_form(units, FORM.format(form=form, version=version))
    other = builders.phone_key(phone.app, name="Teléfono 2")
    units.wake = lambda: None
    for number in range(24):
        units.clock = lambda number=number: start + timedelta(hours=5 * number)
        form = chance.choice(("visita", "visita", "censo"))
        body = (f"<nombre>{chance.choice(('Ana Ríos', 'Eva', 'Luz ríos'))}</nombre>"
                f"<distrito>{chance.choice(('uno', 'dos'))}</distrito>"
                f"<edad>{chance.choice(('30', 'x'))}</edad>{chance.choice(('', '<foto>1.jpg</foto>'))}")
        version = chance.choice(("1", "2")) if form == "visita" else "1"
        chance.choice((phone, other)).send(builders.a_submission(form, version, body, f"uuid:{number}"))
        if chance.random() < .2:
            phone.send(builders.a_submission(form, version, body, f"uuid:{number}b", f"uuid:{number}"))
        if chance.random() < .3:
            bob.patch(f"/v1/projects/1/forms/{form}/submissions/uuid%3A{number}",
                      json={"reviewState": chance.choice(("approved", "rejected", "hasIssues"))})
    builders.run_steps(units)
    return phone.id, other.id


def narrowings(phones):
    """Filters of each kind and some together."""
    chance = random.Random(9)
    single = [Filters(), *(Filters(queue=one) for one in (*filters.QUEUES, "all")),
              *(Filters(state=one) for one in ("received", "edited", "approved", "rejected", "hasIssues")),
              *(Filters(finding=one) for one in ("any", "error", "warning", "type", "file", "range")),
              Filters(phone=phones[0]), Filters(phone=phones[1]), Filters(incomplete=True), Filters(text="rios"),
              Filters(text="ANA ríos"), Filters(text="nadie"), Filters(version="2"), Filters(version="9"),
              Filters(since=date(2026, 3, 3)), Filters(until=date(2026, 3, 4)),
              Filters(xml_form_id="visita", answers=(("/distrito", "uno"),)),
              Filters(xml_form_id="visita", answers=(("/distrito", "Río Uno"),)),
              Filters(xml_form_id="censo", answers=(("/nothing", "x"),))]
    def together():
        base = replace(chance.choice(single), xml_form_id=chance.choice(("", "visita")))
        return replace(base, answers=base.answers if base.xml_form_id else (),
                       queue=chance.choice(("", "waiting", "findings")),
                       phone=chance.choice((None, *phones)), text=chance.choice(("", "rios")))
    return single + [together() for _ in range(8)]


def test_what_a_filter_shows_counts_and_decides_is_one_set(many, units):
    with units.reading(access.SYSTEM) as unit:
        every = {one.submission.id: one for one in records.list_records(unit, 1, limit=100)}
        assert len(every) == 24
        sizes = set()
        for given in narrowings(many):
            shown = paged(unit, given)
            told = inbox.list_page(unit, 1, given)
            newest = [one.submission.id for one in records.list_records(unit, 1, given, limit=100)]
            assert shown == sorted(set(shown)) == newest[::-1], given
            assert len(shown) == told.count == records.count_records(unit, 1, given) == inbox.count(unit, 1, given)
            for queue, count in told.queues.items():
                assert count == len(paged(unit, replace(given, queue=queue))), (given, queue)
            assert filters.read(filters.written(given)) == given, given
            walked = [] if not shown else [shown[0]]
            while walked and (after := inbox.neighbours(unit, 1, walked[-1], given)[1]):
                assert inbox.neighbours(unit, 1, after.submission.id, given)[0].submission.id == walked[-1]
                walked.append(after.submission.id)
            assert walked == shown
            sizes.add(len(shown))
        assert len(sizes) > 8
    for given in narrowings(many):
        with units.reading(access.SYSTEM) as unit:
            shown = paged(unit, given)
        planned = units.write(access.SYSTEM, lambda unit, given=given: bulks.plan(unit, 1, "reject", given))
        with units.reading(access.SYSTEM) as unit:
            chosen = [row[0].id for row in bulks.list_items(unit, 1, planned.row.id, limit=100)]
        assert chosen == shown and planned.row.total == len(shown), given


def paged(unit, given) -> list[int]:
    found, after = [], None
    while True:
        told = inbox.list_page(unit, 1, given, after, limit=7)
        found += [one.submission.id for one in told.rows]
        if not told.more:
            return found
        after = found[-1]


def test_the_page_before_is_the_one_that_one_came_from(many, units):
    with units.reading(access.SYSTEM) as unit:
        first = inbox.list_page(unit, 1, Filters(), limit=7)
        second = inbox.list_page(unit, 1, Filters(), first.rows[-1].submission.id, limit=7)
        back = inbox.list_page(unit, 1, Filters(), before=second.rows[0].submission.id, limit=7)
    assert [one.submission.id for one in back.rows] == [one.submission.id for one in first.rows]
    assert (first.earlier, first.more, second.earlier, back.earlier, back.more) == (False, True, True, False, True)


def test_counts_go_no_further_than_is_told(many, units, monkeypatch):
    monkeypatch.setattr(inbox, "MOST", 3)
    with units.reading(access.SYSTEM) as unit:
        for given in narrowings(many):
            told = inbox.list_page(unit, 1, given)
            exact = records.count_records(unit, 1, given)
            assert told.count == min(exact, 4) and len(told.rows) == min(exact, 30)
            assert told.queues["waiting"] == min(records.count_records(unit, 1, replace(given, queue="waiting")), 4)


def test_what_one_opened_is_unread_no_more_until_a_new_version_comes(units, phone, bob, system):
    builders.simple_form(units)
    phone.send(builders.a_submission(instance_id="uuid:1"))
    def unread(unit):
        return inbox.count(unit, 1, Filters(queue="unread"))
    def opened(unit):
        deciding.mark_read(unit, 1, records.find_record(unit, 1, "simple", "uuid:1"))
    assert system(unread) == 1
    with units.reading(access.SYSTEM) as unit:
        opened(unit)
    assert system(unread) == 0
    phone.send(builders.a_submission(instance_id="uuid:2", deprecated_id="uuid:1"))
    assert system(unread) == 1


@pytest.mark.parametrize("given", [
    {"phone": "x"}, {"state": "sent"}, {"queue": "late"}, {"finding": "none"}, {"since": "2026-02-30"},
    {"until": "0001-01-01"},
    {"f/distrito": "uno"}, {"files": "all"}])
def test_what_makes_no_sense_in_an_address_narrows_nothing(given):
    assert filters.read(given) == Filters()
