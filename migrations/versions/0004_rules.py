"""Rules beyond the form; the same file in two submissions is found by an index.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "rules",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("form_id", NUMBER, nullable=False),
        sa.Column("type", sa.String(length=12), nullable=False),
        sa.Column("scope", sa.String(length=8), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("severity", sa.String(length=8), nullable=False),
        sa.Column("message_es", WORDS, nullable=True),
        sa.Column("message_en", WORDS, nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("tried", sa.JSON(), nullable=True),
        sa.Column("created_by", NUMBER, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_by", NUMBER, nullable=True),
        sa.Column("updated_at", MOMENT, nullable=True),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.Column("dropped_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["actors.id"], name="fk_rules_created_by_actors"),
        sa.ForeignKeyConstraint(["form_id"], ["forms.id"], name="fk_rules_form_id_forms"),
        sa.ForeignKeyConstraint(["updated_by"], ["actors.id"], name="fk_rules_updated_by_actors"),
        sa.PrimaryKeyConstraint("id", name="pk_rules"),
    )
    op.create_index("ix_rules_form_id_id", "rules", ["form_id", "id"])
    op.create_index("ix_submission_files_blob_sha256", "submission_files", ["blob_sha256"])


def downgrade() -> None:
    op.drop_index("ix_submission_files_blob_sha256", "submission_files")
    op.drop_table("rules")
