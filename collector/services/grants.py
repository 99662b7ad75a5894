"""Room for grants (Central: assignments): who has which role on the site, a project or a form.

It must not decide what a role may do (`domain/access`). `web/api/assignments` and the pages call it.
A place is asked for as a thing: None for the site, a Project or a Form.
"""

from dataclasses import dataclass

from collector.domain import access, problems
from collector.domain.access import RowScope
from collector.services import scopes
from collector.services.unit import UnitOfWork
from collector.store.queries import forms, people, projects
from collector.store.tables.people import Actor

MOST, LONGEST = 200, 300  # phones or values of a scope; characters


@dataclass(frozen=True, slots=True)
class Site:
    """The whole server, as a place of grants."""

    project_id: None = None

    def places(self) -> tuple[tuple[str, int], ...]:
        """The site alone."""
        return (access.SITE,)


@dataclass(frozen=True, slots=True)
class Held:
    """A grant of a person as pages show it. xml_form_id: '' for the whole project; rows: None for all records."""

    number: int
    actor: Actor
    role: access.Role
    xml_form_id: str
    rows: RowScope | None


def place(unit: UnitOfWork, project_id: int | None = None, xml_form_id: str | None = None):
    """The thing that grants are about: the site, a project, or a form of it. Raises 404.1."""
    if project_id is None:
        return Site()
    thing = projects.find_project(unit.session, project_id)
    if thing is not None and xml_form_id is not None:
        thing = forms.find_form(unit.session, project_id, xml_form_id)
    if thing is None:
        raise problems.not_found()
    return thing


def role(text: str) -> access.Role:
    """The role by its number or system name. Raises 404.1."""
    for one in access.ROLES.values():
        if text in (str(one.id), one.system):
            return one
    raise problems.not_found("El rol", "The role")


def list_grants(unit: UnitOfWork, thing, only: access.Role | None = None) -> list[tuple]:
    """(grant, actor) at this very place, oldest first."""
    unit.require("assignment.list", thing)
    kind, number = thing.places()[0]
    return [(grant, actor) for grant, actor in
            people.list_grants(unit.session, kind, number, only.id if only else None)]


def list_form_grants(unit: UnitOfWork, project_id: int, only: access.Role | None = None) -> list[tuple]:
    """(grant, actor, xmlFormId) over all living forms of a project."""
    project = unit.require("assignment.list", projects.find_project(unit.session, project_id))
    return [(grant, actor, form_id) for grant, actor, form_id in
            people.list_form_grants(unit.session, project.id, only.id if only else None)]


def list_held(unit: UnitOfWork, project_id: int) -> list[Held]:
    """The grants of people on a project and its forms, as far as the actor may list them. Raises 404.1, 403.1."""
    project = place(unit, project_id)
    found = []
    if unit.may("assignment.list", project):
        found = [Held(grant.id, actor, access.ROLES[grant.role_id], "", scopes.read(grant.rows))
                 for grant, actor in people.list_grants(unit.session, "project", project.id)]
    on_forms = people.list_form_grants(unit.session, project.id)
    found += [Held(grant.id, actor, access.ROLES[grant.role_id], form_id, scopes.read(grant.rows))
              for grant, actor, form_id in on_forms if access.may(
                  unit.actor.grants, "assignment.list", (("form", grant.place_id), *project.places()))]
    if not found:
        unit.require("assignment.list", project)
    return [one for one in found if one.actor.kind == "user"]


def find_held(unit: UnitOfWork, project_id: int, number: int) -> Held:
    """One of `list_held`. Raises 404.1, 403.1."""
    found = next((one for one in list_held(unit, project_id) if one.number == number), None)
    if found is None:
        raise problems.not_found("Esa asignación", "The assignment")
    return found


def require_giving(unit: UnitOfWork, thing, given: access.Role, rows: RowScope | None = None) -> RowScope | None:
    """The rows as they are kept, when the actor may give this role there. Raises 403.1, 404.1 (a phone), 400.8."""
    unit.require("assignment.create", thing)
    _require_all(unit, thing, given)
    return _sensible(unit, thing, given, rows)


def add_grant(unit: UnitOfWork, thing, given: access.Role, actor_id: int, rows: RowScope | None = None) -> None:
    """Nothing; the actor has the role there, for all records or only for these.

    Nobody gives a verb away that they do not hold there themselves. Raises 404.1 (actor), 403.1, 409.3 (has it
    already), 400.8 (rows that make no sense).
    """
    unit.require("assignment.create", thing)
    _require_all(unit, thing, given)
    whom = people.find_actor(unit.session, actor_id)
    if whom is None:
        raise problems.not_found("La persona o el teléfono", "The actor")
    rows = _sensible(unit, thing, given, rows)
    here = thing.places()[0]
    if people.find_grant(unit.session, actor_id, given.id, here) is not None:
        raise problems.not_unique(["actorId", "roleId", "acteeId"], [actor_id, given.id, here[1]])
    people.add_grant(unit.session, actor_id, given.id, here, scopes.written(rows))
    _settle(unit, "create", thing, given, whom, rows)


def limit_grant(unit: UnitOfWork, thing, given: access.Role, actor_id: int, rows: RowScope | None) -> None:
    """Nothing; the role that the actor has there is for these records from now on, None for all. Raises 404.1, 403.1,
    400.8."""
    unit.require("assignment.create", thing)
    _require_all(unit, thing, given)
    whom = people.find_actor(unit.session, actor_id)
    held = people.find_grant(unit.session, actor_id, given.id, thing.places()[0]) if whom is not None else None
    if held is None:
        raise problems.not_found("Esa asignación", "The assignment")
    rows = _sensible(unit, thing, given, rows)
    people.mark_grant(unit.session, held.id, rows=scopes.written(rows))
    _settle(unit, "update", thing, given, whom, rows)


def drop_grant(unit: UnitOfWork, thing, given: access.Role, actor_id: int) -> None:
    """Nothing; the actor no longer has the role there. Raises 404.1 when there was no such grant."""
    unit.require("assignment.delete", thing)
    whom = people.find_actor(unit.session, actor_id)
    if whom is None or not people.drop_grants(unit.session, actor_id, given.id, thing.places()[0]):
        raise problems.not_found("Esa asignación", "The assignment")
    _settle(unit, "delete", thing, given, whom)


def _require_all(unit: UnitOfWork, thing, given: access.Role) -> None:
    """Nothing, when the actor holds every verb of the role there, on all records."""
    if not given.verbs <= access.verbs_at(unit.actor.grants, thing.places()):
        raise problems.no_right()


def _sensible(unit: UnitOfWork, thing, given: access.Role, rows: RowScope | None) -> RowScope | None:
    if rows is None or rows == RowScope():
        return None
    if given.system not in access.LIMITED:
        raise problems.unexpected_value("rows", given.system, "this role is never limited to some records",
                                        "este papel no se limita a algunos registros")
    if bool(rows.field) != bool(rows.values):
        raise problems.missing_parameter("values" if rows.field else "field")
    if len(rows.phones) > MOST or len(rows.values) > MOST or len(rows.field) > LONGEST or any(
            len(value) > LONGEST for value in rows.values):
        raise problems.too_long("rows")
    kind, number = thing.places()[0]
    project_id = thing.project_id if kind == "form" else number
    for phone in rows.phones:
        found = people.find_any_actor(unit.session, phone)
        if found is None or found.kind != "field_key" or (kind != "site" and found.project_id != project_id):
            raise problems.not_found("El teléfono", "The app user")
    return RowScope(tuple(sorted(set(rows.phones))), rows.field, tuple(dict.fromkeys(rows.values)))


def _settle(unit: UnitOfWork, act: str, thing, given: access.Role, whom, rows: RowScope | None = None) -> None:
    kind, number = thing.places()[0]
    project_id = thing.project_id if kind == "form" else number or None
    if project_id:
        projects.bump_edition(unit.session, project_id)
    unit.record(f"{whom.kind}.assignment.{act}", target_id=whom.id, project_id=project_id,
                form_id=number if kind == "form" else None,
                details={"roleId": given.id, "grantedActeeId": number, "place": kind,
                        **({"rows": scopes.as_plain(rows)} if rows else {})})
