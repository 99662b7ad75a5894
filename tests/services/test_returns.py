"""Records that go back to the phone: opened with a reason, learnt by that phone alone, closed by what comes back."""

import csv
import io
from pathlib import Path

import pytest

from collector.domain import access, returns
from collector.domain.problems import Problem
from collector.services import bulks, deciding, filters, inbox, people, publishing, records, review
from collector.services import returns as services
from collector.services.returns import Filters
from collector.store.queries import events
from collector.store.queries import returns as queries
from tests import builders

ID, EDITED = "uuid:first", "uuid:second"
ASKED = [("/edad", "¿Cuántos años tiene?"), ("/foto", "La foto no se ve.")]
LIBRARY = Path(__file__).resolve().parents[2] / "forms"


@pytest.fixture
def form(units):
    return builders.simple_form(units)


@pytest.fixture
def answers_form(units):
    """The form «Mis devoluciones» of the library."""
    with units.reading(access.SYSTEM) as unit:
        file = publishing.prepare_file(unit, (LIBRARY / "devoluciones.xlsx").read_bytes(), "devoluciones.xlsx", {})
    return units.write(access.SYSTEM, lambda unit: publishing.publish_file(unit, 1, file, True))


@pytest.fixture
def sent(form, phone):
    assert phone.send(builders.a_submission(instance_id=ID), device="collect:a").status_code == 201
    return ID


def opened(system, fields=ASKED, **options):
    return system(lambda unit: services.open_return(unit, 1, "simple", ID, fields, **options)).id


def row_of(units, number):
    with units.reading(access.SYSTEM) as unit:
        return queries.find_return(unit.session, number)


def state_of(units):
    with units.reading(access.SYSTEM) as unit:
        return records.find_record(unit, 1, "simple", ID).submission.review_state


def listed(phone, device="collect:a"):
    answer = phone.get(f"/forms/devoluciones/attachments/devoluciones.csv?deviceID={device}")
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.text)))


def answered(phone, key, said, more="", device="collect:a"):
    xml = builders.a_submission("devoluciones", "2026112201",
                                f"<devolucion>{key}</devolucion><respuesta>{said}</respuesta>{more}")
    answer = phone.send(xml, device=device)
    assert answer.status_code == 201
    return answer


def test_a_returned_record_has_issues_and_a_history(system, units, sent, phone):
    number = opened(system, due="2030-05-02", words="Gracias.")
    row = row_of(units, number)
    assert (row.actor_id, row.device_id, row.due, row.words) == (phone.id, "collect:a", "2030-05-02", "Gracias.")
    assert [(one["ref"], one["label"], one["reason"], one["type"], one["value"]) for one in row.fields] == [
        ("/edad", "Edad", "¿Cuántos años tiene?", "numero", ""), ("/foto", "Foto", "La foto no se ve.", "foto", "")]
    assert state_of(units) == "hasIssues"
    with units.reading(access.SYSTEM) as unit:
        told = [event.action for event, _name in events.list_of_submission(unit.session, row.submission_id)]
    assert told[:2] == ["submission.return", "submission.update"]


def test_what_was_answered_goes_back_only_when_asked_for(system, units, sent):
    assert row_of(units, opened(system, show_values=True)).fields[0]["value"] == "30"


@pytest.mark.parametrize(("fields", "options", "code"), [
    ([], {}, 400.2), ([("/nada", "x")], {}, 400.8), (ASKED, {"due": "mañana"}, 400.8),
    (ASKED, {"due": "20300502"}, 400.8), ([("/edad", "x" * 1001)], {}, 400.13), (ASKED, {"seen": "uuid:other"}, 409.3)])
def test_what_makes_no_sense_is_refused(system, units, sent, fields, options, code):
    with pytest.raises(Problem) as told:
        opened(system, fields, **options)
    assert told.value.code == code and state_of(units) is None


def test_one_record_waits_once(system, sent):
    opened(system)
    with pytest.raises(Problem) as told:
        opened(system)
    assert told.value.code == 409.3


def test_who_may_only_read_returns_nothing(units, sent, carol):
    viewer = access.Actor(carol.id, "user", "Carol", (access.Grant(access.VIEWER.id, ("project", 1)),))
    number = units.write(access.SYSTEM, lambda unit: services.open_return(unit, 1, "simple", ID, ASKED)).id
    for act in (lambda unit: services.open_return(unit, 1, "simple", ID, ASKED),
                lambda unit: services.close(unit, 1, number), lambda unit: services.withdraw(unit, 1, number),
                lambda unit: services.reopen(unit, 1, number)):
        with pytest.raises(Problem) as told:
            units.write(viewer, act)
        assert told.value.code == 403.1
    with units.reading(viewer) as unit:
        assert [one.row.id for one in services.list_returns(unit, 1)] == [number]


def test_a_grant_on_another_form_shows_nothing(units, system, sent, carol):
    opened(system)
    other = builders.simple_form(units, "other")
    actor = access.Actor(carol.id, "user", "Carol", (access.Grant(access.VIEWER.id, ("form", other.form.id)),))
    with units.reading(actor) as unit:
        assert services.list_returns(unit, 1) == [] and sum(services.count_states(unit, 1).values()) == 0
    with units.reading(access.Actor(carol.id, "user", "Carol")) as unit, pytest.raises(Problem):
        services.list_returns(unit, 1)


def test_the_next_sending_says_what_waits_to_that_phone_alone(app, system, sent, phone):
    opened(system, due="2030-05-02")
    said = phone.send(builders.a_submission(), device="collect:a").text
    assert "Tiene 1 devolución: un registro sin nombre, 2 campos, hasta el 02/05." in said
    assert "devoluci" not in phone.send(builders.a_submission(), device="collect:b").text
    other = builders.phone_key(app, name="Teléfono 2")
    assert "devoluci" not in other.send(builders.a_submission(), device="collect:a").text


def test_many_are_told_shortly_first_due_first(system, form, phone):
    for number in range(5):
        phone.send(builders.a_submission(instance_id=f"uuid:{number}", body="<nombre>Ana</nombre>"), device="collect:a")
        system(lambda unit, number=number: services.open_return(
            unit, 1, "simple", f"uuid:{number}", ASKED[:1], f"2030-05-0{9 - number}"))
    said = phone.send(builders.a_submission(), device="collect:a").text
    assert "Tiene 5 devoluciones: " in said and "y 2 más." in said
    assert said.index("05/05") < said.index("06/05") < said.index("07/05") and "08/05" not in said


def test_a_fault_there_never_spoils_the_answer(monkeypatch, sent, phone):
    def broken(session, *about):
        from sqlalchemy import text
        session.execute(text("SELECT no_such_column FROM returns"))

    monkeypatch.setattr(queries, "waiting", broken)
    answer = phone.send(builders.a_submission(instance_id="uuid:other"), device="collect:a")
    assert answer.status_code == 201 and "Recibido" in answer.text


def test_a_sending_looks_for_returns_only_where_there_are_some(asked, system, sent, phone):
    def looks(instance_id: str) -> int:
        asked.clear()
        phone.send(builders.a_submission(instance_id=instance_id), device="collect:a")
        return len([words for words in asked if "FROM returns JOIN" in words])

    assert looks("uuid:other") == 0
    opened(system)
    assert looks("uuid:another") == 1


def test_its_form_list_has_the_form_and_the_others_have_not(app, system, answers_form, sent, phone):
    other = builders.phone_key(app, name="Teléfono 2")
    assert "devoluciones" not in phone.get("/formList?deviceID=collect:a").text
    number = opened(system)
    assert "devoluciones" in phone.get("/formList?deviceID=collect:a").text
    for stranger, device in ((phone, "collect:b"), (other, "collect:a"), (phone, "")):
        assert "devoluciones" not in stranger.get(f"/formList?deviceID={device}").text
        assert listed(stranger, device) == []
    (first, second) = listed(phone)
    assert (first["name"], second["name"]) == (f"D{number}-1", f"D{number}-2")
    assert first["instance_id"] == ID and first["tipo_dato"] == "numero" and first["permite_edicion"] == "no"


def test_the_manifest_changes_with_what_waits(system, units, answers_form, sent, phone):
    def manifest(device="collect:a"):
        return phone.get(f"/forms/devoluciones/manifest?deviceID={device}").text

    empty = manifest()
    number = opened(system)
    waiting = manifest()
    assert empty != waiting and manifest("collect:b") == empty
    assert "md5:" in waiting and row_of(units, number).told_at is None
    listed(phone, "collect:b")
    assert row_of(units, number).told_at is None
    listed(phone)
    assert row_of(units, number).told_at is not None
    system(lambda unit: services.close(unit, 1, number))
    assert manifest() == empty


def test_a_phone_with_single_forms_is_let_in(app, system, units, answers_form, sent, phone):
    system(lambda unit: drop_grants(unit, phone.id))
    assert phone.get("/forms/devoluciones/manifest").status_code == 403
    opened(system)
    assert listed(phone) and answered(phone, "D1-1", "aqui").status_code == 201


def drop_grants(unit, actor_id):
    from collector.store.queries import people

    people.drop_grants(unit.session, actor_id)


def test_an_edit_closes_it_and_is_not_told_of_it(system, units, sent, phone):
    number = opened(system)
    said = phone.send(builders.a_submission(instance_id=EDITED, deprecated_id=ID), device="collect:a").text
    assert "Corrección recibida" in said and "devoluci" not in said
    row = row_of(units, number)
    assert (row.how, row.closed_by) == ("edit", phone.id) and row.closed_at is not None
    assert state_of(units) == "edited"
    with units.reading(access.SYSTEM) as unit:
        assert services.count_states(unit, 1) == {"open": 0, "overdue": 0, "back": 1, "closed": 0}
    system(lambda unit: review.decide(unit, 1, "simple", ID, "approved"))
    with units.reading(access.SYSTEM) as unit:
        assert services.count_states(unit, 1) == {"open": 0, "overdue": 0, "back": 0, "closed": 1}


def test_an_edit_that_was_there_before_does_not_close_it(system, units, sent, phone):
    units.wake = lambda: None
    phone.send(builders.a_submission(instance_id=EDITED, deprecated_id=ID), device="collect:a")
    number = opened(system)
    builders.run_steps(units)
    assert row_of(units, number).closed_at is None


def test_answers_close_it_once_all_is_said(system, units, answers_form, sent, phone):
    number = opened(system)
    answered(phone, f"D{number}-1", "aqui", "<nuevo_numero>31</nuevo_numero><fuente>pregunté</fuente>")
    row = row_of(units, number)
    assert row.closed_at is None and row.answered_at is not None
    assert row.fields[0]["answer"]["words"] == {"nuevo_numero": "31", "fuente": "pregunté"}
    assert [one["name"] for one in listed(phone)] == [f"D{number}-2"]
    answered(phone, f"D{number}-2", "despues")
    assert row_of(units, number).closed_at is None and len(listed(phone)) == 1
    answered(phone, f"D{number}-2", "esta_bien")
    assert row_of(units, number).how == "new" and listed(phone) == []


def test_a_new_submission_that_names_it_closes_it(system, units, answers_form, sent, phone):
    number = opened(system)
    answered(phone, f"D{number}-2", "nuevo", "<nuevo_registro>Ana 2</nuevo_registro>")
    assert row_of(units, number).how == "new"


def test_another_phone_cannot_answer(app, system, units, answers_form, sent, phone):
    number = opened(system)
    answered(phone, f"D{number}-1", "nuevo", device="collect:b")
    answered(builders.phone_key(app, name="Teléfono 2"), f"D{number}-1", "nuevo")
    answered(phone, "D999-1", "nuevo")
    answered(phone, f"D{number}-9", "nuevo")
    answered(phone, f"D{number}-1", "otra cosa")
    row = row_of(units, number)
    assert row.closed_at is None and row.answered_at is None


def test_withdrawn_closed_and_open_again(system, units, sent):
    number = opened(system)
    system(lambda unit: services.withdraw(unit, 1, number))
    assert state_of(units) is None and row_of(units, number).how == "withdrawn"
    with pytest.raises(Problem):
        system(lambda unit: services.reopen(unit, 1, number))
    again = opened(system)
    system(lambda unit: services.close(unit, 1, again, "Lo vi en el acta."))
    assert row_of(units, again).how == "person" and state_of(units) == "hasIssues"
    system(lambda unit: services.reopen(unit, 1, again))
    assert row_of(units, again).closed_at is None


def test_lists_are_narrowed_and_paged(app, system, units, form, phone):
    other = builders.phone_key(app, name="Teléfono 2")
    for number, due in enumerate(("", "2020-01-01", "2030-01-01", "2030-01-01")):
        sender = other if number == 3 else phone
        sender.send(builders.a_submission(instance_id=f"uuid:{number}"), device="collect:a")
        system(lambda unit, number=number, due=due: services.open_return(unit, 1, "simple", f"uuid:{number}", ASKED,
                                                                         due))
    with units.reading(access.SYSTEM) as unit:
        assert services.count_states(unit, 1) == {"open": 3, "overdue": 1, "back": 0, "closed": 0}
        whole = services.list_returns(unit, 1)
        assert [one.submission.instance_id for one in whole] == ["uuid:1", "uuid:2", "uuid:3", "uuid:0"]
        page = services.list_returns(unit, 1, limit=2)
        rest = services.list_returns(unit, 1, after=(page[-1].row.due, page[-1].row.id))
        assert [one.row.id for one in page + rest] == [one.row.id for one in whole]
        assert [one.phone.name for one in services.list_returns(unit, 1, Filters(phone=other.id))] == ["Teléfono 2"]
        late, = services.list_returns(unit, 1, Filters("overdue", "simple"))
        assert services.returned(unit, [late.submission.id])[late.submission.id].id == late.row.id
        assert {one.id for one in services.list_phones(unit, 1)} == {phone.id, other.id}


def test_a_record_that_no_phone_sent_can_be_returned_all_the_same(system, units, form, alice):
    answer = alice.post("/v1/projects/1/forms/simple/submissions", data=builders.a_submission(instance_id=ID),
                        headers={"Content-Type": "application/xml"})
    assert answer.status_code == 200
    assert row_of(units, opened(system)).actor_id is None


def test_the_form_says_whether_sent_records_can_be_edited(units, system, phone):
    text = builders.SIMPLE.format(form_id="simple", version="1").replace(
        "| form_title | form_id | version |", "| form_title | form_id | version | client_editable |").replace(
        "| simple  | 1 |", "| simple  | 1 | yes |")
    builders.a_form(units, text)
    phone.send(builders.a_submission(instance_id=ID))
    assert row_of(units, opened(system)).editable


def test_the_names_of_the_form_are_those_that_are_read(answers_form, units):
    from collector.services import models

    with units.reading(access.SYSTEM) as unit:
        model = models.form_model(unit, answers_form.version.id)
    names = {field.name for field in model.fields}
    assert names >= {"devolucion", "respuesta", *returns._SAID} and model.form_id == returns.FORM
    said = next(field for field in model.fields if field.name == "respuesta")
    assert {choice.name for choice in model.choices_for(said)} == set(returns.ANSWERS)
    assert returns.FILE in {one.name for one in model.media}


def test_a_final_decision_closes_the_return_and_taking_it_back_opens_it(system, units, sent, bob):
    number = opened(system)

    def decide(move, **why):
        def work(unit):
            seen = deciding.seen_of(records.find_record(unit, 1, "simple", ID).submission)
            return deciding.decide(unit, 1, "simple", ID, move, seen, **why)
        return units.write(units.write(access.SYSTEM, lambda unit: people.actor(unit, bob.id)), work)

    def undo():
        actor = units.write(access.SYSTEM, lambda unit: people.actor(unit, bob.id))
        units.write(actor, lambda unit: deciding.undo(unit, 1, "simple", ID))

    def waits():
        return system(lambda unit: inbox.count(unit, 1, filters.Filters(queue="returned")))

    assert waits() == 1
    decide("approve")
    row = row_of(units, number)
    assert (row.how, row.closed_by, waits()) == ("person", bob.id, 0) and row.closed_at
    undo()
    assert (row_of(units, number).closed_at, waits()) == (None, 1)
    decide("reject", reason="test")
    assert row_of(units, number).how == "person"
    undo()
    system(lambda unit: services.close(unit, 1, number))
    decide("approve")
    undo()
    assert row_of(units, number).closed_at  # a person closed it, not the decision
    with units.reading(access.SYSTEM) as unit:
        told = [event.action for event, _name in events.list_of_submission(unit.session, row.submission_id)]
    assert told.count("submission.return.reopen") == 2 and told.count("submission.return.close") == 3


def test_many_decided_at_once_close_their_returns_and_open_them_again(system, units, sent, bob):
    number = opened(system)
    actor = system(lambda unit: people.actor(unit, bob.id))
    def plan(unit):
        planned = bulks.plan(unit, 1, "approve", filters.Filters(queue="returned"))
        return bulks.confirm(unit, 1, planned.row.id, planned.changes).row.id
    done = units.write(actor, plan)
    builders.run_steps(units)
    assert row_of(units, number).how == "person" and state_of(units) == "approved"
    units.write(actor, lambda unit: bulks.undo(unit, 1, done))
    builders.run_steps(units)
    assert row_of(units, number).closed_at is None and state_of(units) == "hasIssues"


def test_what_came_back_waits_in_its_queue_until_somebody_decides_or_returns_it(system, units, sent, phone):
    def waiting(queue):
        return system(lambda unit: inbox.count(unit, 1, filters.Filters(queue=queue)))
    opened(system)
    assert (waiting("returned"), waiting("back")) == (1, 0)
    edited = builders.a_submission(instance_id=EDITED, deprecated_id=ID)
    assert phone.send(edited, device="collect:a").status_code == 201
    assert (waiting("returned"), waiting("back")) == (0, 1)
    again = opened(system)
    assert (waiting("returned"), waiting("back"), waiting("today")) == (1, 0, 1)
    system(lambda unit: services.withdraw(unit, 1, again))
    assert (waiting("returned"), waiting("back")) == (0, 0)  # what was decided in between counts
