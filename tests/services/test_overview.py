"""The numbers of a project's first page."""

from datetime import UTC, date, datetime, timedelta

from collector.domain import access
from collector.services import overview
from tests import builders


def seen(units):
    with units.reading(access.SYSTEM) as unit:
        return overview.overview_of(unit, 1)


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
    assert (found.total, found.missing_files, found.today, found.week) == (4, 4, 2, 3)


def test_a_project_without_forms_has_numbers_too(units):
    assert seen(units).total == 0 and sum(count for _day, count in seen(units).days) == 0
