"""Who saw, exported, changed what: noted after the answer, narrowed, read page by page, taken as CSV."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest

from collector.domain import access
from collector.services import activity, alike, bulks, closing_returns, delivering, returns
from collector.services.activity import Asked
from collector.web.pages import activity_words
from tests import builders

INSTANCE = "uuid:11111111-2222-4333-8444-555555555555"
RECORD = f"/projects/1/forms/simple/submissions/{INSTANCE}"


@pytest.fixture(autouse=True)
def record(units, phone):
    builders.simple_form(units)
    assert phone.send(builders.a_submission(instance_id=INSTANCE)).status_code == 201


def test_what_is_done_to_records_has_words_in_the_activity(phone):
    """Names of acts are never shown as they stand in the database."""
    told = {alike.ACTION, bulks.ACTION, closing_returns.CLOSE, closing_returns.REOPEN, delivering.HALT,
            returns.OPEN, returns.ANSWER, "form.alike", "form.recheck", "finding.settle", "recipe.update",
            "rule.publish", "webhook.create"}
    with phone.app.test_request_context():
        assert told - activity_words._words().keys() == set()


def acts(units, **asked):
    with units.reading(access.SYSTEM) as unit:
        return activity.list_acts(unit, Asked(**asked), 1)[0]


def look(browser, path=RECORD):
    answer = browser.get(path, buffered=True)
    assert answer.status_code == 200


def test_seeing_a_record_is_one_act_a_person_record_and_day(alices, bobs, bob, units):
    for _ in range(3):
        look(bobs)
    look(alices)
    look(bobs, f"{RECORD}/print")
    assert bob.get(f"/v1/projects/1/forms/simple/submissions/{INSTANCE}.xml").status_code == 200
    assert [(one.who, one.instance_id) for one in acts(units, kind="seen")] == [("Alice", INSTANCE), ("Bob", INSTANCE)]
    units.memory.clear()  # another process
    look(bobs)
    assert len(acts(units, kind="seen")) == 2
    clock = units.clock
    units.clock = lambda: clock() + timedelta(days=1)
    look(bobs)
    assert len(acts(units, kind="seen")) == 3


def test_who_looked_stands_not_in_the_records_own_history(bobs, bob, units):
    look(bobs)
    assert "submission.read" not in bobs.get(RECORD).text and "Vio el registro" not in bobs.get(RECORD).text
    told = bob.get(f"/v1/projects/1/forms/simple/submissions/{INSTANCE}/audits").get_json()
    assert [one["action"] for one in told] == ["submission.create"]


@pytest.mark.sqlite
def test_noting_it_waits_for_the_answer_and_costs_nothing_the_second_time(bobs, units, asked):
    look(bobs)
    asked.clear()
    answer = bobs.get(RECORD)
    assert answer.status_code == 200
    answer.close()
    assert not [one for one in asked if one.startswith(("INSERT", "UPDATE"))]
    units.memory.clear()
    asked.clear()
    answer = bobs.get(RECORD)
    assert not [one for one in asked if "INSERT INTO events" in one]
    answer.close()


def test_the_page_narrows_by_kind_person_record_and_days(alices, bobs, units):
    look(alices)
    bobs.post(f"{RECORD}/review", data={"state": "approved"})
    bobs.get("/projects/1/forms/simple/submissions.csv", buffered=True)
    here = "/projects/1/activity"
    every = bobs.get(here).text
    assert "Vio el registro" in every and "Llegó un registro" not in every and "<td data-l=\"Quién\">Alice" in every
    assert "Llegó un registro" in bobs.get(f"{here}?kind=received").text
    for beyond in ("since=0001-01-01", "until=9999-12-31"):  # days that clocks do not reach narrow nothing
        assert "Vio el registro" in bobs.get(f"{here}?{beyond}").text
    number = next(one.id for one in people(units) if one.name == "Bob")
    assert "Vio el registro" not in bobs.get(f"{here}?who={number}").text
    assert "Vio el registro" in bobs.get(f"{here}?record={INSTANCE}").text
    assert "Nada con este filtro" in bobs.get(f"{here}?record=uuid:none").text
    today = datetime.now(UTC).date()
    assert "Vio el registro" in bobs.get(f"{here}?since={today - timedelta(1)}&until={today + timedelta(1)}").text
    assert "Nada con este filtro" in bobs.get(f"{here}?since={today + timedelta(2)}").text
    assert "Nada con este filtro" in bobs.get(f"{here}?until={today - timedelta(2)}").text


def people(units):
    from collector.services import people as accounts

    with units.reading(access.SYSTEM) as unit:
        return accounts.list_users(unit)


def test_days_are_found_among_many_events(units):
    base = datetime(2026, 5, 1, 17, tzinfo=UTC)
    for day in range(40):
        units.clock = lambda day=day: base + timedelta(days=day)
        units.write(access.SYSTEM, lambda unit: [unit.record("form.update", project_id=1) for _ in range(60)])
    asked = {"since": (base + timedelta(days=10)).date(), "until": (base + timedelta(days=11)).date()}
    with units.reading(access.SYSTEM) as unit:
        found, before = activity.list_acts(unit, Asked(kind="forms", **asked), 1, limit=200)
    assert len(found) == 120 and before is None
    assert {one.at.date() for one in found} == {base.date() + timedelta(10), base.date() + timedelta(11)}


def test_pages_by_key_bring_every_act_once(units, bobs):
    units.write(access.SYSTEM, lambda unit: [unit.record("form.update", project_id=1) for _ in range(120)])
    seen, before = [], None
    while True:
        with units.reading(access.SYSTEM) as unit:
            found, before = activity.list_acts(unit, Asked(kind="forms", before=before), 1)
        seen += [one.id for one in found]
        if before is None:
            break
    assert len(seen) == len(set(seen)) >= 120 and seen == sorted(seen, reverse=True)
    assert "Siguientes" in bobs.get("/projects/1/activity?kind=forms").text


def test_as_csv_formulas_do_not_run_and_taking_it_is_an_act(bobs, alices, units, system):
    from collector.services import people as accounts

    number = next(one.id for one in people(units) if one.name == "Bob")
    system(lambda unit: accounts.update_user(unit, number, name="=HYPERLINK(1)"))
    look(bobs)
    answer = bobs.get("/projects/1/activity.csv?kind=seen", buffered=True)
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(one["action"], one["person"], one["record"]) for one in rows] == [
        ("submission.read", "'=HYPERLINK(1)", INSTANCE)]
    assert "Exportó la actividad" in bobs.get("/projects/1/activity").text


def test_only_who_manages_or_may_audit_reads_it(alices, bobs, carols):
    assert alices.get("/activity").status_code == 200 and alices.get("/projects/1/activity").status_code == 200
    assert bobs.get("/activity").status_code == 403 and bobs.get("/activity.csv").status_code == 403
    assert carols.get("/projects/1/activity").status_code == 403
    assert carols.get("/projects/1/activity.csv").status_code == 403
    assert bobs.get("/projects/9/activity").status_code == 404


def test_the_api_tells_it_as_central_does(alice, bob, bobs, units):
    look(bobs)
    assert bob.get("/v1/audits").status_code == 403
    every = alice.get("/v1/audits").get_json()
    assert {"actorId", "action", "acteeId", "details", "loggedAt", "notes"} <= set(every[0])
    assert [one["loggedAt"] for one in every] == sorted((one["loggedAt"] for one in every), reverse=True)
    seen = alice.get("/v1/audits?action=submission.read", headers={"X-Extended-Metadata": "true"}).get_json()
    assert [one["actor"]["displayName"] for one in seen] == ["Bob"] and seen[0]["actee"]["xmlFormId"] == "simple"
    named = alice.get("/v1/audits?action=submission").get_json()
    assert {one["action"].split(".")[0] for one in named} == {"submission"}
    first = alice.get("/v1/audits?limit=2").get_json()
    assert alice.get("/v1/audits?limit=1&offset=1").get_json() == first[1:]
    later = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    assert alice.get(f"/v1/audits?start={later}").get_json() == []
    assert len(alice.get(f"/v1/audits?start=2000-01-01z&end={later}").get_json()) == len(every)
    for odd in ("ayer", "0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00"):
        assert alice.get(f"/v1/audits?start={odd}").status_code == 400, odd
