"""Queries of row scope: the condition that a submission is among the records that somebody is limited to.

It must not know grants (`services/scopes` makes Rows of them). Every other room of queries narrows by `within`.
"""

from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session

from collector.store.tables.answers import FilterValue
from collector.store.tables.submissions import Submission


class Rows(NamedTuple):
    """Records of a form: of these phones (empty for any), with one of these folded texts in one of these columns.

    columns: None where no field counts; empty where the form has no such field: no record then.
    """

    phones: tuple[int, ...] = ()
    columns: tuple[int, ...] | None = None
    texts: tuple[str, ...] = ()


Scope = tuple[Rows, ...] | None  # any of these; None for all records


def within(scope: Scope, often: frozenset = frozenset()) -> ColumnElement[bool]:
    """The condition that a submission is in the scope. often: columns whose values many records have."""
    if scope is None:
        return and_(True)
    return or_(false(), *(and_(*_conditions(rows, often)) for rows in scope))


def are_within(session: Session, scope: Scope, numbers: list[int]) -> set[int]:
    """Those of these submissions that are in the scope."""
    if scope is None or not numbers:
        return set(numbers)
    return set(session.scalars(select(Submission.id).where(Submission.id.in_(numbers), within(scope))))


def _conditions(rows: Rows, often: frozenset):
    yield and_(True)
    if rows.phones:
        yield Submission.submitter_id.in_(rows.phones)
    if rows.columns is not None:
        if not rows.columns or not rows.texts:
            yield false()
            return
        held = select(FilterValue.submission_id).where(FilterValue.column_id.in_(rows.columns),
                                                       FilterValue.text.in_(rows.texts))
        yield (Submission.id.in_(held) if often.isdisjoint(rows.columns)
               else held.where(FilterValue.submission_id == Submission.id).exists())
