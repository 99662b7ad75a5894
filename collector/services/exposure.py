"""Room of what leaves the house about people: columns that somebody classified, and which of them a recipe leaves open.

It must not protect anything (`domain/cleaning`). The page of exports warns by it; statistics only count such columns.
"""

from dataclasses import dataclass

from collector.domain.cleaning.settings import EVERY
from collector.domain.tabular.shape import PERSONAL, PRIVACY, SENSITIVE, Variable
from collector.services import recipes
from collector.services.extracting import Extract
from collector.services.unit import UnitOfWork


@dataclass(frozen=True, slots=True)
class Exposure:
    """Columns that come out as they were sent. classified: whether anybody ever classified a column of the form;
    guarded: personal and sensitive columns that come out masked, by pseudonyms or less exact."""

    classified: bool
    personal: tuple[Variable, ...]
    sensitive: tuple[Variable, ...]
    guarded: tuple[Variable, ...] = ()


def classes_of(unit: UnitOfWork, project_id: int, xml_form_id: str) -> dict[str, str]:
    """{id of a variable: its most private class in any recipe of the form}; '*' for all. Raises 404.1, 403.1."""
    found: dict[str, str] = {}
    for kept in recipes.list_recipes(unit, project_id, xml_form_id):
        for step in kept.recipe.steps:
            if step.on and step.type == "classify":
                for id in step.settings.columns:
                    found[id] = max(found.get(id, PRIVACY[0]), step.settings.privacy, key=PRIVACY.index)
    return found


def class_of(classes: dict[str, str], variable: Variable) -> str:
    """The class of a variable of raw data, by what `classes_of` gave."""
    everything = PRIVACY[0] if variable.is_fact else classes.get(EVERY, PRIVACY[0])
    return max(variable.privacy, classes.get(variable.id, everything), key=PRIVACY.index)


def exposure_of(unit: UnitOfWork, extract: Extract, recipe_id: int | None) -> Exposure:
    """What comes out of an extract about people, raw or after a recipe. Raises 404.1, 403.1."""
    classes = classes_of(unit, extract.project_id, extract.form.xml_form_id)
    if recipe_id is None:
        seen = [(class_of(classes, one), one) for table in extract.tables for one in table.variables]
        return Exposure(bool(classes), *(tuple(one for kind, one in seen if kind == wanted)
                                         for wanted in (PERSONAL, SENSITIVE)))
    from collector.services import cleaning  # what it needs is read into memory by whoever cleans
    steps = cleaning.open_cleaned(unit, extract, recipe_id).cleaning
    every = [one for table in steps.tables for one in table.variables if one.privacy in (PERSONAL, SENSITIVE)]
    bare = [one for one in every if one.id not in steps.protected]
    return Exposure(bool(classes), *(tuple(one for one in bare if one.privacy == wanted)
                                     for wanted in (PERSONAL, SENSITIVE)),
                    tuple(one for one in every if one.id in steps.protected))
