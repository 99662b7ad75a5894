"""Room of the frame round every view: who asks, one unit of work, the answer after the commit.

It must not know any route. Blueprints of `web/openrosa`, `web/api`, `web/pages` and of plugins are made with it.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from flask import Blueprint, Response, current_app, g, make_response, request
from werkzeug.exceptions import HTTPException

from collector.domain import access, people_problems, problems
from collector.domain.problems import Problem
from collector.services import sessions
from collector.services.unit import UnitOfWork, Units
from collector.web import errors, identity

LONG = 131_072  # bytes of a body that takes its time
NOTES = 1000  # characters of what is noted
WRITES = frozenset(("POST", "PUT", "PATCH", "DELETE"))


class UnitBlueprint(Blueprint):
    """A blueprint whose every view runs inside one unit of work and answers only after commit.

    dialect: json, openrosa or html; how Problems are told and which credentials count.
    """

    def __init__(self, *args, dialect: str, **options):
        super().__init__(*args, **options)
        self.dialect = dialect

    def add_url_rule(self, rule, endpoint=None, view_func=None, **options):
        """Registers the view, framed. Options of our own: open, prepare, reads (a POST that only reads), anew (whoever
        asks is a stranger, even with credentials that no longer hold); answers, asks, takes: what the description of
        the API says of it (`web/api/answers`)."""
        frame = {name: options.pop(name, None) for name in ("open", "prepare", "reads", "anew")}
        said = {"answers": options.pop("answers", None), "asks": options.pop("asks", ""),
                "takes": options.pop("takes", None), "prepare": frame["prepare"]}
        framed = self._framed(view_func, **frame)
        framed.collector_frame |= said
        super().add_url_rule(rule, endpoint or view_func.__name__, framed, **options)

    def _framed(self, view: Callable, open: bool | None, prepare: Callable | None, reads: bool | None,
                anew: bool | None) -> Callable:
        frame = _Frame(view, prepare, self.dialect, bool(open), bool(reads), bool(anew))

        @functools.wraps(view)
        def framed(**path):
            try:
                return frame.answer(path)
            except Problem as problem:
                return errors.respond(problem, self.dialect)
            except HTTPException:
                raise  # of the request: `web/errors` tells it
            except Exception as fault:
                if (problem := errors.known(fault)) is not None:
                    return errors.respond(problem, self.dialect)
                if current_app.config.get("COLLECTOR_RAISE_FAULTS"):
                    raise
                return errors.internal(fault, self.dialect)

        framed.collector_frame = {"open": bool(open), "dialect": self.dialect}
        return framed


@dataclass(frozen=True, slots=True)
class _Frame:
    """A view with what stands round it."""

    view: Callable
    prepare: Callable | None
    dialect: str
    open: bool
    reads: bool
    anew: bool

    def answer(self, path: dict) -> Response:
        """The answer, after the commit. Raises Problems."""
        units, given = current_units(), []
        writes = request.method in WRITES and not self.reads
        short = (request.content_length or LONG) < LONG

        def whole(unit: UnitOfWork) -> Response:
            self._begin(unit, path, given, short)
            return self._view(unit, path, given)

        if writes and short and units.writes_apart:  # one transaction instead of two
            return units.write(access.NOBODY, whole)
        with units.reading(access.NOBODY) as unit:
            if not writes:
                return _answer(unit, whole(unit))
            self._begin(unit, path, given, short)
        return units.write(g.actor, lambda unit: self._view(unit, path, given))

    def _view(self, unit: UnitOfWork, path: dict, given: list) -> Response:
        unit.notes = g.notes
        return make_response(self.view(unit, *given, **path))

    def _begin(self, unit: UnitOfWork, path: dict, given: list, short: bool) -> None:
        """Nothing; the unit knows who asks, and what was prepared is given, once."""
        actor = access.NOBODY if self.anew else identity.identify(request, unit, self.dialect)
        g.actor = unit.actor = actor
        g.notes = self._notes()
        sessions.used(unit)
        if actor is access.NOBODY and not self.open:
            raise problems.not_authenticated()  # whether or not there is such a thing: strangers are told nothing
        if self.prepare is not None and not given:
            if not short:
                unit.rest()  # the body may still be on its way, and is read from a file
            given.append(self.prepare(unit, **path))


    def _notes(self) -> str:
        """What the caller notes of the act in the history. Raises 400.6."""
        text = request.headers.get("X-Action-Notes", "") if request.method in WRITES and self.dialect != "html" else ""
        try:
            return unquote(text, errors="strict").replace("\x00", "")[:NOTES]
        except UnicodeDecodeError:
            raise people_problems.notes_unreadable(text) from None


def current_units() -> Units:
    """The units of the running application."""
    return current_app.extensions["collector.units"]


def _answer(unit: UnitOfWork, response: Response) -> Response:
    """The answer to a reading request; what streams from its unit keeps it until it is closed."""
    if unit.kept_open:
        response.call_on_close(unit.close)
    if unit.done():
        response.call_on_close(unit.follow)  # who asked has the answer by then
    return response
