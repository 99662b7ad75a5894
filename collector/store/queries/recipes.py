"""Queries of cleaning: recipes with their versions, what steps changed when last counted, keys of pseudonyms, mappings.

It must not know what a step does (`domain/cleaning`) nor say who may.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from collector.store.tables.forms import Form
from collector.store.tables.people import Actor
from collector.store.tables.recipes import ColumnMapping, PseudonymKey, RecipeCount, RecipeRow, RecipeVersion

_counts, _keys = RecipeCount.__table__, PseudonymKey.__table__


def add_recipe(session: Session, **values) -> RecipeRow:
    """The recipe added."""
    return _added(session, RecipeRow(**values))


def find_recipe(session: Session, form_id: int, number: int) -> RecipeRow | None:
    """A recipe of the form, removed or not."""
    return session.scalars(select(RecipeRow).where(RecipeRow.id == number, RecipeRow.form_id == form_id)).first()


def lock_recipe(session: Session, row: RecipeRow) -> RecipeRow:
    """The recipe as it stands, that nobody else changes until this transaction ends."""
    session.refresh(row, with_for_update=True)
    return row


def find_named(session: Session, form_id: int, name: str) -> RecipeRow | None:
    """The living recipe of this name."""
    return session.scalars(select(RecipeRow).where(RecipeRow.form_id == form_id, RecipeRow.name == name,
                                                   RecipeRow.removed_at.is_(None))).first()


def list_recipes(session: Session, form_id: int) -> list[tuple[RecipeRow, RecipeVersion, str | None]]:
    """(recipe, its version in force, name of who saved that) of the living recipes of a form, by name."""
    return list_of_forms(session, [form_id])


def list_of_forms(session: Session, form_ids: Collection[int]) -> list[tuple[RecipeRow, RecipeVersion, str | None]]:
    """The same of several forms."""
    query = (select(RecipeRow, RecipeVersion, Actor.name)
             .join(RecipeVersion, (RecipeVersion.recipe_id == RecipeRow.id)
                   & (RecipeVersion.number == RecipeRow.version))
             .outerjoin(Actor, Actor.id == RecipeVersion.author_id)
             .where(RecipeRow.form_id.in_(form_ids), RecipeRow.removed_at.is_(None)).order_by(RecipeRow.name))
    return [tuple(row) for row in session.execute(query)]


def list_removed(session: Session, form_id: int) -> list[RecipeRow]:
    """The removed recipes of a form, the last removed first."""
    return list(session.scalars(select(RecipeRow).where(
        RecipeRow.form_id == form_id, RecipeRow.removed_at.is_not(None)).order_by(RecipeRow.removed_at.desc())))


def add_version(session: Session, **values) -> RecipeVersion:
    """The version added."""
    return _added(session, RecipeVersion(**values))


def find_version(session: Session, recipe_id: int, number: int) -> tuple[RecipeVersion, str | None] | None:
    """(version, name of who saved it)."""
    found = session.execute(_versions(recipe_id).where(RecipeVersion.number == number)).first()
    return tuple(found) if found else None


def list_versions(session: Session, recipe_id: int) -> list[tuple[RecipeVersion, str | None]]:
    """(version, name of who saved it), newest first."""
    return [tuple(row) for row in session.execute(_versions(recipe_id).order_by(RecipeVersion.number.desc()))]


def list_to_count(session: Session, before: datetime) -> list[tuple[int, int, str, int]]:
    """(project id, form id, xmlFormId, recipe id) of living recipes not counted since, those of one form together."""
    query = (select(Form.project_id, Form.id, Form.xml_form_id, RecipeRow.id).join(Form, Form.id == RecipeRow.form_id)
             .where(RecipeRow.removed_at.is_(None), Form.deleted_at.is_(None), Form.current_version_id.is_not(None),
                    RecipeRow.counted_at.is_(None) | (RecipeRow.counted_at < before))
             .order_by(Form.id, RecipeRow.id))
    return [tuple(row) for row in session.execute(query)]


def list_counts(session: Session, recipe_id: int) -> list[RecipeCount]:
    """What the steps of a recipe last changed."""
    return list(session.scalars(select(RecipeCount).where(RecipeCount.recipe_id == recipe_id).order_by(RecipeCount.id)))


def replace_counts(session: Session, recipe_id: int, rows: list[dict]) -> None:
    """Nothing; these are the counts of the recipe and there are no others."""
    session.execute(delete(_counts).where(_counts.c.recipe_id == recipe_id))
    if rows:
        session.execute(insert(_counts), [{"recipe_id": recipe_id, **row} for row in rows])


def list_notices(session: Session, form_id: int) -> list[tuple[RecipeRow, RecipeCount]]:
    """(recipe, count with a notice that nobody has acknowledged) of the living recipes of a form, newest first."""
    query = (select(RecipeRow, RecipeCount).join(RecipeCount, RecipeCount.recipe_id == RecipeRow.id)
             .where(RecipeRow.form_id == form_id, RecipeRow.removed_at.is_(None), RecipeCount.notice.is_not(None),
                    RecipeCount.acknowledged_at.is_(None))
             .order_by(RecipeCount.noticed_at.desc(), RecipeCount.id))
    return [tuple(row) for row in session.execute(query)]


def find_key(session: Session, project_id: int) -> bytes | None:
    """The secret that pseudonyms of the project are made with."""
    return session.scalar(select(_keys.c.key).where(_keys.c.project_id == project_id))


def add_key(session: Session, project_id: int, key: bytes, at: datetime) -> None:
    """Nothing; the project has a key: this one, unless another was there first."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(dialect.insert(_keys).values(project_id=project_id, key=key, created_at=at)
                    .on_conflict_do_nothing())


def add_mapping(session: Session, **values) -> ColumnMapping:
    """The mapping added."""
    return _added(session, ColumnMapping(**values))


def find_mapping(session: Session, form_id: int, number: int) -> ColumnMapping | None:
    """A mapping of the form, removed or not."""
    return session.scalars(select(ColumnMapping).where(ColumnMapping.id == number,
                                                       ColumnMapping.form_id == form_id)).first()


def list_mappings(session: Session, form_id: int) -> list[tuple[ColumnMapping, str | None]]:
    """(mapping, name of its author) of the mappings in force, oldest first."""
    query = (select(ColumnMapping, Actor.name).outerjoin(Actor, Actor.id == ColumnMapping.author_id)
             .where(ColumnMapping.form_id == form_id, ColumnMapping.removed_at.is_(None)).order_by(ColumnMapping.id))
    return [tuple(row) for row in session.execute(query)]


def _versions(recipe_id: int):
    return (select(RecipeVersion, Actor.name).outerjoin(Actor, Actor.id == RecipeVersion.author_id)
            .where(RecipeVersion.recipe_id == recipe_id))


def _added(session: Session, row):
    session.add(row)
    session.flush()
    return row
