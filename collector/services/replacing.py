"""Room of the deep update: a project with the states of its forms and who has which role there, all at once.

It must not make or drop forms. Each change goes through the service that makes it alone (`services/projects`,
`services/forms`, `services/grants`), so that it asks the same and leaves the same in the history.
"""

from collector.domain import access, people_problems, problems
from collector.services import forms as forms_of
from collector.services import grants
from collector.services import projects as projects_of
from collector.services.unit import UnitOfWork
from collector.store.queries import forms, people, projects

PARTIAL = "requesting partial form updates"


def replace_project(unit: UnitOfWork, project_id: int, name: str, description: str | None = None,
                    archived: bool | None = None, forms: list[dict] | None = None):
    """The project, as it is said to be. forms: {xml_form_id, state, assignments} of each of its forms, None to leave
    them; assignments: {role_id, actor_id} of all who have a role at the form, None to leave those.

    Raises 404.1, 403.1, 400.2, 400.8, 501.1 (not just all of its forms).
    """
    unit.require("project.update", projects.find_project(unit.session, project_id))
    changed = projects_of.update_project(unit, project_id, name=name, description=description, archived=archived)
    if forms is not None:
        _replace_forms(unit, project_id, forms)
    return changed


def _replace_forms(unit: UnitOfWork, project_id: int, wanted: list[dict]) -> None:
    here = {form.xml_form_id: form for form, _version in forms.list_forms(unit.session, project_id)}
    named = [one["xml_form_id"] for one in wanted]
    for twice in (one for one in named if named.count(one) > 1):
        raise problems.unexpected_value("xmlFormId", twice, "this form is given twice", "el formulario está dos veces")
    if sorted(named) != sorted(here):
        raise problems.not_implemented(PARTIAL)
    held: dict[str, set[tuple[int, int]]] = {}
    for grant, actor, xml_form_id in people.list_form_grants(unit.session, project_id):
        if grant.role_id != access.PUBLIC_LINK.id:  # links have addresses of their own
            held.setdefault(xml_form_id, set()).add((grant.role_id, actor.id))
    for one in wanted:
        form = here[one["xml_form_id"]]
        unit.require("form.update", form)
        if form.state != one["state"]:
            forms_of.set_state(unit, project_id, form.xml_form_id, one["state"])
        if one["assignments"] is not None:
            said = {(given["role_id"], given["actor_id"]) for given in one["assignments"]}
            _replace_grants(unit, form, held.get(form.xml_form_id, set()), said)


def _replace_grants(unit: UnitOfWork, form, held: set[tuple[int, int]], said: set[tuple[int, int]]) -> None:
    """Nothing; what is held and said stays as it is, limits to some records too."""
    for role_id, actor_id in sorted(held - said):
        grants.drop_grant(unit, form, grants.role(str(role_id)), actor_id)
    for role_id, actor_id in sorted(said - held):
        if role_id not in access.ROLES:
            raise people_problems.no_such_reference("roleId", role_id, "roles")
        if people.find_actor(unit.session, actor_id) is None:
            raise people_problems.no_such_reference("actorId", actor_id, "actors")
        grants.add_grant(unit, form, grants.role(str(role_id)), actor_id)
