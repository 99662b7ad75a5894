"""API of sessions: sign in with e-mail and password, see, end.

It must not hash or compare passwords (`services/people`).
"""

from datetime import UTC, datetime

from flask import Response, jsonify, request
from werkzeug.http import http_date

from collector.domain import problems
from collector.services import people
from collector.services import sessions as held
from collector.services.unit import UnitOfWork
from collector.web.api.requests import SUCCESS, json_body
from collector.web.api.schemas.people import CredentialsShape, KeptSessionShape, SessionShape
from collector.web.blueprint import UnitBlueprint
from collector.web.identity import COOKIE

CSRF_COOKIE = "__csrf"
NEVER = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)  # of phones and links, in Central's words

sessions = UnitBlueprint("api_sessions", __name__, url_prefix="/v1/sessions", dialect="json")


def verify(unit: UnitOfWork) -> int:
    """The user whose credentials stand in the body. Raises 400.3, 400.11, 401.2, 401.31, 503.1."""
    body = json_body()
    given = CredentialsShape().read({name: value for name, value in body.items() if value != ""})
    if not isinstance(given["password"], str):
        raise problems.not_authenticated()
    return people.verify(unit, given["email"], given["password"], request.remote_addr or "")


@sessions.post("", open=True, anew=True, prepare=verify, answers=SessionShape, takes=CredentialsShape)
def sign_in(unit: UnitOfWork, user_id: int):
    """A session: its token, its sign against forgery, and both as cookies."""
    signed = people.open_session(unit, user_id, request.headers.get("User-Agent", ""))
    response = jsonify(SessionShape().dump(signed))
    set_cookies(response, signed, unit.settings.is_https)
    return response


@sessions.get("/restore", answers=KeptSessionShape)
def restore(unit: UnitOfWork):
    """The session of who asks."""
    found = held.current_session(unit)
    return KeptSessionShape().dump({"created_at": found.created_at, "expires_at": found.expires_at or NEVER})


@sessions.delete("/current", answers=SUCCESS)
def end_current(unit: UnitOfWork):
    """The session of who asks has ended."""
    held.end_current_session(unit)
    return _without_cookies(jsonify(SUCCESS))


@sessions.delete("/<segment:token>", answers=SUCCESS)
def end(unit: UnitOfWork, token: str):
    """The token opens nothing from now on: of a session, a phone or a link."""
    held.end_session(unit, token)
    response = jsonify(SUCCESS)
    return _without_cookies(response) if token == _own_token() else response


def set_cookies(response: Response, signed: people.SignedIn, secure: bool) -> None:
    """Nothing; the answer carries Central's two cookies. Only the second can be read by scripts."""
    _put_cookies(response, signed.token, signed.csrf, signed.expires_at, secure)


def _without_cookies(response: Response) -> Response:
    _put_cookies(response, "null", "null", datetime.fromtimestamp(0, UTC), True)
    return response


def _put_cookies(response: Response, token: str, csrf: str, until: datetime, secure: bool) -> None:
    """Nothing; the two cookies with their attributes in Central's order, which clients compare."""
    ends = "; Secure; SameSite=Strict" if secure else "; SameSite=Strict"
    for name, value, hidden in ((COOKIE, token, "; HttpOnly"), (CSRF_COOKIE, csrf, "")):
        response.headers.add("Set-Cookie", f"{name}={value}; Path=/; Expires={http_date(until)}{hidden}{ends}")


def _own_token() -> str:
    header = request.headers.get("Authorization", "")
    return header[7:].strip() if header[:7].lower() == "bearer " else request.cookies.get(COOKIE, "")
