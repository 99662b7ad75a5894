"""Each problem of the catalogue is raised over HTTP, with its code, its details and its sentence."""

import html
import inspect
from importlib import import_module

import pytest

from collector.domain.problems import Problem
from setup.problems_page import every_problem
from tests import builders
from tests.web.codes_world import World, cases

pytestmark = pytest.mark.sqlite
CASES = cases()
# What clients branch on: the keys of the details by the code, as ODK Central has them.
DETAILS = {
    400.1: "format rawLength", 400.2: "field", 400.3: "expected got", 400.4: "field", 400.6: "field value",
    400.7: "field", 400.8: "field value reason", 400.11: "field value expected", 400.14: "field value table",
    400.15: "error warnings", 400.16: "warnings", 400.17: "path type", 400.18: "reason", 400.22: "value type",
    400.23: "property", 400.24: "property", 400.25: "reason", 400.28: "reason", 400.29: "count",
    400.31: "expected actual", 400.33: "expected actual", 404.3: "got", 404.5: "deprecatedId",
    404.6: "formVersion", 404.7: "datasetName", 404.8: "entityUuid datasetName",
    404.9: "baseVersion entityUuid datasetName", 404.11: "entityUuid datasetName", 406.1: "allowed",
    409.3: "fields values", 409.6: "xmlFormId version", 409.9: "deprecatedId", 409.15: "current provided",
    409.16: "current provided", 409.17: "current provided", 409.19: "entityUuids", 409.22: "prerequisites",
    501.1: "feature", 501.4: "at text", 501.5: "at text", 501.6: "text",
}
BARE = (400.12, 400.13, 400.19, 400.21, 400.27, 400.34, 400.35, 400.36, 400.37, 400.38, 400.39, 400.41, 401.3,
        403.1, 404.1, 404.4, 409.1, 409.2, 409.7, 409.8, 409.12, 409.18)
# ODK Central's codes that nothing here can raise yet: encryption, and what entities here have no case of.
LATER = (400.12, 400.43, 403.2, 409.4, 409.23)
# And never: pages stand where Central misses the version (404.2), a range that cannot be had is HTTP's own 416
# (400.42), what is asked is judged word by word (400.41), and the converter is always here (501.3).
NEVER = (400.41, 400.42, 404.2, 501.3)


@pytest.fixture
def said(monkeypatch) -> list[tuple[str, Problem]]:
    """(function, Problem) of every problem that was made since."""
    made: list[tuple[str, Problem]] = []

    def listening(name, maker):
        def told(*given, **named):
            made.append((name, maker(*given, **named)))
            return made[-1][1]
        return told

    for room in ("", "correction_", "data_", "dataset_", "entity_", "odata_", "people_", "review_"):
        module = import_module(f"collector.domain.{room}problems")
        for name, maker in inspect.getmembers(module, inspect.isfunction):
            if maker.__module__ == module.__name__:
                monkeypatch.setattr(module, name, listening(name, maker))
    return made


@pytest.fixture
def world(app, units, phone, monkeypatch) -> World:
    alice, bob, carol = (builders.person(app, name) for name in ("alice", "bob", "carol"))
    builders.simple_form(units)
    made = World(app, units, alice, bob, carol, phone, monkeypatch)
    assert made.send("uuid:1").status_code == 200
    return made


@pytest.mark.parametrize(("name", "code"), [(name, made.code) for name, made in every_problem()])
def test_a_problem_is_told_over_http(world, said, name, code):
    assert name in CASES, "what has to be asked so that this problem arises? tests/web/codes_*.py"
    said.clear()
    answer = CASES[name](world)
    made = [problem for maker, problem in said if maker == name]
    assert made, f"{answer.status_code} {answer.text[:300]}: made {[maker for maker, _problem in said]}"
    problem = made[-1]
    assert problem.code == code
    told = answer.json if answer.is_json else None
    if told is None:
        text = html.unescape(answer.text)
        assert problem.es in text or problem.set_aside().es in text
        assert answer.status_code in (problem.status, 422)
        return
    told = told.get("problem") or told  # of an export that failed
    assert told["code"] == code
    assert told.get("message", told.get("en", "")).startswith((problem.en, problem.es))
    assert set(told["details"] or {}) == set(problem.details)
    assert answer.status_code in (problem.status, 200 if "state" in answer.json else 0)


@pytest.mark.parametrize(("name", "made"), every_problem())
def test_the_details_are_those_that_clients_know(name, made):
    if made.code in DETAILS:
        assert set(DETAILS[made.code].split()) <= set(made.details)
    elif made.code in BARE:
        assert made.details == {}


def test_every_code_of_central_is_raised_or_has_its_reason():
    here = {made.code for _name, made in every_problem()}
    assert not here & {*LATER, *NEVER}, "raised now: give it a case and take it off the list"
    assert {*DETAILS, *BARE} - here - {*LATER, *NEVER} == set()


def test_no_case_is_left_over():
    assert CASES.keys() <= {name for name, _made in every_problem()}
