"""Page that answers «why is this value here?»: as it was sent, corrected, joined, and what each step made of it.

It must not work anything out (`services/lineage`). Examples of a recipe and answers of a record lead here.
"""

import re

from flask import request
from flask_babel import gettext as _

from collector.domain.problems import Problem
from collector.services import forms, lineage, projects, recipes, records
from collector.services.unit import UnitOfWork
from collector.web.blueprint import UnitBlueprint
from collector.web.pages.recipe_words import is_english, own_text, shown_value, step_about, written_moment
from collector.web.pages.showing import number_asked, page, told
from collector.web.pages.step_asks import TYPES

pages = UnitBlueprint("lineage", __name__, url_prefix="/projects/<int:project_id>/forms/<segment:form_id>/submissions",
                      dialect="html")
_POSITION = re.compile(r"\[\d+\]")


@pages.get("/<segment:instance_id>/why")
def show(unit: UnitOfWork, project_id: int, form_id: str, instance_id: str):
    """How one cell came to be, by the recipe of the address, else by the first of the form."""
    found, view = projects.find_project(unit, project_id), forms.find_form(unit, project_id, form_id)
    record = records.find_record(unit, project_id, form_id, instance_id)
    kept = recipes.list_recipes(unit, project_id, form_id)
    asked = number_asked("recipe")
    number = asked if any(one.row.id == asked for one in kept) else kept[0].row.id if kept else None
    table, key, column = _cell()
    story = problem = None
    try:
        story = lineage.explain(unit, project_id, form_id, instance_id, table, key, column, number)
    except Problem as fault:
        if fault.status not in (404, 503):
            raise
        problem = fault
    tables = recipes.list_tables(unit, project_id, form_id) if story else ()
    return page(unit, "lineage/show.html", found, "recipes", problem.status if problem else 200, form=view.form,
                record=record, kept=kept, number=number, story=story, problem=problem and told(problem),
                cell={"table": table, "key": key, "column": column}, shown=shown_value,
                label=(own_text(story.variable.labels) or story.variable.name) if story else column,
                steps=_steps(story, tables), faults=_faults(story), corrections=_corrections(story),
                can=unit.may("recipe.update", view.form))


def _cell() -> tuple[str, str, str]:
    """(table, key, column) of the address; ref: of an answer of a record, '/g/hijos[2]/nombre'."""
    ref = request.args.get("ref", "")
    if not ref:
        return request.args.get("table", ""), request.args.get("key", ""), request.args.get("column", "")
    row = ref[:ref.rindex("]") + 1] if "]" in ref else ""
    return _POSITION.sub("", row), row[1:], _POSITION.sub("", ref)


def _steps(story, tables) -> list[tuple]:
    """(step, its number, name, what it does, when, before, after, whether the row went) of what changed the cell."""
    if story is None or story.kept is None:
        return []
    at = {one.id: place for place, one in enumerate(story.kept.recipe.steps, 1)}
    return [(one.step, at[one.step.id], TYPES[one.step.type][0], step_about(one.step, tables),
             written_moment(one.step.at), shown_value(one.before), shown_value(one.after), one.dropped)
            for one in story.changes]


def _corrections(story) -> list:
    """(version of the record, its place) where the answer differs from the one before."""
    return [(one, place) for place, one in enumerate(story.editions, 1) if one.changed] if story else []


def _faults(story) -> list[str]:
    """Why steps of the recipe do not run; they changed nothing."""
    if story is None or story.kept is None:
        return []
    at = {one.id: place for place, one in enumerate(story.kept.recipe.steps, 1)}
    return [_("Paso %(number)s: %(reason)s", number=at[id], reason=both[is_english()])
            for id, both in story.faults.items() if id in at]
