"""Findings of the check of submissions, their counts for lists, what a form does with them, re-checks.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    op.add_column("forms", sa.Column("check_policy", sa.JSON(), nullable=True))
    op.add_column("submissions", sa.Column("errors", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.add_column("submissions", sa.Column("warnings", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.add_column("submissions", sa.Column("checked_at", MOMENT, nullable=True))
    for name in ("errors", "warnings"):
        some = sa.text(f"{name} > 0")
        op.create_index(f"ix_submissions_{name}", "submissions", ["form_id", "draft", "id"],
                        sqlite_where=some, postgresql_where=some)
    _add_findings()
    op.create_table(
        "rechecks",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("form_id", NUMBER, nullable=False),
        sa.Column("event_id", NUMBER, nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("after", NUMBER, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name="fk_rechecks_event_id_events"),
        sa.ForeignKeyConstraint(["form_id"], ["forms.id"], name="fk_rechecks_form_id_forms"),
        sa.PrimaryKeyConstraint("id", name="pk_rechecks"),
    )
    op.create_index("ix_rechecks_event_id", "rechecks", ["event_id"])
    op.create_index("ix_rechecks_form_id", "rechecks", ["form_id"])


def _add_findings() -> None:
    op.create_table(
        "findings",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("submission_id", NUMBER, nullable=False),
        sa.Column("version_id", NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("severity", sa.String(length=8), nullable=False),
        sa.Column("ref", WORDS, nullable=False),
        sa.Column("path", WORDS, nullable=False),
        sa.Column("value", WORDS, nullable=False),
        sa.Column("messages", sa.JSON(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("rule_id", NUMBER, nullable=True),
        sa.Column("fingerprint", sa.String(length=32), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("settled_by", NUMBER, nullable=True),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("settled_note", WORDS, nullable=True),
        sa.ForeignKeyConstraint(["settled_by"], ["actors.id"], name="fk_findings_settled_by_actors"),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name="fk_findings_submission_id_submissions"),
        sa.ForeignKeyConstraint(["version_id"], ["submission_versions.id"],
                                name="fk_findings_version_id_submission_versions"),
        sa.PrimaryKeyConstraint("id", name="pk_findings"),
    )
    op.create_index("ix_findings_submission_id", "findings", ["submission_id"])
    is_open = sa.text("settled_at IS NULL")
    op.create_index("ix_findings_open", "findings", ["kind", "submission_id"],
                    sqlite_where=is_open, postgresql_where=is_open)


def downgrade() -> None:
    op.drop_table("rechecks")
    op.drop_table("findings")
    for name in ("errors", "warnings"):
        op.drop_index(f"ix_submissions_{name}", "submissions")
    for name in ("checked_at", "warnings", "errors"):
        op.drop_column("submissions", name)
    op.drop_column("forms", "check_policy")
