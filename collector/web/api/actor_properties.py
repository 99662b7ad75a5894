"""API of actor properties: which ones a project declares for its phones and public links.

It must not know what a name may be (`services/actor_properties`).
"""

from collector.domain import problems
from collector.services import actor_properties
from collector.services.unit import UnitOfWork
from collector.web.api.requests import SUCCESS, is_extended, json_body
from collector.web.api.schemas.people import ActorPropertyShape, ExtendedActorPropertyShape
from collector.web.blueprint import UnitBlueprint

properties = UnitBlueprint("api_actor_properties", __name__, dialect="json",
                           url_prefix="/v1/projects/<int:project_id>/actor-properties")


@properties.get("", answers=[(ActorPropertyShape, ExtendedActorPropertyShape)])
def list_all(unit: UnitOfWork, project_id: int):
    """The properties, with their values in use when extended."""
    shape = ExtendedActorPropertyShape if is_extended() else ActorPropertyShape
    return shape(many=True).dump(actor_properties.list_properties(unit, project_id, is_extended()))


def read(unit: UnitOfWork, project_id: int) -> str:
    """The name in the body. Raises 400.8 without one, as for a wrong one, 400.11."""
    body = json_body()
    if body.get("name") is None:
        raise problems.unexpected_value("name", None, "this is not a valid property name",
                                        "no es un nombre de propiedad")
    return ActorPropertyShape().read(body)["name"]


@properties.post("", prepare=read, answers=SUCCESS, takes=ActorPropertyShape)
def declare(unit: UnitOfWork, name: str, project_id: int):
    """The project has a property of this name from now on."""
    actor_properties.declare(unit, project_id, name)
    return SUCCESS
