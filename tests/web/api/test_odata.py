"""The OData feed over HTTP, as reports, spreadsheets and scripts ask for it."""

from urllib.parse import parse_qs, urlsplit

import pytest

from collector.domain import access
from collector.domain.access import RowScope
from collector.domain.odata.keys import token_of
from tests import builders

FAMILY = """
| survey |
|        | type            | name    | label    | calculation |
|        | text            | nombre  | Nombre   |             |
|        | integer         | edad    | Edad     |             |
|        | geopoint        | lugar   | Lugar    |             |
|        | begin group     | casa    | Casa     |             |
|        | begin repeat    | hijo    | Hijo     |             |
|        | text            | apodo   | Apodo    |             |
|        | begin repeat    | juguete | Juguete  |             |
|        | text            | cual    | Cuál     |             |
|        | end repeat      |         |          |             |
|        | end repeat      |         |          |             |
|        | end group       |         |          |             |
{more}
| settings |
|          | form_title | form_id | version |
|          | Familia    | {form}  | {version} |
"""
SVC = "/v1/projects/1/forms/familia.svc"
ROOT = "http://localhost"
CHILDREN = "Submissions.casa.hijo"


def body(name, *children):
    toys = "".join(
        f"<hijo><apodo>{child}</apodo>{''.join(f'<juguete><cual>{toy}</cual></juguete>' for toy in toys)}</hijo>"
        for child, toys in children)
    return f"<nombre>{name}</nombre><edad>30</edad><lugar>-8.5 -74.25 150 5</lugar><casa>{toys}</casa>"


BODIES = (body("Ana"), body("Beto", ("Billy", ()), ("Blas", ("pelota",))),
          body("Carla", ("Candela", ("trompo", "bolero"))))


@pytest.fixture
def form(units):
    return builders.a_form(units, FAMILY.format(form="familia", version=1, more=""))


@pytest.fixture
def family(form, phone):
    """Three records: uuid:1 without children, uuid:2 with two, uuid:3 with one."""
    for number, filled in enumerate(BODIES, 1):
        send(phone, number, filled)


def send(phone, number, filled=BODIES[0], **options):
    xml = builders.a_submission("familia", options.pop("version", "1"), filled, f"uuid:{number}", **options)
    assert phone.send(xml).status_code == 201


def ask(who, path="/Submissions", **words):
    answer = who.get(SVC + path, query_string={f"${word}": value for word, value in words.items()})
    assert answer.status_code == 200, answer.text
    assert answer.headers["OData-Version"] == "4.0"
    return answer.json


def names(told):
    return [row["__id"] for row in told["value"]]


def refused(who, path="/Submissions", **words):
    answer = who.get(SVC + path, query_string={f"${word}": value for word, value in words.items()})
    assert answer.status_code == int(answer.json["code"])
    return answer.json["code"]


def all_pages(who, path, **words):
    rows, told = [], ask(who, path, **words)
    while True:
        rows += told["value"]
        if "@odata.nextLink" not in told:
            return rows
        told = who.get(told["@odata.nextLink"].removeprefix(ROOT)).json


def test_a_client_finds_its_tables(family, bob):
    answer = bob.get(SVC)
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8; odata.metadata=minimal"
    assert answer.json == {"@odata.context": f"{ROOT}{SVC}/$metadata", "value": [
        {"name": name, "kind": "EntitySet", "url": name}
        for name in ("Submissions", CHILDREN, f"{CHILDREN}.juguete")]}
    told = bob.get(f"{SVC}/$metadata")
    assert told.headers["Content-Type"].startswith("application/xml") and told.headers["OData-Version"] == "4.0"
    assert f'<EntitySet Name="{CHILDREN}" EntityType="org.opendatakit.user.familia.{CHILDREN}">' in told.text


def test_rows_tell_answers_and_what_the_server_knows(family, bob, phone):
    told = ask(bob)
    assert told["@odata.context"] == f"{ROOT}{SVC}/$metadata#Submissions" and names(told) == [
        "uuid:3", "uuid:2", "uuid:1"]
    row = told["value"][1]
    assert row["__system"].pop("submissionDate").endswith("Z")
    assert row == {
        "__id": "uuid:2", "__system": {
            "updatedAt": None, "deletedAt": None, "submitterId": str(phone.id), "submitterName": "Teléfono 1",
            "attachmentsPresent": 0, "attachmentsExpected": 0, "status": None, "reviewState": None,
            "deviceId": "collect:abc", "edits": 0, "formVersion": "1"},
        "nombre": "Beto", "edad": 30, "meta": {"instanceID": "uuid:2", "instanceName": None} if "instanceName" in
        row["meta"] else {"instanceID": "uuid:2"},
        "lugar": {"type": "Point", "coordinates": [-74.25, -8.5, 150.0], "properties": {"accuracy": 5.0}},
        "casa": {"hijo@odata.navigationLink": "Submissions('uuid%3A2')/casa/hijo"}}
    assert told["value"][2]["casa"] == {}
    assert ask(bob, wkt="true")["value"][0]["lugar"] == "POINT (-74.25 -8.5 150)"


def test_rows_of_repeats_are_joined_by_ids(family, bob):
    told = ask(bob, f"/{CHILDREN}")["value"]
    assert [(row["apodo"], row["__Submissions-id"]) for row in told] == [
        ("Candela", "uuid:3"), ("Billy", "uuid:2"), ("Blas", "uuid:2")]
    link = told[2]["juguete@odata.navigationLink"]
    assert link == f"Submissions('uuid%3A2')/casa/hijo('{told[2]['__id']}')/juguete" and (
        "juguete@odata.navigationLink" not in told[1])
    toys = ask(bob, f"/{CHILDREN}.juguete")["value"]
    assert [(row["cual"], row["__Submissions-casa-hijo-id"]) for row in toys] == [
        ("trompo", told[0]["__id"]), ("bolero", told[0]["__id"]), ("pelota", told[2]["__id"])]
    assert ask(bob, "/" + link)["value"] == [toys[2]]
    assert ask(bob, "/Submissions('uuid%3A2')/casa/hijo")["value"] == told[1:]
    assert ask(bob, "/Submissions('uuid%3A2')")["value"] == [ask(bob)["value"][1]]


def test_everything_at_once(family, bob):
    told = ask(bob, expand="*")["value"]
    children = told[1]["casa"]["hijo"]
    assert [child["apodo"] for child in children] == ["Billy", "Blas"] and "juguete" not in children[0]
    assert [toy["cual"] for toy in children[1]["juguete"]] == ["pelota"] and "__Submissions-id" not in children[0]
    assert told[2]["casa"] == {} and children[0]["__id"] == ask(bob, f"/{CHILDREN}")["value"][1]["__id"]


def test_pages_follow_each_other_and_tell_how_many_there_are(family, bob, phone):
    first = ask(bob, top=1, skip=1, count="true", select="nombre")
    assert first["value"] == [{"nombre": "Beto"}] and first["@odata.count"] == 3
    assert first["@odata.nextLink"] == (f"{ROOT}{SVC}/Submissions?%24top=1&%24count=true&%24select=nombre"
                                        "&%24skiptoken=01eyJpbnN0YW5jZUlkIjoidXVpZDoyIn0%3D")
    send(phone, 4)
    second = bob.get(first["@odata.nextLink"].removeprefix(ROOT) + "&$skip=1").json
    assert second["value"] == [{"nombre": "Ana"}] and "@odata.nextLink" not in second and second["@odata.count"] == 4
    empty = ask(bob, top=0, count="true")
    assert empty["value"] == [] and empty["@odata.count"] == 4 and "@odata.nextLink" not in empty
    assert ask(bob, top=5, skip=2)["value"][0]["__id"] == "uuid:2" and ask(bob, skip=9)["value"] == []


def test_a_table_tells_how_many_rows_it_has(family, bob):
    told = bob.get(f"{SVC}/Submissions/$count")
    assert told.text == "3" and told.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert bob.get(f"{SVC}/{CHILDREN}/$count?$top=1").text == "3"
    assert bob.get(f"{SVC}/Submissions/$count", query_string={"$filter": "__id ne 'uuid:2'"}).text == "2"
    assert refused(bob, "/Nada/$count") == 404.1 and refused(bob, "/Submissions/$count", filter="nombre eq 1") == 501.5


@pytest.mark.parametrize("top", [1, 2, 3, 4])
@pytest.mark.parametrize(("path", "words"), [
    ("/Submissions", {}), ("/Submissions", {"orderby": "__system/submitterId desc,__system/submissionDate asc"}),
    (f"/{CHILDREN}", {}), (f"/{CHILDREN}.juguete", {"filter": "$root/Submissions/__system/deletedAt eq null"}),
    (f"/{CHILDREN}", {"orderby": "$root/Submissions/__system/submissionDate"}),
    ("/Submissions('uuid%3A3')/casa/hijo", {})])
def test_pages_together_are_the_whole(family, bob, path, words, top):
    assert all_pages(bob, path, top=top, **words) == ask(bob, path, **words)["value"]


def test_a_page_goes_on_where_the_one_before_ended_whatever_became_of_its_end(family, bob, units):
    token = parse_qs(urlsplit(ask(bob, top=1)["@odata.nextLink"]).query)["$skiptoken"][0]
    bob.delete("/v1/projects/1/forms/familia/submissions/uuid%3A3")
    assert names(ask(bob, skiptoken=token)) == ["uuid:2", "uuid:1"]
    assert ask(bob, skiptoken=token_of("uuid:never"))["value"] == []
    link = ask(bob, f"/{CHILDREN}", top=1)["@odata.nextLink"].removeprefix(ROOT)
    units.memory.clear()  # a start of the server later
    assert [row["apodo"] for row in bob.get(link).json["value"]] == ["Blas"]
    assert refused(bob, f"/{CHILDREN}", skiptoken=token_of(row="nonsense")) == 400.34
    assert refused(bob, "/Submissions('uuid%3A2')/casa/hijo", skiptoken=token_of(row="0" * 40)) == 400.34
    assert refused(bob, skiptoken="01nonsense") == 400.35


def test_filters_and_orders(family, bob):
    bob.patch("/v1/projects/1/forms/familia/submissions/uuid%3A2", json={"reviewState": "rejected"})
    state = "__system/reviewState"
    assert names(ask(bob, filter=f"{state} eq 'rejected'")) == ["uuid:2"]
    assert names(ask(bob, filter=f"not {state} eq 'rejected'")) == ["uuid:3", "uuid:1"]
    assert ask(bob, filter=f"{state} eq null", top=1, count="true")["@odata.count"] == 2
    assert [row["apodo"] for row in ask(bob, f"/{CHILDREN}", filter=f"$root/Submissions/{state} eq 'rejected'")[
        "value"]] == ["Billy", "Blas"]
    assert ask(bob, f"/{CHILDREN}", filter=f"$root/Submissions/{state} eq null", count="true")["@odata.count"] == 1
    when = ask(bob)["value"][1]["__system"]["submissionDate"]
    assert "uuid:2" in names(ask(bob, filter=f"__system/submissionDate ge {when}"))
    assert "uuid:2" not in names(ask(bob, filter=f"__system/submissionDate gt {when}"))
    assert [row["__system"]["reviewState"] for row in ask(bob, orderby=f"{state} desc")["value"]] == [
        "rejected", None, None]
    assert names(ask(bob, orderby="__system/submissionDate asc")) == ["uuid:1", "uuid:2", "uuid:3"]


def test_the_trash_is_told_to_who_asks_for_it(family, bob):
    bob.delete("/v1/projects/1/forms/familia/submissions/uuid%3A2")
    assert names(ask(bob)) == ["uuid:3", "uuid:1"] and refused(bob, "/Submissions('uuid%3A2')") == 404.1
    gone = ask(bob, filter="not __system/deletedAt eq null")
    assert names(gone) == ["uuid:2"] and gone["value"][0]["__system"]["deletedAt"].endswith("Z")
    assert [row["apodo"] for row in ask(bob, f"/{CHILDREN}")["value"]] == ["Candela"]
    assert len(ask(bob, f"/{CHILDREN}", filter="not $root/Submissions/__system/deletedAt eq null")["value"]) == 2


def test_only_what_is_selected(family, bob):
    told = ask(bob, select="__id, __system/status,meta/instanceID,casa/hijo")["value"]
    assert told[0] == {"__id": "uuid:3", "__system": {"status": None}, "meta": {"instanceID": "uuid:3"},
                       "casa": {"hijo@odata.navigationLink": "Submissions('uuid%3A3')/casa/hijo"}}
    assert ask(bob, f"/{CHILDREN}", select="__Submissions-id,apodo")["value"][0] == {
        "__Submissions-id": "uuid:3", "apodo": "Candela"}
    assert ask(bob, select="*") == ask(bob)


@pytest.mark.parametrize(("path", "words", "code"), [
    ("/Submissions", {"apply": "x"}, 501.1), ("/Submissions", {"search": "x"}, 501.1),
    ("/Submissions", {"expand": "casa"}, 501.6), ("/Submissions", {"expand": "*", "select": "nombre"}, 501.11),
    ("/Submissions", {"select": "nadie"}, 400.23), ("/Submissions", {"select": "casa/hijo/apodo"}, 400.24),
    ("/Submissions", {"filter": "hello my dear"}, 400.18), ("/Submissions", {"filter": "nombre eq 'Ana'"}, 501.5),
    ("/Submissions", {"filter": "3 add 4"}, 501.4), ("/Submissions", {"orderby": "nombre"}, 501.5),
    (f"/{CHILDREN}", {"filter": "__system/reviewState eq null"}, 501.5), ("/Submissions", {"top": "x"}, 400.11),
    ("/Submissions", {"skip": "-1"}, 400.11), ("/Submissions", {"format": "xml"}, 406.1),
    ("/Submissions", {"orderby": "__id", "skiptoken": token_of("uuid:1")}, 501.1),
    ("/Submissions.nada", {}, 404.1), ("/Nada", {}, 404.1), ("/Submissions('uuid:9')", {}, 404.1),
    ("/Submissions('uuid:2')/casa/nada", {}, 404.1), ("/Submissions/casa", {}, 404.1), ("/Nada('uuid:2')", {}, 404.1),
    ("", {"format": "atom"}, 406.1)])
def test_what_is_not_offered_is_told(family, bob, path, words, code):
    assert refused(bob, path, **words) == code


def test_rights_and_what_is_not_published(family, bob, carol, units):
    for path in ("", "/Submissions", "/Submissions('uuid:1')"):
        assert refused(carol, path) == 403.1
    told = carol.get(f"{SVC}/$metadata")
    assert told.status_code == 403 and told.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert told.text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<error code="403.1">\n  <message>')
    assert bob.get("/v1/projects/1/forms/none.svc").json["code"] == 404.1
    assert bob.get("/v1/projects/1/forms/familia/draft.svc").json["code"] == 404.1


def test_who_may_see_some_records_is_told_of_these(family, bob, app, units, carol):
    other = builders.phone_key(app, name="Teléfono 2")
    send(other, 5, body("Eva", ("Elmo", ())))
    units.write(access.SYSTEM, lambda unit: builders.add_grant(
        unit, carol.id, access.VIEWER.id, "project", 1, RowScope(phones=(other.id,))))
    seen = builders.person(app, "carol")
    assert names(ask(seen)) == ["uuid:5"] and ask(seen, count="true")["@odata.count"] == 1
    assert [row["apodo"] for row in ask(seen, f"/{CHILDREN}")["value"]] == ["Elmo"]
    assert refused(seen, "/Submissions('uuid%3A1')") == 404.1
    token = ask(bob, f"/{CHILDREN}")["value"][-1]["__id"]
    assert ask(seen, f"/{CHILDREN}", count="true", top=0)["@odata.count"] == 1
    assert refused(seen, f"/{CHILDREN}", skiptoken=token_of(row=token)) == 400.34


def test_what_was_just_acknowledged_is_in_the_next_answer(form, phone, bob, units):
    units.wake = lambda: None
    send(phone, 7, BODIES[1])
    assert ask(bob)["value"][0]["nombre"] == "Beto" and len(ask(bob, f"/{CHILDREN}")["value"]) == 2


def test_an_edit_and_a_new_version(family, phone, bob, units):
    send(phone, "2b", body("Berta"), deprecated_id="uuid:2")
    row = ask(bob, "/Submissions('uuid%3A2')")["value"][0]
    assert row["nombre"] == "Berta" and row["__system"]["edits"] == 1 and row["casa"] == {}
    assert row["__system"]["updatedAt"] is not None
    more = "|        | text            | nuevo   | Nuevo    |             |"
    builders.a_form(units, FAMILY.format(form="familia", version=2, more=more))
    send(phone, 8, BODIES[0] + "<nuevo>sí</nuevo>", version="2")
    assert [row["nuevo"] for row in ask(bob)["value"]] == ["sí", None, None, None]


def test_an_encrypted_record_tells_that_it_is(form, phone, bob):
    xml = ('<data id="familia" version="1" encrypted="yes" xmlns="http://opendatakit.org/submissions">'
           "<base64EncryptedKey>eA==</base64EncryptedKey><meta><instanceID>uuid:6</instanceID></meta>"
           "<encryptedXmlFile>submission.xml.enc</encryptedXmlFile></data>")
    assert phone.send(xml).status_code == 201
    row = ask(bob)["value"][0]
    assert row.keys() == {"__id", "__system"} and row["__system"]["status"] == "missingEncryptedFormData"
    bob.post("/v1/projects/1/forms/familia/submissions/uuid%3A6/attachments/submission.xml.enc", data=b"x")
    assert ask(bob)["value"][0]["__system"]["status"] == "notDecrypted"
    assert ask(bob, f"/{CHILDREN}")["value"] == []


def test_a_draft_has_a_feed_of_its_own(family, bob, units):
    base = "/v1/projects/1/forms/familia"
    bob.post(f"{base}/draft")
    xml = builders.a_submission("familia", "1", BODIES[1], "uuid:prueba")
    bob.post(f"{base}/draft/submissions", data=xml, headers={"Content-Type": "application/xml"})
    svc = f"{base}/draft.svc"
    assert bob.get(svc).json["@odata.context"] == f"{ROOT}{svc}/$metadata"
    told = bob.get(f"{svc}/Submissions?$count=true&$expand=*").json
    assert names(told) == ["uuid:prueba"] and told["@odata.count"] == 1
    assert [child["apodo"] for child in told["value"][0]["casa"]["hijo"]] == ["Billy", "Blas"]
    assert [row["apodo"] for row in bob.get(f"{svc}/{CHILDREN}?$count=true").json["value"]] == ["Billy", "Blas"]
    assert bob.get(f"{svc}/Submissions('uuid%3A2')").json["code"] == 404.1
    assert bob.get(f"{svc}/$metadata").status_code == 200


def test_ids_of_any_script_in_addresses(units, phone, bob):
    builders.a_form(units, FAMILY.format(form="fa milia", version=1, more=""))
    xml = builders.a_submission("fa milia", "1", BODIES[1], "uuid:a/b ñ'x")
    assert phone.send(xml).status_code == 201
    svc = "/v1/projects/1/forms/fa%20milia.svc"
    told = bob.get(f"{svc}/Submissions").json
    assert told["@odata.context"] == f"{ROOT}{svc}/$metadata#Submissions"
    link = told["value"][0]["casa"]["hijo@odata.navigationLink"]
    first = bob.get(f"{svc}/{link}?$top=1").json
    assert first["value"][0]["apodo"] == "Billy"
    second = bob.get(first["@odata.nextLink"].removeprefix(ROOT)).json
    assert [row["apodo"] for row in second["value"]] == ["Blas"] and "@odata.nextLink" not in second
