"""Room where analysts keep recipes: list, make, save, go back, drop and take back; every version stays.

It must not run a recipe (`services/cleaning`) nor change any data. Who wrote each step, and when, is set here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from collector.domain import data_problems, problems
from collector.domain.cleaning.authorship import stamped
from collector.domain.cleaning.recipe import Recipe, as_plain, read_recipe
from collector.domain.tabular.shape import DataTable
from collector.services import extracting
from collector.services.unit import UnitOfWork
from collector.store.queries import forms
from collector.store.queries import recipes as queries
from collector.store.tables.recipes import RecipeRow, RecipeVersion

READ, CHANGE = "submission.read", "recipe.update"
LONGEST_NAME, LONGEST_NOTE = 120, 1000
FIRST = [{"type": "keep_states"}]


@dataclass(frozen=True, slots=True)
class Kept:
    """One version of a recipe. row: the recipe; author: name of who saved this version."""

    row: RecipeRow
    version: RecipeVersion
    recipe: Recipe
    author: str | None = None


def list_recipes(unit: UnitOfWork, project_id: int, xml_form_id: str) -> list[Kept]:
    """The recipes of a form in their versions in force, by name. Raises 404.1, 403.1."""
    form = _form(unit, READ, project_id, xml_form_id)
    return [Kept(row, version, read_recipe(version.steps), author)
            for row, version, author in queries.list_recipes(unit.session, form.id)]


def list_of_forms(unit: UnitOfWork, found: Sequence) -> dict[int, list[RecipeRow]]:
    """{form: its recipes by name} of forms that were found. Raises 403.1."""
    for form in found:
        unit.require(READ, form)
    kept: dict[int, list[RecipeRow]] = {form.id: [] for form in found}
    for row, _version, _author in queries.list_of_forms(unit.session, list(kept)):
        kept[row.form_id].append(row)
    return kept


def list_removed(unit: UnitOfWork, project_id: int, xml_form_id: str) -> list[RecipeRow]:
    """The recipes that were dropped and can be taken back, the last first. Raises 404.1, 403.1."""
    return queries.list_removed(unit.session, _form(unit, READ, project_id, xml_form_id).id)


def list_tables(unit: UnitOfWork, project_id: int, xml_form_id: str) -> tuple[DataTable, ...]:
    """The tables that steps can be about, as they are before any step. Raises 404.1, 403.1, 503.1."""
    return extracting.open_extract(unit, project_id, xml_form_id).tables


def find_recipe(unit: UnitOfWork, project_id: int, xml_form_id: str, number: int, version: int | None = None) -> Kept:
    """A recipe in its version in force, or in this one. Raises 404.1, 403.1."""
    form = _form(unit, READ, project_id, xml_form_id)
    return _kept(unit, _row(unit, form, number), version)


def find_named(unit: UnitOfWork, project_id: int, xml_form_id: str, name: str) -> Kept:
    """The recipe of this name. Raises 404.1, 403.1."""
    form = _form(unit, READ, project_id, xml_form_id)
    row = queries.find_named(unit.session, form.id, name)
    if row is None:
        raise problems.not_found(f"La receta «{name}»", f"The recipe {name!r}")
    return _kept(unit, row)


def list_versions(unit: UnitOfWork, project_id: int, xml_form_id: str,
                  number: int) -> list[tuple[RecipeVersion, str | None]]:
    """(version, name of who saved it), newest first. Raises 404.1, 403.1."""
    form = _form(unit, READ, project_id, xml_form_id)
    return queries.list_versions(unit.session, _row(unit, form, number).id)


def create_recipe(unit: UnitOfWork, project_id: int, xml_form_id: str, name: str,
                  steps: Sequence[Mapping] | None = None, note: str | None = None) -> Kept:
    """The recipe, version 1. steps: as plain values; by themselves one that keeps states.

    Raises 404.1, 403.1, 409.3 (the name is taken), 400.8, 400.11, 400.13.
    """
    form = _form(unit, CHANGE, project_id, xml_form_id)
    name = _name(unit, form, name)
    recipe = _stamped(unit, FIRST if steps is None else steps, Recipe(()))
    row = queries.add_recipe(unit.session, form_id=form.id, name=name, version=0, created_by=unit.actor.id,
                             created_at=unit.now())
    return _save(unit, form, row, recipe, "recipe.create", note)


def save_recipe(unit: UnitOfWork, project_id: int, xml_form_id: str, number: int, made_from: int,
                steps: Sequence[Mapping], note: str | None = None, name: str | None = None) -> Kept:
    """The recipe in a new version with these steps; in the old one when nothing changed.

    made_from: the version that whoever changed it had before them. Raises 404.1, 403.1, 409.3 (somebody saved another
    version meanwhile; the name is taken), 400.8, 400.11, 400.13.
    """
    form = _form(unit, CHANGE, project_id, xml_form_id)
    row, before = _made_from(unit, form, number, made_from)
    recipe = _stamped(unit, steps, before.recipe)
    if name is not None and name != row.name:
        row.name = _name(unit, form, name)
    elif as_plain(recipe) == as_plain(before.recipe) and (not note or note == before.version.note):
        return before
    return _save(unit, form, row, recipe, "recipe.update", note)


def revert_recipe(unit: UnitOfWork, project_id: int, xml_form_id: str, number: int, made_from: int, to: int) -> Kept:
    """The recipe in a new version that has the very steps of an earlier one. Raises 404.1, 403.1, 409.3."""
    form = _form(unit, CHANGE, project_id, xml_form_id)
    row, _before = _made_from(unit, form, number, made_from)
    return _save(unit, form, row, _kept(unit, row, to).recipe, "recipe.revert", reverts_to=to)


def drop_recipe(unit: UnitOfWork, project_id: int, xml_form_id: str, number: int) -> None:
    """Nothing; the recipe is out of the list and can be taken back. Raises 404.1, 403.1."""
    form = _form(unit, CHANGE, project_id, xml_form_id)
    row = _row(unit, form, number)
    row.removed_at = unit.now()
    unit.session.flush()
    _record(unit, form, row, "recipe.delete")


def restore_recipe(unit: UnitOfWork, project_id: int, xml_form_id: str, number: int) -> Kept:
    """The recipe that was dropped, in the list again. Raises 404.1, 403.1, 409.3 (its name is taken)."""
    form = _form(unit, CHANGE, project_id, xml_form_id)
    row = queries.find_recipe(unit.session, form.id, number)
    if row is None:
        raise _missing()
    if row.removed_at is not None:
        _name(unit, form, row.name)
        row.removed_at = None
        unit.session.flush()
        _record(unit, form, row, "recipe.restore")
    return _kept(unit, row)


def _stamped(unit: UnitOfWork, steps: Sequence[Mapping], before: Recipe) -> Recipe:
    return stamped(steps, before, unit.actor.name, unit.now().isoformat(timespec="seconds"))


def _form(unit: UnitOfWork, verb: str, project_id: int, xml_form_id: str):
    return unit.require(verb, forms.find_form(unit.session, project_id, xml_form_id))


def _missing() -> problems.Problem:
    return problems.not_found("La receta", "The recipe")


def _row(unit: UnitOfWork, form, number: int) -> RecipeRow:
    row = queries.find_recipe(unit.session, form.id, number)
    if row is None or row.removed_at is not None:
        raise _missing()
    return row


def _kept(unit: UnitOfWork, row: RecipeRow, version: int | None = None) -> Kept:
    found = queries.find_version(unit.session, row.id, row.version if version is None else version)
    if found is None:
        raise problems.not_found("Esta versión de la receta", "This version of the recipe")
    if not unit.writes:  # what is read long after, when the unit has rested or is closed, stays as it was found
        for one in (row, found[0]):
            unit.session.expunge(one)
    return Kept(row, found[0], read_recipe(found[0].steps), found[1])


def _made_from(unit: UnitOfWork, form, number: int, made_from: int) -> tuple[RecipeRow, Kept]:
    """The recipe, held until the end of the unit, and its version in force, which must be the one made from."""
    row = queries.lock_recipe(unit.session, _row(unit, form, number))
    held = _kept(unit, row)
    if row.version != made_from:
        raise data_problems.recipe_saved_meanwhile(row.name, row.version, held.author or "",
                                              held.version.at.strftime("%Y-%m-%d %H:%M UTC"))
    return row, held


def _name(unit: UnitOfWork, form, given) -> str:
    """A name that no other living recipe of the form has."""
    name = _words("name", given, LONGEST_NAME)
    if name is None:
        raise problems.missing_parameter("name")
    if queries.find_named(unit.session, form.id, name) is not None:
        raise problems.not_unique(["name"], [name])
    return name


def _words(name: str, given, longest: int) -> str | None:
    if given is None:
        return None
    if not isinstance(given, str):
        raise problems.wrong_type(name, given, "string")
    words = " ".join(given.split())
    if len(words) > longest:
        raise problems.too_long(name)
    return words or None


def _save(unit: UnitOfWork, form, row: RecipeRow, recipe: Recipe, action: str, note: str | None = None,
          reverts_to: int | None = None) -> Kept:
    row.version += 1
    row.updated_at = unit.now()
    version = queries.add_version(
        unit.session, recipe_id=row.id, number=row.version, steps=as_plain(recipe), reverts_to=reverts_to,
        note=_words("note", note, LONGEST_NOTE), author_id=unit.actor.id, at=unit.now())
    _record(unit, form, row, action, version=row.version, **({"reverts_to": reverts_to} if reverts_to else {}))
    return Kept(row, version, recipe, unit.actor.name)


def _record(unit: UnitOfWork, form, row: RecipeRow, action: str, **details) -> None:
    unit.record(action, project_id=form.project_id, form_id=form.id, target_id=row.id,
                details={"name": row.name, **details})
