"""Public links, properties of phones and links, preferences of people.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "public_links",
        sa.Column("actor_id", NUMBER, nullable=False),
        sa.Column("form_id", NUMBER, nullable=False),
        sa.Column("once", sa.Boolean(), nullable=True),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["actors.id"], name="fk_public_links_actor_id_actors"),
        sa.ForeignKeyConstraint(["form_id"], ["forms.id"], name="fk_public_links_form_id_forms"),
        sa.PrimaryKeyConstraint("actor_id", name="pk_public_links"),
    )
    op.create_index("ix_public_links_form_id", "public_links", ["form_id"])
    op.create_table(
        "actor_properties",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("project_id", NUMBER, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("folded", WORDS, nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_actor_properties_project_id_projects"),
        sa.PrimaryKeyConstraint("id", name="pk_actor_properties"),
        sa.UniqueConstraint("project_id", "folded", name="uq_actor_properties_project_id_folded"),
    )
    op.create_table(
        "actor_property_values",
        sa.Column("actor_id", NUMBER, nullable=False),
        sa.Column("property_id", NUMBER, nullable=False),
        sa.Column("value", WORDS, nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actors.id"], name="fk_actor_property_values_actor_id_actors"),
        sa.ForeignKeyConstraint(["property_id"], ["actor_properties.id"],
                                name="fk_actor_property_values_property_id_actor_properties"),
        sa.PrimaryKeyConstraint("actor_id", "property_id", name="pk_actor_property_values"),
    )
    op.create_index("ix_actor_property_values_property_id", "actor_property_values", ["property_id"])
    op.create_table(
        "preferences",
        sa.Column("actor_id", NUMBER, nullable=False),
        sa.Column("project_id", NUMBER, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("value", WORDS, nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actors.id"], name="fk_preferences_actor_id_actors"),
        sa.PrimaryKeyConstraint("actor_id", "project_id", "name", name="pk_preferences"),
    )


def downgrade() -> None:
    for table in ("preferences", "actor_property_values", "actor_properties", "public_links"):
        op.drop_table(table)
