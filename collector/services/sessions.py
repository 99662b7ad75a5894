"""Room for accounts in use: sessions that are open, ending one or all others, and until when an account lasts.

It must not know passwords (`services/people`). Signing in is `people.open_session`.
"""

import logging
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from collector.domain import access, people_problems, problems
from collector.services import people as accounts
from collector.services.unit import UnitOfWork
from collector.store.queries import forms, people, projects, public_links, sessions

log = logging.getLogger(__name__)
PAUSE = timedelta(minutes=5)
LAST_YEAR = 9000


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session that works. is_own: the caller came with it; used_at: about when last, None: not since signing in."""

    id: int
    agent: str
    created_at: datetime
    used_at: datetime | None
    expires_at: datetime | None
    is_own: bool


def current_session(unit: UnitOfWork):
    """The session row the caller came with. Raises 404.1 when there is none, 403.1 for a key that was ended."""
    if unit.actor.ended:
        raise problems.bad_key()
    if unit.actor.session_id is None:
        raise problems.not_found("La sesión", "The session")
    return people.find_session(unit.session, unit.actor.session_id)


def list_sessions(unit: UnitOfWork, actor_id: int) -> list[OpenSession]:
    """The open sessions of a user, the newest first: one's own, or anybody's for who may end them."""
    person = _require(unit, actor_id)
    return [OpenSession(one.id, one.agent, one.created_at, one.used_at, one.expires_at, one.id == unit.actor.session_id)
            for one in sessions.list_open(unit.session, person.id, unit.now())]


def end_current_session(unit: UnitOfWork) -> None:
    """Nothing; the caller is signed out. Raises 404.1 when there is no session, 403.1 for a phone or a public link."""
    found = current_session(unit)
    if unit.actor.kind != "user":
        raise problems.no_right()
    people.end_sessions(unit.session, unit.now(), session_id=found.id)
    unit.record("user.session.end", target_id=found.actor_id)


def end_session(unit: UnitOfWork, token: str) -> None:
    """Nothing; the token no longer works. A person's own, or that of a phone or public link that one manages.

    Raises 403.1 for an unknown one too, so that nobody learns which tokens exist.
    """
    found = people.find_session_of_key(unit.session, accounts.key_of(token))
    if found is None or not _may_end(unit, found[1]):
        raise problems.no_right()
    people.end_sessions(unit.session, unit.now(), session_id=found[0].id)
    unit.record(f"{found[1].kind}.session.end", target_id=found[1].id, project_id=found[1].project_id)


def end_one(unit: UnitOfWork, actor_id: int, session_id: int) -> None:
    """Nothing; this session of the user no longer works. Raises 404.1, 403.1."""
    person = _require(unit, actor_id)
    found = people.find_session(unit.session, session_id)
    if found is None or found.actor_id != person.id or found.ended_at is not None:
        raise problems.not_found("La sesión", "The session")
    people.end_sessions(unit.session, unit.now(), session_id=session_id)
    unit.record("user.session.end", target_id=person.id)


def end_others(unit: UnitOfWork, actor_id: int) -> int:
    """How many sessions of the user ended: all, save the one that the caller came with. Raises 404.1, 403.1."""
    person = _require(unit, actor_id)
    ended = people.end_sessions(unit.session, unit.now(), actor_id=person.id, but=unit.actor.session_id)
    if ended:
        unit.record("user.session.end", target_id=person.id, details={"sessions": ended})
    return ended


def set_end(unit: UnitOfWork, actor_id: int, last: date | None) -> accounts.Person:
    """The user, whose account lasts through this day in the server's time; None: without end.

    Raises 404.1, 403.1, 400.8, 400.81 (the day is past), 409.44 (nobody else administers without end).
    """
    person = unit.require("user.update", accounts.find_user(unit, actor_id))
    until = None if last is None else end_of(unit, last)
    if until is not None and until <= unit.now():
        raise people_problems.day_is_past(last.isoformat())
    if until is not None and sessions.is_last_administrator(unit.session, person.id, access.ADMIN.id):
        raise people_problems.last_administrator()
    people.mark_actor(unit.session, person.id, expires_at=until, updated_at=unit.now())
    unit.record("user.update", target_id=person.id, details={"data": {"lastDay": last and last.isoformat()}})
    return accounts.find_user(unit, actor_id)


def list_roles(unit: UnitOfWork, actor_id: int) -> list[tuple[str, str, str]]:
    """(role's system name, project's name or '', xmlFormId or '') of a living user. Raises 404.1, 403.1."""
    person, told = accounts.find_user(unit, actor_id), []
    held = (accounts.actor(unit, person.id) or access.NOBODY).grants
    known = forms.list_by_number(unit.session, {number for kind, number in (one.place for one in held)
                                                if kind == "form"})
    living = projects.list_by_number(unit.session, {form.project_id for form in known.values()} | {
        number for kind, number in (one.place for one in held) if kind == "project"})
    for grant in held:
        kind, number = grant.place
        form = known.get(number) if kind == "form" else None
        project = living.get(form.project_id if form is not None else number if kind == "project" else None)
        if kind == "site" or project is not None:
            told.append((access.ROLES[grant.role].system, project.name if project else "",
                         form.xml_form_id if form else ""))
    return told


def end_of(unit: UnitOfWork, last: date) -> datetime:
    """The moment at which this day ends in the server's time. Raises 400.8 for a day that clocks do not reach."""
    if last.year > LAST_YEAR:
        raise problems.unexpected_value("until", last.isoformat(), f"expected a day before {LAST_YEAR + 1}",
                                        f"se espera un día anterior a {LAST_YEAR + 1}")
    return datetime.combine(last + timedelta(days=1), time(), ZoneInfo(unit.settings.timezone))


def used(unit: UnitOfWork) -> None:
    """Nothing; notes now and then, after the answer, that the caller's session is used. Never fails."""
    actor = unit.actor
    if actor.kind != "user" or actor.session_id is None or unit.writes:
        return
    noted, now = unit.units.memory.setdefault("used", {}), unit.now()
    if now - noted.get(actor.session_id, datetime.min.replace(tzinfo=now.tzinfo)) < PAUSE:
        return
    if len(noted) > 20_000:
        noted.clear()
    noted[actor.session_id] = now
    units = unit.units

    def note() -> None:
        units.write(actor, lambda writing: sessions.mark_used(writing.session, actor.session_id, now))

    unit.on_commit(note)


def _require(unit: UnitOfWork, actor_id: int) -> accounts.Person:
    person = accounts.find_user(unit, actor_id)
    return person if person.id == unit.actor.id else unit.require("session.end", person)


def _may_end(unit: UnitOfWork, whose) -> bool:
    """Whether the caller may end a session of this actor: a person's own, else by right; no phone ends its own."""
    if whose.id == unit.actor.id:
        return unit.actor.kind == "user"
    form_id = public_links.find_form_id(unit.session, whose.id) if whose.kind == "public_link" else None
    places = ((("form", form_id),) if form_id else ()) + ((("project", whose.project_id),) if whose.project_id else ())
    return access.may(unit.actor.grants, "session.end", (*places, access.SITE))
