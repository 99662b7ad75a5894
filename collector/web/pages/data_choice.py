"""Room of what pages about data share: which form, raw or by which recipe, which states and days.

It must not read records. Pages of `exports` and `statistics` offer what is made here and read it back.
"""

from dataclasses import dataclass

from flask_babel import get_locale
from flask_babel import gettext as _

from collector.domain.tabular.shape import Manner
from collector.domain.tabular.variables import languages_of
from collector.services import forms, projects, recipes
from collector.services.extracting import Filter
from collector.services.filters import sensible as sensible_day
from collector.services.records import STATES
from collector.services.unit import UnitOfWork

UNREJECTED = "unrejected"


@dataclass(frozen=True, slots=True)
class Choice:
    """A form whose data may be read, among its like. recipes: of the form, by name."""

    forms: list
    view: forms.FormView
    recipes: list[recipes.Kept]

    @property
    def form_id(self) -> str:
        """The form's own id."""
        return self.view.form.xml_form_id

    @property
    def title(self) -> str:
        """What the form is called."""
        return self.view.version.title or self.form_id

    def recipe(self, asked: str | None) -> recipes.Kept | None:
        """The recipe of this number, None for raw data and for whatever else stands there."""
        return next((one for one in self.recipes if str(one.row.id) == asked), None)


def choose_form(unit: UnitOfWork, project_id: int, asked: str | None) -> Choice | None:
    """The form asked for, else the one that had a record last; None when there is none yet. Raises 404.1, 403.1."""
    projects.find_within(unit, project_id, "submission.read")
    views = [one for one in forms.list_forms(unit, project_id, extended=not asked)
             if not one.is_draft and unit.may("submission.read", one.form)]
    if not views:
        return None
    view = next((one for one in views if one.form.xml_form_id == asked), None)
    if view is None and asked:
        forms.find_form(unit, project_id, asked)  # says what is wrong with it
    if view is None:
        view = max(views, key=lambda one: (one.tally is not None and one.tally.last is not None,
                                           one.tally.last if one.tally and one.tally.last else one.form.id))
    return Choice(views, view, recipes.list_recipes(unit, project_id, view.form.xml_form_id))


def form_choices(choice: Choice) -> dict[str, str]:
    """{id: title} of the forms."""
    return {one.form.xml_form_id: one.version.title or one.form.xml_form_id for one in choice.forms}


def recipe_choices(choice: Choice) -> dict[str, str]:
    """{number: name and version} of the recipes after no recipe."""
    return {"": _("Sin limpiar")} | {str(one.row.id): recipe_words(one) for one in choice.recipes}


def recipe_words(kept: recipes.Kept) -> str:
    """'Receta «Mensual», versión 12'."""
    return _("Receta «%(name)s», versión %(version)s", name=kept.row.name, version=kept.version.number)


def state_choices() -> dict[str, str]:
    """{what the address says: words} of states, one or several."""
    return {"": _("Todos los estados"), "approved": _("Sólo aprobados"), UNREJECTED: _("Todos menos los rechazados"),
            "received": _("Sólo recibidos"), "edited": _("Sólo editados"), "hasIssues": _("Sólo con observaciones"),
            "rejected": _("Sólo rechazados")}


def filter_of(given) -> Filter:
    """The filter that the inputs `state`, `since` and `until` ask for; what makes no sense there narrows nothing."""
    states = {UNREJECTED: tuple(one for one in STATES if one != "rejected")}.get(
        given.state.data, (given.state.data,) if given.state.data in STATES else None)
    return Filter(states, sensible_day(given.since.data), sensible_day(given.until.data))


def manner_of(model) -> Manner:
    """How labels of this form's model read in the language of the page."""
    return Manner(languages_of(model, str(get_locale())[:2]))
