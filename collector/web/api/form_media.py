"""API of the files beside a form: which are expected, giving and taking away those of the draft.

It must not send files (`web/openrosa/media` does, to phones and to the API alike).
"""

from collector.services import blobs, forms
from collector.services import form_media as services
from collector.services.unit import UnitOfWork
from collector.web import streams
from collector.web.api.answers import ANY_FILE
from collector.web.api.requests import SUCCESS, body_as
from collector.web.api.schemas.forms import FormAttachmentShape, LinkShape
from collector.web.blueprint import UnitBlueprint

form_media = UnitBlueprint("api_form_media", __name__,
                           url_prefix="/v1/projects/<int:project_id>/forms/<segment:xml_form_id>", dialect="json")


@form_media.get("/attachments", answers=[FormAttachmentShape])
def list_current(unit: UnitOfWork, project_id: int, xml_form_id: str):
    """The files that the current version expects."""
    return _told(services.expected_media(unit, project_id, xml_form_id))


@form_media.get("/versions/<segment:version>/attachments", answers=[FormAttachmentShape])
def list_of_version(unit: UnitOfWork, project_id: int, xml_form_id: str, version: str):
    """The files that a published version expects."""
    return _told(services.expected_media(unit, project_id, xml_form_id, forms.version_text(version)))


@form_media.get("/draft/attachments", answers=[FormAttachmentShape])
def list_of_draft(unit: UnitOfWork, project_id: int, xml_form_id: str):
    """The files that the draft expects."""
    return _told(services.expected_media(unit, project_id, xml_form_id, forms.DRAFT))


def stored(unit: UnitOfWork, project_id: int, xml_form_id: str, name: str):
    """The body in the blob store, kept before the transaction; only for a file that the draft expects."""
    services.require_place(unit, project_id, xml_form_id, name)
    return blobs.put_stream(unit, streams.body_stream(), unit.settings.max_body)


@form_media.post("/draft/attachments/<segment:name>", prepare=stored, answers=SUCCESS, takes=ANY_FILE)
def give(unit: UnitOfWork, blob, project_id: int, xml_form_id: str, name: str):
    """The draft's file is the body from now on."""
    services.put_media(unit, project_id, xml_form_id, name, blob, streams.declared_type())
    return SUCCESS


@form_media.delete("/draft/attachments/<segment:name>", answers=SUCCESS)
def take_away(unit: UnitOfWork, project_id: int, xml_form_id: str, name: str):
    """The draft's file is missing again."""
    services.remove_media(unit, project_id, xml_form_id, name)
    return SUCCESS


@form_media.patch("/draft/attachments/<segment:name>", prepare=body_as(LinkShape()),
                  answers=FormAttachmentShape)
def link(unit: UnitOfWork, given: dict, project_id: int, xml_form_id: str, name: str):
    """The draft's file is taken from the entity list of its name, or no longer."""
    return FormAttachmentShape().dump(services.link_media(unit, project_id, xml_form_id, name, given["dataset"]))


def _told(lines: list) -> list[dict]:
    return FormAttachmentShape(many=True).dump(lines)
