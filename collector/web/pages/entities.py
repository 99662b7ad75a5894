"""Pages of one entity: its properties, versions with their differences, the records that made it, what it is tied to.

It must not settle conflicts (`pages/conflicts`) nor write versions (`services/entities`).
"""

from flask import request, url_for
from flask_babel import gettext as _

from collector.domain.problems import Problem
from collector.services import datasets, entities, entity_desk, entity_links, projects
from collector.services.entity_versions import Source
from collector.services.unit import UnitOfWork
from collector.web.blueprint import UnitBlueprint
from collector.web.pages.entity_words import history
from collector.web.pages.record_map import Map
from collector.web.pages.showing import go, number_in, page, told

pages = UnitBlueprint("entities", __name__, url_prefix="/projects/<int:project_id>/lists/<segment:list_name>/entities",
                      dialect="html")
ONE = "/<segment:uuid>"
LONGEST = 10_000


@pages.get("/-/new")
def new(unit: UnitOfWork, project_id: int, list_name: str):
    """An empty entity to fill."""
    unit.require("entity.create", datasets.find_dataset(unit, project_id, list_name))
    return _form(unit, project_id, list_name, None, "", {})


@pages.post("/-/new")
def create(unit: UnitOfWork, project_id: int, list_name: str):
    """The new entity; or the page again with what is wrong."""
    dataset = datasets.find_dataset(unit, project_id, list_name, "entity.create")
    label, data = _given()
    if not label:
        return _form(unit, project_id, list_name, None, label, data, _("Escriba el nombre de la ficha."), 422)
    try:
        one = entities.create_entity(unit, dataset, None, label, {name: text for name, text in data.items() if text},
                                     Source("page"))
    except Problem as problem:
        if problem.status not in (400, 409):
            raise
        unit.undo()
        return _form(unit, project_id, list_name, None, label, data, told(problem), problem.status)
    return go(_address(project_id, list_name, one.uuid), _("La ficha está en el padrón. Los teléfonos la reciben."))


@pages.get(ONE)
def show(unit: UnitOfWork, project_id: int, list_name: str, uuid: str):
    """One entity."""
    found = projects.find_project(unit, project_id)
    dataset = datasets.find_dataset(unit, project_id, list_name)
    one = entities.find_entity(unit, dataset, uuid, deleted=unit.may("entity.restore", dataset))
    names = [held.name for held in datasets.describe(unit, dataset).properties]
    versions = entities.versions_of(unit, dataset, one)
    ahead, back = entity_links.links_of(unit, dataset, one)
    tied = {name: link for link in ahead for name in link.properties}
    place = {"project_id": project_id, "list_name": dataset.name, "uuid": one.uuid}
    return page(
        unit, "entities/show.html", found, "datasets", dataset=dataset, one=one, place=place,
        names=[*names, *(name for name in one.data if name not in names)], tied=tied, ahead=ahead, back=back,
        history=history(versions, entity_links.history_of(unit, dataset, one)), versions=versions,
        records=_records(versions), map=_map(unit, one),
        undo=entity_desk.can_reopen(unit, dataset, one) if unit.may("entity.update", dataset) else None)


@pages.get(ONE + "/edit")
def edit(unit: UnitOfWork, project_id: int, list_name: str, uuid: str):
    """The entity to change by hand."""
    dataset = datasets.find_dataset(unit, project_id, list_name)
    one = entities.find_entity(unit, dataset, uuid, verb="entity.update")
    return _form(unit, project_id, list_name, one, one.label, one.data)


@pages.post(ONE + "/edit")
def save(unit: UnitOfWork, project_id: int, list_name: str, uuid: str):
    """The entity with a version more; or the page again, also when somebody changed it meanwhile."""
    dataset = datasets.find_dataset(unit, project_id, list_name)
    one = entities.find_entity(unit, dataset, uuid, verb="entity.update")
    label, data = _given()
    if not label:
        return _form(unit, project_id, list_name, one, label, data, _("Escriba el nombre de la ficha."), 422)
    changed = {name: text for name, text in data.items() if text != one.data.get(name, "")}
    renamed = label if label != one.label else None
    seen = number_in(request.form.get("seen", ""))
    if seen == one.version and renamed is None and not changed:
        return go(_address(project_id, list_name, uuid), _("Nada cambió."), "note")
    try:
        entities.update_entity(unit, dataset, uuid, renamed, changed, seen, source=Source("page"))
    except Problem as problem:
        if problem.status not in (400, 409):
            raise
        unit.undo()
        fault = told(problem)
        if problem.code == 409.15:
            fault = _("No se guardó: la ficha cambió mientras usted la editaba. Vea lo que vale ahora y guarde de "
                      "nuevo.")
        return _form(unit, project_id, list_name, one, label, data, fault, problem.status)
    return go(_address(project_id, list_name, uuid), _("La ficha tiene una versión nueva. La anterior se conserva."))


@pages.post(ONE + "/delete")
def drop(unit: UnitOfWork, project_id: int, list_name: str, uuid: str):
    """The entity in the trash, with the way back."""
    entities.delete_entity(unit, datasets.find_dataset(unit, project_id, list_name, "entity.delete"), uuid)
    return go(_address(project_id, list_name, uuid), _("La ficha está en la papelera. Los teléfonos ya no la reciben."))


@pages.post(ONE + "/restore")
def restore(unit: UnitOfWork, project_id: int, list_name: str, uuid: str):
    """The entity, back."""
    entities.restore_entity(unit, datasets.find_dataset(unit, project_id, list_name, "entity.restore"), uuid)
    return go(_address(project_id, list_name, uuid), _("La ficha está de vuelta."))


def _form(unit: UnitOfWork, project_id: int, list_name: str, one, label: str, data: dict, fault: str = "",
          status: int = 200):
    found = projects.find_project(unit, project_id)
    dataset = datasets.find_dataset(unit, project_id, list_name)
    names = [held.name for held in datasets.describe(unit, dataset).properties]
    return page(unit, "entities/edit.html", found, "datasets", status, dataset=dataset, one=one, label=label,
                values=[(name, data.get(name, "")) for name in names], fault=fault, longest=LONGEST)


def _given() -> tuple[str, dict[str, str]]:
    """(label, {property: text}) as typed; what is new in a line is what a browser writes for it."""
    data = {key[2:]: text.replace("\r\n", "\n") for key, text in request.form.items() if key.startswith("p:")}
    return request.form.get("label", "").strip(), data


def _records(versions: list) -> list[tuple]:
    """((project_id, xmlFormId, instanceId), numbers of the versions it made) of the records, in their order."""
    made: dict[tuple, list[int]] = {}
    for held in versions:
        if held.record:
            made.setdefault(held.record, []).append(held.version.version)
    return list(made.items())


def _map(unit: UnitOfWork, one) -> Map | None:
    if one.latitude is None:
        return None
    points = f"[[{one.latitude}, {one.longitude}, \"\"]]"
    return Map([], points, "[]", unit.settings.map_tiles, unit.settings.map_credit)


def _address(project_id: int, list_name: str, uuid: str) -> str:
    return url_for("entities.show", project_id=project_id, list_name=list_name, uuid=uuid)
