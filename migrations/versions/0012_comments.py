"""Comments about records, in threads; what was said before comes along from the history.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "comments",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("submission_id", NUMBER, nullable=False),
        sa.Column("reply_to", NUMBER, nullable=True),
        sa.Column("actor_id", NUMBER, nullable=True),
        sa.Column("body", WORDS, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name="fk_comments_submission_id_submissions"),
        sa.ForeignKeyConstraint(["reply_to"], ["comments.id"], name="fk_comments_reply_to_comments"),
        sa.ForeignKeyConstraint(["actor_id"], ["actors.id"], name="fk_comments_actor_id_actors"),
        sa.PrimaryKeyConstraint("id", name="pk_comments"),
    )
    op.create_index("ix_comments_submission_id_id", "comments", ["submission_id", "id"])
    body = "json_extract(details, '$.body')" if op.get_bind().dialect.name == "sqlite" else "details ->> 'body'"
    op.execute("INSERT INTO comments (submission_id, actor_id, body, created_at) "
               f"SELECT submission_id, actor_id, {body}, at FROM events "
               f"WHERE action = 'comment.create' AND submission_id IS NOT NULL AND {body} IS NOT NULL ORDER BY id")


def downgrade() -> None:
    op.drop_table("comments")
