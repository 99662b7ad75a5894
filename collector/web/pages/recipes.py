"""Pages of recipes: the list, making one, one recipe with its steps, its files, its versions.

It must not run recipes nor judge steps (`services`). Acts on single steps are in `pages/recipe_steps`.
"""

import difflib
import hashlib

from flask import Response, request
from flask_babel import gettext as _

from collector.domain.cleaning.recipe import as_plain, read_recipe
from collector.domain.problems import Problem
from collector.services import forms, projects, recipe_counts, recipe_text, recipes
from collector.services.unit import UnitOfWork
from collector.web.blueprint import UnitBlueprint
from collector.web.pages.inputs import RecipeInput
from collector.web.pages.recipe_show import list_place, numbers_fragment, recipe_page, show_place
from collector.web.pages.recipe_words import differences
from collector.web.pages.showing import go, number_asked, number_in, page, told
from collector.web.pages.step_inputs import decoded
from collector.web.streams import bytes_answer, disposition

pages = UnitBlueprint("recipes", __name__, url_prefix="/projects/<int:project_id>/forms/<segment:form_id>/recipes",
                      dialect="html")
LARGEST_YAML = 2_000_000


@pages.get("", endpoint="list")
def show_all(unit: UnitOfWork, project_id: int, form_id: str):
    """The recipes of a form; after one was dropped, the way back."""
    found, view = projects.find_project(unit, project_id), forms.find_form(unit, project_id, form_id)
    notices: dict[int, int] = {}
    for one in recipe_counts.list_notices(unit, project_id, form_id):
        notices[one.recipe.id] = notices.get(one.recipe.id, 0) + 1
    dropped = number_asked("dropped")
    removed = next((one for one in recipes.list_removed(unit, project_id, form_id) if one.id == dropped), None)
    return page(unit, "recipes/list.html", found, "recipes", form=view.form, title=view.version.title or form_id,
                kept=recipes.list_recipes(unit, project_id, form_id), notices=notices, removed=removed,
                can=unit.may("recipe.update", view.form))


@pages.get("/new")
def new(unit: UnitOfWork, project_id: int, form_id: str):
    """The inputs of a new recipe."""
    return _making(unit, project_id, form_id, RecipeInput())


@pages.post("/new")
def add(unit: UnitOfWork, project_id: int, form_id: str):
    """The new recipe, or its inputs with what is wrong."""
    given = RecipeInput()
    if not given.validate():
        return _making(unit, project_id, form_id, given)
    try:
        steps = note = None
        if given.file.data is not None and given.file.data.filename:
            read = recipe_text.read_yaml(given.file.data.stream.read(LARGEST_YAML))
            steps, note = read.steps, read.note
        made = recipes.create_recipe(unit, project_id, form_id, given.name.data, steps, note)
    except Problem as problem:
        if problem.status not in (400, 409):
            raise
        unit.undo()
        beside = given.name if problem.code == 409.3 else given.file
        beside.errors = [_("Ya hay una receta con este nombre.") if problem.code == 409.3 else told(problem)]
        return _making(unit, project_id, form_id, given)
    return go(show_place(project_id, form_id, made.row.id),
              _("La receta está lista. Añada los pasos que hagan falta."))


@pages.get("/<int:number>")
def show(unit: UnitOfWork, project_id: int, form_id: str, number: int):
    """One recipe; a step open, or a new one, as the address asks."""
    return recipe_page(unit, project_id, form_id, number, request.args.get("step", ""), request.args.get("add"))


@pages.get("/<int:number>/numbers")
def numbers(unit: UnitOfWork, project_id: int, form_id: str, number: int):
    """How many records enter the recipe and leave it, for its line in the list."""
    return numbers_fragment(unit, project_id, form_id, number)


@pages.post("/<int:number>/name")
def rename(unit: UnitOfWork, project_id: int, form_id: str, number: int):
    """The recipe under another name."""
    kept = recipes.find_recipe(unit, project_id, form_id, number)
    try:
        recipes.save_recipe(unit, project_id, form_id, number, made_from(), as_plain(kept.recipe)["steps"],
                            name=request.form.get("name", ""))
    except Problem as problem:
        if problem.status not in (400, 409):
            raise
        unit.undo()
        return recipe_page(unit, project_id, form_id, number, problem=problem, made_from=made_from())
    return go(show_place(project_id, form_id, number), _("La receta tiene otro nombre."))


@pages.post("/<int:number>/revert")
def revert(unit: UnitOfWork, project_id: int, form_id: str, number: int):
    """The recipe with the very steps of an earlier version."""
    to = request.form.get("to", "")
    try:
        recipes.revert_recipe(unit, project_id, form_id, number, made_from(), number_in(to) or 0)
    except Problem as problem:
        if problem.status != 409:
            raise
        unit.undo()
        return recipe_page(unit, project_id, form_id, number, problem=problem, made_from=made_from())
    return go(show_place(project_id, form_id, number, was=made_from(), did="reverted"))


@pages.post("/<int:number>/drop")
def drop(unit: UnitOfWork, project_id: int, form_id: str, number: int):
    """The list without the recipe, with the way back."""
    recipes.drop_recipe(unit, project_id, form_id, number)
    return go(list_place(project_id, form_id, dropped=number))


@pages.post("/<int:number>/restore")
def restore(unit: UnitOfWork, project_id: int, form_id: str, number: int):
    """The recipe that was dropped."""
    recipes.restore_recipe(unit, project_id, form_id, number)
    return go(show_place(project_id, form_id, number), _("La receta volvió."))


@pages.post("/<int:number>/notices/<step_id>")
def acknowledge(unit: UnitOfWork, project_id: int, form_id: str, number: int, step_id: str):
    """The recipe without the notice of this step."""
    recipe_counts.acknowledge(unit, project_id, form_id, number, step_id)
    return go(show_place(project_id, form_id, number), _("El aviso se quitó. Volverá si cambia otra vez."))


@pages.get("/<int:number>/yaml")
def yaml(unit: UnitOfWork, project_id: int, form_id: str, number: int):
    """The recipe as a file that people read and change."""
    text = recipe_text.yaml_text(unit, project_id, form_id, number, number_asked("version"))
    return _download(unit, text, project_id, form_id, number, "yaml")


@pages.get("/<int:number>/script")
def script(unit: UnitOfWork, project_id: int, form_id: str, number: int):
    """The recipe as a Python script that makes the clean files of the raw ones."""
    text = recipe_text.python_script(unit, project_id, form_id, number, number_asked("version"))
    return _download(unit, text, project_id, form_id, number, "py")


@pages.get("/<int:number>/upload", endpoint="upload")
@pages.post("/<int:number>/upload", reads=True, endpoint="compare")
def compare(unit: UnitOfWork, project_id: int, form_id: str, number: int):
    """What an uploaded file would change, before it is taken."""
    upload = request.files.get("file")
    data = upload.stream.read(LARGEST_YAML) if upload is not None else b""
    return _comparing(unit, project_id, form_id, number, decoded(data), asked=request.method == "POST")


@pages.post("/<int:number>/take")
def take(unit: UnitOfWork, project_id: int, form_id: str, number: int):
    """The recipe with the steps of the file that was looked at."""
    text = request.form.get("text", "")
    try:
        read = recipe_text.read_yaml(text)
        recipes.save_recipe(unit, project_id, form_id, number, made_from(), read.steps, read.note)
    except Problem as problem:
        if problem.status not in (400, 409):
            raise
        unit.undo()
        return _comparing(unit, project_id, form_id, number, text, problem=problem)
    return go(show_place(project_id, form_id, number, was=made_from(), did="taken"))


@pages.get("/<int:number>/history")
def history(unit: UnitOfWork, project_id: int, form_id: str, number: int):
    """The versions, newest first; between: what differs from the one before."""
    found, view = projects.find_project(unit, project_id), forms.find_form(unit, project_id, form_id)
    kept = recipes.find_recipe(unit, project_id, form_id, number)
    versions = recipes.list_versions(unit, project_id, form_id, number)
    tables = recipes.list_tables(unit, project_id, form_id)
    told_versions, below = [], [*[read_recipe(one.steps) for one, _who in versions[1:]], None]
    for (version, who), before in zip(versions, below, strict=True):
        told_versions.append((version, who, differences(before, read_recipe(version.steps), tables) if before else []))
    return page(unit, "recipes/history.html", found, "recipes", form=view.form, kept=kept, versions=told_versions,
                can=unit.may("recipe.update", view.form))


def made_from() -> int:
    """The version that whoever sends this had before them."""
    given = request.form.get("made_from", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0


def _making(unit: UnitOfWork, project_id: int, form_id: str, given: RecipeInput) -> Response:
    found, view = projects.find_project(unit, project_id), forms.find_form(unit, project_id, form_id)
    unit.require("recipe.update", view.form)
    return page(unit, "recipes/new.html", found, "recipes", 422 if given.errors else 200, form=view.form, input=given)


def _comparing(unit: UnitOfWork, project_id: int, form_id: str, number: int, text: str,
               problem: Problem | None = None, asked: bool = True) -> Response:
    found, view = projects.find_project(unit, project_id), forms.find_form(unit, project_id, form_id)
    unit.require("recipe.update", view.form)
    kept = recipes.find_recipe(unit, project_id, form_id, number)
    changes, lines, read = [], [], None
    if asked and (problem is None or problem.status == 409):
        try:
            read = recipe_text.read_yaml(text)
            changes = differences(kept.recipe, read_recipe({"steps": read.steps}),
                                  recipes.list_tables(unit, project_id, form_id))
            now = recipe_text.yaml_text(unit, project_id, form_id, number)
            lines = list(difflib.unified_diff(now.splitlines(), text.splitlines(), lineterm="", n=2))[2:]
        except Problem as fault:
            if fault.status != 400:
                raise
            problem = fault
    return page(unit, "recipes/compare.html", found, "recipes", (problem.status if problem.status == 409 else 422)
                if problem else 200, form=view.form, kept=kept, text=text, read=read, changes=changes,
                lines=lines[:400], problem=problem and told(problem), asked=asked)


def _download(unit: UnitOfWork, text: str, project_id: int, form_id: str, number: int, ending: str) -> Response:
    kept = recipes.find_recipe(unit, project_id, form_id, number, number_asked("version"))
    data = text.encode()
    response = bytes_answer(data, hashlib.sha256(data).hexdigest(), "application/octet-stream")
    name = f"{kept.row.name.replace('/', '_')[:80]}-v{kept.version.number}.{ending}"
    response.headers["Content-Disposition"] = disposition("attachment", name)
    return response
