"""A field that was renamed or moved: said once by a person, tried on real rows, read at its new place, undone."""

import pytest

from collector.domain import access
from collector.domain.problems import Problem
from collector.services import extracting, mappings
from tests import builders

FORM = """
| survey |
|  | type         | name  | label |
{fields}
|  | begin repeat | hijos | Hijos |
|  | text         | {child} | Hijo |
|  | end repeat   |       |       |
| settings |
|  | form_title | form_id | version |
|  | Casa       | casa    | {version} |
"""
ONE = FORM.format(version=1, child="hijo", fields="|  | integer | edad | Edad |\n|  | text | aldea | Aldea |")
TWO = FORM.format(version=2, child="nombre_hijo", fields="|  | decimal | anios | Años |\n|  | text | comunidad | C |"
                  "\n|  | geopoint | lugar | Lugar |")


@pytest.fixture
def sent(units, phone):
    builders.a_form(units, ONE)
    send = lambda number, version, body: phone.send(  # noqa: E731
        builders.a_submission("casa", version, body, instance_id=f"uuid:{number}"))
    send(1, "1", "<edad>30</edad><aldea>Tigre</aldea><hijos><hijo>Eva</hijo></hijos>")
    builders.a_form(units, TWO)
    send(2, "1", "<edad>41</edad><hijos><hijo>Iris</hijo></hijos><hijos><hijo>Noé</hijo></hijos>")
    assert send(3, "2", "<anios>2.5</anios><comunidad>Marañón</comunidad>"
                "<hijos><nombre_hijo>Ada</nombre_hijo></hijos>").status_code == 201
    return units


@pytest.fixture
def manager(units, bob):
    actor = access.Actor(bob.id, "user", "Bob", (access.Grant(access.MANAGER.id, ("project", 1)),))
    return lambda work: units.write(actor, work)


def mapped(manager, before, now, reason="cambió de nombre"):
    return manager(lambda unit: mappings.map_column(unit, 1, "casa", before, now, reason)).id


def cells(units, id, path=""):
    with units.reading(access.SYSTEM) as unit:
        extract = extracting.open_extract(unit, 1, "casa")
        batch, = extract.batches(unit)
        ids = {one.id for table in extract.tables for one in table.variables}
        return batch.tables[path].cells[id] if id in ids else None


def test_a_mapped_field_is_read_at_its_new_place_until_it_is_undone(sent, manager):
    assert cells(sent, "/anios") == [2.5, None, None] and cells(sent, "/edad") == [None, 41, 30]
    number = mapped(manager, "/edad", "/anios")
    assert cells(sent, "/anios") == [2.5, 41, 30] and cells(sent, "/edad") is None
    mapped(manager, "/hijos/hijo", "/hijos/nombre_hijo")
    assert cells(sent, "/hijos/nombre_hijo", "/hijos") == ["Ada", "Iris", "Noé", "Eva"]
    with sent.reading(access.SYSTEM) as unit:
        table = extracting.open_extract(unit, 1, "casa").tables[0]
        assert table.variable("/anios").earlier_names == ("edad",)
        (row, author), _other = mappings.list_mappings(unit, 1, "casa")
        assert (row.from_path, row.reason, author) == ("/edad", "cambió de nombre", "Bob")
    manager(lambda unit: mappings.unmap_column(unit, 1, "casa", number))
    assert cells(sent, "/anios") == [2.5, None, None] and cells(sent, "/edad") == [None, 41, 30]
    mapped(manager, "/edad", "/anios")


def test_a_field_that_moved_twice_is_read_at_its_last_place(sent, manager):
    builders.a_form(sent, TWO.replace("| 2 |", "| 3 |").replace("comunidad | C", "centro | C"))
    mapped(manager, "/aldea", "/comunidad")
    mapped(manager, "/comunidad", "/centro")
    assert cells(sent, "/centro") == ["Marañón", None, "Tigre"]
    assert cells(sent, "/aldea") is None and cells(sent, "/comunidad") is None


def test_it_is_tried_on_real_rows_and_keeps_nothing(sent):
    with sent.reading(access.SYSTEM) as unit:
        seen = mappings.preview_mapping(unit, 1, "casa", "/edad", "/anios")
        assert [(one.instance_id, one.old, one.new, one.result) for one in seen.rows] == [
            ("uuid:2", 41, None, 41), ("uuid:1", 30, None, 30)]
        assert (seen.looked, seen.old, seen.filled, seen.both, seen.complete) == (3, 2, 2, 0, True)
        child = mappings.preview_mapping(unit, 1, "casa", "/hijos/hijo", "/hijos/nombre_hijo")
        assert [(one.key, one.result) for one in child.rows] == [
            ("hijos[1]", "Iris"), ("hijos[2]", "Noé"), ("hijos[1]", "Eva")]
        assert mappings.list_mappings(unit, 1, "casa") == []


@pytest.mark.parametrize(("before", "now", "word"), [
    ("/hijos/hijo", "/comunidad", "another table"), ("/anios", "/edad", "do not fit"), ("/no", "/edad", "no version"),
    ("/edad", "/meta/instanceID", "no version"), ("/lugar", "/aldea", "do not fit"), ("/edad", "/edad", "same field")])
def test_what_does_not_go_together_is_refused(sent, manager, before, now, word):
    for act in (lambda unit: mappings.map_column(unit, 1, "casa", before, now, "r"),
                lambda unit: mappings.preview_mapping(unit, 1, "casa", before, now)):
        with pytest.raises(Problem, match=word) as told:
            manager(act)
        assert told.value.code == 400.8


def test_a_circle_a_second_target_and_no_reason_are_refused(sent, manager):
    mapped(manager, "/aldea", "/comunidad")
    for before, now, reason, code in (("/comunidad", "/aldea", "r", 400.8), ("/aldea", "/comunidad", "r", 400.8),
                                      ("/comunidad", "/aldea", " ", 400.8), ("/edad", "/anios", " ", 400.2)):
        with pytest.raises(Problem) as told:
            mapped(manager, before, now, reason)
        assert told.value.code == code


def test_fields_that_are_asked_no_more_come_first(sent, manager):
    mapped(manager, "/aldea", "/comunidad")
    with sent.reading(access.SYSTEM) as unit:
        found = mappings.list_movable(unit, 1, "casa")
    assert [one.path for one in found if not one.in_current] == ["/edad", "/aldea", "/hijos/hijo"]
    assert found[0].labels and found[1].moved_to == "/comunidad" and found[-1].in_current


@pytest.mark.parametrize(("role", "may"), [(5, True), (6, False), (20, False), (21, True), (8, False)])
def test_who_may(sent, bob, role, may):
    actor = access.Actor(bob.id, "user", "B", (access.Grant(role, ("project", 1)),))
    act = lambda unit: mappings.map_column(unit, 1, "casa", "/edad", "/anios", "r")  # noqa: E731
    if may:
        number = sent.write(actor, act).id
        sent.write(actor, lambda unit: mappings.unmap_column(unit, 1, "casa", number))
    else:
        with pytest.raises(Problem) as told:
            sent.write(actor, act)
        assert told.value.code == 403.1
