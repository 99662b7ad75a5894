"""One truth, whatever comes at once and in whatever order: real threads, on both databases."""

import functools
import hashlib
import threading
import time
from collections import Counter

import pytest

from collector.domain import access
from collector.services import forms, review, tasks
from collector.store.queries import answers, parked, submissions
from collector.store.queries import records as record_queries
from collector.store.queries.narrowing import Narrowing
from tests import builders
from tests.stored import until

ID = "uuid:00000000-0000-4000-8000-00000000000a"
PHOTOS = """
| survey |
|        | type  | name   | label  |
|        | text  | nombre | Nombre |
|        | image | f1     | F1     |
|        | image | f2     | F2     |
|        | image | f3     | F3     |
|        | image | f4     | F4     |
| settings |
|        | form_title | form_id | version |
|        | Fotos      | simple  | 1       |
"""
NAMES = [f"{number}.jpg" for number in (1, 2, 3, 4)]
BODY = "<nombre>Ana</nombre>" + "".join(f"<f{place}>{name}</f{place}>" for place, name in enumerate(NAMES, 1))


@pytest.fixture(autouse=True)
def server(units):
    """As it serves: SQLite has its one writer, steps are run by others."""
    units.wake = lambda: None
    units.start_writer()
    yield units
    units.stop_writer()


@pytest.fixture
def form(units):
    return builders.a_form(units, PHOTOS)


@pytest.fixture
def workers(units):
    """Two workers that run steps all the time, as two processes would on PostgreSQL."""
    ended = threading.Event()

    def work():
        while not ended.is_set():
            if not tasks.run_waiting(units):
                time.sleep(0.005)
    threads = [threading.Thread(target=work) for _ in range(2 if units.engine.dialect.name == "postgresql" else 1)]
    for thread in threads:
        thread.start()
    yield
    ended.set()
    for thread in threads:
        thread.join(10)


def at_once(acts) -> list:
    """What each act answers, all begun together."""
    acts = list(acts)
    gate, told = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place, act):
        gate.wait()
        try:
            told[place] = act()
        except BaseException as fault:  # noqa: BLE001 - compared by the test
            told[place] = fault
    threads = [threading.Thread(target=run, args=one) for one in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return told


def sending(phone, *arguments):
    return lambda: phone.send(*arguments)


def statuses(told) -> list:
    return sorted(getattr(answer, "status_code", answer) for answer in told)


def held(units, instance_id=ID):
    with units.reading(access.SYSTEM) as unit:
        return submissions.find_kept(unit.session, 1, False, instance_id)


def ledger(units, instance_id=ID) -> dict:
    row = held(units, instance_id)
    with units.reading(access.SYSTEM) as unit:
        return {line.name: line.blob_sha256 for line in submissions.list_files(unit.session, row.id)}


def lines(units, state="waiting"):
    with units.reading(access.SYSTEM) as unit:
        return [row for row, _name in parked.list_parked(unit.session, 1, state)]


def living(units):
    with units.reading(access.SYSTEM) as unit:
        return record_queries.list_records(unit.session, Narrowing((1,)))


def backlog(units):
    with units.reading(access.SYSTEM) as unit:
        return tasks.backlog(unit)


def settled(units):
    """Nothing; every step was run, none failed, each submission has one root row, of its current version."""
    assert until(lambda: tasks.run_all(units) == 0 and backlog(units) == (0, None, 0)), backlog(units)
    with units.reading(access.SYSTEM) as unit:
        for record in record_queries.list_records(unit.session, Narrowing((1,))):
            rows = answers.list_rows(unit.session, record.submission.id)
            assert [(row.key, row.version_id) for _path, row in rows] == [("", record.version.id)]
            counted = record.submission.files_expected, record.submission.files_present
            assert counted == submissions.count_files(unit.session, record.submission.id)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_the_same_ten_times_at_once_is_stored_once_and_answered_201(form, phone, units, workers):
    xml, files = builders.a_submission(body=BODY, instance_id=ID), {name: name.encode() for name in NAMES}
    told = at_once([sending(phone, xml, files)] * 10)
    assert statuses(told) == [201] * 10
    assert Counter("Recibido" in answer.text for answer in told) == {True: 1, False: 9}
    assert len(living(units)) == 1 and lines(units) == []
    settled(units)
    assert living(units)[0].submission.files_present == 4


def test_parts_that_overlap_all_end_in_the_ledger(form, phone, units, workers):
    xml = builders.a_submission(body=BODY, instance_id=ID)
    told = at_once(sending(phone, xml, {name: name.encode() * 999}) for name in NAMES * 2)
    assert statuses(told) == [201] * 8
    assert ledger(units) == {name: sha256(name.encode() * 999) for name in NAMES}
    settled(units)
    assert living(units)[0].submission.files_present == 4


def test_edits_that_race_have_one_winner_and_the_others_wait(form, phone, units, workers):
    phone.send(builders.a_submission(instance_id=ID))
    told = at_once(sending(phone, builders.a_submission(instance_id=f"uuid:edit-{number}", deprecated_id=ID))
                   for number in range(6))
    assert statuses(told) == [201] + [409] * 5
    assert [row.code for row in lines(units)] == ["409.9"] * 5
    assert len(living(units)) == 1 and living(units)[0].submission.edits == 1
    settled(units)


def test_the_same_edit_ten_times_at_once_is_one_edit_and_nobody_is_refused(form, phone, units, workers):
    phone.send(builders.a_submission(instance_id=ID))
    edit = builders.a_submission(body=BODY, instance_id="uuid:edit", deprecated_id=ID)
    told = at_once([sending(phone, edit, {"1.jpg": b"jpeg"})] * 10)
    assert statuses(told) == [201] * 10, {answer.text for answer in told}
    assert lines(units) == [] and living(units)[0].submission.edits == 1
    settled(units)


def test_an_edit_and_resends_of_its_original_at_once(form, phone, units, workers):
    """Whoever comes first, the files that came with the original are in the edit too, which names them."""
    for number in range(4):
        first, second = f"uuid:first-{number}", f"uuid:second-{number}"
        xml = builders.a_submission(body=BODY, instance_id=first)
        assert phone.send(xml).status_code == 201
        edit = builders.a_submission(body=BODY.replace("Ana", "Eva"), instance_id=second, deprecated_id=first)
        told = at_once([sending(phone, edit), *(sending(phone, xml, {name: name.encode()}) for name in NAMES)])
        assert statuses(told) == [201] * 5
        assert ledger(units, first) == ledger(units, second) == {name: sha256(name.encode()) for name in NAMES}
    settled(units)
    assert {record.submission.files_present for record in living(units)} == {4}


def test_an_edit_before_its_original_is_taken_when_sent_again_and_its_line_is_settled(form, phone, units):
    edit = builders.a_submission(body=BODY, instance_id="uuid:edit", deprecated_id=ID)
    assert phone.send(edit, {"1.jpg": b"early"}).status_code == 404
    assert [(row.code, row.deprecated_id) for row in lines(units)] == [("404.5", ID)]
    assert phone.send(builders.a_submission(instance_id=ID)).status_code == 201
    again = phone.send(edit, {"2.jpg": b"late"})
    assert again.status_code == 201 and "Corrección" in again.text
    assert lines(units) == [] and lines(units, "admitted")[0].submission_id == held(units).submission_id
    assert ledger(units, "uuid:edit") == {"1.jpg": sha256(b"early"), "2.jpg": sha256(b"late"),
                                          "3.jpg": None, "4.jpg": None}
    settled(units)


def test_an_edit_and_its_original_at_once_end_as_one_record(form, phone, units):
    for number in range(4):
        original, edit = f"uuid:a-{number}", f"uuid:b-{number}"
        sent = [builders.a_submission(instance_id=original),
                builders.a_submission(instance_id=edit, deprecated_id=original)]
        first, second = at_once(sending(phone, xml) for xml in sent)
        assert first.status_code == 201 and second.status_code in (201, 404)
        if second.status_code == 404:
            assert phone.send(sent[1]).status_code == 201
    assert lines(units) == []
    assert [record.submission.edits for record in living(units)] == [1] * 4
    settled(units)


def test_two_phones_with_other_xml_under_one_id(form, phone, app, units, workers):
    other = builders.phone_key(app, name="Teléfono 2")
    for number in range(4):
        instance_id = f"uuid:same-{number}"
        told = at_once(sending(one, builders.a_submission(body=f"<nombre>{name}</nombre>", instance_id=instance_id))
                       for one, name in ((phone, "Ana"), (other, "Eva")))
        assert statuses(told) == [201, 409]
    assert [row.code for row in lines(units)] == ["409.1"] * 4
    assert len(living(units)) == 4
    settled(units)


def test_the_same_files_in_many_submissions_at_once_in_other_orders(form, phone, units, workers):
    contents = [f"shared {number}".encode() for number in range(4)]
    orders = [contents[turn:] + contents[:turn] for turn in range(4)] + [contents[::-1]]
    told = at_once(
        sending(phone, builders.a_submission(body=BODY, instance_id=f"uuid:{number}"),
                dict(zip(NAMES, orders[number % 5], strict=True))) for number in range(12))
    assert statuses(told) == [201] * 12
    settled(units)
    for number in range(12):
        assert list(ledger(units, f"uuid:{number}").values()) == [sha256(one) for one in orders[number % 5]]


def test_the_same_refused_submission_at_once_is_one_line_with_all_of_its_files(form, phone, units):
    xml = builders.a_submission(version="9", body=BODY, instance_id=ID)
    told = at_once(sending(phone, xml, {name: name.encode()}) for name in NAMES * 2)
    assert statuses(told) == [404] * 8
    (line,) = lines(units)
    assert line.tries == 8
    with units.reading(access.SYSTEM) as unit:
        assert [file.name for file in parked.list_files(unit.session, line.id)] == NAMES


def test_a_form_that_is_closed_and_opened_while_submissions_stream(form, phone, units, workers):
    """Each is kept or parked with the one reason, and what was parked is taken once the form is open for good."""
    def switch():
        for turn in range(12):
            state = "open" if turn % 2 else "closed"
            units.write(access.SYSTEM, lambda unit, state=state: forms.set_state(unit, 1, "simple", state))

    def stream(number):
        return [(xml, phone.send(xml).status_code) for xml in
                [builders.a_submission(instance_id=f"uuid:{number}-{one}") for one in range(6)]]
    told = at_once([switch, *(lambda number=number: stream(number) for number in range(4))])
    sent = [one for answers_ in told[1:] for one in answers_]
    refused = [xml for xml, status in sent if status == 409]
    assert {status for _xml, status in sent} <= {201, 409}
    assert [row.code for row in lines(units)] == ["409.2"] * len(refused)
    assert len(living(units)) == len(sent) - len(refused)
    assert [phone.send(xml).status_code for xml in refused] == [201] * len(refused)
    assert len(living(units)) == len(sent) and lines(units) == []
    settled(units)


def test_versions_that_are_published_while_submissions_of_them_stream(form, phone, units, workers):
    """New columns come into the model while rows are made by it; no row is lost or made by the wrong model."""
    def publish():
        for version in ("2", "3", "4"):
            more = "".join(f"|        | text | mas{one} | Más {one} |\n" for one in range(2, int(version) + 1))
            builders.a_form(units, PHOTOS.replace("| 1       |", f"| {version}       |").replace(
                "| settings |", more + "| settings |"))

    def stream(number):
        sent = []
        for one in range(9):
            version = str(1 + one // 2 % 4)
            body = f"<nombre>N</nombre><mas{version}>v{version}</mas{version}>"
            xml = builders.a_submission(version=version, body=body, instance_id=f"uuid:{number}-{one}")
            sent.append((xml, version, phone.send(xml).status_code))
        return sent
    told = at_once([publish, *(lambda number=number: stream(number) for number in range(3))])
    assert told[0] is None, told[0]
    sent = [one for answers_ in told[1:] for one in answers_]
    assert {status for _xml, _version, status in sent} <= {201, 404}
    for xml, _version, status in sent:
        assert status == 201 or phone.send(xml).status_code == 201
    settled(units)
    assert lines(units) == [] and len(living(units)) == len(sent)
    with units.reading(access.SYSTEM) as unit:
        for record in record_queries.list_records(unit.session, Narrowing((1,))):
            (_path, row), = answers.list_rows(unit.session, record.submission.id)
            assert (f'"v{record.form_version}"' in row.data) == (record.form_version != "1")


def test_a_deleted_form_takes_nothing_more_and_nothing_of_what_races_with_it_is_lost(form, phone, units, workers):
    def delete():
        time.sleep(0.01)
        units.write(access.SYSTEM, lambda unit: forms.delete_form(unit, 1, "simple"))

    def stream(number):
        return [phone.send(builders.a_submission(instance_id=f"uuid:{number}-{one}")).status_code for one in range(5)]
    told = at_once([delete, *(lambda number=number: stream(number) for number in range(4))])
    statuses_ = [status for found in told[1:] for status in found]
    assert set(statuses_) <= {201, 404}
    assert {row.code for row in lines(units)} <= {"404.1"}
    assert statuses_.count(404) == len(lines(units)) and statuses_.count(201) == len(living(units))


def test_a_record_in_the_trash_and_its_resend_at_once(form, phone, units):
    """Whichever comes first: the file is in the ledger, or what came after waits with its reason."""
    for number in range(6):
        instance_id = f"uuid:{number}"
        xml = builders.a_submission(body=BODY, instance_id=instance_id)
        phone.send(xml)
        delete = functools.partial(review.delete, project_id=1, xml_form_id="simple", instance_id=instance_id)
        told = at_once([functools.partial(units.write, access.SYSTEM, delete),
                        sending(phone, xml, {"1.jpg": b"jpeg"})])
        assert told[0] is None
        assert told[1].status_code in (201, 409)
        parked_now = [line for line in lines(units) if line.instance_id == instance_id]
        assert [line.code for line in parked_now] == ([] if told[1].status_code == 201 else ["409.18"])
        assert (ledger(units, instance_id)["1.jpg"] is None) == (told[1].status_code == 409)
