"""Records that look the same: marks of what each says, and how people settled it.

What was sent before is looked at in the background: each form gets an event with its step.

Revision ID: 0013
Revises: 0012
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")
WAITS = sa.text("waits")


def upgrade() -> None:
    op.create_table(
        "alike_forms",
        sa.Column("form_id", NUMBER, nullable=False),
        sa.Column("key", sa.JSON(), nullable=False),
        sa.Column("content", sa.Boolean(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("event_id", NUMBER, nullable=True),
        sa.Column("after", NUMBER, nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["form_id"], ["forms.id"], name="fk_alike_forms_form_id_forms"),
        sa.PrimaryKeyConstraint("form_id", name="pk_alike_forms"),
    )
    op.create_table(
        "alike_marks",
        sa.Column("submission_id", NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("form_id", NUMBER, nullable=False),
        sa.Column("digest", sa.LargeBinary(length=16), nullable=False),
        sa.Column("right_id", NUMBER, nullable=True),
        sa.Column("waits", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name="fk_alike_marks_submission_id_submissions"),
        sa.PrimaryKeyConstraint("submission_id", "kind", name="pk_alike_marks"),
    )
    op.create_index("ix_alike_marks_digest", "alike_marks", ["form_id", "kind", "digest"])
    op.create_index("ix_alike_marks_waits", "alike_marks", ["form_id", "submission_id"],
                    sqlite_where=WAITS, postgresql_where=WAITS)
    _settlements()
    _look_at_what_is_there()


def _settlements() -> None:
    op.create_table(
        "alike_settlements",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("form_id", NUMBER, nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("kept_id", NUMBER, nullable=True),
        sa.Column("words", WORDS, nullable=False),
        sa.Column("actor_id", NUMBER, nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("undone_by", NUMBER, nullable=True),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["form_id"], ["forms.id"], name="fk_alike_settlements_form_id_forms"),
        sa.ForeignKeyConstraint(["actor_id"], ["actors.id"], name="fk_alike_settlements_actor_id_actors"),
        sa.ForeignKeyConstraint(["undone_by"], ["actors.id"], name="fk_alike_settlements_undone_by_actors"),
        sa.PrimaryKeyConstraint("id", name="pk_alike_settlements"),
    )
    op.create_table(
        "alike_members",
        sa.Column("settlement_id", NUMBER, nullable=False),
        sa.Column("submission_id", NUMBER, nullable=False),
        sa.Column("right_before", sa.JSON(), nullable=False),
        sa.Column("decision_id", NUMBER, nullable=True),
        sa.ForeignKeyConstraint(["settlement_id"], ["alike_settlements.id"],
                                name="fk_alike_members_settlement_id_alike_settlements"),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"],
                                name="fk_alike_members_submission_id_submissions"),
        sa.PrimaryKeyConstraint("settlement_id", "submission_id", name="pk_alike_members"),
    )
    op.create_index("ix_alike_members_submission_id", "alike_members", ["submission_id"])


def _look_at_what_is_there() -> None:
    forms = sa.table("forms", sa.column("id"), sa.column("project_id"))
    sent = sa.table("submissions", sa.column("id"), sa.column("form_id"), sa.column("draft", sa.Boolean()))
    events = sa.table("events", sa.column("id", NUMBER), sa.column("action"), sa.column("project_id"),
                      sa.column("form_id"), sa.column("at", MOMENT))
    tasks = sa.table("tasks", sa.column("event_id"), sa.column("step"), sa.column("state"), sa.column("tries"),
                     sa.column("created_at", MOMENT))
    settings = sa.table("alike_forms", sa.column("form_id"), sa.column("key", sa.JSON()), sa.column("content"),
                        sa.column("edition"), sa.column("event_id"), sa.column("after"), sa.column("done"),
                        sa.column("total"), sa.column("updated_at", MOMENT))
    connection, now = op.get_bind(), datetime.now(UTC)
    if connection.dialect.name == "sqlite":
        now = now.replace(tzinfo=None)
    counted = (sa.select(forms.c.id, forms.c.project_id, sa.func.count().label("total"))
               .join(sent, sent.c.form_id == forms.c.id).where(sent.c.draft.is_(False))
               .group_by(forms.c.id, forms.c.project_id))
    for form in connection.execute(counted).all():
        event_id = connection.execute(sa.insert(events).values(
            action="form.alike", project_id=form.project_id, form_id=form.id, at=now).returning(events.c.id)).scalar()
        connection.execute(sa.insert(tasks).values(event_id=event_id, step="look_alike", state="waiting", tries=0,
                                                   created_at=now))
        connection.execute(sa.insert(settings).values(
            form_id=form.id, key=[], content=True, edition=0, event_id=event_id, after=0, done=0, total=form.total,
            updated_at=now))


def downgrade() -> None:
    for name in ("alike_members", "alike_settlements", "alike_marks", "alike_forms"):
        op.drop_table(name)
