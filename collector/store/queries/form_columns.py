"""Queries of the column model: the tables and columns of a form over all its versions.

It must not decide which columns a version adds (`domain/columns`). `services/publishing` writes it; flattening, lists
and exports read it.
"""

from collections.abc import Iterable

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from collector.store.tables.forms import FormColumn, FormTable


def list_tables(session: Session, form_id: int) -> list[FormTable]:
    """The tables of a form, the root first, each repeat after the one around it."""
    return list(session.scalars(select(FormTable).where(FormTable.form_id == form_id).order_by(FormTable.id)))


def list_columns(session: Session, form_id: int) -> list[FormColumn]:
    """The columns of all tables of a form, by table and position."""
    return list(session.scalars(
        select(FormColumn).join(FormTable, FormTable.id == FormColumn.table_id)
        .where(FormTable.form_id == form_id).order_by(FormColumn.table_id, FormColumn.position)))


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
