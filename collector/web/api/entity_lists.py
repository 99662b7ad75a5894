"""API of entity lists, which are not offered yet: every address of theirs says so to who may ask.

It must not answer as if a project had none. What a form says about them is told by `forms` and `form_media`.
"""

from collector.domain import problems
from collector.services import projects
from collector.services.unit import UnitOfWork
from collector.web.api.answers import LATER
from collector.web.blueprint import UnitBlueprint

entity_lists = UnitBlueprint("api_entity_lists", __name__, url_prefix="/v1/projects/<int:project_id>/datasets",
                             dialect="json")


@entity_lists.get("", answers=LATER)
@entity_lists.get("/<path:rest>", endpoint="look_into", answers=LATER)
def look(unit: UnitOfWork, project_id: int, rest: str = ""):
    """The lists of a project, one of them, or what is in it."""
    projects.find_within(unit, project_id, "dataset.list")
    raise problems.not_implemented("entity lists")


@entity_lists.post("", answers=LATER)
@entity_lists.route("/<path:rest>", methods=["POST", "PUT", "PATCH", "DELETE"], endpoint="change_in",
                    answers=LATER)
def change(unit: UnitOfWork, project_id: int, rest: str = ""):
    """A list made, or anything in one changed."""
    projects.find_within(unit, project_id, "dataset.update")
    raise problems.not_implemented("entity lists")
