"""Entity lists entities and what submissions do to them."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")
_OF_ENTITY = "substr(action, 1, 7) = 'entity.'"


def upgrade() -> None:

    op.create_table(
        "datasets",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("project_id", NUMBER, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("folded", WORDS, nullable=False),
        sa.Column("approval_required", sa.Boolean(), nullable=False),
        sa.Column("access_filter", sa.JSON(), nullable=True),
        sa.Column("mandates", sa.JSON(), nullable=True),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("created_by", NUMBER, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=True),
        sa.Column("deleted_at", MOMENT, nullable=True),
        sa.Column("purged_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["actors.id"], name=op.f("fk_datasets_created_by_actors")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_datasets_project_id_projects")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_datasets")),
    )
    with op.batch_alter_table("datasets", schema=None) as batch_op:
        batch_op.create_index(
            "uq_datasets_living",
            ["project_id", "folded"],
            unique=True,
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )

    op.create_table(
        "dataset_properties",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("dataset_id", NUMBER, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("folded", WORDS, nullable=False),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["dataset_id"], ["datasets.id"], name=op.f("fk_dataset_properties_dataset_id_datasets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dataset_properties")),
        sa.UniqueConstraint("dataset_id", "folded", name=op.f("uq_dataset_properties_dataset_id_folded")),
    )
    op.create_table(
        "entities",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("dataset_id", NUMBER, nullable=False),
        sa.Column("uuid", WORDS, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("label", WORDS, nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("search", WORDS, nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("conflict", sa.String(length=4), nullable=True),
        sa.Column("creator_id", NUMBER, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=True),
        sa.Column("deleted_at", MOMENT, nullable=True),
        sa.Column("purged_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["creator_id"], ["actors.id"], name=op.f("fk_entities_creator_id_actors")),
        sa.ForeignKeyConstraint(["dataset_id"], ["datasets.id"], name=op.f("fk_entities_dataset_id_datasets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entities")),
        sa.UniqueConstraint("dataset_id", "uuid", name=op.f("uq_entities_dataset_id_uuid")),
    )
    with op.batch_alter_table("entities", schema=None) as batch_op:
        batch_op.create_index(
            "ix_entities_conflict",
            ["dataset_id", "id"],
            unique=False,
            sqlite_where=sa.text("conflict IS NOT NULL"),
            postgresql_where=sa.text("conflict IS NOT NULL"),
        )
        batch_op.create_index("ix_entities_dataset_id_id", ["dataset_id", "id"], unique=False)
        batch_op.create_index("ix_entities_tally", ["dataset_id", "deleted_at", "conflict", "created_at"], unique=False)

    op.create_table(
        "dataset_uses",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("version_id", NUMBER, nullable=False),
        sa.Column("dataset_id", NUMBER, nullable=False),
        sa.Column("property_id", NUMBER, nullable=True),
        sa.Column("path", WORDS, nullable=False),
        sa.ForeignKeyConstraint(["dataset_id"], ["datasets.id"], name=op.f("fk_dataset_uses_dataset_id_datasets")),
        sa.ForeignKeyConstraint(
            ["property_id"], ["dataset_properties.id"], name=op.f("fk_dataset_uses_property_id_dataset_properties")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["form_versions.id"], name=op.f("fk_dataset_uses_version_id_form_versions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dataset_uses")),
    )
    with op.batch_alter_table("dataset_uses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dataset_uses_dataset_id"), ["dataset_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_dataset_uses_version_id"), ["version_id"], unique=False)

    op.create_table(
        "entity_sources",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", WORDS, nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("submission_id", NUMBER, nullable=True),
        sa.Column("submission_version_id", NUMBER, nullable=True),
        sa.Column("event_id", NUMBER, nullable=True),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_entity_sources_submission_id_submissions")
        ),
        sa.ForeignKeyConstraint(
            ["submission_version_id"],
            ["submission_versions.id"],
            name=op.f("fk_entity_sources_submission_version_id_submission_versions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entity_sources")),
    )
    with op.batch_alter_table("entity_sources", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_entity_sources_submission_id"), ["submission_id"], unique=False)

    op.create_table(
        "entity_versions",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("entity_id", NUMBER, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("label", WORDS, nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("received", sa.JSON(), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=True),
        sa.Column("branch_id", WORDS, nullable=True),
        sa.Column("trunk_version", sa.Integer(), nullable=True),
        sa.Column("branch_base_version", sa.Integer(), nullable=True),
        sa.Column("conflict", sa.String(length=4), nullable=True),
        sa.Column("conflicting", sa.JSON(), nullable=True),
        sa.Column("source_id", NUMBER, nullable=False),
        sa.Column("creator_id", NUMBER, nullable=True),
        sa.Column("user_agent", WORDS, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["creator_id"], ["actors.id"], name=op.f("fk_entity_versions_creator_id_actors")),
        sa.ForeignKeyConstraint(["entity_id"], ["entities.id"], name=op.f("fk_entity_versions_entity_id_entities")),
        sa.ForeignKeyConstraint(
            ["source_id"], ["entity_sources.id"], name=op.f("fk_entity_versions_source_id_entity_sources")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entity_versions")),
        sa.UniqueConstraint("entity_id", "version", name=op.f("uq_entity_versions_entity_id_version")),
    )
    with op.batch_alter_table("entity_versions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_entity_versions_source_id"), ["source_id"], unique=False)

    op.create_table(
        "entity_acts",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("submission_id", NUMBER, nullable=False),
        sa.Column("submission_version_id", NUMBER, nullable=False),
        sa.Column("dataset_id", NUMBER, nullable=True),
        sa.Column("dataset_name", WORDS, nullable=False),
        sa.Column("place", WORDS, nullable=False),
        sa.Column("uuid", WORDS, nullable=False),
        sa.Column("action", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("fault", sa.JSON(), nullable=True),
        sa.Column("entity_version_id", NUMBER, nullable=True),
        sa.Column("branch_id", WORDS, nullable=True),
        sa.Column("branch_base", sa.Integer(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["dataset_id"], ["datasets.id"], name=op.f("fk_entity_acts_dataset_id_datasets")),
        sa.ForeignKeyConstraint(
            ["entity_version_id"],
            ["entity_versions.id"],
            name=op.f("fk_entity_acts_entity_version_id_entity_versions"),
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_entity_acts_submission_id_submissions")
        ),
        sa.ForeignKeyConstraint(
            ["submission_version_id"],
            ["submission_versions.id"],
            name=op.f("fk_entity_acts_submission_version_id_submission_versions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entity_acts")),
        sa.UniqueConstraint(
            "submission_id", "place", "dataset_name", name=op.f("uq_entity_acts_submission_id_place_dataset_name")
        ),
    )
    with op.batch_alter_table("entity_acts", schema=None) as batch_op:
        batch_op.create_index(
            "ix_entity_acts_branch",
            ["branch_id", "branch_base"],
            unique=False,
            sqlite_where=sa.text("state <> 'done'"),
            postgresql_where=sa.text("state <> 'done'"),
        )
        batch_op.create_index(batch_op.f("ix_entity_acts_entity_version_id"), ["entity_version_id"], unique=False)
        batch_op.create_index(
            "ix_entity_acts_open",
            ["dataset_id", "state", "id"],
            unique=False,
            sqlite_where=sa.text("state <> 'done'"),
            postgresql_where=sa.text("state <> 'done'"),
        )
    op.create_index("ix_events_entities", "events", ["target_id", "id"],
                    sqlite_where=sa.text(_OF_ENTITY), postgresql_where=sa.text(_OF_ENTITY))


def downgrade() -> None:

    op.drop_index("ix_events_entities", table_name="events")
    with op.batch_alter_table("entity_acts", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_entity_acts_open",
            sqlite_where=sa.text("state <> 'done'"),
            postgresql_where=sa.text("state <> 'done'"),
        )
        batch_op.drop_index(batch_op.f("ix_entity_acts_entity_version_id"))
        batch_op.drop_index(
            "ix_entity_acts_branch",
            sqlite_where=sa.text("state <> 'done'"),
            postgresql_where=sa.text("state <> 'done'"),
        )

    op.drop_table("entity_acts")
    with op.batch_alter_table("entity_versions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_entity_versions_source_id"))

    op.drop_table("entity_versions")
    with op.batch_alter_table("entity_sources", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_entity_sources_submission_id"))

    op.drop_table("entity_sources")
    with op.batch_alter_table("dataset_uses", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_dataset_uses_version_id"))
        batch_op.drop_index(batch_op.f("ix_dataset_uses_dataset_id"))

    op.drop_table("dataset_uses")
    with op.batch_alter_table("entities", schema=None) as batch_op:
        batch_op.drop_index("ix_entities_tally")
        batch_op.drop_index("ix_entities_dataset_id_id")
        batch_op.drop_index(
            "ix_entities_conflict",
            sqlite_where=sa.text("conflict IS NOT NULL"),
            postgresql_where=sa.text("conflict IS NOT NULL"),
        )

    op.drop_table("entities")
    op.drop_table("dataset_properties")
    with op.batch_alter_table("datasets", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_datasets_living",
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )

    op.drop_table("datasets")
