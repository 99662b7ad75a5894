"""API of exports that are built in the background: asked for, listed, followed, downloaded in parts, cancelled.

It must not build anything (`services/building`). Ours: ODK Central streams every export while the caller waits.
"""

from collector.services import building, orders
from collector.services.unit import UnitOfWork
from collector.web import streams
from collector.web.api.answers import file
from collector.web.api.requests import SUCCESS, body_as
from collector.web.api.schemas.export_jobs import ExportShape, OrderShape
from collector.web.blueprint import UnitBlueprint

export_jobs = UnitBlueprint("api_export_jobs", __name__, dialect="json",
                            url_prefix="/v1/projects/<int:project_id>/forms/<segment:xml_form_id>/exports")


@export_jobs.get("", answers=[ExportShape])
def list_all(unit: UnitOfWork, project_id: int, xml_form_id: str):
    """The exports that were asked for and are still kept."""
    return ExportShape(many=True).dump(building.list_exports(unit, project_id, xml_form_id))


@export_jobs.post("", prepare=body_as(OrderShape()), answers=ExportShape)
def ask(unit: UnitOfWork, given: dict, project_id: int, xml_form_id: str):
    """The export, which is built in the background."""
    return ExportShape().dump(building.ask_export(unit, project_id, xml_form_id, orders.order(**given)))


@export_jobs.get("/<int:number>", answers=ExportShape)
def show(unit: UnitOfWork, project_id: int, xml_form_id: str, number: int):
    """How far it is, and what it holds."""
    return ExportShape().dump(building.find_export(unit, project_id, xml_form_id, number))


@export_jobs.get("/<int:number>/file", answers=file("*/*"))
def download(unit: UnitOfWork, project_id: int, xml_form_id: str, number: int):
    """The file, once it is built."""
    job, open_file = building.open_file(unit, project_id, xml_form_id, number)
    return streams.file_answer(open_file, job.row.size, job.row.blob_sha256, job.row.name)


@export_jobs.delete("/<int:number>", answers=SUCCESS)
def cancel(unit: UnitOfWork, project_id: int, xml_form_id: str, number: int):
    """The export is cancelled, or its file taken away."""
    building.cancel_export(unit, project_id, xml_form_id, number)
    return SUCCESS
