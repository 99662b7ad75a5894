"""Room for properties of phones and public links: what a project declares, and what each of them has.

It must not know what they are for: rules of who sees which entities read them. `services/phones` and
`services/public_links` make the actors.
"""

import re
from dataclasses import dataclass, replace

from collector.domain import people_problems, problems
from collector.services.unit import UnitOfWork
from collector.store.queries import actor_properties as queries
from collector.store.queries import people, projects

RESERVED = frozenset(("name", "label", "displayname"))
MOST, LONGEST = 100, 255  # properties of a project; characters of a name or a value
_NAME = re.compile(r"(?!__)[^\W\d][\w.\-]*")


@dataclass(frozen=True, slots=True)
class Declared:
    """A property of a project. values: those in use, by value; empty where they were not asked for."""

    name: str
    values: tuple[str, ...] = ()


def list_properties(unit: UnitOfWork, project_id: int, extended: bool = False) -> list[Declared]:
    """The properties of a project by name, with their values when extended. Raises 404.1, 403.1."""
    project = unit.require("actor_property.list", projects.find_project(unit.session, project_id))
    used: dict[int, list[str]] = {}
    for property_id, value in queries.list_in_use(unit.session, project.id) if extended else ():
        used.setdefault(property_id, []).append(value)
    found = queries.list_properties(unit.session, project.id)
    return [Declared(one.name, tuple(used.get(one.id, ()))) for one in found]


def declare(unit: UnitOfWork, project_id: int, name: str) -> None:
    """Nothing; phones and public links of the project can have this property.

    Raises 404.1, 403.1, 400.8 (not a name for a property), 400.13, 409.3 (is there), 409.17 (with other capitals).
    """
    project = unit.require("actor_property.update", projects.find_project(unit.session, project_id))
    folded = name.casefold()
    if not _NAME.fullmatch(name) or folded in RESERVED:
        raise problems.unexpected_value("name", name, "this is not a valid property name",
                                        "no es un nombre de propiedad")
    known = queries.find_property(unit.session, project.id, folded)
    if known is not None:
        raise (problems.not_unique(["projectId", "name"], [project.id, name]) if known.name == name
               else people_problems.other_capitals(known.name, name))
    if len(name) > LONGEST or len(queries.list_properties(unit.session, project.id)) >= MOST:
        raise problems.too_long("name")
    queries.add_property(unit.session, project.id, name, folded)
    unit.record("actor_property.create", project_id=project.id, details={"name": name})


def put(unit: UnitOfWork, thing, properties) -> None:
    """Nothing; the phone or public link has these properties: null or '' for none.

    properties: what a request says they are; None changes nothing. Raises 403.1, 400.8, 400.13.
    """
    unit.require(f"{thing.kind}.update", thing)
    if properties is None:
        return
    known = {one.name: one.id for one in queries.list_properties(unit.session, thing.project_id)}
    for name, value in _read(properties, known).items():
        if value:
            queries.put_value(unit.session, thing.id, known[name], value)
        else:
            queries.drop_value(unit.session, thing.id, known[name])


def change(unit: UnitOfWork, thing, properties=None, name: str | None = None) -> None:
    """Nothing; the phone or public link has these properties and this name. Raises 403.1, 400.2, 400.8, 400.13."""
    put(unit, thing, properties)
    told = {"displayName": name.strip()} if name is not None else {}
    if not told.get("displayName", "x"):
        raise problems.missing_parameter("displayName")
    if told or properties:
        people.mark_actor(unit.session, thing.id, name=told.get("displayName", thing.name), updated_at=unit.now())
        unit.record(f"{thing.kind}.update", target_id=thing.id, project_id=thing.project_id,
                    details={"data": told | ({"properties": properties} if properties else {})})


def beside(unit: UnitOfWork, found: list) -> list:
    """The same phones or public links of one project, with their properties: null where they have none."""
    if not found:
        return found
    held: dict[int, dict[str, str]] = {}
    only = found[0].id if len(found) == 1 else None
    for actor_id, name, value in queries.list_values(unit.session, found[0].project_id, only):
        held.setdefault(actor_id, {})[name] = value
    return [replace(one, properties=held.get(one.id)) for one in found]


def _read(given, known: dict[str, int]) -> dict[str, str]:
    """{name: value or ''} of what a request says. Raises 400.8, 400.13."""
    if not isinstance(given, dict):
        raise problems.unexpected_value("properties", given, "expected an object", "se espera un objeto")
    for name, value in given.items():
        if name not in known:
            raise problems.unexpected_value("properties", name, "this project has no such property",
                                            "el proyecto no tiene esa propiedad")
        if value is not None and not isinstance(value, str):
            raise problems.unexpected_value(name, value, "expected a string or null", "se espera un texto o null")
        if len(value or "") > LONGEST:
            raise problems.too_long(name)
    return {name: (value or "").strip() for name, value in given.items()}
