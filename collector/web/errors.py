"""Room that turns a Problem into bytes, in the dialect of whoever asked: JSON, OpenRosa XML or a page.

It must not decide what is a Problem. `web/blueprint` calls it for views, Flask for everything outside them.
"""

import logging
import re
import time

from flask import (
    Flask,
    Response,
    current_app,
    g,
    json,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.globals import request_ctx
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from collector.domain import people_problems, problems
from collector.domain.formats import openrosa
from collector.domain.problems import Problem
from collector.services import condition
from collector.web.paths import MOST

log = logging.getLogger(__name__)
_VERSIONED = re.compile(r"/v(\d{1,9})(?:/|$)")


def respond(problem: Problem, dialect: str) -> Response:
    """The answer that tells this Problem."""
    g.problem = problem.code
    response = {"json": _json, "openrosa": _openrosa, "html": _page}[dialect](problem)
    if problem.status == 503:
        _shortage.note(problem)
        response.headers["Retry-After"] = str(problem.details.get("retryAfter", 30))
    return response


def known(fault: BaseException) -> Problem | None:
    """The Problem that a fault of the system or of Flask means; None for a fault of ours."""
    if condition.is_disk_full(fault):
        return problems.disk_full()
    if isinstance(fault, RequestEntityTooLarge):
        whole = current_app.config["MAX_CONTENT_LENGTH"]
        if request.content_length is None or request.content_length > whole:
            return problems.body_too_large(whole)
        return problems.too_large(current_app.config["MAX_FORM_MEMORY_SIZE"])
    return None


class Shortage:
    """Tells the log that requests are put off: once a minute, with how many they were."""

    def __init__(self, pause: float = 60.0):
        self._pause = pause
        self._told: dict[float, float] = {}
        self._count: dict[float, int] = {}

    def note(self, problem: Problem) -> None:
        """Nothing; a line is written when the last one of its kind is long ago."""
        self._count[problem.code] = self._count.get(problem.code, 0) + 1
        if time.monotonic() - self._told.get(problem.code, -self._pause) >= self._pause:
            self._told[problem.code] = time.monotonic()
            log.error("%d requests put off with 503: %s", self._count.pop(problem.code, 1), problem.en)


_shortage = Shortage()


def internal(fault: BaseException, dialect: str) -> Response:
    """The answer to a fault of ours; what happened goes to the log with the request's id, not to the caller."""
    log.error("request failed", exc_info=fault)
    return respond(problems.internal(g.get("request_id", "")), dialect)


def _json(problem: Problem) -> Response:
    language = request.accept_languages.best_match(["en", "es"]) or "en"
    body = {"message": problem.message(language), "code": problem.code, "details": problem.details or None}
    return Response(json.dumps(body), problem.status, mimetype="application/json")


def _openrosa(problem: Problem) -> Response:
    language = g.get("project_language") or g.default_language
    response = Response(openrosa.response(problem.message(language), nature="error"), problem.status,
                        content_type="text/xml; charset=utf-8")
    response.headers["X-OpenRosa-Version"] = "1.0"
    if problem.status == 401:
        response.headers["WWW-Authenticate"] = 'Basic realm="Collector", charset="UTF-8"'
    return response


def _page(problem: Problem) -> Response:
    if problem.status == 401 and request.method == "GET":
        return redirect(url_for("sign_in.show", next=request.full_path.rstrip("?")), 303)
    return make_response(render_template("error.html", problem=problem, request_id=g.get("request_id", "")),
                         problem.status)


def dialect_of_request() -> str:
    """The dialect of the view that has the address; by the path where none has it."""
    view = current_app.view_functions.get(request.endpoint or "")
    told = getattr(view, "collector_frame", {}).get("dialect")
    return told or ("json" if _VERSIONED.match(request.path) else "html")


def _nowhere() -> Problem:
    version = _VERSIONED.match(request.path)
    if version and version[1] != "1":
        return problems.api_version_unknown(version[1])
    return problems.not_found("La dirección", "The address")


def _no_number() -> Problem | None:
    """What is wrong with an address of the API that would be one with a number where something else stands."""
    segments = request.path.split("/")
    if segments[:2] != ["", "v1"]:
        return None
    for place, text in enumerate(segments):
        if place < 2 or (text.isascii() and text.isdigit() and int(text) <= MOST):
            continue
        probe = "/".join((*segments[:place], str(MOST), *segments[place + 1:]))  # no project has this number
        try:
            _endpoint, values = request_ctx.url_adapter.match(probe)
        except HTTPException:
            continue
        if MOST in values.values():
            if not _comes_with_something():
                return problems.not_authenticated()
            digits = text.removeprefix("-")
            is_number = digits.isascii() and digits.isdigit()
            return (people_problems.out_of_range(text) if is_number and int(digits[:20]) > MOST
                    else None if is_number else problems.wrong_type("id", text[:80], "a number"))
    return None


def _comes_with_something() -> bool:
    """Whether the caller says who they are, rightly or not."""
    return bool("Authorization" in request.headers or "Cookie" in request.headers or request.args.get("st")
                or "collector.key" in request.environ or "collector.draft_token" in request.environ)


def attach(app: Flask) -> None:
    """Registers what answers when no view did: unknown addresses, wrong methods, our own faults."""

    @app.errorhandler(HTTPException)
    def http(fault: HTTPException):
        dialect = dialect_of_request()
        if fault.code == 404 or (fault.code == 405 and dialect == "json"):
            return respond(_no_number() or _nowhere(), dialect)
        if isinstance(fault, CSRFError):
            return respond(problems.page_expired(), dialect)
        if fault.code == 413:
            return respond(known(fault), dialect)
        if fault.code == 400 and dialect == "json":
            return respond(problems.unparseable("HTTP", 0, fault.name), dialect)
        if dialect == "html" and fault.code and fault.code >= 400:
            return respond(Problem(fault.code + 0.1, fault.description or fault.name, fault.description or fault.name),
                           "html")
        return fault

    @app.errorhandler(Problem)
    def problem(fault: Problem):
        return respond(fault, dialect_of_request())

    @app.errorhandler(Exception)
    def bug(fault: Exception):
        return internal(fault, dialect_of_request())
