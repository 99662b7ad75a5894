"""Page where cleaning begins: the forms of a project with how many recipes each has.

It must not know steps. The recipes of a form are in `pages/recipes`.
"""

from collector.services import forms, projects, recipes
from collector.services.unit import UnitOfWork
from collector.web.blueprint import UnitBlueprint
from collector.web.pages.showing import page

pages = UnitBlueprint("cleaning", __name__, url_prefix="/projects/<int:project_id>/cleaning", dialect="html")


@pages.get("")
def show(unit: UnitOfWork, project_id: int):
    """The published forms of the project, each with its recipes."""
    found = projects.find_within(unit, project_id, "submission.read")
    listed = [one for one in forms.list_forms(unit, project_id, extended=True)
              if not one.is_draft and unit.may("submission.read", one)]
    kept = recipes.list_of_forms(unit, [one.form for one in listed])
    return page(unit, "recipes/forms.html", found, "recipes", forms=[(one, kept[one.form.id]) for one in listed])
