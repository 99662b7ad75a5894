"""Room of what an export would take out: how many records, and which columns about people a recipe leaves open.

It must not protect anything (`domain/cleaning`). The page of exports warns by it; statistics only count such columns.
"""

from collections import OrderedDict
from dataclasses import dataclass
from time import monotonic

from collector.domain.cleaning.settings import EVERY
from collector.domain.tabular.shape import PERSONAL, PRIVACY, SENSITIVE, Variable
from collector.services import recipes
from collector.services.extracting import Extract
from collector.services.unit import UnitOfWork

PATIENCE = 1.0  # seconds
REMEMBERED = 50


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


def records_out(unit: UnitOfWork, extract: Extract, recipe_id: int | None, patience: float = PATIENCE) -> int | None:
    """How many records come out of an extract, raw or after a recipe; None when that takes longer to count."""
    if recipe_id is None:
        return extract.total
    from collector.services import cleaning  # what it needs is read into memory by whoever cleans
    kept = recipes.find_recipe(unit, extract.project_id, extract.form.xml_form_id, recipe_id)
    remembered: OrderedDict = unit.units.memory.setdefault("records out", OrderedDict())
    key = (extract.form.id, extract.narrowed.scope, extract.filter, recipe_id, kept.version.number)
    if remembered.get(key, (None,))[0] != extract.edition:
        steps = cleaning.open_cleaned(unit, extract, recipe_id).cleaning
        until, count = monotonic() + patience, 0
        looks = (steps.survey, None) if steps.needs_survey else (None,)
        for look in looks:
            for batch in extract.batches(unit):
                if monotonic() > until:
                    return None
                if look is not None:
                    look(batch)
                else:
                    count += len(steps.clean(batch).root)
            if look is not None:
                steps.settle()
        remembered[key] = (extract.edition, count)
        while len(remembered) > REMEMBERED:
            remembered.popitem(last=False)
    return remembered[key][1]
