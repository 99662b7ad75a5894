"""Queries that datasets are made from: root rows with what the server knows, rows of repeats, files; newest first.

It must not know formats. Pages are keyed and bounded by `last`, so that no page costs more than the first and what
arrives meanwhile stays out. Every submission has a root row here, also one that could not be flattened.
"""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import Select, String, and_, bindparam, func, select, type_coerce
from sqlalchemy.orm import Session

from collector.domain.odata.conditions import DELETED, Condition, fields_of
from collector.store.queries.conditions import holds
from collector.store.queries.narrowing import Narrowing, condition, narrowed
from collector.store.queries.scopes import Scope, within
from collector.store.tables.answers import FlatRow
from collector.store.tables.blobs import BlobRow
from collector.store.tables.forms import FormVersion
from collector.store.tables.people import Actor
from collector.store.tables.submissions import Submission, SubmissionFile, SubmissionVersion

_submissions, _versions = Submission.__table__, SubmissionVersion.__table__
_rows, _files, _blobs = FlatRow.__table__, SubmissionFile.__table__, BlobRow.__table__


class Filtered(NamedTuple):
    """Records that are also so, as somebody asks for a part of a dataset; one that asks about the trash is told of it.
    """

    scope: Scope | Narrowing
    where: Condition


Chosen = Scope | Narrowing | Filtered


class File(NamedTuple):
    """A file that is here, of a current version; size in bytes."""

    submission_id: int
    id: int
    instance_id: str
    name: str
    sha256: str
    size: int


class NamedFile(NamedTuple):
    """A file that is here, of a current version, and the name of its record."""

    submission_id: int
    name: str
    sha256: str
    record_name: str | None


def last_submission(session: Session, form_id: int, draft: bool = False) -> int:
    """The highest id among the form's submissions, 0 when there is none."""
    return session.scalar(select(func.max(_submissions.c.id)).where(
        _submissions.c.form_id == form_id, _submissions.c.draft.is_(draft))) or 0


def stream_roots(session: Session, form_id: int, table_id: int, last: int, page: int,
                 scope: Chosen = None) -> Iterator[list]:
    """Pages of (id, created_at, instance_id, submitter_id, submitter name, files_present, files_expected, review_state,
    device_id, edits, form version, data) of the living submissions up to `last`; data None: there is no row.

    created_at: text as SQLite keeps it, or a time.
    """
    query = _roots(session, scope)
    given = {"form_id": form_id, "table_id": table_id, "page": page}
    while rows := _plain(session, query, {**given, "last": last}):
        yield rows
        last = rows[-1][0] - 1


def stream_repeat(session: Session, table_id: int, last: int, page: int,
                  scope: Chosen = None) -> Iterator[tuple[list, dict[int, str]]]:
    """Pages of ([(submission id, ordinal, parent_key, key, data)], {submission id: instance_id}) up to `last`.

    Rows whose submission is not among the names belong to one in the trash, or outside of the scope.
    """
    query = (select(_rows.c.submission_id, _rows.c.ordinal, _rows.c.parent_key, _rows.c.key,
                    type_coerce(_rows.c.data, String))
             .where(_rows.c.table_id == table_id, _rows.c.submission_id <= bindparam("last"),
                    (_rows.c.submission_id < bindparam("last")) | (_rows.c.ordinal > bindparam("after")))
             .order_by(_rows.c.submission_id.desc(), _rows.c.ordinal).limit(page))
    names = (select(_submissions.c.id, _submissions.c.instance_id)
             .where(_submissions.c.id.between(bindparam("low"), bindparam("high")),
                    _only(session, scope)))
    given = {"last": last, "after": -1}
    while rows := _plain(session, query, given):
        low, high = rows[-1][0], rows[0][0]
        yield rows, dict(_plain(session, names, {"low": low, "high": high}))
        given = {"last": low, "after": rows[-1][1]}


def stream_drafts(session: Session, form_id: int, last: int, page: int,
                  scope: Chosen = None) -> Iterator[list]:
    """Pages as stream_roots gives them, of what was sent to try the draft; in place of data stands the XML."""
    one = _submissions.c
    query = (select(one.id, _created(session), one.instance_id, one.submitter_id, Actor.name, one.files_present,
                    one.files_expected, one.review_state, one.device_id, one.edits, FormVersion.version,
                    _versions.c.xml)
             .join(_versions, (_versions.c.submission_id == one.id) & _versions.c.current)
             .join(FormVersion, FormVersion.id == _versions.c.form_version_id)
             .outerjoin(Actor, Actor.id == one.submitter_id)
             .where(one.form_id == form_id, one.draft.is_(True), one.id <= bindparam("last"),
                    _only(session, scope))
             .order_by(one.id.desc()).limit(page))
    while rows := _plain(session, query, {"last": last}):
        yield rows
        last = rows[-1][0] - 1


def stream_files(session: Session, form_id: int, draft: bool, last: int, page: int,
                 scope: Chosen = None) -> Iterator[list[File]]:
    """Pages of the files that came with the living submissions up to `last`, logs of filling aside."""
    query = (_kept_files()
             .where(_submissions.c.form_id == form_id, _submissions.c.draft.is_(draft),
                    _files.c.kind != "audit", _submissions.c.id <= bindparam("last"),
                    (_submissions.c.id < bindparam("last")) | (_files.c.id > bindparam("after")), _only(session, scope))
             .order_by(_submissions.c.id.desc(), _files.c.id).limit(page))
    given = {"last": last, "after": 0}
    while rows := _plain(session, query, given):
        yield [File(*row) for row in rows]
        given = {"last": rows[-1][0], "after": rows[-1][1]}


def stream_audits(session: Session, form_id: int, draft: bool, last: int, page: int,
                  scope: Chosen = None) -> Iterator[list[File]]:
    """Pages of the logs of filling that came with the living submissions up to `last`, oldest first."""
    query = (_kept_files()
             .where(_submissions.c.form_id == form_id, _submissions.c.draft.is_(draft), _files.c.kind == "audit",
                    _submissions.c.id <= last, _submissions.c.id >= bindparam("first"),
                    (_submissions.c.id > bindparam("first")) | (_files.c.id > bindparam("after")),
                    _only(session, scope))
             .order_by(_submissions.c.id, _files.c.id).limit(page))
    given = {"first": 0, "after": 0}
    while rows := _plain(session, query, given):
        yield [File(*row) for row in rows]
        given = {"first": rows[-1][0], "after": rows[-1][1]}


def list_files(session: Session, submission_ids: list[int]) -> list[NamedFile]:
    """The files that came with these submissions."""
    query = (select(_submissions.c.id, _files.c.name, _files.c.blob_sha256, _submissions.c.name)
             .join(_versions, (_versions.c.submission_id == _submissions.c.id) & _versions.c.current)
             .join(_files, _files.c.version_id == _versions.c.id)
             .where(_submissions.c.id.in_(submission_ids), _files.c.blob_sha256.is_not(None)))
    return [NamedFile(*row) for row in session.connection().execute(query)]


def find_states(session: Session, submission_ids: list[int]) -> dict[int, tuple[bool, str]]:
    """{submission id: (encrypted, form version)} by the current versions."""
    query = (select(_versions.c.submission_id, _versions.c.encrypted, FormVersion.version)
             .join(FormVersion, FormVersion.id == _versions.c.form_version_id)
             .where(_versions.c.submission_id.in_(submission_ids), _versions.c.current))
    return {row[0]: (row[1], row[2]) for row in session.connection().execute(query)}


def list_keys(session: Session, narrowing: Narrowing) -> list[tuple[int, str]]:
    """(number, public key) of the keys of the encrypted records of a list narrowed so; a key has the number of the
    first version of a form that names it; the newest first."""
    used = narrowed(select(SubmissionVersion.form_version_id)
                    .join(Submission, Submission.id == SubmissionVersion.submission_id)
                    .where(SubmissionVersion.current, SubmissionVersion.encrypted), narrowing)
    keys = select(FormVersion.public_key).where(FormVersion.id.in_(used), FormVersion.public_key.is_not(None))
    query = (select(func.min(FormVersion.id), FormVersion.public_key).where(FormVersion.public_key.in_(keys))
             .group_by(FormVersion.public_key).order_by(func.min(FormVersion.id).desc()))
    return [tuple(row) for row in session.execute(query)]


def _plain(session: Session, query: Select, given: dict) -> list[tuple]:
    """The rows as the driver gives them: named rows would cost a tenth of an export, and nothing here needs them."""
    with session.connection().execute(query, given) as result:
        return result.cursor.fetchall()


def _created(session: Session):
    """The time as SQLite keeps it, so that nothing is parsed only to be written out again."""
    created = _submissions.c.created_at
    return type_coerce(created, String) if session.get_bind().dialect.name == "sqlite" else created


def _roots(session: Session, scope: Chosen) -> Select:
    one = _submissions.c
    return (select(one.id, _created(session), one.instance_id, one.submitter_id, Actor.name, one.files_present,
                   one.files_expected, one.review_state, one.device_id, one.edits, FormVersion.version,
                   type_coerce(_rows.c.data, String))
            .outerjoin(_rows, (_rows.c.table_id == bindparam("table_id")) & (_rows.c.submission_id == one.id)
                       & (_rows.c.ordinal == 0))
            .outerjoin(_versions, _versions.c.id == _rows.c.version_id)
            .outerjoin(FormVersion, FormVersion.id == _versions.c.form_version_id)
            .outerjoin(Actor, Actor.id == one.submitter_id)
            .where(one.form_id == bindparam("form_id"), one.draft.is_(False),
                   one.id <= bindparam("last"), _only(session, scope))
            .order_by(one.id.desc()).limit(bindparam("page")))


def _only(session: Session, scope: Chosen):
    """The condition of what who asks is limited to, or of a list that is narrowed further, outside of the trash."""
    alive = _submissions.c.deleted_at.is_(None)
    if isinstance(scope, Filtered):
        if DELETED in fields_of(scope.where):
            alive = _submissions.c.purged_at.is_(None)
        return and_(alive, holds(scope.where, session.get_bind().dialect.name), _limit(scope.scope))
    return and_(alive, _limit(scope))


def _limit(scope: Scope | Narrowing):
    return condition(scope) if isinstance(scope, Narrowing) else within(scope)


def _kept_files() -> Select:
    """The files that are here of current versions, as `File` has them."""
    return (select(_submissions.c.id, _files.c.id, _submissions.c.instance_id, _files.c.name, _files.c.blob_sha256,
                   _blobs.c.size)
            .join(_versions, (_versions.c.submission_id == _submissions.c.id) & _versions.c.current)
            .join(_files, _files.c.version_id == _versions.c.id)
            .join(_blobs, _blobs.c.sha256 == _files.c.blob_sha256))
