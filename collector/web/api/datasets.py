"""API of entity lists: list, make, show, change, withdraw, bring back; their properties.

It must not know entities (`web/api/entities`) nor how phones get a list (`web/openrosa`).
"""

from flask import request

from collector.domain import dataset_problems, problems
from collector.services import datasets as services
from collector.services import entity_acts
from collector.services.unit import UnitOfWork
from collector.web.api.requests import SUCCESS, body_as, is_asked, is_extended
from collector.web.api.schemas.datasets import (
    DatasetChangeShape,
    DatasetMetadataShape,
    DatasetShape,
    DescribedDatasetShape,
    ExtendedDatasetShape,
    NewDatasetShape,
    NewPropertyShape,
    TrashedDatasetShape,
)
from collector.web.blueprint import UnitBlueprint

datasets = UnitBlueprint("api_datasets", __name__, url_prefix="/v1/projects/<int:project_id>/datasets", dialect="json")


@datasets.get("", asks="deleted", answers=[(DatasetShape, ExtendedDatasetShape)])
def list_all(unit: UnitOfWork, project_id: int):
    """The entity lists of the project, by name."""
    deleted = is_asked("deleted")
    found = services.list_datasets(unit, project_id, deleted)
    if deleted:
        return TrashedDatasetShape(many=True).dump(found)
    if not is_extended():
        return DatasetShape(many=True).dump(found)
    return told_with_numbers(unit, found)


@datasets.post("", prepare=body_as(NewDatasetShape()), answers=DatasetMetadataShape)
def create(unit: UnitOfWork, given: dict, project_id: int):
    """The new entity list."""
    return _described(unit, services.create_dataset(unit, project_id, **given))


@datasets.get("/<segment:list_name>", answers=DatasetMetadataShape)
def show(unit: UnitOfWork, project_id: int, list_name: str):
    """One entity list, with its properties and the forms that write and read it."""
    return _described(unit, services.find_dataset(unit, project_id, list_name))


@datasets.patch("/<segment:list_name>", prepare=body_as(DatasetChangeShape()), asks="convert",
                answers=DatasetMetadataShape)
def change(unit: UnitOfWork, given: dict, project_id: int, list_name: str):
    """The entity list as it is now; `convert` says what becomes of records that waited for approval."""
    dataset = services.find_dataset(unit, project_id, list_name, "dataset.update")
    convert = request.args.get("convert")
    if convert not in (None, "true", "false", "True", "False"):
        raise problems.unexpected_value("convert", convert, "expected true or false")
    opens = given.get("approval_required") is False and dataset.approval_required
    if opens and convert is None and (waiting := len(entity_acts.list_acts(unit, dataset, "approval"))):
        raise dataset_problems.waiting_for_approval(waiting)
    changed = services.update_dataset(unit, dataset, **given)
    if opens and is_asked("convert"):
        entity_acts.approve_waiting(unit, changed)
    return _described(unit, changed)


@datasets.delete("/<segment:list_name>", answers=SUCCESS)
def withdraw(unit: UnitOfWork, project_id: int, list_name: str):
    """The entity list goes to the trash."""
    services.delete_dataset(unit, services.find_dataset(unit, project_id, list_name, "dataset.delete"))
    return SUCCESS


@datasets.post("/<int:dataset_id>/restore", answers=SUCCESS)
def restore(unit: UnitOfWork, project_id: int, dataset_id: int):
    """The entity list comes back from the trash."""
    services.restore_dataset(unit, project_id, dataset_id)
    return SUCCESS


@datasets.post("/<segment:list_name>/properties", prepare=body_as(NewPropertyShape()), answers=SUCCESS)
def add_property(unit: UnitOfWork, given: dict, project_id: int, list_name: str):
    """The list has one more property."""
    services.add_property(unit, services.find_dataset(unit, project_id, list_name, "dataset.update"), given["name"])
    return SUCCESS


@datasets.delete("/<segment:list_name>/properties/<segment:property_name>", answers=SUCCESS)
def remove_property(unit: UnitOfWork, project_id: int, list_name: str, property_name: str):
    """The property is gone, where nothing writes it or stands in it."""
    services.delete_property(unit, services.find_dataset(unit, project_id, list_name, "dataset.update"), property_name)
    return SUCCESS


def told_of_projects(unit: UnitOfWork, found: list) -> dict[int, list[dict]]:
    """{number of a project: its lists with the numbers of their entities, as far as the caller may list them}."""
    lists = services.list_of_projects(unit, found)
    told = told_with_numbers(unit, lists)
    return {project.id: [one for one in told if one["projectId"] == project.id] for project in found}


def told_with_numbers(unit: UnitOfWork, found: list) -> list[dict]:
    """These lists with the numbers of their entities, as the API tells them."""
    tallies = services.tallies(unit, found)
    return [{**DatasetShape().dump(one), **_numbers(tallies[one.id])} for one in found]


def _numbers(tally) -> dict:
    return ExtendedDatasetShape(only=("last_entity", "entities", "conflicts")).dump({"tally": tally})


def _described(unit: UnitOfWork, dataset) -> dict:
    return {**DatasetShape().dump(dataset), **DescribedDatasetShape().dump(services.describe(unit, dataset))}
