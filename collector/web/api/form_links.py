"""API of links to web forms, which are not offered here: nothing has such a link, and none can be made.

It must not tell whether a link exists. Public links to fill a form have an API of their own.
"""

from collector.domain import problems
from collector.services.unit import UnitOfWork
from collector.web.api.answers import LATER
from collector.web.blueprint import UnitBlueprint

form_links = UnitBlueprint("api_form_links", __name__, url_prefix="/v1/form-links", dialect="json")


@form_links.get("/<segment:link_id>/form", answers=LATER)
def show(unit: UnitOfWork, link_id: str):
    """The form behind a link."""
    raise problems.not_implemented("web forms")
