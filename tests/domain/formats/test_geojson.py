import io
import json
from itertools import pairwise

import pyogrio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.domain.formats import geojson
from tests.domain.formats.small_tables import PLAIN, Small, column

TRACE = "-12.0 -77.0 5.0 3.0; -12.1 -77.1 6.0 3.0"
CLOCKWISE = "0 0 0 0; 1 0 0 0; 1 1 0 0; 0 1 0 0; 0 0 0 0"  # as (latitude, longitude)
PLACES = Small(
    [column("nombre"), column("lugar", "geopoint"), column("ruta", "geotrace"), column("chacra", "geoshape")],
    {"nombre": ["Uno", "Dos", "ñ", None],
     "lugar": [[-12.5, -77.25, 30.0, 4.5], [1.0, 2.0, None, None], None, "por ahí"],
     "ruta": [TRACE, None, "1 2", TRACE],
     "chacra": [CLOCKWISE, "0 0;0 1;1 1", None, "0 0;x"]}, batch=3)


def features(small: Small, place: str | None = None) -> list[dict]:
    target = io.BytesIO()
    assert geojson.write(target, small.table, small.pieces, small.summary, PLAIN, place=place) == small.size
    found = json.loads(target.getvalue())
    assert (found["type"], list(found)) == ("FeatureCollection", ["type", "features"])
    assert all(one["type"] == "Feature" and set(one) == {"type", "geometry", "properties"} for one in found["features"])
    return found["features"]


def geometries(small: Small, place: str) -> list:
    return [one["geometry"] for one in features(small, place)]


def test_a_point_is_longitude_then_latitude_and_every_row_a_feature():
    first, second, third, fourth = features(PLACES)
    assert first == {"type": "Feature", "geometry": {"type": "Point", "coordinates": [-77.25, -12.5, 30.0]},
                     "properties": {"nombre": "Uno", "lugar-Accuracy": "4.5", "ruta": TRACE, "chacra": CLOCKWISE}}
    assert second["geometry"]["coordinates"] == [2.0, 1.0]
    assert third["geometry"] is None
    assert fourth["geometry"] is None
    assert fourth["properties"]["lugar-Latitude"] == "por ahí"


def test_a_trace_is_a_line():
    line = {"type": "LineString", "coordinates": [[-77.0, -12.0, 5.0], [-77.1, -12.1, 6.0]]}
    assert geometries(PLACES, "/ruta") == [line, None, None, line]
    assert features(PLACES, "/ruta")[2]["properties"]["ruta"] == "1 2"


def test_a_shape_is_a_closed_ring_against_the_clock():
    first, second, third, fourth = geometries(PLACES, "/chacra")
    assert first["coordinates"] == [[[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 0, 0]]]
    assert second["coordinates"] == [[[0, 0], [1, 0], [1, 1], [0, 0]]]
    assert (third, fourth) == (None, None)


def test_altitude_is_given_for_all_points_of_a_line_or_for_none():
    small = Small([column("ruta", "geotrace")], {"ruta": ["1 2 3 0; 4 5"]})
    assert geometries(small, "/ruta") == [{"type": "LineString", "coordinates": [[2.0, 1.0], [5.0, 4.0]]}]
    assert features(small)[0]["properties"] == {"ruta": "1 2 3 0; 4 5"}


@given(st.lists(st.tuples(st.integers(-80, 80), st.integers(-170, 170)), min_size=3, max_size=6, unique=True))
def test_rings_run_against_the_clock_whichever_way_they_were_walked(points):
    text = ";".join(f"{latitude} {longitude} 0 0" for latitude, longitude in points)
    back = ";".join(reversed(text.split(";")))
    for geometry in geometries(Small([column("s", "geoshape")], {"s": [text, back]}), "/s"):
        (ring,) = geometry["coordinates"]
        assert ring[0] == ring[-1]
        assert len(ring) == len(points) + 1
        assert sum((after[0] - here[0]) * (after[1] + here[1]) for here, after in pairwise(ring)) <= 0


def test_gis_tools_read_it(tmp_path):
    path = tmp_path / "lugares.geojson"
    path.write_bytes(PLACES.written(geojson))
    info = pyogrio.read_info(path)
    assert (info["features"], info["crs"]) == (4, "EPSG:4979")  # WGS84 with heights
    _meta, _fids, shapes, values = pyogrio.raw.read(path)
    assert [one is None for one in shapes] == [False, False, True, True]
    assert values[list(_meta["fields"]).index("nombre")].tolist() == ["Uno", "Dos", "ñ", None]


def test_which_tables_have_a_place():
    assert geojson.has_place(PLACES.table)
    plain = Small([column("a")], {"a": ["x"]})
    assert not geojson.has_place(plain.table)
    with pytest.raises(ValueError, match="no place"):
        plain.written(geojson)
    assert features(Small([column("p", "geopoint")], {"p": []})) == []
