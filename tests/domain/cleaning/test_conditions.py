"""Expressions over rows: what names and paths mean there, with and without memory of what was evaluated before."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collector.domain.cleaning import conditions
from collector.domain.cleaning.conditions import FAILED, Condition
from collector.domain.cleaning.ground import Circumstances, Ground
from collector.domain.tabular.shape import FACT
from collector.domain.xpath.tree import Node
from tests.domain.cleaning.small import CHILDREN, TABLES, TOYS, batch_of

FAMILY = batch_of(
    {"/nombre": "Ana", "/g/edad": 40, "/cargo": "apu", "/usos": "agua gas", "/nacido": "1990-05-01",
     "/lugar": [-12.0, -77.0, 3.0, 4.0]},
    {"/nombre": "Luz"},
    children=[(2, 1, {"/hijos/alias": "x", "/hijos/anos": 9}), (2, 2, {"/hijos/alias": "y", "/hijos/anos": 2}),
              (1, 1, {"/hijos/anos": 4})],
    toys=[(2, 1, 1, {"/hijos/cosas/juguetes/que": "pelota"}), (2, 2, 1, {"/hijos/cosas/juguetes/que": "trompo"}),
          (2, 2, 2, {"/hijos/cosas/juguetes/que": "dado"})])


def condition(text, table="", column="", circumstances=None, whole=False):
    made = Condition(text, Ground({one.path: one for one in TABLES}, circumstances or Circumstances()), table, column)
    if whole:
        made.is_simple = False
    return made


def cells(text, table="", column="", type="string", circumstances=None, batch=FAMILY):
    return condition(text, table, column, circumstances).cells(batch, type)


def test_a_dot_is_the_cell_and_names_are_columns():
    assert cells(".", column="/nombre") == ["Ana", "Luz"]
    assert cells("${nombre}") == cells("/data/nombre") == cells("nombre") == ["Ana", "Luz"]
    assert cells("${g-edad} + 1", type="int") == cells("${edad} + 1", type="int") == [41, None]
    assert cells("../nombre", column="/cargo") == ["Ana", "Luz"]
    assert cells("../../nombre", column="/g/edad") == ["Ana", "Luz"]
    assert cells("${ReviewState} = ''", type="boolean") == [True, True]
    assert cells("${KEY}") == ["uuid:2", "uuid:1"]


def test_rows_of_repeats_see_their_own_record():
    assert cells("concat(${nombre}, ${alias})", "/hijos") == ["Anax", "Anay", "Luz"]
    assert cells("concat(${nombre}, '/', ${alias}, '/', .)", TOYS.path, "/hijos/cosas/juguetes/que") == [
        "Ana/x/pelota", "Ana/y/trompo", "Ana/y/dado"]
    assert cells("count(cosas/juguetes)", "/hijos", type="int") == [1, 2, 0]
    assert cells("sum(/data/hijos/anos)", type="int") == [11, 4]
    assert cells("count(${hijos})", type="int") == [2, 1]
    assert cells("position(.)", "/hijos", type="int") == [1, 2, 1]
    assert cells("count(/data/hijos[anos > 3])", type="int") == [1, 1]
    assert cells("join('+', /data/hijos/cosas/juguetes/que)") == ["pelota+trompo+dado", None]


def test_several_answers_where_one_is_asked_for_have_no_value():
    assert condition("${anos} > 3").booleans(FAMILY) == [FAILED, True]


def test_types_of_cells_are_those_of_the_phone():
    assert cells("selected(${usos}, 'gas')", type="boolean") == [True, False]
    assert cells("count-selected(${usos})", type="int") == [2, 0]
    assert cells("${nacido} < date('2000-01-01')", type="boolean") == [True, False]
    assert cells("${nacido} + 1", type="int")[0] == 7426
    assert cells("${lugar}") == ["-12.0 -77.0 3.0 4.0", None]
    assert cells("jr:choice-name(${cargo}, '${cargo}')") == ["Apu", None]
    assert cells("if(${edad} > 18, 'mayor', '')") == ["mayor", None]


@pytest.mark.parametrize(("text", "type", "found"), [
    ("1 div 3", "int", 0), ("1 div 3", "decimal", 1 / 3), ("3", "string", "3"), ("'x'", "int", "x"), ("'7'", "int", 7),
    ("true()", "boolean", True), ("true()", "string", "true"), ("number('x')", "decimal", None),
    ("number('x')", "string", None), ("date('2024-02-29')", "date", "2024-02-29"), ("''", "int", None),
    ("date('2024-02-29')", "string", "2024-02-29"), ("3000000000", "int", 3_000_000_000),
    ("'-12.0 -77.0 0 0'", "geopoint", [-12.0, -77.0, 0.0, 0.0]), ("1 = 1", "int", 1),
])
def test_a_value_becomes_a_cell_of_the_type_asked_for(text, type, found):
    assert cells(text, type=type) == [found, found]
    assert [one.__class__ for one in cells(text, type=type)] == [found.__class__] * 2


def test_text_that_does_not_fit_its_column_reads_as_the_text_it_is():
    batch = batch_of({"/g/edad": "doce", "/nacido": "ayer"})
    assert cells("concat(${edad}, ' ', ${nacido})", batch=batch) == ["doce ayer"]
    assert condition("${edad} > 1").booleans(batch) == [False]


def test_today_is_the_day_of_arrival_where_the_project_is():
    batch = batch_of({FACT + "SubmissionDate": "2026-03-02T03:30:00.000Z"}, {FACT + "SubmissionDate": None},
                     {FACT + "SubmissionDate": "2026-03-01T12:00:00.000Z"})
    there = Circumstances(zone=ZoneInfo("America/Lima"))
    assert cells("today()", type="date", batch=batch) == ["2026-03-02", FAILED, "2026-03-01"]
    assert cells("today()", type="date", batch=batch, circumstances=there) == ["2026-03-01", FAILED, "2026-03-01"]
    [first, _, _] = cells("now()", type="dateTime", batch=batch, circumstances=there)
    assert datetime.fromisoformat(first) == datetime.fromisoformat("2026-03-02T03:30:00+00:00")
    assert condition("${nacido} < today()").booleans(batch)[1] is FAILED


def test_lists_of_the_form_are_looked_into():
    root = Node("root")
    for name, label in (("apu", "Apu mayor"), ("jefe", "Jefe")):
        item = root.add(Node("item"))
        item.add(Node("name", name))
        item.add(Node("label", label))
    made = condition("instance('cargos')/root/item[name = ${cargo}]/label",
                     circumstances=Circumstances(instances={"cargos": root}))
    assert made.is_simple
    assert made.cells(FAMILY, "string") == ["Apu mayor", None]
    assert cells("instance('otros')/root/item[name = ${cargo}]/label") == [FAILED, FAILED]


def test_what_is_the_same_is_evaluated_once(monkeypatch):
    asked = []
    plain = Condition.value
    monkeypatch.setattr(Condition, "value", lambda self, *given: asked.append(1) or plain(self, *given))
    batch = batch_of(*({"/nombre": "ab"[at % 2], "/g/edad": at % 3} for at in range(60)))
    made = condition("${nombre} = 'a' and ${edad} > 0")
    for _ in range(3):
        assert made.booleans(batch).count(True) == 20
    assert len(asked) == 6


def test_what_is_remembered_is_bounded(monkeypatch):
    monkeypatch.setattr(conditions, "MOST_KEPT", 10)
    made = condition("${edad} > 20")
    assert made.booleans(batch_of(*({"/g/edad": at} for at in range(50)))).count(True) == 29
    assert all(len(memo) <= 10 for memo in made._memos.values())


@pytest.mark.parametrize("text", ["${edad}", "${nombre} = 'a'", "today() > ${nacido}", "concat(${alias}, ${nombre})",
                                  "jr:choice-name(${cargo}, '${cargo}')", "../anos > ${edad}"])
def test_simple_expressions_are_known_as_such(text):
    assert condition(text, "/hijos", "/hijos/alias").is_simple


@pytest.mark.parametrize("text", ["count(/data/hijos)", "${que}", "position(..)", "/data/hijos[1]/alias",
                                  "indexed-repeat(${alias}, ${hijos}, 1)", "/data/*"])
def test_others_need_the_record(text):
    assert not condition(text, "", "/nombre").is_simple


names = st.sampled_from(["", "a", "b", None])
numbers = st.sampled_from([None, 0, 1, 7, -2, "x"])
EXPRESSIONS = ["${edad} > ${anos}", "${anos} + 1", ". = ${nombre}", "if(${alias} = '', ${nombre}, .)", "../anos * 2",
               "selected(${usos}, 'agua')", "string-length(.) > 1", "coalesce(., ${cargo})", "today() - ${nacido}",
               "${peso} div ${edad}", "concat(., '-', ${edad})", "not(.)", "boolean(${anos})", "${lugar}"]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_memory_and_whole_records_give_the_same(data):
    records = [{"/nombre": data.draw(names), "/g/edad": data.draw(numbers), "/cargo": data.draw(names),
                "/usos": data.draw(st.sampled_from([None, "agua", "luz agua"])), "/g/peso": data.draw(numbers),
                "/nacido": data.draw(st.sampled_from([None, "2001-02-03", "ayer"])),
                "/lugar": data.draw(st.sampled_from([None, [1.0, 2.0, None, 3.5]]))} for _ in range(3)]
    children = [(number, at, {"/hijos/alias": data.draw(names), "/hijos/anos": data.draw(numbers)})
                for number in (3, 2, 1) for at in range(1, data.draw(st.integers(0, 2)) + 1)]
    batch = batch_of(*records, children=children)
    text = data.draw(st.sampled_from(EXPRESSIONS))
    quick = condition(text, CHILDREN.path, "/hijos/alias")
    assert quick.is_simple
    whole = condition(text, CHILDREN.path, "/hijos/alias", whole=True)
    for type in ("string", "int", "decimal", "boolean", "date"):
        assert quick.cells(batch, type) == whole.cells(batch, type), text
    assert quick.booleans(batch) == whole.booleans(batch)


def test_sums_of_thousands_of_parts_are_read():
    assert cells("${edad}" + " + 1" * 3000, type="int") == [3040, None]
    assert condition("1" + " + 1" * 3000 + " + ${edad}").sources == {"/g/edad"}
