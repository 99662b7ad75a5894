"""A recipe as somebody types it: what it may say, and what is told where it may not."""

import pytest

from collector.domain.cleaning.recipe import Recipe, as_plain, read_recipe, step_of
from collector.domain.cleaning.settings import TYPES
from collector.domain.problems import Problem

ALL = {
    "keep_states": {"states": ["approved", "edited"]},
    "filter_rows": {"table": "/hijos", "where": "${anos} > 3", "effect": "drop"},
    "trim": {"columns": ["/nombre"], "inner": False},
    "case": {"columns": ["/nombre"], "to": "title"},
    "accents": {"columns": ["/nombre"], "how": "strip"},
    "recode": {"column": "/cargo", "map": {"apu": "jefe"}, "others": "blank"},
    "merge": {"column": "/cargo", "from": ["apu", "jefe"], "to": "jefatura", "label": {"es": "Jefatura"}},
    "map_table": {"column": "/cargo", "rows": [["apu", "1"], ["jefe", "2"]], "into": "codigo", "missing": "blank",
                  "folded": True},
    "parse_number": {"columns": ["/nota"], "decimal": ",", "thousands": ".", "whole": True},
    "parse_date": {"columns": ["/nota"], "formats": ["%d/%m/%y"]},
    "parse_point": {"column": "/nota", "order": "lon_lat", "format": "dms", "into": "sitio"},
    "set_where": {"column": "/nota", "where": ". = ''", "value": "nada"},
    "blank_where": {"column": "/nota", "where": ". = 'nada'"},
    "fix_cell": {"record": "uuid:1", "key": "hijos[1]", "column": "/hijos/alias", "value": "x", "before": "y"},
    "deduplicate": {"columns": ["/nombre"], "keep": "last", "folded": False, "apart": ["uuid:1"]},
    "derive": {"name": "mayor", "table": "/hijos", "type": "int", "expression": "${anos} + 1", "label": {"es": "M"}},
    "rename": {"column": "/nota", "to": "apunte", "label": {"es": "Apunte"}},
    "order": {"columns": ["/nota"]},
    "drop": {"columns": ["/nota"]},
    "classify": {"columns": ["/nombre"], "class": "personal"},
    "protect": {"class": "personal", "how": "pseudonym"},
}


def refused(*steps) -> Problem:
    with pytest.raises(Problem) as caught:
        read_recipe({"steps": list(steps)})
    return caught.value


def test_every_type_is_read_and_written_as_it_was_said():
    assert ALL.keys() == TYPES.keys()
    given = {"steps": [{"id": f"p{number}", "type": type, "reason": "porque sí", "author": "Ana",
                        "at": "2026-01-02T03:04:05Z", "settings": said}
                       for number, (type, said) in enumerate(ALL.items())]}
    assert as_plain(read_recipe(given)) == given


def test_what_stands_anyway_is_left_out_and_comes_back():
    read = read_recipe({"steps": [{"type": "trim", "on": False, "settings": {"columns": ["*"], "inner": True}}]})
    assert as_plain(read) == {"steps": [{"id": "s1", "type": "trim", "on": False, "settings": {}}]}
    assert read_recipe(as_plain(read)) == read


def test_a_step_without_an_id_gets_one_that_is_free():
    read = read_recipe({"steps": [{"type": "trim"}, {"id": "s3", "type": "trim"}, {"type": "trim"}]})
    assert len({one.id for one in read.steps}) == 3
    assert read.steps[1].id == "s3"


def test_steps_are_switched_taken_out_and_cut():
    read = Recipe((step_of("trim", "a"), step_of("keep_states", "b"), step_of("trim", "c")))
    assert [one.on for one in read.switched("b", False).steps] == [True, False, True]
    assert read.switched("b", False).switched("b", True) == read
    assert [one.id for one in read.without("b").steps] == ["a", "c"]
    assert [one.id for one in read.until("b").steps] == ["a", "b"]
    with pytest.raises(KeyError):
        read.until("z")


@pytest.mark.parametrize("type", list(ALL))
def test_an_unknown_setting_is_refused_with_step_and_field(type):
    fault = refused({"type": "trim"}, {"type": type, "reason": "x", "settings": {**ALL[type], "colunm": 1}})
    assert fault.code == 400.8
    assert fault.details["step"] == 2
    assert fault.details["field"] == "steps.2.colunm"
    assert "paso 2" in fault.es and "quítelo" in fault.es
    assert "step 2" in fault.en and "take it out" in fault.en


@pytest.mark.parametrize(("type", "settings", "field"), [
    ("case", {"to": "upper"}, "columns"),
    ("case", {"columns": [], "to": "upper"}, "columns"),
    ("case", {"columns": ["*"], "to": "upper"}, "columns"),
    ("case", {"columns": ["/a"], "to": "UPPER"}, "to"),
    ("recode", {"column": "/a", "map": {}}, "map"),
    ("recode", {"column": "/a", "map": [["a", "b"]]}, "map"),
    ("recode", {"column": "/a", "map": {"a": ["b"]}}, "map"),
    ("map_table", {"column": "/a", "rows": [["a"]]}, "rows"),
    ("map_table", {"column": "/a", "rows": [["a", "b"]] * 20_001}, "rows"),
    ("map_table", {"column": "/a", "rows": [["a", "b"]], "into": "1x"}, "into"),
    ("parse_date", {"columns": ["/a"], "formats": ["%d/%m"]}, "formats"),
    ("parse_date", {"columns": ["/a"], "formats": ["%d/%m/%Y %d"]}, "formats"),
    ("parse_number", {"columns": ["/a"], "decimal": "x"}, "decimal"),
    ("set_where", {"column": "/a", "where": ". = 1"}, "value"),
    ("set_where", {"column": "/a", "where": ". = 1", "value": "1", "expression": "2"}, "expression"),
    ("set_where", {"column": "/a", "where": ". = ", "value": "1"}, "where"),
    ("set_where", {"column": "/a", "where": "nofunction(.)", "value": "1"}, "where"),
    ("derive", {"name": "a", "expression": "random()"}, "expression"),
    ("derive", {"name": "a", "expression": "uuid()"}, "expression"),
    ("derive", {"name": "a b", "expression": "1"}, "name"),
    ("derive", {"name": "a", "type": "select1", "expression": "1"}, "type"),
    ("keep_states", {"states": ["aprobado"]}, "states"),
    ("protect", {"how": "drop"}, "columns"),
    ("protect", {"how": "drop", "columns": ["/a"], "class": "personal"}, "columns"),
    ("protect", {"how": "hide", "class": "personal"}, "how"),
    ("rename", {"column": "/a"}, "to"),
    ("trim", {"inner": "si"}, "inner"),
    ("deduplicate", {"columns": None}, "columns"),
    ("classify", {"columns": ["/a"], "class": "secret"}, "class"),
])
def test_what_cannot_be_used_is_told_with_its_field(type, settings, field):
    fault = refused({"type": type, "settings": settings})
    assert fault.code == 400.8
    assert fault.details["field"] == f"steps.1.{field}"
    assert f"({type})" in fault.es and f"({type})" in fault.en


def test_a_cell_is_not_corrected_without_a_reason():
    said = {"record": "uuid:1", "column": "/nombre", "value": "Ana"}
    assert refused({"type": "fix_cell", "settings": said}).details["field"] == "steps.1.reason"
    assert read_recipe({"steps": [{"type": "fix_cell", "reason": "se escribió mal", "settings": said}]})


def test_two_steps_have_neither_one_id_nor_one_new_column():
    assert refused({"id": "a", "type": "trim"}, {"id": "a", "type": "trim"}).details["field"] == "steps.2.id"
    twice = {"type": "derive", "settings": {"name": "x", "expression": "1"}}
    assert refused(twice, twice).details["field"] == "steps.2.name"
    into = {"type": "map_table", "settings": {"column": "/a", "rows": [["a", "b"]], "into": "x"}}
    assert refused(twice, into).details["field"] == "steps.2.into"


@pytest.mark.parametrize("given", [None, [], "x", {"steps": None}, {"steps": {}}, {"steps": ["x"]}, {"paso": []},
                                   {"steps": [{"type": 3}]}, {"steps": [{"type": ["trim"]}]},
                                   {"steps": [{"type": "trim", "settings": []}]},
                                   {"steps": [{"type": "trim", "on": 1}]}, {"steps": [{"type": "trim", "reason": 1}]},
                                   {"steps": [{"type": "trim", "when": "hoy"}]}, {"steps": [{"type": "trim"}] * 5001}])
def test_nonsense_is_a_problem_and_nothing_else(given):
    with pytest.raises(Problem) as caught:
        read_recipe(given)
    assert caught.value.status == 400
