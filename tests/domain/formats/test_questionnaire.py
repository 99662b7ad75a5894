"""A form as a page to read, and the library's own page, which must be the one its workbooks give."""

from pathlib import Path

import pytest

from collector.domain import returns
from collector.domain.formats.questionnaire import library_page, show
from collector.domain.xform import parse_form
from collector.domain.xlsform import XLSFormError, convert
from setup.forms_page import FORMS, page

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "forms"
WORKBOOKS = sorted(FORMS.glob("*.xlsx"))


def shown(text: str) -> list[str]:
    return show(text.encode()).splitlines()


def test_a_question_is_one_line_with_all_that_it_says():
    lines = show((SAMPLES / "simple.md").read_bytes(), "simple.md").splitlines()
    assert lines[0] == "# Visita sencilla"
    assert ("| `familias` | integer | ¿Cuántas familias viven ahí? |  |  | `. >= 0 and . <= 5000` | sí |"
            " constraint_message: Escriba un número entre 0 y 5000. |") in lines
    assert ("| `fuentes` | select_multiple fuente | ¿De dónde sale el agua? | Río · Pozo · Lluvia |"
            " `${agua} = 'no'` |  |  |  |") in lines
    assert "| `familias_doble` | calculate |  |  |  |  |  | calculation: `${familias} * 2` |" in lines
    assert "| rio | Río |" in lines


def test_groups_and_repeats_have_a_table_each_and_go_on_after_an_inner_one():
    headings = [line for line in show((SAMPLES / "nested.md").read_bytes()).splitlines() if line.startswith("##")]
    assert headings == ["## Hogar (hogar)", "## Integrante (integrantes)", "## Hijo o hija (integrantes / hijos)",
                        "## Integrante (integrantes) (sigue)", "## Fuera de los grupos", "## Chacra (chacras)"]


def test_languages_have_a_column_each_and_files_are_named():
    text = show((SAMPLES / "bilingual.md").read_bytes())
    assert "| Nombre | Tipo | Español (es) | English (en) | Opciones |" in text
    assert "| ¿Qué región es?<br>*Elija una.* | Which region is it?<br>*Choose one.* | Loreto · Amazonas |" in text
    assert "- Archivos que lee: `distritos.csv`" in text


def test_entity_lists_tell_what_they_take():
    text = show((SAMPLES / "entities.md").read_bytes())
    assert "Lista `arboles`:" in text
    assert "- propiedades: especie ← `especie`, altura ← `altura`, geometry ← `lugar`" in text


def test_what_would_break_a_table_is_escaped():
    lines = shown("| survey |\n| | type | name | label | relevant |\n"
                  "| | text | a | uno \\| dos <b> | . = '\\|' |")
    assert "| `a` | text | uno \\| dos &lt;b> |  | `. = '\\|'` |  |  |  |" in lines


def test_a_change_of_one_question_changes_one_line():
    before = (SAMPLES / "simple.md").read_text(encoding="utf-8")
    old, new = shown(before), shown(before.replace("¿Cuántas hectáreas?", "¿Cuántas hectáreas tiene?"))
    assert len(old) == len(new)
    assert [line for line, was in zip(new, old, strict=True) if line != was] == [
        "| `hectareas` | decimal | ¿Cuántas hectáreas tiene? |  |  |  |  |  |"]


def test_a_form_with_faults_is_shown_and_a_file_that_is_none_is_not():
    assert "`string-length(. < 5`" in show((SAMPLES / "several_faults.md").read_bytes())
    with pytest.raises(XLSFormError):
        show(b"")


# the library


def test_the_page_of_the_library_is_the_one_its_workbooks_give():
    assert (FORMS / "README.md").read_text(encoding="utf-8") == page(), "run: .venv/bin/python -m setup.forms_page"


def test_the_library_names_each_form_in_order():
    names = {"b.md": "nested.md", "a.md": "simple.md"}
    text = library_page({name: (SAMPLES / sample).read_bytes() for name, sample in names.items()}, "x")
    assert text.startswith("<!-- Página generada con «x»")
    assert text.index("## Visita sencilla") < text.index("## Hogar y chacras")


@pytest.mark.parametrize("path", WORKBOOKS, ids=lambda path: path.stem)
def test_a_form_of_the_library_converts_without_a_warning_and_shows_every_field(path):
    converted = convert(path.read_bytes(), path.name)
    assert converted.warnings == ()
    model = parse_form(converted.xml)
    text = show(path.read_bytes(), path.name)
    fields = [each for each in model.leaves() if "/meta/" not in each.path]
    assert len(fields) > 25
    assert [each.path for each in fields if f"| `{each.path.rpartition('/')[2]}` |" not in text] == []


@pytest.mark.parametrize("path", WORKBOOKS, ids=lambda path: path.stem)
def test_a_form_of_the_library_has_its_files_beside_it_with_example_rows(path):
    for media in parse_form(convert(path.read_bytes()).xml).media:
        if media.name == returns.FILE:  # the server makes it, for each phone
            continue
        rows = (FORMS / "media" / media.name).read_text(encoding="utf-8").splitlines()
        assert {"name", "label"} <= set(rows[0].split(","))
        assert len(rows) > 1


def test_the_library_has_the_forms_that_a_first_start_publishes():
    assert {"acreditacion_autoridades", "acuerdo_convivencia", "evaluacion_taller"} <= {path.stem for path in WORKBOOKS}
