"""Room where a recipe is carried out: the records of an extract as they are after its steps, in batches like its own.

It must not change any data nor keep recipes (`services/recipes`). Exports and statistics read through it.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from collector.domain import access
from collector.domain.checking import findings
from collector.domain.checking.lists import Lists, Shelf
from collector.domain.checking.phone import Pulled
from collector.domain.cleaning.counting import wanted
from collector.domain.cleaning.ground import Circumstances
from collector.domain.cleaning.recipe import Recipe
from collector.domain.cleaning.running import Cleaning
from collector.domain.tabular.shape import Batch, DataTable
from collector.services import checkers, recipes
from collector.services.extracting import PAGE, Extract
from collector.services.unit import UnitOfWork
from collector.store.queries import extracts, projects
from collector.store.queries import recipes as queries

SURVEYED = 2000  # records in a batch of a look ahead: fewer round trips, few variables
EMPTY = Recipe(())


@dataclass(slots=True)
class Cleaned:
    """An extract after a recipe; tables, total, last, edition and filter as the extract has them.

    kept: the recipe in its version, None where there is none. cleaning: what its steps did, once batches were read.
    """

    extract: Extract
    kept: recipes.Kept | None
    cleaning: Cleaning
    _surveyed: bool = False

    def __getattr__(self, name: str):
        return getattr(self.extract, name)

    @property
    def tables(self) -> tuple[DataTable, ...]:
        """The tables after the last step."""
        return self.cleaning.tables

    def batches(self, unit: UnitOfWork, page: int = PAGE) -> Iterator[Batch]:
        """All records that stay, newest first; a recipe that compares records looks through all of them before."""
        self.survey(unit)
        for batch in self.extract.batches(unit, page):
            yield self.cleaning.clean(batch)

    def survey(self, unit: UnitOfWork) -> None:
        """Nothing; steps that compare records have seen all."""
        if self.cleaning.needs_survey and not self._surveyed:
            for batch in self.extract.batches(unit, SURVEYED, wanted(self.cleaning)):
                self.cleaning.survey(batch)
            self.cleaning.settle()
        self._surveyed = True


def open_cleaned(unit: UnitOfWork, extract: Extract, recipe_id: int | None, version: int | None = None) -> Cleaned:
    """The records of an extract after a recipe of its form, in its version in force or in this one.

    For reading units. Raises 404.1, 403.1.
    """
    kept = None if recipe_id is None else recipes.find_recipe(
        unit, extract.project_id, extract.form.xml_form_id, recipe_id, version)
    return Cleaned(extract, kept, prepared(unit, extract, kept.recipe if kept else EMPTY))


def prepared(unit: UnitOfWork, extract: Extract, recipe: Recipe) -> Cleaning:
    """A recipe made ready for the tables of an extract. For reading units. Raises 404.1, 403.1."""
    unit.require(recipes.READ, extract.form)
    return Cleaning(recipe, extract.tables, circumstances(unit, extract, recipe))


def circumstances(unit: UnitOfWork, extract: Extract, recipe: Recipe) -> Circumstances:
    """What a recipe needs to know beside the data. Raises 404.1, 403.1."""
    unit.require(recipes.READ, extract.form)
    project = projects.find_project(unit.session, extract.project_id)
    medium, entity_lists = checkers.lists_of(unit, extract.form.current_version_id, extract.model)
    lists = Lists(Shelf(extract.model), findings.Circumstances(media=medium, entity_lists=entity_lists))
    states = extracts.count_states(unit.session, extract.narrowed._replace(states=None, since=None, until=None))
    return Circumstances(
        pseudonym_key=_key(unit, extract.project_id) if _has_pseudonyms(recipe) else b"",
        review_in_use=states.get("approved", 0) > 0, root_name=extract.model.root_name,
        zone=ZoneInfo(project.timezone), instances=lists, media=Pulled(lists), language=extract.model.default_language)


def pseudonym_key(unit: UnitOfWork, project_id: int) -> bytes:
    """The secret of a project's pseudonyms, for who runs a recipe's script elsewhere. Raises 403.1, 404.1."""
    unit.require_system()
    unit.require("project.read", projects.find_project(unit.session, project_id))
    key = _key(unit, project_id)
    unit.rest()
    unit.units.write(unit.actor, lambda writing: writing.record("pseudonym_key.read", project_id=project_id))
    return key


def _has_pseudonyms(recipe: Recipe) -> bool:
    return any(step.on and step.type == "protect" and step.settings.how == "pseudonym" for step in recipe.steps)


def _key(unit: UnitOfWork, project_id: int) -> bytes:
    """The secret of the project's pseudonyms, made when it is first needed; of two makers one wins."""
    key = queries.find_key(unit.session, project_id)
    if key is None:
        made = secrets.token_bytes(32)
        unit.rest()
        key = unit.units.write(access.SYSTEM, lambda writing: _keep_key(writing, project_id, made))
    return key


def _keep_key(unit: UnitOfWork, project_id: int, made: bytes) -> bytes:
    queries.add_key(unit.session, project_id, made, unit.now())
    return queries.find_key(unit.session, project_id)
