"""Which submissions wait for their rows: asked before each reading, so it must not cost more where there are more."""

import pytest
from sqlalchemy import event

from collector.domain import access
from collector.store.queries import answers
from tests import builders


@pytest.fixture
def waiting(units, phone):
    """{form: its submissions that wait}, one of each of two forms; the first of «uno» has its rows."""
    forms = {name: builders.simple_form(units, name).form.id for name in ("uno", "dos")}
    assert phone.send(builders.a_submission("uno")).status_code == 201
    units.wake = lambda: None
    for name in forms:
        assert phone.send(builders.a_submission(name)).status_code == 201
    return forms


def test_what_waits_is_told_for_the_forms_that_are_asked_about(units, waiting):
    uno, dos = waiting["uno"], waiting["dos"]
    with units.reading(access.SYSTEM) as unit:
        def ask(*forms, after=0, limit=9):
            return answers.list_waiting(unit.session, forms, after, limit)
        assert (ask(uno), ask(dos), ask(uno, dos)) == ([2], [3], [2, 3])
        assert ask(uno, dos, limit=1) == [2] and ask(uno, dos, after=2) == [3] and ask(9) == []
    builders.run_steps(units)
    with units.reading(access.SYSTEM) as unit:
        assert answers.list_waiting(unit.session, (uno, dos), 0, 9) == []


@pytest.mark.sqlite
def test_the_submissions_of_a_form_are_not_gone_through(units, waiting):
    said = []
    with units.reading(access.SYSTEM) as unit:
        connection = unit.session.connection()

        def explain(_connection, cursor, statement, parameters, _context, _many):
            said.extend(row[-1] for row in cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall())

        event.listen(connection, "before_cursor_execute", explain)
        answers.list_waiting(unit.session, (waiting["uno"],), 0, 9)
    assert "SEARCH submissions USING INTEGER PRIMARY KEY (rowid=?)" in said, said
