"""API of how the server is: the numbers of the status page, for a monitor with an administrator's token. Ours alone.

It must not judge. Open to nobody else: /health is for that.
"""

from collector.services import condition
from collector.services import status as services
from collector.services.unit import UnitOfWork
from collector.web.api.answers import told
from collector.web.blueprint import UnitBlueprint

STATUS = told("How the server is.", good={"type": "boolean"}, findings={"type": "array", "items": {"type": "object"}})
status = UnitBlueprint("api_status", __name__, url_prefix="/v1/status", dialect="json")


@status.get("", answers=STATUS)
def show(unit: UnitOfWork):
    """How the server is: what waits, what failed, what is stored."""
    found = condition.examine(unit)
    return {"good": all(one.good for one in found),
            "findings": [{"name": one.name, "good": one.good, "text": one.en} for one in found],
            **services.told(services.measure(unit))}
