"""What rules ask of the database on every arrival is answered by indexes, on both databases."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import event, text

from collector.domain import access
from collector.store.queries import arrivals, rules
from tests import builders

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ASKED = {
    "values": lambda session: rules.list_twins(session, [1, 2], "ana", 0, 51),
    "marks": lambda session: rules.list_marked_twins(session, 1, "0" * 32, 0, 51),
    "arrivals": lambda session: [] if arrivals.count_arrived(session, 1, "collect:x", NOON, NOON, 0) == 0 else [1],
    "files": lambda session: rules.list_file_twins(session, [1], "0" * 64, "foto", 0, 51),
}


@pytest.mark.parametrize(("asked", "index"), [
    ("values", "ix_filter_values_text"), ("marks", "ix_rule_marks_mark"), ("arrivals", "ix_submission_versions_device"),
    ("files", "ix_submission_files_blob_sha256")])
def test_who_else_has_it_is_a_look_into_an_index(units, asked, index):
    builders.simple_form(units)
    said = []
    with units.reading(access.SYSTEM) as unit:
        connection = unit.session.connection()
        postgres = connection.dialect.name == "postgresql"
        if postgres:  # so few rows that PostgreSQL would rather read them all
            connection.execute(text("SET LOCAL enable_seqscan = off"))

        def explain(_connection, cursor, statement, parameters, _context, _many):
            if statement.startswith("SELECT"):
                how = "EXPLAIN " if postgres else "EXPLAIN QUERY PLAN "
                said.extend(" ".join(map(str, row)) for row in cursor.execute(how + statement, parameters).fetchall())

        event.listen(connection, "before_cursor_execute", explain)
        assert ASKED[asked](unit.session) == []
    assert any(index in line for line in said), said
