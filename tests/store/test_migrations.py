"""Migrations: one straight chain that leads from nothing to exactly the models, and back, on both databases."""

import re
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import Migrate, downgrade, upgrade
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import inspect, text

from collector.store import engine as engines
from collector.store.base import Base
from collector.store.tables import registry  # noqa: F401  the metadata must be whole

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


@pytest.fixture
def engine(empty_database):
    """An engine on an empty database, inside an application that migrations can be run from."""
    app = Flask("migrations")
    app.config["SQLALCHEMY_DATABASE_URI"] = empty_database
    db = SQLAlchemy(model_class=Base)
    db.init_app(app)
    Migrate(app, db, directory=str(MIGRATIONS))
    with app.app_context():
        yield engines.prepare(db.engine)
        db.engine.dispose()


def test_from_nothing_to_the_models(engine):
    upgrade()
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_what_autogenerate_does_not_compare_is_there_too(engine):
    """Conditions of partial indexes and the circle between forms and versions."""
    upgrade()
    looked = inspect(engine)
    partial = {index["name"]: _condition(index, engine.dialect.name)
               for table in looked.get_table_names() for index in looked.get_indexes(table)
               if _condition(index, engine.dialect.name)}
    wanted = {index.name: re.sub(r"[()]", "", str(condition))
              for table in Base.metadata.tables.values() for index in table.indexes
              if (condition := index.dialect_options[engine.dialect.name]["where"]) is not None}
    assert wanted and partial == wanted
    circle = {key["constrained_columns"][0] for key in looked.get_foreign_keys("forms")
              if key["referred_table"] == "form_versions"}
    assert circle == {"current_version_id", "draft_version_id"}


def test_there_and_back_leaves_nothing(engine):
    upgrade()
    downgrade(revision="base")
    assert set(inspect(engine).get_table_names()) == {"alembic_version"}
    upgrade()
    assert "submissions" in inspect(engine).get_table_names()


def test_a_second_upgrade_changes_nothing(engine):
    upgrade()
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO blobs (sha256, md5, size, created_at) VALUES ('a', 'b', 1, '2026-01-01')"))
    upgrade()
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM blobs")).scalar() == 1


def test_what_was_sent_before_is_looked_at_for_likes(engine):
    """Each form that has submissions waits for the step that marks them; those of drafts do not count."""
    upgrade(revision="0012")
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO projects (id, name, language, timezone, edition, simulated, created_at) "
                                "VALUES (1, 'P', 'es', 'America/Lima', 0, false, '2026-01-01')"))
        for form in (1, 2):
            connection.execute(text("INSERT INTO forms (id, project_id, xml_form_id, state, created_at) "
                                    f"VALUES ({form}, 1, 'f{form}', 'open', '2026-01-01')"))
        for number, form, draft in ((1, 1, "false"), (2, 1, "false"), (3, 2, "true")):
            connection.execute(text(
                "INSERT INTO submissions (id, form_id, draft, instance_id, edits, files_expected, files_present, "
                f"created_at) VALUES ({number}, {form}, {draft}, 'uuid:{number}', 0, 0, 0, '2026-01-01')"))
    upgrade()
    with engine.connect() as connection:
        asked = connection.execute(text(
            "SELECT f.form_id, f.total, f.done, e.action, e.project_id, t.step, t.state FROM alike_forms f "
            "JOIN events e ON e.id = f.event_id JOIN tasks t ON t.event_id = e.id")).all()
    assert [tuple(row) for row in asked] == [(1, 2, 0, "form.alike", 1, "look_alike", "waiting")]


def test_text_orders_by_code_on_postgresql(engine):
    upgrade()
    if engine.dialect.name == "postgresql":
        columns = {column["name"]: column for column in inspect(engine).get_columns("forms")}
        assert columns["xml_form_id"]["type"].collation == "C"


def test_one_straight_chain():
    scripts = ScriptDirectory(str(MIGRATIONS))
    assert len(scripts.get_heads()) == 1
    assert all(not script.is_merge_point and not script.is_branch_point for script in scripts.walk_revisions())
    revisions = [script.revision for script in reversed(list(scripts.walk_revisions()))]
    assert revisions == [f"{number:04}" for number in range(1, len(revisions) + 1)]
def _condition(index: dict, dialect: str) -> str:
    return re.sub(r"[()]|::text", "", str(index.get("dialect_options", {}).get(f"{dialect}_where", "")))
