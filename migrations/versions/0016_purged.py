"""What lay in the trash for its time is emptied; the line of a form or record stays for the history.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")
TRASH = sa.text("deleted_at IS NOT NULL AND purged_at IS NULL")


def upgrade() -> None:
    for table in ("forms", "submissions"):
        op.add_column(table, sa.Column("purged_at", MOMENT, nullable=True))
    op.create_index("ix_submissions_trash", "submissions", ["deleted_at"], sqlite_where=TRASH, postgresql_where=TRASH)


def downgrade() -> None:
    op.drop_index("ix_submissions_trash", table_name="submissions")
    for table in ("submissions", "forms"):
        op.drop_column(table, "purged_at")
