"""The description of the API: every route stands in it, says what it answers, and is told truly by its own words."""

import json
import re

import jsonschema_rs
import pytest

from collector.app import create_app
from collector.web.api.answers import Answer
from collector.web.api.description import document, examples, parameters
from tests.conftest import test_settings as settings_of


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """An application whose routes are looked at; nothing is asked of it."""
    app = create_app(settings_of(tmp_path_factory.mktemp("description")))
    yield app
    app.extensions["collector.units"].engine.dispose()


@pytest.fixture(scope="module")
def told(house) -> dict:
    return document.of_application(house)


def operations(told: dict) -> list:
    return [(path, method, one) for path, item in told["paths"].items() for method, one in item.items()]


def test_every_route_for_machines_is_described(house, told):
    described = {(one.path, one.method.lower()) for one in document.routes(house)}
    assert described == {(path, method) for path, method, _one in operations(told)}
    asked = {rule.endpoint for rule in house.url_map.iter_rules() if rule.rule.startswith("/v1/")}
    assert asked == {one.rule.endpoint for one in document.routes(house)} - {"health.show"}


def test_every_route_says_what_it_answers_and_in_words(house):
    silent = [f"{one.method} {one.rule.rule}" for one in document.routes(house)
              if one.frame["answers"] is None or not one.words[0]]
    assert not silent, "say it at the route: answers=, and a docstring (collector/web/api/answers.py)"


def test_whoever_takes_a_body_says_what(told):
    bodiless = re.compile(r"/(restore|undo|reopen|withdraw|retry|skip|test|secret|admit|recheck|publish)$|dry-run$|"
                          r"\.csv|/datasets|/config/|/key$")
    silent = [f"{method} {path}" for path, method, one in operations(told)
              if method in ("post", "put", "patch") and "requestBody" not in one and "501" not in one["responses"]
              and not bodiless.search(path)]
    assert not silent


def test_names_of_a_path_are_its_parameters(told):
    for path, _method, one in operations(told):
        named = {given["name"] for given in one["parameters"] if given["in"] == "path"}
        assert named == set(re.findall(r"\{(\w+)\}", path)), path


def test_operations_have_names_of_their_own(told):
    names = [one["operationId"] for _path, _method, one in operations(told)]
    assert len(names) == len(set(names))


def test_every_reference_leads_somewhere(told):
    for reference in set(re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(told))):
        found = told
        for step in reference.split("/"):
            found = found[step]


def test_every_example_is_as_its_schema_says(told):
    whole = {"$defs": {}, "components": told["components"]}
    for name, schema in told["components"]["schemas"].items():
        assert schema["examples"], name
        jsonschema_rs.validate({**schema, **whole}, schema["examples"][0])


def test_nobody_reads_of_rows_and_tables_in_it(told):
    assert not re.findall(r"Dumped from|row\.|services'", json.dumps(told["components"]["schemas"]))


def test_no_name_stands_in_the_tables_for_nothing(told):
    said = {given["name"] for _path, _method, one in operations(told) for given in one["parameters"]}
    assert {name.partition(" ")[0] for name in parameters.QUERY} <= said
    assert {parameters.wire(name) for name in parameters.PATHS} <= said
    wire = {name for schema in told["components"]["schemas"].values() for name in schema.get("properties", {})}
    assert examples.VALUES.keys() - wire == set()


def test_a_route_without_a_body_in_its_answer_says_so(told):
    answer = told["paths"]["/v1/projects/{projectId}/submission"]["head"]["responses"]["204"]
    assert "content" not in answer
    assert Answer(kind="").kind == ""


@pytest.mark.sqlite
def test_the_document_is_served_to_everybody_and_kept_by_its_tag(client):
    answer = client.get("/docs/openapi.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.json["openapi"].startswith("3.1")
    again = client.get("/docs/openapi.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.sqlite
def test_the_list_needs_no_script_and_names_every_address(client, told):
    page = client.get("/docs", headers={"Accept-Language": "es"}).text
    assert "API para programas" in page and "Explorador" in page
    for path in told["paths"]:
        assert path.replace("'", "&#39;") in page
    assert "API for programs" in client.get("/docs", headers={"Accept-Language": "en"}).text
