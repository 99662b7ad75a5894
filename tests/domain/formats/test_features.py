"""GeoJSON as the API tells it: one feature for each record, positions as they were walked, nothing for no place."""

import json

import pytest

from collector.domain.formats import features
from collector.domain.instance import read_instance
from collector.domain.xform import parse_form
from collector.domain.xlsform import convert

FORM = b"""
| survey |
|  | type         | name   | label |
|  | begin repeat | casas  | Casas |
|  | geopoint     | puerta | Puerta |
|  | end repeat   |        |       |
|  | text         | nombre | Nombre |
|  | begin group  | g      | G     |
|  | geotrace     | ruta   | Ruta  |
|  | end group    |        |       |
|  | geoshape     | chacra | Chacra |
"""
BODY = ("<casas><puerta>-8.5 -74.25 150 5</puerta></casas><casas><puerta/></casas><casas><puerta>1 2</puerta></casas>"
        "<g><ruta>1 2 3 0; 4 5 6 0</ruta></g><chacra>0 0 0 0;1 0 0 0;1 1 0 0;0 0 0 0</chacra>")


@pytest.fixture(scope="module")
def model():
    return parse_form(convert(FORM, "lugares.md").xml)


def told(model, *paths):
    instance = read_instance(f'<data id="lugares">{BODY}</data>', model)
    whole = json.loads(b"".join(features.collection(features.of_instance(instance, "uuid:1", paths))))
    assert whole["type"] == "FeatureCollection"
    assert {(one["type"], one["id"]) for one in whole["features"]} <= {("Feature", "uuid:1")}
    return [(one["properties"]["fieldpath"], one["geometry"]["type"], one["geometry"]["coordinates"])
            for one in whole["features"]]


def test_a_field_with_a_place_is_a_feature(model):
    assert told(model, "/g/ruta") == [("/g/ruta", "LineString", [[2, 1, 3], [5, 4, 6]])]
    assert told(model, "/casas/puerta") == [("/casas/puerta", "MultiPoint", [[-74.25, -8.5, 150], [2, 1]])]
    assert told(model) == told(model, "/nombre", "/no/existe") == []


def test_a_ring_runs_as_it_was_walked(model):
    (_path, kind, (ring,)), = told(model, "/chacra")
    assert (kind, ring) == ("Polygon", [[0, 0, 0], [0, 1, 0], [1, 1, 0], [0, 0, 0]])


def test_the_first_place_outside_of_repeats_is_the_usual_one(model):
    assert features.default_path(model) == "/g/ruta"
    plain = parse_form(convert(b"| survey |\n| | type | name | label |\n| | text | a | A |\n", "a.md").xml)
    assert features.default_path(plain) == ""


@pytest.mark.parametrize(("type", "value"), [
    ("geopoint", "aquí"), ("geopoint", None), ("geotrace", "1 2 0 0"), ("geoshape", "1 2 0 0; 3 4 0 0"),
    ("geotrace", "1 2; x"), ("geoshape", 7)])
def test_what_is_no_place_is_no_feature(type, value):
    assert features.feature("uuid:1", [("/a", type, False, value), ("/b", type, True, value)]) is None
