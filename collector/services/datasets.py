"""Room for entity lists: list, make, change, their properties, trash.

It must not know what forms declare (`services/dataset_uses`) nor touch entities (`services/entities`).
"""

from dataclasses import dataclass

from collector.domain import dataset as rules
from collector.domain import dataset_problems, people_problems, problems
from collector.services.unit import UnitOfWork
from collector.store.queries import actor_properties, projects
from collector.store.queries import datasets as queries
from collector.store.tables.datasets import Dataset, DatasetProperty

OWNER_ONLY, BY_PROPERTY = "ownerOnly", "property"
MOST_RULES = 5
NAMED = 20  # entities that stand in the way of deleting a property, named


@dataclass(frozen=True, slots=True)
class Described:
    """A list with its properties and the forms that write and read it, each as (xmlFormId, title).

    writers: {property id: forms}; tally: numbers of its entities.
    """

    dataset: Dataset
    properties: list[DatasetProperty]
    sources: list[tuple[str, str]]
    readers: list[tuple[str, str]]
    writers: dict[int, list[tuple[str, str]]]
    tally: queries.Tally


def list_datasets(unit: UnitOfWork, project_id: int, deleted: bool = False) -> list[Dataset]:
    """The entity lists of a project by name; deleted: those in the trash. Raises 404.1, 403.1."""
    unit.require("dataset.list", projects.find_project(unit.session, project_id))
    return queries.list_datasets(unit.session, project_id, deleted)


def list_of_projects(unit: UnitOfWork, found: list) -> list[Dataset]:
    """The entity lists of these projects by name, as far as the actor may list them."""
    return queries.list_of_projects(unit.session, [one.id for one in found if unit.may("dataset.list", one)])


def tallies(unit: UnitOfWork, found: list[Dataset]) -> dict[int, queries.Tally]:
    """{dataset id: numbers of its entities} of lists that `list_datasets` gave."""
    return queries.tallies(unit.session, [one.id for one in found])


def find_dataset(unit: UnitOfWork, project_id: int, name: str, verb: str = "dataset.read") -> Dataset:
    """The living list of this name, when the actor may do this with it. Raises 404.1, 403.1."""
    unit.require("project.read", projects.find_project(unit.session, project_id))
    return unit.require(verb, queries.find_dataset(unit.session, project_id, name))


def describe(unit: UnitOfWork, dataset: Dataset) -> Described:
    """What stands beside a list that `find_dataset` gave."""
    sources: dict[tuple[str, str], None] = {}
    writers: dict[int, list[tuple[str, str]]] = {}
    for _number, property_id, xml_form_id, title in queries.list_sources(unit.session, [dataset.id]):
        form = (xml_form_id, title or xml_form_id)
        sources[form] = None
        if property_id is not None:
            writers.setdefault(property_id, []).append(form)
    readers = [(xml_form_id, title or xml_form_id)
               for _number, xml_form_id, title in queries.list_readers(unit.session, [dataset.id])]
    return Described(dataset, queries.list_properties(unit.session, dataset.id), list(sources), readers, writers,
                     queries.tallies(unit.session, [dataset.id])[dataset.id])


def create_dataset(unit: UnitOfWork, project_id: int, name: str, approval_required: bool = False,
                   owner_only: bool = False) -> Dataset:
    """The new list. Raises 404.1, 403.1, 400.8 (no name for a list), 409.3, 409.16."""
    project = unit.require("dataset.create", projects.find_project(unit.session, project_id))
    if not rules.is_dataset_name(name):
        raise problems.unexpected_value("name", name, "This is not a valid dataset name.",
                                        "empiece con una letra y use letras, números, guion y guion bajo")
    known = queries.find_folded(unit.session, project.id, name)
    if known is not None:
        raise (problems.not_unique(["name", "projectId"], [name, project.id]) if known.name == name
               else dataset_problems.dataset_other_capitals(known.name, name))
    made = queries.add_dataset(unit.session, project_id=project.id, name=name, approval_required=approval_required,
                               access_filter={"type": OWNER_ONLY} if owner_only else None,
                               created_by=unit.actor.id, created_at=unit.now())
    unit.record("dataset.create", project_id=project.id, target_id=made.id, details={"properties": []})
    return made


def update_dataset(unit: UnitOfWork, dataset: Dataset, **changes) -> Dataset:
    """The changed list. changes: any of approval_required, owner_only, access_filter (as in `tables/datasets`).

    Raises 403.1, 400.8, 400.14 for properties that are not there.
    """
    unit.require("dataset.update", dataset)
    values = {name: changes[name] for name in ("approval_required",) if name in changes}
    if "access_filter" in changes:
        values["access_filter"] = _filter(unit, dataset, changes["access_filter"])
    elif "owner_only" in changes:
        owned = (dataset.access_filter or {}).get("type") == OWNER_ONLY
        if changes["owner_only"] or owned:
            values["access_filter"] = {"type": OWNER_ONLY} if changes["owner_only"] else None
    queries.mark(unit.session, dataset, updated_at=unit.now(), **values)
    queries.bump(unit.session, dataset.id)
    projects.bump_edition(unit.session, dataset.project_id)
    unit.record("dataset.update", project_id=dataset.project_id, target_id=dataset.id, details={"data": values})
    return dataset


def add_property(unit: UnitOfWork, dataset: Dataset, name: str) -> DatasetProperty:
    """The new property. Raises 403.1, 400.8 (no name for a property), 409.3, 409.17."""
    unit.require("dataset.update", dataset)
    if not rules.is_property_name(name):
        raise problems.unexpected_value("name", name, "This is not a valid property name.",
                                        "empiece con una letra y use letras, números, guion, punto y guion bajo")
    known = queries.find_property(unit.session, dataset.id, name)
    if known is not None and known.published_at is not None:
        raise problems.not_unique(["name", "datasetId"], [known.name, dataset.id])
    made = queries.add_property(unit.session, dataset.id, name, unit.now())
    queries.mark(unit.session, dataset, updated_at=unit.now())
    queries.bump(unit.session, dataset.id)
    unit.record("dataset.update", project_id=dataset.project_id, target_id=dataset.id, details={"properties": [name]})
    return made


def delete_property(unit: UnitOfWork, dataset: Dataset, name: str) -> None:
    """Nothing; the list has no such property any more. Raises 403.1, 404.1, 409.22 while it is written or filled."""
    unit.require("dataset.update", dataset)
    found = next((one for one in queries.list_properties(unit.session, dataset.id) if one.name == name), None)
    if found is None:
        raise problems.not_found(f"La propiedad «{name}»", f"The property {name}")
    forms = [{"formName": title or xml_form_id, "xmlFormId": xml_form_id}
             for _number, property_id, xml_form_id, title in queries.list_sources(unit.session, [dataset.id])
             if property_id == found.id]
    total, first = queries.filled(unit.session, dataset.id, name, NAMED)
    if forms or total:
        raise dataset_problems.property_in_use(name, forms, total,
                                               [{"uuid": uuid, "label": label} for uuid, label in first])
    queries.drop_property(unit.session, found.id)
    queries.bump(unit.session, dataset.id)
    unit.record("dataset.update.property.delete", project_id=dataset.project_id, target_id=dataset.id,
                details={"properties": [name]})


def delete_dataset(unit: UnitOfWork, dataset: Dataset) -> None:
    """Nothing; the list lies in the trash. Raises 403.1, 409.21 while forms read or write it."""
    unit.require("dataset.delete", dataset)
    if queries.is_in_use(unit.session, dataset.id):
        raise dataset_problems.dataset_in_use()
    queries.mark(unit.session, dataset, deleted_at=unit.now())
    unit.record("dataset.delete", project_id=dataset.project_id, target_id=dataset.id,
                details={"name": dataset.name})


def restore_dataset(unit: UnitOfWork, project_id: int, dataset_id: int) -> Dataset:
    """The list, back from the trash. Raises 404.1, 403.1, 409.3 when another has its name by now."""
    dataset = queries.find_by_id(unit.session, dataset_id)
    if dataset is None or dataset.project_id != project_id or dataset.deleted_at is None or dataset.purged_at:
        raise problems.not_found("La lista", "The entity list")
    unit.require("dataset.delete", dataset)
    if queries.find_folded(unit.session, project_id, dataset.name) is not None:
        raise problems.not_unique(["name", "projectId"], [dataset.name, project_id])
    queries.mark(unit.session, dataset, deleted_at=None)
    queries.bump(unit.session, dataset.id)
    unit.record("dataset.restore", project_id=project_id, target_id=dataset.id, details={"name": dataset.name})
    return dataset


def _filter(unit: UnitOfWork, dataset: Dataset, given: dict | None) -> dict | None:
    """The access filter as it is kept. Raises 400.8, 400.14."""
    if given is None:
        return None
    kind, told = given.get("type"), given.get("rules")
    if kind == OWNER_ONLY and not told:
        return {"type": OWNER_ONLY}
    if kind != BY_PROPERTY or not isinstance(told, list) or not 0 < len(told) <= MOST_RULES:
        raise problems.unexpected_value("accessFilter", str(given)[:200], "not an access filter",
                                        "no es un filtro de acceso")
    known = {one.name for one in queries.list_properties(unit.session, dataset.id)}
    held = {one.name for one in actor_properties.list_properties(unit.session, dataset.project_id)}
    kept = []
    for rule in told:
        ours, theirs = (rule.get("datasetProperty"), rule.get("actorProperty")) if isinstance(rule, dict) else ("", "")
        if ours not in known:
            raise people_problems.no_such_reference("datasetProperty", ours, "ds_properties")
        if theirs not in held:
            raise people_problems.no_such_reference("actorProperty", theirs, "actor_properties")
        kept.append({"datasetProperty": ours, "actorProperty": theirs})
    return {"type": BY_PROPERTY, "rules": kept}
