"""Room for projects: list, make, change, withdraw.

It must not know forms beyond their number, nor HTTP. `web/api/projects`, the pages and the command line call it.
"""

import zoneinfo
from dataclasses import dataclass, replace
from datetime import datetime

from collector.domain import access, problems
from collector.services import scopes
from collector.services.unit import UnitOfWork
from collector.store.queries import forms, projects

LANGUAGES = ("es", "en")
CHANGEABLE = ("name", "description", "archived", "language", "timezone")


@dataclass(frozen=True, slots=True)
class Listed:
    """A project with what a list shows beside it."""

    project: object
    forms: int
    phones: int
    last_submission: datetime | None
    datasets: int = 0
    last_entity: datetime | None = None


def list_projects(unit: UnitOfWork) -> list:
    """The projects the actor may read, wholly or a form of, by name; archived ones last."""
    return projects.list_projects(unit.session, *access.scope(unit.actor.grants, "project.read"))


def counted(unit: UnitOfWork, found: list) -> list[Listed]:
    """The same projects with the numbers of their forms, phones and entity lists and when the last ones came; where the
    actor sees a part of a project, the numbers of that part."""
    tallies = projects.tallies(unit.session, [project.id for project in found])
    parts = _parts(unit, [project for project in found if not _sees_all(unit, project)])
    return [_with_lists(unit, parts[project.id], tallies[project.id]) if project.id in parts
            else Listed(project, *_numbers(tallies[project.id])) for project in found]


def find_project(unit: UnitOfWork, project_id: int):
    """The project, when the actor may read it or a form of it. Raises 404.1, 403.1."""
    return find_within(unit, project_id, "project.read")


def find_within(unit: UnitOfWork, project_id: int, verb: str):
    """The project, when the actor may do this in it or in any form of it. Raises 404.1, 403.1."""
    project = projects.find_project(unit.session, project_id)
    if project is not None and verb in verbs_within(unit, project):
        return project
    return unit.require(verb, project)


def verbs_within(unit: UnitOfWork, project) -> frozenset[str]:
    """What the actor may do in a project or in any form of it: for links to pages that show what one may see."""
    held = access.verbs_at(unit.actor.grants, project.places())
    granted = {grant.place[1] for grant in unit.actor.grants if grant.place[0] == "form"}
    if granted:
        for form_id in forms.among_project(unit.session, project.id, granted):
            held |= access.verbs_at(unit.actor.grants, (("form", form_id),))
    return held


def create_project(unit: UnitOfWork, name: str, language: str = "", timezone: str = "", simulated: bool = False,
                   description: str | None = None, archived: bool | None = None,
                   number: int | None = None):
    """The new project; number: the one that it gets, which nobody has. Raises 400.2 (no name), 400.8 (language or time
    zone that nobody knows), 403.1."""
    unit.require_site("project.create")
    values = _checked({"name": name, "language": language or unit.settings.language,
                       "timezone": timezone or unit.settings.timezone, "description": description,
                       "archived": archived})
    given = {} if number is None else {"id": number}
    project = projects.add_project(unit.session, created_at=unit.now(), simulated=simulated, **given, **values)
    unit.record("project.create", project_id=project.id, details={"data": {"name": project.name}})
    return project


def first_project(unit: UnitOfWork, name: str, language: str = "", timezone: str = ""):
    """The project of a fresh server, or None when there was one ever."""
    unit.require_system()
    if projects.has_projects(unit.session):
        return None
    return create_project(unit, name, language, timezone)


def update_project(unit: UnitOfWork, project_id: int, **changes):
    """The changed project. changes: any of name, description, archived, language, timezone."""
    project = unit.require("project.update", projects.find_project(unit.session, project_id))
    values = _checked({name: value for name, value in changes.items() if name in CHANGEABLE})
    projects.mark_project(unit.session, project, updated_at=unit.now(), **values)
    # Messages to phones are in the project's language, and its name stands in their QR code.
    projects.bump_edition(unit.session, project_id)
    unit.record("project.update", project_id=project_id, details={"data": values})
    return project


def require_change(unit: UnitOfWork, project_id: int) -> None:
    """Nothing, when the actor may change the project. Raises 404.1, 403.1."""
    unit.require("project.update", projects.find_project(unit.session, project_id))


def delete_project(unit: UnitOfWork, project_id: int) -> None:
    """Nothing; the project is gone from every list. Nothing of what it holds is removed."""
    project = unit.require("project.delete", projects.find_project(unit.session, project_id))
    projects.mark_project(unit.session, project, deleted_at=unit.now())
    projects.bump_edition(unit.session, project_id)
    unit.record("project.delete", project_id=project_id)


def _checked(values: dict) -> dict:
    if "name" in values:
        values["name"] = (values["name"] or "").strip()
        if not values["name"]:
            raise problems.missing_parameter("name")
    if "language" in values and values["language"] not in LANGUAGES:
        raise problems.unexpected_value("language", values["language"], "it must be es or en", "debe ser es o en")
    if "timezone" in values and values["timezone"] not in zoneinfo.available_timezones():
        raise problems.unexpected_value("timezone", values["timezone"], "not a known time zone",
                                        "no es una zona horaria conocida")
    return values


def _sees_all(unit: UnitOfWork, project) -> bool:
    return access.rows_at(unit.actor.grants, "submission.list", project.places()) is None


def _parts(unit: UnitOfWork, found: list) -> dict[int, Listed]:
    """{number: what the actor sees} of projects of which they see a part."""
    if not found:
        return {}
    seen = [form for form, _version in forms.list_of_projects(unit.session, [project.id for project in found])
            if unit.may("form.read", form) or unit.may("open_form.read", form)]
    tallies = forms.tallies(unit.session, [form.id for form in seen], scopes=scopes.scopes_across(unit, seen))
    last = {form.id: tallies[form.id].last for form in seen if form.id in tallies and tallies[form.id].last}
    return {project.id: Listed(project, sum(form.project_id == project.id for form in seen), 0, max(
        (last[form.id] for form in seen if form.project_id == project.id and form.id in last), default=None))
            for project in found}


def _with_lists(unit: UnitOfWork, part: Listed, tally) -> Listed:
    if not unit.may("dataset.list", part.project):
        return part
    return replace(part, datasets=tally.datasets, last_entity=tally.last_entity)


def _numbers(tally) -> tuple:
    return tally.forms, tally.phones, tally.last_submission, tally.datasets, tally.last_entity
