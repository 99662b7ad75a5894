"""The inbox: what a filter shows, counts and decides about is one set of records, whatever the filter; oldest first."""

import csv
import io
import random
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from collector.domain import access, wordlist
from collector.services import (
    bulks,
    deciding,
    exporting,
    extracting,
    filters,
    inbox,
    orders,
    records,
    searching,
)
from collector.services.filters import Filters
from collector.store.queries import narrowing, words
from collector.store.queries import returns as queries
from tests import builders

FORM = """
| survey |
|  | type | name | label |
|  | text | nombre | Nombre |
|  | select_one lugar | distrito | Distrito |
|  | integer | edad | Edad |
|  | image | foto | Foto |
|  | geopoint | punto | Punto |
|  | begin_repeat | persona | Persona |
|  | text | apodo | Apodo |
|  | end_repeat | | |
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
    forms = [chance.choice(("visita", "visita", "censo")) for _number in range(24)]
    for number in range(24):
        units.clock = lambda number=number: start + timedelta(hours=5 * number)
        form = forms[number]
        body = (f"<nombre>{chance.choice(('Ana Ríos', 'Eva', 'Luz ríos'))}</nombre>"
                f"<distrito>{chance.choice(('uno', 'dos'))}</distrito>"
                f"<edad>{chance.choice(('30', 'x'))}</edad>{chance.choice(('', '<foto>1.jpg</foto>'))}"
                f"{chance.choice(('', '<punto>-4.5 -77.5 0 0</punto>', '<punto>-4.9 -77.9 0 0</punto>'))}"
                f"<persona><apodo>a{number}</apodo></persona><persona/>")
        version = chance.choice(("1", "2")) if form == "visita" else "1"
        chance.choice((phone, other)).send(builders.a_submission(form, version, body, f"uuid:{number}"))
        if chance.random() < .2:
            phone.send(builders.a_submission(form, version, body, f"uuid:{number}b", f"uuid:{number}"))
        if chance.random() < .3:
            bob.patch(f"/v1/projects/1/forms/{form}/submissions/uuid%3A{number}",
                      json={"reviewState": chance.choice(("approved", "rejected", "hasIssues"))})
    builders.run_steps(units)
    give_back(units, chance)
    units.clock = lambda: start + timedelta(days=20)
    for number in range(24):
        if number % 6 == 1:
            bob.patch(f"/v1/projects/1/forms/{forms[number]}/submissions/uuid%3A{number}",
                      json={"reviewState": "approved"})
    builders.run_steps(units)
    return phone.id, other.id


def give_back(units, chance):
    """Some are returned; of those some come back, by an edit or by a person."""
    for one in units.write(access.SYSTEM, lambda unit: records.list_records(unit, 1, limit=100)):
        if chance.random() < .3:
            how = chance.choice((None, "edit", "new", "person"))
            units.write(access.SYSTEM, lambda unit, one=one, how=how: queries.add_return(
                unit.session, project_id=1, form_id=one.submission.form_id, submission_id=one.submission.id,
                version_id=one.version.id, fields=[], opened_at=unit.now(), closed_at=unit.now() if how else None,
                how=how))


def narrowings(phones):
    """Filters of each kind and some together."""
    chance = random.Random(9)
    single = [Filters(), *(Filters(queue=one) for one in (*filters.QUEUES, "all")),
              *(Filters(state=one) for one in ("received", "edited", "approved", "rejected", "hasIssues")),
              *(Filters(finding=one) for one in ("any", "error", "warning", "type", "file", "range")),
              Filters(phone=phones[0]), Filters(phone=phones[1]), Filters(incomplete=True), Filters(text="rios"),
              Filters(text="ANA ríos"), Filters(text="nadie"), Filters(version="2"), Filters(version="9"),
              Filters(near=(-4.5, -77.5, 5.0)), Filters(near=(-4.7, -77.7, 100.0)),
              Filters(near=(10.0, 10.0, 50.0)), Filters(text="uuid:3"), Filters(text="a1"),
              Filters(since=date(2026, 3, 3)), Filters(until=date(2026, 3, 4)),
              Filters(xml_form_id="visita", answers=(("/distrito", "uno"),)),
              Filters(xml_form_id="visita", answers=(("/distrito", "Río Uno"),)),
              Filters(xml_form_id="censo", answers=(("/nothing", "x"),))]
    def together():
        base = replace(chance.choice(single), xml_form_id=chance.choice(("", "visita")))
        return replace(base, answers=base.answers if base.xml_form_id else (),
                       queue=chance.choice(("", "waiting", "findings", "returned", "today")),
                       near=chance.choice((None, None, (-4.5, -77.5, 5.0))),
                       phone=chance.choice((None, *phones)), text=chance.choice(("", "rios")))
    return single + [together() for _ in range(8)]


def test_what_a_filter_shows_counts_and_decides_is_one_set(many, units):
    with units.reading(access.SYSTEM) as unit:
        every = {one.submission.id: one for one in records.list_records(unit, 1, limit=100)}
        assert len(every) == 24
        pages: list[int] = []
        while some := records.list_records(unit, 1, before=pages[-1] if pages else None, limit=7):
            pages += [one.submission.id for one in some]
        assert pages == sorted(every, reverse=True)
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


def test_what_a_filter_shows_is_what_it_exports(many, units):
    with units.reading(access.SYSTEM) as unit:
        for given in narrowings(many):
            shown = {one: {record.submission.instance_id for record in records.list_records(
                unit, 1, replace(given, xml_form_id=one), limit=100)} for one in ("visita", "censo")
                if given.xml_form_id in ("", one)}
            for form, instances in shown.items():
                only = filters.written(given)
                order = orders.order(["csv"], only=only)
                assert orders.read_order(orders.as_plain(order)) == order
                extract = extracting.open_extract(unit, 1, form, order.filter)
                batches = list(extract.batches(unit, 7))
                out = [one for batch in batches for one in batch.root.instances]
                assert set(out) == instances and len(out) == extract.total == len(instances), (form, given)
                people = {one for batch in batches for one in batch.tables["/persona"].instances}
                assert people == instances, (form, given)
                assert csv_keys(unit, form, only) == [sorted(instances)] * 2, (form, given)


def csv_keys(unit, form, only) -> list[list[str]]:
    """Which records stand in the CSV of the root, and in that of the repeat."""
    packed = zipfile.ZipFile(io.BytesIO(b"".join(exporting.csv_zip(
        unit, 1, form, exporting.Options(only=tuple(only.items()))))))
    named = {name: list(csv.DictReader(io.StringIO(packed.read(name).decode("utf-8-sig"))))
             for name in packed.namelist() if name.endswith(".csv")}
    assert len(named) == 2, list(named)
    return [sorted({row[key].partition("/")[0] for row in rows})
            for (_name, rows), key in zip(sorted(named.items(), key=lambda one: len(one[0])), ("KEY", "PARENT_KEY"),
                                          strict=True)]


def test_words_are_found_in_blocks_as_in_each_record(many, units, monkeypatch):
    monkeypatch.setattr(words, "SIZE", 5)
    found = [Filters(text=text) for text in ("rios", "ana", "an rio", "uuid:3", "uuid:3 eva", "a1", "1", "zz")]
    def shown():
        with units.reading(access.SYSTEM) as unit:
            return [paged(unit, given) for given in found]
    def each():
        with units.reading(access.SYSTEM) as unit:
            return [[one.submission.id for one in records.list_records(unit, 1, given, limit=100)][::-1]
                    for given in found]
    before = shown()
    assert before == each() and before[0] and before[-1] == []
    assert searching.gather(units) >= 4 and searching.gather(units) == 0
    assert shown() == before
    assert each() == before
    monkeypatch.setattr(inbox.queries, "LISTED", 2)
    monkeypatch.setattr(narrowing, "FEW", 1)
    assert shown() == each() == before
    monkeypatch.setattr(words, "MOST_WORDS", 1)
    assert shown() == before


def test_a_text_that_changes_takes_its_block_with_it(units, phone, monkeypatch):
    monkeypatch.setattr(words, "SIZE", 2)
    builders.a_form(units, FORM.format(form="visita", version="1"))
    for number in range(1, 6):
        phone.send(builders.a_submission("visita", "1", f"<nombre>Ana {number}</nombre>", f"uuid:{number}"))
    searching.gather(units)
    def named(text):
        with units.reading(access.SYSTEM) as unit:
            return len(paged(unit, Filters(text=text)))
    assert (named("ana"), named("berta")) == (5, 0)
    phone.send(builders.a_submission("visita", "1", "<nombre>Berta</nombre>", "uuid:9", "uuid:2"))
    assert (named("ana"), named("berta")) == (4, 1)
    with units.reading(access.SYSTEM) as unit:
        edition, texts = words.find_edition(unit.session, 1), words.list_texts(unit.session, 1)
    phone.send(builders.a_submission("visita", "1", "<nombre>Carla</nombre>", "uuid:10", "uuid:3"))
    packed = wordlist.pack((place, text) for place, _form, text in texts)
    assert not units.write(access.SYSTEM, lambda unit: words.keep(unit.session, 1, edition, *packed, {1}))
    assert (named("ana"), named("carla")) == (3, 1)
    searching.gather(units)
    assert (named("ana"), named("berta"), named("carla")) == (3, 1, 1)


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
            for queue in filters.QUEUES:
                exact = records.count_records(unit, 1, replace(given, queue=queue))
                assert told.queues[queue] == min(exact, 4), (queue, given)


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
