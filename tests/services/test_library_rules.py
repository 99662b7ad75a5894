"""The rules that come with the library: all in force once it is published, none declared twice, none that stops it."""

import logging

import pytest

from collector.domain import access
from collector.services import first_start, library_rules, rule_trials, rules
from tests import builders

WANTED = {"inscripcion_taller": 1, "inscripcion_funcionario": 1, "asistencia_taller": 2, "evaluacion_taller": 1,
          "evaluacion_capacidades_municipal": 1, "asistencia_tecnica_municipal": 1, "acuerdo_convivencia": 2,
          "cierre_jornada": 1}
FILE = """
[[rule]]
form = "simple"
type = "unique"
[rule.parameters]
field = "/nombre"
[[rule]]
form = "simple"
type = "unique"
[rule.parameters]
field = "/nada"
[[rule]]
form = "nadie"
type = "unique"
[rule.parameters]
field = "/nombre"
[[rule]]
form = "simple"
type = "unique"
severity = "error"
es = "Ya está."
[rule.parameters]
field = "/edad"
also = ["/nombre"]
"""


@pytest.fixture
def form(units):
    return builders.simple_form(units)


def listed(units, form):
    with units.reading(access.SYSTEM) as unit:
        return rules.list_rules(unit, 1, form)


def test_every_rule_of_the_library_is_in_force(units):
    first_start.publish_library(units, 1)
    assert {form: len(listed(units, form)) for form in WANTED} == WANTED
    shown = [one for form in WANTED for one in listed(units, form)]
    assert {one.row.state for one in shown} == {"live"}
    assert {one.row.severity for one in shown} == {"error", "warning"}
    assert all(bool(one.row.message_es) == bool(one.row.message_en) for one in shown)
    session, person = listed(units, "asistencia_taller")
    assert session.row.parameters["also"] == ["/sesion/fecha", "/sesion/turno", "/deviceid"]
    assert person.row.parameters["field"] == "/asistente/codigo"
    again = library_rules.declare_library(units, 1, first_start.LIBRARY)
    assert len(again) == sum(WANTED.values()) and {problem for _form, problem in again} == {None}
    assert {form: len(listed(units, form)) for form in WANTED} == WANTED, "declaring them twice changes nothing"


def test_one_that_does_not_fit_is_left_out_and_told(units, form, tmp_path, caplog):
    (tmp_path / library_rules.FILE).write_text(FILE, "utf-8")
    with caplog.at_level(logging.WARNING):
        told = library_rules.declare_library(units, 1, tmp_path)
    assert [(form, problem and problem.code) for form, problem in told] == [
        ("simple", None), ("simple", 400.8), ("nadie", 404.1), ("simple", None)]
    assert [(one.row.parameters["field"], one.row.severity, one.row.message_es) for one in listed(units, "simple")] == [
        ("/nombre", "warning", None), ("/edad", "error", "Ya está.")]
    assert "/nada" in caplog.text and "nadie" in caplog.text
    assert library_rules.declare_library(units, 1, tmp_path / "nowhere") == []


def test_what_somebody_dropped_is_not_declared_again(units, form, tmp_path):
    (tmp_path / library_rules.FILE).write_text(FILE, "utf-8")
    library_rules.declare_library(units, 1, tmp_path)
    number = listed(units, "simple")[0].row.id
    units.write(access.SYSTEM, lambda unit: rules.drop_rule(unit, 1, "simple", number))
    library_rules.declare_library(units, 1, tmp_path)
    assert [one.row.parameters["field"] for one in listed(units, "simple")] == ["/edad"]


def test_a_rule_that_changed_its_words_stays_as_it_was_changed(units, form, tmp_path):
    (tmp_path / library_rules.FILE).write_text(FILE, "utf-8")
    library_rules.declare_library(units, 1, tmp_path)
    number = listed(units, "simple")[0].row.id
    units.write(access.SYSTEM, lambda unit: rules.change_rule(unit, 1, "simple", number, severity="note"))
    library_rules.declare_library(units, 1, tmp_path)
    assert [(one.row.severity, one.row.state) for one in listed(units, "simple")] == [
        ("note", "live"), ("error", "live")]
    with units.reading(access.SYSTEM) as unit:
        assert rule_trials.dry_run(unit, 1, "simple", number).complete


@pytest.mark.parametrize("text, told", [(b"[[rule", []), (b"\xff\xfe", []), (b"rule = 3", []), (b"rule = [3]", []),
                                        (b"[[rule]]\nform = 'simple'\ntype = ['a']\n", [("simple", 400.8)])])
def test_a_file_that_cannot_be_read_stops_nothing(units, form, tmp_path, text, told):
    (tmp_path / library_rules.FILE).write_bytes(text)
    found = library_rules.declare_library(units, 1, tmp_path)
    assert [(form, problem.code) for form, problem in found] == told and listed(units, "simple") == []
