"""Names that Stata or SPSS would change are told; numbers as choices, and names that fit, are not."""

import pytest

from collector.domain.linting.names import fitting
from tests.domain.lint_forms import row, told, warnings

LONG = "ingreso_total_de_la_familia_2026"  # as long as Stata takes


@pytest.mark.parametrize(("names", "expected"), [
    ((LONG,), []),
    ((LONG + "_a",), [("LINT_NAME_LONG", 2, "name")]),
    ((LONG + "_a", LONG + "_b"), [("LINT_NAME_LONG", 2, "name"), ("LINT_NAME_CUT", 3, "name")]),
    ((LONG, LONG + "_b"), [("LINT_NAME_CUT", 3, "name")]),
    (("grado-1",), [("LINT_NAME_SIGNS", 2, "name")]),
    (("año",), [("LINT_NAME_SIGNS", 2, "name")]),
    (("int",), [("LINT_NAME_WORD", 2, "name")]),
    (("str8",), [("LINT_NAME_WORD", 2, "name")]),
    (("With",), [("LINT_NAME_WORD", 2, "name")]),
    (("edad", "_edad", "Edad2", "interior", "strada"), []),
])
def test_names_of_questions(names, expected):
    assert told(warnings(*(row("text", name) for name in names))) == expected


def test_names_of_groups_and_notes_become_no_column():
    assert warnings(row("begin_group", LONG + "_grupo"), row("note", LONG + "_nota"), row("text", "a"),
                    row("end_group")) == []


@pytest.mark.parametrize(("names", "expected"), [
    (("si", "no", "no_sabe", "1", "2", "98", "-99", "a1"), []),
    (("1ra_vez", "2da_vez"), [("LINT_CHOICE_DIGIT", 2, "name"), ("LINT_CHOICE_DIGIT", 3, "name")]),
    (("si-claro",), [("LINT_CHOICE_SIGNS", 2, "name")]),
    (("sí",), [("LINT_CHOICE_SIGNS", 2, "name")]),
    (("no.sabe",), [("LINT_CHOICE_SIGNS", 2, "name")]),
    (("Otro", "otro"), [("LINT_CHOICE_CASE", 3, "name")]),
    ((LONG, LONG + "_a"), [("LINT_NAME_CUT", 3, "name")]),
    ((LONG + "_a",), [("LINT_CHOICE_LONG", 2, "name")]),
])
def test_names_of_choices(names, expected):
    choices = "\n| choices |\n| | list_name | name | label |\n" + "\n".join(
        f"| | l | {name} | Opción |" for name in names)
    found = warnings(row("select_one l", "s"), choices=choices)
    assert [one for one in told(found) if one[0] != "NAMES_002"] == expected
    assert {one.sheet for one in found} <= {"choices"}


def test_the_columns_of_a_question_with_several_answers_are_told_apart_in_32_letters():
    choices = "\n| choices |\n| | list_name | name | label |\n" + "\n".join(
        f"| | l | {name} | Opción |" for name in ("agua_de_pozo", "agua_de_rio", "otra"))
    assert told(warnings(row("select_multiple l", "fuente_de_agua_del_hogar"), choices=choices)) == [
        ("LINT_COLUMN_CUT", 3, "name")]
    assert warnings(row("select_one l", "fuente_de_agua_del_hogar"), choices=choices) == []


@pytest.mark.parametrize(("name", "better"), [
    ("sí", "si"), ("no.sabe ", "no_sabe"), ("1-2", "op_1_2"), ("¿?", "nombre")])
def test_the_name_that_is_offered_fits(name, better):
    assert fitting(name, "op_") == better
