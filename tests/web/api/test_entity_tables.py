"""Entities as tables: OData, CSV and GeoJSON, as reports, spreadsheets and maps ask for them."""

import csv
import io
from urllib.parse import parse_qs, urlsplit

import pytest

from collector.domain.odata.keys import entity_token
from tests import builders

LIST = "/v1/projects/1/datasets/personas"
SVC = f"{LIST}.svc"
TABLE = f"{SVC}/Entities"
ROOT = "http://localhost"


def uuid(number: int) -> str:
    return f"12345678-1234-4123-8234-{number:012}"


@pytest.fixture
def alice(app, units):
    builders.entity_form(units)
    return builders.person(app, "alice")


@pytest.fixture
def people(alice):
    """Five entities; the third has a place."""
    alice.post(f"{LIST}/properties", json={"name": "geometry"})
    alice.post(f"{LIST}/properties", json={"name": "a.b"})
    for number, name in enumerate(("Ana", "Beto", "Carla", "Dora", "Éva"), 1):
        data = {"nombre": name, "estado": "nueva"} | ({"geometry": "-8.5 -74.25 150 5"} if number == 3 else {})
        answer = alice.post(f"{LIST}/entities", json={"uuid": uuid(number), "label": f"{name}, de aquí", "data": data})
        assert answer.status_code == 200
    return alice


def ids(answer) -> list[int]:
    return [int(one["__id"][-2:]) for one in answer.json["value"]]


def test_a_row_tells_what_stands_and_what_the_server_knows(people):
    answer = people.get(TABLE)
    assert answer.headers["OData-Version"] == "4.0"
    assert answer.json["@odata.context"] == f"{ROOT}{SVC}/$metadata#Entities" and "@odata.nextLink" not in answer.json
    row = answer.json["value"][2]
    assert (row["__id"], row["label"], row["nombre"], row["a_b"]) == (uuid(3), "Carla, de aquí", "Carla", "")
    assert row["__system"] == row["__system"] | {"creatorName": "Alice", "updates": 0, "updatedAt": None,
                                                 "deletedAt": None, "version": 1, "conflict": None}
    assert isinstance(row["__system"]["creatorId"], str)


def test_pages_follow_each_other(people):
    first = people.get(f"{TABLE}?$top=2&$count=true")
    assert (ids(first), first.json["@odata.count"]) == ([5, 4], 5)
    people.post(f"{LIST}/entities", json={"uuid": uuid(6), "label": "Fe"})
    second = people.get(first.json["@odata.nextLink"].removeprefix(ROOT))
    assert (ids(second), second.json["@odata.count"]) == ([3, 2], 6)
    last = people.get(second.json["@odata.nextLink"].removeprefix(ROOT))
    assert ids(last) == [1] and "@odata.nextLink" not in last.json
    assert ids(people.get(f"{TABLE}?$top=1&$skip=1")) == [5]
    ordered = people.get(f"{TABLE}?$orderby=__system/createdAt asc&$top=2")
    assert ids(ordered) == [1, 2]
    assert parse_qs(urlsplit(ordered.json["@odata.nextLink"]).query)["$skip"] == ["2"]
    assert people.get(f"{TABLE}?$top=0&$count=true").json["@odata.count"] == 6


@pytest.mark.parametrize(("filter", "left"), [
    ("__system/createdAt gt 2021-01-01", [5, 4, 3, 2, 1]), ("year(__system/createdAt) lt 2021", []),
    (f"__id eq '{uuid(2)}'", [2]), ("__system/creatorId eq 1 and not (__system/updatedAt eq null)", [4]),
    ("__system/conflict eq null", [5, 4, 3, 2, 1]), ("__system/conflict eq 'hard'", []),
    ("__system/deletedAt ne null", [6]), ("$root/Entities/__system/creatorId ne 1", [])])
def test_what_the_server_knows_is_filtered_by(people, filter, left):
    people.post(f"{LIST}/entities", json={"uuid": uuid(6), "label": "Fe"})
    people.delete(f"{LIST}/entities/{uuid(6)}")
    people.patch(f"{LIST}/entities/{uuid(4)}?force=true", json={"data": {"estado": "vista"}})
    assert ids(people.get(TABLE, query_string={"$filter": filter})) == left
    assert people.get(f"{TABLE}/$count", query_string={"$filter": filter}).text == str(len(left))


@pytest.mark.parametrize(("words", "left"), [
    ("eva aqui,", []), ("EVA, de", [5]), ("NUEVA dora", [4]), ("000002", [2]), ("%", []), ("", [5, 4, 3, 2, 1])])
def test_words_are_searched(people, words, left):
    assert ids(people.get(TABLE, query_string={"$search": words})) == left


@pytest.mark.parametrize(("query", "code"), [
    ("$filter=nombre eq 'Ana'", 501.5), ("$filter=x", 501.5), ("$filter=__id eq", 400.18), ("$select=no_hay", 400.23),
    ("$skiptoken=x", 400.35), ("$expand=*", 501.6), ("$apply=x", 501.1), ("$format=xml", 406.1),
    ("$orderby=nombre", 501.5), ("$top=x", 400.11), ("$filter=__system/submissionDate eq null", 501.5)])
def test_what_is_not_offered_is_told(people, query, code):
    assert people.get(f"{TABLE}?{query}").json["code"] == code


def test_a_token_of_an_entity_that_is_gone(people):
    assert people.get(TABLE, query_string={"$skiptoken": entity_token(uuid(9))}).json["code"] == 400.34


def test_only_what_is_selected(people):
    row = people.get(f"{TABLE}?$select=__id,a.b,__system/version").json["value"][0]
    assert row == {"__id": uuid(5), "a_b": "", "__system": {"version": 1}}
    assert people.get(f"{TABLE}?$select=label").json["value"][4] == {"label": "Ana, de aquí"}


def test_the_documents_of_the_service(people):
    assert people.get(SVC).json == {"@odata.context": f"{ROOT}{SVC}/$metadata", "value": [
        {"name": "Entities", "kind": "EntitySet", "url": "Entities"}]}
    told = people.get(f"{SVC}/$metadata")
    assert told.content_type.startswith("application/xml")
    assert '<Property Name="a_b" Type="Edm.String"/>' in told.text and 'Name="Entities"' in told.text
    assert people.get("/v1/projects/1/datasets/nada.svc/$metadata").status_code == 404


def test_the_csv_is_that_of_central_and_has_a_tag(people):
    answer = people.get(f"{LIST}/entities.csv")
    assert 'filename="personas.csv"' in answer.headers["Content-Disposition"]
    head, *rows = csv.reader(io.StringIO(answer.text))
    assert head == ["__id", "label", "nombre", "estado", "geometry", "a.b", "__createdAt", "__creatorId",
                    "__creatorName", "__updates", "__updatedAt", "__version"]
    assert [row[0] for row in rows] == [uuid(number) for number in (5, 4, 3, 2, 1)]
    assert rows[2][1:6] == ["Carla, de aquí", "Carla", "nueva", "-8.5 -74.25 150 5", ""]
    assert rows[2][8:] == ["Alice", "0", "", "1"]
    tag = answer.headers["ETag"]
    assert people.get(f"{LIST}/entities.csv", headers={"If-None-Match": tag}).status_code == 304
    some = people.get(f"{LIST}/entities.csv?$search=ana", headers={"If-None-Match": tag})
    assert (some.status_code, len(some.text.splitlines())) == (200, 2)
    people.patch(f"{LIST}/entities/{uuid(4)}?force=true", json={"label": "D"})
    assert people.get(f"{LIST}/entities.csv", headers={"If-None-Match": tag}).status_code == 200
    assert "ETag" not in people.get(f"{LIST}/entities.csv?$filter=__system/createdAt lt now()").headers


def test_a_list_in_the_trash_still_gives_its_entities(people, units, app):
    builders.a_form(units, "| survey |\n| | type | name | label |\n| | text | a | A |\n| settings |\n"
                           "| | form_id | version |\n| | fichas | 2 |")
    assert people.delete("/v1/projects/1/forms/fichas").status_code == 200
    assert people.delete(LIST).status_code == 200
    trashed, = people.get("/v1/projects/1/datasets?deleted=true").json
    answer = people.get(f"/v1/projects/1/trash/datasets/{trashed['id']}/entities.csv")
    assert len(answer.text.splitlines()) == 6
    assert people.get("/v1/projects/1/trash/datasets/99/entities.csv").json["code"] == 404.1
    assert people.get(f"{LIST}/entities.csv").json["code"] == 404.1


def test_places_are_features(people):
    point = {"type": "Point", "coordinates": [-74.25, -8.5, 150.0]}
    feature = {"type": "Feature", "id": uuid(3), "properties": None, "geometry": point}
    everything = {"type": "FeatureCollection", "features": [feature]}
    assert people.get(f"{LIST}/entities.geojson").json == everything
    assert people.get(f"{LIST}/entities/{uuid(3)}/geojson").json == everything
    assert people.get(f"{LIST}/entities/{uuid(1)}/geojson").json["features"] == []
    for text, kind in (("1 2;3 4", "LineString"), ("1 2 0 0;3 4;5 6;1 2", "Polygon"), ("1 2;x", None),
                       ("99 999", None)):
        people.patch(f"{LIST}/entities/{uuid(1)}?force=true", json={"data": {"geometry": text}})
        found = people.get(f"{LIST}/entities.geojson?$filter=__id eq '{uuid(1)}'").json["features"]
        assert [one["geometry"]["type"] for one in found] == ([kind] if kind else []), text
    assert len(people.get(f"{LIST}/entities.geojson?limit=0").json["features"]) == 0


def test_a_project_tells_of_its_lists(people):
    listed = next(one for one in people.get("/v1/projects?datasets=true").json if one["id"] == 1)["datasetList"]
    assert [(one["name"], one["entities"], one["conflicts"]) for one in listed] == [("personas", 5, 0)]
    told = people.get("/v1/projects/1", headers={"X-Extended-Metadata": "true"}).json
    assert told["datasets"] == 1 and told["lastEntity"] == listed[0]["lastEntity"] is not None
