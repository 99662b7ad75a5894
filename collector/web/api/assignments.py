"""API of assignments: who has which role on the site, on a project, on a form.

It must not know what a role may do. Three places, one set of views: the address says which place is meant. Beyond
Central, an assignment can be for some records only: {"rows": {"phones", "field", "values"}} with POST, or PUT later.
"""

from collector.domain.access import RowScope
from collector.services import grants
from collector.services.unit import UnitOfWork
from collector.web.api.requests import SUCCESS, is_extended, json_body
from collector.web.api.schemas.people import (
    ActorShape,
    AssignmentShape,
    ExtendedAssignmentShape,
    ExtendedFormAssignmentShape,
    FormAssignmentShape,
    NewAssignmentShape,
)
from collector.web.blueprint import UnitBlueprint

assignments = UnitBlueprint("api_assignments", __name__, url_prefix="/v1", dialect="json")

PLACES = {"site": "/assignments", "project": "/projects/<int:project_id>/assignments",
          "form": "/projects/<int:project_id>/forms/<segment:xml_form_id>/assignments"}


def list_all(unit: UnitOfWork, **place):
    """Who has which role here."""
    shape = ExtendedAssignmentShape if is_extended() else AssignmentShape
    return shape(many=True).dump(grants.list_grants(unit, grants.place(unit, **place)))


def list_actors(unit: UnitOfWork, role: str, **place):
    """Who has this role here."""
    found = grants.list_grants(unit, grants.place(unit, **place), grants.role(role))
    return ActorShape(many=True).dump([actor for _grant, actor in found])


def limited(unit: UnitOfWork, **_path) -> RowScope | None:
    """The records that the body limits an assignment to, None for all."""
    rows = NewAssignmentShape().read(json_body())["rows"]
    return RowScope(tuple(rows["phones"]), rows["field"], tuple(rows["values"])) if rows else None


def add(unit: UnitOfWork, rows: RowScope | None, role: str, actor_id: int, **place):
    """The actor has the role here from now on."""
    grants.add_grant(unit, grants.place(unit, **place), grants.role(role), actor_id, rows)
    return SUCCESS


def limit(unit: UnitOfWork, rows: RowScope | None, role: str, actor_id: int, **place):
    """The role is for these records only, or for all again."""
    grants.limit_grant(unit, grants.place(unit, **place), grants.role(role), actor_id, rows)
    return SUCCESS


def drop(unit: UnitOfWork, role: str, actor_id: int, **place):
    """The actor has the role here no more."""
    grants.drop_grant(unit, grants.place(unit, **place), grants.role(role), actor_id)
    return SUCCESS


for _name, _path in PLACES.items():
    assignments.add_url_rule(_path, f"list_{_name}", list_all, methods=["GET"],
                             answers=[(AssignmentShape, ExtendedAssignmentShape)])
    assignments.add_url_rule(f"{_path}/<segment:role>", f"actors_{_name}", list_actors, methods=["GET"],
                             answers=[ActorShape])
    assignments.add_url_rule(f"{_path}/<segment:role>/<int:actor_id>", f"add_{_name}", add, methods=["POST"],
                             prepare=limited, answers=SUCCESS, takes=NewAssignmentShape)
    assignments.add_url_rule(f"{_path}/<segment:role>/<int:actor_id>", f"limit_{_name}", limit, methods=["PUT"],
                             prepare=limited, answers=SUCCESS, takes=NewAssignmentShape)
    assignments.add_url_rule(f"{_path}/<segment:role>/<int:actor_id>", f"drop_{_name}", drop, methods=["DELETE"],
                             answers=SUCCESS)


@assignments.get("/projects/<int:project_id>/assignments/forms",
                 answers=[(FormAssignmentShape, ExtendedFormAssignmentShape)])
def list_forms(unit: UnitOfWork, project_id: int):
    """Who has which role on single forms of the project."""
    return _over_forms(grants.list_form_grants(unit, project_id))


@assignments.get("/projects/<int:project_id>/assignments/forms/<segment:role>",
                 answers=[(FormAssignmentShape, ExtendedFormAssignmentShape)])
def list_forms_of_role(unit: UnitOfWork, project_id: int, role: str):
    """Who has this role on single forms of the project."""
    return _over_forms(grants.list_form_grants(unit, project_id, grants.role(role)))


def _over_forms(found: list) -> list[dict]:
    shape = ExtendedFormAssignmentShape if is_extended() else FormAssignmentShape
    return shape(many=True).dump(found)
