"""Room for what a supervisor sees first: how much came, when, and what waits.

It must not list records (`services/records`) nor know HTTP. The home page shows it.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from collector.services import records
from collector.services.records import Filters
from collector.services.unit import UnitOfWork
from collector.store.queries import forms, overview, projects

DAYS = 14


@dataclass(frozen=True, slots=True)
class Overview:
    """Numbers of a project. days: (day in the project's zone, records that came), oldest first, today last."""

    total: int
    missing_files: int
    today: int
    week: int
    days: tuple[tuple[date, int], ...]


def overview_of(unit: UnitOfWork, project_id: int) -> Overview:
    """What came to the project lately. Raises 404.1, 403.1."""
    project = unit.require("submission.list", projects.find_project(unit.session, project_id))
    zone = ZoneInfo(project.timezone)
    today = unit.now().astimezone(zone).date()
    days = [today - timedelta(days=back) for back in range(DAYS - 1, -2, -1)]
    edges = [datetime.combine(day, time(), zone) for day in days]
    form_ids = tuple(form.id for form, _version in forms.list_forms(unit.session, project.id))
    counted = tuple(zip(days, overview.count_arrivals(unit.session, form_ids, edges), strict=False))
    return Overview(records.count_records(unit, project_id),
                    records.count_records(unit, project_id, Filters(incomplete=True)),
                    counted[-1][1], sum(number for _day, number in counted[-7:]), counted)
