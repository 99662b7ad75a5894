"""Pages of entity lists: those of a project, one with search, filter and map, its settings, what waits or went wrong.

It must not change entities (`pages/entities`) nor settle conflicts (`pages/conflicts`). Files come in by
`pages/entity_imports`.
"""

import json

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from collector.domain import problems
from collector.domain.problems import Problem
from collector.services import actor_properties, entities, entity_acts, list_files, projects
from collector.services import datasets as services
from collector.services.entities import Narrowing
from collector.services.unit import UnitOfWork
from collector.web.blueprint import UnitBlueprint
from collector.web.pages.entity_words import fault_words
from collector.web.pages.inputs import DatasetInput, EntityFilter, PropertyInput
from collector.web.pages.record_map import Map
from collector.web.pages.showing import fragment_or_page, go, number_asked, number_in, page, told
from collector.web.streams import list_answer

pages = UnitBlueprint("datasets", __name__, url_prefix="/projects/<int:project_id>/lists", dialect="html")
ONE = "/<segment:list_name>"
AT_ONCE = 50
PINS = 200
COLUMNS = 4  # properties beside the label


@pages.get("", endpoint="list")
def show_all(unit: UnitOfWork, project_id: int):
    """The lists of a project, and the way to a new one."""
    return _all(unit, project_id, DatasetInput())


@pages.post("")
def create(unit: UnitOfWork, project_id: int):
    """The new list; or the lists again with what stands against it."""
    given = DatasetInput()
    if not given.validate():
        return _all(unit, project_id, given, 422)
    try:
        made = services.create_dataset(unit, project_id, given.name.data.strip(), given.approval.data)
    except Problem as problem:
        if problem.status not in (400, 409):
            raise
        unit.undo()
        given.name.errors = [told(problem)]
        return _all(unit, project_id, given, problem.status)
    return go(url_for("datasets.settings", project_id=project_id, list_name=made.name),
              _("El padrón está creado. Añada sus propiedades."))


@pages.post("/restore/<int:dataset_id>")
def restore(unit: UnitOfWork, project_id: int, dataset_id: int):
    """The list, back from the trash; or the lists, when another has its name now."""
    try:
        found = services.restore_dataset(unit, project_id, dataset_id)
    except Problem as problem:
        if problem.status != 409:
            raise
        unit.undo()
        return go(url_for("datasets.list", project_id=project_id),
                  _("No se restauró: ya hay otro padrón con ese nombre."), "error")
    return go(_address(found), _("El padrón está de vuelta, con sus fichas."))


@pages.get(ONE)
def show(unit: UnitOfWork, project_id: int, list_name: str):
    """The entities that the address asks for, newest first."""
    found = projects.find_project(unit, project_id)
    dataset = services.find_dataset(unit, project_id, list_name)
    given, before = EntityFilter(request.args), number_asked("before")
    told_of = services.describe(unit, dataset)
    names = [one.name for one in told_of.properties]
    asked = _narrowing(given, names)
    rows = entities.list_entities(unit, dataset, asked, AT_ONCE + 1, before)
    after = None
    if len(rows) > AT_ONCE:
        rows = rows[:AT_ONCE]
        after = _filtered(dataset, before=rows[-1].id)
    whole = before is None and after is None
    total = len(rows) if whole else _total(unit, dataset, asked, told_of.tally)
    return fragment_or_page(
        unit, "datasets/show.html", "datasets/_rows.html", project=found, tab="datasets", dataset=dataset,
        described=told_of, input=given, rows=rows, after=after, first=_filtered(dataset) if before else None,
        names=[name for name in names if name != "geometry"], shown=_columns(names, rows), total=total,
        states=_states(unit, dataset, told_of, given), chips=_chips(dataset, given), undone=_waiting(unit, dataset),
        map=_map(unit, project_id, dataset, rows), trash=asked.deleted)


@pages.get(ONE + "/list.csv", endpoint="csv")
def as_csv(unit: UnitOfWork, project_id: int, list_name: str):
    """The list as phones get it whole: name, label, __version and its properties."""
    dataset = services.find_dataset(unit, project_id, list_name)
    unit.require("entity.list", dataset)
    return list_answer(list_files.list_file(unit, dataset), f"{dataset.name}.csv")


@pages.get(ONE + "/waiting")
def waiting(unit: UnitOfWork, project_id: int, list_name: str):
    """What records ask of the list and was not done: what waits for approval, for an earlier change, what failed."""
    found = projects.find_project(unit, project_id)
    dataset = services.find_dataset(unit, project_id, list_name)
    acts = {state: entity_acts.list_acts(unit, dataset, state) for state in ("failed", "approval", "held")}
    return page(unit, "datasets/waiting.html", found, "datasets", dataset=dataset, acts=acts, fault_words=fault_words,
                days=unit.settings.held_days)


@pages.post(ONE + "/waiting/<int:act_id>/force")
def force(unit: UnitOfWork, project_id: int, list_name: str, act_id: int):
    """What waits, after the change was done upon what stands there now."""
    dataset = services.find_dataset(unit, project_id, list_name, "entity.update")
    back = url_for("datasets.waiting", project_id=project_id, list_name=list_name)
    try:
        act = entity_acts.force_held(unit, act_id)
    except Problem as problem:
        if problem.status != 409:
            raise
        unit.undo()
        return go(back, _("Ya no esperaba: el cambio anterior llegó y los dos están hechos."), "note")
    if act.dataset_id != dataset.id:
        raise problems.not_found("El cambio", "The change")
    if act.state == "failed":
        return go(back, _("No se pudo aplicar. Vea por qué y qué hacer."), "error")
    return go(back, _("El cambio está aplicado sin esperar al anterior."))


@pages.get(ONE + "/settings")
def settings(unit: UnitOfWork, project_id: int, list_name: str):
    """What the list asks for, who gets which part of it, its properties."""
    return _settings(unit, project_id, list_name, PropertyInput())


@pages.post(ONE + "/settings")
def keep_settings(unit: UnitOfWork, project_id: int, list_name: str):
    """The settings, kept."""
    dataset = services.find_dataset(unit, project_id, list_name, "dataset.update")
    approval, kind = "approval" in request.form, request.form.get("access", "")
    limit = {"ownerOnly": {"type": "ownerOnly"}, "property": {"type": "property", "rules": _rules()}}.get(kind)
    opens = dataset.approval_required and not approval
    try:
        dataset = services.update_dataset(unit, dataset, approval_required=approval, access_filter=limit)
        if opens and "convert" in request.form:
            made = entity_acts.approve_waiting(unit, dataset)
            return go(_settings_address(dataset), ngettext(
                "Guardado. %(num)s registro que esperaba creó su ficha.",
                "Guardado. %(num)s registros que esperaban crearon las suyas.", made))
    except Problem as problem:
        if problem.status not in (400, 409):
            raise
        unit.undo()
        fault = _("Elija al menos una propiedad del padrón y otra de los teléfonos.") if kind == "property" and not \
            limit["rules"] else told(problem)
        return _settings(unit, project_id, list_name, PropertyInput(formdata=None), problem.status, fault)
    return go(_settings_address(dataset), _("Los ajustes del padrón se guardaron."))


@pages.post(ONE + "/properties")
def add_property(unit: UnitOfWork, project_id: int, list_name: str):
    """The settings with one property more."""
    given = PropertyInput()
    if not given.validate():
        return _settings(unit, project_id, list_name, given, 422)
    dataset = services.find_dataset(unit, project_id, list_name, "dataset.update")
    try:
        services.add_property(unit, dataset, given.name.data.strip())
    except Problem as problem:
        if problem.status not in (400, 409):
            raise
        unit.undo()
        given.name.errors = [told(problem)]
        return _settings(unit, project_id, list_name, given, problem.status)
    return go(_settings_address(dataset), _("La propiedad está en el padrón."))


@pages.post(ONE + "/properties/<segment:property_name>/delete")
def drop_property(unit: UnitOfWork, project_id: int, list_name: str, property_name: str):
    """The settings without the property; or why it cannot go."""
    dataset = services.find_dataset(unit, project_id, list_name, "dataset.update")
    try:
        services.delete_property(unit, dataset, property_name)
    except Problem as problem:
        if problem.status != 409:
            raise
        unit.undo()
        return go(_settings_address(dataset), told(problem), "error")
    return go(_settings_address(dataset), _("La propiedad se quitó."))


@pages.post(ONE + "/delete")
def drop(unit: UnitOfWork, project_id: int, list_name: str):
    """The lists, this one in the trash; or why it cannot go."""
    dataset = services.find_dataset(unit, project_id, list_name, "dataset.delete")
    try:
        services.delete_dataset(unit, dataset)
    except Problem as problem:
        if problem.status != 409:
            raise
        unit.undo()
        return go(_settings_address(dataset), told(problem), "error")
    return go(url_for("datasets.list", project_id=project_id), _("El padrón está en la papelera, con sus fichas."))


def _all(unit: UnitOfWork, project_id: int, given: DatasetInput, status: int = 200):
    found = projects.find_project(unit, project_id)
    listed = services.list_datasets(unit, project_id)
    gone = services.list_datasets(unit, project_id, deleted=True) if unit.may("dataset.delete", found) else []
    return page(unit, "datasets/list.html", found, "datasets", status, lists=listed, gone=gone, input=given,
                tallies=services.tallies(unit, listed), open={one.id: _waiting(unit, one) for one in listed})


def _settings(unit: UnitOfWork, project_id: int, list_name: str, given: PropertyInput, status: int = 200,
              fault: str = ""):
    found = projects.find_project(unit, project_id)
    dataset = services.find_dataset(unit, project_id, list_name)
    held = actor_properties.list_properties(unit, project_id) if unit.may("actor_property.list", found) else []
    return page(unit, "datasets/settings.html", found, "datasets", status, dataset=dataset, input=given, fault=fault,
                described=services.describe(unit, dataset), held=[one.name for one in held],
                rules=(dataset.access_filter or {}).get("rules", []), undone=_waiting(unit, dataset))


def _waiting(unit: UnitOfWork, dataset) -> dict[str, int]:
    """{state: how many acts}, of those states that have any; for who may see them."""
    if not unit.may("entity.list", dataset):
        return {}
    counts = {state: len(entity_acts.list_acts(unit, dataset, state)) for state in ("failed", "approval", "held")}
    return {state: count for state, count in counts.items() if count}


def _narrowing(given: EntityFilter, names: list[str]) -> Narrowing:
    name, value = given.property.data or "", (given.value.data or "").strip()
    state = given.state.data or ""
    creator = number_in(given.creator.data or "")
    return Narrowing((given.q.data or "").strip(), "any" if state == "conflict" else "", state == "trash",
                     ((name, value),) if name in names and value else (), (creator,) if creator is not None else ())


def _total(unit: UnitOfWork, dataset, asked: Narrowing, tally) -> int:
    """How many entities the filter finds; what the list counts anyway is not counted again."""
    if asked.search or asked.values or asked.creators or asked.deleted:
        return entities.count_entities(unit, dataset, asked)
    return tally.conflicts if asked.conflict else tally.entities


def _columns(names: list[str], rows: list) -> list[str]:
    """The properties that stand beside the label: the first that have values on this page."""
    filled = [name for name in names if name != "geometry" and any(row.data.get(name) for row in rows)]
    return (filled or names)[:COLUMNS]


def _states(unit: UnitOfWork, dataset, described, given: EntityFilter) -> list[tuple]:
    """(name, words, count or None, address) of the tabs."""
    tabs = [("", _("Todas"), described.tally.entities), ("conflict", _("En conflicto"), described.tally.conflicts)]
    if unit.may("entity.restore", dataset):
        tabs.append(("trash", _("Papelera"), None))
    return [(name, words, count, _filtered(dataset, state=name or None)) for name, words, count in tabs]


def _chips(dataset, given: EntityFilter) -> list[tuple[str, str]]:
    told_of = []
    if given.q.data:
        told_of.append((f"«{given.q.data}»", _filtered(dataset, q=None)))
    if given.property.data and given.value.data:
        told_of.append((f"{given.property.data}: {given.value.data}", _filtered(dataset, property=None, value=None)))
    return told_of


def _map(unit: UnitOfWork, project_id: int, dataset, rows: list) -> Map:
    """The entities of this page that have a place."""
    pins = [(row.label, row) for row in rows if row.latitude is not None][:PINS]
    points = json.dumps([[row.latitude, row.longitude, label] for label, row in pins])
    return Map(pins, points, "[]", unit.settings.map_tiles, unit.settings.map_credit)


def _rules() -> list[dict]:
    pairs = zip(request.form.getlist("ours"), request.form.getlist("theirs"), strict=False)
    return [{"datasetProperty": ours, "actorProperty": theirs} for ours, theirs in pairs if ours and theirs]


def _address(dataset) -> str:
    return url_for("datasets.show", project_id=dataset.project_id, list_name=dataset.name)


def _settings_address(dataset) -> str:
    return url_for("datasets.settings", project_id=dataset.project_id, list_name=dataset.name)


def _filtered(dataset, **changes) -> str:
    asked = {key: request.args[key] for key in ("q", "property", "value", "state", "creator") if request.args.get(key)}
    return url_for("datasets.show", project_id=dataset.project_id, list_name=dataset.name, **{**asked, **changes})
