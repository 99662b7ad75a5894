"""Cells that one language lacks, and identifiers that nothing checks, are told where they stand."""

import pytest

from tests.domain.lint_forms import of_text, row, told, warnings

BILINGUAL = """
| survey |
| | type | name | label::Español (es) | label::English (en) | hint::Español (es) | hint::English (en) |
| | text | a | Nombre | Name | Completo | Complete |
| | text | b | Edad | {label} | {hint} | |
| | select_one l | c | Sí o no | Yes or no | | |
| choices |
| | list_name | name | label::Español (es) | label::English (en) |
| | l | si | Sí | {choice} |
| | l | no | {bare} | {bare} |
"""
WHOLE = {"label": "Age", "hint": "", "choice": "Yes", "bare": "No"}


@pytest.mark.parametrize(("changes", "expected"), [
    ({}, []),
    ({"label": ""}, [("LINT_TRANSLATION", 3, "label::English (en)")]),
    ({"hint": "En años"}, [("LINT_TRANSLATION", 3, "hint::English (en)")]),
    ({"choice": ""}, [("LINT_TRANSLATION", 2, "label::English (en)")]),
    ({"bare": ""}, [("LABEL_001", 3, "label")]),
])
def test_a_text_that_is_missing_is_told_once(changes, expected):
    found = [one for one in of_text(BILINGUAL.format(**WHOLE | changes)) if one.code != "LANGUAGE_MISSING"]
    assert told(found) == expected


def test_a_missing_translation_tells_what_the_other_language_says():
    (found,) = (one for one in of_text(BILINGUAL.format(**WHOLE | {"label": ""})) if one.code == "LINT_TRANSLATION")
    assert found.sentence("es").startswith(
        "Hoja survey, fila 3, columna label::English (en): "
        "Falta el texto en English (en); en Español (es) dice «Edad».")
    assert found.sentence("en").endswith("Fill in label::English (en).")


NUMBERS = {"appearance": "numbers"}


@pytest.mark.parametrize(("question", "expected"), [
    (row("text", "dni"), [("LINT_IDENTIFIER", 2, "constraint")]),
    (row("text", "ruc_empresa", **NUMBERS), [("LINT_IDENTIFIER", 2, "constraint")]),
    (row("text", "x", label="Número de teléfono"), [("LINT_IDENTIFIER", 2, "constraint")]),
    (row("text", "x", label="¿Cuál es su celular?"), [("LINT_IDENTIFIER", 2, "constraint")]),
    (row("text", "correo"), [("LINT_IDENTIFIER", 2, "constraint")]),
    (row("integer", "dni"), [("LINT_IDENTIFIER_NUMBER", 2, "type")]),
    (row("text", "dni", constraint="regex(., '^[0-9]{8}$')"), []),
    (row("text", "nombre_dni", label="Nombre que está en el DNI"), []),
    (row("integer", "n_celulares", label="¿Cuántos celulares hay en la casa?"), []),
    (row("text", "x", label="Correo u observaciones"), []),
    (row("select_one colores", "tipo_telefono"), []),
    (row("select_one colores", "dni"), []),
    (row("calculate", "dni", calculation="'12345678'"), []),
    (row("note", "aviso", label="DNI: lo pedirán después"), []),
    (row("text", "detalle", label="Cuente qué pasó cuando fue a sacar su DNI por primera vez en la ciudad"), []),
])
def test_an_identifier_that_nothing_checks_is_told(question, expected):
    assert [one for one in told(warnings(question, row("text", "z"))) if "IDENTIFIER" in one[0]] == expected
