"""Tables of entities: what stands in a dataset now, every version of it, and what each submission did to it.

It must not judge conflicts (`domain/entity`). `store/queries/entities` and `store/queries/entity_acts` read and write
them.
"""

from datetime import datetime

from sqlalchemy import JSON, Double, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from collector.store.base import Base, Moment, Number, Words

_CONFLICT = text("conflict IS NOT NULL")
_OPEN = text("state <> 'done'")


class Entity(Base):
    """An entity as it is now. version, label, data: of its newest version; data: {property: text}.

    conflict: None, soft or hard. search: label and values folded, for the search of the list. latitude, longitude: of
    its property `geometry`, where that is a point.
    """

    __tablename__ = "entities"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    dataset_id: Mapped[int] = mapped_column(ForeignKey("datasets.id"))
    uuid: Mapped[str] = mapped_column(Words)
    version: Mapped[int] = mapped_column(default=1)
    label: Mapped[str] = mapped_column(Words)
    data: Mapped[dict] = mapped_column(JSON)
    search: Mapped[str] = mapped_column(Words, default="")
    latitude: Mapped[float | None] = mapped_column(Double)
    longitude: Mapped[float | None] = mapped_column(Double)
    conflict: Mapped[str | None] = mapped_column(String(4))
    creator_id: Mapped[int | None] = mapped_column(ForeignKey("actors.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime | None] = mapped_column(Moment)
    deleted_at: Mapped[datetime | None] = mapped_column(Moment)
    purged_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (
        UniqueConstraint("dataset_id", "uuid"),
        Index("ix_entities_dataset_id_id", "dataset_id", "id"),
        Index("ix_entities_tally", "dataset_id", "deleted_at", "conflict", "created_at"),  # all that a list counts
        Index("ix_entities_conflict", "dataset_id", "id", sqlite_where=_CONFLICT, postgresql_where=_CONFLICT),
    )


class EntityVersion(Base):
    """One version of an entity. received: what this change said, label included; data: the whole after it.

    base_version: what it was made from. branch_id, trunk_version, branch_base_version: of a phone's own line of offline
    changes, as the phone told them. conflicting: properties that another change had set otherwise meanwhile.
    source_id: where it came from.
    """

    __tablename__ = "entity_versions"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    entity_id: Mapped[int] = mapped_column(ForeignKey("entities.id"))
    version: Mapped[int] = mapped_column()
    label: Mapped[str] = mapped_column(Words)
    data: Mapped[dict] = mapped_column(JSON)
    received: Mapped[dict] = mapped_column(JSON)
    base_version: Mapped[int | None] = mapped_column()
    branch_id: Mapped[str | None] = mapped_column(Words)
    trunk_version: Mapped[int | None] = mapped_column()
    branch_base_version: Mapped[int | None] = mapped_column()
    conflict: Mapped[str | None] = mapped_column(String(4))
    conflicting: Mapped[list | None] = mapped_column(JSON(none_as_null=True))
    source_id: Mapped[int] = mapped_column(ForeignKey("entity_sources.id"), index=True)
    creator_id: Mapped[int | None] = mapped_column(ForeignKey("actors.id"))
    user_agent: Mapped[str | None] = mapped_column(Words)
    created_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (UniqueConstraint("entity_id", "version"),)


class EntitySource(Base):
    """Where versions of entities came from. kind: submission, api, bulk (many at once, by file or API) or page.

    name, size: of the file of a bulk. event_id: the act of the history that caused it.
    """

    __tablename__ = "entity_sources"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str | None] = mapped_column(Words)
    size: Mapped[int | None] = mapped_column()
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submissions.id"), index=True)
    submission_version_id: Mapped[int | None] = mapped_column(ForeignKey("submission_versions.id"))
    event_id: Mapped[int | None] = mapped_column(Number)


class EntityAct(Base):
    """What one submission does to one dataset, at one place of it; never done twice.

    place: of the container: '' for the root, '/autoridad[2]' in a repeat. state: approval (waits for it), held (an
    earlier change of the same phone has not arrived), done, failed. fault: {"code", "reason", ...} why it failed.
    entity_version_id: what it made. branch_id, branch_base: what a held one waits for: the version of this branch that
    was made from branch_base - 1.
    """

    __tablename__ = "entity_acts"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    submission_version_id: Mapped[int] = mapped_column(ForeignKey("submission_versions.id"))
    dataset_id: Mapped[int | None] = mapped_column(ForeignKey("datasets.id"))
    dataset_name: Mapped[str] = mapped_column(Words)
    place: Mapped[str] = mapped_column(Words)
    uuid: Mapped[str] = mapped_column(Words, default="")
    action: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(8))
    fault: Mapped[dict | None] = mapped_column(JSON(none_as_null=True))
    entity_version_id: Mapped[int | None] = mapped_column(ForeignKey("entity_versions.id"), index=True)
    branch_id: Mapped[str | None] = mapped_column(Words)
    branch_base: Mapped[int | None] = mapped_column()
    at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (
        UniqueConstraint("submission_id", "place", "dataset_name"),
        Index("ix_entity_acts_open", "dataset_id", "state", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_entity_acts_branch", "branch_id", "branch_base", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )
