"""Queries of what was taken in from another server: what became of whom, and all that a form holds, to be compared.

They must not know where it came from or how (`services/pulling`).
"""

from sqlalchemy import Row, func, select, text
from sqlalchemy.orm import Session

from collector.store.tables.blobs import BlobRow
from collector.store.tables.comments import Comment
from collector.store.tables.events import ACTS, Event
from collector.store.tables.forms import FormMedia, FormVersion
from collector.store.tables.submissions import Submission, SubmissionFile, SubmissionVersion


def list_noted(session: Session, action: str, project_id: int | None = None) -> list[Row]:
    """(target_id, details) of the events of an action, oldest first; project_id: of this project alone."""
    query = select(Event.target_id, Event.details).where(text(ACTS), Event.action == action)
    if project_id is not None:
        query = query.where(Event.project_id == project_id)
    return list(session.execute(query.order_by(Event.id)))


def list_definitions(session: Session, form_id: int) -> list[Row]:
    """(id, version, hash) of the published versions, oldest first."""
    return list(session.execute(
        select(FormVersion.id, FormVersion.version, FormVersion.hash)
        .where(FormVersion.form_id == form_id, FormVersion.published_at.is_not(None)).order_by(FormVersion.id)))


def list_media(session: Session, form_id: int) -> list[Row]:
    """(version_id, name, md5, sha256) of the files that are here beside published versions."""
    return list(session.execute(
        select(FormMedia.version_id, FormMedia.name, BlobRow.md5, BlobRow.sha256)
        .join(FormVersion, FormVersion.id == FormMedia.version_id)
        .join(BlobRow, BlobRow.sha256 == FormMedia.blob_sha256)
        .where(FormVersion.form_id == form_id, FormVersion.published_at.is_not(None))))


def list_versions(session: Session, form_id: int, after: int, limit: int) -> list[Row]:
    """(id, instance_id, xml, root, review_state, current) of versions of living submissions, by id after this one."""
    one, whole = SubmissionVersion, Submission
    return list(session.execute(
        select(one.id, one.instance_id, one.xml, whole.instance_id.label("root"), whole.review_state, one.current)
        .join(whole, whole.id == one.submission_id)
        .where(one.form_id == form_id, one.draft.is_(False), whole.deleted_at.is_(None), one.id > after)
        .order_by(one.id).limit(limit)))


def list_files(session: Session, version_ids: list[int]) -> list[Row]:
    """(version_id, name, blob_sha256) of the files that are here."""
    return list(session.execute(
        select(SubmissionFile.version_id, SubmissionFile.name, SubmissionFile.blob_sha256)
        .where(SubmissionFile.version_id.in_(version_ids), SubmissionFile.blob_sha256.is_not(None))))


def list_lines(session: Session, form_id: int, after: int, limit: int) -> list[Row]:
    """(id, blob_sha256, root) of the files that belong to living submissions, here or not, by id after this one."""
    return list(session.execute(
        select(SubmissionFile.id, SubmissionFile.blob_sha256, Submission.instance_id.label("root"))
        .join(SubmissionVersion, SubmissionVersion.id == SubmissionFile.version_id)
        .join(Submission, Submission.id == SubmissionVersion.submission_id)
        .where(SubmissionVersion.form_id == form_id, SubmissionVersion.draft.is_(False),
               Submission.deleted_at.is_(None), SubmissionFile.id > after)
        .order_by(SubmissionFile.id).limit(limit)))


def count_comments(session: Session, form_id: int) -> dict[str, int]:
    """{instanceID of a living submission of a form: how many comments there are about it}, where there is one."""
    return dict(session.execute(
        select(Submission.instance_id, func.count(Comment.id)).join(Comment, Submission.id == Comment.submission_id)
        .where(Submission.form_id == form_id, Submission.draft.is_(False), Submission.deleted_at.is_(None))
        .group_by(Submission.id, Submission.instance_id)).all())
