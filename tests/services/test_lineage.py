"""Why a clean cell is as it is: as sent, corrected, mapped, changed by steps, or left out."""

import pytest

from collector.domain import access
from collector.domain.problems import Problem
from collector.services import lineage, mappings, recipes
from tests import builders

FORM = """
| survey |
|  | type         | name   | label |
|  | text         | nombre | Nombre |
|  | integer      | {age}  | Edad |
|  | begin repeat | hijos  | Hijos |
|  | text         | hijo   | Hijo |
|  | end repeat   |        |      |
| settings |
|  | form_title | form_id | version |
|  | Casa       | casa    | {version} |
"""
STEPS = [
    {"id": "trim", "type": "trim", "settings": {"columns": ["/nombre", "/hijos/hijo"]}, "reason": "espacios"},
    {"id": "upper", "type": "case", "settings": {"columns": ["/nombre"], "to": "upper"}},
    {"id": "old", "type": "filter_rows", "settings": {"where": "${anios} > 20"}, "reason": "solo adultos"},
    {"id": "double", "type": "derive", "settings": {"name": "doble", "type": "int", "expression": "${anios} * 2"}},
    {"id": "gone", "type": "drop", "settings": {"columns": ["/apodo"]}}]


@pytest.fixture
def number(units, phone, system):
    """The recipe; record 1 was sent, corrected, and filled with the first version; record 2 goes with a step."""
    builders.a_form(units, FORM.format(age="edad", version=1))
    child = "<hijos><hijo>{}</hijo></hijos>"

    def send(n, name, **more):
        assert phone.send(builders.a_submission(
            "casa", body=f"<nombre>{name}</nombre><edad>30</edad>" + child.format("Eva") + child.format(" Noé"),
            instance_id=f"uuid:{n}", **more)).status_code == 201

    send(1, "Ana")
    send(3, " Anita", deprecated_id="uuid:1")
    builders.a_form(units, FORM.format(age="anios", version=2))
    phone.send(builders.a_submission("casa", "2", "<nombre>Beto</nombre><anios>7</anios>", "uuid:2"))
    builders.run_steps(units)
    system(lambda unit: mappings.map_column(unit, 1, "casa", "/edad", "/anios", "cambió de nombre"))
    return system(lambda unit: recipes.create_recipe(unit, 1, "casa", "Base", STEPS)).row.id


@pytest.fixture
def why(units, number):
    def ask(instance, variable, table="", key="", recipe=number, actor=access.SYSTEM):
        with units.reading(actor) as unit:
            return lineage.explain(unit, 1, "casa", instance, table, key, variable, recipe)
    return ask


def test_what_was_sent_corrected_and_changed(why):
    told = why("uuid:1", "/nombre")
    assert (told.raw, told.final, told.left_out, told.mapping) == (" Anita", "ANITA", None, None)
    assert [(one.instance_id, one.value, one.changed, one.is_there) for one in told.editions] == [
        ("uuid:1", "Ana", False, True), ("uuid:3", " Anita", True, True)]
    assert told.editions[0].who == "Teléfono 1" and told.editions[0].at <= told.editions[1].at
    assert [(one.step.id, one.before, one.after, one.step.reason, one.step.author) for one in told.changes] == [
        ("trim", " Anita", "Anita", "espacios", "Collector"), ("upper", "Anita", "ANITA", "", "Collector")]
    assert told.kept.row.name == "Base" and told.variable.labels and "gone" in told.faults


def test_a_cell_that_was_taken_from_an_earlier_field(why):
    told = why("uuid:1", "/anios")
    row, author = told.mapping
    assert (told.raw, told.final, row.reason, author) == (30, 30, "cambió de nombre", None)
    assert [one.path for one in told.editions] == ["/edad", "/edad"] and told.changes == ()


def test_a_cell_of_a_repeat(why):
    told = why("uuid:1", "/hijos/hijo", "/hijos", "hijos[2]")
    assert (told.raw, told.final, [one.step.id for one in told.changes]) == (" Noé", "Noé", ["trim"])


def test_a_record_that_was_left_out_names_the_step(why):
    told = why("uuid:2", "/nombre")
    assert told.left_out.id == "old" and told.left_out.reason == "solo adultos" and told.final is None
    assert told.changes[-1].dropped


def test_a_column_that_a_step_made(why):
    told = why("uuid:1", "new:doble")
    assert (told.raw, told.final) == (None, 60) and told.editions == ()
    assert [one.step.id for one in told.changes] == ["double"]


def test_without_a_recipe_it_tells_of_raw_data(why):
    told = why("uuid:1", "/nombre", recipe=None)
    assert told.raw == told.final == " Anita" and told.kept is None and len(told.editions) == 2


@pytest.mark.parametrize("asked", [("uuid:9", "/nombre", "", ""), ("uuid:1", "/no", "", ""),
                                   ("uuid:1", "/hijos/hijo", "/hijos", "hijos[9]"), ("uuid:1", "/nombre", "/no", "")])
def test_what_is_not_there_is_not_found(why, asked):
    with pytest.raises(Problem) as told:
        why(*asked)
    assert told.value.code == 404.1


def test_who_may_not_read_records_is_told_nothing(why, bob):
    with pytest.raises(Problem) as told:
        why("uuid:1", "/nombre", actor=access.Actor(bob.id, "user", "B", (access.Grant(8, ("project", 1)),)))
    assert told.value.code == 403.1
