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
    archived = fields.Boolean(dump_only=True, allow_none=True)
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
    datasets = fields.Integer(dump_only=True)
    last_entity = Moment(data_key="lastEntity", dump_only=True)


class ExtendedProjectShape(ProjectTallyShape, ProjectShape):
    """A project with its numbers; verbs, what the caller may do there, only where it is asked for alone."""

    verbs = fields.List(fields.String(), dump_only=True, metadata={"x-maybe": True})


class NewProjectShape(Shape):
    """What makes a project."""

    name = fields.String(required=True)
    description = fields.String(allow_none=True, load_default=None)
    archived = fields.Boolean(allow_none=True, load_default=None)
    language = fields.String(load_default="")
    timezone = fields.String(load_default="")


class ProjectChangeShape(Shape):
    """What may change about a project."""

    name = fields.String()
    description = fields.String(allow_none=True)
    archived = fields.Boolean(allow_none=True)
    language = fields.String()
    timezone = fields.String()


class FormAssignmentsShape(Shape):
    """One role of one actor at a form."""

    role_id = fields.Integer(required=True, data_key="roleId")
    actor_id = fields.Integer(required=True, data_key="actorId")


class FormStateShape(Shape):
    """A form of the project with its state, and who has which role there; None leaves that as it is."""

    xml_form_id = fields.String(required=True, data_key="xmlFormId")
    state = fields.String(required=True)
    assignments = fields.List(fields.Nested(FormAssignmentsShape), allow_none=True, load_default=None)


class WholeProjectShape(Shape):
    """What a project is from now on: what is left out is emptied, save forms, which stay as they are."""

    name = fields.String(required=True)
    description = fields.String(allow_none=True, load_default=None)
    archived = fields.Boolean(allow_none=True, load_default=None)
    forms = fields.List(fields.Nested(FormStateShape), allow_none=True, load_default=None)
