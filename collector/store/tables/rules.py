"""Tables of rules beyond the form: what a manager declared, as data, and marks by which rules find records again.

They must not judge anything (`domain/rule_judging`). `store/queries/rules` and `store/queries/rule_marks` read and
write them; findings name rules.
"""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from collector.store.base import Base, Moment, Number, Words


class RuleRow(Base):
    """A rule of a form. type, parameters: as `domain/rules` reads them. state: draft or live.

    scope: form, or project where it holds for every form of the project that has the field. tried: what the last dry
    run of these parameters found, None when there was none.
    """

    __tablename__ = "rules"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    form_id: Mapped[int] = mapped_column(ForeignKey("forms.id"))
    type: Mapped[str] = mapped_column(String(12))
    scope: Mapped[str] = mapped_column(String(8), default="form")
    parameters: Mapped[dict] = mapped_column(JSON)
    severity: Mapped[str] = mapped_column(String(8))
    message_es: Mapped[str | None] = mapped_column(Words)
    message_en: Mapped[str | None] = mapped_column(Words)
    state: Mapped[str] = mapped_column(String(8), default="draft")
    tried: Mapped[dict | None] = mapped_column(JSON(none_as_null=True))
    created_by: Mapped[int | None] = mapped_column(ForeignKey("actors.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)
    updated_by: Mapped[int | None] = mapped_column(ForeignKey("actors.id"))
    updated_at: Mapped[datetime | None] = mapped_column(Moment)
    published_at: Mapped[datetime | None] = mapped_column(Moment)
    dropped_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (Index("ix_rules_form_id_id", "form_id", "id"),)


class RuleMark(Base):
    """What a rule finds a record again by: a combination of answers, or a phone and a day that it tells of."""

    __tablename__ = "rule_marks"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    rule_id: Mapped[int] = mapped_column(ForeignKey("rules.id"))
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), index=True)
    mark: Mapped[str] = mapped_column(String(32))

    __table_args__ = (Index("ix_rule_marks_mark", "rule_id", "mark", "submission_id"),)
