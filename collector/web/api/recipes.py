"""API of recipes: list, make, save, go back, drop and take back; tried on what was sent; as a file; why a cell is so.

It must not clean anything. Ours: ODK Central has no recipes; names follow its manners.
"""

from flask import Response, request

from collector.domain import problems
from collector.services import lineage, previewing, recipe_counts, recipe_text
from collector.services import recipes as services
from collector.services.unit import UnitOfWork
from collector.web.api.answers import Either, text
from collector.web.api.requests import SUCCESS, body_as, is_asked, number_asked
from collector.web.api.schemas.recipes import (
    AskedPreviewShape,
    ListedRecipeShape,
    NewRecipeShape,
    NoticeShape,
    PreviewShape,
    RecipeShape,
    RemovedShape,
    RevertShape,
    SavedRecipeShape,
    ToldShape,
    VersionShape,
)
from collector.web.blueprint import UnitBlueprint

recipes = UnitBlueprint("api_recipes", __name__, dialect="json",
                        url_prefix="/v1/projects/<int:project_id>/forms/<segment:xml_form_id>/recipes")
YAML, PYTHON = "text/yaml; charset=utf-8", "text/x-python; charset=utf-8"


@recipes.get("", answers=[Either(ListedRecipeShape, RemovedShape)], asks="deleted")
def list_all(unit: UnitOfWork, project_id: int, xml_form_id: str):
    """The recipes of the form without their steps; with deleted=true those that were dropped."""
    if is_asked("deleted"):
        return RemovedShape(many=True).dump(services.list_removed(unit, project_id, xml_form_id))
    return ListedRecipeShape(many=True).dump(services.list_recipes(unit, project_id, xml_form_id))


@recipes.post("", prepare=body_as(NewRecipeShape()), answers=RecipeShape)
def create(unit: UnitOfWork, given: dict, project_id: int, xml_form_id: str):
    """The new recipe."""
    return RecipeShape().dump(services.create_recipe(unit, project_id, xml_form_id, **given))


@recipes.get("/<int:number>", answers=RecipeShape, asks="version(number)")
def show(unit: UnitOfWork, project_id: int, xml_form_id: str, number: int):
    """The recipe with its steps."""
    return RecipeShape().dump(services.find_recipe(unit, project_id, xml_form_id, number, number_asked("version")))


@recipes.get("/<int:number>/versions", answers=[VersionShape])
def list_versions(unit: UnitOfWork, project_id: int, xml_form_id: str, number: int):
    """Its versions, newest first."""
    return [{**VersionShape().dump(version), "author": author}
            for version, author in services.list_versions(unit, project_id, xml_form_id, number)]


@recipes.put("/<int:number>", prepare=body_as(SavedRecipeShape()), answers=RecipeShape)
def save(unit: UnitOfWork, given: dict, project_id: int, xml_form_id: str, number: int):
    """The recipe in its new version."""
    return RecipeShape().dump(services.save_recipe(unit, project_id, xml_form_id, number, **given))


@recipes.post("/<int:number>/revert", prepare=body_as(RevertShape()), answers=RecipeShape)
def revert(unit: UnitOfWork, given: dict, project_id: int, xml_form_id: str, number: int):
    """The recipe in a new version with the steps of an earlier one."""
    return RecipeShape().dump(services.revert_recipe(unit, project_id, xml_form_id, number, **given))


@recipes.delete("/<int:number>", answers=SUCCESS)
def drop(unit: UnitOfWork, project_id: int, xml_form_id: str, number: int):
    """The recipe is dropped; it can be taken back."""
    services.drop_recipe(unit, project_id, xml_form_id, number)
    return SUCCESS


@recipes.post("/<int:number>/restore", answers=RecipeShape)
def restore(unit: UnitOfWork, project_id: int, xml_form_id: str, number: int):
    """The recipe, taken back."""
    return RecipeShape().dump(services.restore_recipe(unit, project_id, xml_form_id, number))


@recipes.post("/preview", prepare=body_as(AskedPreviewShape()), reads=True, answers=PreviewShape)
def preview(unit: UnitOfWork, given: dict, project_id: int, xml_form_id: str):
    """What these steps would do; nothing is kept."""
    if given.get("steps") is None:
        raise problems.missing_parameter("steps")
    return _preview(unit, given, project_id, xml_form_id)


@recipes.post("/<int:number>/preview", prepare=body_as(AskedPreviewShape()), reads=True,
              answers=PreviewShape, asks="version(number)")
def preview_kept(unit: UnitOfWork, given: dict, project_id: int, xml_form_id: str, number: int):
    """What the steps of this recipe would do."""
    kept = services.find_recipe(unit, project_id, xml_form_id, number, number_asked("version"))
    return _preview(unit, {**RecipeShape(only=("steps",)).dump(kept), **_said(given)}, project_id, xml_form_id)


def _preview(unit: UnitOfWork, given: dict, project_id: int, xml_form_id: str):
    patience = previewing.LONGEST if given.get("wait") else previewing.PATIENCE
    return PreviewShape().dump(previewing.preview(
        unit, project_id, xml_form_id, given["steps"], given.get("step_id"), patience))


def _said(given: dict) -> dict:
    return {name: value for name, value in given.items() if value is not None}


@recipes.get("/<int:number>/yaml", answers=text("text/yaml", "The recipe."), asks="version(number)")
def as_yaml(unit: UnitOfWork, project_id: int, xml_form_id: str, number: int):
    """The recipe as text that people read and bring back."""
    return Response(recipe_text.yaml_text(unit, project_id, xml_form_id, number, number_asked("version")),
                    content_type=YAML)


def yaml_body(unit: UnitOfWork, **path) -> recipe_text.Text:
    """The recipe in the body, of which no more is read than a recipe may be long."""
    return recipe_text.read_yaml(request.stream.read(recipe_text.LARGEST + 1))


@recipes.put("/<int:number>/yaml", prepare=yaml_body, answers=RecipeShape, asks="version(number)",
             takes=text("text/yaml", "A recipe."))
def save_yaml(unit: UnitOfWork, text: recipe_text.Text, project_id: int, xml_form_id: str, number: int):
    """The recipe in its new version, as the text says."""
    made_from = number_asked("version") or text.made_from
    if made_from is None:
        raise problems.missing_parameter("version")
    return RecipeShape().dump(services.save_recipe(
        unit, project_id, xml_form_id, number, made_from, text.steps, text.note, text.name or None))


@recipes.get("/<int:number>/script", answers=text("text/x-python", "The script."), asks="version(number)")
def as_script(unit: UnitOfWork, project_id: int, xml_form_id: str, number: int):
    """The recipe as a Python script."""
    return Response(recipe_text.python_script(unit, project_id, xml_form_id, number, number_asked("version")),
                    content_type=PYTHON)


@recipes.get("/notices", answers=[NoticeShape])
def list_notices(unit: UnitOfWork, project_id: int, xml_form_id: str):
    """What about steps a person should look at."""
    return NoticeShape(many=True).dump(recipe_counts.list_notices(unit, project_id, xml_form_id))


@recipes.delete("/<int:number>/notices/<segment:step_id>", answers=SUCCESS)
def acknowledge(unit: UnitOfWork, project_id: int, xml_form_id: str, number: int, step_id: str):
    """The notice was seen."""
    recipe_counts.acknowledge(unit, project_id, xml_form_id, number, step_id)
    return SUCCESS


@recipes.get("/explain", endpoint="explain_raw", defaults={"number": None}, answers=ToldShape,
             asks="instanceId variable table(of) key(of) version(number)")
@recipes.get("/<int:number>/explain", answers=ToldShape,
             asks="instanceId variable table(of) key(of) version(number)")
def explain(unit: UnitOfWork, project_id: int, xml_form_id: str, number: int | None):
    """How a cell came to be: what was sent, its versions, what each step made of it."""
    asked = request.args.get
    for name in ("instanceId", "variable"):
        if not asked(name):
            raise problems.missing_parameter(name)
    return ToldShape().dump(lineage.explain(
        unit, project_id, xml_form_id, asked("instanceId"), asked("table", ""), asked("key", ""), asked("variable"),
        number, number_asked("version")))
