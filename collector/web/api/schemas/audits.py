"""Shapes of the history in ODK Central's words: acts, who did them, what they were done to.

They must not ask services. Source: contract, `central-api` components Audit, ExtendedAudit.
"""

import hashlib
import uuid

from marshmallow import fields

from collector.web.api.schemas.forms import FormShape
from collector.web.api.schemas.people import ActorShape
from collector.web.api.schemas.projects import ProjectShape
from collector.web.api.schemas.shape import MAYBE_NUMBER, MAYBE_OBJECT, MAYBE_TEXT, TEXT, Shape, moment

_PLACED = {"create": "grantedActeeId", "update": "grantedActeeId", "delete": "revokedActeeId"}


class AuditShape(Shape):
    """An act of the history. Dumped from services' Audit."""

    actor_id = fields.Function(lambda audit: audit.event.actor_id, data_key="actorId", dump_only=True,
                               metadata=MAYBE_NUMBER)
    action = fields.Function(lambda audit: audit.event.action, dump_only=True, metadata=TEXT)
    actee_id = fields.Function(lambda audit: actee_id(*audit.place), data_key="acteeId", dump_only=True,
                               metadata=MAYBE_TEXT)
    details = fields.Function(lambda audit: _details(audit.event), dump_only=True, metadata=MAYBE_OBJECT)
    notes = fields.Function(lambda audit: (audit.event.details or {}).get("notes"), dump_only=True,
                            metadata=MAYBE_TEXT)
    logged_at = fields.Function(lambda audit: moment(audit.event.at), data_key="loggedAt", dump_only=True,
                                metadata=TEXT)


class ExtendedAuditShape(AuditShape):
    """The same with who did it and what it was done to."""

    actor = fields.Function(lambda audit: ActorShape().dump(audit.actor) if audit.actor else None, dump_only=True,
                            metadata=MAYBE_OBJECT)
    actee = fields.Function(lambda audit: _actee(audit), dump_only=True, metadata=MAYBE_OBJECT)


def actee_id(kind: str, number: int | None) -> str | None:
    """Central's actees have a UUID of their own; ours is made of what they are and their number. '*': the site."""
    if kind == "site":
        return "*"
    if not kind or not number:
        return None
    return str(uuid.UUID(bytes=hashlib.sha256(f"{kind}:{number}".encode()).digest()[:16], version=4))


def _details(event) -> dict | None:
    """What is told of the act: places of roles by their actee."""
    told = dict(event.details or {})
    told.pop("notes", None)
    if "place" in told and "grantedActeeId" in told:
        name = _PLACED.get(event.action.rpartition(".")[2], "grantedActeeId")
        told[name] = actee_id(told.pop("place"), told.pop("grantedActeeId"))
    entity = told.get("entity")
    if isinstance(entity, dict) and "label" in entity:  # ODK Central's clients look for it there
        told["entity"] = {**entity, "currentVersion": {"label": entity["label"]}}
    files = told.get("files")  # of an export: whether they go along
    if isinstance(files, list) and len(files) == 1:
        told["name"] = files[0]["name"]
    return told or None


def _actee(audit) -> dict | None:
    kind, found = audit.place[0], audit.actee
    if found is None:
        return None
    if kind == "form":
        return _form(found)
    return (ProjectShape if kind == "project" else ActorShape)().dump(found)


def _form(view) -> dict:
    form = view.form
    if form.purged_at is not None:
        return {"purgedAt": moment(form.purged_at), "purgedName": view.version.title or form.xml_form_id,
                "details": {"formId": form.id, "projectId": form.project_id, "xmlFormId": form.xml_form_id,
                            "version": view.version.version}}
    told = FormShape().dump(view)
    return told | {"deletedAt": moment(form.deleted_at)} if form.deleted_at is not None else told
