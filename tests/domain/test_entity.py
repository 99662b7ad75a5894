"""What a change does to an entity: a table of cases, and what must hold for any of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as some
from lxml import etree

from collector.domain import entity
from collector.domain.entity import HARD, SOFT, Change, Mark, base_of, filled, interrupted, judge, worse
from collector.domain.entity_acts import Declared, declared
from collector.domain.problems import Problem
from collector.domain.xform import parse_form
from collector.domain.xlsform import convert

UUID = "12345678-1234-4123-8234-123456789abc"
NESTED = """
| survey |
| | type         | name      | label     | save_to |
| | text         | comunidad | Comunidad | comunidades#nombre |
| | begin repeat | autoridad | Autoridad |         |
| | text         | nombre    | Nombre    | autoridades#nombre |
| | begin group  | cargo     | Cargo     |         |
| | text         | tipo      | Tipo      | autoridades#cargo  |
| | end group    |           |           |         |
| | end repeat   |           |           |         |
| entities |
| | list_name   | label        | entity_id |
| | comunidades | ${comunidad} |           |
| | autoridades | ${nombre}    |           |
| settings |
| | form_title | form_id | version |
| | Anidado    | anidado | 1       |
"""


def change(base=None, trunk=None, branch=None, **data) -> Change:
    return Change(UUID, False, True, None, data, base, trunk, branch)


def chain(*marks) -> list[Mark]:
    """Versions from 1 on; each None or (branch, branch base)."""
    return [Mark(number, *(one or ())) for number, one in enumerate(marks, 1)]


@pytest.mark.parametrize(("told", "marks", "base"), [
    (change(1), chain(None), 1),
    (change(1), chain(None, None), 1),
    (change(None), chain(None, None, None), 3),
    (change(1, 1, "b"), chain(None, None), 1),
    (change(2, 1, "b"), chain(None, ("b", 1)), 2),
    (change(2, 1, "b"), chain(None, None, ("b", 1)), 3),
    (change(2, 1, "b"), chain(None, None), None),
    (change(2, 1, "b"), chain(None, ("otra", 1)), None),
    (change(3, 1, "b"), chain(None, ("b", 1)), None),
    (change(1, None, "b"), chain(None, None), 1),
    (change(2, None, "b"), chain(None, ("b", 1)), 2),
    (change(2, None, "b"), chain(None, None), None),
    (change(2, 1, "b"), chain(None, ("b", 1), ("b", 1)), 3),
    (change(7, 4, "b"), chain(None, None, None, None, ("b", 4), None, ("b", 6)), 7),
])
def test_what_a_change_was_made_from(told, marks, base):
    assert base_of(told, marks) == base


@pytest.mark.parametrize("told", [change(2), change(0), change(2, 2, "b")])
def test_a_version_that_there_is_not(told):
    with pytest.raises(Problem) as caught:
        base_of(told, chain(None))
    assert caught.value.code == 404.9


@pytest.mark.parametrize(("told", "marks", "answer"), [
    (change(1), chain(None, None), False),
    (change(1, 1, "b"), chain(None), False),
    (change(2, 1, "b"), chain(None, ("b", 1)), False),
    (change(2, 1, "b"), chain(None, None, ("b", 1)), True),
    (change(3, 3, "b"), chain(None, None, None), False),
    (change(2, None, "b"), chain(None, ("b", 1), None), True),
    (change(2, None, "b"), chain(None, ("b", 1)), False),
])
def test_whether_others_came_between(told, marks, answer):
    assert interrupted(told, marks) is answer


@pytest.mark.parametrize(("received", "base", "newest", "conflict", "contested"), [
    ({"a": "2"}, {"a": "1"}, {"a": "1", "b": "1"}, SOFT, ()),
    ({"a": "2"}, {"a": "1"}, {"a": "3"}, HARD, ("a",)),
    ({"a": "3"}, {"a": "1"}, {"a": "3"}, SOFT, ()),
    ({"a": "2", "b": "2"}, {"a": "1", "b": "1"}, {"a": "3", "b": "1"}, HARD, ("a",)),
    ({"label": "Eva"}, {"label": "Ana"}, {"label": "Luz"}, HARD, ("label",)),
    ({"a": ""}, {}, {"a": "1"}, HARD, ("a",)),
    ({"a": "1"}, {}, {"a": ""}, SOFT, ()),
    ({"a": "1"}, {"a": "1"}, {"a": "2"}, HARD, ("a",)),
    ({}, {"a": "1"}, {"a": "2"}, SOFT, ()),
])
def test_what_stands_against_a_change_made_from_an_older_version(received, base, newest, conflict, contested):
    verdict = judge(received, base, newest, on_newest=False)
    assert (verdict.conflict, verdict.conflicting) == (conflict, contested)


values = some.dictionaries(some.sampled_from(["a", "b", "c", "label"]), some.sampled_from(["", "1", "2"]))


@given(values, values)
def test_nothing_stands_against_a_change_of_the_newest(received, newest):
    assert judge(received, newest, newest, on_newest=True) == entity.Verdict()
    assert judge(received, newest, newest, on_newest=True, was_interrupted=True) == entity.Verdict(SOFT)


@given(values, values, values)
def test_contested_is_what_both_sides_set_and_otherwise(received, base, newest):
    verdict = judge(received, base, newest, on_newest=False)
    for name in received:
        moved = (base.get(name) or None) != (newest.get(name) or None)
        differs = (received[name] or None) != (newest.get(name) or None)
        assert (name in verdict.conflicting) == (moved and differs)
    assert verdict.conflict == (HARD if verdict.conflicting else SOFT)


@given(some.lists(some.sampled_from([None, SOFT, HARD])))
def test_a_hard_conflict_is_never_made_soft(conflicts):
    stands = None
    for one in conflicts:
        stands = worse(stands, one)
    assert stands == (HARD if HARD in conflicts else SOFT if SOFT in conflicts else None)


@given(values, values)
def test_a_late_creation_takes_nothing_away(newest, late):
    written = filled(newest, late)
    assert {**newest, **written} | {name: value for name, value in newest.items() if value} == {**newest, **written}
    assert all({**newest, **written}.get(name) for name, value in late.items() if value)


def said(**changes) -> Declared:
    return Declared(**{"place": "", "path": "/meta/entity", "dataset": "personas", "uuid": UUID, "creates": False,
                       "updates": True, "base_version": "1", **changes})


def test_what_is_declared_becomes_a_change():
    told = entity.change_of(said(uuid=f"uuid:{UUID.upper()}", label=" ", data={"a": ""}, trunk_version="1",
                                 branch_id="b"))
    assert told == Change(UUID, False, True, None, {"a": ""}, 1, 1, "b")
    told = entity.change_of(said(creates=True, updates=False, label="Ana", branch_id="b"))
    assert told == Change(UUID, True, False, "Ana", {})
    assert entity.change_of(said(creates=True, base_version="")).base_version is None


@pytest.mark.parametrize(("told", "code"), [
    (said(uuid=""), 400.2), (said(uuid="1"), 400.11), (said(base_version=""), 400.2),
    (said(base_version="1.5"), 400.11), (said(base_version="-1"), 400.11), (said(trunk_version="1"), 400.2),
    (said(trunk_version="x", branch_id="b"), 400.11), (said(trunk_version="1", branch_id="b" * 101), 400.11),
    (said(creates=True, updates=False), 400.2), (said(creates=True, updates=False, label=" "), 400.2)])
def test_what_is_declared_and_cannot_be_read(told, code):
    with pytest.raises(Problem) as caught:
        entity.change_of(told)
    assert caught.value.code == code


@pytest.fixture(scope="module")
def nested():
    return parse_form(convert(NESTED.encode(), "form.md").xml)


def test_entities_are_declared_at_any_depth_and_once_for_each_turn_of_a_repeat(nested):
    def meta(dataset, number, label):
        return (f'<meta><entity dataset="{dataset}" id="{number}" create="1" baseVersion="" trunkVersion="" '
                f'branchId=""><label>{label}</label></entity></meta>')

    root = etree.fromstring(
        f'<data id="anidado" version="1"><comunidad>Shampuyacu</comunidad>'
        f'<autoridad><nombre>Ana</nombre><cargo><tipo>apu</tipo></cargo>{meta("autoridades", 1, "Ana")}</autoridad>'
        f'<autoridad><nombre>Eva</nombre><cargo/>{meta("autoridades", 2, "Eva")}</autoridad>'
        f'<autoridad><nombre>Luz</nombre></autoridad>'
        f'{meta("comunidades", 3, "Shampuyacu")}</data>')
    found = {one.uuid: one for one in declared(nested, root)}
    assert {number: (one.place, one.dataset, one.data, one.label) for number, one in found.items()} == {
        "1": ("/autoridad[1]", "autoridades", {"nombre": "Ana", "cargo": "apu"}, "Ana"),
        "2": ("/autoridad[2]", "autoridades", {"nombre": "Eva"}, "Eva"),
        "3": ("", "comunidades", {"nombre": "Shampuyacu"}, "Shampuyacu")}


@pytest.mark.parametrize(("attributes", "count"), [
    ('create="1"', 1), ('update="1"', 1), ('create="true"', 1), ('create="0" update="0"', 0), ('create=""', 0),
    ("", 0)])
def test_what_neither_creates_nor_updates_is_nothing(nested, attributes, count):
    root = etree.fromstring(f'<data id="anidado" version="1"><meta><entity dataset="comunidades" {attributes}/></meta>'
                            "</data>")
    assert len(declared(nested, root)) == count


@pytest.mark.parametrize(("data", "place"), [
    ({"geometry": "-5.1 -77.2 300 4"}, (-5.1, -77.2)), ({"geometry": "-5.1 -77.2"}, (-5.1, -77.2)),
    ({"geometry": "aquí"}, (None, None)), ({"geometry": "-95 0"}, (None, None)), ({}, (None, None)),
    ({"geometry": ""}, (None, None)), ({"geometry": "-5 -77; -6 -78"}, (None, None))])
def test_where_an_entity_is(data, place):
    assert entity.place_of(data) == place


def test_what_an_entity_is_found_by():
    assert entity.searched("Ana María", {"a": "Ñahui", "b": ""}) == "ana maria nahui"
