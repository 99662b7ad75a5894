"""Queries that OData reads rows with: what the server knows of submissions, page by page, and the rows below them.

It must not know names or shapes of OData (`domain/odata`). Pages in the order of arrival are keyed, so the last one
costs what the first does; other orders are sorted once, as numbers.
"""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Select, String, func, select, type_coerce
from sqlalchemy.orm import Session

from collector.domain.odata.conditions import DELETED, Condition, fields_of
from collector.store.queries.conditions import column_of, holds
from collector.store.queries.extracts import plain
from collector.store.queries.numbers import numbers_of
from collector.store.queries.scopes import Scope, within
from collector.store.tables.answers import FlatRow
from collector.store.tables.forms import FormVersion
from collector.store.tables.people import Actor
from collector.store.tables.submissions import Submission, SubmissionFile, SubmissionVersion

ENCRYPTED_DATA = "submission.xml.enc"
_rows = FlatRow.__table__


class Wanted(NamedTuple):
    """Which submissions: those of a form up to `last`, that the scope holds and of which the filter is true. The trash
    is left out unless the filter asks about it; what was purged always is."""

    form_id: int
    draft: bool
    last: int
    scope: Scope = None
    filter: Condition | None = None


class Head(NamedTuple):
    """What the server knows of a submission. Times are text as SQLite keeps it, or aware."""

    id: int
    instance_id: str
    created_at: object
    updated_at: object
    deleted_at: object
    submitter_id: int | None
    submitter: str | None
    present: int
    expected: int
    review_state: str | None
    device_id: str | None
    edits: int
    version: str | None


def list_heads(session: Session, numbers: Iterable[int]) -> list[Head]:
    """What is known of these submissions, in the order of the numbers."""
    one, ordered = Submission, list(numbers)
    times = (one.created_at, one.updated_at, one.deleted_at)
    if _dialect(session) == "sqlite":
        times = tuple(type_coerce(time, String) for time in times)
    query = (select(one.id, one.instance_id, *times, one.submitter_id, Actor.name, one.files_present,
                    one.files_expected, one.review_state, one.device_id, one.edits, FormVersion.version)
             .join(SubmissionVersion, (SubmissionVersion.submission_id == one.id) & SubmissionVersion.current)
             .join(FormVersion, FormVersion.id == SubmissionVersion.form_version_id)
             .outerjoin(Actor, Actor.id == one.submitter_id).where(one.id.in_(numbers_of(ordered))))
    found = {row[0]: Head(*row) for row in plain(session, query, {})}
    return [found[number] for number in ordered if number in found]


def list_numbers(session: Session, wanted: Wanted, below: int | None, limit: int,
                 offset: int = 0) -> list[tuple[int, str]]:
    """(number, instanceID) of the next submissions below a number, newest first."""
    query = _narrowed(session, select(Submission.id, Submission.instance_id), wanted)
    if below is not None:
        query = query.where(Submission.id < below)
    return plain(session, query.order_by(Submission.id.desc()).limit(limit).offset(offset or None), {})


def list_ordered(session: Session, wanted: Wanted, order: tuple[tuple[str, bool], ...],
                 limit: int | None, offset: int) -> list[tuple[int, str]]:
    """(number, instanceID) of the submissions in another order; nothing is less than anything, as in ODK Central."""
    clauses = [column_of(field).desc().nulls_last() if falling else column_of(field).asc().nulls_first()
               for field, falling in order]
    clauses.append(Submission.id.desc() if order[0][1] else Submission.id.asc())
    query = _narrowed(session, select(Submission.id, Submission.instance_id), wanted).order_by(*clauses)
    return plain(session, query.limit(limit).offset(offset or None), {})


def count(session: Session, wanted: Wanted) -> int:
    """How many submissions it is."""
    return session.scalar(_narrowed(session, select(func.count(Submission.id)), wanted)) or 0


def count_rows(session: Session, wanted: Wanted, table_id: int) -> int:
    """How many rows of a table belong to these submissions."""
    query = select(func.count()).select_from(FlatRow).join(Submission, Submission.id == FlatRow.submission_id)
    return session.scalar(_narrowed(session, query.where(FlatRow.table_id == table_id), wanted)) or 0


def find_number(session: Session, form_id: int, draft: bool, instance_id: str) -> int | None:
    """The number of the submission that first came under this instanceID, in the trash or not."""
    return session.scalar(select(Submission.id).where(
        Submission.form_id == form_id, Submission.draft.is_(draft), Submission.instance_id == instance_id))


def list_rows(session: Session, table_id: int, numbers: Iterable[int]) -> list[tuple[int, int, str, str, str]]:
    """(submission, ordinal, parent_key, key, data) of a table's rows of these submissions, in any order."""
    return plain(session, select(
        _rows.c.submission_id, _rows.c.ordinal, _rows.c.parent_key, _rows.c.key, type_coerce(_rows.c.data, String))
        .where(*_of(table_id, numbers)), {})


def list_keys(session: Session, table_id: int, numbers: Iterable[int]) -> list[tuple[int, int, str]]:
    """(submission, ordinal, key) of a table's rows of these submissions, in any order."""
    return plain(session, select(_rows.c.submission_id, _rows.c.ordinal, _rows.c.key)
                 .where(*_of(table_id, numbers)), {})


def list_parents(session: Session, table_id: int, numbers: Iterable[int]) -> set[tuple[int, str]]:
    """(submission, key) of the rows of these submissions that have rows of this table below them."""
    return set(map(tuple, plain(session, select(_rows.c.submission_id, _rows.c.parent_key).distinct()
                                .where(*_of(table_id, numbers)), {})))


def list_xml(session: Session, numbers: Iterable[int]) -> list[tuple[int, bytes]]:
    """(submission, XML) of the current versions."""
    return plain(session, select(SubmissionVersion.submission_id, SubmissionVersion.xml).where(
        SubmissionVersion.submission_id.in_(numbers_of(numbers)), SubmissionVersion.current), {})


def with_data(session: Session, numbers: Iterable[int]) -> set[int]:
    """Those of these encrypted submissions whose encrypted answers are here."""
    query = (select(SubmissionVersion.submission_id).distinct()
             .join(SubmissionFile, SubmissionFile.version_id == SubmissionVersion.id)
             .where(SubmissionVersion.submission_id.in_(numbers_of(numbers)), SubmissionVersion.current,
                    SubmissionFile.name == ENCRYPTED_DATA, SubmissionFile.blob_sha256.is_not(None)))
    return set(session.scalars(query))


def _of(table_id: int, numbers: Iterable[int]):
    return _rows.c.table_id == table_id, _rows.c.submission_id.in_(numbers_of(numbers))


def _narrowed(session: Session, query: Select, wanted: Wanted) -> Select:
    one, asked = Submission, wanted.filter
    trash = asked is not None and DELETED in fields_of(asked)
    query = query.where(one.form_id == wanted.form_id, one.draft.is_(wanted.draft), one.id <= wanted.last,
                        one.purged_at.is_(None) if trash else one.deleted_at.is_(None))
    if wanted.scope is not None:
        query = query.where(within(wanted.scope))
    return query if asked is None else query.where(holds(asked, _dialect(session)))


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name
