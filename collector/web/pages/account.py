"""Pages of an account: one's own with its sessions and password, and another person's for who administers.

It must not hash passwords in a unit that writes, nor decide who may what (`services/sessions`, `services/resets`).
"""

from flask import Response, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from collector.domain.problems import Problem
from collector.services import people, resets, sessions
from collector.services.passwords import Hashed
from collector.services.unit import UnitOfWork
from collector.web.blueprint import UnitBlueprint
from collector.web.pages.account_inputs import EndInput, OwnPasswordInput
from collector.web.pages.showing import go, page, told
from collector.web.people_words import role_words

pages = UnitBlueprint("account", __name__, dialect="html")


@pages.get("/account")
def show(unit: UnitOfWork):
    """One's own account."""
    return _own(unit, OwnPasswordInput())


def hashed(unit: UnitOfWork) -> tuple[OwnPasswordInput, Hashed | None]:
    """(input, the new password hashed once the old one was right): slow on purpose, so before the transaction."""
    given = OwnPasswordInput()
    if not given.validate():
        return given, None
    person = people.find_user(unit, unit.actor.id)
    try:
        people.verify(unit, person.email, given.old.data, request.remote_addr or "")
    except Problem as problem:
        if problem.status != 401:
            raise
        left, wait = people.tries_left(unit, person.email, request.remote_addr or "")
        words = (ngettext("No es su contraseña. Le queda %(num)s intento.",
                          "No es su contraseña. Le quedan %(num)s intentos.", left) if left else
                 _("Demasiados intentos. Espere %(num)s minutos.", num=max(1, round(wait / 60))))
        given.old.errors = (words,)
        return given, None
    try:
        return given, people.hash_password(unit, person.email, given.new.data)
    except Problem as problem:
        if problem.status != 400:
            raise
        given.new.errors = (told(problem),)
        return given, None


@pages.post("/account/password", prepare=hashed)
def change_password(unit: UnitOfWork, outcome):
    """The account; the new password holds and the other sessions have ended."""
    given, password = outcome
    if password is None:
        return _own(unit, given, 422)
    people.set_password(unit, unit.actor.id, password)
    return go(url_for("account.show"), _("Su contraseña cambió. Las demás sesiones se cerraron."))


@pages.get("/people/<int:person_id>")
def other(unit: UnitOfWork, person_id: int):
    """Somebody's account, for who administers people."""
    if person_id == unit.actor.id:
        return go(url_for("account.show"))
    return _other(unit, person_id, EndInput())


@pages.post("/people/<int:person_id>/reset")
def reset(unit: UnitOfWork, person_id: int):
    """The account with a link for a new password, shown this once."""
    return _other(unit, person_id, EndInput(formdata=None), link=resets.offer(unit, person_id))


@pages.post("/people/<int:person_id>/end")
def end(unit: UnitOfWork, person_id: int):
    """The account, which lasts through the day that was chosen, or without end."""
    given = EndInput()
    if not given.validate():
        return _other(unit, person_id, given, 422)
    try:
        sessions.set_end(unit, person_id, given.until.data)
    except Problem as problem:
        if problem.status not in (400, 409):
            raise
        given.until.errors = (told(problem),)
        return _other(unit, person_id, given, 422)
    return go(url_for("account.other", person_id=person_id), _("Guardado."))


@pages.post("/people/<int:person_id>/sessions/<int:session_id>/end")
def end_session(unit: UnitOfWork, person_id: int, session_id: int):
    """The account, without that session."""
    own = session_id == unit.actor.session_id
    sessions.end_one(unit, person_id, session_id)
    return go("/sign-in") if own else go(_address(unit, person_id), _("La sesión se cerró."))


@pages.post("/people/<int:person_id>/sessions/end")
def end_sessions(unit: UnitOfWork, person_id: int):
    """The account, without any session but the one that asks."""
    ended = sessions.end_others(unit, person_id)
    return go(_address(unit, person_id), ngettext("Se cerró %(num)s sesión.", "Se cerraron %(num)s sesiones.", ended))


def _address(unit: UnitOfWork, person_id: int) -> str:
    own = person_id == unit.actor.id
    return url_for("account.show") if own else url_for("account.other", person_id=person_id)


def _own(unit: UnitOfWork, given: OwnPasswordInput, status: int = 200) -> Response:
    person = people.find_user(unit, unit.actor.id)
    return page(unit, "account/show.html", tab="account", status=status, input=given, someone=person,
                sessions=sessions.list_sessions(unit, person.id), last_day=_last_day(unit, person))


def _other(unit: UnitOfWork, person_id: int, given: EndInput, status: int = 200, link: str = "") -> Response:
    someone = people.find_user(unit, person_id)
    if given.until.data is None and not given.errors:
        given.until.data = _last_day(unit, someone)
    return page(unit, "account/other.html", tab="people", status=status, input=given, someone=someone, link=link,
                hours=resets.HOURS, sessions=sessions.list_sessions(unit, person_id),
                roles=sessions.list_roles(unit, person_id), role_words=role_words(),
                last_day=_last_day(unit, someone), is_over=people.actor(unit, person_id) is None)


def _last_day(unit: UnitOfWork, person: people.Person):
    return people.last_day(unit, person.expires_at) if person.expires_at else None
