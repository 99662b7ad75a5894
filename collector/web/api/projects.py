"""API of projects: list (with their forms), make, show, change, change deeply, withdraw.

It must not know rights: services ask them.
"""

from collector.domain import access, problems
from collector.services import forms, replacing
from collector.services import projects as services
from collector.services.unit import UnitOfWork
from collector.web.api.answers import LATER
from collector.web.api.datasets import told_of_projects
from collector.web.api.forms import shown as shown_form
from collector.web.api.requests import SUCCESS, body_as, is_asked, is_extended
from collector.web.api.schemas.projects import (
    ExtendedProjectShape,
    NewProjectShape,
    ProjectChangeShape,
    ProjectShape,
    ProjectTallyShape,
    WholeProjectShape,
)
from collector.web.blueprint import UnitBlueprint

projects = UnitBlueprint("api_projects", __name__, url_prefix="/v1/projects", dialect="json")


@projects.get("", answers=[(ProjectShape, ExtendedProjectShape)], asks="forms datasets")
def list_all(unit: UnitOfWork):
    """The projects that the caller may read; with `forms=true` each with its forms and what the caller may do there,
    with `datasets=true` with its entity lists."""
    found = services.list_projects(unit)
    told = _shown(unit, found, is_extended() or is_asked("forms") or is_asked("datasets"))
    if is_asked("datasets"):
        lists = told_of_projects(unit, found)
        told = [{**one, "datasetList": lists[project.id]} for project, one in zip(found, told, strict=True)]
    if not is_asked("forms"):
        return told
    views = forms.list_of_projects(unit, [project.id for project in found])
    return [{**one, "verbs": _verbs(unit, project), "formList": [shown_form(view) for view in views[project.id]]}
            for project, one in zip(found, told, strict=True)]


@projects.post("", prepare=body_as(NewProjectShape()), answers=ProjectShape)
def create(unit: UnitOfWork, given: dict):
    """The new project."""
    return ProjectShape().dump(services.create_project(unit, **given))


@projects.get("/<int:project_id>", answers=(ProjectShape, ExtendedProjectShape))
def show(unit: UnitOfWork, project_id: int):
    """The project; extended, with its numbers and what the caller may do."""
    project = services.find_project(unit, project_id)
    shown = _shown(unit, [project], is_extended())[0]
    if is_extended():
        shown["verbs"] = _verbs(unit, project)
    return shown


@projects.patch("/<int:project_id>", prepare=body_as(ProjectChangeShape()), answers=ProjectShape)
def change(unit: UnitOfWork, given: dict, project_id: int):
    """The project as it is now."""
    return ProjectShape().dump(services.update_project(unit, project_id, **given))


@projects.put("/<int:project_id>", prepare=body_as(WholeProjectShape()), answers=ProjectShape)
def replace(unit: UnitOfWork, given: dict, project_id: int):
    """The project as the body says, with the states of its forms and who has which role there."""
    return ProjectShape().dump(replacing.replace_project(unit, project_id, **given))


@projects.post("/<int:project_id>/key", answers=LATER)
def encrypt(unit: UnitOfWork, project_id: int):
    """Encryption with a key kept here, which is not offered yet."""
    services.require_change(unit, project_id)
    raise problems.not_implemented("managed encryption")


@projects.delete("/<int:project_id>", answers=SUCCESS)
def withdraw(unit: UnitOfWork, project_id: int):
    """The project is withdrawn."""
    services.delete_project(unit, project_id)
    return SUCCESS


def _verbs(unit: UnitOfWork, project) -> list[str]:
    return sorted(access.verbs_at(unit.actor.grants, project.places()))


def _shown(unit: UnitOfWork, found: list, extended: bool) -> list[dict]:
    if not extended:
        return ProjectShape(many=True).dump(found)
    return [{**ProjectShape().dump(listed.project), **ProjectTallyShape().dump(listed)}
            for listed in services.counted(unit, found)]
