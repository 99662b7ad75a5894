"""The media type under which a file of a record was put by hand, as clients of ODK Central read it.

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("submission_files", sa.Column("media_type", sa.String(100), nullable=True))


def downgrade() -> None:
    op.drop_column("submission_files", "media_type")
