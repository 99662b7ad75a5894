"""Queries on the path of an arriving submission: what is held, what is added.

It must not decide anything (`domain/arrival` does). Core statements: every submission of every phone passes here.
Lists for people are in `queries/records`, parked submissions in `queries/parked`.
"""

from datetime import datetime

from sqlalchemy import bindparam, func, insert, literal, select, update
from sqlalchemy.orm import Session

from collector.domain.arrival import Kept
from collector.store.prepared import Adding, Prepared
from collector.store.tables.forms import Form, FormVersion
from collector.store.tables.projects import Project
from collector.store.tables.submissions import (
    ReplacedFile,
    Submission,
    SubmissionFile,
    SubmissionVersion,
)

_submissions = Submission.__table__
_versions = SubmissionVersion.__table__
_files = SubmissionFile.__table__
_replaced = ReplacedFile.__table__

KEPT = {name: _versions.c[name] for name in ("sha256", "instance_id", "current", "deprecated_id", "id", "submission_id",
                                             "form_version_id")}
KEPT |= {"root_instance_id": _submissions.c.instance_id, "deleted_at": _submissions.c.deleted_at}
_KEPT = Prepared(
    select(*(column.label(name) for name, column in KEPT.items()))
    .join(_submissions, _submissions.c.id == _versions.c.submission_id)
    .where(_versions.c.form_id == bindparam("form_id"), _versions.c.draft == bindparam("draft"),
           _versions.c.instance_id == bindparam("instance_id")))

_ADD_SUBMISSION, _ADD_VERSION, _ADD_FILE = Adding(_submissions), Adding(_versions), Adding(_files)
_COUNT_FILES = Prepared(
    select(func.count(_files.c.id).label("expected"), func.count(_files.c.blob_sha256).label("present"))
    .join(_versions, _versions.c.id == _files.c.version_id)
    .where(_versions.c.submission_id == bindparam("number"), _versions.c.current))
_MARK_COUNTS = Prepared(update(_submissions).where(_submissions.c.id == bindparam("number")).values(
    files_expected=bindparam("expected"), files_present=bindparam("present")))


def find_version(session: Session, version_id: int | None):
    """(id, sha256) of a form version."""
    query = select(FormVersion.id, FormVersion.sha256).where(FormVersion.id == version_id)
    return session.connection().execute(query).first()


def find_draft(session: Session, project_id: int, xml_form_id: str, token: str):
    """(project_id, language, form_id, state, id, sha256, version) of the draft that this token opens."""
    query = (select(Project.id.label("project_id"), Project.language, Form.id.label("form_id"), Form.state,
                    FormVersion.id, FormVersion.sha256, FormVersion.version)
             .join(Form, Form.project_id == Project.id).join(FormVersion, FormVersion.id == Form.draft_version_id)
             .where(Project.id == project_id, Form.xml_form_id == xml_form_id, Form.deleted_at.is_(None),
                    FormVersion.draft_token == token))
    return session.connection().execute(query).first()


def find_kept(session: Session, form_id: int, draft: bool, instance_id: str | None):
    """The row of the version held under this instanceID, with its submission's root_instance_id."""
    if instance_id is None:
        return None
    return _KEPT.first(session, {"form_id": form_id, "draft": draft, "instance_id": instance_id})


def find_current(session: Session, submission_id: int):
    """The row of the current version of a submission, as find_kept gives it."""
    query = (select(_versions.c.sha256, _versions.c.instance_id, _versions.c.current, _versions.c.deprecated_id,
                    _versions.c.id, _versions.c.submission_id, _versions.c.form_version_id)
             .where(_versions.c.submission_id == submission_id, _versions.c.current))
    return session.connection().execute(query).first()


def instance_ids(session: Session, project_id: int) -> set[str]:
    """The instanceID of every version that a project holds."""
    return set(session.scalars(
        select(SubmissionVersion.instance_id).join(Form, Form.id == SubmissionVersion.form_id)
        .where(Form.project_id == project_id)))


def as_kept(row) -> Kept | None:
    """What `domain/arrival` wants to know of such a row."""
    if row is None:
        return None
    return Kept(row.sha256, row.instance_id, row.root_instance_id, row.current, row.deprecated_id,
                row.deleted_at is not None)


def lock_submission(session: Session, submission_id: int) -> None:
    """Nothing; other transactions that change this submission wait for this one (SQLite has one writer anyway)."""
    session.execute(select(Submission.id).where(Submission.id == submission_id).with_for_update(key_share=True))


def add_first(session: Session, submission: dict, version: dict) -> tuple[int, int]:
    """(id of the submission, id of its first version)."""
    submission_id = _ADD_SUBMISSION.add(session, submission)
    return submission_id, _ADD_VERSION.add(session, {**version, "submission_id": submission_id})


def add_version(session: Session, values: dict) -> int:
    """The id of the version added."""
    return _ADD_VERSION.add(session, values)


def add_files(session: Session, rows: list[dict]) -> None:
    """Nothing; lines of the ledger."""
    _ADD_FILE.add_many(session, rows)


def mark_replaced(session: Session, version_id: int) -> None:
    """Nothing; the version is no longer its submission's current one."""
    session.connection().execute(update(_versions).where(_versions.c.id == version_id).values(current=False))


def mark_edited(session: Session, submission_id: int, values: dict) -> None:
    """Nothing; the submission has one edit more and these values."""
    session.connection().execute(
        update(_submissions).where(_submissions.c.id == submission_id)
        .values(edits=_submissions.c.edits + 1, **values))


def list_files(session: Session, version_id: int) -> list:
    """The ledger of a version, in the order of the XML: id, name, path, kind, blob_sha256, arrived_at."""
    query = (select(_files.c.id, _files.c.name, _files.c.path, _files.c.kind, _files.c.blob_sha256,
                    _files.c.arrived_at)
             .where(_files.c.version_id == version_id).order_by(_files.c.id))
    return list(session.connection().execute(query))


def list_xml(session: Session, version_ids: list[int]) -> dict[int, bytes]:
    """{version: what was sent, byte for byte}."""
    query = select(_versions.c.id, _versions.c.xml).where(_versions.c.id.in_(version_ids))
    return {row.id: row.xml for row in session.connection().execute(query)}


def mark_file(session: Session, file_id: int, sha256: str | None, at: datetime, media_type: str | None = None) -> None:
    """Nothing; the blob that fills this line of the ledger, None to empty it. What stood there is kept beside it."""
    stood = (select(_files.c.id, _files.c.blob_sha256, _files.c.arrived_at, literal(at, _replaced.c.replaced_at.type))
             .where(_files.c.id == file_id, _files.c.blob_sha256.is_not(None),
                    _files.c.blob_sha256.is_distinct_from(sha256)))
    session.connection().execute(
        insert(_replaced).from_select(["file_id", "blob_sha256", "arrived_at", "replaced_at"], stood))
    session.connection().execute(
        update(_files).where(_files.c.id == file_id)
        .values(blob_sha256=sha256, arrived_at=at if sha256 else None, media_type=media_type))


def mark_later_files(session: Session, submission_id: int, version_id: int, name: str, sha256: str,
                     at: datetime) -> None:
    """Nothing; versions after this one that name the same file and have none have it now."""
    later = select(_versions.c.id).where(_versions.c.submission_id == submission_id, _versions.c.id > version_id)
    session.connection().execute(
        update(_files).where(_files.c.version_id.in_(later), _files.c.name == name, _files.c.blob_sha256.is_(None))
        .values(blob_sha256=sha256, arrived_at=at))


def count_files(session: Session, submission_id: int) -> tuple[int, int]:
    """(expected, present) files of the current version."""
    return _COUNT_FILES.first(session, {"number": submission_id})


def mark_counts(session: Session, submission_id: int, expected: int, present: int) -> None:
    """Nothing; the counts that lists show."""
    _MARK_COUNTS.run(session, {"number": submission_id, "expected": expected, "present": present})
