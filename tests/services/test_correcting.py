"""A record corrected in place: a further version through intake, with who, why and what; never over another's."""

import csv
import io
import zipfile

import pytest

from collector.domain import access
from collector.domain.correction import Given
from collector.domain.problems import Problem
from collector.services import correcting, records, returns
from collector.store.queries import events
from tests import builders

ID = "uuid:first"
FORM = """
| survey |
| | type | name | label | required | constraint | calculation |
| | text | nombre | Nombre | yes | | |
| | integer | edad | Edad | | . < 120 | |
| | calculate | doble | | | | ${edad} * 2 |
| | image | foto | Foto | | | |
| settings |
| | form_title | form_id | version | instance_name |
| | Visita | visita | 1 | ${nombre} |
"""
BODY = "<nombre>Ana</nombre><edad>150</edad><doble>300</doble><foto>una.jpg</foto>"
EDAD = Given({"/edad": ("15",)})
WHY = {"/edad": ("photo", "")}


@pytest.fixture
def form(units):
    return builders.a_form(units, FORM)


@pytest.fixture
def sent(form, phone):
    xml = builders.a_submission("visita", "1", BODY, ID)
    assert phone.send(xml, {"una.jpg": b"jpg"}).status_code == 201
    return ID


@pytest.fixture
def supervisor(app, units):
    carol = builders.person(app, "carol")
    units.write(access.SYSTEM, lambda unit: builders.add_grant(unit, carol.id, access.SUPERVISOR.id, "project", 1))
    return access.Actor(carol.id, "user", "Carol", (access.Grant(access.SUPERVISOR.id, ("project", 1)),))


def ready(units, actor, given=EDAD, why=WHY, seen=ID):
    with units.reading(actor) as unit:
        case = correcting.open_case(unit, 1, "visita", ID)
        return correcting.make_ready(unit, 1, case, given, why, {}, seen or case.seen)


def corrected(units, actor, **options):
    prepared = ready(units, actor, **options)
    units.write(actor, lambda unit: correcting.keep(unit, prepared))


def record_of(units):
    with units.reading(access.SYSTEM) as unit:
        return records.find_record(unit, 1, "visita", ID)


def test_a_correction_is_a_version_as_a_phone_sends_one(units, sent, supervisor):
    corrected(units, supervisor)
    found = record_of(units)
    assert found.version.deprecated_id == ID and found.submission.review_state == "edited"
    assert (found.version.submitter_id, found.version.device_id) == (supervisor.id, None)
    assert found.submission.submitter_id != supervisor.id, "who sent it first stays"
    with units.reading(access.SYSTEM) as unit:
        told = {event.action: event.details for event, _name in events.list_of_submission(
            unit.session, found.submission.id)}
        assert told["submission.correct"]["fields"] == [
            {"place": "/edad", "label": "Edad", "around": "", "kind": "changed", "reason": "photo", "words": ""}]
        assert told["submission.correct"]["versionId"] == told["submission.update.version"]["versionId"]
        before, after = (records.record_xml(unit, one) for one in reversed(records.list_editions(unit, found)))
    assert b"<edad>150</edad><doble>300</doble>" in before and b"<edad>15</edad><doble>30</doble>" in after


def test_it_is_checked_again(units, sent, supervisor, system):
    assert [one.kind for one in system(lambda unit: builders.findings_of(unit, "visita", ID))] == ["constraint"]
    corrected(units, supervisor)
    assert system(lambda unit: builders.findings_of(unit, "visita", ID)) == []


def test_it_goes_out_by_the_api_and_the_export(units, sent, supervisor, alice):
    corrected(units, supervisor)
    one = f"/v1/projects/1/forms/visita/submissions/{ID}"
    xml = alice.get(f"{one}.xml").text
    assert "<edad>15</edad>" in xml and f"<deprecatedID>{ID}</deprecatedID>" in xml
    versions = alice.get(f"{one}/versions").json
    assert [version["current"] for version in versions] == [True, False]
    assert alice.get(f"{one}/versions/{ID}.xml").text == builders.a_submission("visita", "1", BODY, ID)
    assert alice.get(f"{one}/attachments/una.jpg").data == b"jpg"
    answer = alice.get("/v1/projects/1/forms/visita/submissions.csv.zip")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        rows = list(csv.DictReader(io.TextIOWrapper(archive.open("visita.csv"), "utf-8")))
    assert [(row["edad"], row["doble"], row["nombre"]) for row in rows] == [("15", "30", "Ana")]


@pytest.mark.parametrize(("given", "why", "code"), [
    (Given(), {}, 409.53), (EDAD, {}, 409.54), (EDAD, {"/edad": ("other", " ")}, 409.54),
    (EDAD, {"/edad": ("nada", "")}, 400.8), (EDAD, {"/edad": ("photo", "x" * 1001)}, 400.13),
    (Given({"/edad": ("130",)}), WHY, 409.54), (Given({"/edad": ("doce",)}), WHY, 409.54)])
def test_what_is_not_whole_is_not_kept(units, sent, supervisor, given, why, code):
    with pytest.raises(Problem) as told:
        corrected(units, supervisor, given=given, why=why)
    assert told.value.code == code and record_of(units).version.instance_id == ID


def test_an_answer_that_was_wrong_may_be_left_when_another_is_mended(units, sent, supervisor):
    corrected(units, supervisor, given=Given({"/nombre": ("Eva",)}), why={"/nombre": ("slip", "")})
    assert record_of(units).version.deprecated_id == ID


def test_a_version_that_came_meanwhile_is_told_with_what_it_changed(units, sent, supervisor, phone):
    mine = ready(units, supervisor)
    edit = builders.a_submission("visita", "1", BODY.replace("Ana", "Eva"), "uuid:second", ID)
    assert phone.send(edit).status_code == 201
    with pytest.raises(Problem) as told:
        units.write(supervisor, lambda unit: correcting.keep(unit, mine))
    assert told.value.code == 409.51 and told.value.details["seen"] == "uuid:second"
    assert [(one["label"], one["before"], one["after"]) for one in told.value.details["changes"]] == [
        ("Nombre", ["Ana"], ["Eva"])]
    with pytest.raises(Problem) as told:
        ready(units, supervisor)
    assert told.value.code == 409.51 and record_of(units).version.instance_id == "uuid:second"
    corrected(units, supervisor, seen="uuid:second")
    assert record_of(units).version.deprecated_id == "uuid:second"


def test_two_people_at_once_one_of_them_is_told(units, sent, supervisor):
    first, second = ready(units, supervisor), ready(units, supervisor)
    units.write(supervisor, lambda unit: correcting.keep(unit, first))
    with pytest.raises(Problem) as told:
        units.write(supervisor, lambda unit: correcting.keep(unit, second))
    assert told.value.code == 409.51 and told.value.details["who"] == "Carol"


def test_a_closed_form_is_corrected_all_the_same(units, sent, supervisor, system, bob):
    assert bob.patch("/v1/projects/1/forms/visita", json={"state": "closed"}).status_code == 200
    corrected(units, supervisor)
    assert record_of(units).version.deprecated_id == ID


def test_a_correction_closes_an_open_return(units, sent, supervisor, system):
    number = system(lambda unit: returns.open_return(unit, 1, "visita", ID, [("/edad", "¿Cuántos?")])).id
    corrected(units, supervisor)
    assert system(lambda unit: returns.find_listed(unit, 1, number)).row.how == "person"


@pytest.mark.parametrize("role", [access.VIEWER, access.APP_USER, access.ROLES[21], access.ROLES[8]])
def test_who_has_no_right_corrects_nothing(units, sent, supervisor, carol, role):
    prepared = ready(units, supervisor)
    actor = access.Actor(carol.id, "user", "Carol", (access.Grant(role.id, ("project", 1)),))
    for act in (lambda unit: correcting.open_case(unit, 1, "visita", ID),
                lambda unit: correcting.keep(unit, prepared)):
        with pytest.raises(Problem) as told:
            units.write(actor, act)
        assert told.value.code == 403.1
    assert record_of(units).version.instance_id == ID


def test_a_supervisor_of_other_phones_finds_no_record(units, sent, carol):
    rows = access.RowScope(phones=(999,))
    actor = access.Actor(carol.id, "user", "Carol", (access.Grant(access.SUPERVISOR.id, ("project", 1), rows),))
    with units.reading(actor) as unit, pytest.raises(Problem) as told:
        correcting.open_case(unit, 1, "visita", ID)
    assert told.value.code == 404.1


def test_a_record_that_no_form_can_read_is_told_so(units, sent, supervisor, phone):
    builders.simple_form(units)
    xml = ('<data id="simple" version="1" encrypted="yes"><base64EncryptedKey>a</base64EncryptedKey><meta>'
           "<instanceID>uuid:e</instanceID></meta><encryptedXmlFile>submission.xml.enc</encryptedXmlFile></data>")
    assert phone.send(xml).status_code == 201
    with units.reading(supervisor) as unit, pytest.raises(Problem) as told:
        correcting.open_case(unit, 1, "simple", "uuid:e")
    assert told.value.code == 409.52
