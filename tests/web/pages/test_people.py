"""The page of people: who may do what, on which records; changed, limited, withdrawn."""

import re

import pytest

from collector.domain import access
from collector.services import grants, people, scopes
from tests import builders

HERE = "/people?project=1"


@pytest.fixture
def given(units, carol, phone):
    """Carol supervises the project; the number of that grant."""
    builders.simple_form(units)
    units.write(access.SYSTEM, lambda unit: builders.add_grant(unit, carol.id, 20, "project", 1))
    with units.reading(access.SYSTEM) as unit:
        return next(one.number for one in grants.list_held(unit, 1) if one.actor.id == carol.id)


def rows_of(units, actor_id: int):
    with units.reading(access.SYSTEM) as unit:
        return [(access.ROLES[one.role].system, one.rows) for one in people.actor(unit, actor_id).grants]


def test_the_page_says_who_may_what(bobs, given):
    text = bobs.get(HERE).text
    assert "Carol" in text and "Supervisa" in text and "todo el proyecto" in text
    table = text[text.index('id="h-rights"'):]
    cells = re.search(r"Corregir respuestas</th>(.*?)</tr>", table, re.S)[1].split("</td>")
    assert [">sí<" in one for one in cells[:6]] == [
        "submission.correct" in grants.role(name).verbs
        for name in ("manager", "supervisor", "analyst", "viewer", "formfill", "app-user")]


def test_a_grant_is_limited_changed_and_withdrawn(bobs, units, carol, phone, given):
    address = f"/people/grants/{given}?project=1"
    assert "Sólo de estos teléfonos" in bobs.get(f"{HERE}&grant={given}").text
    assert bobs.post(address, data={"role": "supervisor", "phones": str(phone.id)}).status_code == 303
    assert rows_of(units, carol.id) == [("supervisor", access.RowScope((phone.id,)))]
    text = bobs.get(HERE).text
    assert "sólo de:" in text and "Teléfono 1" in text
    shown = bobs.get(f"{HERE}&grant={given}").text
    assert f'value="{phone.id}" checked' in shown
    bobs.post(address, data={"role": "analyst", "field": "edad", "values": "uno, dos"})
    assert rows_of(units, carol.id) == [("analyst", access.RowScope((), "edad", ("uno", "dos")))]
    with units.reading(access.SYSTEM) as unit:
        number = next(one.number for one in grants.list_held(unit, 1) if one.actor.id == carol.id)
    assert bobs.post(f"/people/grants/{number}?project=1", data={"act": "withdraw"}).status_code == 303
    assert rows_of(units, carol.id) == []


@pytest.mark.parametrize(("data", "words"), [
    ({"role": "supervisor", "field": "edad"}, "Elija un campo y escriba al menos un valor."),
    ({"role": "supervisor", "values": "x"}, "Elija un campo y escriba al menos un valor."),
    ({"role": "manager", "field": "edad", "values": "x"}, "Este papel siempre ve todos los registros.")])
def test_what_makes_no_sense_is_told_and_nothing_changes(bobs, units, carol, given, data, words):
    answer = bobs.post(f"/people/grants/{given}?project=1", data=data)
    assert answer.status_code == 422 and words in answer.text
    assert rows_of(units, carol.id) == [("supervisor", None)]


def test_who_may_not_give_rights_sees_and_changes_nothing(carols, alices, units, carol, given):
    assert carols.get(HERE).status_code == 403
    assert carols.post(f"/people/grants/{given}?project=1", data={"act": "withdraw"}).status_code == 403
    assert alices.post("/people/grants/9999?project=1", data={"act": "withdraw"}).status_code == 404
    assert alices.post(f"/people/grants/{given}", data={"act": "withdraw"}).status_code == 404
    assert rows_of(units, carol.id) == [("supervisor", None)]


def test_a_scope_comes_back_as_it_was_kept():
    rows = access.RowScope((3, 1), "/lugar/distrito", ("Río Uno", "dos"))
    assert scopes.read(scopes.written(rows)) == rows and scopes.read(None) is None
    assert scopes.read_all(scopes.written_all((rows,))) == (rows,) and scopes.read_all(None) is None
