"""Marks by which rules find records again, and what came from a phone on a day by an index.

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "rule_marks",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("rule_id", NUMBER, nullable=False),
        sa.Column("submission_id", NUMBER, nullable=False),
        sa.Column("mark", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["rule_id"], ["rules.id"], name="fk_rule_marks_rule_id_rules"),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name="fk_rule_marks_submission_id_submissions"),
        sa.PrimaryKeyConstraint("id", name="pk_rule_marks"),
    )
    op.create_index("ix_rule_marks_submission_id", "rule_marks", ["submission_id"])
    op.create_index("ix_rule_marks_mark", "rule_marks", ["rule_id", "mark", "submission_id"])
    op.create_index("ix_submission_versions_device", "submission_versions", ["device_id", "created_at"],
                    sqlite_where=sa.text("device_id IS NOT NULL"), postgresql_where=sa.text("device_id IS NOT NULL"))


def downgrade() -> None:
    op.drop_index("ix_submission_versions_device", "submission_versions")
    op.drop_table("rule_marks")
