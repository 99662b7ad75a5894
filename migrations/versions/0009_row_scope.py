"""Row scope: grants for some records only, and the exports that were built under them.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("grants", sa.Column("rows", WORDS, nullable=True))
    op.add_column("export_jobs", sa.Column("rows", WORDS, nullable=True))


def downgrade() -> None:
    op.drop_column("export_jobs", "rows")
    op.drop_column("grants", "rows")
