"""Shapes of the history.

They must not ask services. Source: contract, `central-api` component Audit.
"""

from marshmallow import fields

from collector.web.api.schemas.people import ActorShape
from collector.web.api.schemas.shape import Shape, moment


class AuditShape(Shape):
    """An act of the history. Dumped from rows of the history that begin with (event, actor, ...)."""

    actor_id = fields.Function(lambda row: row[0].actor_id, data_key="actorId", dump_only=True)
    action = fields.Function(lambda row: row[0].action, dump_only=True)
    actee_id = fields.Function(lambda row: _actee_id(row[0]), data_key="acteeId", dump_only=True)
    details = fields.Function(lambda row: row[0].details, dump_only=True)
    notes = fields.Constant(None, dump_only=True)
    logged_at = fields.Function(lambda row: moment(row[0].at), data_key="loggedAt", dump_only=True)


class ExtendedAuditShape(AuditShape):
    """The same with who did it and what it was done to."""

    actor = fields.Function(lambda row: ActorShape().dump(row[1]) if row[1] else None, dump_only=True)
    actee = fields.Function(lambda row: _actee(row), dump_only=True)


def _actee_id(event) -> str | None:
    """Central's actees have an id of their own; ours is told by kind and number."""
    place = (("form", event.form_id) if event.form_id else ("project", event.project_id) if event.project_id
             else ("actor", event.target_id) if event.target_id else None)
    return place and f"{place[0]}:{place[1]}"


def _actee(row) -> dict | None:
    event, _actor, xml_form_id, _instance_id, _name, target, project = row
    if event.form_id and xml_form_id:
        return {"projectId": event.project_id, "xmlFormId": xml_form_id}
    if target is not None:
        return ActorShape().dump(target)
    return {"id": event.project_id, "name": project} if event.project_id and project else None
