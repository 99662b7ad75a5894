"""API of projects: list, make, show, change, withdraw.

It must not know rights: services ask them.
"""

from collector.domain import access
from collector.services import projects as services
from collector.services.unit import UnitOfWork
from collector.web.api.requests import SUCCESS, body_as, is_extended
from collector.web.api.schemas.projects import (
    NewProjectShape,
    ProjectChangeShape,
    ProjectShape,
    ProjectTallyShape,
)
from collector.web.blueprint import UnitBlueprint

projects = UnitBlueprint("api_projects", __name__, url_prefix="/v1/projects", dialect="json")


@projects.get("", open=True)
def list_all(unit: UnitOfWork):
    return _shown(unit, services.list_projects(unit))


@projects.post("", prepare=body_as(NewProjectShape()))
def create(unit: UnitOfWork, given: dict):
    return ProjectShape().dump(services.create_project(unit, **given))


@projects.get("/<int:project_id>")
def show(unit: UnitOfWork, project_id: int):
    project = services.find_project(unit, project_id)
    shown = _shown(unit, [project])[0]
    if is_extended():
        shown["verbs"] = sorted(access.verbs_at(unit.actor.grants, project.places()))
    return shown


@projects.patch("/<int:project_id>", prepare=body_as(ProjectChangeShape()))
def change(unit: UnitOfWork, given: dict, project_id: int):
    return ProjectShape().dump(services.update_project(unit, project_id, **given))


@projects.delete("/<int:project_id>")
def withdraw(unit: UnitOfWork, project_id: int):
    services.delete_project(unit, project_id)
    return SUCCESS


def _shown(unit: UnitOfWork, found: list) -> list[dict]:
    if not is_extended():
        return ProjectShape(many=True).dump(found)
    return [{**ProjectShape().dump(listed.project), **ProjectTallyShape().dump(listed)}
            for listed in services.counted(unit, found)]
