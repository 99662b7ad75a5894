"""Room for invitations: a link that gives a role at a place to whoever brings it first, within some days.

It must not hash passwords in a unit that writes. Who gave the link must still hold what it gives when it is taken:
then `services/grants` gives the role in their name. Pages hand the link over; the worker mails it where that is set.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from collector.domain import access, mails, people_problems, problems
from collector.services import grants, links, mailing, people, scopes
from collector.services.passwords import Hashed
from collector.services.unit import UnitOfWork
from collector.store.queries import answers, forms, invitations, projects
from collector.store.queries import people as accounts

ACTION = "invitation.create"
STEP = "mail"
DAYS = 7
PATH = "join"
_SHOWN = timedelta(days=30)  # how long the list tells what became of an invitation


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link that was given. thing: the place of its role; state: open, used, withdrawn or over."""

    id: int
    email: str
    name: str
    role: access.Role
    place: tuple[str, int]
    project_id: int | None
    xml_form_id: str | None
    rows: access.RowScope | None
    until: datetime | None
    giver: str | None
    taker: str | None
    created_at: datetime
    expires_at: datetime
    mailed_at: datetime | None
    used_at: datetime | None
    state: str


def invite(unit: UnitOfWork, thing, role: access.Role, email: str = "", name: str = "",
           rows: access.RowScope | None = None, until: datetime | None = None, mail: bool = False) -> tuple[int, str]:
    """(id, the address to hand over, told this once). mail: it is sent to the e-mail too.

    Raises 403.1 (a role beyond one's own), 400.8 (e-mail, rows), 404.1 (a phone), 400.81 (past), 409.45 (no mail).
    """
    rows = grants.require_giving(unit, thing, role, rows)
    email = people.checked_email(email) if email.strip() or mail else ""
    if mail and not unit.settings.sends_mail:
        raise people_problems.mail_not_set()
    now = unit.now()
    if until is not None and until <= now:
        raise people_problems.day_is_past(until.date().isoformat())
    (kind, number), project_id = thing.places()[0], _project_of(thing)
    token, seed, key = links.made(unit.settings)
    made = invitations.add_invitation(
        unit.session, key=key, seed=seed, email=email, name=" ".join(name.split())[:200], role_id=role.id, place=kind,
        place_id=number, project_id=project_id, rows=None if rows is None else scopes.as_plain(rows), until=until,
        created_by=unit.actor.id, created_at=now, expires_at=now + timedelta(days=DAYS))
    unit.record(ACTION, project_id=project_id, form_id=number if kind == "form" else None, target_id=made,
                details={"roleId": role.id, "place": kind, "email": email, "mail": mail})
    return made, links.address(unit.settings, PATH, token)


def list_invitations(unit: UnitOfWork, thing) -> list[Invitation]:
    """Those of the project and its forms, or of the site, newest first; settled ones for a month."""
    unit.require("assignment.list", thing)
    found = invitations.list_invitations(unit.session, _project_of(thing), unit.now() - _SHOWN)
    return [_shown(unit, *row) for row in found]


def withdraw(unit: UnitOfWork, number: int, project_id: int | None = None) -> Invitation:
    """The invitation, that nobody can take any more. Raises 404.1, 404.31 (settled already), 403.1."""
    row = invitations.find_invitation(unit.session, number)
    if row is None or row.project_id != project_id:
        raise problems.not_found("La invitación", "The invitation")
    unit.require("assignment.delete", _thing(unit, row))
    if not invitations.mark_invitation(unit.session, number, withdrawn_at=unit.now()):
        raise people_problems.link_over()
    unit.record("invitation.delete", project_id=row.project_id, target_id=number)
    return _shown(unit, row)


def fields_offered(unit: UnitOfWork, thing) -> list[str]:
    """Names of the fields by whose values somebody can be limited, in the forms of the place. Raises 403.1."""
    unit.require("assignment.create", thing)
    kind, number = thing.places()[0]
    given = ([number] if kind == "form" else
             [form.id for form, _version in forms.list_forms(unit.session, number)] if kind == "project" else [])
    return sorted({column.path.rpartition("/")[2] for columns in answers.list_filterable(unit.session, given).values()
                   for column in columns})


def opened(unit: UnitOfWork, token: str) -> Invitation:
    """The invitation behind a token that can still be taken. Raises 404.31."""
    return _shown(unit, _open(unit, token))


def place_name(unit: UnitOfWork, invitation: Invitation) -> str:
    """What the invitation is to, in words: the name of a project, or ''."""
    found = projects.find_project(unit.session, invitation.project_id) if invitation.project_id else None
    return found.name if found else ""


def take(unit: UnitOfWork, token: str, email: str, name: str, password: Hashed, language: str = "") -> int:
    """The id of the new account with the role. Raises 404.31, 400.8, 409.41 (the e-mail has an account already)."""
    row = _open(unit, token)
    email = row.email or people.checked_email(email)
    if accounts.find_login(unit.session, email) is not None:
        raise people_problems.account_exists()
    with _in_the_name_of(unit, row):
        made = people.enrol(unit, email, name or row.name, password, language)
        if row.until is not None:
            accounts.mark_actor(unit.session, made, expires_at=row.until)
    _give(unit, row, made)
    return made


def take_as_oneself(unit: UnitOfWork, token: str) -> None:
    """Nothing; the account that is signed in has the role. Raises 404.31, 409.42 (for another e-mail), 409.43."""
    row = _open(unit, token)
    person = people.find_user(unit, unit.actor.id)
    if row.email and row.email != person.email:
        raise people_problems.link_of_another()
    _give(unit, row, person.id)


def mail(unit: UnitOfWork, event) -> bool:
    """Whether the invitation was handed to the server of mail now: the long part of the step."""
    unit.require_system()
    row = invitations.find_invitation(unit.session, event.target_id)
    if not (event.details or {}).get("mail") or row is None or not _is_open(unit, row) or not unit.settings.sends_mail:
        return False
    project = projects.find_project(unit.session, row.project_id) if row.project_id else None
    link = links.address(unit.settings, PATH, links.token_of(unit.settings, row.seed))
    language = project.language if project else unit.settings.language
    mailing.send_once(unit, mails.invitation(row.email, row.name, project.name if project else "Collector", link,
                                             DAYS, language), ("invitation", row.id))
    return True


def mailed(unit: UnitOfWork, event, sent: bool) -> None:
    """Nothing; the list tells when the invitation was mailed."""
    unit.require_system()
    if sent:
        invitations.mark_invitation(unit.session, event.target_id, mailed_at=unit.now())


def _give(unit: UnitOfWork, row, actor_id: int) -> None:
    thing = _thing(unit, row)
    rows = {} if row.rows is None else {"rows": scopes.from_plain(row.rows)}
    if not invitations.mark_invitation(unit.session, row.id, used_at=unit.now(), used_by=actor_id):
        raise people_problems.link_over()
    try:
        with _in_the_name_of(unit, row):
            grants.add_grant(unit, thing, access.ROLES[row.role_id], actor_id, **rows)
    except problems.Problem as problem:
        if problem.status == 403:  # who gave it holds it no longer
            raise people_problems.link_over() from None
        raise people_problems.has_role_already() if problem.code == 409.3 else problem from None
    unit.record("invitation.use", project_id=row.project_id, target_id=row.id, actor_id=actor_id)


@contextmanager
def _in_the_name_of(unit: UnitOfWork, row) -> Iterator[None]:
    """What follows is done by who gave the invitation, with the rights that they have now. Raises 404.31."""
    giver = access.SYSTEM if row.created_by is None else people.actor(unit, row.created_by)
    if giver is None:
        raise people_problems.link_over()
    taker, unit.actor = unit.actor, giver
    try:
        yield
    finally:
        unit.actor = taker


def _open(unit: UnitOfWork, token: str):
    row = invitations.find_invitation_of_key(unit.session, people.key_of(token))
    if row is None or not _is_open(unit, row) or _thing(unit, row) is None:
        raise people_problems.link_over()
    return row


def _is_open(unit: UnitOfWork, row) -> bool:
    return row.used_at is None and row.withdrawn_at is None and row.expires_at > unit.now()


def _thing(unit: UnitOfWork, row):
    """The place of the role as a thing, None when it is gone."""
    if row.place == "site":
        return grants.Site()
    project = projects.find_project(unit.session, row.project_id)
    if project is None or row.place == "project":
        return project
    form = forms.find_form_by_number(unit.session, row.place_id)
    return form if form is not None and form.deleted_at is None else None


def _project_of(thing) -> int | None:
    kind, number = thing.places()[0]
    return thing.project_id if kind == "form" else number or None


def _shown(unit: UnitOfWork, row, giver: str | None = None, taker: str | None = None,
           xml_form_id: str | None = None) -> Invitation:
    state = ("used" if row.used_at else "withdrawn" if row.withdrawn_at
             else "open" if row.expires_at > unit.now() else "over")
    return Invitation(row.id, row.email, row.name, access.ROLES[row.role_id], (row.place, row.place_id),
                      row.project_id, xml_form_id, None if row.rows is None else scopes.from_plain(row.rows), row.until,
                      giver, taker, row.created_at, row.expires_at, row.mailed_at, row.used_at, state)
