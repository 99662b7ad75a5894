"""API of users: who am I, list, make, change, retire, own password, a new one by link.

It must not hash passwords in a unit that writes: that is done in the step before (`prepare`).
"""

from flask import request

from collector.domain import access, problems
from collector.services import people, preferences, resets, sessions
from collector.services.unit import UnitOfWork
from collector.web.api.requests import SUCCESS, body_as, is_asked, is_extended, json_body
from collector.web.api.schemas.people import (
    CurrentUserShape,
    KeptSessionShape,
    NewPasswordShape,
    NewUserShape,
    PasswordChangeShape,
    ResetShape,
    UserChangeShape,
    UserShape,
)
from collector.web.blueprint import UnitBlueprint
from collector.web.identity import SINGLE_USE

users = UnitBlueprint("api_users", __name__, url_prefix="/v1/users", dialect="json")


@users.get("/current", answers=(UserShape, CurrentUserShape))
def current(unit: UnitOfWork):
    """Who asks; extended, with verbs on the site and preferences."""
    if unit.actor.ended:
        raise problems.bad_key()
    if unit.actor.kind != "user":
        raise problems.not_found("El usuario", "The user")
    shown = UserShape().dump(people.find_user(unit, unit.actor.id))
    if is_extended():
        shown["verbs"] = sorted(access.verbs_at(unit.actor.grants, (access.SITE,)))
        shown["preferences"] = preferences.own(unit)
        if unit.actor.session_id is not None:
            shown["session"] = KeptSessionShape().dump(sessions.current_session(unit))
    return shown


@users.get("", answers=[UserShape], asks="q")
def list_all(unit: UnitOfWork):
    """The users; with q those whose name or e-mail comes near to it."""
    return UserShape(many=True).dump(people.list_users(unit, request.args.get("q", "")))


def prepare_new(unit: UnitOfWork) -> tuple:
    """(values, hash or None). The right is asked first, so that strangers cannot make us hash."""
    unit.require_site("user.create")
    given = NewUserShape().read(json_body())
    password = given["password"]
    return given, people.hash_password(unit, given["email"], password) if password else None


@users.post("", prepare=prepare_new, answers=UserShape, takes=NewUserShape)
def create(unit: UnitOfWork, prepared: tuple):
    """The new user; without a password, a link to set one is mailed."""
    given, hashed = prepared
    person = people.add_user(unit, given["email"], given["name"], hashed)
    if hashed is None:
        resets.offer_by_mail(unit, person)
    return UserShape().dump(person)


@users.get("/<int:user_id>", answers=UserShape)
def show(unit: UnitOfWork, user_id: int):
    """One user."""
    return UserShape().dump(people.find_user(unit, user_id))


@users.patch("/<int:user_id>", prepare=body_as(UserChangeShape()), answers=UserShape)
def change(unit: UnitOfWork, given: dict, user_id: int):
    """The user as they are now."""
    return UserShape().dump(people.update_user(unit, user_id, **given))


@users.delete("/<int:user_id>", answers=SUCCESS)
def retire(unit: UnitOfWork, user_id: int):
    """The user is retired and cannot sign in."""
    people.retire_user(unit, user_id)
    return SUCCESS


@users.post("/reset/initiate", open=True, answers=SUCCESS, asks="invalidate", takes=ResetShape)
def initiate_reset(unit: UnitOfWork):
    """Alike for every e-mail. With invalidate=true, for who may: the password that holds stops working at once."""
    email = ResetShape().read(json_body())["email"]
    if not email.strip():
        raise problems.missing_parameter("email")
    if is_asked("invalidate"):
        if unit.actor is access.NOBODY:
            raise problems.not_authenticated()
        resets.invalidate(unit, email)
    resets.ask(unit, email, request.remote_addr or "")
    return SUCCESS


def prepare_reset(unit: UnitOfWork) -> tuple:
    """(token, hash of the new password). Raises 401.2 without the token of a link, 403.1 with another one."""
    if unit.actor.kind != SINGLE_USE:
        raise problems.not_authenticated() if unit.actor is access.NOBODY else problems.no_right()
    person = resets.opened(unit, unit.actor.name)
    return unit.actor.name, people.hash_password(unit, person.email, NewPasswordShape().read(json_body())["new"])


@users.post("/reset/verify", open=True, prepare=prepare_reset, answers=SUCCESS, takes=NewPasswordShape)
def verify_reset(unit: UnitOfWork, prepared: tuple):
    """The new password holds; who asks brings the token that was mailed."""
    resets.use(unit, *prepared)
    return SUCCESS


def prepare_password(unit: UnitOfWork, user_id: int):
    """The hash of the new password, once the old one was right. Raises 401.2, 400.21, 400.38, 400.44."""
    given = PasswordChangeShape().read(json_body())
    person = people.require_change(unit, user_id)
    people.verify(unit, person.email, given["old"], request.remote_addr or "")
    return people.hash_password(unit, person.email, given["new"])


@users.put("/<int:user_id>/password", prepare=prepare_password, answers=SUCCESS, takes=PasswordChangeShape)
def change_password(unit: UnitOfWork, hashed, user_id: int):
    """The new password holds."""
    people.set_password(unit, user_id, hashed)
    return SUCCESS
