"""Pages that a link opens for strangers: taking an invitation, choosing a new password; and asking for one by mail.

It must not tell whether an e-mail has an account, save to who holds an invitation. Passwords are hashed before the
transaction.
"""

from flask import Response, current_app, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from collector.domain.problems import Problem
from collector.services import invitations, people, resets
from collector.services.passwords import Hashed
from collector.services.unit import UnitOfWork
from collector.web.blueprint import UnitBlueprint
from collector.web.identity import COOKIE
from collector.web.pages.account_inputs import ForgottenInput, JoinInput, NewPasswordInput
from collector.web.pages.showing import go, page, told
from collector.web.people_words import role_words

pages = UnitBlueprint("joining", __name__, dialect="html")
_JOIN, _RESET, _ASK = "/join/<segment:token>", "/new-password/<segment:token>", "/sign-in/forgotten"


@pages.get(_JOIN, open=True)
def join(unit: UnitOfWork, token: str):
    """What the link gives; and either the inputs of a new account or a button for who is signed in."""
    found = invitations.opened(unit, token)
    return _join(unit, token, JoinInput(formdata=None, data={"name": found.name, "email": found.email}))


def new_account(unit: UnitOfWork, token: str) -> tuple[JoinInput, Hashed | None]:
    """(input, password hashed): slow on purpose, so before the transaction."""
    found, given = invitations.opened(unit, token), JoinInput()
    if found.email:
        given.email.data = found.email
    if not given.validate():
        return given, None
    try:
        return given, people.hash_password(unit, given.email.data, given.password.data)
    except Problem as problem:
        if problem.status != 400:
            raise
        given.password.errors = (told(problem),)
        return given, None


@pages.post(_JOIN, open=True, prepare=new_account)
def take(unit: UnitOfWork, outcome, token: str):
    """The way in, signed in; or the page again with what stands against it."""
    given, password = outcome
    if password is None:
        return _join(unit, token, given, 422)
    try:
        made = invitations.take(unit, token, given.email.data, given.name.data, password, str(get_locale()))
    except Problem as problem:
        if problem.status not in (400, 409):
            raise
        unit.undo()
        given.email.errors = (told(problem),)
        return _join(unit, token, given, 422)
    signed = people.open_session(unit, made, request.headers.get("User-Agent", ""))
    response = go("/", _("Su cuenta está lista."))
    response.set_cookie(COOKIE, signed.token, max_age=int((signed.expires_at - signed.created_at).total_seconds()),
                        httponly=True, samesite="Lax", secure=current_app.config["SESSION_COOKIE_SECURE"])
    return response


@pages.post(_JOIN + "/as-me")
def take_as_oneself(unit: UnitOfWork, token: str):
    """The way in; the account that is signed in has the role. Or the page again with what stands against it."""
    try:
        invitations.take_as_oneself(unit, token)
    except Problem as problem:
        if problem.status != 409:
            raise
        unit.undo()
        return _join(unit, token, JoinInput(formdata=None), 409, told(problem))
    return go("/", _("Listo: ya puede trabajar aquí."))


@pages.get(_RESET, open=True)
def new_password(unit: UnitOfWork, token: str):
    """The input of a new password."""
    return _reset(unit, token, NewPasswordInput(formdata=None))


def hashed(unit: UnitOfWork, token: str) -> tuple[NewPasswordInput, Hashed | None]:
    """(input, password hashed): slow on purpose, so before the transaction."""
    person, given = resets.opened(unit, token), NewPasswordInput()
    if not given.validate():
        return given, None
    try:
        return given, people.hash_password(unit, person.email, given.password.data)
    except Problem as problem:
        if problem.status != 400:
            raise
        given.password.errors = (told(problem),)
        return given, None


@pages.post(_RESET, open=True, prepare=hashed)
def set_password(unit: UnitOfWork, outcome, token: str):
    """The sign-in page; the new password holds."""
    given, password = outcome
    if password is None:
        return _reset(unit, token, given, 422)
    resets.use(unit, token, password)
    return go("/sign-in", _("Su contraseña cambió. Entre con ella."))


@pages.get(_ASK, open=True)
def forgotten(unit: UnitOfWork):
    """The input of the e-mail that a link is sent to."""
    return _forgotten(unit, ForgottenInput())


@pages.post(_ASK, open=True)
def send(unit: UnitOfWork):
    """The same words for every e-mail, whether it has an account or not."""
    given = ForgottenInput()
    if not unit.settings.sends_mail or not given.validate():
        return _forgotten(unit, given, 422)
    try:
        resets.ask(unit, given.email.data, request.remote_addr or "")
    except Problem as problem:
        given.email.errors = (told(problem),)
        return _forgotten(unit, given, 429)
    return go(url_for("sign_in.show"),
              _("Si ese correo tiene cuenta, en unos minutos le llega un enlace. Vale 24 horas."))


def _join(unit: UnitOfWork, token: str, given: JoinInput, status: int = 200, against: str = "") -> Response:
    found = invitations.opened(unit, token)
    person = unit.actor if unit.actor.kind == "user" else None
    return page(unit, "joining/join.html", status=status, input=given, invitation=found, token=token, against=against,
                place=invitations.place_name(unit, found), role_words=role_words(), signed_in=person,
                last_day=people.last_day(unit, found.until) if found.until else None)


def _reset(unit: UnitOfWork, token: str, given: NewPasswordInput, status: int = 200) -> Response:
    person = resets.opened(unit, token)
    return page(unit, "joining/new_password.html", status=status, input=given, someone=person, token=token)


def _forgotten(unit: UnitOfWork, given: ForgottenInput, status: int = 200) -> Response:
    return page(unit, "joining/forgotten.html", status=status, input=given, sends_mail=unit.settings.sends_mail)
