"""Queries' one way to narrow submissions: what a list is narrowed to, as a value and as conditions on any query.

It must not read records (`queries/records`, `queries/inbox`, `queries/exports`) nor know words of an address
(`services/filters`).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from collector.store.queries import findings, words
from collector.store.queries.numbers import all_flagged, flagged, is_flagged, numbers_of
from collector.store.queries.queues import in_queue, marked
from collector.store.queries.scopes import Scope, within
from collector.store.tables.answers import AnswerPoint, FilterValue
from collector.store.tables.findings import FindingRow
from collector.store.tables.forms import FormVersion
from collector.store.tables.submissions import Submission

FEW = 5000  # records that words are in, to be asked for by their numbers
DEGREE = 111.2  # km of a degree of latitude


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
