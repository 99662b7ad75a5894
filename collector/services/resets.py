"""Room for new passwords by link: made by who may for another person, or asked for by mail by anybody.

It must not tell anybody whether an e-mail has an account: asking does the same for every e-mail, and what differs is
done by the worker. The link is kept as a hash (`services/links`).
"""

from datetime import timedelta

from collector.domain import mails, people_problems, problems
from collector.services import links, mailing, people
from collector.services import tries as failures
from collector.services.passwords import Hashed
from collector.services.unit import UnitOfWork
from collector.store.queries import invitations
from collector.store.queries import people as accounts

ASK, SEND = "user.reset.ask", "user.reset.send"
PATH = "new-password"
HOURS = 24
BY_MAIL = 3  # an hour and person


def offer(unit: UnitOfWork, actor_id: int) -> str:
    """The address that an administrator hands over, told this once. Raises 404.1, 403.1."""
    person = unit.require("user.password.reset", people.find_user(unit, actor_id))
    token, number = _add(unit, person.id, unit.actor.id)
    unit.record("user.reset.create", target_id=person.id, details={"resetId": number})
    return links.address(unit.settings, PATH, token)


def ask(unit: UnitOfWork, email: str, address: str = "") -> None:
    """Nothing, for every e-mail alike; if it has an account the worker sends a link there. Raises 401.2 (too often)."""
    email, tries = people.fold(email), failures.of(unit.units.memory, "reset")
    left, wait = tries.left(email, address)
    if not left:
        raise problems.too_many_tries(wait)
    tries.failed(email, address)
    login = accounts.find_login(unit.session, email)
    unit.record(ASK, target_id=login.actor_id if login is not None else None)


def offer_by_mail(unit: UnitOfWork, found: people.Person) -> None:
    """Nothing; the worker mails a link to somebody who was just given an account without a password."""
    unit.record(ASK, target_id=found.id)


def invalidate(unit: UnitOfWork, email: str) -> None:
    """Nothing; the person can no longer sign in with the password that held, and their sessions end. Raises 403.1."""
    unit.require_site("user.password.invalidate")
    login = accounts.find_login(unit.session, people.fold(email))
    if login is None:
        return
    accounts.mark_user(unit.session, login.actor_id, password_hash=None)
    accounts.end_sessions(unit.session, unit.now(), actor_id=login.actor_id)
    unit.record("user.update", target_id=login.actor_id, details={"data": {"password": None}})


def make(unit: UnitOfWork, event, _found=None) -> None:
    """Nothing; who has an account gets a link, at most some in an hour: a step."""
    unit.require_system()
    person = accounts.find_user(unit.session, event.target_id) if event.target_id else None
    hour = unit.now() - timedelta(hours=1)
    if person is None or not unit.settings.sends_mail \
            or invitations.count_resets(unit.session, person[0].id, hour) >= BY_MAIL:
        return
    number = _add(unit, person[0].id, None)[1]
    unit.record(SEND, target_id=person[0].id, details={"resetId": number})


def mail(unit: UnitOfWork, event) -> int | None:
    """The id of the reset that the server of mail took now: the long part of the step."""
    unit.require_system()
    row = invitations.find_reset(unit.session, event.details["resetId"])
    found = accounts.find_user(unit.session, row.actor_id) if row is not None else None
    if found is None or not _is_open(unit, row):
        return None
    person, user = found
    link = links.address(unit.settings, PATH, links.token_of(unit.settings, row.seed))
    mailing.send_once(unit, mails.reset(user.email, person.name, link, HOURS, user.language or unit.settings.language),
                      ("reset", row.id))
    return row.id


def mailed(unit: UnitOfWork, _event, number: int | None) -> None:
    """Nothing; it is noted when the link was mailed."""
    unit.require_system()
    if number is not None:
        invitations.mark_reset(unit.session, number, mailed_at=unit.now())


def opened(unit: UnitOfWork, token: str) -> people.Person:
    """Whose password may be set with this token. Raises 404.31."""
    return _open(unit, token)[1]


def use(unit: UnitOfWork, token: str, password: Hashed) -> people.Person:
    """Whose password was set; all their sessions and other links have ended. Raises 404.31."""
    row, person = _open(unit, token)
    now = unit.now()
    if not invitations.mark_reset(unit.session, row.id, used_at=now):
        raise people_problems.link_over()
    invitations.withdraw_resets(unit.session, person.id, now)
    accounts.mark_user(unit.session, person.id, password_hash=password.text)
    accounts.end_sessions(unit.session, now, actor_id=person.id)
    unit.record("user.reset.use", target_id=person.id, actor_id=person.id, details={"resetId": row.id})
    unit.record("user.update", target_id=person.id, actor_id=person.id, details={"data": {"password": True}})
    return person


def is_link(unit: UnitOfWork, token: str) -> bool:
    """Whether a password may be set with this token."""
    row = invitations.find_reset_of_key(unit.session, people.key_of(token))
    return row is not None and _is_open(unit, row)


def _add(unit: UnitOfWork, actor_id: int, by: int | None) -> tuple[str, int]:
    token, seed, key = links.made(unit.settings)
    now = unit.now()
    return token, invitations.add_reset(unit.session, key=key, seed=seed, actor_id=actor_id, created_by=by,
                                        created_at=now, expires_at=now + timedelta(hours=HOURS))


def _open(unit: UnitOfWork, token: str) -> tuple:
    row = invitations.find_reset_of_key(unit.session, people.key_of(token))
    found = accounts.find_user(unit.session, row.actor_id) if row is not None and _is_open(unit, row) else None
    if found is None:
        raise people_problems.link_over()
    return row, people.person_of(found)


def _is_open(unit: UnitOfWork, row) -> bool:
    return row.used_at is None and row.withdrawn_at is None and row.expires_at > unit.now()
