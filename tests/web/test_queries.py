"""No answer asks the database once for each thing it tells of: every GET address, with three and with thirty of all.

What is counted is an answer of a server that has answered before: form models and the like are remembered.
"""

import contextlib
from collections import Counter
from types import SimpleNamespace

import pytest
from sqlalchemy import event

from collector.app import create_app
from collector.store import prepared
from tests import builders
from tests.conftest import test_settings as settings_of
from tests.web.queries_world import grow
from tests.web.rights_world import ABSENT, BODIES, fill

FEW, MANY = 3, 30
LEFT_OUT = {"static"}
BOUNDED = {  # further statements, however many things there are, with the reason
    "submissions.print": 6,  # compares the newest five versions at most
    "activity.csv": 3, "activity.csv_of_project": 3,  # in pages of hundreds of lines, of which there are two here
}
# about a cookie or a link, or where nothing lies
OPEN = ("api_odata.draft_below", "api_sessions.restore", "joining.", "invitations.list")


@pytest.fixture(scope="module")
def worlds(tmp_path_factory):
    made = {many: _world(tmp_path_factory.mktemp(f"world{many}"), many) for many in (FEW, MANY)}
    yield made
    for world in made.values():
        world.units.engine.dispose()


def _world(data, many: int) -> SimpleNamespace:
    app = create_app(settings_of(data))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    units = app.extensions["collector.units"]
    units.blobs.prepare()
    builders.create_tables(units)
    builders.add_people(units)
    things = fill(app)
    return SimpleNamespace(app=app, units=units, things=things, people=grow(app, things, many))


@contextlib.contextmanager
def _listening(engine):
    """The statements that the database is told meanwhile, by SQLAlchemy or prepared ones."""
    said, run = [], prepared._Way.run

    def told(way, *given, **options):
        said.append(way._words)
        return run(way, *given, **options)

    def heard(_connection, _cursor, statement, *_about):
        said.append(statement)

    prepared._Way.run = told
    event.listen(engine, "before_cursor_execute", heard)
    try:
        yield said
    finally:
        prepared._Way.run = run
        event.remove(engine, "before_cursor_execute", heard)


def _rules(world) -> list:
    """The addresses that can be asked for what lies in this world."""
    return [rule for rule in world.app.url_map.iter_rules()
            if "GET" in rule.methods and rule.endpoint not in LEFT_OUT and not _lacks(world, rule)]


def _lacks(world, rule) -> set[str]:
    named = rule.arguments - set(rule.defaults or ())
    return named - world.things.keys() - world.things["of"].get(rule.endpoint, {}).keys()


def _ask(world, who: str, rule) -> tuple[int, list[str]]:
    """(status, statements) of the second time that this is asked."""
    values = {name: world.things[name] for name in rule.arguments - set(rule.defaults or ()) if name in world.things}
    values |= world.things["of"].get(rule.endpoint, {})
    with world.app.test_request_context():
        path = world.app.url_map.bind("localhost").build(rule.endpoint, values, method="GET")
    path += "?project=1" if rule.endpoint.startswith(("people.", "invitations.")) else ""
    asked = BODIES.get(rule.endpoint, {}).get("query_string", {})
    headers = {"X-OpenRosa-Version": "1.0", "X-Extended-Metadata": "true"}
    world.people[who].get(path, headers=headers, query_string=asked or None)
    with _listening(world.units.engine) as said:
        answer = world.people[who].get(path, headers=headers, query_string=asked or None)
    return answer.status_code, said


@pytest.mark.parametrize("who", ["alice", "reader"])
def test_no_address_asks_more_often_where_there_is_more(worlds, who):
    wrong = []
    for rule in _rules(worlds[FEW]):
        status, few = _ask(worlds[FEW], who, rule)
        again, many = _ask(worlds[MANY], who, rule)
        allowed = len(few) + BOUNDED.get(rule.endpoint, 0)
        if len(many) > allowed:
            more = (Counter(_plain(one) for one in many) - Counter(_plain(one) for one in few)).most_common(3)
            wrong.append(f"{rule.endpoint} {rule.rule}: {len(few)} -> {len(many)}\n" + "\n".join(
                f"      {count} x {words}" for words, count in more))
        if status != again:
            wrong.append(f"{rule.endpoint} {rule.rule}: {status}, then {again}")
    assert not wrong, "\n".join(wrong)


def test_the_addresses_are_really_answered(worlds):
    """A refusal costs nothing, and would say nothing."""
    few = worlds[FEW]
    unknown = {rule.endpoint: _lacks(few, rule) for rule in few.app.url_map.iter_rules()
               if rule.endpoint not in LEFT_OUT and "GET" in rule.methods and _lacks(few, rule)}
    assert not unknown, "what do these addresses name? tests/web/rights_world.py"
    refused = {rule.endpoint: status for rule in _rules(few)
               if (status := _ask(few, "alice", rule)[0]) >= 400 and status != 501
               and rule.endpoint not in ABSENT
               and not rule.endpoint.startswith(OPEN)}
    assert not refused


def test_statements_are_heard(worlds):
    with _listening(worlds[FEW].units.engine) as said:
        worlds[FEW].people["alice"].get("/v1/projects")
    assert any("FROM projects" in one for one in said) and any("FROM sessions" in one for one in said)


def _plain(statement: str) -> str:
    return " ".join(statement.split())[:400]
