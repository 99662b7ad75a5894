"""Room for people: who a token or a password stands for, sign in and out, users and their passwords.

It must not know HTTP. Slow hashing (`verify`, `hash_password`) is called before a unit writes, never inside.
Sessions that exist are in `services/sessions`, phones in `services/phones`, grants in `services/grants`.
"""

import hashlib
import re
import secrets
import string
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from collector.domain import access, nearness, people_problems, problems
from collector.services import passwords, scopes
from collector.services import tries as failures
from collector.services.passwords import Hashed, Remembered
from collector.services.unit import UnitOfWork
from collector.store.queries import people

_REMEMBERED = Remembered()
_TOKEN_SIGNS = string.ascii_letters + string.digits
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session just opened. token is told once; only its SHA-256 is kept."""

    token: str
    csrf: str
    created_at: datetime
    expires_at: datetime
    actor: access.Actor


@dataclass(frozen=True, slots=True)
class Person:
    """A user as others may see it."""

    id: int
    name: str
    email: str
    language: str
    created_at: datetime
    updated_at: datetime | None
    deleted_at: datetime | None
    last_login_at: datetime | None
    expires_at: datetime | None = None
    kind: str = "user"

    def places(self) -> tuple[tuple[str, int], ...]:
        """Users stand at the site alone."""
        return (access.SITE,)


def key_of(token: str) -> bytes:
    """What is kept of a token: its SHA-256."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def new_token() -> str:
    """64 letters and digits: what ODK Central's clients take for a token, and no address has to escape."""
    return "".join(secrets.choice(_TOKEN_SIGNS) for _sign in range(64))


def actor_of_token(unit: UnitOfWork, token: str) -> access.Actor | None:
    """Who the token stands for; `ended` and without grants when it was withdrawn; None when unknown or expired.

    A phone's key that is past its end is known as the phone's own, so that what it sends can be parked.
    """
    rows = people.rows_of_key(unit.session, key_of(token))
    if not rows:
        return None
    first = rows[0]
    late = _over(first.expires_at, unit)
    if late and first.kind == "user":
        return None
    ended = late or bool(first.ended_at or first.deleted_at) or _over(first.actor_expires_at, unit)
    return access.Actor(first.id, first.kind, first.name, () if ended else _grants(rows), first.language or "",
                        first.session_id, first.csrf, ended, first.project_id)


def actor(unit: UnitOfWork, actor_id: int) -> access.Actor | None:
    """The living actor with its grants."""
    rows = people.rows_of_actor(unit.session, actor_id)
    if not rows or _over(rows[0].actor_expires_at, unit):
        return None
    first = rows[0]
    return access.Actor(first.id, first.kind, first.name, _grants(rows), first.language or "",
                        project_id=first.project_id)


def actor_of_password(unit: UnitOfWork, email: str, password: str, address: str = "") -> access.Actor | None:
    """Who signs each request with e-mail and password; a right pair is remembered for five minutes.

    Only that the password is right is remembered, beside its hash: another password, an account that ended and grants
    are read each time. Raises 401.2 with `wait` after too many failed tries; 401.31; 503.1.
    """
    email = fold(email)
    login = people.find_login(unit.session, email)
    if login is not None and login.password_hash and _REMEMBERED.knows(email, password, login.password_hash):
        return actor(unit, login.actor_id)
    try:
        actor_id = verify(unit, email, password, address)
    except problems.Problem as problem:
        if problem.details or problem.status != 401:
            raise
        return None
    return actor(unit, actor_id)


def verify(unit: UnitOfWork, email: str, password: str, address: str = "") -> int:
    """The id of the user whose password this is. Slow on purpose.

    Raises 401.2, with `wait` after ten failed tries; 401.31 where the password is right and the account over; 503.1.
    """
    email, tries = fold(email), failures.of(unit.units.memory, "sign in")
    left, wait = tries.left(email, address)
    if not left:
        raise problems.too_many_tries(wait)
    login = people.find_login(unit.session, email)
    kept = login.password_hash if login is not None else None
    if not passwords.matches(password, kept, unit.settings.hash_memory, email, _REMEMBERED):
        tries.failed(email, address)
        raise problems.not_authenticated()
    tries.forgive(email, address)
    if _over(login.expires_at, unit):
        raise people_problems.account_over(last_day(unit, login.expires_at).isoformat())
    return login.actor_id


def tries_left(unit: UnitOfWork, email: str, address: str = "") -> tuple[int, int]:
    """(wrong passwords that this e-mail may still try from this address, seconds to wait when none is left)."""
    return failures.of(unit.units.memory, "sign in").left(fold(email), address)


def open_session(unit: UnitOfWork, actor_id: int, agent: str = "") -> SignedIn:
    """A new session of a user whose password was just verified."""
    who = actor(unit, actor_id)
    if who is None:
        raise problems.not_authenticated()
    token, csrf, now = new_token(), new_token(), unit.now()
    until = now + timedelta(days=unit.settings.session_days)
    people.add_session(unit.session, actor_id=actor_id, key=key_of(token), csrf=csrf, created_at=now,
                       expires_at=until, agent=agent[:300])
    people.mark_user(unit.session, actor_id, last_login_at=now)
    unit.record("user.session.create", target_id=actor_id, actor_id=actor_id, details={"userAgent": agent[:300]})
    return SignedIn(token, csrf, now, until, who)


def sign_in(unit: UnitOfWork, email: str, password: str, agent: str = "", address: str = "") -> SignedIn:
    """A new session for e-mail and password in one step, where no other request waits. Raises 401.2."""
    return open_session(unit, verify(unit, email, password, address), agent)


def hash_password(unit: UnitOfWork, email: str, password: str) -> Hashed:
    """The hash of a new password that meets the rules. Slow. Raises 400.21, 400.38, 400.44."""
    passwords.check(password, fold(email))
    return passwords.hashed(password, unit.settings.hash_memory)


def first_administrator(unit: UnitOfWork, email: str, password: str = "") -> str | None:
    """The password of the administrator just made, or None when somebody administers already."""
    unit.require_system()
    if people.count_administrators(unit.session, access.ADMIN.id):
        return None
    chosen = password or passwords.made_up()
    hashed = hash_password(unit, email, chosen)
    login = people.find_login(unit.session, fold(email))
    if login is None:
        person_id = add_user(unit, email, password=hashed).id
    else:
        person_id = login.actor_id
        people.mark_user(unit.session, person_id, password_hash=hashed.text)
    people.add_grant(unit.session, person_id, access.ADMIN.id, access.SITE)
    return chosen


def add_user(unit: UnitOfWork, email: str, name: str = "", password: Hashed | None = None,
             language: str = "") -> Person:
    """The new user, without any grant. Raises 400.8 (no e-mail address), 409.3 (taken)."""
    unit.require_site("user.create")
    return find_user(unit, enrol(unit, email, name, password, language))


def enrol(unit: UnitOfWork, email: str, name: str, password: Hashed | None, language: str) -> int:
    """The id of the new user, for who has asked whether one may be made. Raises 400.8, 409.3."""
    email = _free(unit, fold(email))
    made = people.add_actor(unit.session, kind="user", name=name.strip() or email, created_at=unit.now(),
                            created_by=unit.actor.id)
    people.add_user(unit.session, actor_id=made.id, email=email, language=language,
                    password_hash=password.text if password else None)
    unit.record("user.create", target_id=made.id, details={"data": {
        "actorId": made.id, "email": email, "password": bool(password) or None, "lastLoginAt": None}})
    return made.id


def find_user(unit: UnitOfWork, actor_id: int) -> Person:
    """The user: oneself, or anybody for who may read users. Raises 404.1, 403.1."""
    found = people.find_user(unit.session, actor_id)
    person = person_of(found) if found is not None else None
    if person is not None and person.id == unit.actor.id:
        return person
    return unit.require("user.read", person)


def list_users(unit: UnitOfWork, search: str = "") -> list[Person]:
    """Users by e-mail; with a search who comes near it, the nearest first, and one alone for their whole e-mail.

    Who may not list users finds one by the whole e-mail only.
    """
    exact = [person_of(row) for row in people.list_users(unit.session, fold(search))] if search else []
    if exact or not access.may(unit.actor.grants, "user.list", (access.SITE,)):
        return exact
    found = [person_of(row) for row in people.list_users(unit.session)]
    return nearness.nearest(search, found, lambda one: (one.name, one.email)) if search else found


def require_change(unit: UnitOfWork, actor_id: int) -> Person:
    """The user, when it is oneself or one may change users. Raises 404.1, 403.1."""
    found = people.find_user(unit.session, actor_id)
    person = person_of(found) if found is not None else None
    if person is not None and person.id == unit.actor.id:
        return person
    return unit.require("user.update", person)


def update_user(unit: UnitOfWork, actor_id: int, name: str | None = None, email: str | None = None) -> Person:
    """The changed user. Raises 404.1, 403.1, 400.8 (no e-mail address), 409.3 (taken)."""
    person = require_change(unit, actor_id)
    changes = {}
    if name is not None and name.strip():
        changes["displayName"] = name.strip()
        people.mark_actor(unit.session, actor_id, name=changes["displayName"])
    if email is not None and fold(email) != person.email:
        changes["email"] = _free(unit, fold(email))
        people.mark_user(unit.session, actor_id, email=changes["email"])
    people.mark_actor(unit.session, actor_id, updated_at=unit.now())
    unit.record("user.update", target_id=actor_id, details={"data": changes})
    return find_user(unit, actor_id)


def retire_user(unit: UnitOfWork, actor_id: int) -> None:
    """Nothing; the user can no longer sign in, and the e-mail is free for another."""
    found = people.find_user(unit.session, actor_id)
    person = unit.require("user.delete", person_of(found) if found is not None else None)
    now = unit.now()
    people.end_sessions(unit.session, now, actor_id=actor_id)
    people.drop_grants(unit.session, actor_id)
    people.mark_user(unit.session, actor_id, email=f"{person.email} ({actor_id})", password_hash=None)
    people.mark_actor(unit.session, actor_id, deleted_at=now)
    unit.record("user.delete", target_id=actor_id)


def set_password(unit: UnitOfWork, actor_id: int, password: Hashed) -> None:
    """Nothing; the new password holds and other sessions of the user end. Raises 404.1, 403.1."""
    person = require_change(unit, actor_id)
    people.mark_user(unit.session, actor_id, password_hash=password.text)
    own = unit.actor.session_id if person.id == unit.actor.id else None
    people.end_sessions(unit.session, unit.now(), actor_id=actor_id, but=own)
    unit.record("user.update", target_id=actor_id, details={"data": {"password": True}})


def set_language(unit: UnitOfWork, language: str) -> None:
    """Nothing; pages speak to the person who asks in this language from now on."""
    person = find_user(unit, unit.actor.id)
    people.mark_user(unit.session, person.id, language=language)


def actor_name(unit: UnitOfWork, actor_id: int | None) -> str | None:
    """What an actor is called, living or not, for a thing that was shown already; None when nobody is known."""
    found = people.find_any_actor(unit.session, actor_id) if actor_id is not None else None
    return found.name if found else None


def fold(email: str) -> str:
    """The e-mail as it is kept and compared."""
    return email.strip().lower()


def checked_email(email: str) -> str:
    """The e-mail as it is kept. Raises 400.8 when it is none."""
    if not _EMAIL.fullmatch(fold(email)) or not email.isprintable():
        raise problems.unexpected_value("email", email, "not an e-mail address", "no es un correo electrónico")
    return fold(email)


def last_day(unit: UnitOfWork, until: datetime) -> date:
    """The last day of an account that ends at this moment, in the server's time."""
    return (until - timedelta(seconds=1)).astimezone(ZoneInfo(unit.settings.timezone)).date()


def _free(unit: UnitOfWork, email: str) -> str:
    if people.find_login(unit.session, checked_email(email)) is not None:
        raise problems.not_unique(["email", "deleted"], [email, "f"])
    return email


def person_of(row) -> Person:
    """The user of (Actor, User)."""
    found, user = row
    return Person(found.id, found.name, user.email, user.language, found.created_at, found.updated_at,
                  found.deleted_at, user.last_login_at, found.expires_at)


def _grants(rows) -> tuple[access.Grant, ...]:
    return tuple(access.Grant(row.role_id, (row.place, row.place_id), scopes.read(row.rows))
                 for row in rows if row.role_id in access.ROLES)


def _over(until: datetime | None, unit: UnitOfWork) -> bool:
    return until is not None and until <= unit.now()
