"""Queries of lists that keep who held office: versions of their entities, with the records that made them.

It must not know offices, days or disputes (`domain/mandates`). `services/mandates` reads through it.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import Row, String, func, select
from sqlalchemy.orm import Session

from collector.store.tables.entities import Entity, EntitySource, EntityVersion
from collector.store.tables.forms import Form
from collector.store.tables.submissions import Submission, SubmissionFile

TOGETHER = 500  # identifiers asked for at once


def list_versions(session: Session, dataset_id: int, named: Sequence[tuple[str, str]] = (),
                  uuid: str = "") -> list[Row]:
    """(uuid, deleted_at, version, data, created_at) of every version of a list's entities, each entity's in order.

    named: (property, text) of which some version of the entity says one. uuid: of the only entity that is wanted.
    """
    query = (select(Entity.uuid, Entity.deleted_at, EntityVersion.version, EntityVersion.data,
                    EntityVersion.created_at)
             .join(EntityVersion, EntityVersion.entity_id == Entity.id)
             .where(Entity.dataset_id == dataset_id, Entity.purged_at.is_(None)))
    if uuid:
        query = query.where(Entity.uuid == uuid)
    for name, text in named:
        query = query.where(Entity.id.in_(
            select(EntityVersion.entity_id).join(Entity, Entity.id == EntityVersion.entity_id)
            .where(Entity.dataset_id == dataset_id, _said(name) == text)))
    return list(session.execute(query.order_by(Entity.id, EntityVersion.version)))


def list_communities(session: Session, dataset_id: int, name: str) -> list[Row]:
    """(what the property says, how many living entities say so), most first."""
    # PostgreSQL takes the property's name for two different parameters where it stands in GROUP BY too
    told = select(Entity.data[name].as_string().cast(String).label("said")).where(
        Entity.dataset_id == dataset_id, Entity.deleted_at.is_(None)).subquery()
    return list(session.execute(select(told.c.said, func.count()).group_by(told.c.said).order_by(func.count().desc())))


def list_named(session: Session, uuids: Iterable[str]) -> list[Row]:
    """(uuid, label, data) of living entities of any list with these identifiers."""
    wanted, found = list(uuids), []
    for start in range(0, len(wanted), TOGETHER):
        found += session.execute(select(Entity.uuid, Entity.label, Entity.data).where(
            Entity.uuid.in_(wanted[start:start + TOGETHER]), Entity.deleted_at.is_(None)))
    return found


def list_evidence(session: Session, dataset_id: int, uuids: Sequence[str]) -> list[Row]:
    """(uuid, version, form_id, submission_id, instance_id, name, submission_version_id) of records that made versions
    of these entities."""
    found = []
    for start in range(0, len(uuids), TOGETHER):
        found += session.execute(
            select(Entity.uuid, EntityVersion.version, Submission.form_id, Submission.id.label("submission_id"),
                   Submission.instance_id, Submission.name, EntitySource.submission_version_id)
            .join(EntityVersion, EntityVersion.entity_id == Entity.id)
            .join(EntitySource, EntitySource.id == EntityVersion.source_id)
            .join(Submission, Submission.id == EntitySource.submission_id)
            .join(Form, Form.id == Submission.form_id)
            .where(Entity.dataset_id == dataset_id, Entity.uuid.in_(uuids[start:start + TOGETHER]),
                   Submission.deleted_at.is_(None), Form.deleted_at.is_(None))
            .order_by(Entity.id, EntityVersion.version))
    return found


def list_photos(session: Session, version_ids: Sequence[int]) -> list[Row]:
    """(submission_version_id, name) of the pictures that are here, in the order of the form."""
    found = []
    for start in range(0, len(version_ids), TOGETHER):
        found += session.execute(
            select(SubmissionFile.version_id, SubmissionFile.name)
            .where(SubmissionFile.version_id.in_(version_ids[start:start + TOGETHER]), SubmissionFile.kind == "image",
                   SubmissionFile.blob_sha256.is_not(None)).order_by(SubmissionFile.id))
    return found


def _said(name: str):
    return EntityVersion.data[name].as_string().cast(String)
