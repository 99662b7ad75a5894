"""Shapes of exports that are built in the background. Ours: ODK Central has none.

They must not ask services.
"""

from marshmallow import RAISE, fields, validate

from collector.web.api.schemas.shape import OBJECT, Moment, Shape


class OrderShape(Shape):
    """What somebody asks for; what is left out is as services/orders has it. since, until: days as 2026-05-31.
    only: words of the address of a list, such as {"q": "maranon", "queue": "waiting", "f/distrito": "nieva"}.

    A name that nobody knows is refused: who misspells `recipeId` shall not get raw data.
    """

    class Meta:
        unknown = RAISE

    formats = fields.List(fields.String())
    recipe_id = fields.Integer(data_key="recipeId", allow_none=True)
    recipe_version = fields.Integer(data_key="recipeVersion", allow_none=True)
    states = fields.List(fields.String(), allow_none=True)
    since = fields.String(allow_none=True)
    until = fields.String(allow_none=True)
    language = fields.String(validate=validate.Length(max=60))
    labels = fields.Boolean()
    split = fields.Boolean(data_key="splitSelectMultiples")
    group_paths = fields.Boolean(data_key="groupPaths")
    bom = fields.Boolean()
    neutralise = fields.Boolean()
    files = fields.Boolean(data_key="attachments")
    alone = fields.Boolean()
    purpose = fields.String()
    only = fields.Dict(keys=fields.String(), values=fields.String(), allow_none=True)


class ExportShape(Shape):
    """An export. Dumped from services' Job. progress: from 0 to 1; done of total: rows of the phase."""

    id = fields.Integer(attribute="row.id", dump_only=True)
    state = fields.String(attribute="row.state", dump_only=True)
    progress = fields.Float(attribute="share", dump_only=True)
    phase = fields.String(attribute="row.phase", dump_only=True)
    done = fields.Integer(attribute="row.done", dump_only=True)
    total = fields.Integer(attribute="row.total", dump_only=True)
    order = fields.Function(lambda job: OrderShape().dump(job.row.wanted), metadata=OBJECT)
    problem = fields.Dict(attribute="row.problem", dump_only=True, allow_none=True)
    name = fields.String(attribute="row.name", dump_only=True, allow_none=True)
    size = fields.Integer(attribute="row.size", dump_only=True, allow_none=True)
    sha256 = fields.String(attribute="row.blob_sha256", dump_only=True, allow_none=True)
    files = fields.Dict(attribute="row.counts", dump_only=True, allow_none=True)
    asked_by = fields.String(data_key="askedBy", dump_only=True, allow_none=True)
    created_at = Moment(attribute="row.created_at", data_key="createdAt", dump_only=True)
    started_at = Moment(attribute="row.started_at", data_key="startedAt", dump_only=True)
    ended_at = Moment(attribute="row.ended_at", data_key="endedAt", dump_only=True)
    expires_at = Moment(attribute="row.expires_at", data_key="expiresAt", dump_only=True)
