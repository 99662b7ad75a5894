"""Shapes of projects.

They must not ask services. Source: contract, `central-api` components Project, ExtendedProject; language and
timezone are ours.
"""

from marshmallow import fields

from collector.web.api.schemas.shape import Moment, Shape


class ProjectShape(Shape):
    """A project."""

    id = fields.Integer(dump_only=True)
    name = fields.String(dump_only=True)
    description = fields.String(dump_only=True)
    archived = fields.Boolean(dump_only=True)
    key_id = fields.Constant(None, data_key="keyId", dump_only=True)
    language = fields.String(dump_only=True)
    timezone = fields.String(dump_only=True)
    created_at = Moment(data_key="createdAt", dump_only=True)
    updated_at = Moment(data_key="updatedAt", dump_only=True)
    deleted_at = Moment(data_key="deletedAt", dump_only=True)


class ProjectTallyShape(Shape):
    """What an extended project has besides. Dumped from services' Listed."""

    forms = fields.Integer(dump_only=True)
    phones = fields.Integer(data_key="appUsers", dump_only=True)
    last_submission = Moment(data_key="lastSubmission", dump_only=True)
    datasets = fields.Constant(0, dump_only=True)
    last_entity = fields.Constant(None, data_key="lastEntity", dump_only=True)


class NewProjectShape(Shape):
    """What makes a project."""

    name = fields.String(required=True)
    description = fields.String(allow_none=True, load_default=None)
    language = fields.String(load_default="")
    timezone = fields.String(load_default="")


class ProjectChangeShape(Shape):
    """What may change about a project."""

    name = fields.String()
    description = fields.String(allow_none=True)
    archived = fields.Boolean(allow_none=True)
    language = fields.String()
    timezone = fields.String()
