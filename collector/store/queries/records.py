"""Queries of submissions for people: lists, single records, their versions, who sent them.

It must not decide who may see what (`services/records`). What phones bring goes through `queries/submissions`, rows of
answers through `queries/answers`.
"""

from dataclasses import dataclass, replace

from sqlalchemy import Select, func, select, union_all, update
from sqlalchemy.orm import Session

from collector.store.queries import numbers as together
from collector.store.queries.narrowing import Narrowing, narrowed
from collector.store.tables.blobs import BlobRow
from collector.store.tables.forms import Form, FormVersion
from collector.store.tables.people import Actor
from collector.store.tables.submissions import Submission, SubmissionFile, SubmissionVersion


@dataclass(frozen=True, slots=True)
class Record:
    """A submission with its current version, the form it fills, and who sent it first.

    title, form_version: of the form version it was filled with.
    """

    submission: Submission
    version: SubmissionVersion
    xml_form_id: str
    title: str
    form_version: str
    submitter: Actor | None


@dataclass(frozen=True, slots=True)
class Edition:
    """One version of a submission, who sent it, and the form version it was filled with."""

    version: SubmissionVersion
    form_version: str
    submitter: Actor | None


def list_records(session: Session, narrowing: Narrowing, before: int | None = None, limit: int | None = None,
                 offset: int = 0) -> list[Record]:
    """Records newest first; before: those with an id below it, so that the next page costs what the first did."""
    if limit is not None and narrowing.form_ids is not None:
        numbers = _newest(session, narrowing, before, limit + offset)[offset:]
        return [Record(*row) for row in session.execute(records_of(numbers).order_by(Submission.id.desc()))]
    query = narrowed(_records(), narrowing).order_by(Submission.id.desc())
    if before is not None:
        query = query.where(Submission.id < before)
    return [Record(*row) for row in session.execute(query.limit(limit).offset(offset or None))]


def _newest(session: Session, narrowing: Narrowing, before: int | None, limit: int) -> list[int]:
    """Numbers of submissions, newest first. Each form is asked by itself: an index knows their order there."""
    asked = []
    for form_id in narrowing.form_ids:
        query = narrowed(select(Submission.id), replace(narrowing, form_ids=(form_id,))).order_by(Submission.id.desc())
        asked.append((query if before is None else query.where(Submission.id < before)).limit(limit))
    found = [number for at in range(0, len(asked), together.TOGETHER)
             for number in session.scalars(together.one_after_another(asked[at:at + together.TOGETHER]))]
    return sorted(found, reverse=True)[:limit]


def find_newer(session: Session, narrowing: Narrowing, than: int) -> Record | None:
    """The record next above this id."""
    query = narrowed(_records(), narrowing).where(Submission.id > than).order_by(Submission.id).limit(1)
    row = session.execute(query).first()
    return None if row is None else Record(*row)


def count_records(session: Session, narrowing: Narrowing) -> int:
    """How many records a list narrowed so has."""
    return session.scalar(narrowed(select(func.count(Submission.id)), narrowing))


def count_states(session: Session, narrowing: Narrowing) -> dict[str, int]:
    """How many records are in each review state; 'received' for those in none yet."""
    state = func.coalesce(Submission.review_state, "received")
    query = select(state, func.count(Submission.id)).group_by(state)
    return {row[0]: row[1] for row in session.execute(narrowed(query, narrowing))}


def find_record(session: Session, form_id: int, draft: bool, instance_id: str, deleted: bool = False) -> Record | None:
    """The record that first came under this instanceID."""
    query = narrowed(_records(), Narrowing((form_id,), draft, deleted=deleted))
    row = session.execute(query.where(Submission.instance_id == instance_id)).first()
    return None if row is None else Record(*row)


def find_by_number(session: Session, submission_id: int) -> Record | None:
    """The record, living or in the trash, draft or not."""
    row = session.execute(_records().where(Submission.id == submission_id)).first()
    return None if row is None else Record(*row)


def find_root(session: Session, form_id: int, draft: bool, instance_id: str) -> str | None:
    """The first instanceID of the living record that has a version under this one."""
    return session.scalar(
        select(Submission.instance_id).join(SubmissionVersion, SubmissionVersion.submission_id == Submission.id)
        .where(SubmissionVersion.form_id == form_id, SubmissionVersion.draft.is_(draft),
               SubmissionVersion.instance_id == instance_id, Submission.deleted_at.is_(None)))


def list_editions(session: Session, submission_id: int) -> list[Edition]:
    """The versions of a submission, newest first."""
    query = _editions().where(SubmissionVersion.submission_id == submission_id)
    return [Edition(*row) for row in session.execute(query.order_by(SubmissionVersion.id.desc()))]


def find_edition(session: Session, submission_id: int, instance_id: str) -> Edition | None:
    """The version of a submission under its own instanceID."""
    row = session.execute(_editions().where(SubmissionVersion.submission_id == submission_id,
                                            SubmissionVersion.instance_id == instance_id)).first()
    return None if row is None else Edition(*row)


def find_xml(session: Session, version_id: int) -> bytes | None:
    """What was sent, byte for byte."""
    return session.scalar(select(SubmissionVersion.xml).where(SubmissionVersion.id == version_id))


def list_ledger(session: Session, version_id: int) -> list[tuple[SubmissionFile, BlobRow | None]]:
    """(line of a version's ledger, what fills it), in the order of the XML."""
    return [tuple(row) for row in session.execute(_ledger(version_id).order_by(SubmissionFile.id))]


def find_line(session: Session, version_id: int, name: str) -> tuple[SubmissionFile, BlobRow | None] | None:
    """The line of a version's ledger under this name."""
    row = session.execute(_ledger(version_id).where(SubmissionFile.name == name)).first()
    return None if row is None else tuple(row)


def list_submitters(session: Session, narrowing: Narrowing) -> list[Actor]:
    """Everybody who sent a record of a list narrowed so, by name."""
    each = [replace(narrowing, form_ids=(one,)) for one in narrowing.form_ids or ()] or [narrowing]
    sent = [narrowed(select(Submission.submitter_id).distinct(), one) for one in each[:together.TOGETHER]]
    return list(session.scalars(select(Actor).where(Actor.id.in_(union_all(*sent))).order_by(Actor.name, Actor.id)))


def records_of(numbers: list[int]) -> Select:
    """The query of the records of these numbers."""
    return _records().where(Submission.id.in_(numbers))


def mark_submission(session: Session, submission_id: int, **values) -> None:
    """Nothing; the submission has these values."""
    session.execute(update(Submission).where(Submission.id == submission_id).values(**values))


def _is_current():
    return (SubmissionVersion.submission_id == Submission.id) & SubmissionVersion.current


def _records() -> Select:
    return (select(Submission, SubmissionVersion, Form.xml_form_id, FormVersion.title, FormVersion.version, Actor)
            .join(SubmissionVersion, _is_current()).join(Form, Form.id == Submission.form_id)
            .join(FormVersion, FormVersion.id == SubmissionVersion.form_version_id)
            .outerjoin(Actor, Actor.id == Submission.submitter_id))


def _editions() -> Select:
    return (select(SubmissionVersion, FormVersion.version, Actor)
            .join(FormVersion, FormVersion.id == SubmissionVersion.form_version_id)
            .outerjoin(Actor, Actor.id == SubmissionVersion.submitter_id))


def _ledger(version_id: int) -> Select:
    return (select(SubmissionFile, BlobRow).outerjoin(BlobRow, BlobRow.sha256 == SubmissionFile.blob_sha256)
            .where(SubmissionFile.version_id == version_id))
