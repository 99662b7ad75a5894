"""Pages of columns that changed their name or place: earlier fields, what they look like now, a look before, undo.

It must not decide what goes together (`services/mappings`). A mapping is a person's word and can be taken back.
"""

from flask import Response, request, url_for
from flask_babel import gettext as _

from collector.domain.problems import Problem
from collector.domain.tabular.likeness import proposals
from collector.services import forms, mappings, projects
from collector.services.unit import UnitOfWork
from collector.web.blueprint import UnitBlueprint
from collector.web.pages.inputs import MappingInput
from collector.web.pages.recipe_words import own_text, shown_value
from collector.web.pages.showing import go, number_asked, page, told

pages = UnitBlueprint("mappings", __name__, url_prefix="/projects/<int:project_id>/forms/<segment:form_id>/columns",
                      dialect="html")


@pages.get("", endpoint="list")
def show_all(unit: UnitOfWork, project_id: int, form_id: str):
    """The earlier fields with what they look like now, and what was joined."""
    found, view = projects.find_project(unit, project_id), forms.find_form(unit, project_id, form_id)
    every = mappings.list_movable(unit, project_id, form_id)
    current = [one for one in every if one.in_current]
    earlier = [(one, proposals(one, current, 1)) for one in every if not one.in_current and one.moved_to is None]
    return page(unit, "mappings/list.html", found, "recipes", form=view.form, title=view.version.title or form_id,
                earlier=earlier, joined=mappings.list_mappings(unit, project_id, form_id),
                names={one.path: words_of(one) for one in every}, words=words_of, undone=number_asked("undone"),
                made=number_asked("made"), can=unit.may("recipe.update", view.form))


@pages.get("/one")
def show(unit: UnitOfWork, project_id: int, form_id: str):
    """One earlier field, what it could be now, and both on real rows once one is chosen."""
    return _one(unit, project_id, form_id, MappingInput(request.args, meta={"csrf": False}))


@pages.post("/one")
def join(unit: UnitOfWork, project_id: int, form_id: str):
    """The list with both as one column, or the field with what is wrong."""
    given = MappingInput()
    if not given.validate():
        return _one(unit, project_id, form_id, given)
    try:
        made = mappings.map_column(unit, project_id, form_id, request.args.get("from", ""), given.to.data or "",
                                   given.reason.data)
    except Problem as problem:
        if problem.status != 400:
            raise
        unit.undo()
        return _one(unit, project_id, form_id, given, told(problem))
    return go(_list(project_id, form_id, made=made.id))


@pages.post("/<int:number>/part")
def part(unit: UnitOfWork, project_id: int, form_id: str, number: int):
    """The list with both columns apart again."""
    mappings.unmap_column(unit, project_id, form_id, number)
    return go(_list(project_id, form_id), _("Las columnas se leen otra vez por separado."))


def words_of(one) -> str:
    """A field by label and name."""
    label = own_text(one.labels)
    return f"{label} ({one.path[1:]})" if label and label != one.name else one.path[1:]


def _one(unit: UnitOfWork, project_id: int, form_id: str, given: MappingInput, problem: str = "") -> Response:
    found, view = projects.find_project(unit, project_id), forms.find_form(unit, project_id, form_id)
    every = mappings.list_movable(unit, project_id, form_id)
    path = request.args.get("from", "")
    field = next((one for one in every if one.path == path), None)
    if field is None:
        return go(_list(project_id, form_id), _("Ninguna versión del formulario tiene este campo."), "error")
    likely = proposals(field, [one for one in every if one.in_current])
    rest = [one for one in every if one.in_current and one.table == field.table and one not in likely
            and one.path != path]
    seen = None
    if given.to.data:
        try:
            seen = mappings.preview_mapping(unit, project_id, form_id, path, given.to.data)
        except Problem as fault:
            if fault.status != 400:
                raise
            problem = problem or told(fault)
    return page(unit, "mappings/one.html", found, "recipes", 422 if problem or given.errors else 200, form=view.form,
                field=field, likely=likely, rest=rest, seen=seen, input=given, problem=problem, words=words_of,
                shown=shown_value, can=unit.may("recipe.update", view.form))


def _list(project_id: int, form_id: str, **asked) -> str:
    return url_for("mappings.list", project_id=project_id, form_id=form_id, **asked)
