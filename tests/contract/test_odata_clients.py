"""The feed as programs of others read it: two clients of OData at large, and what Excel, Power BI and Tableau ask."""

import uuid

import odata
import pytest
import requests
from odatapy.client import ClientResponse, EdmEnabledODataClient, ODataClient

from tests import builders
from tests.live import EMAIL, PASSWORD

pytestmark = pytest.mark.contract
FORM = """
| survey |
|        | type         | name    | label   |
|        | text         | jefe    | Jefe    |
|        | integer      | edad    | Edad    |
|        | date         | dia     | Día     |
|        | geopoint     | lugar   | Lugar   |
|        | begin group  | casa    | Casa    |
|        | begin repeat | persona | Persona |
|        | text         | apodo   | Apodo   |
|        | begin repeat | oficio  | Oficio  |
|        | text         | cual    | Cuál    |
|        | end repeat   |         |         |
|        | end repeat   |         |         |
|        | end group    |         |         |
| settings |
|          | form_title | form_id | version |
|          | Feria      | feria   | 1       |
"""
COUNT = 7
PERSONS = "Submissions.casa.persona"
WORK = f"{PERSONS}.oficio"
TYPES = "application/json;odata.metadata=minimal;q=1.0,application/xml;q=0.7,text/plain;q=0.5,*/*;q=0.1"
MASHUP = {"OData-MaxVersion": "4.0", "OData-Version": "4.0", "User-Agent": "Microsoft.Data.Mashup", "Accept": TYPES}
LATE = "__system/submissionDate ge 2026-01-01T00:00:00Z"


class Reader(requests.Session):
    """Signed in as reports do, by name and password, at a server that is asked over https."""

    def __init__(self):
        super().__init__()
        self.auth = (EMAIL, PASSWORD)
        self.headers["X-Forwarded-Proto"] = "https"

    def send_prepared(self, method: str, url: str, headers: dict, body: bytes) -> ClientResponse:
        answer = self.request(method, url, headers=headers, data=body, timeout=30)
        return ClientResponse(answer.status_code, dict(answer.headers), answer.content)


class Sending:
    """What carries the requests of odatapy."""

    def __init__(self, reader: Reader):
        self.send = reader.send_prepared


def persons(number: int) -> str:
    """The XML of as many persons as the number says, at most three; each with one trade fewer than the one before."""
    found = range(number % 4)
    return "".join(
        f"<persona><apodo>P{number}.{one}</apodo>"
        + "".join(f"<oficio><cual>O{number}.{one}.{trade}</cual></oficio>" for trade in range(one))
        + "</persona>" for one in found)


@pytest.fixture(scope="module")
def service(live) -> str:
    """The address of the feed of a form that seven records came for."""
    api = live.administrator()
    api.publish(FORM)
    for number in range(COUNT):
        body = (f"<jefe>J{number}</jefe><edad>{20 + number}</edad><dia>2026-05-1{number}</dia>"
                f"<lugar>-8.5 -74.25 150 5</lugar><casa>{persons(number)}</casa>")
        xml = builders.a_submission("feria", "1", body, f"uuid:{uuid.UUID(int=number)}")
        api.post("/projects/1/forms/feria/submissions", data=xml, headers={"Content-Type": "application/xml"})
    api.ask("PATCH", f"/projects/1/forms/feria/submissions/uuid:{uuid.UUID(int=4)}", json={"reviewState": "approved"})
    api.close()
    return f"{live.address}/v1/projects/1/forms/feria.svc"


@pytest.fixture
def reader():
    with Reader() as found:
        yield found


@pytest.fixture
def classes(service, reader):
    """A client that made a class of each table from the description."""
    return odata.ODataService(service, session=reader, reflect_entities=True, quiet_progress=True)


def test_a_client_makes_its_classes_from_the_description(classes):
    assert list(classes.entities) == ["Submissions", PERSONS, WORK]
    records = classes.query(classes.entities["Submissions"]).all()
    assert [(one.jefe, one.edad) for one in records] == [(f"J{number}", 20 + number) for number in range(6, -1, -1)]
    assert str(records[0].dia) == "2026-05-16"
    nicknames = [one.apodo for one in classes.query(classes.entities[PERSONS])]
    assert sorted(nicknames) == sorted(f"P{number}.{one}" for number in range(COUNT) for one in range(number % 4))
    assert len(classes.query(classes.entities[WORK]).all()) == 5


def test_a_client_counts_pages_filters_and_chooses(classes):
    records, people = classes.entities["Submissions"], classes.entities[PERSONS]
    assert classes.query(records).count() == COUNT and classes.query(people).count() == 9
    pages = [[one.jefe for one in classes.query(records).limit(3).offset(start)] for start in (0, 3, 6)]
    assert pages == [["J6", "J5", "J4"], ["J3", "J2", "J1"], ["J0"]]
    assert classes.query(records).get(f"uuid:{uuid.UUID(int=4)}").jefe == "J4"
    assert classes.query(records).select(records.jefe).limit(1).all() == [{"jefe": "J6"}]
    approved = classes.query(records).raw({"$filter": f"{LATE} and __system/reviewState eq 'approved'"})
    assert [one["jefe"] for one in approved] == ["J4"]
    with pytest.raises(odata.ODataError, match="501"):
        classes.query(records).filter(records.jefe == "J4").all()


def test_a_client_expands_what_is_below(classes):
    told = classes.query(classes.entities["Submissions"]).raw({"$expand": "*", "$top": 4})
    found = {one["jefe"]: [(each["apodo"], [trade["cual"] for trade in each.get("oficio", ())])
                           for each in one["casa"].get("persona", ())] for one in told}
    assert found == {"J6": [("P6.0", []), ("P6.1", ["O6.1.0"])], "J5": [("P5.0", [])], "J4": [],
                     "J3": [("P3.0", []), ("P3.1", ["O3.1.0"]), ("P3.2", ["O3.2.0", "O3.2.1"])]}


def test_a_client_strict_about_types_follows_the_links(service, reader):
    client = EdmEnabledODataClient(service, Sending(reader), odata_version="4.0")
    pages = list(client.iter_pages(client.entity_set_uri("Submissions").top(3).filter(LATE).expand("*")))
    rows = [entity for page in pages for entity in page.entities]
    assert [len(page.entities) for page in pages] == [3, 3, 1]
    assert [row.get_property("jefe").value for row in rows] == [f"J{number}" for number in range(6, -1, -1)]
    types = {one.name: one.type for one in rows[0].properties}
    assert types["edad"] == "Edm.Int64" and types["dia"] == "Edm.Date" and types["lugar"] == "Edm.GeographyPoint"
    arrived = rows[0].get_property("__system").value.get_property("submissionDate").value
    assert arrived.tzinfo is not None and arrived.year >= 2026


@pytest.mark.parametrize(("table", "count"), [("Submissions", COUNT), (PERSONS, 9), (WORK, 5)])
def test_links_from_page_to_page_lead_through_every_table(service, reader, table, count):
    client = ODataClient(service, Sending(reader), odata_version="4.0")
    whole = [row.get_property("__id").value for row in client.iter_entities(client.entity_set_uri(table))]
    paged = [row.get_property("__id").value for row in client.iter_entities(client.entity_set_uri(table).top(2))]
    assert paged == whole and len(set(whole)) == count


def get(reader, address, **headers):
    answer = reader.get(address, headers=MASHUP | headers, timeout=30)
    assert answer.status_code == 200, answer.text
    assert answer.headers["OData-Version"] == "4.0"
    return answer


def test_excel_and_power_bi_load_a_table(service, reader):
    """The list of tables, their description, a look at the first rows, then all rows with what was folded into it."""
    start = get(reader, f"{service}/")
    assert "odata.metadata=minimal" in start.headers["Content-Type"]
    tables = [one["url"] for one in start.json()["value"]]
    described = get(reader, start.json()["@odata.context"], Accept="application/xml")
    assert described.headers["Content-Type"].startswith("application/xml") and all(
        f'<EntitySet Name="{one}"' in described.text for one in tables)
    for table in tables:
        look = get(reader, f"{service}/{table}?$top=1000").json()
        assert look["@odata.context"] == f"{service}/$metadata#{table}" and "@odata.nextLink" not in look
        assert get(reader, f"{service}/{table}").json()["value"] == look["value"]
        assert int(get(reader, f"{service}/{table}/$count").text) == len(look["value"])
    folded = get(reader, f"{service}/Submissions?$filter={LATE}&$select=__id,jefe,__system&$top=4096").json()["value"]
    assert len(folded) == COUNT and folded[0].keys() == {"__id", "jefe", "__system"}
    row = get(reader, f"{service}/Submissions?$top=1&$skip=3").json()["value"][0]
    link = row["casa"]["persona@odata.navigationLink"]
    assert [one["apodo"] for one in get(reader, f"{service}/{link}").json()["value"]] == ["P3.0", "P3.1", "P3.2"]


def test_tableau_counts_and_pages_with_its_own_words(service, reader):
    said = "$format=json&$count=true"
    first = get(reader, f"{service}/Submissions?{said}&$top=5", Accept="application/json").json()
    assert first["@odata.count"] == COUNT and len(first["value"]) == 5
    rest = get(reader, first["@odata.nextLink"]).json()
    assert len(rest["value"]) == 2 and "@odata.nextLink" not in rest
    skipped = get(reader, f"{service}/Submissions?{said}&$top=5&$skip=5").json()["value"]
    assert skipped == rest["value"]
    assert get(reader, f"{service}/$metadata?$format=application/xml").text.startswith("<?xml")


def test_who_gives_no_password_or_a_wrong_one_is_told(service):
    stranger = requests.get(service, headers={"X-Forwarded-Proto": "https"}, timeout=30)
    assert stranger.status_code in (401, 403)
    wrong = requests.get(service, auth=(EMAIL, "otra clave más"), headers={"X-Forwarded-Proto": "https"}, timeout=30)
    assert wrong.status_code == 401 and wrong.json()["code"] == 401.2
    plain = requests.get(service, auth=(EMAIL, PASSWORD), timeout=30)
    assert plain.status_code == 401 and plain.json()["code"] == 401.3
