"""Queries of submissions for people: lists, single records, their versions, who sent them.

It must not decide who may see what (`services/records`). What phones bring goes through `queries/submissions`, rows of
answers through `queries/answers`.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, union_all, update
from sqlalchemy.orm import Session

from collector.store.queries import findings, words
from collector.store.queries import numbers as together
from collector.store.queries.numbers import all_flagged, flagged, is_flagged, numbers_of
from collector.store.queries.queues import in_queue, marked
from collector.store.queries.scopes import Scope, within
from collector.store.tables.answers import AnswerPoint, FilterValue
from collector.store.tables.blobs import BlobRow
from collector.store.tables.findings import FindingRow
from collector.store.tables.forms import Form, FormVersion
from collector.store.tables.people import Actor
from collector.store.tables.submissions import Submission, SubmissionFile, SubmissionVersion

FEW = 5000  # records that words are in, to be asked for by their numbers
DEGREE = 111.2  # km of a degree of latitude


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


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a list is narrowed to; None or empty is no narrowing.

    state: a review state, or 'received' for none yet, or 'decided' for the last three. words: folded, each must be in
    the searched text of the record.
    since, until: aware, until excluded. incomplete: files are missing. deleted: the trash instead of the living.
    finding: 'any', 'error', 'warning' or a kind of finding: those with such a one that is open. queue: one of QUEUES.
    today: when the day of the project began. near: (latitude, longitude, km): a point within so far.
    answers: ((number of a filterable column, folded text), ...). often: columns and kinds that many records have,
    so that each record is looked up instead of all being gathered. numbers: these submissions alone, flags: those whose
    byte is '1'; at_least: none below this number. gathered: {queue: the submissions in it, None for many}, where that
    was looked up.
    scopes: ((form id, the records of it that who asks is limited to), ...); forms that are not named are seen whole.
    """

    form_ids: tuple[int, ...] | None = None
    draft: bool = False
    state: str = ""
    words: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    submitter_id: int | None = None
    form_version: str | None = None
    incomplete: bool = False
    deleted: bool = False
    finding: str = ""
    queue: str = ""
    today: datetime | None = None
    near: tuple[float, float, float] | None = None
    answers: tuple[tuple[int, str], ...] = ()
    often: frozenset = frozenset()
    numbers: tuple[int, ...] | None = None
    flags: bytes | None = None
    at_least: int = 0
    gathered: Mapping[str, tuple[int, ...] | None] = field(default_factory=dict)
    scopes: tuple[tuple[int, Scope], ...] = ()


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


def narrowed(query: Select, by: Narrowing) -> Select:
    """The query, of submissions, narrowed so."""
    trashed = Submission.deleted_at.is_not(None) & Submission.purged_at.is_(None)
    query = query.where(Submission.draft.is_(by.draft), trashed if by.deleted else Submission.deleted_at.is_(None))
    if by.form_ids is not None:
        query = query.where(Submission.form_id == by.form_ids[0] if len(by.form_ids) == 1
                            else Submission.form_id.in_(by.form_ids))
    if by.state == "decided":
        query = query.where(Submission.review_state.in_(("hasIssues", "approved", "rejected")))
    elif by.state:
        query = query.where(or_(Submission.review_state.is_(None), Submission.review_state == "received")
                            if by.state == "received" else Submission.review_state == by.state)
    if by.since is not None:
        query = query.where(Submission.created_at >= by.since)
    if by.until is not None:
        query = query.where(Submission.created_at < by.until)
    if by.submitter_id is not None:
        query = query.where(Submission.submitter_id == by.submitter_id)
    if by.form_version is not None:
        query = query.where(Submission.form_version_id.in_(
            select(FormVersion.id).where(FormVersion.version == by.form_version)))
    query = _found(query, by)
    if by.at_least:
        query = query.where(Submission.id >= by.at_least)
    if by.near is not None:
        query = query.where(_among(points_near(*by.near), AnswerPoint, by.near in by.often))
    if by.numbers is not None:
        query = query.where(Submission.id.in_(numbers_of(by.numbers)))
    if by.flags is not None:
        query = query.where(is_flagged(Submission.id, by.flags))
    query = words.narrowed(_scoped(query, by), by.words)
    many = by.gathered.get(by.queue, ()) is None
    return query.where(in_queue(by.queue, by.today, by.scopes, many)) if by.queue else query


def worded(session: Session, by: Narrowing) -> Narrowing:
    """The same records, their words looked for here once: lists, counts, decisions about many and exports alike.

    A word in too many words stays: it is looked for in each record that all else leaves.
    """
    flags = words.find(session, by.form_ids, by.words) if by.words and by.form_ids else None
    if flags is None:
        return by
    if by.numbers is not None:
        return replace(by, words=(), numbers=tuple(flagged(by.numbers, flags)))
    if flags.count(b"1") <= FEW:
        return replace(by, words=(), numbers=tuple(all_flagged(flags)))
    return replace(by, words=(), flags=flags)


def condition(by: Narrowing) -> ColumnElement[bool]:
    """The condition that a submission is among those of a list narrowed so, for other queries of submissions."""
    return narrowed(select(Submission.id), by).whereclause


def _found(query: Select, by: Narrowing) -> Select:
    if by.incomplete:
        query = query.where(marked, Submission.files_present < Submission.files_expected)
    if by.finding:
        query = query.where(_has(by.finding, by.often))
    for column_id, value in by.answers:
        query = query.where(_among(select(FilterValue.submission_id).where(
            FilterValue.column_id == column_id, FilterValue.text == value), FilterValue, column_id in by.often))
    return query


def _scoped(query: Select, by: Narrowing) -> Select:
    for form_id, scope in by.scopes:
        if by.form_ids == (form_id,):
            query = query.where(within(scope, by.often))
        elif by.form_ids is None or form_id in by.form_ids:
            query = query.where(or_(Submission.form_id != form_id, within(scope, by.often)))
    return query


def _has(finding: str, often: frozenset):
    known = {"any": or_(findings.has_errors(), findings.has_warnings()), "error": findings.has_errors(),
             "warning": findings.has_warnings()}
    if finding in known:
        return and_(marked, known[finding])
    return _among(findings.with_kind(finding), FindingRow, finding in often)


def _among(numbers: Select, table, often: bool):
    return numbers.where(table.submission_id == Submission.id).exists() if often else Submission.id.in_(numbers)


def points_near(latitude: float, longitude: float, km: float) -> Select:
    """The submissions with a point in this circle; the box around it is what the index is asked for."""
    up, wide = km / DEGREE, math.cos(math.radians(latitude))
    along = min(180.0, up / max(wide, .01))
    north, east = AnswerPoint.latitude - latitude, AnswerPoint.longitude - longitude
    return select(AnswerPoint.submission_id).where(
        AnswerPoint.latitude.between(latitude - up, latitude + up),
        AnswerPoint.longitude.between(longitude - along, longitude + along),
        north * north + east * east * (wide * wide) <= up * up)
