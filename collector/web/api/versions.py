"""API of published versions: list, show, the fields of one.

It must not publish anything (`web/api/drafts`).
"""

from collector.services import forms
from collector.services.unit import UnitOfWork
from collector.web.api.forms import fields_of, shown
from collector.web.api.requests import is_extended
from collector.web.api.schemas.forms import ExtendedVersionShape, FieldShape, FormShape, VersionExtrasShape
from collector.web.blueprint import UnitBlueprint

versions = UnitBlueprint("api_versions", __name__,
                         url_prefix="/v1/projects/<int:project_id>/forms/<segment:xml_form_id>/versions",
                         dialect="json")


@versions.get("", answers=[(FormShape, ExtendedVersionShape)])
def list_all(unit: UnitOfWork, project_id: int, xml_form_id: str):
    """The published versions, newest first."""
    told = [(FormShape().dump(view), view) for view in forms.list_versions(unit, project_id, xml_form_id)]
    if not is_extended():
        return [version for version, _view in told]
    return [version | VersionExtrasShape().dump(view) for version, view in told]


@versions.get("/<segment:version>", answers=(FormShape, ExtendedVersionShape))
def show(unit: UnitOfWork, project_id: int, xml_form_id: str, version: str):
    """The form with this published version."""
    view = forms.find_form(unit, project_id, xml_form_id, forms.version_text(version), extended=is_extended())
    return shown(view) | VersionExtrasShape().dump(view) if is_extended() else shown(view)


@versions.get("/<segment:version>/fields", answers=[FieldShape], asks="odata")
def list_fields(unit: UnitOfWork, project_id: int, xml_form_id: str, version: str):
    """The fields of this version."""
    return fields_of(unit, forms.find_form(unit, project_id, xml_form_id, forms.version_text(version)))
