"""Tables of answers: flat rows of the current version of each submission, and the index that filters read.

It must not hold anything that cannot be made again from the XML. `services/flattening` fills them,
lists, OData and exports read them through `store/queries/answers`.
"""

from datetime import datetime

from sqlalchemy import JSON, Double, ForeignKey, Index, LargeBinary, Text, UniqueConstraint
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


class AnswerPoint(Base):
    """A point that was answered somewhere in a submission. Degrees WGS84."""

    __tablename__ = "answer_points"

    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    latitude: Mapped[float] = mapped_column(Double)
    longitude: Mapped[float] = mapped_column(Double)

    __table_args__ = (Index("ix_answer_points_place", "latitude", "longitude", "submission_id"),)


class WordBlock(Base):
    """The words of many submissions that follow each other by id, each once, with the submissions that have it.

    number: of the block. edition: counts up whenever the text of one of its submissions changes; words, hits and
    form_ids are empty from then on until the block is made again. words: each on a line; hits: how `domain/wordlist`
    packs which have it.
    """

    __tablename__ = "word_blocks"

    number: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=False)
    edition: Mapped[int] = mapped_column(default=0)
    words: Mapped[str | None] = mapped_column(Words)
    hits: Mapped[bytes | None] = mapped_column(LargeBinary)
    form_ids: Mapped[list | None] = mapped_column(JSON(none_as_null=True))
