"""Room that lays out the page of one recipe: its steps with what they changed, one step open, notices, a conflict.

It must not change recipes. `pages/recipes` and `pages/recipe_steps` answer with it.
"""

from dataclasses import dataclass, field

from flask import Response, request, url_for
from flask_babel import gettext as _

from collector.domain.cleaning.recipe import Recipe, as_plain, read_recipe
from collector.domain.problems import Problem
from collector.domain.tabular.shape import DataTable, Manner
from collector.services import forms, offering, previewing, projects, recipe_counts, recipes, records
from collector.services.unit import UnitOfWork
from collector.web.pages.recipe_words import Line, differences, is_english, manner_of, shown_value, told_line
from collector.web.pages.showing import go, number_asked, page, told
from collector.web.pages.step_asks import GROUPS, TYPES
from collector.web.pages.step_inputs import Input, Typed, inputs_of, pairs_text, place_errors
from collector.web.wording import shortened

NEW = "new"  # the id of a step that is not kept yet


@dataclass(slots=True)
class Attempt:
    """A step as somebody typed it and it is not kept. step: plain; problem: what stands against it; trial: it was not
    meant to be kept yet."""

    step: dict
    typed: Typed
    problem: Problem | None = None
    trial: bool = False


@dataclass(slots=True)
class Open:
    """The step that is open. examples, cumulative: rows of the tables of before and after; tried: it is not kept."""

    id: str
    type: str
    name: str
    line: Line | None
    inputs: list[Input]
    reason: str
    problem: str = ""
    tried: bool = False
    trial: bool = False
    seen: object = None
    preview: object = None
    examples: list = field(default_factory=list)
    cumulative: list = field(default_factory=list)
    offered: object = None


def show_place(project_id: int, form_id: str, number: int, **asked) -> str:
    """The address of a recipe."""
    return url_for("recipes.show", project_id=project_id, form_id=form_id, number=number, **asked)


def exports_place(project_id: int, form_id: str, number: int) -> str:
    """The address where files are made with this recipe."""
    return url_for("exports.show", project_id=project_id, form=form_id, data=number)


def list_place(project_id: int, form_id: str, **asked) -> str:
    """The address of the recipes of a form."""
    return url_for("recipes.list", project_id=project_id, form_id=form_id, **asked)


def recipe_page(unit: UnitOfWork, project_id: int, form_id: str, number: int, step_id: str = "",
                adding: str | None = None, attempt: Attempt | None = None, problem: Problem | None = None,
                made_from: int | None = None) -> Response:
    """The recipe, with a step open or being made, and with what stands against what somebody tried."""
    found, view = projects.find_project(unit, project_id), forms.find_form(unit, project_id, form_id)
    asked = number_asked("version") if request.method == "GET" else None
    kept = recipes.find_recipe(unit, project_id, form_id, number, asked)
    can = unit.may("recipe.update", view.form) and kept.version.number == kept.row.version
    plain = as_plain(kept.recipe)["steps"]
    open_id = attempt.step["id"] if attempt else step_id if kept.recipe.step(step_id) else ""
    problem = problem or (attempt.problem if attempt else None)
    seen, fault = _previewed(unit, (project_id, form_id), plain)
    tables = _tables(seen) or recipes.list_tables(unit, project_id, form_id)
    by_id = {one.id: one for one in seen.steps} if seen else {}
    waiting = [one for one in recipe_counts.list_notices(unit, project_id, form_id) if one.recipe.id == number]
    noticed = {one.step_id for one in waiting}
    lines = [told_line(one, at, tables, by_id.get(one.id), one.id in noticed)
             for at, one in enumerate(kept.recipe.steps, 1)]
    opened = None
    if open_id or (adding in TYPES and can):
        opened = _opened(unit, (project_id, form_id), kept.recipe, open_id or NEW, adding, attempt, lines)
    status = problem.status if problem is not None and problem.status in (404, 409) else 422 if problem or (
        attempt and attempt.typed.errors) else 200
    if attempt and attempt.trial:
        status = 200  # it was looked at, as asked; and htmx shows no other
    return page(
        unit, "recipes/show.html", found, "recipes", status, form=view.form, title=view.version.title or form_id,
        kept=kept, lines=lines, seen=seen, opened=opened, pairs_text=pairs_text, can=can, fault=fault,
        numbers=_numbers(seen), exports_page=exports_place(project_id, form_id, number),
        types=[(words, types.items()) for words, types in GROUPS] if adding == "" and can else None,
        notices=_notices(waiting, lines), was=number_asked("was"),
        did=request.args.get("did", ""), base=made_from if attempt and status != 409 else kept.version.number,
        clash=_clash(unit, (project_id, form_id, number), kept, tables, made_from)
        if problem is not None and "author" in problem.details else None, told=problem and told(problem),
        place={"project_id": project_id, "form_id": form_id, "number": number})


def numbers_fragment(unit: UnitOfWork, project_id: int, form_id: str, number: int) -> Response:
    """How many records enter the recipe and leave it; to a browser without script, its page."""
    if request.headers.get("HX-Request") != "true":
        return go(show_place(project_id, form_id, number))
    found = projects.find_project(unit, project_id)
    kept = recipes.find_recipe(unit, project_id, form_id, number)
    seen, _fault = _previewed(unit, (project_id, form_id), as_plain(kept.recipe)["steps"])
    return page(unit, "recipes/_numbers.html", found, numbers=_numbers(seen), seen=seen)


def _with_attempt(steps: list[dict], attempt: Attempt | None) -> list[dict]:
    """The plain steps with the one that was tried in its place; as they are when it cannot be read."""
    if attempt is None or attempt.problem is not None or attempt.typed.errors or attempt.typed.unfinished:
        return steps
    if attempt.step["id"] == NEW:
        return [*steps, attempt.step]
    return [attempt.step if one["id"] == attempt.step["id"] else one for one in steps]


def _previewed(unit: UnitOfWork, place: tuple, steps: list[dict], open_id: str | None = None):
    """(preview, None), or (None, why there is none)."""
    try:
        return previewing.preview(unit, *place, steps, open_id), None
    except Problem as problem:
        if problem.status not in (409, 503):
            raise
        return None, told(problem)


def _tables(seen) -> tuple[DataTable, ...]:
    return (*seen.tables_before, *seen.tables) if seen else ()


def _opened(unit: UnitOfWork, place: tuple, recipe: Recipe, open_id: str, adding: str | None,
            attempt: Attempt | None, lines: list[Line]) -> Open:
    line = next((one for one in lines if one.id == open_id), None)
    step = recipe.step(open_id)
    plain = attempt.step if attempt else next(
        (one for one in as_plain(recipe)["steps"] if one["id"] == open_id), None)
    kind = plain["type"] if plain else adding
    settings = attempt.typed.settings if attempt else plain["settings"] if plain else _asked_settings(kind)
    before = as_plain(recipe)["steps"]
    if step is not None:
        before = before[:[one["id"] for one in before].index(open_id)]
    column = settings.get("column", "") if kind in ("recode", "merge") and settings else ""
    offered = offering.offer(unit, *place, before, column)
    manner = manner_of(offered.tables)
    inputs = inputs_of(kind, settings, offered.tables, manner, _choices(offered, column, manner))
    problem = ""
    if attempt:
        against = attempt.problem if attempt.problem and attempt.problem.status == 400 else None
        problem = place_errors(inputs, attempt.typed.errors, against, told(against) if against else "")
        for one in inputs:
            one.rows = attempt.typed.rows if one.ask.kind == "pairs" else []
    found = Open(open_id, kind, str(TYPES[kind][0]), line, inputs, (plain or {}).get("reason", ""), problem,
                 attempt is not None, attempt is not None and attempt.trial, offered=offered)
    steps = _with_attempt(as_plain(recipe)["steps"], attempt)
    if any(one["id"] == open_id for one in steps):
        _add_examples(unit, place, found, steps, manner)
    return found


def _add_examples(unit: UnitOfWork, place: tuple, found: Open, steps: list[dict], manner: Manner) -> None:
    """Nothing; the open step has what it changes, alone and with those before it."""
    found.preview, _fault = _previewed(unit, place, steps, found.id)
    if found.preview is None:
        return
    found.seen = found.preview.steps[-1]
    both = (found.preview.examples, found.preview.all_examples)
    names = _names(unit, place, [*both[0], *both[1]])
    found.examples, found.cumulative = ([_row(one, names, _tables(found.preview), manner) for one in each]
                                        for each in both)


def _asked_settings(kind: str) -> dict | None:
    """What an address says already of a new step, such as the cell to correct."""
    names = {ask.name for ask in TYPES[kind][2] if ask.kind in ("text", "column", "table")}
    found = {name: request.args[name] for name in names if request.args.get(name)}
    return found or None


def _choices(offered: offering.Offered, column: str, manner: Manner) -> list[tuple[str, str, int | None]]:
    """(value, words, rows that have it): what occurs, then the choices that nobody chose."""
    variable = offered.variable(column) if column else None
    if variable is None:
        return []
    labels = {one.name: manner.text(one.labels) for one in variable.categories}
    occurs = [(value, labels.get(value) or "", count) for value, count in offered.values]
    taken = {value for value, _words, _count in occurs}
    rest = [(name, words, 0) for name, words in labels.items() if name not in taken][:offering.MOST]
    return occurs + (rest if offered.complete else [])


def _names(unit: UnitOfWork, place: tuple, examples: list) -> dict[str, str]:
    """{instanceID: name of the record} of the records of examples."""
    found = {}
    for instance in dict.fromkeys(one.instance for one in examples):
        try:
            found[instance] = records.find_record(unit, *place, instance).submission.name or ""
        except Problem:
            found[instance] = ""
    return found


def _row(example, names: dict[str, str], tables, manner: Manner) -> tuple:
    """(instanceID, words of the record and row, key, column id, words of the column, table, before, after)."""
    row = example.key.rpartition("/")[2]
    words = names.get(example.instance) or shortened(example.instance)
    table = next((one for one in tables if one.variable(example.variable) is not None), None)
    variable = table.variable(example.variable) if table else None
    return (example.instance, f"{words} · {row}" if row else words, example.key, example.variable,
            manner.label(variable) if variable else example.variable.rpartition(":")[2], table.path if table else "",
            shown_value(example.before), shown_value(example.after))


def _notices(waiting: list, lines: list[Line]) -> list[tuple]:
    """(step id, title, text) of what changed since steps were last counted."""
    at = {one.id: one.number for one in lines}
    found = []
    for one in waiting:
        if one.step_id not in at:
            continue
        here = at[one.step_id]
        if one.kind == "nothing":
            found.append((one.step_id, _("El paso %(number)s ya no encuentra nada.", number=here),
                          _("Antes cambiaba %(before)s. Puede que la pregunta o sus opciones tengan otro nombre en la "
                            "versión de ahora.", before=one.before or 0)))
        elif one.kind == "more":
            found.append((one.step_id, _("El paso %(number)s cambia mucho más que antes.", number=here),
                          _("Antes cambiaba %(before)s y ahora %(now)s. Revise si todavía es lo que quería.",
                            before=one.before or 0, now=one.now)))
        else:
            found.append((one.step_id, _("El paso %(number)s no se puede aplicar.", number=here),
                          (one.en if is_english() else one.es) or ""))
    return found


def _clash(unit: UnitOfWork, place: tuple, kept: recipes.Kept, tables, made_from: int | None):
    """(who, when, what they changed) since the version that somebody had before them."""
    try:
        before = recipes.find_recipe(unit, *place, made_from).recipe
    except Problem:
        before = read_recipe({"steps": []})
    return kept.author or "", kept.version.at, differences(before, kept.recipe, tables)


def _numbers(seen) -> tuple[int, int] | None:
    """(records that enter, records that leave) as far as they were counted."""
    if seen is None:
        return None
    gone = sum(one.rows_in - one.rows_out for one in seen.steps if one.table == "")
    return seen.records, seen.records - gone
