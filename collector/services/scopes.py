"""Room of row scope: which records of a form somebody is limited to, and whether one record is among them.

It must not give grants (`services/grants`) nor know HTTP. Whoever reads submissions otherwise than through
`services/filters.narrowing` or `services/records.find_record` asks here and narrows by the answer.
"""

from collections.abc import Iterable

import orjson

from collector.domain import access, problems
from collector.domain.access import RowScope
from collector.domain.folded import fold
from collector.services.unit import UnitOfWork
from collector.store.queries import answers
from collector.store.queries import scopes as queries
from collector.store.queries.scopes import Rows, Scope

READ = "submission.read"


def scope_of(unit: UnitOfWork, project_id: int, form, verb: str = READ) -> Scope:
    """The records of a form on which the actor holds the verb: None for all, else any of these."""
    places = (("form", form.id), ("project", project_id), access.SITE)
    return resolved(unit, form.id, access.rows_at(unit.actor.grants, verb, places))


def those_within(unit: UnitOfWork, grants: tuple[access.Grant, ...], verb: str, form, numbers: list[int]) -> set[int]:
    """Those of these submissions of the form on which grants, whoever's, hold the verb."""
    scope = resolved(unit, form.id, access.rows_at(grants, verb, form.places()))
    return queries.are_within(unit.session, scope, numbers)


def resolved(unit: UnitOfWork, form_id: int, scope: tuple[RowScope, ...] | None) -> Scope:
    """A scope as the store is told it, under the columns that the form has now."""
    return None if scope is None else dict(_resolved(unit, {form_id: scope}))[form_id]


def scopes_of(unit: UnitOfWork, project_id: int, forms: Iterable, verb: str = READ) -> tuple[tuple[int, Scope], ...]:
    """((form id, scope), ...) of those forms of a project in which the actor is limited to some records."""
    above = (("project", project_id), access.SITE)
    return _limited(unit, {form.id: (("form", form.id), *above) for form in forms}, verb)


def scopes_across(unit: UnitOfWork, forms: Iterable, verb: str = READ) -> tuple[tuple[int, Scope], ...]:
    """The same of forms of several projects."""
    return _limited(unit, {form.id: form.places() for form in forms}, verb)


def require_record(unit: UnitOfWork, verb: str, form, submission):
    """The submission, when the actor may do this to it. Raises 404.1 (none, or out of scope), 403.1."""
    unit.require(verb, form)
    if submission is None or not is_within(unit, verb, form, submission.id):
        raise problems.not_found("El registro", "The submission")
    return submission


def is_within(unit: UnitOfWork, verb: str, form, submission_id: int) -> bool:
    """Whether a submission of the form is among the records on which the actor holds the verb."""
    scope = scope_of(unit, form.project_id, form, verb)
    return scope is None or bool(queries.are_within(unit.session, scope, [submission_id]))


def held(unit: UnitOfWork, form, verb: str = READ) -> tuple[RowScope, ...] | None:
    """The scope as grants say it, to be kept with what is made under it."""
    return access.rows_at(unit.actor.grants, verb, form.places())


def covers(unit: UnitOfWork, form, made_under: tuple[RowScope, ...] | None, verb: str = READ) -> bool:
    """Whether the actor may see what was made under a scope: all records, or exactly that scope."""
    mine = held(unit, form, verb)
    return mine is None or mine == made_under


def written(scope: RowScope | None) -> str | None:
    """The scope as it is kept with a grant."""
    return None if scope is None else orjson.dumps(as_plain(scope)).decode()


def read(kept: str | None) -> RowScope | None:
    """The scope that `written` wrote."""
    return from_plain(orjson.loads(kept)) if kept else None


def written_all(scope: tuple[RowScope, ...] | None) -> str | None:
    """Scopes as they are kept with what was made under them."""
    return None if scope is None else orjson.dumps([as_plain(one) for one in scope]).decode()


def read_all(kept: str | None) -> tuple[RowScope, ...] | None:
    """The scopes that `written_all` wrote."""
    return None if kept is None else tuple(from_plain(one) for one in orjson.loads(kept))


def as_plain(scope: RowScope) -> dict:
    """The scope as JSON."""
    return {"phones": list(scope.phones), "field": scope.field, "values": list(scope.values)}


def from_plain(plain: dict) -> RowScope:
    """The scope that `as_plain` wrote."""
    return RowScope(tuple(plain["phones"]), plain["field"], tuple(plain["values"]))


def _limited(unit: UnitOfWork, places: dict[int, tuple], verb: str) -> tuple[tuple[int, Scope], ...]:
    found = {form_id: access.rows_at(unit.actor.grants, verb, held) for form_id, held in places.items()}
    return _resolved(unit, {form_id: scope for form_id, scope in found.items() if scope is not None})


def _resolved(unit: UnitOfWork, found: dict[int, tuple[RowScope, ...]]) -> tuple[tuple[int, Scope], ...]:
    """What `resolved` makes of each, with one question for the columns of all forms."""
    asking = [form_id for form_id, scope in found.items() if any(one.field for one in scope)]
    columns = answers.list_filterable(unit.session, asking) if asking else {}
    return tuple((form_id, tuple(Rows(one.phones, _columns(columns.get(form_id, ()), one.field), _folded(one.values))
                                 for one in scope)) for form_id, scope in found.items())


def _columns(columns: Iterable, field: str) -> tuple[int, ...] | None:
    if not field:
        return None
    return tuple(column.id for column in columns if field in (column.path, column.path.rpartition("/")[2]))


def _folded(values: tuple[str, ...]) -> tuple[str, ...]:
    """As the index of filterable values keeps them."""
    return tuple(sorted({fold(value)[:200] for value in values}))
