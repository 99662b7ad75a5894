"""API of user preferences: what the screens of who asks remember. They are told by `web/api/users`, when extended.

It must not know what they mean (`services/preferences`).
"""

from collector.domain import people_problems
from collector.services import preferences
from collector.services.unit import UnitOfWork
from collector.web.api.answers import told
from collector.web.api.requests import SUCCESS, json_body
from collector.web.blueprint import UnitBlueprint

user_preferences = UnitBlueprint("api_user_preferences", __name__, url_prefix="/v1/user-preferences", dialect="json")

PLACES = {"site": "/site/<segment:name>", "project": "/project/<int:project_id>/<segment:name>"}
VALUE = "propertyValue"


def read(unit: UnitOfWork, **_path) -> tuple:
    """(the value, which may be null). Raises 400.23 without one, 400.33 with anything beside it."""
    body = json_body()
    if VALUE not in body:
        raise people_problems.preference_missing(VALUE)
    if len(body) > 1:
        raise people_problems.preference_unexpected([VALUE], list(body))
    return (body[VALUE],)


def put(unit: UnitOfWork, given: tuple, name: str, project_id: int | None = None):
    """This is remembered from now on."""
    preferences.put(unit, name, given[0], project_id)
    return SUCCESS


def drop(unit: UnitOfWork, name: str, project_id: int | None = None):
    """It is forgotten."""
    preferences.drop(unit, name, project_id)
    return SUCCESS


for _place, _path in PLACES.items():
    user_preferences.add_url_rule(_path, f"put_{_place}", put, methods=["PUT"], prepare=read,
                                  answers=SUCCESS, takes=told("What to remember.", propertyValue={}))
    user_preferences.add_url_rule(_path, f"drop_{_place}", drop, methods=["DELETE"], answers=SUCCESS)
