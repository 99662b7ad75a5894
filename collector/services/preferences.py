"""Room for preferences: what a person's screens remember, on the whole site or in one project.

It must not know what they mean. `web/api/user_preferences` keeps them and `web/api/users` tells them.
"""

import orjson

from collector.domain import people_problems, problems
from collector.services import projects
from collector.services.unit import UnitOfWork
from collector.store.queries import preferences
from collector.store.queries import projects as queries

MOST, LONGEST, LARGEST = 500, 200, 20_000  # of a person; characters of a name; bytes of a value


def own(unit: UnitOfWork) -> dict:
    """{"site": {name: value}, "projects": {number: {name: value}}} of who asks."""
    told: dict = {"site": {}, "projects": {}}
    for project_id, name, value in preferences.list_of(unit.session, _require_person(unit)):
        place = told["projects"].setdefault(str(project_id), {}) if project_id else told["site"]
        place[name] = orjson.loads(value)
    return told


def put(unit: UnitOfWork, name: str, value, project_id: int | None = None) -> None:
    """Nothing; the preference of who asks is this. value: whatever JSON holds.

    Raises 403.1, 400.14 (project), 400.13.
    """
    person = _require_person(unit)
    if project_id is not None and queries.find_project(unit.session, project_id) is None:
        raise people_problems.no_such_reference("projectId", project_id, "projects")
    place = _place(unit, project_id)
    text = orjson.dumps(value)
    if len(name) > LONGEST or len(text) > LARGEST \
            or preferences.count_of(unit.session, person, (place, name)) >= MOST:
        raise problems.too_long("propertyValue")
    preferences.put(unit.session, person, place, name, text.decode())
    _note(unit, "update", name, project_id)


def drop(unit: UnitOfWork, name: str, project_id: int | None = None) -> None:
    """Nothing; it is forgotten. Raises 403.1, 404.1 (no such project or preference)."""
    person = _require_person(unit)
    if not preferences.drop(unit.session, person, _place(unit, project_id), name):
        raise problems.not_found("La preferencia", "The preference")
    _note(unit, "delete", name, project_id)


def _note(unit: UnitOfWork, act: str, name: str, project_id: int | None) -> None:
    unit.record(f"user.preference.{act}", target_id=unit.actor.id,
                details={"site" if project_id is None else "project": name})


def _place(unit: UnitOfWork, project_id: int | None) -> int:
    return projects.find_project(unit, project_id).id if project_id is not None else 0


def _require_person(unit: UnitOfWork) -> int:
    """The number of the user who asks. Raises 403.1: phones and links have no screens."""
    if unit.actor.kind != "user" or unit.actor.id is None:
        raise problems.no_right()
    return unit.actor.id
