import io

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from collector.domain.formats import workbook_out
from collector.domain.tabular.codebook import asked_in, book_of, code_of, sheets
from collector.domain.tabular.codebook_html import codebook_html
from collector.domain.tabular.shape import Category, DataTable, Manner
from collector.domain.xform import parse_form
from tests.domain.tabular.described import ENGLISH, HOMES, PEOPLE, SPANISH, described, question

FORMATS = ("csv", "xlsx", "stata", "spss", "parquet", "geojson", "jsonl")


def book(*tables, language: str = "es", formats=FORMATS, languages=(SPANISH, ENGLISH), **more):
    return book_of("Hogares", tables or (HOMES, PEOPLE), formats, Manner(), languages, language, **more)


def rows_of(book, at: int = 0) -> list[dict]:
    sheet = sheets(book)[at]
    return [dict(zip(sheet.header, row, strict=True)) for row in sheet.rows]


def page(book):
    return html.document_fromstring("".join(codebook_html(book)))


def test_a_row_of_a_question():
    first, age, *_rest = rows_of(book(versions={"/g/sexo": ("2", "1")}))
    assert {name: value for name, value in first.items() if value is not None} == {
        "Tabla": "hogares", "Variable": "g-sexo", "Nombre en CSV": "g-sexo", "Nombre en Excel": "g-sexo",
        "Nombre en Stata": "g_sexo", "Nombre en SPSS": "g_sexo", "Nombre en Parquet": "g-sexo",
        "Nombre en GeoJSON": "g-sexo", "Nombre en JSON lines": "g-sexo", "Pregunta (Español (es))": "¿Sexo de ${jefe}?",
        "Pregunta (English (en))": "Sex?", "Indicación (Español (es))": "Marque una", "Tipo": "una opción",
        "Número de opciones": 2, "Obligatoria": "sí", "Se pregunta si": "${edad} > 1", "Restricción": ". != 'x'",
        "Mensaje de la restricción (English (en))": "Not x", "Clase de privacidad": "abierta", "Filas": 5,
        "Con respuesta": 4, "Sin respuesta": 1, "% sin respuesta": 20.0, "Valores distintos": 3,
        "Versiones del formulario": "2, 1", "Nombres anteriores": "sexo_jefe", "Ruta en el formulario": "/g/sexo"}
    assert (age["Pregunta (Español (es))"], age["Pregunta (English (en))"]) == ("Edad", None)
    assert [age[name] for name in ("Mínimo", "Media", "Mediana", "Máximo")] == [5, 41.25, 30.5, 99]


def test_the_words_are_english_where_that_is_asked_for():
    first = rows_of(book(language="en"))[0]
    assert (first["Type"], first["Required"], first["Privacy class"]) == ("one choice", "yes", "open")
    assert [one.name for one in sheets(book(language="en"))] == ["Codebook", "Choices"]
    root = page(book(language="en"))
    assert root.get("lang") == "en"
    assert "Values are not shown: the variable is personal." in root.text_content()


def test_choices_have_labels_in_every_language_and_counts():
    found = [list(row.values()) for row in rows_of(book(), 1)]
    assert found == [
        ["hogares", "g-sexo", "Mujer", "Woman", "m", 2, 50.0], ["hogares", "g-sexo", "Hombre", None, "h", 1, 25.0],
        ["hogares", "g-sexo", "Otros valores, fuera de la lista", None, None, 1, 25.0],
        ["hogares", "lenguas", "Awajún", None, "awa", 1, 25.0], ["hogares", "lenguas", None, None, "es", 3, 75.0],
        ["hogares", "lenguas", "Otros valores, fuera de la lista", None, None, 1, 25.0],
        ["hogares", "acepta", None, None, "true", 2, 66.7], ["hogares", "acepta", None, None, "false", 1, 33.3]]


def test_open_answers_and_what_is_personal_are_counted_and_never_listed():
    told = "".join(codebook_html(book())) + str([list(sheet.rows) for sheet in sheets(book())])
    for secret in ("secreto", "Luz", "987654", "12.4321", "77.1234", "uuid:"):
        assert secret not in told
    income = next(one for one in rows_of(book()) if one["Variable"] == "ingreso")
    assert (income["Con respuesta"], income["Mínimo"], income["Media"], income["Máximo"]) == (4, None, None, None)
    day = next(one for one in rows_of(book()) if one["Variable"] == "fecha")
    assert (day["Primera fecha u hora"], day["Última fecha u hora"]) == ("2024-01-01", "2025-01-01")


def test_where_a_place_is_the_geometry():
    place = next(one for one in rows_of(book()) if one["Variable"] == "lugar")
    assert place["Nombre en GeoJSON"] == "geometry, lugar-Accuracy"
    assert place["Nombre en Stata"] == "lugar_Latitude, lugar_Longitude, lugar_Altitude, lugar_Accuracy"
    assert rows_of(book())[-1]["Nombre en GeoJSON"] == ""


def test_the_sheets_are_a_workbook():
    target = io.BytesIO()
    workbook_out.write(target, sheets(book()), Manner())
    read = openpyxl.load_workbook(target)
    assert read.sheetnames == ["Libro de códigos", "Opciones"]
    assert read["Libro de códigos"].max_row == 1 + len(HOMES.table.variables) + len(PEOPLE.table.variables)
    assert [cell.value for cell in read["Opciones"][2]][:6] == ["hogares", "g-sexo", "Mujer", "Woman", "m", 2]


def test_the_page_can_be_read_aloud_and_printed():
    root = page(book(about=[("Receta", "limpia <1>")]))
    assert root.get("lang") == "es"
    assert root.xpath("//title")[0].text == "Libro de códigos: Hogares"
    assert root.xpath("//dl[1]/dd[1]")[0].text == "limpia <1>"
    assert not root.xpath("//script | //link | //img | //@src | //@style | //@onclick")
    assert all(one.startswith("#") and root.get_element_by_id(one[1:]) is not None for one in root.xpath("//a/@href"))
    ids = root.xpath("//@id")
    assert len(ids) == len(set(ids))
    for table in root.xpath("//table"):
        assert table.xpath("caption")[0].text
        assert all(head.get("scope") == "col" for head in table.xpath("thead//th"))
        width = len(table.xpath("thead//th"))
        for line in table.xpath("tbody/tr"):
            assert sum(int(cell.get("colspan", 1)) for cell in line) == width
            assert line[0].get("scope") == "row"
    assert all(one.get("aria-hidden") == "true" for one in root.xpath("//svg"))
    assert root.xpath("//span[@lang='en']")[0].text == "Sex?"
    assert [one.text for one in root.xpath("//article[@aria-labelledby='v0-1']//tbody//th")] == [
        f"{at} – {at + 9}" for at in range(0, 100, 10)]


TEXTS = st.text(max_size=30) | st.sampled_from([
    "</style><script>alert(1)</script>", "\"><svg onload=alert(1)>", "<!--", "]]>", "&amp;&lt;", "\x00\x1b[31m",
    "\ud800", "‮txt", "أهلا", "👩‍👩‍👧", "{}", "%s", "${a}", "x" * 300, "</dd></dl></article>"])


@settings(deadline=None, max_examples=60)
@given(TEXTS, TEXTS, TEXTS, TEXTS.filter(bool), st.sampled_from(["string", "select1", "int"]))
def test_no_text_of_a_form_is_markup(label, hint, title, choice, type):
    categories = (Category(choice, {"": label}),) if type == "select1" else ()
    table = DataTable("", "t", None, (question("/a", type, {"": label}, hints={"": hint}, constraint=choice,
                                               categories=categories),))
    cells = {"select1": [choice], "int": [1], "string": [label]}[type]
    tables = [described(table, {"a": cells}, title)]
    root = page(book_of(title, tables, ("csv",), Manner(), (), about=[(title, hint)]))
    known = {"html", "head", "meta", "title", "style", "body", "main", "nav", "section", "article", "h1", "h2", "h3",
             "p", "a", "ul", "li", "dl", "dt", "dd", "strong", "span", "table", "caption", "thead", "tbody", "tr", "th",
             "td", "svg", "rect"}
    assert {one.tag for one in root.iter()} <= known
    assert not [name for one in root.iter() for name in one.attrib if name.startswith("on")]
    assert (len(root.xpath("//article")), len(root.xpath("//style"))) == (1, 1)
    shown = root.xpath("//article//span")
    if label.isascii() and label.isprintable() and label.strip() and label != "-" and "$" not in label:
        assert shown[0].text == label


def test_numbers_of_any_size_have_bars():
    for cells in ([1e300, -1e300, 5.5], [0.0], [2**62, -2**62], [1e-300, 2e-300], [0.1, 0.2, 0.30000000000000004]):
        table = DataTable("", "t", None, (question("/n", "decimal"),))
        lines = page(book(described(table, {"n": cells}))).xpath("//tbody/tr")
        assert sum(int(one[1].text) for one in lines) == len(cells)


@pytest.mark.parametrize("name, code", [("Español (es)", "es"), ("es", "es"), ("Awajún (agr)", "agr"), ("Español", ""),
                                        ("", ""), ("Português (pt-BR)", "pt-br")])
def test_codes_of_languages(name, code):
    assert code_of(name) == code


def test_an_empty_form_without_languages_has_a_codebook():
    table = DataTable("", "t", None, (question("/a", "int"), question("/b", "date"), question("/c", "select1")))
    found = book_of("x", [described(table, {"a": [], "b": [], "c": []})], (), Manner())
    assert [row["Filas"] for row in rows_of(found)] == [0, 0, 0]
    assert page(found).xpath("count(//article)") == 3


def test_versions_that_ask_a_question():
    xml = """<h:html xmlns:h="http://www.w3.org/1999/xhtml" xmlns="http://www.w3.org/2002/xforms"><h:head><model>
        <instance><data id="f" version="%s"><a/>%s</data></instance></model></h:head><h:body/></h:html>"""
    models = [parse_form(xml % ("2", "<b/>")), parse_form(xml % ("1", ""))]
    assert asked_in(models) == {"/a": ("2", "1"), "/b": ("2",)}
