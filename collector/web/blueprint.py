"""Room of the frame round every view: who asks, one unit of work, the answer after the commit.

It must not know any route. Blueprints of `web/openrosa`, `web/api`, `web/pages` and of plugins are made with it.
"""

import functools
from collections.abc import Callable

from flask import Blueprint, Response, current_app, g, make_response, request
from werkzeug.exceptions import HTTPException

from collector.domain import access, problems
from collector.domain.problems import Problem
from collector.services.unit import UnitOfWork, Units
from collector.web import errors, identity

LONG = 131_072  # bytes of a body that takes its time
WRITES = frozenset(("POST", "PUT", "PATCH", "DELETE"))


class UnitBlueprint(Blueprint):
    """A blueprint whose every view runs inside one unit of work and answers only after commit.

    dialect: json, openrosa or html; how Problems are told and which credentials count.
    """

    def __init__(self, *args, dialect: str, **options):
        super().__init__(*args, **options)
        self.dialect = dialect

    def add_url_rule(self, rule, endpoint=None, view_func=None, **options):
        """Registers the view, framed. Options of our own: open, prepare, reads (a POST that only reads)."""
        frame = {name: options.pop(name, None) for name in ("open", "prepare", "reads")}
        name = endpoint or view_func.__name__
        super().add_url_rule(rule, name, self._framed(view_func, **frame), **options)

    def _framed(self, view: Callable, open: bool | None, prepare: Callable | None, reads: bool | None) -> Callable:
        @functools.wraps(view)
        def framed(**path):
            try:
                units = current_units()
                given: list = []
                writes, short = request.method in WRITES and not reads, (request.content_length or LONG) < LONG

                def begin(unit: UnitOfWork) -> None:
                    actor = g.actor = unit.actor = identity.identify(request, unit, self.dialect)
                    if actor is access.NOBODY and not open:
                        # the API answers strangers as ODK Central does: no right, not a call for a password
                        raise problems.no_right() if self.dialect == "json" else problems.not_authenticated()
                    if prepare is not None and not given:
                        if not short:
                            unit.rest()  # the body may still be on its way, and is read from a file
                        given.append(prepare(unit, **path))

                def whole(unit: UnitOfWork) -> Response:
                    begin(unit)
                    return make_response(view(unit, *given, **path))

                if writes and short and units.writes_apart:  # one transaction instead of two
                    return units.write(access.NOBODY, whole)
                with units.reading(access.NOBODY) as unit:
                    begin(unit)
                    if not writes:
                        return _answer(unit, make_response(view(unit, *given, **path)))
                return units.write(g.actor, lambda unit: make_response(view(unit, *given, **path)))
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


def current_units() -> Units:
    """The units of the running application."""
    return current_app.extensions["collector.units"]


def _answer(unit: UnitOfWork, response: Response) -> Response:
    """The answer to a reading request; what streams from its unit keeps it until it is closed."""
    if unit.kept_open:
        response.call_on_close(unit.close)
    return response
