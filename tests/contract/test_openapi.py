"""Schemathesis asks every route what its description says may be asked, and holds each answer against it.

What is asked is partly right and partly nonsense; a real project lies behind the addresses. Nothing that is asked is
kept. That strange names and values are refused is not looked for: ODK Central ignores them, and so do we.
"""

from types import SimpleNamespace

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase
from schemathesis.specs.openapi import checks
from sqlalchemy.orm import Session

from collector.app import create_app
from collector.services.unit import UnitOfWork
from collector.web.api.description import parameters
from tests import builders
from tests.conftest import test_settings as settings_of
from tests.web.rights_world import fill

pytestmark = [pytest.mark.contract]

LOOKED_AT = (checks.status_code_conformance, checks.content_type_conformance, checks.response_headers_conformance,
             checks.response_schema_conformance)
OFFERED_LATER = 501  # is a true answer; any other 5xx is not
PARTS = 4  # of the routes, so that a failure is told soon
EXAMPLES = 3


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A filled installation with its description; whatever is done to it is undone at once."""
    app = create_app(settings_of(tmp_path_factory.mktemp("openapi")))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    units = app.extensions["collector.units"]
    units.blobs.prepare()
    builders.create_tables(units)
    builders.add_people(units)
    things = fill(app)
    alice = builders.person(app, "alice")
    schema = schemathesis.openapi.from_wsgi("/docs/openapi.json", app)
    units.write = lambda actor, work: _undone(units, actor, work)
    yield SimpleNamespace(app=app, schema=schema, token=alice.token,
                          things={parameters.wire(name): value for name, value in things.items()})
    units.engine.dispose()


def _undone(units, actor, work):
    """What the work answers, with nothing kept of it."""
    with Session(units._immediate, expire_on_commit=False) as session:
        try:
            answer = work(UnitOfWork(units, session, actor, writes=True))
            session.flush()
            return answer
        finally:
            session.rollback()


def _operations(world, part: int) -> list:
    found = [one.ok() for one in world.schema.get_all_operations()]
    return [one for number, one in enumerate(found) if number % PARTS == part]


def _ask(world, operation) -> list[str]:
    """What of this route's answers is not as the description says."""
    wrong, asked = [], []

    @hypothesis.settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None,
                         phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @hypothesis.given(case=operation.as_strategy())
    def ask(case):
        if len(asked) < EXAMPLES - 1:  # what is asked for exists; the last time its name is nonsense
            case.path_parameters = {name: world.things.get(name, value)
                                    for name, value in (case.path_parameters or {}).items()}
        case.headers["Authorization"] = f"Bearer {world.token}"
        answer = case.call()
        asked.append(answer.status_code)
        if answer.status_code >= 500 and answer.status_code != OFFERED_LATER:
            wrong.append(f"{operation.label}: {answer.status_code}: {answer.text[:200]}")
        try:
            case.validate_response(answer, checks=LOOKED_AT)
        except schemathesis.errors.FailureGroup as fault:
            wrong.extend(f"{operation.label} ({answer.request.url}): {answer.status_code}: {one!s:.600}"
                         for one in fault.exceptions)

    ask()
    assert asked
    return wrong


@pytest.mark.parametrize("part", range(PARTS))
def test_no_answer_departs_from_the_description(world, part):
    wrong = [one for operation in _operations(world, part) for one in _ask(world, operation)]
    assert not wrong, "\n\n".join(wrong)
