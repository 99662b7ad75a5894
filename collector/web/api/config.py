"""API of what this server does not have yet: settings of the site that are kept in the database, and usage reports.

It must not answer as if it had them: 501.1 for who may ask.
"""

from collector.domain import problems
from collector.services.unit import UnitOfWork
from collector.web.api.answers import LATER
from collector.web.blueprint import UnitBlueprint

config = UnitBlueprint("api_config", __name__, url_prefix="/v1", dialect="json")


@config.get("/config/public", open=True, answers=LATER)
@config.get("/config/public/<segment:key>", endpoint="public_one", open=True, answers=LATER)
def public(unit: UnitOfWork, key: str = ""):
    """Settings of the site that everybody may read."""
    raise problems.not_implemented("config")


@config.get("/config/<segment:key>", answers=LATER)
def show(unit: UnitOfWork, key: str):
    """A setting of the site."""
    unit.require_site("config.read")
    raise problems.not_implemented(f"config {key}")


@config.post("/config/<segment:key>", answers=LATER)
@config.delete("/config/<segment:key>", endpoint="unset", answers=LATER)
def change(unit: UnitOfWork, key: str):
    """The setting is another from now on."""
    unit.require_site("config.set")
    raise problems.not_implemented(f"config {key}")


@config.get("/analytics/preview", answers=LATER)
def preview(unit: UnitOfWork):
    """A report of use."""
    unit.require_site("analytics.read")
    raise problems.not_implemented("analytics")
