"""Shapes of people and phones: actors, users, sessions, app users, roles, assignments.

They must not ask services. Source: contract, `central-api` components Actor, User, AppUser, Role, Assignment.
"""

import orjson
from marshmallow import fields, post_dump, validate

from collector.web.api.schemas.shape import (
    MAYBE_NUMBER,
    MAYBE_OBJECT,
    NUMBER,
    TEXT,
    TEXTS,
    Moment,
    Shape,
)


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


class CurrentUserShape(UserShape):
    """Who asks: what they may do on the site, and what their screens remember."""

    verbs = fields.List(fields.String(), dump_only=True)
    preferences = fields.Dict(dump_only=True)


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


class NewPasswordShape(Shape):
    """A new password, for who brings the token of a link."""

    new = fields.String(required=True, load_only=True)


class ResetShape(Shape):
    """Whose password is to be set anew."""

    email = fields.String(required=True)


class CredentialsShape(Shape):
    """What one signs in with."""

    email = fields.String(required=True)
    password = fields.Raw(required=True, load_only=True)  # what is no text is no right password


class KeptSessionShape(Shape):
    """A session as everybody may see it who comes with it: its secrets are told when it begins, and once."""

    created_at = Moment(data_key="createdAt", dump_only=True)
    expires_at = Moment(data_key="expiresAt", dump_only=True)


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
    """A phone with who made it, when its key was last used and its properties."""

    created_by = fields.Nested(ActorShape, data_key="createdBy", dump_only=True)
    last_used = Moment(data_key="lastUsed", dump_only=True)
    properties = fields.Raw(dump_only=True)


class PublicLinkShape(ActorShape):
    """A link to fill a form; token is null once it was ended, once is null where nobody said."""

    token = fields.String(dump_only=True)
    once = fields.Boolean(dump_only=True, allow_none=True)


class ExtendedPublicLinkShape(PublicLinkShape):
    """A link with who made it and its properties. usedAt is ours: when a link for one submission took it."""

    created_by = fields.Nested(ActorShape, data_key="createdBy", dump_only=True)
    properties = fields.Raw(dump_only=True)
    used_at = Moment(data_key="usedAt", dump_only=True)


class NewPublicLinkShape(Shape):
    """What makes a link. once: it takes one submission."""

    name = fields.String(data_key="displayName", required=True)
    once = fields.Boolean(load_default=None, allow_none=True)
    properties = fields.Raw(load_default=None, allow_none=True)


class ActorChangeShape(Shape):
    """What may change of a phone or a link. properties: {name: text, or null for none}."""

    name = fields.String(data_key="displayName")
    properties = fields.Raw(load_default=None, allow_none=True)


class ActorPropertyShape(Shape):
    """A property that phones and links of a project can have."""

    name = fields.String(required=True)


class ExtendedActorPropertyShape(ActorPropertyShape):
    """The same with the values in use."""

    values = fields.List(fields.String(), dump_only=True)


class NewAppUserShape(Shape):
    """What makes a phone. allForms is ours: it reaches every form of the project, later ones too."""

    name = fields.String(data_key="displayName", required=True)
    all_forms = fields.Boolean(data_key="allForms", load_default=False)
    properties = fields.Raw(load_default=None, allow_none=True)


class RotationShape(Shape):
    """How many days the token that a phone has goes on working beside its new one."""

    days = fields.Integer(load_default=14, validate=validate.Range(0, 60))


class RoleShape(Shape):
    """A named bundle of verbs. The times are there for clients that expect them: roles do not change."""

    id = fields.Integer(dump_only=True)
    name = fields.String(dump_only=True)
    system = fields.String(dump_only=True)
    verbs = fields.Function(lambda role: sorted(role.verbs), dump_only=True, metadata=TEXTS)
    created_at = fields.Constant("2018-01-01T00:00:00.000Z", data_key="createdAt", dump_only=True)
    updated_at = fields.Constant(None, data_key="updatedAt", dump_only=True)


class RowsShape(Shape):
    """The records that an assignment is limited to; ours. null for all of them."""

    phones = fields.List(fields.Integer(strict=True), load_default=())
    field = fields.String(load_default="")
    values = fields.List(fields.String(), load_default=())


class NewAssignmentShape(Shape):
    """What may be said of an assignment beside its address."""

    rows = fields.Nested(RowsShape, load_default=None, allow_none=True)


class AssignmentShape(Shape):
    """Who has which role at a place; rows, which is ours, only where it is for some records. Dumped from (grant, actor,
    ...)."""

    @post_dump(pass_original=True)
    def _with_rows(self, told: dict, row, **_options) -> dict:
        return {**told, "rows": orjson.loads(row[0].rows)} if row[0].rows else told

    actor_id = fields.Function(lambda row: row[1].id, data_key="actorId", dump_only=True,
                               metadata=MAYBE_NUMBER)
    role_id = fields.Function(lambda row: row[0].role_id, data_key="roleId", dump_only=True, metadata=NUMBER)


class ExtendedAssignmentShape(AssignmentShape):
    """The same with the actor."""

    actor = fields.Function(lambda row: ActorShape().dump(row[1]), dump_only=True, metadata=MAYBE_OBJECT)


class FormAssignmentShape(AssignmentShape):
    """Who has which role on a form. Dumped from (grant, actor, xmlFormId)."""

    xml_form_id = fields.Function(lambda row: row[2], data_key="xmlFormId", dump_only=True, metadata=TEXT)


class ExtendedFormAssignmentShape(ExtendedAssignmentShape):
    """The same with the actor."""

    xml_form_id = fields.Function(lambda row: row[2], data_key="xmlFormId", dump_only=True, metadata=TEXT)
