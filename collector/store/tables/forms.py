"""Tables of forms: form, its versions with media, and the one column model over all versions.

It must not parse XForms (`domain/xform`) nor hold rows of answers (`tables/answers`).
`store/queries/forms` reads and writes them.
"""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from collector.store.base import Base, Moment, Number, Words


class Form(Base):
    """A form of a project under its xmlFormId; at most one living form per id.

    state: open, closing (sent forms still come in, new phones do not get it) or closed. check_policy: None to take all
    and note what the check finds, {"refuse": [kinds]} to turn away what breaks rules of these kinds. purged_at: when it
    was emptied after its time in the trash; its line stays for the history.
    """

    __tablename__ = "forms"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    xml_form_id: Mapped[str] = mapped_column(Words)
    state: Mapped[str] = mapped_column(String(10), default="open")
    current_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("form_versions.id", use_alter=True, name="fk_forms_current_version_id_form_versions"))
    draft_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("form_versions.id", use_alter=True, name="fk_forms_draft_version_id_form_versions"))
    webforms_enabled: Mapped[bool] = mapped_column(default=False, server_default=false())
    check_policy: Mapped[dict | None] = mapped_column(JSON)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("actors.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime | None] = mapped_column(Moment)
    deleted_at: Mapped[datetime | None] = mapped_column(Moment)
    purged_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (
        Index("uq_forms_living", "project_id", "xml_form_id", unique=True,
              sqlite_where=text("deleted_at IS NULL"), postgresql_where=text("deleted_at IS NULL")),
    )

    def places(self) -> tuple[tuple[str, int], ...]:
        """Where a grant reaches this form from."""
        return (("form", self.id), ("project", self.project_id), ("site", 0))


class FormVersion(Base):
    """One definition of a form: a draft while published_at is empty, unchangeable afterwards.

    hash is the MD5 that OpenRosa wants, sha1 what older clients of the API compare; source is the workbook as uploaded,
    by its SHA-256 in the blob store.
    """

    __tablename__ = "form_versions"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    form_id: Mapped[int] = mapped_column(ForeignKey("forms.id"), index=True)
    version: Mapped[str] = mapped_column(Words, default="")
    title: Mapped[str] = mapped_column(Words, default="")
    xml: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    hash: Mapped[str] = mapped_column(String(32))
    sha1: Mapped[str] = mapped_column(String(40), default="", server_default="")
    sha256: Mapped[str] = mapped_column(String(64))
    source_sha256: Mapped[str | None] = mapped_column(ForeignKey("blobs.sha256"))
    source_name: Mapped[str | None] = mapped_column(Words)
    source_kind: Mapped[str] = mapped_column(String(4), default="")
    warnings: Mapped[list | None] = mapped_column(JSON)
    public_key: Mapped[str | None] = mapped_column(Words)
    draft_token: Mapped[str | None] = mapped_column(String(64), unique=True)
    published_at: Mapped[datetime | None] = mapped_column(Moment)
    dropped_at: Mapped[datetime | None] = mapped_column(Moment)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("actors.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (
        Index("uq_form_versions_published", "form_id", "version", unique=True,
              sqlite_where=text("published_at IS NOT NULL"), postgresql_where=text("published_at IS NOT NULL")),
    )


class FormMedia(Base):
    """A file that a version of a form expects, and the blob that fills its place once there.

    media_type: as it was declared when the file was given, None where its name tells it.
    """

    __tablename__ = "form_media"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("form_versions.id"))
    name: Mapped[str] = mapped_column(Words)
    kind: Mapped[str] = mapped_column(String(10))
    blob_sha256: Mapped[str | None] = mapped_column(ForeignKey("blobs.sha256"))
    media_type: Mapped[str | None] = mapped_column(String(100))
    dataset_id: Mapped[int | None] = mapped_column(Number)
    updated_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (UniqueConstraint("version_id", "name"),)


class FormTable(Base):
    """A table of the column model: the root (path '') or one repeat of any version."""

    __tablename__ = "form_tables"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    form_id: Mapped[int] = mapped_column(ForeignKey("forms.id"))
    path: Mapped[str] = mapped_column(Words)
    name: Mapped[str] = mapped_column(Words)
    parent: Mapped[str | None] = mapped_column(Words)

    __table_args__ = (UniqueConstraint("form_id", "path"),)


class FormColumn(Base):
    """A column of the column model: same table and path in any version is the same column.

    position is the place of its value in a flat row's array; positions only grow.
    """

    __tablename__ = "form_columns"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    table_id: Mapped[int] = mapped_column(ForeignKey("form_tables.id"))
    path: Mapped[str] = mapped_column(Words)
    name: Mapped[str] = mapped_column(Words)
    type: Mapped[str] = mapped_column(String(20))
    position: Mapped[int] = mapped_column()
    filterable: Mapped[bool] = mapped_column(default=False)
    version_id: Mapped[int] = mapped_column(ForeignKey("form_versions.id"))

    __table_args__ = (UniqueConstraint("table_id", "path"), UniqueConstraint("table_id", "position"))
