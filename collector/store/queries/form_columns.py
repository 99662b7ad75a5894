"""Queries that grow the column model: the tables and columns of a form over all its versions.

It must not decide which columns a version adds (`domain/columns`). `services/publishing` writes here; flattening,
lists and exports read with `queries/answers`.
"""

from collections.abc import Iterable

from sqlalchemy import update
from sqlalchemy.orm import Session

from collector.store.tables.forms import FormColumn, FormTable


def add_tables(session: Session, form_id: int, tables: Iterable) -> list[FormTable]:
    """The tables written, with their numbers. tables: anything with path, name, parent."""
    rows = [FormTable(form_id=form_id, path=one.path, name=one.name, parent=one.parent) for one in tables]
    session.add_all(rows)
    session.flush()
    return rows


def add_columns(session: Session, table_ids: dict[str, int], columns: Iterable, version_id: int) -> None:
    """Nothing; table_ids: number by path of the table. columns: table, path, name, type, position, filterable."""
    session.add_all(FormColumn(
        table_id=table_ids[one.table], path=one.path, name=one.name, type=one.type, position=one.position,
        filterable=one.filterable, version_id=version_id) for one in columns)
    session.flush()


def widen(session: Session, table_id: int, path: str, type: str) -> None:
    """Nothing; the column's type has grown (text to one choice, one choice to several)."""
    session.execute(update(FormColumn).where(FormColumn.table_id == table_id, FormColumn.path == path)
                    .values(type=type), execution_options={"synchronize_session": "evaluate"})
