"""Queries of programmes: the definition of a project, and the values of a field among records, each with its records.

It must not decide whose records count: a narrowing says it (`services/filters`). `services/programme` calls it.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row, func, literal_column, select, union_all
from sqlalchemy.orm import Session

from collector.store.queries.narrowing import Narrowing, narrowed
from collector.store.tables.answers import FilterValue
from collector.store.tables.programmes import ProgrammeRow
from collector.store.tables.submissions import Submission


def find(session: Session, project_id: int) -> dict | None:
    """The definition of a project's programme."""
    return session.scalar(select(ProgrammeRow.definition).where(ProgrammeRow.project_id == project_id))


def find_to_change(session: Session, project_id: int) -> ProgrammeRow | None:
    """The programme as it is now; who else wants to change it waits for this transaction."""
    return session.scalar(select(ProgrammeRow).where(ProgrammeRow.project_id == project_id).with_for_update()
                          .execution_options(populate_existing=True))


def add(session: Session, project_id: int, definition: dict, updated_by: int | None, updated_at: datetime) -> None:
    """Nothing; the project has this programme, which had none."""
    session.add(ProgrammeRow(project_id=project_id, definition=definition, updated_by=updated_by,
                             updated_at=updated_at))
    session.flush()


def mark(session: Session, row: ProgrammeRow, **values) -> None:
    """Nothing; changes columns of the programme."""
    for name, value in values.items():
        setattr(row, name, value)
    session.flush()


def list_values(session: Session, asked: Sequence[tuple[Narrowing, int]], most: int) -> list[dict[str, int]]:
    """For each (narrowing, number of a filterable column): {folded value: records that have it}, so many at most.

    All in one statement; the values stand in their order.
    """
    if not asked:
        return []
    parts = []
    for place, (narrowing, column_id) in enumerate(asked):
        some = narrowed(select(Submission.id), narrowing)
        one = (select(FilterValue.text, func.count(FilterValue.submission_id.distinct()).label("records"))
               .where(FilterValue.column_id == column_id, FilterValue.text.is_not(None), FilterValue.text != "",
                      FilterValue.submission_id.in_(some))
               .group_by(FilterValue.text).order_by(FilterValue.text).limit(most).subquery())
        parts.append(select(literal_column(str(place)).label("place"), one.c.text, one.c.records))
    found: list[dict[str, int]] = [{} for _one in asked]
    rows: list[Row] = session.execute(union_all(*parts)).all()
    for place, text, records in sorted(rows):
        found[int(place)][text] = records
    return found
