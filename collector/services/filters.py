"""Room of the filter of lists: what it narrows, how it stands in an address, and how the store is told.

It alone knows the words of an address. Lists, counts, next and previous, decisions about many and exports of a
filter all go through `narrowing`, so they are about the same records. It must not read records itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from collector.domain import access, review
from collector.domain.checking import findings
from collector.domain.folded import fold
from collector.services import scopes
from collector.services.unit import UnitOfWork
from collector.store.queries import answers, forms, projects
from collector.store.queries.narrowing import Narrowing, worded
from collector.store.queries.queues import QUEUES

WORDS = ("q", "form", "state", "queue", "finding", "files", "phone", "version", "since", "until", "near", "km")
FIELD = "f/"  # before the path of a field: f/grupo/distrito=manseriche
NEAR, FARTHEST = 5, 500  # km
SEVERITIES = ("any", "error", "warning")
DECIDED = "decided"  # approved, with issues or rejected


@dataclass(frozen=True, slots=True)
class Filters:
    """What a person narrows a list to; empty is no narrowing.

    since, until: days in the project's time zone, both included. phone: id of who sent. text: words in any order,
    with or without accents. incomplete: files are missing. deleted: what lies in the trash. finding: with open findings
    of a kind, 'error', 'warning' or 'any'. queue: one of QUEUES. near: (latitude, longitude, km): with a point that was
    answered within so far. answers: ((path of a filterable field, value), ...),
    only together with a form.
    """

    xml_form_id: str = ""
    state: str = ""
    text: str = ""
    since: date | None = None
    until: date | None = None
    phone: int | None = None
    version: str | None = None
    incomplete: bool = False
    deleted: bool = False
    finding: str = ""
    queue: str = ""
    near: tuple[float, float, float] | None = None
    answers: tuple[tuple[str, str], ...] = ()


def read(given: Mapping[str, str], queue: str = "") -> Filters:
    """What an address asks for; what makes no sense there narrows nothing. queue: where it names none."""
    asked = {key: str(given.get(key) or "") for key in WORDS}
    form = asked["form"][:300]
    answered = tuple(sorted((key[1:], str(given[key])[:200]) for key in given
                            if key.startswith(FIELD) and given[key])) if form else ()
    number = asked["phone"]
    return Filters(
        xml_form_id=form, state=asked["state"] if asked["state"] in (*review.STATES, DECIDED) else "",
        text=asked["q"][:200],
        since=_day(asked["since"]), until=_day(asked["until"]),
        phone=int(number) if number.isascii() and number.isdigit() and len(number) <= 15 else None,
        version=asked["version"][:200] or None, incomplete=asked["files"] == "missing",
        finding=asked["finding"] if asked["finding"] in (*SEVERITIES, *findings.KINDS, "rule", "entity") else "",
        queue=asked["queue"] if asked["queue"] in (*QUEUES, "all") else queue,
        near=_near(asked["near"], asked["km"]), answers=answered)


def written(filters: Filters) -> dict[str, str]:
    """The words of the address that `read` reads back as the same filter."""
    told = {"q": filters.text, "form": filters.xml_form_id, "state": filters.state, "queue": filters.queue,
            "finding": filters.finding, "files": "missing" if filters.incomplete else "",
            "phone": "" if filters.phone is None else str(filters.phone), "version": filters.version or "",
            "since": filters.since.isoformat() if filters.since else "",
            "until": filters.until.isoformat() if filters.until else "",
            **({} if filters.near is None else {
                "near": f"{filters.near[0]:.6f},{filters.near[1]:.6f}", "km": f"{filters.near[2]:g}"}),
            **{FIELD + path.lstrip("/"): value for path, value in filters.answers}}
    return {key: value for key, value in told.items() if value}


def without(filters: Filters, key: str) -> Filters:
    """The filter without what stands under a word of the address; a form takes its fields and version with it."""
    kept = {word: value for word, value in written(filters).items() if word != key}
    if key == "near":
        kept.pop("km", None)
    if key == "form":
        kept = {word: value for word, value in kept.items() if word != "version"}
    return replace(read(kept), deleted=filters.deleted)


def narrowing(unit: UnitOfWork, project_id: int, filters: Filters, verb: str = "submission.list") -> Narrowing:
    """What the store is asked for: records on which the actor holds the verb, as far as their grants are limited to
    some. Raises 404.1, 403.1."""
    project, answered = projects.find_project(unit.session, project_id), ()
    if filters.xml_form_id:
        found = [unit.require(verb, forms.find_form(unit.session, project_id, filters.xml_form_id))]
        answered = _answers(unit, found[0], filters)
    elif project is not None and not unit.may(verb, project):
        found = _granted_forms(unit, project, verb)
    else:
        unit.require(verb, project)
        found = [form for form, _version in forms.list_forms(unit.session, project_id)]
    zone = ZoneInfo(project.timezone) if project is not None else None
    return Narrowing(
        tuple(form.id for form in found), state=filters.state, words=tuple(fold(filters.text).split()[:8]),
        since=filters.since and _midnight(filters.since, zone),
        until=filters.until and _midnight(filters.until + timedelta(days=1), zone),
        submitter_id=filters.phone, form_version=filters.version, incomplete=filters.incomplete,
        deleted=filters.deleted, finding=filters.finding,
        queue=filters.queue if filters.queue in QUEUES else "",
        today=_midnight(unit.now().astimezone(zone).date(), zone),
        near=filters.near, answers=answered,
        scopes=scopes.scopes_of(unit, project_id, found, verb))


def chosen(unit: UnitOfWork, project_id: int, xml_form_id: str, only: Iterable[tuple[str, str]],
           verb: str = "submission.read") -> Narrowing:
    """The records of one form that the words of an address choose, to be gone through from end to end: words are looked
    for now, once; for all else each is looked at, nothing is gathered before. Raises 404.1, 403.1."""
    given = read({**dict(only), "form": xml_form_id})
    found = worded(unit.session, narrowing(unit, project_id, given, verb))
    return replace(found, often=frozenset((*(column for column, _value in found.answers), found.finding, found.near)))


def filterable(unit: UnitOfWork, found) -> list:
    """The columns of a form that was found that lists may be narrowed by, in the form's order."""
    return [column for column, _table in answers.list_columns(unit.session, found.id) if column.filterable]


def _answers(unit: UnitOfWork, form, filters: Filters) -> tuple[tuple[int, str], ...]:
    if not filters.answers:
        return ()
    known = {column.path: column.id for column in filterable(unit, form)}
    return tuple((known.get(path, 0), fold(value)[:200]) for path, value in filters.answers)


def _granted_forms(unit: UnitOfWork, project, verb: str) -> list:
    """The forms of the project that single grants open. Raises 403.1 when there is none."""
    _all, _projects, granted = access.scope(unit.actor.grants, verb)
    held = [form for form, _version in forms.list_forms(unit.session, project.id) if form.id in granted]
    if not held:
        unit.require(verb, project)
    return held


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def sensible(day: object) -> date | None:
    """The day, when it is one that something can have arrived on."""
    return day if isinstance(day, date) and 1900 <= day.year <= 9000 else None


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return sensible(found)


def _near(place: str, km: str) -> tuple[float, float, float] | None:
    """What '-4.4531, -77.7612' says, as far as it is a place on Earth. km: 5 where none is told."""
    parts = place.replace(";", ",").replace(",", " ").split()
    try:
        latitude, longitude = (round(float(one), 6) for one in parts[:2])
        far = float(km or NEAR)
    except ValueError:
        return None
    good = len(parts) >= 2 and abs(latitude) <= 90 and abs(longitude) <= 180 and 0 < far <= FARTHEST
    return (latitude, longitude, far) if good else None
