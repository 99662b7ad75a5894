"""The numbers of a project and of a form: of which days they are told, and what is not counted. That each is the number
of the records that its link leads to is tried in tests/web/pages/test_overview.py."""

from datetime import UTC, date, datetime, timedelta

from collector.domain import access
from collector.services import inbox, overview
from tests import builders


def seen(units):
    with units.reading(access.SYSTEM) as unit:
        return overview.project_overview(unit, 1)


def test_days_are_those_of_the_project_and_begin_at_its_midnight(units, phone):
    builders.simple_form(units)
    # 04:59 and 05:00 UTC are the end of one day and the beginning of the next in Lima
    for number, at in enumerate((datetime(2026, 11, 14, 4, 59, tzinfo=UTC), datetime(2026, 11, 14, 5, 0, tzinfo=UTC),
                                 datetime(2026, 11, 15, 4, 59, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC))):
        units.clock = lambda at=at: at
        phone.send(builders.a_submission(instance_id=f"uuid:{number}", body="<nombre>A</nombre><foto>1.jpg</foto>"))
    units.clock = lambda: datetime(2026, 11, 15, 4, 59, 59, tzinfo=UTC)
    found = seen(units)
    assert found.days[-1] == (date(2026, 11, 14), 2) and found.days[-2] == (date(2026, 11, 13), 1)
    assert len(found.days) == overview.DAYS and found.days[0][0] == date(2026, 11, 14) - timedelta(days=13)
    assert (found.total, found.waits.files, found.waits.waiting) == (4, 4, 4)
    with units.reading(access.SYSTEM) as unit:
        one = overview.form_overview(unit, 1, "simple")
        lately = overview.form_overview(unit, 1, "simple", "14")
    assert one.days == found.days and one.period == "all" and one.since is None
    assert (one.total, lately.total, lately.since) == (4, 3, date(2026, 11, 1))


def test_a_project_without_forms_has_numbers_too(units):
    assert seen(units).total == 0 and sum(count for _day, count in seen(units).days) == 0


def test_tests_of_drafts_and_the_trash_do_not_count(units, phone, alice):
    builders.simple_form(units)
    for number in range(2):
        phone.send(builders.a_submission(instance_id=f"uuid:{number}"))
    assert alice.delete("/v1/projects/1/forms/simple/submissions/uuid%3A0").status_code == 200
    assert seen(units).total == 1 and seen(units).days[-1][1] == 1


def test_where_there_are_many_the_last_days_are_told_first(units, phone, monkeypatch):
    monkeypatch.setattr(inbox, "MOST", 2)
    builders.simple_form(units)
    for number in range(4):
        phone.send(builders.a_submission(instance_id=f"uuid:{number}"))
    with units.reading(access.SYSTEM) as unit:
        one = overview.form_overview(unit, 1, "simple")
        whole = overview.form_overview(unit, 1, "simple", "all")
    assert (one.period, one.waiting, one.total, whole.total) == ("14", 3, 4, 4)
    assert seen(units).lines[0].total == 3
