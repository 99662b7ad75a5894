"""Room of the frame round every view: who asks, one unit of work, the answer after the commit.

It must not know any route. Blueprints of `web/openrosa`, `web/api`, `web/pages` and of plugins are made with it.
"""

import functools
from collections.abc import Callable

from flask import Blueprint, Response, current_app, g, make_response, request

from collector.domain import access, problems
from collector.domain.problems import Problem
from collector.services.unit import Units
from collector.web import errors, identity

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
                actor = g.actor = identity.identify(request, units, self.dialect)
                if actor is access.NOBODY and not open:
                    # the API answers strangers as ODK Central does: no right, rather than a call for a password
                    raise problems.no_right() if self.dialect == "json" else problems.not_authenticated()
                given = _prepared(units, actor, prepare, path)
                if request.method in WRITES and not reads:
                    return units.write(actor, lambda unit: make_response(view(unit, *given, **path)))
                return _read(units, actor, view, given, path)
            except Problem as problem:
                return errors.respond(problem, self.dialect)
            except Exception as fault:
                if current_app.config.get("COLLECTOR_RAISE_FAULTS"):
                    raise
                return errors.internal(fault, self.dialect)

        framed.collector_frame = {"open": bool(open), "dialect": self.dialect}
        return framed


def current_units() -> Units:
    """The units of the running application."""
    return current_app.extensions["collector.units"]


def _prepared(units: Units, actor: access.Actor, prepare: Callable | None, path: dict) -> tuple:
    if prepare is None:
        return ()
    with units.reading(actor) as unit:
        return (prepare(unit, **path),)


def _read(units: Units, actor: access.Actor, view: Callable, given: tuple, path: dict) -> Response:
    with units.reading(actor) as unit:
        response = make_response(view(unit, *given, **path))
        if unit.kept_open:
            response.call_on_close(unit.close)
        return response
