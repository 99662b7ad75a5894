"""API of forms: list, create, show, open and close, withdraw, bring back; the fields of any version.

It must not convert uploads (`services/publishing`) nor send files (`web/openrosa/media`).
"""

from urllib.parse import unquote

from flask import request

from collector.services import dataset_uses, publishing
from collector.services import forms as services
from collector.services.definitions import Prepared
from collector.services.forms import FormView
from collector.services.unit import UnitOfWork
from collector.web import streams
from collector.web.api.answers import DEFINITION
from collector.web.api.requests import SUCCESS, body_as, is_asked, is_extended
from collector.web.api.schemas.forms import (
    DatasetDifferenceShape,
    ExtendedFormShape,
    FieldShape,
    FormChangeShape,
    FormShape,
    FormTallyShape,
    ODataFieldShape,
    PublishNotesShape,
    TrashedFormShape,
)
from collector.web.blueprint import UnitBlueprint

DEFINITION_LIMIT = 32_000_000
EXCEL = ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/vnd.ms-excel")

forms = UnitBlueprint("api_forms", __name__, url_prefix="/v1/projects/<int:project_id>/forms", dialect="json")


@forms.get("", answers=[(FormShape, ExtendedFormShape)], asks="deleted")
def list_all(unit: UnitOfWork, project_id: int):
    """The forms of the project that the caller may see."""
    deleted = is_asked("deleted")
    views = services.list_forms(unit, project_id, deleted, is_extended())
    return [shown(view, TrashedFormShape if deleted else FormShape) for view in views]


def uploaded(unit: UnitOfWork, project_id: int) -> Prepared:
    """The definition in the body, converted and read before the transaction."""
    return publishing.prepare_new(unit, project_id, streams.body_bytes(DEFINITION_LIMIT), **about_body())


@forms.post("", prepare=uploaded, answers=FormShape,
            asks="publish ignoreWarnings X-XlsForm-FormId-Fallback", takes=DEFINITION)
def create(unit: UnitOfWork, prepared: Prepared, project_id: int):
    """The new form, as a draft or published."""
    return shown(publishing.create_form(unit, project_id, prepared, is_asked("publish"), is_asked("ignoreWarnings")))


@forms.get("/<segment:xml_form_id>", answers=(FormShape, ExtendedFormShape))
def show(unit: UnitOfWork, project_id: int, xml_form_id: str):
    """The form with its current version."""
    return shown_alone(services.find_form(unit, project_id, xml_form_id, extended=is_extended()))


@forms.patch("/<segment:xml_form_id>", prepare=body_as(FormChangeShape()), answers=FormShape)
def change(unit: UnitOfWork, given: dict, project_id: int, xml_form_id: str):
    """The form in its new state."""
    services.change_form(unit, project_id, xml_form_id, **given)
    return shown(services.find_form(unit, project_id, xml_form_id))


@forms.delete("/<segment:xml_form_id>", answers=SUCCESS)
def withdraw(unit: UnitOfWork, project_id: int, xml_form_id: str):
    """The form goes to the trash."""
    services.delete_form(unit, project_id, xml_form_id)
    return SUCCESS


@forms.post("/<int:form_id>/restore", answers=SUCCESS)
def restore(unit: UnitOfWork, project_id: int, form_id: int):
    """The form comes back from the trash, by its number, as several there may have had its id."""
    services.restore_form(unit, project_id, form_id)
    return SUCCESS


@forms.get("/<segment:xml_form_id>/fields", answers=[FieldShape], asks="odata")
def list_fields(unit: UnitOfWork, project_id: int, xml_form_id: str):
    """The fields of the current version."""
    return fields_of(unit, services.find_form(unit, project_id, xml_form_id))


@forms.get("/<segment:xml_form_id>/dataset-diff", answers=[DatasetDifferenceShape])
def dataset_diff(unit: UnitOfWork, project_id: int, xml_form_id: str):
    """What the current version writes to entity lists."""
    view = services.find_form(unit, project_id, xml_form_id)
    return DatasetDifferenceShape(many=True).dump(dataset_uses.difference_of(unit, view))


def fields_of(unit: UnitOfWork, view: FormView) -> list[dict]:
    """The fields of a version, under OData's names when those are asked for."""
    shape = ODataFieldShape if is_asked("odata") else FieldShape
    return shape(many=True).dump(services.form_fields(unit, view))


def shown(view: FormView, shape: type[FormShape] = FormShape) -> dict:
    """A form as the API tells it, with its numbers where they were counted."""
    told = shape().dump(view)
    return told if view.tally is None else told | FormTallyShape().dump(view)


def shown_alone(view: FormView) -> dict:
    """One form as the API tells it: as in a list, and what was noted when it was published."""
    return shown(view) if view.tally is None else shown(view) | PublishNotesShape().dump(view)


def about_body() -> dict:
    """What the headers say about a definition: whether it is a workbook, and the id for one that has none."""
    fallback = unquote(request.headers.get("X-XlsForm-FormId-Fallback", ""))
    for ending in (".xlsx", ".xls"):
        fallback = fallback.removesuffix(ending)
    declared = {EXCEL[0]: "xlsx", EXCEL[1]: "xls"}.get(request.mimetype, "")
    return {"workbook": bool(declared), "declared": declared, "fallback_form_id": fallback,
            "filename": f"{fallback}.{declared or 'xls'}" if fallback else ""}
