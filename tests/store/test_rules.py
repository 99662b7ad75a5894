"""What rules ask of the database on every arrival is answered by indexes, on both databases."""

import pytest
from sqlalchemy import event, text

from collector.domain import access
from collector.store.queries import rules
from tests import builders

ASKED = {
    "values": lambda session: rules.list_twins(session, [1, 2], "ana", 0, 51),
    "files": lambda session: rules.list_file_twins(session, [1], "0" * 64, "foto", 0, 51),
}


@pytest.mark.parametrize(("asked", "index"), [
    ("values", "ix_filter_values_text"), ("files", "ix_submission_files_blob_sha256")])
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
