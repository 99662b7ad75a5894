"""Tables of answers: flat rows of the current version of each submission, and the index that filters read.

It must not hold anything that cannot be made again from the XML. `services/flattening` fills them,
lists, OData and exports read them through `store/queries/answers`.
"""

from datetime import datetime

from sqlalchemy import Double, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from collector.store.base import Base, Moment, Number, Words


class FlatRow(Base):
    """One row of answers: the root of a submission or one instance of a repeat.

    key: '' for the root, 'integrantes[2]/hijos[1]' for a repeat; data: JSON array, the value of each column at the
    column's position, short arrays end in nulls.
    """

    __tablename__ = "flat_rows"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    table_id: Mapped[int] = mapped_column(ForeignKey("form_tables.id"))
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("submission_versions.id"))
    ordinal: Mapped[int] = mapped_column()
    key: Mapped[str] = mapped_column(Words)
    parent_key: Mapped[str | None] = mapped_column(Words)
    data: Mapped[str] = mapped_column(Text)

    __table_args__ = (UniqueConstraint("table_id", "submission_id", "ordinal"),)


class FilterValue(Base):
    """One value of a filterable column, typed, for the filters of lists. Text is folded (no case, no accents)."""

    __tablename__ = "filter_values"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    column_id: Mapped[int] = mapped_column(ForeignKey("form_columns.id"))
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), index=True)
    text: Mapped[str | None] = mapped_column(Words)
    number: Mapped[float | None] = mapped_column(Double)
    moment: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (Index("ix_filter_values_text", "column_id", "text", "submission_id"),
                      Index("ix_filter_values_number", "column_id", "number", "submission_id"),
                      Index("ix_filter_values_moment", "column_id", "moment", "submission_id"))
