"""Places of submissions over the API: of a form, by field, limited and filtered; of one record and of its versions."""

from urllib.parse import quote

import pytest

from tests import builders

FORM = """
| survey |
|  | type         | name   | label  |
|  | text         | nombre | Nombre |
|  | begin group  | g      | Grupo  |
|  | geopoint     | lugar  | Lugar  |
|  | end group    |        |        |
|  | geoshape     | chacra | Chacra |
|  | begin repeat | casas  | Casas  |
|  | geopoint     | puerta | Puerta |
|  | end repeat   |        |        |
| settings |
|  | form_title | form_id | version |
|  | Lugares    | lugares | 1       |
"""
ALL = "/v1/projects/1/forms/lugares/submissions"
URL = f"{ALL}.geojson"


def body(number: int) -> str:
    return (f"<nombre>n{number}</nombre><g><lugar>-8.5 -74.{number} 150 5</lugar></g>"
            "<chacra>0 0 0 0;1 0 0 0;1 1 0 0;0 0 0 0</chacra>"
            f"<casas><puerta>1 {number}</puerta></casas><casas><puerta>2 {number}</puerta></casas>")


@pytest.fixture
def sent(units, phone):
    builders.a_form(units, FORM)
    for number in (1, 2):
        assert phone.send(builders.a_submission("lugares", "1", body(number), f"uuid:{number}")).status_code == 201
    phone.send(builders.a_submission("lugares", "1", "<nombre>sin lugar</nombre>", "uuid:3"))


def ids(answer) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json["features"]]


def test_a_form_tells_its_first_place_newest_first(sent, bob):
    answer = bob.get(URL)
    assert answer.mimetype == "application/json" and ids(answer) == ["uuid:2", "uuid:1"]
    assert answer.json["type"] == "FeatureCollection"
    assert answer.json["features"][1] == {
        "type": "Feature", "id": "uuid:1", "geometry": {"type": "Point", "coordinates": [-74.1, -8.5, 150]},
        "properties": {"fieldpath": "/g/lugar"}}
    assert ids(bob.get(URL + "?limit=1")) == ["uuid:2"] and ids(bob.get(URL + "?limit=0")) == []
    assert bob.get(URL + "?limit=x").json["code"] == 400.11


def test_other_fields_by_their_paths(sent, bob):
    assert [one["geometry"]["type"] for one in bob.get(URL + "?fieldpath=/chacra").json["features"]] == ["Polygon"] * 2
    both = bob.get(URL + "?fieldpath=/chacra&fieldpath=/casas/puerta").json["features"]
    assert [(one["id"], one["properties"]) for one in both] == [("uuid:2", None), ("uuid:1", None)]
    assert [part["type"] for part in both[0]["geometry"]["geometries"]] == ["Polygon", "MultiPoint"]
    doors = bob.get(URL + "?fieldpath=/casas/puerta").json["features"]
    assert doors[1]["geometry"] == {"type": "MultiPoint", "coordinates": [[1, 1], [1, 2]]}
    assert doors[1]["properties"] == {"fieldpath": "/casas/puerta"}
    for every in (bob.get(URL + "?fieldpath=all"), bob.get(f"{ALL}/uuid%3A1.geojson?fieldpath=all")):
        last = every.json["features"][-1]
        assert last["id"] == "uuid:1" and len(last["geometry"]["geometries"]) == 3
    assert ids(bob.get(URL + "?fieldpath=/nombre")) == ids(bob.get(URL + "?fieldpath=/nada")) == []


def test_a_filter_narrows_and_what_lies_in_the_trash_is_told_when_asked_for(sent, bob):
    bob.patch(f"{ALL}/uuid%3A1", json={"reviewState": "approved"})
    assert ids(bob.get(URL, query_string={"$filter": "__system/reviewState eq 'approved'"})) == ["uuid:1"]
    bob.delete(f"{ALL}/uuid%3A2")
    assert ids(bob.get(URL)) == ["uuid:1"]
    assert ids(bob.get(URL, query_string={"$filter": "__system/deletedAt ne null"})) == ["uuid:2"]
    assert bob.get(URL, query_string={"$filter": "g/lugar eq 1"}).json["code"] == 501.5


def test_centrals_own_words_narrow_too(sent, bob, phone):
    bob.patch(f"{ALL}/uuid%3A1", json={"reviewState": "approved"})
    times = sorted(one["createdAt"] for one in bob.get(ALL).json)
    for query, found in (("submissionID=uuid:1", ["uuid:1"]), ("submitterId=999", []),
                         ("submissionID=uuid:1&submissionID=uuid:2", ["uuid:2", "uuid:1"]),
                         (f"submitterId={phone.id}&limit=1", ["uuid:2"]),
                         ("reviewState=approved", ["uuid:1"]), ("reviewState=null", ["uuid:2"]),
                         ("reviewState=null&reviewState=approved", ["uuid:2", "uuid:1"]),
                         (f"end__lt={times[0]}", []), (f"start__gt={times[-1]}", []),
                         (f"start__gte={times[0]}&end__lte={times[-1]}", ["uuid:2", "uuid:1"]), ("deleted=true", [])):
        assert ids(bob.get(f"{URL}?{query}")) == found, query
    bob.delete(f"{ALL}/uuid%3A2")
    assert ids(bob.get(URL + "?deleted=true")) == ["uuid:2"] and ids(bob.get(URL + "?deleted=false")) == ["uuid:1"]
    assert bob.get(URL + "?submitterId=x").json["code"] == 400.11


def test_the_first_place_is_that_of_the_version_a_record_was_filled_with(sent, bob, units, phone):
    later = FORM.replace("| lugares | 1 ", "| lugares | 2 ").replace("|  | geopoint     | lugar  | Lugar  |",
                                                                            "|  | text         | via    | Vía    |")
    builders.a_form(units, later)
    phone.send(builders.a_submission("lugares", "2", body(4), "uuid:4"))
    told = {one["id"]: one["properties"]["fieldpath"] for one in bob.get(URL).json["features"]}
    assert told == {"uuid:4": "/chacra", "uuid:2": "/g/lugar", "uuid:1": "/g/lugar"}


def test_one_record_and_each_of_its_versions(sent, bob, phone):
    edit = builders.a_submission("lugares", "1", body(7), "uuid:1b", "uuid:1")
    assert phone.send(edit).status_code == 201

    def places(path):
        return [(one["id"], one["geometry"]["coordinates"]) for one in bob.get(path).json["features"]]
    one = f"{ALL}/{quote('uuid:1', safe='')}"
    assert places(one + ".geojson") == [("uuid:1b", [-74.7, -8.5, 150])]
    assert places(one + "/versions/uuid%3A1.geojson") == [("uuid:1", [-74.1, -8.5, 150])]
    assert places(one + "/versions/uuid%3A1b.geojson") == [("uuid:1b", [-74.7, -8.5, 150])]
    assert places(one + ".geojson?fieldpath=/casas/puerta") == [("uuid:1b", [[7, 1], [7, 2]])]
    assert bob.get(f"{ALL}/nada.geojson").json["code"] == 404.1
    assert bob.get(one + "/versions/nada.geojson").json["code"] == 404.1


def test_who_may_not_read_gets_no_places(sent, carol, bob, units):
    for path in (URL, f"{ALL}/uuid%3A1.geojson", f"{ALL}/uuid%3A1/versions/uuid%3A1.geojson"):
        assert carol.get(path).json["code"] == 403.1
    builders.simple_form(units)
    assert bob.get("/v1/projects/1/forms/simple/submissions.geojson").json == {
        "type": "FeatureCollection", "features": []}
