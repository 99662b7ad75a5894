"""Pages of the conflict desk: entities that two changes met in, both sides of one beside each other, settling, undo.

It must not compare anything (`services/entity_desk`).
"""

from flask import request, url_for
from flask_babel import gettext as _

from collector.domain.problems import Problem
from collector.services import datasets, entities, entity_desk, projects
from collector.services.unit import UnitOfWork
from collector.web.blueprint import UnitBlueprint
from collector.web.pages.entity_words import property_words, source_words
from collector.web.pages.showing import go, number_in, page, told

pages = UnitBlueprint("conflicts", __name__, url_prefix="/projects/<int:project_id>", dialect="html")
ONE = "/lists/<segment:list_name>/entities/<segment:uuid>/conflict"
MOST_WORDS = 2000


@pages.get("/conflicts", endpoint="list")
def show_all(unit: UnitOfWork, project_id: int):
    """The entities of all lists whose conflict nobody settled."""
    found = projects.find_project(unit, project_id)
    return page(unit, "conflicts/list.html", found, "conflicts", lists=entity_desk.list_open(unit, project_id))


@pages.get(ONE)
def show(unit: UnitOfWork, project_id: int, list_name: str, uuid: str):
    """Both sides of one, property by property."""
    return _desk(unit, project_id, list_name, uuid)


@pages.post(ONE)
def settle(unit: UnitOfWork, project_id: int, list_name: str, uuid: str):
    """The entity as it was settled; or the desk again with what is left to choose, or what changed meanwhile."""
    dataset = datasets.find_dataset(unit, project_id, list_name, "entity.update")
    desk = entity_desk.show(unit, dataset, uuid)
    if desk is None:
        return go(_entity(project_id, list_name, uuid), _("Otra persona ya resolvió el conflicto."), "note")
    if number_in(request.form.get("seen", "")) != desk.entity.version:
        return _desk(unit, project_id, list_name, uuid, _(
            "No se guardó: la ficha cambió mientras usted elegía. Vea lo que hay ahora y elija de nuevo."), 409)
    chosen, missing = _chosen(desk)
    if missing:
        return _desk(unit, project_id, list_name, uuid, _("Falta elegir: %(names)s.", names=", ".join(missing)), 422)
    try:
        one = entity_desk.settle(unit, dataset, uuid, desk.entity.version, chosen,
                                 request.form.get("why", "").strip()[:MOST_WORDS])
    except Problem as problem:
        if problem.status not in (400, 409):
            raise
        unit.undo()
        return _desk(unit, project_id, list_name, uuid, told(problem), problem.status)
    saved = _("El conflicto está resuelto. Quedó la versión %(number)s; lo otro se conserva en la historia.",
              number=one.version)
    return go(_entity(project_id, list_name, uuid), saved)


@pages.post(ONE + "/undo")
def undo(unit: UnitOfWork, project_id: int, list_name: str, uuid: str):
    """The desk, with the conflict open again; or the entity, when it is too late for that."""
    dataset = datasets.find_dataset(unit, project_id, list_name, "entity.update")
    try:
        entity_desk.reopen(unit, dataset, uuid)
    except Problem as problem:
        if problem.status != 409:
            raise
        unit.undo()
        return go(_entity(project_id, list_name, uuid),
                  _("Ya no se puede deshacer: pasó el tiempo o la ficha cambió después."), "error")
    return go(url_for("conflicts.show", project_id=project_id, list_name=list_name, uuid=uuid),
              _("Se deshizo. El conflicto está abierto otra vez."))


def _desk(unit: UnitOfWork, project_id: int, list_name: str, uuid: str, fault: str = "", status: int = 200):
    found = projects.find_project(unit, project_id)
    dataset = datasets.find_dataset(unit, project_id, list_name)
    one = entities.find_entity(unit, dataset, uuid)
    desk = entity_desk.show(unit, dataset, uuid)
    if desk is None:
        return go(_entity(project_id, list_name, one.uuid), _("Esta ficha no tiene conflictos por resolver."), "note")
    return page(unit, "conflicts/show.html", found, "conflicts", status, dataset=dataset, one=one, desk=desk,
                fault=fault, property_words=property_words, source_words=source_words, most=MOST_WORDS,
                typed=request.form, place={"project_id": project_id, "list_name": dataset.name, "uuid": one.uuid},
                can_settle=unit.may("entity.update", dataset))


def _chosen(desk) -> tuple[dict[str, str], list[str]]:
    """({property: value}, properties that nothing was chosen for)."""
    chosen, missing = {}, []
    for at, choice in enumerate(desk.asked):
        picked = request.form.get(f"c{at}", "")
        number = number_in(picked)
        if picked == "other":
            chosen[choice.name] = request.form.get(f"o{at}", "").strip()
        elif number is not None and number < len(choice.options):
            chosen[choice.name] = choice.options[number].value
        else:
            missing.append(property_words(choice.name))
    return chosen, missing


def _entity(project_id: int, list_name: str, uuid: str) -> str:
    return url_for("entities.show", project_id=project_id, list_name=list_name, uuid=uuid)
