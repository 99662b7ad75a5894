"""Page of signing in and out.

It must not know passwords beyond handing them on (`services/people`). The session's token goes into a cookie.
"""

from flask import Response, current_app, redirect, request

from collector.domain.problems import Problem
from collector.services import people, sessions
from collector.services.unit import UnitOfWork
from collector.web.blueprint import UnitBlueprint
from collector.web.identity import COOKIE
from collector.web.pages.inputs import SignInInput
from collector.web.pages.showing import go, own_address, page, told

pages = UnitBlueprint("sign_in", __name__, dialect="html")


@pages.get("/sign-in", open=True)
def show(unit: UnitOfWork):
    """The page, or the way on for who is signed in already."""
    if unit.actor.kind == "user":
        return redirect("/", 303)
    return _page(unit, SignInInput(data={"next": request.args.get("next", "")}))


def tried(unit: UnitOfWork, **path) -> tuple[SignInInput, int | None, dict | None]:
    """(input, id of who it is, what failed): the slow look at the password, before anything is written."""
    given = SignInInput()
    if not given.validate():
        return given, None, None
    address = request.remote_addr or ""
    try:
        return given, people.verify(unit, given.email.data, given.password.data, address), None
    except Problem as problem:
        if problem.code == 401.31:
            return given, None, {"over": told(problem)}
        if problem.status != 401:
            raise
        left, wait = people.tries_left(unit, given.email.data, address)
        return given, None, {"wait": 0 if left else max(1, round(wait / 60)), "left": left}


@pages.post("/sign-in", open=True, prepare=tried)
def enter(unit: UnitOfWork, outcome):
    """The way on with a session cookie, or the page again with what failed."""
    given, actor_id, failed = outcome
    if actor_id is None:
        return _page(unit, given, failed, 401 if failed else 422)
    signed = people.open_session(unit, actor_id, request.headers.get("User-Agent", ""))
    response = go(own_address(given.next.data, "/"))
    response.set_cookie(COOKIE, signed.token, max_age=int((signed.expires_at - signed.created_at).total_seconds()),
                        httponly=True, samesite="Lax", secure=current_app.config["SESSION_COOKIE_SECURE"])
    return response


@pages.post("/sign-out", open=True)
def leave(unit: UnitOfWork) -> Response:
    """The sign-in page; the session is over on the server too."""
    if unit.actor.session_id is not None:
        sessions.end_current_session(unit)
    response = go("/sign-in")
    response.delete_cookie(COOKIE)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _page(unit: UnitOfWork, given: SignInInput, failed: dict | None = None, status: int = 200) -> Response:
    return page(unit, "sign_in/show.html", input=given, failed=failed, days=unit.settings.session_days,
                sends_mail=unit.settings.sends_mail, status=status)
