"""The check of what was sent: findings beside each answer, kept over checks, never in the way of a submission."""

from sqlalchemy import text

from collector.domain import access
from collector.services import checkers, findings, rechecking, records, tasks
from tests import builders

ID = "uuid:00000000-0000-4000-8000-000000000001"
RULES = """
| survey |
|        | type              | name   | label  | required | constraint | constraint_message | relevant |
|        | text              | nombre | Nombre | yes      |            |                    |          |
|        | integer           | edad   | Edad   |          | . < 120    | Menos de 120 años  |          |
|        | image             | foto   | Foto   |          |            |                    |          |
|        | begin_repeat      | hijos  | Hijos  |          |            |                    |          |
|        | text              | quien  | Quién  | yes      |            |                    |          |
|        | integer           | meses  | Meses  |          | . < 300    |                    |          |
|        | end_repeat        |        |        |          |            |                    |          |
| settings |
|        | form_title | form_id | version |
|        | Reglas     | reglas  | 1       |
"""


def rules_form(units):
    return builders.a_form(units, RULES)


def sent(phone, body="<nombre>Ana</nombre><edad>130</edad>", instance_id=ID, files=None, **about):
    answer = phone.send(builders.a_submission("reglas", "1", body, instance_id, **about), files)
    assert answer.status_code == 201, answer.text


def found(units, instance_id=ID) -> list[tuple]:
    """(kind, ref, value) of the findings of a record."""
    return [(one.row.kind, one.row.ref, one.row.value) for one in held(units, instance_id)]


def held(units, instance_id=ID):
    with units.reading(access.SYSTEM) as unit:
        return findings.list_findings(unit, record(unit, instance_id))


def record(unit, instance_id=ID):
    return records.find_record(unit, 1, "reglas", instance_id)


def counts(units, instance_id=ID) -> tuple:
    with units.reading(access.SYSTEM) as unit:
        submission = record(unit, instance_id).submission
        assert submission.checked_at is not None
        return submission.errors, submission.warnings


def test_findings_stand_where_the_answer_is_and_lists_count_them(units, phone):
    rules_form(units)
    sent(phone, "<nombre/><edad>130</edad><hijos><quien>Eva</quien><meses>1</meses></hijos>"
                "<hijos><quien>Leo</quien><meses>301</meses></hijos><otro>x</otro>")
    assert found(units) == [("required", "/data/nombre", ""), ("constraint", "/data/edad", "130"),
                            ("constraint", "/data/hijos[2]/meses", "301"), ("unknown", "/data/otro", "x")]
    assert counts(units) == (3, 1)
    assert [one.place for one in held(units)] == ["/nombre", "/edad", "/hijos[2]/meses", "/otro"]
    assert held(units)[1].row.messages == {"": "Menos de 120 años"}


def test_a_good_record_has_none(units, phone):
    rules_form(units)
    sent(phone, "<nombre>Ana</nombre><edad>30</edad>")
    assert found(units) == [] and counts(units) == (0, 0)


def test_a_file_that_comes_later_is_no_longer_missing(units, phone):
    rules_form(units)
    body = "<nombre>Ana</nombre><edad>30</edad><foto>1.jpg</foto>"
    sent(phone, body)
    assert found(units) == [("file", "/data/foto", "1.jpg")]
    sent(phone, body, files={"1.jpg": b"jpeg"})
    assert found(units) == [] and counts(units) == (0, 0)


def test_an_edit_is_checked_anew(units, phone):
    rules_form(units)
    sent(phone)
    sent(phone, "<nombre>Ana</nombre><edad>13</edad>", "uuid:2", deprecated_id=ID)
    assert found(units) == [] and counts(units) == (0, 0)


def settle(units, number, note="Es la abuela"):
    units.write(access.SYSTEM, lambda unit: findings.settle(unit, 1, "reglas", ID, number, note))


def test_who_settled_what_and_why_outlives_the_next_check(units, phone):
    rules_form(units)
    sent(phone, "<nombre/><edad>130</edad>")
    settle(units, held(units)[1].row.fingerprint)
    assert counts(units) == (1, 0)
    before = held(units)[1].row
    recheck(units)
    after = held(units)[1].row
    assert (after.settled_note, after.settled_at, after.created_at) == (
        "Es la abuela", before.settled_at, before.created_at)
    assert counts(units) == (1, 0)
    sent(phone, "<nombre>Ana</nombre><edad>140</edad>", "uuid:2", deprecated_id=ID)
    assert [one.row.settled_at for one in held(units)] == [None], "another value is another finding"
    assert counts(units) == (1, 0)


def test_taken_back_it_is_open_again(units, phone):
    rules_form(units)
    sent(phone)
    number = held(units)[0].row.fingerprint
    settle(units, number)
    assert counts(units) == (0, 0)
    units.write(access.SYSTEM, lambda unit: findings.reopen(unit, 1, "reglas", ID, number))
    assert counts(units) == (1, 0) and held(units)[0].row.settled_note is None


def recheck(units):
    return units.write(access.SYSTEM, lambda unit: rechecking.begin(unit, 1, "reglas")).id


def progress(units):
    with units.reading(access.SYSTEM) as unit:
        return rechecking.progress(unit, records.find_form(unit, "submission.list", 1, "reglas"))


def forget_findings(units):
    with units.engine.begin() as connection:
        connection.execute(text("DELETE FROM findings"))
        connection.execute(text("UPDATE submissions SET errors = 0, warnings = 0, checked_at = NULL"))


def send_some(phone, count=5):
    for number in range(count):
        sent(phone, instance_id=f"uuid:{number}")


def test_a_recheck_goes_through_history_in_small_steps_and_ends(units, phone, monkeypatch):
    monkeypatch.setattr(rechecking, "TOGETHER", 2)
    rules_form(units)
    send_some(phone)
    forget_findings(units)
    units.wake = lambda: None
    recheck(units)
    assert (progress(units).total, progress(units).done) == (5, 0)
    assert tasks.run_waiting(units) == 1
    assert progress(units).done == 2 and counts(units, "uuid:1") == (1, 0)
    assert tasks.run_waiting(units) == 1 and tasks.run_waiting(units) == 1
    assert progress(units).done == 5 and progress(units).ended_at is None
    tasks.run_all(units)
    assert progress(units).done == 5 and progress(units).ended_at is not None
    assert all(counts(units, f"uuid:{number}") == (1, 0) for number in range(5))
    assert tasks.run_all(units) == 0


def test_a_recheck_that_was_cut_off_goes_on_where_it_was(units, phone, monkeypatch):
    monkeypatch.setattr(rechecking, "TOGETHER", 2)
    rules_form(units)
    send_some(phone)
    forget_findings(units)
    units.wake = lambda: None
    recheck(units)
    tasks.run_waiting(units)
    keep = rechecking.rechecks.go_on
    monkeypatch.setattr(rechecking.rechecks, "go_on", lambda *_: 1 / 0)
    tasks.run_waiting(units)
    assert progress(units).done == 2 and found(units, "uuid:2") == [], "half a step is undone"
    monkeypatch.setattr(rechecking.rechecks, "go_on", keep)
    tasks.take_over(units)
    builders.fail_for_good(units)
    assert progress(units).done == 5 and progress(units).ended_at is not None
    assert counts(units, "uuid:4") == (1, 0)


def test_a_second_recheck_begins_anew_and_the_first_ends(units, phone):
    rules_form(units)
    send_some(phone, 3)
    units.wake = lambda: None
    recheck(units)
    recheck(units)
    tasks.run_all(units)
    assert progress(units).done == 3 and progress(units).ended_at
    with units.engine.connect() as connection:
        assert connection.execute(text("SELECT done FROM rechecks ORDER BY id")).scalars().all() == [0, 3]


def test_a_submission_that_breaks_the_checker_stops_no_other(units, phone, monkeypatch):
    rules_form(units)
    whole = checkers.check.Checker.check

    def broken(self, xml, circumstances):
        if b"veneno" in xml:
            raise RecursionError("veneno")
        return whole(self, xml, circumstances)

    monkeypatch.setattr(checkers.check.Checker, "check", broken)
    units.wake = lambda: None
    sent(phone, "<nombre>veneno</nombre>", "uuid:bad")
    sent(phone)
    builders.run_steps(units)
    assert [(kind, ref) for kind, ref, _ in found(units, "uuid:bad")] == [("not-evaluated", "/data")]
    assert held(units, "uuid:bad")[0].row.severity == "note" and counts(units, "uuid:bad") == (0, 0)
    assert found(units) == [("constraint", "/data/edad", "130")]
    with units.reading(access.SYSTEM) as unit:
        assert tasks.list_failed(unit) == []


def test_what_cannot_be_opened_is_said_to_be_unchecked(units, phone):
    rules_form(units)
    body = ("<base64EncryptedKey>eA==</base64EncryptedKey><encryptedXmlFile>submission.xml.enc</encryptedXmlFile>")
    xml = builders.a_submission("reglas", "1", body, ID).replace('version="1"', 'version="1" encrypted="yes"')
    assert phone.send(xml).status_code == 201
    assert [(kind, value) for kind, _, value in found(units)] == [("not-evaluated", "")]
    assert counts(units) == (0, 0)


def test_tests_of_a_draft_are_not_checked(units, phone, bob, app):
    rules_form(units)
    bob.post("/v1/projects/1/forms/reglas/draft")
    token = bob.get("/v1/projects/1/forms/reglas/draft").json["draftToken"]
    answer = app.test_client().post(
        f"/v1/test/{token}/projects/1/forms/reglas/draft/submission", headers={"X-OpenRosa-Version": "1.0"},
        data=builders.envelope(builders.a_submission("reglas", "1", "<edad>130</edad>", ID)))
    assert answer.status_code == 201, answer.text
    with units.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM findings")).scalar() == 0
