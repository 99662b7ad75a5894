"""XLSForms become XForms; what is wrong is told at its sheet, row and column, in both languages."""

import io
import random
import re
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook
from pyxform.errors import ErrorCode

from collector.domain import xlsform
from collector.domain.form_complaints import PATTERNS, SENTENCES, recognise
from collector.domain.form_expressions import Fault, fault, unknown_functions
from collector.domain.xlsform import TEMPLATES, XLSFormError, convert, read_sheets

SAMPLES = Path(__file__).resolve().parents[1] / "samples" / "forms"
SURVEY = "| survey |\n| | type | name | label |\n"


def complaints(text: str):
    with pytest.raises(XLSFormError) as raised:
        convert(text.encode())
    return raised.value.complaints


def as_xlsx(sheets: dict[str, list[list]]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        page = book.create_sheet(title)
        for row in rows:
            page.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


QUESTIONS = {"survey": [["type", "name", "label"], ["text", "a", "A"]],
             "settings": [["form_id", "version"], ["prueba", "007"]]}


# what comes out


@pytest.mark.parametrize("name", ["simple", "nested", "bilingual", "entities"])
def test_samples_convert_without_warnings(name):
    converted = convert((SAMPLES / f"{name}.md").read_bytes())
    assert converted.kind == ".md"
    assert converted.warnings == ()
    assert converted.xml.startswith("<?xml")


def test_the_old_and_the_new_workbook_give_the_same_form():
    old = convert((SAMPLES / "simple.xls").read_bytes())
    assert old.kind == ".xls"
    assert old.xml == convert((SAMPLES / "simple.md").read_bytes()).xml


def test_text_cells_keep_their_zeros():
    converted = convert(as_xlsx(QUESTIONS))
    assert converted.kind == ".xlsx"
    assert 'id="prueba"' in converted.xml and 'version="007"' in converted.xml


@pytest.mark.parametrize(("filename", "fallback", "expected"), [
    ("Mi formulario (1).xlsx", None, "Mi_formulario_1"),
    ("otra.xlsx", "elegido", "elegido"),
    ("", None, "data"),
])
def test_a_form_without_id_takes_the_fallback_or_its_file_name(filename, fallback, expected):
    data = (SURVEY + "| | text | a | A |").encode()
    assert f'id="{expected}"' in convert(data, filename, fallback).xml


def test_external_choices_come_as_a_file():
    converted = convert(
        b"| survey |\n| | type | name | label | choice_filter |\n"
        b"| | text | zona | Zona | |\n| | select_one_external pueblo | p | Pueblo | zona=${zona} |\n"
        b"| external_choices |\n| | list_name | name | label | zona |\n| | pueblo | uno | Uno | norte |\n")
    assert converted.attachments["itemsets.csv"].splitlines()[0] == b'"list_name","name","label","zona"'


def test_sheets_are_read_as_written_with_the_notes_for_people():
    sheets = read_sheets(as_xlsx({**QUESTIONS, "_leame": [["Tema", "Texto"], ["Para qué sirve", "Probar."], ["", ""]]}))
    assert sheets.headers["survey"] == ("type", "name", "label")
    assert sheets.rows["survey"] == ({"type": "text", "name": "a", "label": "A"},)
    assert sheets.notes == (("Para qué sirve", "Probar."),)


# what is wrong, and where


@pytest.mark.parametrize(("text", "code", "sheet", "row", "column", "says"), [
    (SURVEY + "| | txt | a | A |", "TYPE_UNKNOWN", "survey", 2, "type", "«txt»"),
    (SURVEY + "| | text | a b | A |", "NAMES_008", "survey", 2, "name", "espacios"),
    (SURVEY + "| | text | a | A |\n| | text | a | B |", "NAMES_001", "survey", 3, "name", "«a»"),
    (SURVEY + "| | text | a | |", "NO_LABEL", "survey", 2, "label", "«a»"),
    (SURVEY + "| | text | | A |", "NO_NAME", "survey", 2, "name", "nombre"),
    (SURVEY + "| | | a | A |", "NO_TYPE", "survey", 2, "type", "tipo"),
    (SURVEY + "| | begin_group | g | G |\n| | text | a | A |", "SURVEY_002", "survey", 2, None, "«g»"),
    (SURVEY + "| | text | a | A |\n| | end_repeat | | |", "SURVEY_001", "survey", 3, None, "end_repeat"),
    (SURVEY + "| | select_one x | a | A |", "NO_CHOICES", None, None, None, "choices"),
    (SURVEY + "| | select_one x | a | A |\n| choices |\n| | list_name | name | label |\n| | y | 1 | Uno |",
     "LIST_UNKNOWN", "survey", 2, "type", "«x»"),
    (SURVEY + "| | select_multiple y | a | A |\n| choices |\n| | list_name | name | label |\n| | y | 1 | U |\n"
     "| | y | a b | D |", "CHOICE_SPACE", "choices", 3, "name", "«a b»"),
    (SURVEY + "| | select_one_from_file lista.txt | a | A |", "LIST_FILE", "survey", 2, "type", "«lista.txt»"),
    (SURVEY + "| | calculate | a | |", "NO_CALCULATION", "survey", 2, "calculation", "cálculo"),
    (SURVEY + "| | text | a | ${zz} |", "PYREF_003", "survey", 2, "label", "«zz»"),
    ("| survey |\n| | type | name | label | relevant |\n| | text | a | A | ${b} = 1 |", "PYREF_003", "survey", 2,
     "relevant", "«b»"),
    ("| survey |\n| | type | name | label | parameters |\n| | range | a | A | start=0 end=5 step=9 |", "RANGE_003",
     "survey", 2, "parameters", "step"),
    ("| survey |\n| | type | name | label | parameters |\n| | text | a | A | filas=3 |", "SURVEY_005",
     "survey", 2, "parameters", "«filas»"),
    ("| survey |\n| | type | name | label | save_to |\n| | text | a | A | x |", "ENTITY_001", "survey", 2, "save_to",
     "entidades"),
    (SURVEY + "| | text | a | A |\n| entities |\n| | list_name | label | otra |\n| | l | ${a} | x |", "HEADER_005",
     "entities", 1, None, "otra"),
    ("| survey |\n| | tipo | name |\n| | text | a |", "HEADER_003", "survey", None, None, "type"),
    ("| survei |\n| | type | name | label |\n| | text | a | A |\n| choices |\n| | list_name | name |", "NO_SURVEY",
     None, None, None, "survei"),
    ("| survey |\n| | type | name | label |", "NO_QUESTIONS", "survey", None, None, "pregunta"),
    (SURVEY + "| | text | meta | A |", "NAMES_005", "survey", 2, "name", "meta"),
])
def test_a_mistake_is_told_at_its_place(text, code, sheet, row, column, says):
    found = complaints(text)[0]
    assert (found.severity, found.code) == ("error", code)
    assert (found.sheet, found.row, found.column) == (sheet, row, column)
    assert says in found.sentence()


def test_a_sentence_tells_place_fault_and_what_to_do_in_both_languages():
    found = complaints(SURVEY + "| | txt | a | A |")[0]
    assert found.sentence("es").startswith("Hoja survey, fila 2, columna type: El tipo «txt» no existe. Revise")
    assert found.sentence("en").startswith("Sheet survey, row 2, column type: The type 'txt' does not exist. Check")
    assert found.text == "Unknown question type 'txt'."
    assert found.details()["row"] == 2


def test_faulty_expressions_are_told_all_at_once():
    found = complaints((SAMPLES / "several_faults.md").read_text(encoding="utf-8"))
    assert [(each.code, each.row, each.column) for each in found] == [
        ("EXPRESSION_BRACKETS", 2, "constraint"), ("EXPRESSION_CURLY", 3, "relevant"),
        ("EXPRESSION_QUOTES", 4, "relevant")]


@pytest.mark.parametrize(("expression", "expected"), [
    ("${a} = 'it''s (' and selected(., \"x]\")", None),
    ("instance('l')/root/item[name = ${a}]/label", None),
    ("'“curly” in a text'", None),
    ("(1", Fault("EXPRESSION_BRACKETS", "(")),
    ("1)", Fault("EXPRESSION_BRACKETS", ")")),
    ("(1]", Fault("EXPRESSION_BRACKETS", "]")),
    ("'a", Fault("EXPRESSION_QUOTES", "'")),
])
def test_strings_and_brackets_of_an_expression(expression, expected):
    assert fault(expression) == expected


@pytest.mark.parametrize(("expression", "expected"), [
    ("selectd(${a}, 'x')", [("selectd", "selected")]),
    ("ceiling(1) + floor (2)", [("ceiling", ""), ("floor", "")]),
    ("not(selected(., 'f(x)')) and (count(${r}) mod (2) = 1)", []),
    ("instance('l')/root/item[name = current()/../a]/text()", []),
    ("concat(jr:choice-name(${a}, '${a}'), string-length(.), uuid())", []),
    ("IF(1, 2, 3)", [("IF", "if")]),
])
def test_functions_that_phones_do_not_have(expression, expected):
    assert list(unknown_functions(expression)) == expected


def test_an_unknown_function_is_a_warning_at_its_place():
    (found,) = convert(b"| survey |\n| | type | name | label | relevant |\n| | text | a | A | |\n"
                       b"| | text | b | B | selectd(${a}, 1) |").warnings
    assert (found.severity, found.code, found.row, found.column) == ("warning", "FUNCTION_UNKNOWN", 3, "relevant")
    assert "La más parecida: selected." in found.sentence()


def test_invisible_characters_are_found():
    for label in ("A\x0bB", "A_x000B_B"):  # as such, and as Excel writes it
        found = complaints(SURVEY + f"| | text | a | {label} |")[0]
        assert (found.code, found.sheet, found.row, found.column) == ("CELL_CHARACTER", "survey", 2, "label")
        assert "U+000B" in found.message_es


def test_repeated_choices_are_told_row_by_row_with_the_warnings():
    found = complaints(SURVEY + "| | select_one l | q | Q |\n| choices |\n| | list_name | name | label |\n"
                       "| | l | a | A |\n| | l | a | B |\n| | l | b | |\n| | l | b | C |")
    assert [(each.severity, each.code, each.row) for each in found] == [
        ("error", "NAMES_007", 3), ("error", "NAMES_007", 5), ("warning", "LABEL_001", 4)]


def test_warnings_have_places_too():
    warnings = convert((
        "| survey |\n| | type | name | label::Español | label::English (en) | hint::Español |\n"
        "| | image | a | A | A | H |\n| | begin_repeat | r | | | |\n"
        "| | text | B | B | B | H |\n| | end_repeat | | | | |\n"
        "| setings |\n| | form_id |\n| | x |").encode()).warnings
    assert {(each.code, each.sheet, each.row, each.column) for each in warnings} == {
        ("NAMES_013", None, None, None), ("LANGUAGE_MISSING", "survey", None, "hint"),
        ("PHOTO_SIZE", "survey", 2, "parameters"), ("REPEAT_LABEL", "survey", 3, "label"),
        ("LANGUAGE_CODE", None, None, None)}
    assert {each.severity for each in warnings} == {"warning"}


# nothing else ever comes out


def test_a_bug_of_the_converter_becomes_a_complaint(monkeypatch):
    def broken(*_, **__):
        raise RecursionError("too deep")

    monkeypatch.setattr(xlsform, "pyxform_convert", broken)
    found = complaints(SURVEY + "| | text | a | A |")[0]
    assert found.code == "UNKNOWN"
    assert "RecursionError: too deep" in found.sentence()


def test_a_message_nobody_knows_is_kept_as_it_is():
    (error,) = recognise("[row : 7] Something new.", "error", TEMPLATES)
    assert (error.code, error.row, error.text) == ("UNKNOWN", 7, "[row : 7] Something new.")
    (warning,) = recognise("Something new.", "warning", TEMPLATES)
    assert warning.code == "REMARK" and "Something new." in warning.message_en


def test_every_coded_message_of_pyxform_is_recognised():
    unknown = [code.name for code in ErrorCode if not code.name.startswith("INTERNAL")
               and recognise(code.value.format(row=4), "error", TEMPLATES)[0].code == "UNKNOWN"]
    assert unknown == []


def test_every_pattern_has_a_sentence_and_every_sentence_four_parts():
    assert {code for code, *_ in PATTERNS} <= set(SENTENCES)
    for code, parts in SENTENCES.items():
        assert len(parts) == 4 and all(parts), code
        es, en = (sorted(re.findall(r"\{(\w+?)(?:_es|_en)?\b", parts[i])) for i in (0, 1))
        assert es == en or code == "FILE_OTHER", code


@pytest.mark.parametrize("seed", range(4))
def test_whatever_the_bytes_only_one_exception_comes_out(seed):
    chance = random.Random(seed)
    xlsx, xls = as_xlsx(QUESTIONS), (SAMPLES / "simple.xls").read_bytes()
    for _ in range(60):
        data = bytearray(chance.choice([xlsx, xls, chance.randbytes(300), b"PK\x03\x04" + chance.randbytes(900)]))
        for _ in range(chance.choice([1, 4, 40])):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            assert convert(bytes(data)).xml
        except XLSFormError as error:
            assert error.complaints[0].sentence()


@pytest.mark.parametrize("seed", range(4))
def test_whatever_the_cells_only_one_exception_comes_out(seed):
    chance = random.Random(seed)
    junk = ["", "begin_repeat", "end_group", "select_one x or_other", "${", "${a}", "'", "meta", "<b>&", "range",
            "audit", "a b", "start=1", "loop over x", "trigger", "a::b::c", None, 7, True, "begin_group"]
    for _ in range(25):
        rows = [["type", "name", "label", "relevant", "calculation", "parameters"]]
        rows += [["text", f"q{n}", "Q", None, None, None] for n in range(6)]
        for _ in range(chance.randrange(1, 8)):
            chance.choice(rows)[chance.randrange(6)] = chance.choice(junk)
        try:
            assert convert(as_xlsx({"survey": rows})).xml
        except XLSFormError as error:
            assert error.errors and error.complaints[0].sentence("en")


def test_a_part_that_openpyxl_cannot_use_is_a_damaged_file():
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(as_xlsx(QUESTIONS))) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.namelist():
            if part != "xl/workbook.xml":
                new.writestr(part, old.read(part))
    with pytest.raises(XLSFormError) as raised:
        convert(out.getvalue())
    assert raised.value.complaints[0].code == "FILE_DAMAGED"
