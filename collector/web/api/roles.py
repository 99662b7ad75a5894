"""API of roles: fixed bundles of verbs with Central's numbers.

It must not decide anything: `domain/access` holds the table.
"""

from collector.domain import access
from collector.services import grants
from collector.services.unit import UnitOfWork
from collector.web.api.schemas.people import RoleShape
from collector.web.blueprint import UnitBlueprint

roles = UnitBlueprint("api_roles", __name__, url_prefix="/v1/roles", dialect="json")


@roles.get("", answers=[RoleShape])
def list_all(unit: UnitOfWork):
    """The roles with their verbs."""
    return RoleShape(many=True).dump([access.ROLES[number] for number in sorted(access.ROLES)])


@roles.get("/<segment:role>", answers=RoleShape)
def show(unit: UnitOfWork, role: str):
    """A role, by its number or system name."""
    return RoleShape().dump(grants.role(role))
