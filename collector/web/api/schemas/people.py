"""Shapes of people and phones: actors, users, sessions, app users, roles, assignments.

They must not ask services. Source: contract, `central-api` components Actor, User, AppUser, Role, Assignment.
"""

from marshmallow import fields

from collector.web.api.schemas.shape import Moment, Shape


class ActorShape(Shape):
    """Whoever can act."""

    id = fields.Integer(dump_only=True)
    kind = fields.String(data_key="type", dump_only=True)
    name = fields.String(data_key="displayName", dump_only=True)
    created_at = Moment(data_key="createdAt", dump_only=True)
    updated_at = Moment(data_key="updatedAt", dump_only=True)
    deleted_at = Moment(data_key="deletedAt", dump_only=True)


class UserShape(ActorShape):
    """A person who signs in."""

    email = fields.String(dump_only=True)
    last_login_at = Moment(data_key="lastLoginAt", dump_only=True)


class NewUserShape(Shape):
    """What makes a user."""

    email = fields.String(required=True)
    password = fields.String(load_only=True, allow_none=True, load_default=None)
    name = fields.String(data_key="displayName", load_default="")


class UserChangeShape(Shape):
    """What may change about a user."""

    email = fields.String()
    name = fields.String(data_key="displayName")


class PasswordChangeShape(Shape):
    """A new password, with the one that holds until now."""

    old = fields.String(required=True, load_only=True)
    new = fields.String(required=True, load_only=True)


class CredentialsShape(Shape):
    """What one signs in with."""

    email = fields.String(required=True)
    password = fields.String(required=True, load_only=True)


class SessionShape(Shape):
    """A session; the token is told to who holds it."""

    token = fields.String(dump_only=True)
    csrf = fields.String(dump_only=True)
    created_at = Moment(data_key="createdAt", dump_only=True)
    expires_at = Moment(data_key="expiresAt", dump_only=True)


class AppUserShape(ActorShape):
    """A phone; token is null once it was revoked."""

    token = fields.String(dump_only=True)
    project_id = fields.Integer(data_key="projectId", dump_only=True)


class ExtendedAppUserShape(AppUserShape):
    """A phone with who made it and when its key was last used."""

    created_by = fields.Nested(ActorShape, data_key="createdBy", dump_only=True)
    last_used = Moment(data_key="lastUsed", dump_only=True)


class NewAppUserShape(Shape):
    """What makes a phone. allForms is ours: it reaches every form of the project, later ones too."""

    name = fields.String(data_key="displayName", required=True)
    all_forms = fields.Boolean(data_key="allForms", load_default=False)


class RoleShape(Shape):
    """A named bundle of verbs."""

    id = fields.Integer(dump_only=True)
    name = fields.String(dump_only=True)
    system = fields.String(dump_only=True)
    verbs = fields.Function(lambda role: sorted(role.verbs), dump_only=True)


class AssignmentShape(Shape):
    """Who has which role at a place. Dumped from (grant, actor, ...)."""

    actor_id = fields.Function(lambda row: row[1].id, data_key="actorId", dump_only=True)
    role_id = fields.Function(lambda row: row[0].role_id, data_key="roleId", dump_only=True)


class ExtendedAssignmentShape(Shape):
    """The same with the actor."""

    actor = fields.Function(lambda row: ActorShape().dump(row[1]), dump_only=True)
    role_id = fields.Function(lambda row: row[0].role_id, data_key="roleId", dump_only=True)


class FormAssignmentShape(AssignmentShape):
    """Who has which role on a form. Dumped from (grant, actor, xmlFormId)."""

    xml_form_id = fields.Function(lambda row: row[2], data_key="xmlFormId", dump_only=True)


class ExtendedFormAssignmentShape(ExtendedAssignmentShape):
    """The same with the actor."""

    xml_form_id = fields.Function(lambda row: row[2], data_key="xmlFormId", dump_only=True)
