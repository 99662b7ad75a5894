"""Records that went back to the phone they came from.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")
_LINKS = (("project_id", "projects"), ("form_id", "forms"), ("submission_id", "submissions"),
          ("version_id", "submission_versions"), ("actor_id", "actors"), ("opened_by", "actors"),
          ("closed_by", "actors"))


def upgrade() -> None:
    op.create_table(
        "returns",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("project_id", NUMBER, nullable=False),
        sa.Column("form_id", NUMBER, nullable=False),
        sa.Column("submission_id", NUMBER, nullable=False),
        sa.Column("version_id", NUMBER, nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("words", WORDS, nullable=False),
        sa.Column("due", sa.String(length=10), nullable=False),
        sa.Column("actor_id", NUMBER, nullable=True),
        sa.Column("device_id", WORDS, nullable=False),
        sa.Column("editable", sa.Boolean(), nullable=False),
        sa.Column("state_before", sa.String(length=12), nullable=True),
        sa.Column("opened_by", NUMBER, nullable=True),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("told_at", MOMENT, nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("closed_by", NUMBER, nullable=True),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("how", sa.String(length=10), nullable=True),
        *(sa.ForeignKeyConstraint([column], [f"{table}.id"], name=f"fk_returns_{column}_{table}")
          for column, table in _LINKS),
        sa.PrimaryKeyConstraint("id", name="pk_returns"),
    )
    is_open = sa.text("closed_at IS NULL")
    op.create_index("uq_returns_open", "returns", ["submission_id"], unique=True,
                    sqlite_where=is_open, postgresql_where=is_open)
    op.create_index("ix_returns_phone", "returns", ["actor_id", "device_id", "closed_at"])
    op.create_index("ix_returns_submission_id_id", "returns", ["submission_id", "id"])
    op.create_index("ix_returns_form_id_id", "returns", ["form_id", "id"])


def downgrade() -> None:
    op.drop_table("returns")
