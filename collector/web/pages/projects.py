"""Pages of projects: which there are, a new one, the settings of one.

It must not know what a project may be called or where it lies (`services/projects` does).
"""

import zoneinfo

from flask import Response, url_for
from flask_babel import gettext as _

from collector.domain import access
from collector.domain.problems import Problem, no_right
from collector.services import projects
from collector.services.unit import UnitOfWork
from collector.web.blueprint import UnitBlueprint
from collector.web.pages.inputs import ProjectInput
from collector.web.pages.showing import go, page, told

pages = UnitBlueprint("projects", __name__, dialect="html")


@pages.get("/projects", endpoint="list")
def show_all(unit: UnitOfWork):
    """The projects one may see."""
    return page(unit, "projects/list.html", tab="projects", listed=projects.counted(unit, projects.list_projects(unit)))


@pages.get("/projects/new")
def new(unit: UnitOfWork):
    """An empty input."""
    if not access.may(unit.actor.grants, "project.create", (access.SITE,)):
        raise no_right()
    settings = unit.settings
    return _edit(unit, ProjectInput(data={"language": settings.language, "timezone": settings.timezone}))


@pages.post("/projects/new")
def create(unit: UnitOfWork):
    """The way to the new project."""
    given = ProjectInput()
    if not given.validate():
        return _edit(unit, given)
    try:
        made = projects.create_project(unit, given.name.data, given.language.data, given.timezone.data)
    except Problem as problem:
        return _told(unit, given, problem)
    return go(url_for("home.project", project_id=made.id), _("El proyecto está listo."))


@pages.get("/projects/<int:project_id>/settings")
def settings(unit: UnitOfWork, project_id: int):
    """What may be changed of a project."""
    found = unit.require("project.update", projects.find_project(unit, project_id))
    return _edit(unit, ProjectInput(data={"name": found.name, "language": found.language, "timezone": found.timezone}),
                 found)


@pages.post("/projects/<int:project_id>/settings")
def change(unit: UnitOfWork, project_id: int):
    """The settings again, saved."""
    found, given = projects.find_project(unit, project_id), ProjectInput()
    if not given.validate():
        return _edit(unit, given, found)
    try:
        projects.update_project(unit, project_id, name=given.name.data, language=given.language.data,
                                timezone=given.timezone.data)
    except Problem as problem:
        return _told(unit, given, problem, found)
    return go(url_for("projects.settings", project_id=project_id), _("Los ajustes se guardaron."))


def _told(unit: UnitOfWork, given: ProjectInput, problem: Problem, found=None) -> Response:
    """The input again with what is wrong beside its field; what belongs to no field goes on as it is."""
    if problem.status != 400:
        raise problem
    unit.undo()
    field = {"timezone": given.timezone, "language": given.language}.get(problem.details.get("field"), given.name)
    words = _("No conocemos esa zona horaria. Elija una de la lista.") if field is given.timezone else told(problem)
    field.errors = (words,)
    return _edit(unit, given, found)


def _edit(unit: UnitOfWork, given: ProjectInput, found=None) -> Response:
    zones = sorted(zoneinfo.available_timezones())
    zones.sort(key=lambda name: not name.startswith("America/"))
    return page(unit, "projects/edit.html", found, "settings" if found else "projects", input=given, edited=found,
                zones=[name for name in zones if "/" in name and not name.startswith("Etc/")],
                status=422 if given.errors else 200)
