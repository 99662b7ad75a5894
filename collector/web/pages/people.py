"""Pages of people: who may do what in a project or on the server, and adding somebody.

It must not decide what a role may do (`domain/access`). Passwords are hashed before the transaction.
"""

from flask import Response, request, url_for
from flask_babel import gettext as _

from collector.domain import access
from collector.domain.problems import Problem
from collector.services import grants, people, projects
from collector.services.passwords import Hashed
from collector.services.unit import UnitOfWork
from collector.web.blueprint import UnitBlueprint
from collector.web.pages.inputs import PersonInput
from collector.web.pages.showing import go, number_asked, page, told

pages = UnitBlueprint("people", __name__, url_prefix="/people", dialect="html")
OF_PROJECT = ("manager", "supervisor", "analyst", "viewer")


@pages.get("", endpoint="list")
def show_all(unit: UnitOfWork):
    """Who has a role here; beside them the input for somebody new."""
    return _page(unit, PersonInput() if "new" in request.args else None)


def hashed(unit: UnitOfWork) -> tuple[PersonInput, Hashed | None, Problem | None]:
    """(input, password hashed, what stands against it): slow on purpose, so before the transaction."""
    given = PersonInput()
    if not given.validate():
        return given, None, None
    try:
        return given, people.hash_password(unit, given.email.data, given.password.data), None
    except Problem as problem:
        return given, None, problem


@pages.post("", prepare=hashed)
def add(unit: UnitOfWork, outcome):
    """The list with the new person; who has an account already keeps its password and gets the role."""
    given, password, problem = outcome
    if problem is not None:
        given.password.errors = (told(problem),)
    if password is None:
        return _page(unit, given)
    number = number_asked("project")
    role = grants.role(given.role.data or "viewer")
    known = [one for one in people.list_users(unit, people.fold(given.email.data))
             if one.email == people.fold(given.email.data)]
    try:
        person = known[0] if known else people.add_user(unit, given.email.data, given.name.data, password)
        grants.add_grant(unit, grants.place(unit, number), role, person.id)
    except Problem as fault:
        if fault.status not in (400, 409):
            raise
        unit.undo()
        given.email.errors = (_("Esta persona ya tiene ese papel aquí.") if fault.status == 409 else told(fault),)
        return _page(unit, given)
    return go(_address(number), _("%(name)s ya puede entrar.", name=person.name))


def _page(unit: UnitOfWork, given: PersonInput | None) -> Response:
    number = number_asked("project")
    found = projects.find_project(unit, number) if number else None
    may_add = access.may(unit.actor.grants, "user.create", (access.SITE,))
    roles = OF_PROJECT if found else ("admin", *OF_PROJECT)
    return page(unit, "people/list.html", found, "people", 422 if given and given.errors else 200, input=given,
                adding=given is not None and may_add, can_add=may_add, roles=roles, role_words=_words(),
                rows=_rows(unit, found))


def _rows(unit: UnitOfWork, found) -> list[dict]:
    """A line per person: name, email, roles, last sign-in."""
    listed: dict[int, dict] = {}
    place = grants.place(unit, found.id if found else None)
    if found is None:
        for one in people.list_users(unit):
            listed[one.id] = {"name": one.name, "email": one.email, "roles": [], "last": one.last_login_at}
    for grant, actor in grants.list_grants(unit, place):
        if actor.kind != "user":
            continue
        line = listed.setdefault(actor.id, {"name": actor.name, "email": "", "roles": [], "last": None})
        line["roles"].append(access.ROLES[grant.role_id].system)
    if found is not None and access.may(unit.actor.grants, "user.list", (access.SITE,)):
        for one in people.list_users(unit):
            if one.id in listed:
                listed[one.id].update(email=one.email, last=one.last_login_at)
    return list(listed.values())


def _words() -> dict[str, str]:
    """What roles are called."""
    return {"admin": _("Administra el servidor"), "manager": _("Coordina el proyecto"), "supervisor": _("Supervisa"),
            "analyst": _("Analiza y exporta"), "viewer": _("Sólo mira"), "formfill": _("Llena formularios")}


def _address(number: int | None) -> str:
    return url_for("people.list", project=number)
