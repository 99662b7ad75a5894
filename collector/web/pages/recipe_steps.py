"""Acts on the steps of a recipe: try one, keep it, on and off, up and down, out; each leaves a version to go back to.

It must not judge settings (`services/recipes` does) nor lay out pages (`recipe_show`).
"""

from flask import Response, request
from flask_babel import gettext as _

from collector.domain import problems
from collector.domain.cleaning.recipe import as_plain, read_recipe
from collector.domain.problems import Problem
from collector.services import forms, offering, recipes
from collector.services.unit import UnitOfWork
from collector.web.pages.recipe_show import NEW, Attempt, recipe_page, show_place
from collector.web.pages.recipes import made_from, pages
from collector.web.pages.showing import go
from collector.web.pages.step_asks import TYPES
from collector.web.pages.step_inputs import typed


@pages.post("/<int:number>/steps/<step_id>/try", reads=True)
def try_step(unit: UnitOfWork, project_id: int, form_id: str, number: int, step_id: str):
    """The recipe with what this step would do as it stands in the inputs; nothing is kept."""
    kept, attempt = _attempt(unit, project_id, form_id, number, step_id)
    attempt.trial = True
    if "choosing" in request.args:  # a column was chosen, the rest is still to come
        attempt.typed.errors = {}
        attempt.typed.unfinished = True
    elif not attempt.typed.errors:
        try:
            step = {**attempt.step, "id": _free(kept) if step_id == NEW else step_id}
            read_recipe({"steps": [*(one for one in as_plain(kept.recipe)["steps"] if one["id"] != step["id"]), step]})
        except Problem as problem:
            if problem.status != 400:
                raise
            attempt.problem = problem
    return recipe_page(unit, project_id, form_id, number, adding=attempt.step["type"], attempt=attempt,
                       made_from=made_from())


@pages.post("/<int:number>/steps/<step_id>")
def keep_step(unit: UnitOfWork, project_id: int, form_id: str, number: int, step_id: str):
    """The recipe with this step as it stands in the inputs, or its inputs with what is wrong."""
    base = made_from()
    if (clash := _vanished(unit, project_id, form_id, number, step_id, base)) is not None:
        return recipe_page(unit, project_id, form_id, number, problem=clash, made_from=base)
    kept, attempt = _attempt(unit, project_id, form_id, number, step_id)
    if attempt.typed.errors:
        return recipe_page(unit, project_id, form_id, number, adding=attempt.step["type"], attempt=attempt,
                           made_from=base)
    steps = as_plain(kept.recipe)["steps"]
    if step_id == NEW:
        attempt.step["id"] = step_id = _free(kept)
        steps, did = [*steps, attempt.step], "added"
    else:
        steps, did = [attempt.step if one["id"] == step_id else one for one in steps], "saved"
    try:
        saved = recipes.save_recipe(unit, project_id, form_id, number, base, steps)
    except Problem as problem:
        if problem.status not in (400, 409):
            raise
        unit.undo()
        attempt.problem = problem
        if did == "added":
            attempt.step["id"] = NEW
        return recipe_page(unit, project_id, form_id, number, adding=attempt.step["type"], attempt=attempt,
                           made_from=base)
    return _back(project_id, form_id, number, saved, step_id, did, base)


@pages.post("/<int:number>/steps/<step_id>/act")
def act(unit: UnitOfWork, project_id: int, form_id: str, number: int, step_id: str):
    """The recipe with the step on or off, one place up or down, or without it."""
    kept, wanted, base = recipes.find_recipe(unit, project_id, form_id, number), request.form.get("act"), made_from()
    steps = as_plain(kept.recipe)["steps"]
    at = next((place for place, one in enumerate(steps) if one["id"] == step_id), None)
    try:
        if kept.version.number != base:
            recipes.save_recipe(unit, project_id, form_id, number, base, steps)  # tells who was first
        if at is None:
            raise problems.not_found("El paso", "The step")
        saved = recipes.save_recipe(unit, project_id, form_id, number, base, _acted(steps, at, wanted))
    except Problem as problem:
        if problem.status != 409:
            raise
        unit.undo()
        return recipe_page(unit, project_id, form_id, number, step_id, problem=problem, made_from=base)
    return _back(project_id, form_id, number, saved, "" if wanted == "drop" else request.form.get("open", ""),
                 wanted if wanted in ("on", "off", "drop") else "moved", base)


def _vanished(unit: UnitOfWork, project_id: int, form_id: str, number: int, step_id: str,
              base: int) -> Problem | None:
    """That somebody saved a version without this step meanwhile, or None."""
    kept = recipes.find_recipe(unit, project_id, form_id, number)
    if step_id == NEW or kept.recipe.step(step_id) is not None or kept.version.number == base:
        return None
    try:
        recipes.save_recipe(unit, project_id, form_id, number, base, as_plain(kept.recipe)["steps"])
    except Problem as problem:
        if problem.status != 409:
            raise
        unit.undo()
        return problem
    return None


def _acted(steps: list[dict], at: int, wanted: str | None) -> list[dict]:
    step = steps[at]
    if wanted in ("on", "off"):
        return [*steps[:at], {**step, "on": wanted == "on"}, *steps[at + 1:]]
    rest = steps[:at] + steps[at + 1:]
    if wanted == "drop":
        return rest
    place = {"up": max(0, at - 1), "down": at + 1}.get(wanted, at)
    return [*rest[:place], step, *rest[place:]]


def _attempt(unit: UnitOfWork, project_id: int, form_id: str, number: int, step_id: str):
    """(recipe, the step as it stands in the inputs). Raises 404.1, 403.1."""
    kept = recipes.find_recipe(unit, project_id, form_id, number)
    unit.require("recipe.update", forms.find_form(unit, project_id, form_id).form)
    plain = as_plain(kept.recipe)["steps"]
    at = next((place for place, one in enumerate(plain) if one["id"] == step_id), len(plain))
    old = plain[at] if at < len(plain) else None
    kind = old["type"] if old else request.args.get("type", "")
    if kind not in TYPES or (old is None and step_id != NEW):
        raise problems.not_found("El paso", "The step")
    before = old["settings"] if old else {}
    # columns are looked up by name for one input alone; all else needs no tables
    tables = offering.offer(unit, project_id, form_id, plain[:at]).tables if kind == "order" else ()
    given = typed(kind, request.form, request.files, before, tables)
    step = {"id": step_id, "type": kind, "settings": given.settings}
    if reason := request.form.get("reason", "").strip():
        step["reason"] = reason
    if old is not None and not old.get("on", True):
        step["on"] = False
    return kept, Attempt(step, given)


def _free(kept: recipes.Kept) -> str:
    """An id that no step of the recipe has; `services/recipes` gives another if it was taken once."""
    taken = {one.id for one in kept.recipe.steps}
    return next(name for at in range(len(taken) + 1, 2 * len(taken) + 3) if (name := f"s{at}") not in taken)


def _back(project_id: int, form_id: str, number: int, saved: recipes.Kept, open_id: str, did: str,
          base: int) -> Response:
    asked = {"step": open_id, "_anchor": "open"} if open_id and saved.recipe.step(open_id) else {}
    if saved.version.number == base:
        return go(show_place(project_id, form_id, number, **asked), _("No hay nada nuevo que guardar."), "note")
    return go(show_place(project_id, form_id, number, was=base, did=did, **asked))
