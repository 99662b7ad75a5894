"""Review: settings of forms, decisions with what was before, decisions about many, and an index for the inbox.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")
INBOX = ("form_id", "draft", "deleted_at", "id", "review_state", "read_at", "first_by", "errors", "warnings",
         "files_expected", "files_present", "submitter_id", "form_version_id", "created_at")

MARKED = ("errors > 0 OR warnings > 0 OR files_present < files_expected OR first_by IS NOT NULL "
          "OR review_state = 'edited'")


def upgrade() -> None:
    _settings_and_bulks()
    _decisions()
    op.add_column("submissions", sa.Column("form_version_id", NUMBER, nullable=True))
    op.add_column("submissions", sa.Column("decisions", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.add_column("submissions", sa.Column("first_by", NUMBER, nullable=True))
    op.add_column("submissions", sa.Column("read_at", MOMENT, nullable=True))
    op.execute("UPDATE submissions SET form_version_id = (SELECT form_version_id FROM submission_versions "
               "WHERE submission_versions.submission_id = submissions.id AND submission_versions.current)")
    op.create_index("ix_submissions_inbox", "submissions", list(INBOX))
    op.create_index("ix_submissions_marked", "submissions", list(INBOX), sqlite_where=sa.text(MARKED),
                    postgresql_where=sa.text(MARKED))


def _settings_and_bulks() -> None:
    op.create_table(
        "review_settings",
        sa.Column("form_id", NUMBER, nullable=False),
        sa.Column("kept", sa.JSON(), nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["form_id"], ["forms.id"], name="fk_review_settings_form_id_forms"),
        sa.PrimaryKeyConstraint("form_id", name="pk_review_settings"),
    )
    op.create_table(
        "bulks",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("project_id", NUMBER, nullable=False),
        sa.Column("actor_id", NUMBER, nullable=True),
        sa.Column("event_id", NUMBER, nullable=True),
        sa.Column("undoes", NUMBER, nullable=True),
        sa.Column("move", sa.String(length=12), nullable=False),
        sa.Column("reason", WORDS, nullable=False),
        sa.Column("words", WORDS, nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("confirmed", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["actors.id"], name="fk_bulks_actor_id_actors"),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name="fk_bulks_event_id_events"),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_bulks_project_id_projects"),
        sa.PrimaryKeyConstraint("id", name="pk_bulks"),
    )
    op.create_index("ix_bulks_actor_id_id", "bulks", ["actor_id", "id"])
    op.create_index("ix_bulks_event_id", "bulks", ["event_id"])
    op.create_index("ix_bulks_undoes", "bulks", ["undoes"])


def _decisions() -> None:
    op.create_table(
        "bulk_items",
        sa.Column("bulk_id", NUMBER, nullable=False),
        sa.Column("submission_id", NUMBER, nullable=False),
        sa.Column("edits", sa.Integer(), nullable=False),
        sa.Column("decisions", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["bulk_id"], ["bulks.id"], name="fk_bulk_items_bulk_id_bulks"),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name="fk_bulk_items_submission_id_submissions"),
        sa.PrimaryKeyConstraint("bulk_id", "submission_id", name="pk_bulk_items"),
    )
    op.create_index("ix_bulk_items_submission_id", "bulk_items", ["submission_id"])
    op.create_table(
        "decisions",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("submission_id", NUMBER, nullable=False),
        sa.Column("bulk_id", NUMBER, nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("edits", sa.Integer(), nullable=False),
        sa.Column("actor_id", NUMBER, nullable=True),
        sa.Column("move", sa.String(length=12), nullable=False),
        sa.Column("before", sa.String(length=12), nullable=True),
        sa.Column("after", sa.String(length=12), nullable=True),
        sa.Column("first_before", NUMBER, nullable=True),
        sa.Column("first_after", NUMBER, nullable=True),
        sa.Column("reason", WORDS, nullable=False),
        sa.Column("words", WORDS, nullable=False),
        sa.Column("undoes", NUMBER, nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["actors.id"], name="fk_decisions_actor_id_actors"),
        sa.ForeignKeyConstraint(["bulk_id"], ["bulks.id"], name="fk_decisions_bulk_id_bulks"),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name="fk_decisions_submission_id_submissions"),
        sa.PrimaryKeyConstraint("id", name="pk_decisions"),
    )
    op.create_index("ix_decisions_bulk_id", "decisions", ["bulk_id"])
    op.create_index("ix_decisions_submission_id_id", "decisions", ["submission_id", "id"])


def downgrade() -> None:
    op.drop_index("ix_submissions_marked", table_name="submissions")
    op.drop_index("ix_submissions_inbox", table_name="submissions")
    for name in ("read_at", "first_by", "decisions", "form_version_id"):
        op.drop_column("submissions", name)
    for name in ("decisions", "bulk_items", "bulks", "review_settings"):
        op.drop_table(name)
