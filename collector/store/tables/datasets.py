"""Tables of datasets (entity lists): the lists of a project, their properties, which forms write them.

It must not hold entities (`tables/entities`). `store/queries/datasets` reads and writes them.
"""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from collector.store.base import Base, Moment, Number, Words


class Dataset(Base):
    """An entity list of a project under its name; folded: the name without capitals, at most one living of each.

    approval_required: records make entities only once they are approved. access_filter: None, {"type": "ownerOnly"} or
    {"type": "property", "rules": [{"datasetProperty", "actorProperty"}]}: which entities a phone gets. edition: counts
    up with whatever changes what phones get. mandates: None, or which property tells what, where the list keeps who
    held office (`domain/mandates`).
    """

    __tablename__ = "datasets"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    name: Mapped[str] = mapped_column(Words)
    folded: Mapped[str] = mapped_column(Words)
    approval_required: Mapped[bool] = mapped_column(default=False)
    access_filter: Mapped[dict | None] = mapped_column(JSON(none_as_null=True))
    mandates: Mapped[dict | None] = mapped_column(JSON(none_as_null=True))
    edition: Mapped[int] = mapped_column(default=0)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("actors.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime | None] = mapped_column(Moment)
    deleted_at: Mapped[datetime | None] = mapped_column(Moment)
    purged_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (
        Index("uq_datasets_living", "project_id", "folded", unique=True,
              sqlite_where=text("deleted_at IS NULL"), postgresql_where=text("deleted_at IS NULL")),
    )

    def places(self) -> tuple[tuple[str, int], ...]:
        """Where a grant reaches this list from."""
        return (("project", self.project_id), ("site", 0))


class DatasetProperty(Base):
    """A property of a dataset. folded: its name without capitals. published_at: None while only a draft names it."""

    __tablename__ = "dataset_properties"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    dataset_id: Mapped[int] = mapped_column(ForeignKey("datasets.id"))
    name: Mapped[str] = mapped_column(Words)
    folded: Mapped[str] = mapped_column(Words)
    published_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (UniqueConstraint("dataset_id", "folded"),)


class DatasetUse(Base):
    """A published version of a form writes a dataset: the list itself (property_id None) or one property of it.

    path: of the entity declaration or of the field in the form.
    """

    __tablename__ = "dataset_uses"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("form_versions.id"), index=True)
    dataset_id: Mapped[int] = mapped_column(ForeignKey("datasets.id"), index=True)
    property_id: Mapped[int | None] = mapped_column(ForeignKey("dataset_properties.id"))
    path: Mapped[str] = mapped_column(Words)
