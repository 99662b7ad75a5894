"""API of drafts: start or replace, show, abandon, publish; the fields of a draft.

It must not know what publishing does (`services/publishing`).
"""

from urllib.parse import unquote

from flask import request

from collector.services import dataset_uses, forms, publishing
from collector.services.definitions import Prepared
from collector.services.unit import UnitOfWork
from collector.web import streams
from collector.web.api.answers import DEFINITION
from collector.web.api.forms import DEFINITION_LIMIT, about_body, fields_of, shown
from collector.web.api.requests import SUCCESS, is_asked, is_extended
from collector.web.api.schemas.forms import DatasetDifferenceShape, ExtendedFormShape, FieldShape, FormShape
from collector.web.blueprint import UnitBlueprint

NOTES = 2000  # characters

drafts = UnitBlueprint("api_drafts", __name__,
                       url_prefix="/v1/projects/<int:project_id>/forms/<segment:xml_form_id>/draft", dialect="json")


def uploaded(unit: UnitOfWork, project_id: int, xml_form_id: str) -> Prepared | None:
    """The definition in the body, converted and read before the transaction; None when there is no body."""
    data = streams.body_bytes(DEFINITION_LIMIT)
    return publishing.prepare_draft(unit, project_id, xml_form_id, data, **about_body()) if data else None


@drafts.post("", prepare=uploaded, answers=SUCCESS, asks="ignoreWarnings X-XlsForm-FormId-Fallback",
             takes=DEFINITION)
def start(unit: UnitOfWork, prepared: Prepared | None, project_id: int, xml_form_id: str):
    """The body becomes the draft; without a body, a copy of the current version."""
    if prepared is None:
        publishing.copy_to_draft(unit, project_id, xml_form_id)
    else:
        publishing.set_draft(unit, project_id, xml_form_id, prepared, is_asked("ignoreWarnings"))
    return SUCCESS


@drafts.get("", answers=(FormShape, ExtendedFormShape))
def show(unit: UnitOfWork, project_id: int, xml_form_id: str):
    """The form with its draft."""
    return shown(forms.find_form(unit, project_id, xml_form_id, forms.DRAFT, extended=is_extended()))


@drafts.delete("", answers=SUCCESS)
def abandon(unit: UnitOfWork, project_id: int, xml_form_id: str):
    """The draft goes; the published version stays."""
    publishing.drop_draft(unit, project_id, xml_form_id)
    return SUCCESS


def warmed(unit: UnitOfWork, project_id: int, xml_form_id: str) -> tuple[str, str]:
    """(the version text asked for, what is noted in X-Action-Notes); the draft is read before the transaction."""
    version = request.args.get("version", "")
    publishing.warm(unit, project_id, xml_form_id, version)
    return version, unquote(request.headers.get("X-Action-Notes", "")).replace("\x00", "")[:NOTES]


@drafts.post("/publish", prepare=warmed, answers=SUCCESS, asks="version X-Action-Notes")
def publish(unit: UnitOfWork, asked: tuple[str, str], project_id: int, xml_form_id: str):
    """The draft becomes the current version."""
    version, notes = asked
    publishing.publish_draft(unit, project_id, xml_form_id, version, notes)
    return SUCCESS


@drafts.get("/fields", answers=[FieldShape], asks="odata")
def list_fields(unit: UnitOfWork, project_id: int, xml_form_id: str):
    """The fields of the draft."""
    return fields_of(unit, forms.find_form(unit, project_id, xml_form_id, forms.DRAFT))


@drafts.get("/dataset-diff", answers=[DatasetDifferenceShape])
def dataset_diff(unit: UnitOfWork, project_id: int, xml_form_id: str):
    """What publishing the draft would change in entity lists."""
    view = forms.find_form(unit, project_id, xml_form_id, forms.DRAFT)
    return DatasetDifferenceShape(many=True).dump(dataset_uses.difference_of(unit, view))
