"""What a programme counts: the same as a count over the records themselves, and as the list that its link opens."""

import random

import pytest

from collector.domain import access, problems
from collector.domain.access import RowScope
from collector.domain.folded import fold
from collector.domain.problems import Problem
from collector.domain.programme import Programme, as_plain, read_programme
from collector.services import (
    activity,
    datasets,
    entities,
    first_start,
    inbox,
    people,
    programme,
    programme_counts,
)
from collector.services.filters import Filters
from collector.store.queries import entities as entity_queries
from tests import builders

FORM = """
| survey |
|  | type | name | label |
|  | select_one si_no | acepta | ¿Acepta? |
|  | select_one momento | momento | Momento |
|  | begin_group | persona | Persona |
|  | text | codigo | Código |
|  | select_multiple area | areas | Áreas |
|  | end_group | | |
| choices |
|  | list_name | name | label |
|  | si_no | si | Sí |
|  | si_no | no | No |
|  | momento | pre | Antes |
|  | momento | post | Después |
|  | momento | retro | Recordado |
|  | area | agua | Agua |
|  | area | luz | Luz |
| settings |
|  | form_title | form_id | version |
|  | Evaluación | evaluacion | 1 |
"""
SAID = {"/acepta": "si"}
FORMS = ["evaluacion", "simple", "otra"]
LINES = {"line": [{"key": "taller", "es": "Taller", "en": "Workshop", "forms": FORMS, "target": [
    {"key": "hojas", "es": "hojas", "en": "sheets", "target": 30, "form": "evaluacion", "answers": SAID},
    {"key": "personas", "es": "personas", "en": "people", "target": 9, "form": "evaluacion", "answers": SAID,
     "distinct": "/persona/codigo"},
    {"key": "ambas", "es": "con las dos", "en": "with both", "form": "evaluacion", "answers": SAID,
     "distinct": "/persona/codigo", "both": {"field": "/momento", "values": ["pre", "post"]}},
    {"key": "areas", "es": "áreas", "en": "areas", "form": "evaluacion", "distinct": "/persona/areas"},
    {"key": "todas", "es": "de cualquier estado", "en": "of any state", "form": "evaluacion", "state": ""},
    {"key": "nadie", "es": "de un campo que no está", "en": "of a field that is not there", "form": "evaluacion",
     "answers": {"/no/esta": "x"}, "distinct": "/tampoco"},
    {"key": "ajena", "es": "de otro formulario", "en": "of another form", "form": "otra"},
    {"key": "vivas", "es": "casas", "en": "houses", "dataset": "casas", "property": "barrio", "value": "Río Uno"},
    {"key": "casas", "es": "todas las casas", "en": "all houses", "dataset": "casas"},
    {"key": "sin", "es": "de una lista que no está", "en": "of a list that is not there", "dataset": "nada"}]}]}
TARGETS = {one.key: one for one in read_programme(LINES).targets()}


@pytest.fixture(params=range(2))
def sent(request, units, phone, bob):
    """Records in all sorts of states, [(instance id, number of the phone, answers, state)] of those still there."""
    chance = random.Random(request.param)
    builders.a_form(units, FORM)
    builders.simple_form(units)
    other = builders.phone_key(phone.app, name="Teléfono 2")
    kept = []
    for number in range(28):
        key, one = chance.choice((phone, other)), f"uuid:{number}"
        told = {"acepta": chance.choice(("si", "si", "no")), "momento": chance.choice(("pre", "post", "retro")),
                "codigo": chance.choice(("", "ev1-á", "EV1-Á", "EV2", "EV3", "EV4", "EV5")),
                "areas": chance.choice(("", "agua", "agua luz"))}
        key.send(_record(one, told))
        if chance.random() < .2:  # corrected on the phone: only what it says now counts
            told = {**told, "acepta": "si", "codigo": "EV9"}
            key.send(_record(f"{one}b", told, one))
        state = chance.choice(("approved", "approved", "rejected", ""))
        at = f"/v1/projects/1/forms/evaluacion/submissions/uuid%3A{number}"
        if state:
            assert bob.patch(at, json={"reviewState": state}).status_code == 200
        if chance.random() < .15:
            assert bob.delete(at).status_code == 200
        else:
            kept.append((one, key.id, told, state))
    builders.run_steps(units)
    return kept


def _record(instance_id: str, told: dict, before: str | None = None) -> str:
    body = (f"<acepta>{told['acepta']}</acepta><momento>{told['momento']}</momento><persona>"
            f"<codigo>{told['codigo']}</codigo><areas>{told['areas']}</areas></persona>")
    return builders.a_submission("evaluacion", "1", body, instance_id, before)


def reckoned(records: list) -> dict[str, tuple[int, int]]:
    """{key: (what there is, records behind it)} of what was sent, counted without any of the house's queries."""
    good = [told for _one, _phone, told, state in records if state == "approved"]
    yes = [told for told in good if told["acepta"] == "si"]
    codes = {moment: {fold(told["codigo"]) for told in yes if told["codigo"] and moment in (told["momento"], "")}
             for moment in ("", "pre", "post")}
    return {"hojas": (len(yes), len(yes)), "personas": (len(codes[""]), len(yes)),
            "ambas": (len(codes["pre"] & codes["post"]), sum(told["momento"] in ("pre", "post") for told in yes)),
            "areas": (len({area for told in good for area in told["areas"].split()}), len(good)),
            "todas": (len(records), len(records)), "nadie": (0, 0)}


def counted(units, actor=access.SYSTEM) -> dict[str, programme_counts.Count]:
    with units.reading(actor) as unit:
        return {one.target.key: one for one in programme_counts.count(unit, 1, tuple(TARGETS.values()), "es")}


def told_of(counts: dict[str, programme_counts.Count]) -> dict[str, tuple[int, int]]:
    """{key: (what there is, records behind it)}."""
    return {key: (one.reached, sum(part.records for part in one.parts)) for key, one in counts.items()}


def listed(units, given: Filters, actor=access.SYSTEM) -> set[str]:
    """The records that the inbox shows for a filter."""
    with units.reading(actor) as unit:
        return {row.submission.instance_id for row in inbox.list_page(unit, 1, given, limit=100).rows}


def test_what_is_counted_is_what_the_records_say_and_each_count_opens_just_those(units, sent):
    counts = counted(units)
    assert told_of(counts) == reckoned(sent)
    for key, one in counts.items():
        for part in one.parts:
            shown = listed(units, part.filters)
            assert len(shown) == part.records, key
            assert shown == {name for name, _phone, told, state in sent
                             if (state == "approved" or key == "todas")
                             and (told["acepta"] == "si" or key in ("areas", "todas"))
                             and part.value in ("", told["momento"]) and key != "nadie"}, key
    for key in ("personas", "ambas", "areas"):  # each different value opens the records that have it
        with units.reading(access.SYSTEM) as unit:
            values = programme_counts.list_values(unit, 1, TARGETS[key], "es")
        assert len(values) == counts[key].reached
        for one in values:
            for part in one.parts:
                assert len(listed(units, part.filters)) == part.records > 0
    assert {one.name for one in values} <= {"Agua", "Luz"}, "choices are told in the words of the form"


def test_who_sees_the_records_of_one_phone_is_told_of_those(units, carol, sent, phone):
    actor = _limited(units, carol, RowScope(phones=(phone.id,)))
    mine = [one for one in sent if one[1] == phone.id]
    counts = counted(units, actor)
    assert told_of(counts) == reckoned(mine)
    assert listed(units, counts["todas"].parts[0].filters, actor) == {one[0] for one in mine}


def test_who_sees_another_form_only_is_told_nothing_of_this_one(units, carol):
    builders.a_form(units, FORM)
    builders.simple_form(units)
    units.write(access.SYSTEM, lambda unit: programme.declare(unit, 1, read_programme(LINES)))
    with units.reading(access.SYSTEM) as unit:
        place = ("form", programme_counts.forms.find_form(unit.session, 1, "simple").id)
    actor = _limited(units, carol, None, place)
    with units.reading(actor) as unit:
        line, = programme.show(unit, 1, "es").lines
        assert [form.id for form in line.forms] == ["simple"] and line.counts == ()
        with pytest.raises(Problem) as refused:
            programme.find_count(unit, 1, "personas", "es")
    assert refused.value.code == problems.not_found().code


def _limited(units, carol, rows, place=("project", 1)) -> access.Actor:
    def work(unit):
        builders.add_grant(unit, carol.id, access.SUPERVISOR.id, *place, rows)
        return people.actor(unit, carol.id)
    return units.write(access.SYSTEM, work)


def test_entities_are_counted_as_their_list_does(units, carol):
    def work(unit):
        houses = datasets.create_dataset(unit, 1, "casas")
        datasets.add_property(unit, houses, "barrio")
        made = [entities.create_entity(unit, houses, None, f"Casa {number}", {"barrio": place}).uuid
                for number, place in enumerate(("Río Uno", "Río Uno", "río uno", "Dos"))]
        entities.delete_entity(unit, houses, made[0])
    units.write(access.SYSTEM, work)
    assert {key: one.reached for key, one in counted(units).items()} == {"vivas": 1, "casas": 3}


def test_what_values_point_at_has_a_name_in_the_trash_too_and_among_any_number(units):
    def work(unit):
        houses = datasets.create_dataset(unit, 1, "casas")
        made = [entities.create_entity(unit, houses, None, f"Casa {number}", {}).uuid for number in range(2)]
        entities.delete_entity(unit, houses, made[0])
        many = [*(f"ninguna-{number}" for number in range(40_000)), *made]
        return {label for _uuid, _dataset, label in entity_queries.list_numbers(unit.session, many)}
    assert units.write(access.SYSTEM, work) == {"Casa 0", "Casa 1"}


def test_forms_are_told_with_the_lists_that_they_read_and_write(units):
    builders.entity_form(units, "fichas", "personas")
    reading = builders.SIMPLE.replace("integer | edad  ", "select_one_from_file personas.csv | edad")
    builders.a_form(units, reading.format(form_id="simple", version="1"))
    with units.reading(access.SYSTEM) as unit:
        shown = programme.show(unit, 1, "es")
    assert not shown.declared and [line.line for line in shown.lines] == [None]
    one, two = shown.lines[0].forms
    assert (one.id, one.reads, one.writes, one.makes, one.changes) == (
        "fichas", (), ("personas",), frozenset({"personas"}), frozenset({"personas"}))
    assert (two.id, two.reads, two.writes) == ("simple", ("personas",), ())


def test_targets_change_and_the_history_says_from_what_to_what(units, bob):
    units.write(access.SYSTEM, lambda unit: programme.declare(unit, 1, read_programme(LINES)))
    with units.reading(access.SYSTEM) as unit:
        manager = people.actor(unit, bob.id)
    change = {"hojas": 40, "areas": 2, "personas": 9}
    before = units.write(manager, lambda unit: programme.set_numbers(unit, 1, change))
    assert before == [TARGETS["hojas"], TARGETS["areas"]]
    assert units.write(manager, lambda unit: programme.set_numbers(unit, 1, change)) == []
    with units.reading(access.SYSTEM) as unit:
        told = [(act.action, act.details) for act in _acts(unit)]
    assert told == [("programme.update", {"targets": {"hojas": [30, 40], "areas": [None, 2]}}),
                    ("programme.create", {"lines": ["taller"]})]


def _acts(unit) -> list:
    listed, _before = activity.list_acts(unit, activity.Asked(kind="server"), 1)
    return [one for one in listed if one.action.startswith("programme.")]


def test_a_programme_that_is_there_stays(units):
    declare = [units.write(access.SYSTEM, lambda unit, lines=lines: programme.declare(unit, 1, lines))
               for lines in (read_programme(LINES), Programme())]
    assert declare == [True, False]
    with units.reading(access.SYSTEM) as unit:
        assert programme.programmes.find(unit.session, 1) == as_plain(read_programme(LINES))


def test_a_library_that_is_published_declares_its_lines_where_its_forms_are(units, tmp_path):
    (tmp_path / "media").mkdir()
    book = builders.a_workbook(survey=[["type", "name", "label"], ["text", "nombre", "Nombre"]],
                               settings=[["form_title", "form_id", "version"], ["Uno", "uno", "1"]])
    (tmp_path / "uno.xlsx").write_bytes(book)
    lines = '[[line]]\nkey = "l"\nes = "Línea"\nen = "Line"\nforms = ["{form}"]\n'
    file = tmp_path / programme.FILE
    for form, declared in ((None, False), ("otro", False), ("uno", True)):
        if form:
            file.write_text(lines.format(form=form), encoding="utf-8")
        first_start.publish_library(units, 1, tmp_path)
        with units.reading(access.SYSTEM) as unit:
            assert programme.show(unit, 1, "es").declared == declared, form


@pytest.mark.parametrize("text", ["[[line", "line = 3", "[[line]]\nkey = 1", "line = ['a']"])
def test_a_library_whose_lines_cannot_be_read_is_published_without_them(units, tmp_path, caplog, text):
    (tmp_path / programme.FILE).write_text(text, encoding="utf-8")
    assert first_start.publish_library(units, 1, tmp_path) == () and programme.library(tmp_path) == Programme()
    assert "the programme of the library was left out" in caplog.text
