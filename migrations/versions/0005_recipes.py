"""Cleaning: recipes with versions and counts, keys of pseudonyms, mappings of columns.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")
LIVING = {"sqlite_where": sa.text("removed_at IS NULL"), "postgresql_where": sa.text("removed_at IS NULL")}


def upgrade() -> None:
    op.create_table(
        "recipes",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("form_id", NUMBER, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("counted_at", MOMENT, nullable=True),
        sa.Column("counted", WORDS, nullable=True),
        sa.Column("created_by", NUMBER, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=True),
        sa.Column("removed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["actors.id"], name="fk_recipes_created_by_actors"),
        sa.ForeignKeyConstraint(["form_id"], ["forms.id"], name="fk_recipes_form_id_forms"),
        sa.PrimaryKeyConstraint("id", name="pk_recipes"),
    )
    op.create_index("uq_recipes_living", "recipes", ["form_id", "name"], unique=True, **LIVING)
    op.create_table(
        "recipe_versions",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("recipe_id", NUMBER, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("note", WORDS, nullable=True),
        sa.Column("reverts_to", sa.Integer(), nullable=True),
        sa.Column("author_id", NUMBER, nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["actors.id"], name="fk_recipe_versions_author_id_actors"),
        sa.ForeignKeyConstraint(["recipe_id"], ["recipes.id"], name="fk_recipe_versions_recipe_id_recipes"),
        sa.PrimaryKeyConstraint("id", name="pk_recipe_versions"),
        sa.UniqueConstraint("recipe_id", "number", name="uq_recipe_versions_recipe_id_number"),
    )
    _counts()
    op.create_table(
        "pseudonym_keys",
        sa.Column("project_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_pseudonym_keys_project_id_projects"),
        sa.PrimaryKeyConstraint("project_id", name="pk_pseudonym_keys"),
    )
    op.create_table(
        "column_mappings",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("form_id", NUMBER, nullable=False),
        sa.Column("from_path", WORDS, nullable=False),
        sa.Column("to_path", WORDS, nullable=False),
        sa.Column("reason", WORDS, nullable=False),
        sa.Column("author_id", NUMBER, nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("removed_by", NUMBER, nullable=True),
        sa.Column("removed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["actors.id"], name="fk_column_mappings_author_id_actors"),
        sa.ForeignKeyConstraint(["form_id"], ["forms.id"], name="fk_column_mappings_form_id_forms"),
        sa.ForeignKeyConstraint(["removed_by"], ["actors.id"], name="fk_column_mappings_removed_by_actors"),
        sa.PrimaryKeyConstraint("id", name="pk_column_mappings"),
    )
    op.create_index("uq_column_mappings_living", "column_mappings", ["form_id", "from_path"], unique=True, **LIVING)


def _counts() -> None:
    op.create_table(
        "recipe_counts",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("recipe_id", NUMBER, nullable=False),
        sa.Column("step_id", WORDS, nullable=False),
        sa.Column("step", sa.JSON(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("cells", sa.Integer(), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("counted_at", MOMENT, nullable=False),
        sa.Column("notice", sa.String(length=8), nullable=True),
        sa.Column("before", sa.Integer(), nullable=True),
        sa.Column("es", WORDS, nullable=True),
        sa.Column("en", WORDS, nullable=True),
        sa.Column("noticed_at", MOMENT, nullable=True),
        sa.Column("acknowledged_by", NUMBER, nullable=True),
        sa.Column("acknowledged_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["acknowledged_by"], ["actors.id"], name="fk_recipe_counts_acknowledged_by_actors"),
        sa.ForeignKeyConstraint(["recipe_id"], ["recipes.id"], name="fk_recipe_counts_recipe_id_recipes"),
        sa.PrimaryKeyConstraint("id", name="pk_recipe_counts"),
        sa.UniqueConstraint("recipe_id", "step_id", name="uq_recipe_counts_recipe_id_step_id"),
    )


def downgrade() -> None:
    for table in ("column_mappings", "pseudonym_keys", "recipe_counts", "recipe_versions", "recipes"):
        op.drop_table(table)
