"""API of what this server does not have yet: settings of the site that are kept in the database, and usage reports.

It must not answer as if it had them: 501.1 for who may ask.
"""

from collector.domain import problems
from collector.services.unit import UnitOfWork
from collector.web.blueprint import UnitBlueprint

config = UnitBlueprint("api_config", __name__, url_prefix="/v1", dialect="json")


@config.get("/config/public", open=True)
@config.get("/config/public/<segment:key>", endpoint="public_one", open=True)
def public(unit: UnitOfWork, key: str = ""):
    raise problems.not_implemented("config")


@config.get("/config/<segment:key>")
def show(unit: UnitOfWork, key: str):
    unit.require_site("config.read")
    raise problems.not_implemented(f"config {key}")


@config.post("/config/<segment:key>")
@config.delete("/config/<segment:key>", endpoint="unset")
def change(unit: UnitOfWork, key: str):
    unit.require_site("config.set")
    raise problems.not_implemented(f"config {key}")


@config.get("/analytics/preview")
def preview(unit: UnitOfWork):
    unit.require_site("analytics.read")
    raise problems.not_implemented("analytics")
