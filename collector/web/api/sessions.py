"""API of sessions: sign in with e-mail and password, see, end.

It must not hash or compare passwords (`services/people`).
"""

from flask import Response, jsonify, request

from collector.services import people
from collector.services import sessions as held
from collector.services.unit import UnitOfWork
from collector.web.api.requests import SUCCESS, json_body
from collector.web.api.schemas.people import CredentialsShape, SessionShape
from collector.web.blueprint import UnitBlueprint
from collector.web.identity import COOKIE

CSRF_COOKIE = "__csrf"

sessions = UnitBlueprint("api_sessions", __name__, url_prefix="/v1/sessions", dialect="json")


def verify(unit: UnitOfWork) -> int:
    """The user whose credentials stand in the body. Raises 400.3, 401.2."""
    given = CredentialsShape().read(json_body())
    return people.verify(unit, given["email"], given["password"], request.remote_addr or "")


@sessions.post("", open=True, prepare=verify)
def sign_in(unit: UnitOfWork, user_id: int):
    signed = people.open_session(unit, user_id, request.headers.get("User-Agent", ""))
    response = jsonify(SessionShape().dump(signed))
    set_cookies(response, signed, unit.settings.is_https)
    return response


@sessions.get("/restore", open=True)
def restore(unit: UnitOfWork):
    found = held.current_session(unit)
    return SessionShape().dump({"token": _own_token(), "csrf": found.csrf, "created_at": found.created_at,
                                "expires_at": found.expires_at})


@sessions.delete("/current", open=True)
def end_current(unit: UnitOfWork):
    held.end_current_session(unit)
    return _without_cookies(jsonify(SUCCESS))


@sessions.delete("/<segment:token>")
def end(unit: UnitOfWork, token: str):
    held.end_session(unit, token)
    response = jsonify(SUCCESS)
    return _without_cookies(response) if token == _own_token() else response


def set_cookies(response: Response, signed: people.SignedIn, secure: bool) -> None:
    """Nothing; the answer carries Central's two cookies. Only the second can be read by scripts."""
    for name, value, hidden in ((COOKIE, signed.token, True), (CSRF_COOKIE, signed.csrf, False)):
        response.set_cookie(name, value, expires=signed.expires_at, path="/", secure=secure, httponly=hidden,
                            samesite="Strict")


def _without_cookies(response: Response) -> Response:
    for name in (COOKIE, CSRF_COOKIE):
        response.delete_cookie(name, path="/", samesite="Strict")
    return response


def _own_token() -> str:
    header = request.headers.get("Authorization", "")
    return header[7:].strip() if header[:7].lower() == "bearer " else request.cookies.get(COOKIE, "")
