"""Queries of flat rows: written by the flattening step, read by lists, OData and exports.

It must not parse submissions (`domain/flatten`). Rows are read in the order of (submission, ordinal), by key.
"""

from collections.abc import Collection, Iterator

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from collector.store.prepared import Adding, Prepared
from collector.store.tables.alike import AlikeForm
from collector.store.tables.answers import AnswerPoint, FilterValue, FlatRow
from collector.store.tables.forms import Form, FormColumn, FormTable
from collector.store.tables.submissions import Submission, SubmissionVersion
from collector.store.tables.tasks import Task

_rows = FlatRow.__table__
_values, _points = FilterValue.__table__, AnswerPoint.__table__
_submissions = Submission.__table__
_versions = SubmissionVersion.__table__

_TO_FLATTEN = Prepared(
    select(_versions.c.id, _versions.c.submission_id, _versions.c.form_id, _versions.c.draft, _versions.c.flat_at,
           _versions.c.xml, Form.current_version_id, _versions.c.form_version_id,
           AlikeForm.key.label("alike_key"), AlikeForm.content.label("alike_content"),
           AlikeForm.edition.label("alike_edition"))
    .join(Form, Form.id == _versions.c.form_id).join(AlikeForm, AlikeForm.form_id == _versions.c.form_id, isouter=True)
    .where(_versions.c.submission_id == bindparam("number"), _versions.c.current))
_FLAT_STATE = Prepared(
    select(_versions.c.id, _versions.c.flat_at, Form.current_version_id, AlikeForm.edition)
    .join(Form, Form.id == _versions.c.form_id).join(AlikeForm, AlikeForm.form_id == _versions.c.form_id, isouter=True)
    .where(_versions.c.submission_id == bindparam("number"), _versions.c.current))
_DROP_VALUES = Prepared(delete(_values).where(_values.c.submission_id == bindparam("number")))
_DROP_ROWS = Prepared(delete(_rows).where(_rows.c.submission_id == bindparam("number")))
_DROP_POINTS = Prepared(delete(_points).where(_points.c.submission_id == bindparam("number")))
_ADD_VALUES, _ADD_ROWS, _ADD_POINTS = Adding(_values), Adding(_rows), Adding(_points)
_MARK_VERSION = Prepared(update(_versions).where(_versions.c.id == bindparam("number"))
                         .values(flat_at=bindparam("at")))
_MARK_SUBMISSION = Prepared(update(_submissions).where(_submissions.c.id == bindparam("number"))
                            .values(search=bindparam("words")))


def find_version_to_flatten(session: Session, submission_id: int):
    """The current version: id, submission_id, form_id, draft, flat_at, xml, current_version_id of the form,
    form_version_id; what makes records of the form look the same: alike_key, alike_content, alike_edition."""
    return _TO_FLATTEN.first(session, {"number": submission_id})


def find_flat_state(session: Session, submission_id: int):
    """(id, flat_at, current_version_id of the form, edition of its likeness) of the current version."""
    return _FLAT_STATE.first(session, {"number": submission_id})


def list_waiting(session: Session, form_ids: tuple[int, ...], after: int, limit: int) -> list[int]:
    """The next submissions of these forms whose step has not made their rows yet, by id."""
    # form_id + 0: no index begins with it, so the few tasks are gone through and not the many submissions of a form
    query = (select(Task.submission_id).distinct()
             .join(Submission, Submission.id == Task.submission_id)
             .join(SubmissionVersion, (SubmissionVersion.submission_id == Submission.id) & SubmissionVersion.current)
             .where(Task.step == "flatten", Task.state != "failed", Task.submission_id > after,
                    (Submission.form_id + 0).in_(form_ids), Submission.draft.is_(False),
                    SubmissionVersion.flat_at.is_(None))
             .order_by(Task.submission_id).limit(limit))
    return list(session.scalars(query))


def list_tables(session: Session, form_id: int) -> list[FormTable]:
    """The tables of the column model, the root first, then in the order they came into it."""
    return list(session.scalars(select(FormTable).where(FormTable.form_id == form_id).order_by(FormTable.id)))


def list_columns(session: Session, form_id: int) -> list[tuple[FormColumn, str]]:
    """(column, path of its table), by table and position."""
    query = (select(FormColumn, FormTable.path).join(FormTable, FormTable.id == FormColumn.table_id)
             .where(FormTable.form_id == form_id).order_by(FormColumn.table_id, FormColumn.position))
    return [tuple(row) for row in session.execute(query)]


def list_filterable(session: Session, form_ids: Collection[int]) -> dict[int, list[FormColumn]]:
    """{form: its columns that lists may be narrowed by, by table and position}; {} for no forms."""
    found: dict[int, list[FormColumn]] = {}
    query = (select(FormTable.form_id, FormColumn).join(FormColumn, FormTable.id == FormColumn.table_id)
             .where(FormTable.form_id.in_(form_ids), FormColumn.filterable)
             .order_by(FormTable.form_id, FormColumn.table_id, FormColumn.position))
    for form_id, column in session.execute(query) if form_ids else ():
        found.setdefault(form_id, []).append(column)
    return found


def replace_rows(session: Session, submission_id: int, rows: list[dict], values: list[dict],
                 points: list[dict]) -> None:
    """Nothing; the rows, filter values and points of the submission are these and no others."""
    for dropped in (_DROP_VALUES, _DROP_POINTS, _DROP_ROWS):
        dropped.run(session, {"number": submission_id})
    _ADD_ROWS.add_many(session, rows)
    _ADD_VALUES.add_many(session, values)
    if points:
        _ADD_POINTS.add_many(session, points)


def mark_flat(session: Session, version_id: int, submission_id: int, search: str, at) -> None:
    """Nothing; the submission can be searched, the version is flattened."""
    _MARK_VERSION.run(session, {"number": version_id, "at": at})
    _MARK_SUBMISSION.run(session, {"number": submission_id, "words": search})


def list_rows(session: Session, submission_id: int) -> list[tuple[str, FlatRow]]:
    """(path of the table, row) of one submission, in document order within each table."""
    query = (select(FormTable.path, FlatRow).join(FormTable, FormTable.id == FlatRow.table_id)
             .where(FlatRow.submission_id == submission_id).order_by(FlatRow.table_id, FlatRow.ordinal))
    return [tuple(row) for row in session.execute(query)]


def stream_rows(session: Session, table_id: int, page: int = 1000) -> Iterator[list]:
    """Pages of (submission_id, ordinal, key, parent_key, data) of a table, keyed, so that no page costs more."""
    after = (0, -1)
    while True:
        query = (select(_rows.c.submission_id, _rows.c.ordinal, _rows.c.key, _rows.c.parent_key, _rows.c.data)
                 .where(_rows.c.table_id == table_id,
                        (_rows.c.submission_id > after[0])
                        | ((_rows.c.submission_id == after[0]) & (_rows.c.ordinal > after[1])))
                 .order_by(_rows.c.submission_id, _rows.c.ordinal).limit(page))
        rows = session.connection().execute(query).all()
        if not rows:
            return
        yield rows
        after = (rows[-1].submission_id, rows[-1].ordinal)
