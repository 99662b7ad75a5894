"""Invitations and resets by link, forms on phones, when a key was last used, and indexes for the history of people.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")
ACTS = ("action <> 'submission.create' AND action <> 'submission.update.version' "
        "AND action <> 'submission.attachment.update'")


def upgrade() -> None:
    _invitations()
    _resets()
    op.create_table(
        "phone_forms",
        sa.Column("actor_id", NUMBER, nullable=False),
        sa.Column("form_id", NUMBER, nullable=False),
        sa.Column("act", sa.String(length=8), nullable=False),
        sa.Column("form_version_id", NUMBER, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actors.id"], name="fk_phone_forms_actor_id_actors"),
        sa.ForeignKeyConstraint(["form_id"], ["forms.id"], name="fk_phone_forms_form_id_forms"),
        sa.ForeignKeyConstraint(["form_version_id"], ["form_versions.id"],
                                name="fk_phone_forms_form_version_id_form_versions"),
        sa.PrimaryKeyConstraint("actor_id", "form_id", "act", name="pk_phone_forms"),
    )
    op.add_column("sessions", sa.Column("used_at", MOMENT, nullable=True))
    op.add_column("sightings", sa.Column("session_id", NUMBER, nullable=True))
    for place in ("actor_id", "project_id"):
        op.create_index(f"ix_events_acts_{place}", "events", [place, "id"],
                        sqlite_where=sa.text(ACTS), postgresql_where=sa.text(ACTS))


def _invitations() -> None:
    op.create_table(
        "invitations",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("seed", WORDS, nullable=False),
        sa.Column("email", WORDS, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("role_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=10), nullable=False),
        sa.Column("place_id", NUMBER, nullable=False),
        sa.Column("project_id", NUMBER, nullable=True),
        sa.Column("rows", sa.JSON(), nullable=True),
        sa.Column("until", MOMENT, nullable=True),
        sa.Column("created_by", NUMBER, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("mailed_at", MOMENT, nullable=True),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.Column("used_by", NUMBER, nullable=True),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["actors.id"], name="fk_invitations_created_by_actors"),
        sa.ForeignKeyConstraint(["used_by"], ["actors.id"], name="fk_invitations_used_by_actors"),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_invitations_project_id_projects"),
        sa.PrimaryKeyConstraint("id", name="pk_invitations"),
        sa.UniqueConstraint("key", name="uq_invitations_key"),
    )


def _resets() -> None:
    op.create_table(
        "resets",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("seed", WORDS, nullable=False),
        sa.Column("actor_id", NUMBER, nullable=False),
        sa.Column("created_by", NUMBER, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("mailed_at", MOMENT, nullable=True),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["actors.id"], name="fk_resets_actor_id_actors"),
        sa.ForeignKeyConstraint(["created_by"], ["actors.id"], name="fk_resets_created_by_actors"),
        sa.PrimaryKeyConstraint("id", name="pk_resets"),
        sa.UniqueConstraint("key", name="uq_resets_key"),
    )
    op.create_index("ix_resets_actor_id_id", "resets", ["actor_id", "id"])


def downgrade() -> None:
    for place in ("actor_id", "project_id"):
        op.drop_index(f"ix_events_acts_{place}", table_name="events")
    op.drop_column("sightings", "session_id")
    op.drop_column("sessions", "used_at")
    op.drop_table("phone_forms")
    op.drop_index("ix_resets_actor_id_id", table_name="resets")
    op.drop_table("resets")
    op.drop_table("invitations")
