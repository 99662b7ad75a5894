"""ODK's own client takes the answers out: tables in pages, filtered, chosen, opened out; what was just sent is in."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from pyodk.errors import PyODKError

from tests import builders
from tests.contract import central as clients

pytestmark = [pytest.mark.contract, pytest.mark.xdist_group("phone")]
FORM = "tablas"
COUNT = 7


def family(number: int) -> str:
    """A family with so many people as its number, of whom each second one has a vaccine."""
    people = "".join(
        f"<persona><apodo>P{number}.{place}</apodo>"
        f"{'<vacuna><puesta>2026-01-02</puesta></vacuna>' if place % 2 else ''}</persona>" for place in range(number))
    return (f"<nombre>Familia {number}</nombre><lugar>-12.5 -77.25 {number} 4.5</lugar><usos>casa agua</usos>"
            f"<foto/><acta/>{people}")


@pytest.fixture(scope="module")
def form(central):
    central.forms.create(clients.definition(clients.FAMILY, FORM, "1"))
    for number in range(COUNT):
        central.submissions.create(builders.a_submission(FORM, "1", family(number), f"uuid:{number}"), form_id=FORM)
    central.submissions.review("uuid:2", "approved", form_id=FORM)
    central.submissions.review("uuid:3", "rejected", form_id=FORM)
    return FORM


def ids(table: dict) -> list[str]:
    return [row["__id"] for row in table["value"]]


def test_the_root_table_has_each_answer_and_what_the_server_knows(central, form):
    table = central.submissions.get_table(form_id=form)
    assert ids(table) == [f"uuid:{number}" for number in range(COUNT)][::-1]
    row = table["value"][0]
    assert (row["nombre"], row["usos"]) == ("Familia 6", "casa agua")
    assert row["lugar"] == {"type": "Point", "coordinates": [-77.25, -12.5, 6], "properties": {"accuracy": 4.5}}
    assert row["meta"]["instanceID"] == "uuid:6" and row["persona@odata.navigationLink"].endswith("/persona")
    told = row["__system"]
    assert told["submitterName"] and told["formVersion"] == "1" and told["reviewState"] is None
    assert (told["attachmentsPresent"], told["attachmentsExpected"], told["status"]) == (0, 0, None)
    assert table["@odata.context"].endswith(f"{form}.svc/$metadata#Submissions")


def test_what_was_just_sent_is_in_the_next_answer(central, form):
    for number in range(90, 95):
        sent = central.submissions.create(builders.a_submission(form, "1", family(1), f"uuid:{number}"), form_id=form)
        assert ids(central.submissions.get_table(form_id=form, top=1)) == [sent.instanceId]
        central.delete(f"projects/{central.project_id}/forms/{form}/submissions/{sent.instanceId}")
    assert len(central.submissions.get_table(form_id=form)["value"]) == COUNT


def test_pages_and_counts(central, form):
    page = central.submissions.get_table(form_id=form, top=3, count=True)
    assert (ids(page), page["@odata.count"]) == (["uuid:6", "uuid:5", "uuid:4"], COUNT)
    assert ids(central.submissions.get_table(form_id=form, skip=2, top=2)) == ["uuid:4", "uuid:3"]
    assert "@odata.count" not in central.submissions.get_table(form_id=form, top=3, count=False)
    none = central.submissions.get_table(form_id=form, top=0, count=True)
    assert (none["value"], none["@odata.count"]) == ([], COUNT)


def test_following_the_links_meets_each_row_once(central, form):
    for table, count in (("Submissions", COUNT), ("Submissions.persona", sum(range(COUNT)))):
        met, page = [], central.submissions.get_table(form_id=form, table_name=table, top=2)
        while True:
            met += ids(page)
            link = page.get("@odata.nextLink")
            if not link:
                break
            assert set(parse_qs(urlsplit(link).query)) >= {"$skiptoken"}
            page = central.get(link).json()
        assert len(met) == len(set(met)) == count


def test_filters(central, form):
    def found(filter: str) -> list[str]:
        return ids(central.submissions.get_table(form_id=form, filter=filter))

    since = (datetime.now(UTC) - timedelta(minutes=30)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert found("__system/reviewState eq 'approved'") == ["uuid:2"]
    assert found("__system/reviewState ne null") == ["uuid:3", "uuid:2"]
    assert len(found("__system/reviewState eq null")) == COUNT - 2
    assert len(found(f"__system/submissionDate gt {since} and not __system/reviewState eq 'rejected'")) == COUNT - 1
    assert found(f"__system/submissionDate lt {since}") == []
    assert len(found("year(__system/submissionDate) eq year(now())")) == COUNT
    submitter = central.submissions.get("uuid:2", form_id=form).submitterId
    assert len(found(f"__system/submitterId eq {submitter}")) == COUNT
    people = central.submissions.get_table(form_id=form, table_name="Submissions.persona",
                                           filter="$root/Submissions/__system/reviewState eq 'approved'")
    assert [row["apodo"] for row in people["value"]] == ["P2.0", "P2.1"]


def test_chosen_columns(central, form):
    row = central.submissions.get_table(form_id=form, top=1, select="__id,nombre,__system/submissionDate")["value"][0]
    assert set(row) == {"__id", "nombre", "__system"} and set(row["__system"]) == {"submissionDate"}


def test_repeats_are_tables_and_open_out_in_place(central, form):
    people = central.submissions.get_table(form_id=form, table_name="Submissions.persona", count=True)
    assert people["@odata.count"] == sum(range(COUNT)) == len(people["value"])
    assert all(row["__Submissions-id"].startswith("uuid:") for row in people["value"])
    shots = central.submissions.get_table(form_id=form, table_name="Submissions.persona.vacuna")["value"]
    assert {row["puesta"] for row in shots} == {"2026-01-02"}
    assert {row["__Submissions-persona-id"] for row in shots} <= {row["__id"] for row in people["value"]}
    whole = central.submissions.get_table(form_id=form, expand="*", top=1)["value"][0]
    assert [one["apodo"] for one in whole["persona"]] == [f"P6.{place}" for place in range(6)]
    assert [len(one.get("vacuna", [])) for one in whole["persona"]] == [0, 1, 0, 1, 0, 1]
    assert {one["__id"] for one in whole["persona"]} == {
        row["__id"] for row in people["value"] if row["__Submissions-id"] == "uuid:6"}


def test_places_as_text(central, form):
    row = central.submissions.get_table(form_id=form, top=1, wkt=True)["value"][0]
    assert row["lugar"] == "POINT (-77.25 -12.5 6)"
    assert isinstance(central.submissions.get_table(form_id=form, top=1, wkt=False)["value"][0]["lugar"], dict)


def test_the_draft_has_tables_of_its_own(central, form):
    place = f"projects/{central.project_id}/forms/{form}/draft"
    assert central.post(place).json() == {"success": True}
    draft = central.get(place).json()
    record = builders.a_submission(form, draft["version"], family(2), "uuid:prueba")
    assert central.post(f"{place}/submissions", data=record.encode(),
                        headers={"Content-Type": "application/xml"}).json()["instanceId"] == "uuid:prueba"
    assert ids(central.get(f"{place}.svc/Submissions").json()) == ["uuid:prueba"]
    assert "uuid:prueba" not in ids(central.submissions.get_table(form_id=form))
    assert central.delete(place).json() == {"success": True}


@pytest.mark.parametrize(("code", "options"), [
    (400.18, {"filter": "__system/reviewState eq"}), (501.4, {"filter": "contains(nombre, 'a')"}),
    (501.5, {"filter": "nombre eq 'Ana'"}), (501.6, {"expand": "persona"}),
    (501.11, {"expand": "*", "select": "nombre"}), (400.23, {"select": "no_hay"}),
    (404.1, {"table_name": "Submissions.no_hay"}), (404.1, {"table_name": "Nada"}),
])
def test_what_cannot_be_asked_is_told_with_its_code(central, form, code, options):
    with pytest.raises(PyODKError) as told:
        central.submissions.get_table(form_id=form, **options)
    assert told.value.args[1].json()["code"] == code, told.value.args[1].text
