"""A line of the workbench is always answered, whatever it holds."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collector.domain.xpath.workbench import answer

NOW = datetime(2024, 3, 10, 7, 30, tzinfo=UTC)


def said(**line) -> tuple:
    found = answer(json.dumps({"id": 7, **line}), NOW)
    assert found["id"] == 7
    return found["type"], found["value"]


def test_every_type_of_value():
    assert said(expr="1 div 0") == ("number", "Infinity")
    assert said(expr="0 div 0") == ("number", "NaN")
    assert said(expr="1 div 4") == ("number", 0.25)
    assert said(expr="1 = 1") == ("boolean", True)
    assert said(expr="'ñ'") == ("string", "ñ")
    assert said(expr="today()", tz="America/New_York") == ("date", "2024-03-10T00:00:00.000-05:00")
    assert said(expr="/a/b", xml="<a><b/><b c='1'/></a>") == ("nodeset", ["/a[1]/b[1]", "/a[1]/b[2]"])
    assert said(expr="/a/b/@c", xml="<a><b/><b c='1'/></a>") == ("nodeset", ["/a[1]/b[2]/@c"])
    assert said(expr="instance('l')/r/i[. = 'y']", xml="<a/>", instances={"l": "<r><i>x</i><i>y</i></r>"}) == \
        ("nodeset", ["instance('l')/r[1]/i[2]"])


def test_context_types_conversions_and_relevance():
    xml = "<data><n>1</n><n>02</n></data>"
    assert said(expr=". = 2", xml=xml, context="/data/n[2]", binds={"/data/n": "int"}) == ("boolean", True)
    assert said(expr=".", xml=xml, context="/data/n[2]", binds={"/data/n": "int"}, **{"as": "string"}) == \
        ("string", "2")
    assert said(expr="count(/data/n)", xml=xml, nonrelevant=["/data/n[1]"]) == ("number", 1.0)
    assert said(expr="now()", now="2020-01-01T00:00:00Z") == ("date", "2020-01-01T00:00:00.000Z")


@pytest.mark.parametrize("line", [
    "", "{", "[]", "null", "1", '"x"', "{}", '{"expr": 5}', '{"expr": "1", "xml": "<a"}', '{"expr": "1", "xml": 5}',
    '{"expr": "1", "tz": "Nowhere/Else"}', '{"expr": "1", "tz": 5}', '{"expr": "1", "tz": "../../etc/passwd"}',
    '{"expr": "1", "now": "tomorrow"}', '{"expr": "1", "context": "/x"}', '{"expr": "1", "as": "poem"}',
    '{"expr": "1", "as": ["poem"]}', '{"expr": "1", "binds": 5, "xml": "<a/>"}', '{"expr": "1", "instances": [5]}',
    '{"expr": "1", "nonrelevant": [5]}', '{"expr": "1", "nonrelevant": 5}',
    '{"expr": "1", "xml": "<a/>", "context": 5}',
    '{"expr": "1", "xml": "<a/>", "context": "/a[99999999999]"}', "\xff", "[" * 100_000,
    '{"expr": "1", "xml": "<!DOCTYPE a [<!ENTITY e \\"x\\">]><a>&e;</a>"}', '{"expr": "\\ud800"}',
    '{"expr": "today()", "now": "0001-01-01T00:00:00Z", "tz": "America/Lima"}',
    '{"expr": "\'a\' + 1", "locale": 5, "version": {}}'])
def test_a_line_that_asks_for_nonsense_is_answered(line):
    found = answer(line.encode("utf-8", "surrogatepass") if line != "\xff" else b"\xff{", NOW)
    assert found["type"] in ("error", "number", "string", "date")
    assert json.dumps(found)
    if found["type"] == "error":
        assert found["value"] in ("parse", "eval") and found["message"]


KEYS = ["id", "expr", "xml", "context", "as", "binds", "instances", "nonrelevant", "now", "tz", "locale", "version"]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
    | st.sampled_from(["/data/a", "<data><a>1</a></data>", "string", "UTC", "2024-01-01", "1 + /data/a"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3), max_leaves=5)


@settings(max_examples=400, deadline=None)
@given(st.dictionaries(st.sampled_from(KEYS), VALUES))
def test_no_line_makes_it_stumble(line):
    assert answer(json.dumps(line), NOW)["type"]
