"""API of mappings of columns: a field that was renamed or moved, tried on real rows, said once, undone.

It must not change answers. Ours: ODK Central keeps renamed fields apart for ever.
"""

from collector.services import mappings as services
from collector.services.unit import UnitOfWork
from collector.web.api.requests import SUCCESS, body_as
from collector.web.api.schemas.recipes import (
    AskedMappingShape,
    MappingPreviewShape,
    MappingShape,
    NewMappingShape,
)
from collector.web.blueprint import UnitBlueprint

column_mappings = UnitBlueprint("api_column_mappings", __name__, dialect="json",
                                url_prefix="/v1/projects/<int:project_id>/forms/<segment:xml_form_id>/columnMappings")


@column_mappings.get("", answers=[MappingShape])
def list_all(unit: UnitOfWork, project_id: int, xml_form_id: str):
    """The fields that are read at another place, and who said so."""
    return MappingShape(many=True).dump(services.list_mappings(unit, project_id, xml_form_id))


@column_mappings.post("", prepare=body_as(NewMappingShape()), answers=MappingShape)
def create(unit: UnitOfWork, given: dict, project_id: int, xml_form_id: str):
    """The field is read at its new place from now on."""
    row = services.map_column(unit, project_id, xml_form_id, **given)
    return MappingShape().dump((row, unit.actor.name))


@column_mappings.post("/preview", prepare=body_as(AskedMappingShape()), reads=True,
                      answers=MappingPreviewShape)
def preview(unit: UnitOfWork, given: dict, project_id: int, xml_form_id: str):
    """What would be read, on real rows; nothing is kept."""
    return MappingPreviewShape().dump(services.preview_mapping(unit, project_id, xml_form_id, **given))


@column_mappings.delete("/<int:number>", answers=SUCCESS)
def undo(unit: UnitOfWork, project_id: int, xml_form_id: str, number: int):
    """The field is read where it stands again."""
    services.unmap_column(unit, project_id, xml_form_id, number)
    return SUCCESS
