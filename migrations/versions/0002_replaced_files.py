"""Files that another of the same name replaced are kept.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "replaced_files",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("file_id", NUMBER, nullable=False),
        sa.Column("blob_sha256", sa.String(length=64), nullable=False),
        sa.Column("arrived_at", MOMENT, nullable=True),
        sa.Column("replaced_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["blob_sha256"], ["blobs.sha256"], name="fk_replaced_files_blob_sha256_blobs"),
        sa.ForeignKeyConstraint(["file_id"], ["submission_files.id"],
                                name="fk_replaced_files_file_id_submission_files"),
        sa.PrimaryKeyConstraint("id", name="pk_replaced_files"),
    )
    op.create_index("ix_replaced_files_file_id", "replaced_files", ["file_id"])


def downgrade() -> None:
    op.drop_index("ix_replaced_files_file_id", "replaced_files")
    op.drop_table("replaced_files")
