"""Queries that read records for analysts: root rows narrowed by state and time, and the rows of their repeats.

It must not know formats or recipes. Newest first; pages are keyed and bounded by `last`, so that no page costs more
than the first and what arrives meanwhile stays out.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, String, bindparam, cast, func, null, or_, select, type_coerce
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from collector.store.queries.narrowing import Narrowing, condition
from collector.store.queries.scopes import Scope, within
from collector.store.tables.answers import FlatRow
from collector.store.tables.forms import FormVersion
from collector.store.tables.people import Actor
from collector.store.tables.submissions import Submission, SubmissionVersion

_submissions, _versions, _rows = Submission.__table__, SubmissionVersion.__table__, FlatRow.__table__


class Narrowed(NamedTuple):
    """Which records of a form. states: 'received' for those without a state, None for all; since, until: of arrival,
    until excluded; numbers: these submissions alone; scope: what who asks is limited to; by: what a list
    is narrowed to besides."""

    form_id: int
    last: int
    states: tuple[str, ...] | None = None
    since: datetime | None = None
    until: datetime | None = None
    numbers: tuple[int, ...] | None = None
    scope: Scope = None
    by: Narrowing | None = None


def count_records(session: Session, narrowed: Narrowed) -> int:
    """How many records it is."""
    return session.scalar(_narrow(select(func.count()).select_from(_submissions), narrowed)) or 0


def count_states(session: Session, narrowed: Narrowed) -> dict[str, int]:
    """{review state: how many of these records}."""
    query = _narrow(select(_submissions.c.review_state, func.count()), narrowed).group_by(_submissions.c.review_state)
    return {state or "received": count for state, count in session.connection().execute(query)}


def count_findings(session: Session, narrowed: Narrowed) -> tuple[int, int]:
    """(open errors, open warnings) of these records."""
    query = _narrow(select(func.sum(_submissions.c.errors), func.sum(_submissions.c.warnings)), narrowed)
    errors, warnings = session.connection().execute(query).one()
    return int(errors or 0), int(warnings or 0)


def count_rows(session: Session, narrowed: Narrowed, table_id: int) -> int:
    """How many rows of these records are kept in a table. One by one: grouped, SQLite would sort all of them."""
    query = (select(func.count()).select_from(_rows)
             .join(_submissions, _submissions.c.id == _rows.c.submission_id).where(_rows.c.table_id == table_id))
    return session.scalar(_narrow(query, narrowed)) or 0


def find_edition(session: Session, form_id: int) -> tuple:
    """What changes whenever a record of the form arrives, changes, is decided or goes."""
    one = _submissions.c
    query = (select(func.max(one.id), func.count(), func.max(one.updated_at), func.count(one.deleted_at),
                    func.sum(one.edits), func.max(one.deleted_at), func.sum(one.files_present), func.sum(one.errors),
                    func.sum(one.warnings))
             .where(one.form_id == form_id, one.draft.is_(False)))
    return tuple(session.connection().execute(query).one())


def stream_roots(session: Session, narrowed: Narrowed, table_id: int, page: int,
                 some: tuple[int, ...] | None = None) -> Iterator[list[tuple]]:
    """Pages of (id, created_at, instance_id, submitter_id, submitter name, files_present, files_expected, review_state,
    device_id, edits, form version, data), as `exports.stream_roots` has them.

    some: positions of the values that are needed; data has these alone then, and neither name nor version is told.
    """
    query = _roots(session, narrowed, table_id, some).limit(page)
    last = narrowed.last
    while rows := plain(session, query, {"last": last}):
        yield rows
        last = rows[-1][0] - 1


def list_repeat_rows(session: Session, table_id: int, low: int, high: int,
                     some: tuple[int, ...] | None = None) -> list[tuple]:
    """(submission id, parent_key, key, data) of the submissions from low to high, newest first, in document order.

    some: as for stream_roots.
    """
    query = _REPEAT if some is None else _repeat(_some(session, some))
    return plain(session, query, {"table_id": table_id, "low": low, "high": high})


def plain(session: Session, query: Select, given: dict) -> list[tuple]:
    """The rows as the driver gives them: named rows would cost a tenth of an export, and nothing here needs them."""
    with session.connection().execute(query, given) as result:
        return result.cursor.fetchall()


def _repeat(data) -> Select:
    return (select(_rows.c.submission_id, _rows.c.parent_key, _rows.c.key, data)
            .where(_rows.c.table_id == bindparam("table_id"),
                   _rows.c.submission_id.between(bindparam("low"), bindparam("high")))
            .order_by(_rows.c.submission_id.desc(), _rows.c.ordinal))


_REPEAT = _repeat(type_coerce(_rows.c.data, String))


def _some(session: Session, positions: tuple[int, ...]):
    """The values at these positions as a JSON array: taken out by the database, four times as fast as reading all."""
    if session.get_bind().dialect.name == "sqlite":
        paths = [f"$[{one}]" for one in positions]
        return func.json_extract(_rows.c.data, *paths, *(["$[0]"] * (2 - len(paths))))  # of two paths it makes an array
    whole = cast(_rows.c.data, postgresql.JSON)
    return cast(func.json_build_array(*(whole[one] for one in positions)), String)


def _roots(session: Session, narrowed: Narrowed, table_id: int, some: tuple[int, ...] | None) -> Select:
    one = _submissions.c
    created = type_coerce(one.created_at, String) if session.get_bind().dialect.name == "sqlite" else one.created_at
    if some is not None:
        query = (select(one.id, created, one.instance_id, one.submitter_id, null(), one.files_present,
                        one.files_expected, one.review_state, one.device_id, one.edits, null(), _some(session, some))
                 .outerjoin(_rows, (_rows.c.table_id == table_id) & (_rows.c.submission_id == one.id)
                            & (_rows.c.ordinal == 0)))
        return _narrow(query, narrowed._replace(last=-1)).where(one.id <= bindparam("last")).order_by(one.id.desc())
    query = (select(one.id, created, one.instance_id, one.submitter_id, Actor.name, one.files_present,
                    one.files_expected, one.review_state, one.device_id, one.edits, FormVersion.version,
                    type_coerce(_rows.c.data, String))
             .outerjoin(_rows, (_rows.c.table_id == table_id) & (_rows.c.submission_id == one.id)
                        & (_rows.c.ordinal == 0))
             .outerjoin(_versions, _versions.c.id == _rows.c.version_id)
             .outerjoin(FormVersion, FormVersion.id == _versions.c.form_version_id)
             .outerjoin(Actor, Actor.id == one.submitter_id))
    return _narrow(query, narrowed._replace(last=-1)).where(one.id <= bindparam("last")).order_by(one.id.desc())


def _narrow(query: Select, narrowed: Narrowed) -> Select:
    """The query over these records alone; last -1: whoever asks bounds them."""
    one = _submissions.c
    query = query.where(one.form_id == narrowed.form_id, one.draft.is_(False), one.deleted_at.is_(None))
    if narrowed.last >= 0:
        query = query.where(one.id <= narrowed.last)
    if narrowed.states is not None:
        named = [state for state in narrowed.states if state != "received"]
        wanted = one.review_state.in_(named)
        query = query.where(or_(wanted, one.review_state.is_(None)) if "received" in narrowed.states else wanted)
    if narrowed.since is not None:
        query = query.where(one.created_at >= narrowed.since)
    if narrowed.until is not None:
        query = query.where(one.created_at < narrowed.until)
    if narrowed.by is not None:
        query = query.where(condition(narrowed.by))
    if narrowed.scope is not None:
        query = query.where(within(narrowed.scope))
    return query if narrowed.numbers is None else query.where(one.id.in_(narrowed.numbers))
