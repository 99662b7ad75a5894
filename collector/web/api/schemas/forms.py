"""Shapes of forms, their versions, fields and files.

They must not ask services. Source: contract, `central-api` components Form, ExtendedForm, DraftForm, FormAttachment.
"""

from marshmallow import fields, post_dump

from collector.domain.odata.tables import identifier
from collector.web.api.schemas.people import ActorShape
from collector.web.api.schemas.shape import COUNTS, MAYBE_NUMBER, MAYBE_TEXT, SWITCH, TEXT, Moment, Shape

_EXCEL = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
          "xls": "application/vnd.ms-excel"}
_RAW_TYPES = {"rank": "odk:rank"}


class FormShape(Shape):
    """A form with one of its versions. Dumped from services' FormView."""

    project_id = fields.Integer(attribute="form.project_id", data_key="projectId", dump_only=True)
    xml_form_id = fields.String(attribute="form.xml_form_id", data_key="xmlFormId", dump_only=True)
    name = fields.Function(lambda view: view.version.title or None, dump_only=True, metadata=MAYBE_TEXT)
    version = fields.String(attribute="version.version", dump_only=True)
    hash = fields.String(attribute="version.hash", dump_only=True)
    sha = fields.String(attribute="version.sha1", dump_only=True)
    sha256 = fields.String(attribute="version.sha256", dump_only=True)
    key_id = fields.Constant(None, data_key="keyId", dump_only=True)
    enketo_id = fields.Constant(None, data_key="enketoId", dump_only=True)
    enketo_once_id = fields.Constant(None, data_key="enketoOnceId", dump_only=True)
    state = fields.String(attribute="form.state", dump_only=True)
    webforms_enabled = fields.Boolean(attribute="form.webforms_enabled", data_key="webformsEnabled", dump_only=True)
    draft_token = fields.String(attribute="version.draft_token", data_key="draftToken", dump_only=True)
    published_at = Moment(attribute="version.published_at", data_key="publishedAt", dump_only=True)
    created_at = Moment(attribute="form.created_at", data_key="createdAt", dump_only=True)
    updated_at = Moment(attribute="form.updated_at", data_key="updatedAt", dump_only=True)


class TrashedFormShape(FormShape):
    """A form in the trash; its number is what brings it back."""

    id = fields.Integer(attribute="form.id", dump_only=True)
    deleted_at = Moment(attribute="form.deleted_at", data_key="deletedAt", dump_only=True)


class FormTallyShape(Shape):
    """What an extended form has besides. Dumped from services' FormView."""

    submissions = fields.Integer(attribute="tally.submissions", dump_only=True)
    last_submission = Moment(attribute="tally.last", data_key="lastSubmission", dump_only=True)
    review_states = fields.Function(lambda view: {
        "received": view.tally.received, "hasIssues": view.tally.has_issues, "edited": view.tally.edited},
        data_key="reviewStates", dump_only=True, metadata=COUNTS)
    created_by = fields.Nested(ActorShape, data_key="createdBy", dump_only=True)
    excel_content_type = fields.Function(lambda view: _EXCEL.get(view.version.source_kind),
                                         data_key="excelContentType", dump_only=True, metadata=MAYBE_TEXT)
    entity_related = fields.Constant(False, data_key="entityRelated", dump_only=True)
    public_links = fields.Integer(attribute="links", data_key="publicLinks", dump_only=True)


class PublishNotesShape(Shape):
    """What one extended form has, and a list of forms has not. Dumped from services' FormView."""

    publish_notes = fields.String(attribute="notes", data_key="publishNotes", dump_only=True)


class VersionExtrasShape(PublishNotesShape):
    """What an extended version has besides. Dumped from services' FormView."""

    published_by = fields.Nested(ActorShape, data_key="publishedBy", dump_only=True)
    excel_content_type = fields.Function(lambda view: _EXCEL.get(view.version.source_kind),
                                         data_key="excelContentType", dump_only=True, metadata=MAYBE_TEXT)


class ExtendedFormShape(FormTallyShape, FormShape):
    """A form with its numbers; publishNotes only where it is asked for alone."""

    publish_notes = fields.String(data_key="publishNotes", dump_only=True, metadata={"x-maybe": True})


class ExtendedVersionShape(VersionExtrasShape, FormShape):
    """A published version with who published it."""


class FormChangeShape(Shape):
    """What may change about a form."""

    state = fields.String()
    webforms_enabled = fields.Boolean(data_key="webformsEnabled")


class FieldShape(Shape):
    """A node of a form. Dumped from the form model's Field."""

    name = fields.String(dump_only=True)
    path = fields.String(dump_only=True)
    type = fields.Function(lambda one: _raw_type(one), dump_only=True, metadata=TEXT)
    binary = fields.Function(lambda one: True if one.binary else None, dump_only=True,
                             metadata={"type": ["boolean", "null"]})
    select_multiple = fields.Function(lambda one: True if one.type == "select" else None,
                                      data_key="selectMultiple", dump_only=True,
                                      metadata={"type": ["boolean", "null"]})


class ODataFieldShape(FieldShape):
    """The same under the names that OData allows."""

    name = fields.Function(lambda one: identifier(one.name), dump_only=True, metadata=TEXT)
    path = fields.Function(lambda one: "/".join(identifier(step) if step else "" for step in one.path.split("/")),
                           dump_only=True, metadata=TEXT)


class FormAttachmentShape(Shape):
    """A file that a version expects. Dumped from services' MediaLine."""

    name = fields.String(dump_only=True)
    type = fields.String(attribute="kind", dump_only=True)
    exists = fields.Boolean(attribute="present", dump_only=True)
    blob_exists = fields.Function(lambda line: line.blob is not None, data_key="blobExists", dump_only=True)
    dataset_exists = fields.Function(lambda line: line.dataset_id is not None, data_key="datasetExists",
                                     dump_only=True, metadata=SWITCH)
    hash = fields.Function(lambda line: line.blob.md5 if line.blob else None, dump_only=True,
                           metadata=MAYBE_TEXT)
    size = fields.Function(lambda line: line.blob.size if line.blob else None, dump_only=True,
                           metadata=MAYBE_NUMBER)
    updated_at = Moment(data_key="updatedAt", dump_only=True, metadata={"x-maybe": True})

    @post_dump
    def untouched(self, told: dict, **options) -> dict:
        """The line without a time, where its place was never filled."""
        return told if told["updatedAt"] else {name: value for name, value in told.items() if name != "updatedAt"}


class DatasetDifferenceShape(Shape):
    """What a version of a form changes in one entity list. Dumped from services' Difference."""

    name = fields.String(dump_only=True)
    is_new = fields.Boolean(data_key="isNew", dump_only=True)
    properties = fields.Function(lambda one: [{"name": name, "isNew": is_new, "inForm": is_ours}
                                              for name, is_new, is_ours in one.properties], dump_only=True)


class LinkShape(Shape):
    """Whether a file beside a form is taken from an entity list."""

    dataset = fields.Boolean(required=True)


def _raw_type(one) -> str:
    """The type as the form's bind has it, or what kind of node it is."""
    if one.kind in ("group", "repeat"):
        return "structure" if one.kind == "group" else "repeat"
    return _RAW_TYPES.get(one.bind_type, one.bind_type)
