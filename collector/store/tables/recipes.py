"""Tables of cleaning: recipes with their versions, what steps last changed, keys of pseudonyms, mappings of columns.

It must not know what a step does (`domain/cleaning`). `store/queries/recipes` reads and writes them.
"""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from collector.store.base import Base, Moment, Number, Words


class RecipeRow(Base):
    """A recipe of a form under a name that only one living recipe of the form has; version: the one in force.

    counted_at, counted: when its steps were last counted, and what was there then: (version, edition of the data).
    """

    __tablename__ = "recipes"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    form_id: Mapped[int] = mapped_column(ForeignKey("forms.id"))
    name: Mapped[str] = mapped_column(Words)
    version: Mapped[int] = mapped_column()
    counted_at: Mapped[datetime | None] = mapped_column(Moment)
    counted: Mapped[str | None] = mapped_column(Words)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("actors.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime | None] = mapped_column(Moment)
    removed_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (
        Index("uq_recipes_living", "form_id", "name", unique=True,
              sqlite_where=text("removed_at IS NULL"), postgresql_where=text("removed_at IS NULL")),
    )


class RecipeVersion(Base):
    """One state of a recipe; never changed. steps: as `domain/cleaning/recipe.as_plain` writes them.

    reverts_to: the earlier version whose steps these are, where somebody went back.
    """

    __tablename__ = "recipe_versions"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    recipe_id: Mapped[int] = mapped_column(ForeignKey("recipes.id"))
    number: Mapped[int] = mapped_column()
    steps: Mapped[dict] = mapped_column(JSON)
    note: Mapped[str | None] = mapped_column(Words)
    reverts_to: Mapped[int | None] = mapped_column()
    author_id: Mapped[int | None] = mapped_column(ForeignKey("actors.id"))
    at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (UniqueConstraint("recipe_id", "number"),)


class RecipeCount(Base):
    """What a step of a recipe last changed, over how many records, and the notice that came of it.

    step: the step as it was counted, so that a changed one starts anew. notice: None, nothing, more or fault;
    before: cells changed when last counted before the notice; es, en: what stands against running a step (fault).
    """

    __tablename__ = "recipe_counts"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    recipe_id: Mapped[int] = mapped_column(ForeignKey("recipes.id"))
    step_id: Mapped[str] = mapped_column(Words)
    step: Mapped[dict] = mapped_column(JSON)
    rows: Mapped[int] = mapped_column()
    cells: Mapped[int] = mapped_column()
    records: Mapped[int] = mapped_column()
    counted_at: Mapped[datetime] = mapped_column(Moment)
    notice: Mapped[str | None] = mapped_column(String(8))
    before: Mapped[int | None] = mapped_column()
    es: Mapped[str | None] = mapped_column(Words)
    en: Mapped[str | None] = mapped_column(Words)
    noticed_at: Mapped[datetime | None] = mapped_column(Moment)
    acknowledged_by: Mapped[int | None] = mapped_column(ForeignKey("actors.id"))
    acknowledged_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (UniqueConstraint("recipe_id", "step_id"),)


class PseudonymKey(Base):
    """The secret that pseudonyms of a project are made with; the same value has the same pseudonym in all its forms."""

    __tablename__ = "pseudonym_keys"

    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"), primary_key=True, autoincrement=False)
    key: Mapped[bytes] = mapped_column(LargeBinary(32))
    created_at: Mapped[datetime] = mapped_column(Moment)


class ColumnMapping(Base):
    """A person's word that the field at from_path lives on at to_path, in the same table."""

    __tablename__ = "column_mappings"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    form_id: Mapped[int] = mapped_column(ForeignKey("forms.id"))
    from_path: Mapped[str] = mapped_column(Words)
    to_path: Mapped[str] = mapped_column(Words)
    reason: Mapped[str] = mapped_column(Words)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("actors.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    removed_by: Mapped[int | None] = mapped_column(ForeignKey("actors.id"))
    removed_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (
        Index("uq_column_mappings_living", "form_id", "from_path", unique=True,
              sqlite_where=text("removed_at IS NULL"), postgresql_where=text("removed_at IS NULL")),
    )
