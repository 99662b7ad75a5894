"""Rows of a file of entities: what each would make, change or leave, and why one cannot be."""

import pytest

from collector.domain import entity_import as rules
from collector.domain.entity_import import Row, Standing

ONE, TWO = "12345678-1234-4123-8234-123456789abc", "12345678-1234-4123-8234-123456789ddd"
THERE = {ONE: Standing(3, "Nieva", {"distrito": "Nieva", "apu": "Ana"}), TWO: Standing(0, "", {}, True)}
HEAD = "uuid,label,distrito,apu,__version"


def judged(text: str, added: tuple[str, ...] = (), clears: bool = False) -> list[Row]:
    sheet = rules.read(text)
    read_as = rules.columns(sheet.names, ["distrito", "apu"])
    return list(rules.judge(sheet, read_as, added, THERE, "mark", clears))


@pytest.mark.parametrize(("line", "kind", "why", "changes"), [
    (",Alto,Nieva,,", "create", "", {}),
    (f"{ONE},Nieva,Nieva,Ana,", "same", "", {}),
    (f"{ONE},,,,", "same", "", {}),
    (f"uuid:{ONE.upper()},,El Cenepa,,", "update", "", {"distrito": ("Nieva", "El Cenepa")}),
    (f"{ONE},Nieva II,,,3", "update", "", {"label": ("Nieva", "Nieva II")}),
    (f"{ONE},,El Cenepa,,2", "fault", "version", {"distrito": ("Nieva", "El Cenepa")}),
    (f"{ONE},,Nieva,,2", "same", "", {}),
    (f"{TWO},Vuelve,,,", "fault", "deleted", {}),
    ("no-es,Alto,,,", "fault", "uuid", {}),
    (",,Nieva,,", "fault", "label", {}),
    (",Alto,Nieva,,,sobra", "fault", "cells", {}),
    (",Al\x00to,,,", "fault", "letters", {}),
])
def test_what_becomes_of_a_row(line, kind, why, changes):
    row, = judged(f"{HEAD}\n{line}\n")
    assert (row.line, row.kind, row.why, dict(row.changes)) == (2, kind, why, changes)


def test_an_empty_cell_empties_a_value_only_where_that_was_asked_for():
    text = f"{HEAD}\n{ONE},,,Eva,\n"
    assert dict(judged(text)[0].data) == {"apu": "Eva"}
    assert dict(judged(text, clears=True)[0].data) == {"distrito": "", "apu": "Eva"}


def test_an_identifier_counts_once():
    kinds = [(row.kind, row.why) for row in judged(f"{HEAD}\n{ONE},,Borja,,\n{ONE},,Manseriche,,\n")]
    assert kinds == [("update", ""), ("fault", "twice")]


def test_the_same_file_read_again_means_the_same_entities():
    text = "label\nAlto\nBajo\n"
    first, again = judged(text), judged(text)
    assert [row.uuid for row in first] == [row.uuid for row in again]
    assert len({row.uuid for row in first}) == 2


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_cells_are_divided_as_spreadsheets_do_and_lines_may_lie_in_them(mark):
    head = mark.join(("label", "distrito"))
    rows = judged(head + f'\r\n"Alto\r\nAmanecer"{mark}"Río ""Nieva"""\r\n\r\nBajo{mark}\r\n')
    assert [(row.line, row.label, dict(row.data)) for row in rows] == [
        (3, "Alto\r\nAmanecer", {"distrito": 'Río "Nieva"'}), (5, "Bajo", {})]


def test_columns_are_told_apart():
    found = rules.columns(("name", "label", "DISTRITO", "lengua", "con espacio", "__updatedAt", "", "lengua"),
                          ["distrito", "apu"])
    assert (found.identifier, found.label, found.version) == (0, 1, None)
    assert (dict(found.known), dict(found.new), found.left) == ({2: "distrito"}, {"lengua": 3},
                                                               ("con espacio", "__updatedAt"))


def test_a_new_column_comes_in_when_it_is_chosen():
    text = "label,lengua\nAlto,wampís\n"
    assert dict(judged(text)[0].data) == {}
    assert dict(judged(text, ("lengua",))[0].data) == {"lengua": "wampís"}
