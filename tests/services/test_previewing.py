"""A recipe tried on what was sent: counts and examples by step and in all, bounded in time, remembered; clean rows."""

import pytest

from collector.domain import access
from collector.domain.problems import Problem
from collector.services import cleaning, extracting, previewing, recipes, review
from tests import builders

FORM = """
| survey |
|  | type         | name   | label |
|  | text         | nombre | Nombre |
|  | integer      | edad   | Edad |
|  | begin repeat | hijos  | Hijos |
|  | text         | hijo   | Hijo |
|  | end repeat   |        |      |
| settings |
|  | form_title | form_id | version |
|  | Casa       | casa    | 1 |
"""
TRIM = {"id": "trim", "type": "trim", "settings": {"columns": ["/nombre"]}}
UPPER = {"id": "upper", "type": "case", "settings": {"columns": ["/nombre"], "to": "upper"}}
STATES = {"id": "states", "type": "keep_states", "settings": {}}
ONCE = {"id": "once", "type": "deduplicate", "settings": {"columns": ["/nombre"]}}
CHILD = {"id": "child", "type": "case", "settings": {"columns": ["/hijos/hijo"], "to": "upper"}}
GONE = {"id": "gone", "type": "trim", "settings": {"columns": ["/apodo"]}}
HIDE = {"id": "hide", "type": "protect", "settings": {"columns": ["/nombre"], "how": "pseudonym"}}
NAMES = (" ana", "BETO", "carmen ", "ana")


@pytest.fixture
def casa(units, phone):
    """Four records: the second rejected; the third with two children."""
    builders.a_form(units, FORM)
    for n, name in enumerate(NAMES, 1):
        children = "<hijos><hijo>eva</hijo></hijos><hijos><hijo>NOÉ</hijo></hijos>" if n == 3 else ""
        assert phone.send(builders.a_submission(
            "casa", body=f"<nombre>{name}</nombre><edad>{n * 10}</edad>{children}",
            instance_id=f"uuid:{n}")).status_code == 201
    builders.run_steps(units)
    units.write(access.SYSTEM, lambda unit: review.decide(unit, 1, "casa", "uuid:2", "rejected"))
    return units


def tried(units, steps, step_id=None, actor=access.SYSTEM, **options):
    with units.reading(actor) as unit:
        return previewing.preview(unit, 1, "casa", steps, step_id, **options)


def test_each_step_and_all_together(casa):
    found = tried(casa, [STATES, TRIM, UPPER])
    assert [(one.id, one.rows_in, one.rows_out, one.rows, one.cells) for one in found.steps] == [
        ("states", 4, 3, 1, 0), ("trim", 3, 3, 2, 2), ("upper", 3, 3, 3, 3)]
    assert [(one.instance, one.before, one.after) for one in found.examples] == [
        ("uuid:4", "ana", "ANA"), ("uuid:3", "carmen", "CARMEN"), ("uuid:1", "ana", "ANA")]
    assert [(one.instance, one.variable, one.before, one.after) for one in found.all_examples] == [
        ("uuid:2", "", None, None), ("uuid:4", "/nombre", "ana", "ANA"), ("uuid:3", "/nombre", "carmen ", "CARMEN"),
        ("uuid:1", "/nombre", " ana", "ANA")]
    assert (found.all_gone, found.all_rows, found.all_cells) == (1, 3, 3)
    assert (found.records, found.total, found.complete) == (4, 4, True)


def test_up_to_one_step_that_counts_as_on(casa):
    found = tried(casa, [{**STATES, "on": False}, {**TRIM, "on": False}, UPPER], "trim")
    assert [(one.id, one.on, one.cells) for one in found.steps] == [("states", False, 0), ("trim", True, 2)]
    assert found.step_id == "trim" and len(found.examples) == 2
    with pytest.raises(Problem) as told:
        tried(casa, [TRIM], "other")
    assert told.value.code == 404.1


def test_steps_on_repeats_and_steps_that_cannot_run(casa):
    found = tried(casa, [CHILD, GONE])
    assert (found.steps[0].table, found.steps[0].rows_in, found.steps[0].cells) == ("/hijos", 2, 1)
    assert found.steps[1].es and found.steps[1].en and found.steps[1].cells == 0
    assert [(one.key, one.after) for one in found.all_examples] == [("hijos[1]", "EVA")]
    fewer = tried(casa, [{"id": "f", "type": "filter_rows", "settings": {"where": "${edad} < 30"}}, CHILD])
    assert [(one.rows_in, one.rows_out) for one in fewer.steps] == [(4, 2), (0, 0)]
    assert fewer.all_gone == 4


def test_doubles_are_looked_for_among_all(casa):
    found = tried(casa, [TRIM, ONCE])
    assert (found.steps[1].rows, found.steps[1].rows_out) == (1, 3)


def test_out_of_patience_it_tells_how_many_records_it_saw_and_goes_on_when_asked_again(casa, monkeypatch):
    whole = tried(casa, [STATES, TRIM, UPPER])
    casa.memory.clear()
    monkeypatch.setattr(previewing, "TOGETHER", 1)
    for records in (1, 2, 3):
        found = tried(casa, [STATES, TRIM, UPPER], patience=0)
        assert (found.records, found.total, found.complete) == (records, 4, False)
    last = tried(casa, [STATES, TRIM, UPPER], patience=0)
    assert (last.steps, set(last.all_examples), last.all_cells, last.complete) == (
        whole.steps, set(whole.all_examples), whole.all_cells, True)


def test_who_compares_records_is_tried_on_those_it_has_seen(casa, monkeypatch):
    monkeypatch.setattr(previewing, "TOGETHER", 1)
    assert tried(casa, [ONCE], patience=0).records == tried(casa, [ONCE], patience=0).records == 1
    assert tried(casa, [ONCE], patience=30).complete and tried(casa, [ONCE], patience=0).complete


def test_what_was_found_is_remembered_until_records_or_steps_change(casa, phone, asked):
    first = tried(casa, [TRIM])
    asked.clear()
    assert tried(casa, [{**TRIM, "author": "Eva", "reason": "otra"}]) is first
    assert not any("flat_rows" in one and "json" in one for one in asked)
    assert tried(casa, [UPPER]) is not first
    phone.send(builders.a_submission("casa", body="<nombre> zoe</nombre>", instance_id="uuid:9"))
    assert tried(casa, [TRIM]).steps[0].cells == 3
    casa.write(access.SYSTEM, lambda unit: review.decide(unit, 1, "casa", "uuid:1", "approved"))
    assert tried(casa, [STATES]).steps[0].rows_out == 1


def test_nothing_is_kept(casa, asked):
    tried(casa, [STATES, TRIM, ONCE])
    assert not [one for one in asked if one.startswith(("INSERT", "UPDATE", "DELETE"))]


@pytest.mark.parametrize(("role", "may"), [(6, True), (21, True), (8, False)])
def test_who_may(casa, bob, role, may):
    actor = access.Actor(bob.id, "user", "B", (access.Grant(role, ("project", 1)),))
    if may:
        assert tried(casa, [TRIM], actor=actor).complete
    else:
        with pytest.raises(Problem) as told:
            tried(casa, [TRIM], actor=actor)
        assert told.value.code == 403.1


def cleaned(units, steps, form="casa", version=None):
    kept = units.write(access.SYSTEM, lambda unit: recipes.create_recipe(unit, 1, form, f"r{id(steps)}", steps))
    with units.reading(access.SYSTEM) as unit:
        extract = extracting.open_extract(unit, 1, form)
        found = cleaning.open_cleaned(unit, extract, kept.row.id, version)
        return found, [one for batch in found.batches(unit, 2) for one in batch.root.cells["/nombre"]]


def test_clean_rows_come_as_the_extract_gives_raw_ones(casa):
    found, names = cleaned(casa, [STATES, TRIM, UPPER, ONCE])
    assert names == ["CARMEN", "ANA"] and found.total == 4 and found.tables[0].variable("/nombre")
    assert found.cleaning.tallies["once"].rows == 1 and found.kept.version.number == 1
    with casa.reading(access.SYSTEM) as unit:
        raw = cleaning.open_cleaned(unit, extracting.open_extract(unit, 1, "casa"), None)
        assert [one for batch in raw.batches(unit) for one in batch.root.cells["/nombre"]] == list(reversed(NAMES))


def test_pseudonyms_are_stable_within_a_project(casa, phone):
    builders.a_form(casa, FORM.replace("casa ", "otra "))
    phone.send(builders.a_submission("otra", body="<nombre>ana</nombre>", instance_id="uuid:77"))
    _found, names = cleaned(casa, [TRIM, HIDE])
    _found, again = cleaned(casa, [TRIM, HIDE])
    _found, other = cleaned(casa, [HIDE], "otra")
    assert names == again and names[0] == names[3] == other[0] and "ana" not in names and len(set(names)) == 3
