"""First light."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "blobs",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("md5", sa.String(length=32), nullable=False),
        sa.Column("size", NUMBER, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_blobs"),
    )
    op.create_table(
        "projects",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("description", WORDS, nullable=True),
        sa.Column("archived", sa.Boolean(), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=True),
        sa.Column("deleted_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_projects"),
    )
    op.create_table(
        "actors",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("project_id", NUMBER, nullable=True),
        sa.Column("created_by", NUMBER, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=True),
        sa.Column("deleted_at", MOMENT, nullable=True),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["actors.id"], name="fk_actors_created_by_actors"),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_actors_project_id_projects"),
        sa.PrimaryKeyConstraint("id", name="pk_actors"),
    )
    op.create_index("ix_actors_project_id", "actors", ["project_id"])
    op.create_table(
        "events",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("actor_id", NUMBER, nullable=True),
        sa.Column("project_id", NUMBER, nullable=True),
        sa.Column("form_id", NUMBER, nullable=True),
        sa.Column("submission_id", NUMBER, nullable=True),
        sa.Column("target_id", NUMBER, nullable=True),
        sa.Column("details", sa.JSON(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actors.id"], name="fk_events_actor_id_actors"),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
    )
    op.create_index("ix_events_form_id_id", "events", ["form_id", "id"])
    op.create_index("ix_events_submission_id_id", "events", ["submission_id", "id"])
    op.create_table(
        "forms",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("project_id", NUMBER, nullable=False),
        sa.Column("xml_form_id", WORDS, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("current_version_id", NUMBER, nullable=True),
        sa.Column("draft_version_id", NUMBER, nullable=True),
        sa.Column("created_by", NUMBER, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=True),
        sa.Column("deleted_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["actors.id"], name="fk_forms_created_by_actors"),
        sa.ForeignKeyConstraint(
            ["current_version_id"],
            ["form_versions.id"],
            name="fk_forms_current_version_id_form_versions",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["draft_version_id"],
            ["form_versions.id"],
            name="fk_forms_draft_version_id_form_versions",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_forms_project_id_projects"),
        sa.PrimaryKeyConstraint("id", name="pk_forms"),
    )
    op.create_index(
        "uq_forms_living",
        "forms",
        ["project_id", "xml_form_id"],
        unique=True,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "grants",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("actor_id", NUMBER, nullable=False),
        sa.Column("role_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=10), nullable=False),
        sa.Column("place_id", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actors.id"], name="fk_grants_actor_id_actors"),
        sa.PrimaryKeyConstraint("id", name="pk_grants"),
        sa.UniqueConstraint(
            "actor_id", "role_id", "place", "place_id", name="uq_grants_actor_id_role_id_place_place_id"
        ),
    )
    op.create_index("ix_grants_place_place_id", "grants", ["place", "place_id"])
    op.create_table(
        "sessions",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("actor_id", NUMBER, nullable=False),
        sa.Column("key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("token", WORDS, nullable=True),
        sa.Column("csrf", WORDS, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("agent", WORDS, nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actors.id"], name="fk_sessions_actor_id_actors"),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        sa.UniqueConstraint("key", name="uq_sessions_key"),
    )
    op.create_index("ix_sessions_actor_id", "sessions", ["actor_id"])
    op.create_table(
        "sightings",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("actor_id", NUMBER, nullable=False),
        sa.Column("device_id", WORDS, nullable=False),
        sa.Column("agent", WORDS, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actors.id"], name="fk_sightings_actor_id_actors"),
        sa.PrimaryKeyConstraint("id", name="pk_sightings"),
        sa.UniqueConstraint("actor_id", "device_id", name="uq_sightings_actor_id_device_id"),
    )
    op.create_table(
        "users",
        sa.Column("actor_id", NUMBER, nullable=False),
        sa.Column("email", WORDS, nullable=False),
        sa.Column("password_hash", WORDS, nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("last_login_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["actors.id"], name="fk_users_actor_id_actors"),
        sa.PrimaryKeyConstraint("actor_id", name="pk_users"),
        sa.UniqueConstraint("email", name="uq_users_email"),
    )
    op.create_table(
        "form_tables",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("form_id", NUMBER, nullable=False),
        sa.Column("path", WORDS, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("parent", WORDS, nullable=True),
        sa.ForeignKeyConstraint(["form_id"], ["forms.id"], name="fk_form_tables_form_id_forms"),
        sa.PrimaryKeyConstraint("id", name="pk_form_tables"),
        sa.UniqueConstraint("form_id", "path", name="uq_form_tables_form_id_path"),
    )
    op.create_table(
        "form_versions",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("form_id", NUMBER, nullable=False),
        sa.Column("version", WORDS, nullable=False),
        sa.Column("title", WORDS, nullable=False),
        sa.Column("xml", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.String(length=32), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("source_sha256", sa.String(length=64), nullable=True),
        sa.Column("source_name", WORDS, nullable=True),
        sa.Column("source_kind", sa.String(length=4), nullable=False),
        sa.Column("warnings", sa.JSON(), nullable=True),
        sa.Column("public_key", WORDS, nullable=True),
        sa.Column("draft_token", sa.String(length=64), nullable=True),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.Column("dropped_at", MOMENT, nullable=True),
        sa.Column("created_by", NUMBER, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["actors.id"], name="fk_form_versions_created_by_actors"),
        sa.ForeignKeyConstraint(["form_id"], ["forms.id"], name="fk_form_versions_form_id_forms"),
        sa.ForeignKeyConstraint(
            ["source_sha256"], ["blobs.sha256"], name="fk_form_versions_source_sha256_blobs"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_form_versions"),
        sa.UniqueConstraint("draft_token", name="uq_form_versions_draft_token"),
    )
    op.create_index("ix_form_versions_form_id", "form_versions", ["form_id"])
    op.create_index(
        "uq_form_versions_published",
        "form_versions",
        ["form_id", "version"],
        unique=True,
        sqlite_where=sa.text("published_at IS NOT NULL"),
        postgresql_where=sa.text("published_at IS NOT NULL"),
    )
    op.create_table(
        "submissions",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("form_id", NUMBER, nullable=False),
        sa.Column("draft", sa.Boolean(), nullable=False),
        sa.Column("instance_id", WORDS, nullable=False),
        sa.Column("review_state", sa.String(length=12), nullable=True),
        sa.Column("submitter_id", NUMBER, nullable=True),
        sa.Column("device_id", WORDS, nullable=True),
        sa.Column("edits", sa.Integer(), nullable=False),
        sa.Column("files_expected", sa.Integer(), nullable=False),
        sa.Column("files_present", sa.Integer(), nullable=False),
        sa.Column("name", WORDS, nullable=True),
        sa.Column("search", WORDS, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=True),
        sa.Column("deleted_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["form_id"], ["forms.id"], name="fk_submissions_form_id_forms"),
        sa.ForeignKeyConstraint(["submitter_id"], ["actors.id"], name="fk_submissions_submitter_id_actors"),
        sa.PrimaryKeyConstraint("id", name="pk_submissions"),
        sa.UniqueConstraint(
            "form_id", "draft", "instance_id", name="uq_submissions_form_id_draft_instance_id"
        ),
    )
    op.create_index("ix_submissions_form_id_draft_id", "submissions", ["form_id", "draft", "id"])
    op.create_table(
        "tasks",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("event_id", NUMBER, nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("submission_id", NUMBER, nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("run_after", MOMENT, nullable=True),
        sa.Column("error", WORDS, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name="fk_tasks_event_id_events"),
        sa.PrimaryKeyConstraint("id", name="pk_tasks"),
    )
    op.create_index("ix_tasks_state_id", "tasks", ["state", "id"])
    op.create_index("ix_tasks_submission_id", "tasks", ["submission_id"])
    op.create_table(
        "form_columns",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("table_id", NUMBER, nullable=False),
        sa.Column("path", WORDS, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("filterable", sa.Boolean(), nullable=False),
        sa.Column("version_id", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(
            ["table_id"], ["form_tables.id"], name="fk_form_columns_table_id_form_tables"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["form_versions.id"], name="fk_form_columns_version_id_form_versions"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_form_columns"),
        sa.UniqueConstraint("table_id", "path", name="uq_form_columns_table_id_path"),
        sa.UniqueConstraint("table_id", "position", name="uq_form_columns_table_id_position"),
    )
    op.create_table(
        "form_media",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("version_id", NUMBER, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("blob_sha256", sa.String(length=64), nullable=True),
        sa.Column("dataset_id", NUMBER, nullable=True),
        sa.Column("updated_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["blob_sha256"], ["blobs.sha256"], name="fk_form_media_blob_sha256_blobs"),
        sa.ForeignKeyConstraint(
            ["version_id"], ["form_versions.id"], name="fk_form_media_version_id_form_versions"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_form_media"),
        sa.UniqueConstraint("version_id", "name", name="uq_form_media_version_id_name"),
    )
    op.create_table(
        "parked",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("project_id", NUMBER, nullable=False),
        sa.Column("key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("message_es", WORDS, nullable=False),
        sa.Column("message_en", WORDS, nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("form_id", NUMBER, nullable=True),
        sa.Column("draft_token", WORDS, nullable=True),
        sa.Column("xml_form_id", WORDS, nullable=True),
        sa.Column("version", WORDS, nullable=True),
        sa.Column("instance_id", WORDS, nullable=True),
        sa.Column("deprecated_id", WORDS, nullable=True),
        sa.Column("xml", sa.LargeBinary(), nullable=False),
        sa.Column("submitter_id", NUMBER, nullable=True),
        sa.Column("device_id", WORDS, nullable=True),
        sa.Column("user_agent", WORDS, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("settled_by", NUMBER, nullable=True),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("settled_note", WORDS, nullable=True),
        sa.Column("submission_id", NUMBER, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["form_id"], ["forms.id"], name="fk_parked_form_id_forms"),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_parked_project_id_projects"),
        sa.ForeignKeyConstraint(["settled_by"], ["actors.id"], name="fk_parked_settled_by_actors"),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name="fk_parked_submission_id_submissions"
        ),
        sa.ForeignKeyConstraint(["submitter_id"], ["actors.id"], name="fk_parked_submitter_id_actors"),
        sa.PrimaryKeyConstraint("id", name="pk_parked"),
        sa.UniqueConstraint("key", name="uq_parked_key"),
    )
    op.create_index("ix_parked_project_id_state_id", "parked", ["project_id", "state", "id"])
    op.create_table(
        "submission_versions",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("submission_id", NUMBER, nullable=False),
        sa.Column("form_id", NUMBER, nullable=False),
        sa.Column("draft", sa.Boolean(), nullable=False),
        sa.Column("form_version_id", NUMBER, nullable=False),
        sa.Column("instance_id", WORDS, nullable=False),
        sa.Column("deprecated_id", WORDS, nullable=True),
        sa.Column("instance_name", WORDS, nullable=True),
        sa.Column("xml", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("encrypted", sa.Boolean(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("submitter_id", NUMBER, nullable=True),
        sa.Column("device_id", WORDS, nullable=True),
        sa.Column("user_agent", WORDS, nullable=True),
        sa.Column("extra_files", sa.Integer(), nullable=False),
        sa.Column("flat_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["form_id"], ["forms.id"], name="fk_submission_versions_form_id_forms"),
        sa.ForeignKeyConstraint(
            ["form_version_id"],
            ["form_versions.id"],
            name="fk_submission_versions_form_version_id_form_versions",
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name="fk_submission_versions_submission_id_submissions"
        ),
        sa.ForeignKeyConstraint(
            ["submitter_id"], ["actors.id"], name="fk_submission_versions_submitter_id_actors"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_submission_versions"),
        sa.UniqueConstraint(
            "form_id", "draft", "instance_id", name="uq_submission_versions_form_id_draft_instance_id"
        ),
    )
    op.create_index("ix_submission_versions_submission_id", "submission_versions", ["submission_id"])
    op.create_index(
        "uq_submission_versions_current",
        "submission_versions",
        ["submission_id"],
        unique=True,
        sqlite_where=sa.text("current"),
        postgresql_where=sa.text("current"),
    )
    op.create_table(
        "filter_values",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("column_id", NUMBER, nullable=False),
        sa.Column("submission_id", NUMBER, nullable=False),
        sa.Column("text", WORDS, nullable=True),
        sa.Column("number", sa.Double(), nullable=True),
        sa.Column("moment", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["column_id"], ["form_columns.id"], name="fk_filter_values_column_id_form_columns"
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name="fk_filter_values_submission_id_submissions"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_filter_values"),
    )
    op.create_index("ix_filter_values_moment", "filter_values", ["column_id", "moment", "submission_id"])
    op.create_index("ix_filter_values_number", "filter_values", ["column_id", "number", "submission_id"])
    op.create_index("ix_filter_values_submission_id", "filter_values", ["submission_id"])
    op.create_index("ix_filter_values_text", "filter_values", ["column_id", "text", "submission_id"])
    op.create_table(
        "flat_rows",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("table_id", NUMBER, nullable=False),
        sa.Column("submission_id", NUMBER, nullable=False),
        sa.Column("version_id", NUMBER, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("key", WORDS, nullable=False),
        sa.Column("parent_key", WORDS, nullable=True),
        sa.Column("data", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name="fk_flat_rows_submission_id_submissions"
        ),
        sa.ForeignKeyConstraint(["table_id"], ["form_tables.id"], name="fk_flat_rows_table_id_form_tables"),
        sa.ForeignKeyConstraint(
            ["version_id"], ["submission_versions.id"], name="fk_flat_rows_version_id_submission_versions"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_flat_rows"),
        sa.UniqueConstraint(
            "table_id", "submission_id", "ordinal", name="uq_flat_rows_table_id_submission_id_ordinal"
        ),
    )
    op.create_index("ix_flat_rows_submission_id", "flat_rows", ["submission_id"])
    op.create_table(
        "parked_files",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("parked_id", NUMBER, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("blob_sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["blob_sha256"], ["blobs.sha256"], name="fk_parked_files_blob_sha256_blobs"),
        sa.ForeignKeyConstraint(["parked_id"], ["parked.id"], name="fk_parked_files_parked_id_parked"),
        sa.PrimaryKeyConstraint("id", name="pk_parked_files"),
        sa.UniqueConstraint("parked_id", "name", name="uq_parked_files_parked_id_name"),
    )
    op.create_table(
        "submission_files",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("version_id", NUMBER, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("path", WORDS, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("blob_sha256", sa.String(length=64), nullable=True),
        sa.Column("arrived_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["blob_sha256"], ["blobs.sha256"], name="fk_submission_files_blob_sha256_blobs"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["submission_versions.id"],
            name="fk_submission_files_version_id_submission_versions",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_submission_files"),
        sa.UniqueConstraint("version_id", "name", name="uq_submission_files_version_id_name"),
    )
    if op.get_context().dialect.name != "sqlite":  # SQLite has them from the start, it cannot add them
        op.create_foreign_key(
            "fk_forms_current_version_id_form_versions",
            "forms",
            "form_versions",
            ["current_version_id"],
            ["id"],
        )
        op.create_foreign_key(
            "fk_forms_draft_version_id_form_versions", "forms", "form_versions", ["draft_version_id"], ["id"]
        )


def downgrade() -> None:
    if op.get_context().dialect.name != "sqlite":
        op.drop_constraint("fk_forms_current_version_id_form_versions", "forms", type_="foreignkey")
        op.drop_constraint("fk_forms_draft_version_id_form_versions", "forms", type_="foreignkey")
    op.drop_table("submission_files")
    op.drop_table("parked_files")
    op.drop_table("flat_rows")
    op.drop_table("filter_values")
    op.drop_table("submission_versions")
    op.drop_table("parked")
    op.drop_table("form_media")
    op.drop_table("form_columns")
    op.drop_table("tasks")
    op.drop_table("submissions")
    op.drop_table("form_versions")
    op.drop_table("form_tables")
    op.drop_table("users")
    op.drop_table("sightings")
    op.drop_table("sessions")
    op.drop_table("grants")
    op.drop_table("forms")
    op.drop_table("events")
    op.drop_table("actors")
    op.drop_table("projects")
    op.drop_table("blobs")
