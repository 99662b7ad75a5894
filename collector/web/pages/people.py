"""Pages of people: who may do what in a project or on the server, and on which records; given, changed, withdrawn.

It must not decide what a role may do (`domain/access`). Passwords are hashed before the transaction.
"""

from flask import Response, request, url_for
from flask_babel import gettext as _

from collector.domain import access
from collector.domain.access import RowScope
from collector.domain.problems import Problem
from collector.services import forms, grants, invitations, people, phones, projects
from collector.services.passwords import Hashed
from collector.services.unit import UnitOfWork
from collector.web.blueprint import UnitBlueprint
from collector.web.pages.inputs import GrantInput, PersonInput
from collector.web.pages.showing import go, number_asked, page, told
from collector.web.people_words import action_words, role_words

pages = UnitBlueprint("people", __name__, url_prefix="/people", dialect="html")
OF_PROJECT = ("manager", "supervisor", "analyst", "viewer", "formfill")
COMPARED = ("manager", "supervisor", "analyst", "viewer", "formfill", "app-user")


@pages.get("", endpoint="list")
def show_all(unit: UnitOfWork):
    """Who has a role here; beside them the input for somebody new, or for a grant that changes."""
    return _page(unit, PersonInput() if "new" in request.args else None)


def hashed(unit: UnitOfWork) -> tuple[PersonInput, Hashed | None, Problem | None]:
    """(input, password hashed, what stands against it): slow on purpose, so before the transaction."""
    given = PersonInput()
    if not given.validate():
        return given, None, None
    try:
        return given, people.hash_password(unit, given.email.data, given.password.data), None
    except Problem as problem:
        if problem.status != 400:
            raise
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
        form_id = (given.form.data or None) if number else None
        grants.add_grant(unit, grants.place(unit, number, form_id), role, person.id)
    except Problem as fault:
        if fault.status not in (400, 409):
            raise
        unit.undo()
        given.email.errors = (_("Esta persona ya tiene ese papel aquí.") if fault.status == 409 else told(fault),)
        return _page(unit, given)
    return go(_address(number), _("%(name)s ya puede entrar.", name=person.name))


@pages.post("/grants/<int:number>")
def change(unit: UnitOfWork, number: int):
    """The list; the grant is another role, for other records, or withdrawn."""
    project_id = number_asked("project") or 0
    held, given = grants.find_held(unit, project_id, number), GrantInput()
    thing = grants.place(unit, project_id, held.xml_form_id or None)
    if request.form.get("act") == "withdraw":
        grants.drop_grant(unit, thing, held.role, held.actor.id)
        return go(_address(project_id), _("%(name)s ya no tiene ese papel.", name=held.actor.name))
    try:
        role, rows = grants.role(given.role.data or held.role.system), _rows(given)
        if role.id != held.role.id:
            grants.drop_grant(unit, thing, held.role, held.actor.id)
            grants.add_grant(unit, thing, role, held.actor.id, rows)
        else:
            grants.limit_grant(unit, thing, role, held.actor.id, rows)
    except Problem as problem:
        if problem.status not in (400, 409):
            raise
        unit.undo()
        given.role.errors = (_words_against(problem),)
        return _page(unit, None, (held, given))
    return go(_address(project_id), _("Se guardó el permiso de %(name)s.", name=held.actor.name))


def _words_against(problem: Problem) -> str:
    if problem.code == 400.2:
        return _("Elija un campo y escriba al menos un valor.")
    if problem.code == 400.8:
        return _("Este papel siempre ve todos los registros.")
    return _("Esta persona ya tiene ese papel aquí.") if problem.status == 409 else told(problem)


def _rows(given: GrantInput) -> RowScope | None:
    """The records chosen; limits that were chosen and left empty are told as missing."""
    chosen = tuple(int(one) for one in given.phones.data or () if one.isascii() and one.isdigit() and len(one) < 16)
    values = tuple(part.strip() for part in (given.values.data or "").split(",") if part.strip())
    field = given.field.data or ""
    return RowScope(chosen, field, values) if chosen or field or values else None


def _page(unit: UnitOfWork, given: PersonInput | None, changing: tuple | None = None) -> Response:
    number = number_asked("project")
    found = projects.find_project(unit, number) if number else None
    site = access.may(unit.actor.grants, "user.create", (access.SITE,))
    may_invite = unit.may("assignment.create", grants.place(unit, number))
    roles = OF_PROJECT if found else ("admin", *OF_PROJECT)
    wrong = (given and given.errors) or (changing and changing[1].errors)
    if changing is None and found is not None and (chosen := number_asked("grant")):
        held = grants.find_held(unit, number, chosen)
        changing = held, GrantInput(formdata=None, role=held.role.system, **_chosen(held.rows))
    return page(unit, "people/list.html", found, "people", 422 if wrong else 200, input=given,
                adding=given is not None and site, can_add=site, can_invite=may_invite, roles=roles,
                role_words=role_words(), rows=_people(unit, found), changing=changing, actions=action_words(),
                compared=[grants.role(name) for name in COMPARED], **_offered(unit, found, changing))


def _chosen(rows: RowScope | None) -> dict:
    return {"phones": [str(one) for one in rows.phones], "field": rows.field,
            "values": ", ".join(rows.values)} if rows else {}


def _offered(unit: UnitOfWork, found, changing: tuple | None) -> dict:
    """What a grant can be limited by, and what phones and forms are called."""
    if found is None:
        return {"phones": [], "fields": [], "titles": {}, "names": {}}
    known = phones.list_phones(unit, found.id) if unit.may("field_key.list", found) else []
    fields = []
    if changing is not None:
        fields = invitations.fields_offered(unit, grants.place(unit, found.id, changing[0].xml_form_id or None))
    return {"phones": known, "names": {one.id: one.name for one in known}, "fields": fields,
            "titles": {one.form.xml_form_id: one.version.title or one.form.xml_form_id
                       for one in forms.list_forms(unit, found.id)}}


def _people(unit: UnitOfWork, found) -> list[dict]:
    """A line per person: id, name, email, grants, last sign-in."""
    listed: dict[int, dict] = {}
    known = {one.id: one for one in people.list_users(unit)} if unit.may("user.list", grants.Site()) else {}
    if found is None:
        listed = {one.id: _line(one.id, one.name, known) for one in known.values()}
        held = [(actor, grants.Held(grant.id, actor, access.ROLES[grant.role_id], "", None))
                for grant, actor in grants.list_grants(unit, grants.Site()) if actor.kind == "user"]
    else:
        held = [(one.actor, one) for one in grants.list_held(unit, found.id)]
    for actor, one in held:
        listed.setdefault(actor.id, _line(actor.id, actor.name, known))["grants"].append(one)
    return list(listed.values())


def _line(number: int, name: str, known: dict) -> dict:
    one = known.get(number)
    return {"id": number, "name": name, "email": one.email if one else "", "grants": [],
            "last": one.last_login_at if one else None}


def _address(number: int | None) -> str:
    return url_for("people.list", project=number or None)
