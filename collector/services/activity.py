"""Room for the history as people read it: who saw, exported, changed what; and that somebody saw a record.

It must not hold up who looks at a record: that they did is noted after the answer, once a person, record and day.
The history of one record stays with `services/records`.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from collector.domain import access, acts, problems, submission_acts
from collector.services.forms import FormView
from collector.services.unit import UnitOfWork
from collector.store.queries import activity, editions, forms, projects
from collector.store.queries.activity import Narrowing

DECIDED = "submission.update"
AT_ONCE = 50
PIECE = 500
_FORMULA = tuple("=+-@\t\r")


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the history is asked for. kind: of domain/acts, '' for all but what phones sent; record: instanceID."""

    kind: str = ""
    actor_id: int | None = None
    record: str = ""
    since: date | None = None
    until: date | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """One line of the history. about: the person or phone that it was done to; None where it was something else."""

    id: int
    at: datetime
    action: str
    who: str | None
    who_kind: str
    project_id: int | None
    project: str | None
    xml_form_id: str | None
    instance_id: str | None
    record: str | None
    about: str | None
    details: dict


@dataclass(frozen=True, slots=True)
class Noted:
    """What happened, in Central's words."""

    actor_id: int | None
    action: str
    details: dict | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Audit:
    """An act as ODK Central tells it. place: (kind, number) of what it was done to; actee: that, where it is known: an
    Actor, a FormView or a Project."""

    event: Noted
    actor: object
    place: tuple[str, int | None]
    actee: object


def list_acts(unit: UnitOfWork, asked: Asked, project_id: int | None = None,
              limit: int = AT_ONCE) -> tuple[list[Act], int | None]:
    """(acts newest first, number before which the next page begins or None), in a project or everywhere.

    Raises 404.1, 403.1: for who manages the project, or may read the server's history.
    """
    narrowing = _narrowing(unit, asked, project_id)
    if narrowing is None:
        return [], None
    rows = activity.list_acts(unit.session, narrowing, limit + 1)
    return [_act(row) for row in rows[:limit]], rows[limit - 1][0].id if len(rows) > limit else None


def list_people(unit: UnitOfWork, project_id: int | None = None) -> list[tuple[int, str]]:
    """(id, name) of people to choose from. Raises 404.1, 403.1."""
    _require(unit, project_id)
    return [(row.id, row.name) for row in activity.list_actors(unit.session, project_id)]


def as_csv(unit: UnitOfWork, asked: Asked, project_id: int | None = None) -> Iterator[bytes]:
    """The acts as CSV, piece by piece; the unit rests between two pages. Raises 404.1, 403.1 when it begins."""
    narrowing = _narrowing(unit, asked, project_id)
    unit.units.write(unit.actor, lambda writing: writing.record("audit.export", project_id=project_id))
    return _csv(unit, narrowing)


def list_audits(unit: UnitOfWork, action: str = "", since: datetime | None = None, until: datetime | None = None,
                limit: int | None = None, offset: int = 0) -> list[Audit]:
    """The history of the whole server, newest first. action: in ODK Central's words. Raises 403.1."""
    unit.require_site("audit.read")
    starts, whole, but = acts.asked(action)
    ours = submission_acts.asked(whole)
    narrowing = Narrowing(starts=ours or starts, action="" if ours else whole, but=but, since=since, until=until,
                          arrivals=True)
    found = _audits(unit, activity.list_acts(unit.session, narrowing, min(limit or 1000, 10_000), offset))
    return [one for one in found if one.event.action == whole] if ours else found


def list_of_record(unit: UnitOfWork, record) -> list[Audit]:
    """The same about one record that `services/records` found: its own history, without who looked at it."""
    narrowing = Narrowing(submission_id=record.submission.id, but=(acts.READ,), arrivals=True)
    return _audits(unit, activity.list_acts(unit.session, narrowing, 1000))


def audit_of(event, actor) -> Audit:
    """An event that a service found, with who did it, as ODK Central tells it."""
    action, details = submission_acts.as_told(event.action, event.details, event.submission_id)[-1]
    return Audit(Noted(event.actor_id, action, details, event.at), actor, acts.place_of(event), None)


def _audits(unit: UnitOfWork, rows: list) -> list[Audit]:
    places = [acts.place_of(row[0]) for row in rows]
    numbers = {kind: {number for held, number in places if held == kind} for kind in ("form", "project")}
    known = {"form": {form.id: FormView(form, version) for form, version
                      in forms.list_any_by_number(unit.session, numbers["form"])},
             "project": projects.list_any_by_number(unit.session, numbers["project"])}
    versions = editions.find_versions(unit.session, {row[0].submission_id for row in rows
                                                     if row[0].action == DECIDED and row[0].submission_id})
    return [Audit(noted, row[1], place, row[5] if place[0] == "actor" else known.get(place[0], {}).get(place[1]))
            for row, place in zip(rows, places, strict=True) for noted in _noted(row[0], versions)]


def _noted(event, versions: dict[int, list[tuple[datetime, int]]]) -> list[Noted]:
    """The event in Central's words; a decision is told with the version that it was about."""
    details, then = event.details, versions.get(event.submission_id, ())
    if event.action == DECIDED and (number := max((one for at, one in then if at <= event.at), default=None)):
        details = {**(details or {}), "versionId": number}
    return [Noted(event.actor_id, action, said, event.at)
            for action, said in submission_acts.as_told(event.action, details, event.submission_id)]


def saw(unit: UnitOfWork, record) -> None:
    """Nothing; that the person saw the record is noted after the answer, once a day. Never fails."""
    actor, submission = unit.actor, record.submission
    if actor.kind != "user" or unit.writes or submission.draft:
        return
    now = unit.now()
    begun = datetime.combine(now.astimezone(_zone(unit)).date(), time(), _zone(unit))
    seen = unit.units.memory.setdefault("seen", {})
    key = actor.id, submission.id
    if seen.get(key) == begun:
        return
    if len(seen) > 50_000:
        seen.clear()
    seen[key] = begun
    units, form = unit.units, forms.find_form_by_number(unit.session, submission.form_id)
    about = {"project_id": form.project_id, "form_id": form.id, "submission_id": submission.id}

    def note(writing: UnitOfWork) -> None:
        if not activity.has_act(writing.session, key[1], actor.id, acts.READ, begun):
            writing.record(acts.READ, **about)

    unit.on_commit(lambda: units.write(actor, note))


def _require(unit: UnitOfWork, project_id: int | None) -> None:
    if project_id is None:
        unit.require_site("audit.read")
        return
    project = unit.require("project.update", projects.find_project(unit.session, project_id))
    if access.rows_at(unit.actor.grants, "submission.read", project.places()) is not None:
        raise problems.no_right()  # the history tells of records beyond some


def _narrowing(unit: UnitOfWork, asked: Asked, project_id: int | None) -> Narrowing | None:
    """None when a record is asked for that is not there."""
    _require(unit, project_id)
    starts, but = acts.narrowed(asked.kind) if asked.kind in acts.KINDS else ((), ())
    number = None
    if asked.record:
        number = activity.find_record(unit.session, project_id, asked.record.strip())
        if number is None:
            return None
    zone = _zone(unit, project_id)
    return Narrowing(project_id, asked.actor_id, number, starts, but, _start(asked.since, zone),
                     _start(asked.until and asked.until + timedelta(days=1), zone),
                     asked.kind == "received" or number is not None, asked.before)


def _start(day: date | None, zone: ZoneInfo) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), zone)


def _zone(unit: UnitOfWork, project_id: int | None = None) -> ZoneInfo:
    project = projects.find_project(unit.session, project_id) if project_id is not None else None
    return ZoneInfo(project.timezone if project else unit.settings.timezone)


def _csv(unit: UnitOfWork, narrowing: Narrowing | None) -> Iterator[bytes]:
    yield _lines([("at", "action", "kind", "person", "person_kind", "project", "form", "record", "record_name", "about",
                   "details")])
    while narrowing is not None:
        rows = activity.list_acts(unit.session, narrowing, PIECE)
        yield _lines([_cells(_act(row)) for row in rows])
        unit.rest()
        narrowing = replace(narrowing, before=rows[-1][0].id) if len(rows) == PIECE else None


def _cells(act: Act) -> tuple:
    details = "; ".join(f"{name}={value}" for name, value in act.details.items())
    return (act.at.isoformat(timespec="seconds"), act.action, acts.kind_of(act.action), act.who or "", act.who_kind,
            act.project or "", act.xml_form_id or "", act.instance_id or "", act.record or "", act.about or "", details)


def _lines(rows: list[tuple]) -> bytes:
    out = io.StringIO()
    # an apostrophe keeps a spreadsheet from running what a person or a form is called
    csv.writer(out).writerows([[f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row] for row in rows])
    return out.getvalue().encode("utf-8")


def _act(row) -> Act:
    event, actor, xml_form_id, instance_id, name, target, project = row
    return Act(event.id, event.at, event.action, actor.name if actor else None, actor.kind if actor else "system",
               event.project_id, project, xml_form_id, instance_id, name, target.name if target else None,
               event.details or {})
