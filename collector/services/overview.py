"""Room for how a form and a project stand: what came and when, in which state, from whom, what was found, how fast.

It must not list records (`services/records`) nor know HTTP. Every number here is that of a filter (`services/filters`),
so that a page can lead to exactly the records behind it; of what waits no more than inbox.MOST are counted, as there.
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from collector.services import filters, inbox, records
from collector.services.filters import Filters
from collector.services.unit import UnitOfWork
from collector.store.queries import forms, overview, projects
from collector.store.queries import inbox as inbox_queries
from collector.store.queries.narrowing import Narrowing
from collector.store.queries.records import Record

DAYS, WEEKS = 14, 8
PERIODS = {"14": DAYS, "56": 7 * WEEKS, "all": 0}  # as the address says it: days
SAMPLE = 2000  # of the records decided last: what medians are told from
MOST_VALUES = 50
UNDECIDED = ("received", "edited")
_QUEUES = ("", "waiting", "returned")  # what is counted of each form of a project


@dataclass(frozen=True, slots=True)
class Waits:
    """What nobody decided yet. waiting, returned (to a phone): no further than inbox.MOST + 1. errors, files: of what
    waits, with open errors, with files missing.
    """

    waiting: int
    errors: int
    files: int
    returned: int


@dataclass(frozen=True, slots=True)
class Sender:
    """Records of one phone or person. number: of the actor, 0 for nobody known; name: '' for those."""

    number: int
    name: str
    total: int
    waiting: int
    findings: int


@dataclass(frozen=True, slots=True)
class Week:
    """Records that came in a week, from Monday or since the period began. median, slowest: hours until the first
    decision, and what a tenth took longer than; None where nothing is known of them."""

    since: date
    until: date
    total: int
    waiting: int
    decided: int
    median: float | None = None
    slowest: float | None = None


@dataclass(frozen=True, slots=True)
class FormOverview:
    """How one form stands. period: one of PERIODS; since: when it begins, None for all. waiting, returned: of all
    time, as above.

    days: (day in the project's zone, records that came), oldest first, today last. findings: records with open
    errors or warnings; kinds: {kind: records} and senders: most first; weeks: oldest first. median, slowest: as there.
    """

    period: str
    since: date | None
    waiting: int
    returned: int
    total: int
    states: dict[str, int]
    days: tuple[tuple[date, int], ...]
    errors: int
    findings: int
    missing: int
    kinds: dict[str, int]
    senders: tuple[Sender, ...]
    weeks: tuple[Week, ...]
    median: float | None
    slowest: float | None


@dataclass(frozen=True, slots=True)
class Line:
    """One form among those of a project; counts no further than inbox.MOST + 1. hours: median until the decision."""

    xml_form_id: str
    title: str
    total: int
    waiting: int
    findings: int
    returned: int
    hours: float | None


@dataclass(frozen=True, slots=True)
class ProjectOverview:
    """What waits in a project. oldest: the record that waits longest; days, kinds: as of a form."""

    waits: Waits
    lines: tuple[Line, ...]
    days: tuple[tuple[date, int], ...]
    kinds: dict[str, int]
    oldest: Record | None

    @property
    def total(self) -> int:
        """Records, no further than inbox.MOST + 1 of each form."""
        return sum(line.total for line in self.lines)


@dataclass(frozen=True, slots=True)
class _Calendar:
    """The days that numbers are told of one by one, before them the weeks. begins: of each, the last is tomorrow."""

    today: date
    begins: tuple[date, ...]
    edges: list[datetime]


def form_overview(unit: UnitOfWork, project_id: int, xml_form_id: str, period: str = "") -> FormOverview:
    """How a form stands, of the records that the actor may see. period: '' for all, or days where there are many.

    Raises 404.1, 403.1.
    """
    whole = filters.narrowing(unit, project_id, Filters(xml_form_id=xml_form_id))
    calendar = _calendar(unit, project_id)
    if period not in PERIODS:
        many = inbox_queries.count_up_to(unit.session, whole, inbox.MOST + 1) > inbox.MOST
        period = "14" if many else "all"
    days = PERIODS[period]
    since = calendar.today - timedelta(days=days - 1) if days else None
    narrowing = filters.narrowing(unit, project_id, Filters(xml_form_id=xml_form_id, since=since))
    groups = overview.count_groups(unit.session, narrowing, calendar.edges)
    marks = overview.count_marks(unit.session, narrowing) if groups else []
    states, told = Counter(), Counter()
    for _sender, _bucket, state, count in groups:
        states[state] += count
    for _sender, errors, warnings, missing, count in marks:
        told.update(errors=count * errors, findings=count * (errors or warnings), missing=count * missing)
    times = overview.list_times(unit.session, narrowing, SAMPLE) if any(states[one] for one in overview.DECIDED) else []
    hours = _hours(times)
    return FormOverview(
        period, since, _count(unit, whole, queue="waiting"), _count(unit, whole, queue="returned"),
        sum(states.values()), {state: states[state] for state in overview.STATES},
        _days(calendar, Counter({calendar.begins[at - 1]: count for at, count in _by_bucket(groups) if at})),
        told["errors"], told["findings"], told["missing"],
        _ranked(overview.count_kinds(unit.session, narrowing)), _senders(unit, groups, marks),
        _weeks(calendar, since, groups, times, ZoneInfo(_zone(unit, project_id))), _quantile(hours, .5),
        _quantile(hours, .9))


def project_overview(unit: UnitOfWork, project_id: int) -> ProjectOverview:
    """How the forms of a project stand, of the records that the actor may see. Raises 404.1, 403.1."""
    whole, calendar = filters.narrowing(unit, project_id, Filters()), _calendar(unit, project_id)
    marks = overview.count_marked(unit.session, whole) if whole.form_ids else {}
    published = [(form, version) for form, version in forms.list_forms(unit.session, project_id)
                 if form.id in (whole.form_ids or ()) and form.current_version_id is not None]
    lines = _lines(unit, whole, published, marks)
    begin = calendar.begins.index(calendar.today - timedelta(days=DAYS - 1))
    counts = overview.count_arrivals(unit.session, whole, calendar.edges[begin:])
    oldest = inbox_queries.list_numbers(unit.session, replace(whole, queue="waiting"), limit=1)
    waits = Waits(_count(unit, whole, queue="waiting"), sum(one[1] for one in marks.values()),
                  sum(one[2] for one in marks.values()), sum(line.returned for line in lines))
    return ProjectOverview(
        waits, lines, tuple(zip(calendar.begins[begin:-1], counts, strict=True)),
        _ranked(overview.count_kinds(unit.session, whole)) if whole.form_ids else {},
        inbox_queries.list_of(unit.session, oldest)[0] if oldest else None)


def by_field(unit: UnitOfWork, project_id: int, xml_form_id: str, path: str,
             since: date | None = None) -> list[tuple[str, int, int]]:
    """[(value of a filterable field, folded; records that have it; those with open errors or warnings)], most first.

    A field that lists may not be narrowed by has none. Raises 404.1, 403.1.
    """
    asked = filters.narrowing(unit, project_id, Filters(xml_form_id=xml_form_id, since=since, answers=((path, "-"),)))
    column_id = asked.answers[0][0]
    if not column_id:
        return []
    records.await_words(unit, asked)
    narrowing = replace(asked, answers=())
    found = overview.count_values_found(unit.session, narrowing, column_id)
    return [(value, count, found.get(value, 0))
            for value, count in overview.count_values(unit.session, narrowing, column_id, MOST_VALUES)]


def _count(unit: UnitOfWork, whole: Narrowing, **narrower) -> int:
    return inbox_queries.count_up_to(unit.session, replace(whole, **narrower), inbox.MOST + 1)


def _lines(unit: UnitOfWork, whole: Narrowing, published: list, marks: dict) -> tuple[Line, ...]:
    """How each of these (form, version) stands. marks: {form: (records with findings, ...)}."""
    each = [replace(whole, form_ids=(form.id,)) for form, _version in published]
    counts = {queue: inbox_queries.count_each(
        unit.session, [replace(one, queue=queue) for one in each], inbox.MOST + 1) for queue in _QUEUES}
    sent = [one for one, total in zip(each, counts[""], strict=True) if total]
    times = overview.list_times_each(unit.session, sent, SAMPLE // 10)
    return tuple(
        Line(form.xml_form_id, version.title or form.xml_form_id, total, waiting, marks.get(form.id, (0, 0, 0))[0],
             returned, _quantile(_hours(times.get(form.id, [])), .5))
        for (form, version), total, waiting, returned in zip(published, *counts.values(), strict=True))


def _zone(unit: UnitOfWork, project_id: int) -> str:
    return projects.find_project(unit.session, project_id).timezone


def _calendar(unit: UnitOfWork, project_id: int) -> _Calendar:
    """The last weeks by week, as far as the last days do not tell them day by day."""
    zone = ZoneInfo(_zone(unit, project_id))
    today = unit.now().astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    first = _monday(today - timedelta(days=DAYS - 1))
    begins = {monday - timedelta(weeks=back) for back in range(WEEKS)}
    begins = {day for day in begins if day < first} | {today - timedelta(days=7 * WEEKS - 1)}
    begins |= {first + timedelta(days=number) for number in range((today - first).days + 2)}
    ranked = tuple(sorted(begins))
    return _Calendar(today, ranked, [datetime.combine(day, time(), zone) for day in ranked])


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _by_bucket(groups: list[tuple]) -> list[tuple[int, int]]:
    found = Counter()
    for _sender, bucket, _state, count in groups:
        found[bucket] += count
    return list(found.items())


def _days(calendar: _Calendar, counts: Counter) -> tuple[tuple[date, int], ...]:
    days = (calendar.today - timedelta(days=back) for back in range(DAYS - 1, -1, -1))
    return tuple((day, counts[day]) for day in days)


def _ranked(kinds: dict[str, int]) -> dict[str, int]:
    return dict(sorted(kinds.items(), key=lambda one: (-one[1], one[0])))


def _senders(unit: UnitOfWork, groups: list[tuple], marks: list[tuple]) -> tuple[Sender, ...]:
    totals, waiting, found = Counter(), Counter(), Counter()
    for sender, _bucket, state, count in groups:
        totals[sender] += count
        waiting[sender] += count if state in UNDECIDED else 0
    for sender, errors, warnings, _missing, count in marks:
        found[sender] += count if errors or warnings else 0
    names = overview.list_names(unit.session, list(totals))
    ranked = sorted(totals, key=lambda one: (-totals[one], names.get(one, "")))
    return tuple(Sender(one, names.get(one, ""), totals[one], waiting[one], found[one]) for one in ranked)


def _weeks(calendar: _Calendar, since: date | None, groups: list[tuple], times: list[tuple],
           zone: ZoneInfo) -> tuple[Week, ...]:
    """The weeks of the period, as far back as the calendar goes; a part of one where the period begins within it."""
    begin = since or _monday(calendar.today) - timedelta(weeks=WEEKS - 1)
    totals, waiting, took = Counter(), Counter(), {}
    for _sender, bucket, state, count in groups:
        day = calendar.begins[bucket - 1] if bucket else None
        if day is not None and begin <= day <= calendar.today:
            totals[_monday(day)] += count
            waiting[_monday(day)] += count if state in UNDECIDED else 0
    for came, decided in times:
        took.setdefault(_monday(came.astimezone(zone).date()), []).append((came, decided))
    weeks = []
    for monday in sorted(totals):
        hours = _hours(took.get(monday, []))
        weeks.append(Week(max(monday, begin), monday + timedelta(days=6), totals[monday], waiting[monday],
                          totals[monday] - waiting[monday], _quantile(hours, .5), _quantile(hours, .9)))
    return tuple(weeks)


def _hours(times: list[tuple[datetime, datetime]]) -> list[float]:
    return sorted(max((decided - came).total_seconds(), 0) / 3600 for came, decided in times)


def _quantile(ranked: list[float], share: float) -> float | None:
    """The number below which this share lies, between the two nearest."""
    if not ranked:
        return None
    place = (len(ranked) - 1) * share
    low = int(place)
    high = min(low + 1, len(ranked) - 1)
    return ranked[low] + (ranked[high] - ranked[low]) * (place - low)
