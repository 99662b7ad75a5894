"""Room that finds out who is asking: key in the path, bearer, basic or cookie, in this order.

It must not decide what they may do. `web/blueprint` asks it before the body is touched; `services/people` knows tokens.
"""

from collections.abc import Mapping
from hmac import compare_digest
from urllib.parse import quote, unquote

from flask import Request, g

from collector.domain import access, problems
from collector.services import people, resets
from collector.services.unit import UnitOfWork

COOKIE = "session"
SINGLE_USE = "singleUse"  # who brings the link for a new password, in Central's word


def identify(request: Request, unit: UnitOfWork, dialect: str) -> access.Actor:
    """The actor of the request; NOBODY without credentials. Raises 401.2, 401.3, 403.1.

    Source: contract, "Conventions that every endpoint shares".
    """
    environ = request.environ
    if "collector.draft_token" in environ:
        return access.Actor(None, "draft", environ["collector.draft_token"])
    key = environ.get("collector.key") or request.args.get("st")
    if key:
        environ["collector.prefix"] = f"/v1/key/{quote(key, safe='')}"  # addresses told to this caller lead on with it
        return _of_key(unit, key)
    header = request.headers.get("Authorization", "")
    if header[:7].lower() == "bearer ":
        return _of_bearer(unit, header[7:].strip())
    if header[:6].lower() == "basic ":
        return _of_basic(unit, request)
    if COOKIE in request.cookies:
        return _of_cookie(unit, request, dialect)
    return access.NOBODY


def _of_key(unit, key: str) -> access.Actor:
    actor = people.actor_of_token(unit, unquote(key))
    if actor is None or actor.kind not in ("field_key", "public_link"):
        raise problems.bad_key()
    return actor


def _of_bearer(unit, token: str) -> access.Actor:
    actor = people.actor_of_token(unit, token)
    if actor is None and resets.is_link(unit, token):
        return access.Actor(None, SINGLE_USE, token)
    if actor is None or actor.ended:
        raise problems.not_authenticated()
    return actor


def _of_basic(unit, request: Request) -> access.Actor:
    if not request.is_secure:
        raise problems.https_only()
    given = request.authorization
    actor = (people.actor_of_password(unit, given.username or "", given.password or "", request.remote_addr or "")
             if given else None)
    if actor is None:
        raise problems.not_authenticated()
    return actor


def _of_cookie(unit, request: Request, dialect: str) -> access.Actor:
    """The cookie counts for pages; for the API only over https, and for writes with a sign against forgery."""
    actor = people.actor_of_token(unit, request.cookies[COOKIE])
    if actor is None or actor.ended or actor.kind != "user":
        return access.NOBODY
    if dialect == "html":
        g.session_token = request.cookies[COOKIE]
        return actor
    if not request.is_secure:
        return access.NOBODY
    if request.method in ("GET", "HEAD") or request.headers.get("X-Requested-With") == "XMLHttpRequest":
        return actor
    is_meant = actor.csrf and compare_digest(_sign(request).encode("utf-8", "replace"), actor.csrf.encode())
    return actor if is_meant else access.NOBODY


def _sign(request: Request) -> str:
    """What the body says in `__csrf`, as JSON or as a form; '' for nothing."""
    body = request.get_json(silent=True) if request.is_json else request.form
    given = body.get("__csrf") if isinstance(body, Mapping) else None
    return given if isinstance(given, str) else ""
