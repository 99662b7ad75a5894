"""Queries of flat rows: written by the flattening step, read by lists, OData and exports.

It must not parse submissions (`domain/flatten`). Rows are read in the order of (submission, ordinal), by key.
"""

from collections.abc import Iterator

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session, undefer

from collector.store.tables.answers import FilterValue, FlatRow
from collector.store.tables.forms import FormColumn, FormTable
from collector.store.tables.submissions import Submission, SubmissionVersion
from collector.store.tables.tasks import Task

_rows = FlatRow.__table__
_values = FilterValue.__table__


def find_version_to_flatten(session: Session, submission_id: int) -> SubmissionVersion | None:
    """The current version of a submission, with its XML."""
    return session.scalars(select(SubmissionVersion).options(undefer(SubmissionVersion.xml))
                           .where(SubmissionVersion.submission_id == submission_id,
                                  SubmissionVersion.current)).first()


def list_waiting(session: Session, form_ids: tuple[int, ...], after: int, limit: int) -> list[int]:
    """The next submissions of these forms whose step has not made their rows yet, by id."""
    query = (select(Submission.id).distinct().join(Task, Task.submission_id == Submission.id)
             .join(SubmissionVersion, (SubmissionVersion.submission_id == Submission.id) & SubmissionVersion.current)
             .where(Task.step == "flatten", Task.state != "failed", Submission.form_id.in_(form_ids),
                    Submission.draft.is_(False), SubmissionVersion.flat_at.is_(None), Submission.id > after)
             .order_by(Submission.id).limit(limit))
    return list(session.scalars(query))


def list_tables(session: Session, form_id: int) -> list[FormTable]:
    """The tables of the column model, the root first, then in the order they came into it."""
    return list(session.scalars(select(FormTable).where(FormTable.form_id == form_id).order_by(FormTable.id)))


def list_columns(session: Session, form_id: int) -> list[tuple[FormColumn, str]]:
    """(column, path of its table), by table and position."""
    query = (select(FormColumn, FormTable.path).join(FormTable, FormTable.id == FormColumn.table_id)
             .where(FormTable.form_id == form_id).order_by(FormColumn.table_id, FormColumn.position))
    return [tuple(row) for row in session.execute(query)]


def replace_rows(session: Session, submission_id: int, rows: list[dict], values: list[dict]) -> None:
    """Nothing; the rows and filter values of the submission are these and no others."""
    connection = session.connection()
    connection.execute(delete(_values).where(_values.c.submission_id == submission_id))
    connection.execute(delete(_rows).where(_rows.c.submission_id == submission_id))
    connection.execute(insert(_rows), rows)
    if values:
        connection.execute(insert(_values), values)


def mark_flat(session: Session, version: SubmissionVersion, search: str, at) -> None:
    """Nothing; the submission can be searched, the version is flattened."""
    version.flat_at = at
    session.flush()
    session.get(Submission, version.submission_id).search = search
    session.flush()


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
