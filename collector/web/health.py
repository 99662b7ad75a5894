"""Room where machines ask whether the server is ready: load balancers, supervisors of processes, tests.

It must not write, be slow or tell secrets. What is looked at stands in `services/condition`.
"""

from flask import Response, json

from collector.services import condition
from collector.services.unit import UnitOfWork
from collector.web.api.answers import Answer, told
from collector.web.blueprint import UnitBlueprint

health = UnitBlueprint("health", __name__, dialect="json")


_STATE = {"status": {"enum": ["ok", "unavailable"]}, "checks": {"type": "object"}}


@health.get("/health", open=True, answers={200: told("Phones can be answered.", **_STATE),
                                           503: Answer("They can not.")})
def show(unit: UnitOfWork) -> Response:
    """200 when phones can be answered; 503 with the reason when not."""
    found = condition.readiness(unit)
    wrong = [one for one in found if not one.good]
    body = {"status": "unavailable" if wrong else "ok",
            "checks": {one.name: "ok" if one.good else one.en for one in found}}
    if wrong:
        body["reason"] = "; ".join(one.en for one in wrong)
    answer = Response(json.dumps(body), 503 if wrong else 200, mimetype="application/json")
    answer.headers["Cache-Control"] = "no-store"
    if wrong:
        answer.headers["Retry-After"] = "30"
    return answer
