"""The programme of a project: its lines, what is counted in each and against which number.

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "programmes",
        sa.Column("project_id", NUMBER, nullable=False, autoincrement=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.Column("updated_by", NUMBER, nullable=True),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_programmes_project_id_projects")),
        sa.ForeignKeyConstraint(["updated_by"], ["actors.id"], name=op.f("fk_programmes_updated_by_actors")),
        sa.PrimaryKeyConstraint("project_id", name=op.f("pk_programmes")),
    )


def downgrade() -> None:
    op.drop_table("programmes")
