"""Row scope: who is limited to some records finds those and no others, in lists, counts, records and decisions."""

import pytest

from collector.domain import access, problems
from collector.domain.access import RowScope
from collector.services import (
    admission,
    building,
    bulks,
    deciding,
    filters,
    grants,
    inbox,
    orders,
    people,
    projects,
    records,
    statistics,
)
from collector.services.filters import Filters
from tests import builders

FORM = """
| survey |
|  | type | name | label |
|  | text | nombre | Nombre |
|  | begin_group | lugar | Lugar |
|  | select_one sitio | distrito | Distrito |
|  | end_group | | |
| choices |
|  | list_name | name | label |
|  | sitio | uno | Río Uno |
|  | sitio | dos | Dos |
| settings |
|  | form_title | form_id | version |
|  | {form} | {form} | 1 |
"""


@pytest.fixture
def sent(units, phone):
    """Four records of two phones and two districts in «visita», one in «simple», which has no district."""
    builders.a_form(units, FORM.format(form="visita"))
    builders.simple_form(units)
    other = builders.phone_key(phone.app, name="Teléfono 2")
    for number, (key, place) in enumerate([(phone, "uno"), (phone, "dos"), (other, "uno"), (other, "dos")]):
        body = f"<nombre>Ana {number}</nombre><lugar><distrito>{place}</distrito></lugar>"
        assert key.send(builders.a_submission("visita", "1", body, f"uuid:{number}")).status_code == 201
    phone.send(builders.a_submission(instance_id="uuid:s"))
    builders.run_steps(units)
    return phone.id, other.id


def limited(units, carol, rows: RowScope | None, place=("project", 1), role=access.SUPERVISOR) -> access.Actor:
    def work(unit):
        builders.add_grant(unit, carol.id, role.id, *place, rows)
        return people.actor(unit, carol.id)
    return units.write(access.SYSTEM, work)


def seen(units, actor, given: Filters = records.ALL) -> set[str]:
    """What lists, counts, the inbox and a decision about all of it say alike."""
    with units.reading(actor) as unit:
        found = {one.submission.instance_id for one in records.list_records(unit, 1, given)}
        assert records.count_records(unit, 1, given) == len(found)
        assert sum(records.count_states(unit, 1, given).values()) == len(found)
        page = inbox.list_page(unit, 1, given)
        assert {one.submission.instance_id for one in page.rows} == found
        assert page.count == page.queues["all"] == inbox.count(unit, 1, given) == len(found)
    plan = units.write(actor, lambda unit: bulks.plan(unit, 1, "approve", given))
    assert plan.row.total == len(found)
    return found


def test_phones_values_and_both(units, sent, carol):
    one, two = sent
    for rows, expected in ((None, {"0", "1", "2", "3", "s"}), (RowScope((one,)), {"0", "1", "s"}),
                           (RowScope((two,)), {"2", "3"}), (RowScope((one, two)), {"0", "1", "2", "3", "s"}),
                           (RowScope(field="distrito", values=("Uno",)), {"0", "2"}),
                           (RowScope(field="/lugar/distrito", values=("uno", "dos")), {"0", "1", "2", "3"}),
                           (RowScope((one,), "/lugar/distrito", ("dos",)), {"1"}),
                           (RowScope(field="/lugar/otro", values=("uno",)), set()),
                           (RowScope(field="distrito", values=()), set())):
        actor = access.Actor(carol.id, "user", "Carol", (access.Grant(20, ("project", 1), rows),))
        assert seen(units, actor) == {f"uuid:{name}" for name in expected}, rows


def test_grants_add_up(units, sent, carol):
    one, _two = sent
    limited(units, carol, RowScope((one,), "distrito", ("uno",)))
    with units.reading(access.SYSTEM) as unit:
        simple, visita = grants.place(unit, 1, "simple").id, grants.place(unit, 1, "visita").id
    assert seen(units, limited(units, carol, None, ("form", simple))) == {"uuid:0", "uuid:s"}
    wider = limited(units, carol, RowScope(field="distrito", values=("dos",)), ("form", visita))
    assert seen(units, wider) == {"uuid:0", "uuid:1", "uuid:3", "uuid:s"}
    assert seen(units, wider, Filters(xml_form_id="visita", phone=one)) == {"uuid:0", "uuid:1"}
    whole = access.Actor(carol.id, "user", "Carol", (*wider.grants, access.Grant(20, ("form", visita))))
    assert seen(units, whole, Filters(xml_form_id="visita")) == {f"uuid:{number}" for number in range(4)}


def test_who_may_read_all_decides_only_on_some(units, sent, carol):
    limited(units, carol, None, role=access.VIEWER)
    actor = limited(units, carol, RowScope((sent[1],)))
    with units.reading(actor) as unit:
        assert records.count_records(unit, 1) == 5
        assert records.find_record(unit, 1, "visita", "uuid:0")
        with pytest.raises(problems.Problem) as told:
            records.find_record(unit, 1, "visita", "uuid:0", verb="submission.update")
        assert told.value.code == 404.1
    plan = units.write(actor, lambda unit: bulks.plan(unit, 1, "approve", Filters()))
    assert plan.row.total == 2


def test_a_record_outside_is_not_there(units, sent, carol):
    actor = limited(units, carol, RowScope(field="distrito", values=("uno",)))
    with units.reading(actor) as unit:
        assert records.show_record(unit, 1, "visita", "uuid:0").instance is not None
        for ask in (records.show_record, records.find_record):
            with pytest.raises(problems.Problem) as told:
                ask(unit, 1, "visita", "uuid:1")
            assert told.value.code == 404.1
        assert records.find_root(unit, 1, "visita", "uuid:1") is None
        assert [one.submission.instance_id for page in records.pages_of_form(unit, 1, "visita") for one in page] == [
            "uuid:2", "uuid:0"]
        assert records.count_of_form(unit, 1, "visita") == 2
    with pytest.raises(problems.Problem) as told:
        units.write(actor, lambda unit: deciding.decide(unit, 1, "visita", "uuid:1", "approve", None))
    assert told.value.code == 404.1


def test_what_moved_out_of_scope_meanwhile_is_not_decided(units, sent, carol, phone):
    actor = limited(units, carol, RowScope(field="distrito", values=("uno",)))
    units.wake = lambda: None
    plan = units.write(actor, lambda unit: bulks.plan(unit, 1, "approve", Filters()))
    units.write(actor, lambda unit: bulks.confirm(unit, 1, plan.row.id, 2))
    with units.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE filter_values SET text = 'dos' WHERE submission_id = 1")
    builders.run_steps(units)
    with units.reading(actor) as unit:
        assert bulks.find(unit, 1, plan.row.id).counts == {"right": 1, "done": 1}


def test_an_address_says_no_more_than_the_scope(units, sent, carol):
    actor = limited(units, carol, RowScope((sent[0],)))
    assert seen(units, actor, filters.read({"q": "Ana"})) == {"uuid:0", "uuid:1", "uuid:s"}
    assert seen(units, actor, filters.read({"phone": str(sent[1])})) == set()
    with units.reading(actor) as unit:
        assert [one.name for one in records.list_submitters(unit, 1, "visita")] == ["Teléfono 1"]


def test_an_export_holds_what_who_ordered_it_may_see_and_is_for_no_wider_eyes(units, sent, carol, bob):
    actor = limited(units, carol, RowScope(field="distrito", values=("uno",)))
    manager = access.Actor(bob.id, "user", "Bob", (access.Grant(5, ("project", 1)),))
    wanted = orders.order(("csv",), files=False, alone=True)
    mine = units.write(actor, lambda unit: building.ask_export(unit, 1, "visita", wanted))
    whole = units.write(manager, lambda unit: building.ask_export(unit, 1, "visita", wanted))
    builders.run_steps(units)

    def text(who, number):
        with units.reading(who) as unit:
            _job, opened = building.open_file(unit, 1, "visita", number)
            with opened() as stream:
                return stream.read().decode()

    own = text(actor, mine.row.id)
    assert [f"Ana {number}" in own for number in range(4)] == [True, False, True, False]
    assert text(manager, mine.row.id) == own and text(manager, whole.row.id).count("Ana ") == 4
    other = access.Actor(carol.id, "user", "Carol", (access.Grant(20, ("project", 1), RowScope((sent[0],))),))
    for who, number in ((actor, whole.row.id), (other, mine.row.id)):
        with pytest.raises(problems.Problem) as told:
            text(who, number)
        assert told.value.code == 404.1
    with units.reading(actor) as unit:
        assert [one.row.id for one in building.list_exports(unit, 1, "visita")] == [mine.row.id]


def test_what_was_counted_for_one_is_not_told_to_another(units, sent, carol):
    actor = limited(units, carol, RowScope(field="distrito", values=("uno",)))
    for who, expected in ((access.SYSTEM, 4), (actor, 2), (access.SYSTEM, 4)):
        with units.reading(who) as unit:
            count = statistics.count_answers(unit, 1, statistics.Question("visita"))
            assert count.finished and count.rows == expected


def test_what_could_not_be_taken_is_seen_by_phone_alone(units, sent, carol, phone):
    for key in (phone, builders.phone_key(phone.app, name="Teléfono 3")):
        key.send(builders.a_submission("none", instance_id=f"uuid:none-{key.id}"))
    for rows, expected in ((None, 2), (RowScope((phone.id,)), 1), (RowScope(field="distrito", values=("uno",)), 0)):
        actor = access.Actor(carol.id, "user", "Carol", (access.Grant(20, ("project", 1), rows),))
        with units.reading(actor) as unit:
            found = admission.list_parked(unit, 1)
            assert len(found) == admission.count_waiting(unit, projects.find_project(unit, 1)) == expected
            for number in (1, 2):
                if any(row.id == number for row, _name in found):
                    assert admission.show(unit, 1, number)
                    continue
                with pytest.raises(problems.Problem) as told:
                    admission.show(unit, 1, number)
                assert told.value.code == 404.1
