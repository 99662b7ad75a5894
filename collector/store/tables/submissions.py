"""Tables of submissions: the submission, its versions as they were sent, the ledger of files, what was parked.

It must not know what answers mean (`tables/answers`). `store/queries/submissions` reads and writes them.
"""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from collector.store.base import Base, Moment, Number, Words

MARKED = ("submissions.errors > 0 OR submissions.warnings > 0 "
          "OR submissions.files_present < submissions.files_expected "
          "OR submissions.first_by IS NOT NULL OR submissions.review_state = 'edited'")
_NOTED = text(MARKED.replace("submissions.", ""))
_TRASH = text("deleted_at IS NOT NULL AND purged_at IS NULL")
_INBOX = ("form_id", "draft", "deleted_at", "id", "review_state", "read_at", "first_by", "errors", "warnings",
          "files_expected", "files_present", "submitter_id", "form_version_id", "created_at")


class Submission(Base):
    """One record under the instanceID it first came with; its current version holds the answers.

    draft: sent while testing a draft, apart from real data. errors, warnings: open findings of that severity.
    form_version_id: of the current version. decisions: how many were made; first_by: who approved it first, where that
    takes two (0: the system); read_at: when somebody who may decide opened the current version first. purged_at: when
    it was emptied after its time in the trash; its line stays, so that the history does not point at another record.
    """

    __tablename__ = "submissions"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    form_id: Mapped[int] = mapped_column(ForeignKey("forms.id"))
    draft: Mapped[bool] = mapped_column(default=False)
    instance_id: Mapped[str] = mapped_column(Words)
    review_state: Mapped[str | None] = mapped_column(String(12))
    submitter_id: Mapped[int | None] = mapped_column(ForeignKey("actors.id"))
    device_id: Mapped[str | None] = mapped_column(Words)
    edits: Mapped[int] = mapped_column(default=0)
    files_expected: Mapped[int] = mapped_column(default=0)
    files_present: Mapped[int] = mapped_column(default=0)
    errors: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    warnings: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    checked_at: Mapped[datetime | None] = mapped_column(Moment)
    name: Mapped[str | None] = mapped_column(Words)
    search: Mapped[str | None] = mapped_column(Words)
    form_version_id: Mapped[int | None] = mapped_column(Number)
    decisions: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    first_by: Mapped[int | None] = mapped_column(Number)
    read_at: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime | None] = mapped_column(Moment)
    deleted_at: Mapped[datetime | None] = mapped_column(Moment)
    purged_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (UniqueConstraint("form_id", "draft", "instance_id"),
                      Index("ix_submissions_trash", "deleted_at", sqlite_where=_TRASH, postgresql_where=_TRASH),
                      Index("ix_submissions_inbox", *_INBOX),
                      Index("ix_submissions_marked", *_INBOX, sqlite_where=_NOTED, postgresql_where=_NOTED),
                      Index("ix_submissions_form_id_draft_id", "form_id", "draft", "id"),
                      Index("ix_submissions_errors", "form_id", "draft", "id",
                            sqlite_where=text("errors > 0"), postgresql_where=text("errors > 0")),
                      Index("ix_submissions_warnings", "form_id", "draft", "id",
                            sqlite_where=text("warnings > 0"), postgresql_where=text("warnings > 0")))


class SubmissionVersion(Base):
    """What a phone sent, byte for byte; an edit is a further version and names the one it replaces.

    An instanceID is unique among all versions of a form, whichever submission they belong to.
    extra_files: files that came along and that the XML does not name; they are counted and not kept.
    """

    __tablename__ = "submission_versions"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), index=True)
    form_id: Mapped[int] = mapped_column(ForeignKey("forms.id"))
    draft: Mapped[bool] = mapped_column(default=False)
    form_version_id: Mapped[int] = mapped_column(ForeignKey("form_versions.id"))
    instance_id: Mapped[str] = mapped_column(Words)
    deprecated_id: Mapped[str | None] = mapped_column(Words)
    instance_name: Mapped[str | None] = mapped_column(Words)
    xml: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    encrypted: Mapped[bool] = mapped_column(default=False)
    current: Mapped[bool] = mapped_column(default=True)
    submitter_id: Mapped[int | None] = mapped_column(ForeignKey("actors.id"))
    device_id: Mapped[str | None] = mapped_column(Words)
    user_agent: Mapped[str | None] = mapped_column(Words)
    extra_files: Mapped[int] = mapped_column(default=0)
    flat_at: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (
        UniqueConstraint("form_id", "draft", "instance_id"),
        Index("uq_submission_versions_current", "submission_id", unique=True,
              sqlite_where=text("current"), postgresql_where=text("current")),
        Index("ix_submission_versions_device", "device_id", "created_at",
              sqlite_where=text("device_id IS NOT NULL"), postgresql_where=text("device_id IS NOT NULL")),
    )


class SubmissionFile(Base):
    """A line of the ledger: a file that the XML of a version names, and the blob once it is here.

    media_type: as declared by whoever put it by hand; None where its name tells.
    """

    __tablename__ = "submission_files"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("submission_versions.id"))
    name: Mapped[str] = mapped_column(Words)
    path: Mapped[str] = mapped_column(Words, default="")
    kind: Mapped[str] = mapped_column(String(12), default="")
    blob_sha256: Mapped[str | None] = mapped_column(ForeignKey("blobs.sha256"), index=True)
    arrived_at: Mapped[datetime | None] = mapped_column(Moment)
    media_type: Mapped[str | None] = mapped_column(String(100))

    __table_args__ = (UniqueConstraint("version_id", "name"),)


class ReplacedFile(Base):
    """A file that stood in a line of the ledger before another came under its name; kept like all that was sent."""

    __tablename__ = "replaced_files"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("submission_files.id"), index=True)
    blob_sha256: Mapped[str] = mapped_column(ForeignKey("blobs.sha256"))
    arrived_at: Mapped[datetime | None] = mapped_column(Moment)
    replaced_at: Mapped[datetime] = mapped_column(Moment)


class Parked(Base):
    """Something a phone sent that could not be taken, kept whole with the reason.

    key: SHA-256 over project, draft and XML, so that resends fold into one line. state: waiting, admitted, dismissed.
    """

    __tablename__ = "parked"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    key: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    code: Mapped[str] = mapped_column(String(10))
    message_es: Mapped[str] = mapped_column(Words)
    message_en: Mapped[str] = mapped_column(Words)
    details: Mapped[dict] = mapped_column(JSON)
    form_id: Mapped[int | None] = mapped_column(ForeignKey("forms.id"))
    draft_token: Mapped[str | None] = mapped_column(Words)
    xml_form_id: Mapped[str | None] = mapped_column(Words)
    version: Mapped[str | None] = mapped_column(Words)
    instance_id: Mapped[str | None] = mapped_column(Words)
    deprecated_id: Mapped[str | None] = mapped_column(Words)
    xml: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    submitter_id: Mapped[int | None] = mapped_column(ForeignKey("actors.id"))
    device_id: Mapped[str | None] = mapped_column(Words)
    user_agent: Mapped[str | None] = mapped_column(Words)
    tries: Mapped[int] = mapped_column(default=1)
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("actors.id"))
    settled_at: Mapped[datetime | None] = mapped_column(Moment)
    settled_note: Mapped[str | None] = mapped_column(Words)
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submissions.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (Index("ix_parked_project_id_state_id", "project_id", "state", "id"),)

    def places(self) -> tuple[tuple[str, int], ...]:
        """Where a grant reaches this from: its form where known, its project, the site."""
        form = (("form", self.form_id),) if self.form_id else ()
        return (*form, ("project", self.project_id), ("site", 0))


class ParkedFile(Base):
    """A file that came with something parked."""

    __tablename__ = "parked_files"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    parked_id: Mapped[int] = mapped_column(ForeignKey("parked.id"))
    name: Mapped[str] = mapped_column(Words)
    blob_sha256: Mapped[str] = mapped_column(ForeignKey("blobs.sha256"))

    __table_args__ = (UniqueConstraint("parked_id", "name"),)
