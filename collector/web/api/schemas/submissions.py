"""Shapes of submissions, their versions, files and comments.

They must not ask services. Source: contract, `central-api` components Submission, SubmissionVersion, Comment.
"""

from marshmallow import fields

from collector.web.api.schemas.people import ActorShape
from collector.web.api.schemas.shape import (
    MAYBE_NUMBER,
    MAYBE_OBJECT,
    NUMBER,
    SWITCH,
    TEXT,
    Moment,
    Shape,
    moment,
)


class VersionShape(Shape):
    """One version of a submission."""

    instance_id = fields.String(data_key="instanceId", dump_only=True)
    instance_name = fields.String(data_key="instanceName", dump_only=True)
    submitter_id = fields.Integer(data_key="submitterId", dump_only=True)
    device_id = fields.String(data_key="deviceId", dump_only=True)
    user_agent = fields.String(data_key="userAgent", dump_only=True)
    created_at = Moment(data_key="createdAt", dump_only=True)
    current = fields.Boolean(dump_only=True)


class EditionShape(Shape):
    """One version with the form version it was filled with. Dumped from an Edition of the services."""

    instance_id = fields.String(attribute="version.instance_id", data_key="instanceId", dump_only=True)
    instance_name = fields.String(attribute="version.instance_name", data_key="instanceName", dump_only=True)
    submitter_id = fields.Integer(attribute="version.submitter_id", data_key="submitterId", dump_only=True)
    device_id = fields.String(attribute="version.device_id", data_key="deviceId", dump_only=True)
    user_agent = fields.String(attribute="version.user_agent", data_key="userAgent", dump_only=True)
    created_at = Moment(attribute="version.created_at", data_key="createdAt", dump_only=True)
    current = fields.Boolean(attribute="version.current", dump_only=True)
    form_version = fields.String(data_key="formVersion", dump_only=True)


class ExtendedEditionShape(EditionShape):
    """The same with who sent it."""

    submitter = fields.Nested(ActorShape, dump_only=True)


class SubmissionShape(Shape):
    """A submission with its current version. Dumped from what `services/editions` tells."""

    instance_id = fields.String(attribute="submission.instance_id", data_key="instanceId", dump_only=True)
    submitter_id = fields.Integer(attribute="submission.submitter_id", data_key="submitterId", dump_only=True)
    device_id = fields.String(attribute="submission.device_id", data_key="deviceId", dump_only=True)
    user_agent = fields.String(attribute="user_agent", data_key="userAgent", dump_only=True)
    review_state = fields.String(attribute="submission.review_state", data_key="reviewState", dump_only=True)
    created_at = Moment(attribute="submission.created_at", data_key="createdAt", dump_only=True)
    updated_at = Moment(attribute="submission.updated_at", data_key="updatedAt", dump_only=True)
    deleted_at = Moment(attribute="submission.deleted_at", data_key="deletedAt", dump_only=True)
    version = fields.Nested(VersionShape, attribute="edition.version", data_key="currentVersion", dump_only=True)


class ExtendedSubmissionShape(SubmissionShape):
    """The same with who sent it and how complete it is (formVersion, edits and the counts of files are ours)."""

    version = fields.Nested(ExtendedEditionShape, attribute="edition", data_key="currentVersion", dump_only=True)
    submitter = fields.Nested(ActorShape, dump_only=True)
    form_version = fields.String(data_key="formVersion", dump_only=True)
    edits = fields.Integer(attribute="submission.edits", dump_only=True)
    files_expected = fields.Integer(attribute="submission.files_expected", data_key="attachmentsExpected",
                                    dump_only=True)
    files_present = fields.Integer(attribute="submission.files_present", data_key="attachmentsPresent",
                                   dump_only=True)


class ReviewShape(Shape):
    """What may change about a submission."""

    review_state = fields.String(data_key="reviewState", allow_none=True)


class FileShape(Shape):
    """A file that a submission names."""

    name = fields.String(dump_only=True)
    exists = fields.Function(lambda file: file.blob is not None, dump_only=True, metadata=SWITCH)


class KeyShape(Shape):
    """A public key that submissions were encrypted with. Dumped from (number, key)."""

    id = fields.Function(lambda row: row[0], dump_only=True, metadata=NUMBER)
    public = fields.Function(lambda row: row[1], dump_only=True, metadata=TEXT)
    managed = fields.Constant(False, dump_only=True)
    hint = fields.Constant(None, dump_only=True)


class NewCommentShape(Shape):
    """What makes a comment."""

    body = fields.String(required=True)


class CommentShape(Shape):
    """A comment. Dumped from (comment, actor)."""

    body = fields.Function(lambda row: row[0].body, dump_only=True, metadata=TEXT)
    actor_id = fields.Function(lambda row: row[0].actor_id, data_key="actorId", dump_only=True,
                               metadata=MAYBE_NUMBER)
    created_at = fields.Function(lambda row: moment(row[0].created_at), data_key="createdAt", dump_only=True,
                                 metadata=TEXT)


class ExtendedCommentShape(CommentShape):
    """The same with who wrote it."""

    actor = fields.Function(lambda row: ActorShape().dump(row[1]) if row[1] else None, dump_only=True,
                            metadata=MAYBE_OBJECT)
