"""A coordinator brings a form to the phones: upload, mend, media, try, publish, open and close."""

import io
from urllib.parse import urlsplit

import pytest
from PIL import Image

from collector.domain import access
from collector.services import forms
from tests import builders

SETTINGS = [["form_title", "form_id", "version"], ["Visita", "visita", "1"]]
SURVEY = [["type", "name", "label"], ["text", "nombre", "Nombre"], ["select_one si_no", "hay", "¿Hay agua?"]]
CHOICES = [["list_name", "name", "label"], ["si_no", "si", "Sí"], ["si_no", "no", "No"]]
GOOD = builders.a_workbook(survey=SURVEY, choices=CHOICES, settings=SETTINGS)


def upload(browser, data: bytes, name: str = "visita.xlsx", path: str = "/projects/1/forms/-/upload", **more):
    return browser.post(path, data={"file": (io.BytesIO(data), name), **more}, content_type="multipart/form-data")


def view_of(units, form_id: str = "visita", which=forms.CURRENT):
    with units.reading(access.SYSTEM) as unit:
        return forms.find_form(unit, 1, form_id, which)


def test_an_error_comes_back_with_sheet_row_and_what_to_do_and_the_mended_file_becomes_a_draft(bobs, units):
    bad = builders.a_workbook(survey=[*SURVEY, ["textt", "otro", "Otro"]], choices=CHOICES, settings=SETTINGS)
    answer = upload(bobs, bad)
    assert answer.status_code == 400
    assert "survey, fila 4" in answer.text and "textt" in answer.text and "columna" in answer.text
    assert "No se guardó nada de este archivo" in answer.text
    assert "Traceback" not in answer.text and 'type="file"' in answer.text
    mended = upload(bobs, GOOD)
    assert mended.status_code == 303 and mended.location == "/projects/1/forms/visita"
    text = bobs.get(mended.location).text
    assert "Publicar el borrador" in text and "visita.xlsx" in text and "El borrador está listo" in text
    assert view_of(units).is_draft


def test_the_error_is_told_in_english_to_who_reads_english(app):
    browser = builders.a_browser(app, "bob", accept_language="en")
    bad = builders.a_workbook(survey=[*SURVEY, ["textt", "otro", "Otro"]], choices=CHOICES, settings=SETTINGS)
    text = upload(browser, bad).text
    assert "does not exist" in text and "no existe" not in text


def test_what_is_no_workbook_is_refused_in_words(bobs):
    for data, name in ((b"PK\x03\x04broken", "visita.xlsx"), (b"", "visita.xlsx"), (b"hola", "visita.xlsx"),
                       (b"<h:html", "visita.xml"), (GOOD[:300], "visita.xlsx")):
        answer = upload(bobs, data, name)
        assert answer.status_code in (400, 422), (data[:10], answer.status_code)
        assert 'class="notice error"' in answer.text or 'class="error-text"' in answer.text
    none = bobs.post("/projects/1/forms/-/upload", data={}, content_type="multipart/form-data")
    assert none.status_code == 422 and "Elija el archivo" in none.text


def test_warnings_are_shown_and_can_be_passed(bobs, units):
    warned = builders.a_workbook(survey=[*SURVEY, ["image", "foto", "Foto"]], choices=CHOICES, settings=SETTINGS)
    first = upload(bobs, warned)
    if first.status_code == 303:
        pytest.fail("the converter no longer warns of a photo without max-pixels: take another warning")
    assert "guardar como borrador de todos modos" in first.text and "aviso" in first.text
    assert bobs.get("/projects/1/forms/visita").status_code == 404
    assert upload(bobs, warned, ignore_warnings="1").status_code == 303
    assert "aviso" in bobs.get("/projects/1/forms/visita").text


def test_what_fails_on_phones_is_told_on_the_page_with_its_cell_and_what_to_write(bobs):
    heads, *rows = SURVEY
    rows = [[*row, *[""] * (len(heads) - len(row))] for row in rows]
    survey = [[*heads, "constraint"], *([*row, ""] for row in rows),
              ["date", "dia", "Día", *[""] * (len(heads) - 3), ". >= '2024-01-01'"]]
    trap = builders.a_workbook(survey=survey, choices=CHOICES, settings=SETTINGS)
    first = upload(bobs, trap)
    for page in (first, upload(bobs, trap, ignore_warnings="1") and bobs.get("/projects/1/forms/visita")):
        assert f"survey, fila {len(survey)}" in page.text and "constraint" in page.text
        assert "una fecha entre comillas es texto" in page.text and "date(&#39;2024-01-01&#39;)" in page.text


def test_a_draft_is_published_and_offered_to_phones(bobs, units, phone):
    upload(bobs, GOOD)
    assert "visita" not in phone.get("/formList").text
    answer = bobs.post("/projects/1/forms/visita/publish", data={"version": "1"})
    assert answer.status_code == 303
    text = bobs.get(answer.location).text
    assert "Los teléfonos la reciben con señal" in text and "Versión 1, publicada" in text and "Bob" in text
    assert "<formID>visita</formID>" in phone.get("/formList").text


def test_the_same_version_twice_is_refused_and_the_draft_stays_as_it_was(bobs, units):
    upload(bobs, GOOD)
    bobs.post("/projects/1/forms/visita/publish", data={"version": "1"})
    bobs.post("/projects/1/forms/visita/draft")
    upload(bobs, builders.a_workbook(survey=SURVEY, choices=CHOICES, settings=[SETTINGS[0], ["Visita", "visita", "2"]]),
           path="/projects/1/forms/visita/draft/replace")
    answer = bobs.post("/projects/1/forms/visita/publish", data={"version": "1"})
    assert answer.status_code == 409 and "ya se publicó" in answer.text
    assert view_of(units, which=forms.DRAFT).version.version == "2"
    assert bobs.post("/projects/1/forms/visita/publish", data={"version": "3"}).status_code == 303
    assert view_of(units).version.version == "3"


def test_a_field_that_changes_its_type_is_refused_with_its_place(bobs, units):
    upload(bobs, GOOD)
    bobs.post("/projects/1/forms/visita/publish", data={"version": "1"})
    other = [SURVEY[0], ["integer", "nombre", "Nombre"], SURVEY[2]]
    answer = upload(bobs, builders.a_workbook(survey=other, choices=CHOICES, settings=SETTINGS),
                    path="/projects/1/forms/visita/draft/replace")
    assert answer.status_code == 400 and "/nombre" in answer.text and "cambia de tipo" in answer.text
    assert view_of(units).form.draft_version_id is None


def test_another_forms_workbook_is_refused(bobs):
    upload(bobs, GOOD)
    other = builders.a_workbook(survey=SURVEY, choices=CHOICES, settings=[SETTINGS[0], ["Otra", "otra", "1"]])
    answer = upload(bobs, other, path="/projects/1/forms/visita/draft/replace")
    assert answer.status_code == 400 and "el formulario que se actualiza es «visita»" in answer.text
    assert bobs.get("/projects/1/forms/otra").status_code == 404


def test_what_changes_is_told_before_publishing(bobs):
    upload(bobs, GOOD)
    bobs.post("/projects/1/forms/visita/publish", data={"version": "1"})
    changed = builders.a_workbook(survey=[SURVEY[0], SURVEY[2], ["integer", "edad", "Edad"]], choices=CHOICES,
                                  settings=[SETTINGS[0], ["Visita", "visita", "2"]])
    upload(bobs, changed, path="/projects/1/forms/visita/draft/replace", ignore_warnings="1")
    text = bobs.get("/projects/1/forms/visita").text
    assert "<ins>+ edad</ins>" in text and "<del>− nombre</del>" in text
    assert bobs.post("/projects/1/forms/visita/draft/drop").status_code == 303
    assert "Publicar el borrador" not in bobs.get("/projects/1/forms/visita").text


def test_missing_files_are_named_and_put_in_their_place(bobs, units):
    survey = [SURVEY[0], ["select_one_from_file lugares.csv", "lugar", "¿Dónde?"]]
    upload(bobs, builders.a_workbook(survey=survey, settings=SETTINGS), ignore_warnings="1")
    assert "lugares.csv" in bobs.get("/projects/1/forms/visita").text
    assert "Publicar aunque falten archivos" in bobs.get("/projects/1/forms/visita").text
    path = "/projects/1/forms/visita/media/lugares.csv"
    assert upload(bobs, b"name,label\na,A\n", "otro.csv", path).status_code == 303
    assert "Publicar aunque falten" not in bobs.get("/projects/1/forms/visita").text
    held = bobs.get(path + "?draft=1")
    assert held.data == b"name,label\na,A\n"
    assert held.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in held.headers["Content-Security-Policy"]
    assert upload(bobs, b"x", "x.csv", "/projects/1/forms/visita/media/x.csv").status_code == 404


def test_the_code_of_a_draft_is_a_picture_that_no_cache_keeps(bobs, carols):
    upload(bobs, GOOD)
    path = "/projects/1/forms/visita/draft/qr.png"
    assert path in bobs.get("/projects/1/forms/visita").text
    answer = bobs.get(path)
    assert Image.open(io.BytesIO(answer.data)).width > 300
    assert answer.headers["Cache-Control"] == "no-store"
    assert carols.get(path).status_code == 403


def test_what_is_sent_to_try_a_draft_is_counted_and_kept_apart(bobs, units, client):
    upload(bobs, GOOD)
    token = view_of(units).version.draft_token
    sent = client.post(f"/v1/test/{token}/projects/1/forms/visita/draft/submission",
                       data=builders.envelope(builders.a_submission("visita", body="<nombre>A</nombre>")),
                       headers={"X-OpenRosa-Version": "1.0"}, content_type="multipart/form-data")
    assert sent.status_code == 201
    assert "1 envío de prueba" in bobs.get("/projects/1/forms/visita").text
    assert "uuid:" not in bobs.get("/projects/1/submissions").text


def test_a_form_is_closed_and_opened(bobs, units, phone):
    builders.simple_form(units)
    assert bobs.post("/projects/1/forms/simple/state", data={"state": "closed"}).status_code == 303
    assert "Cerrado" in bobs.get("/projects/1/forms/simple").text
    assert phone.send(builders.a_submission()).status_code == 409
    bobs.post("/projects/1/forms/simple/state", data={"state": "open"})
    assert phone.send(builders.a_submission()).status_code == 201
    assert bobs.post("/projects/1/forms/simple/state", data={"state": "ajar"}).status_code in (400, 422)


def test_the_list_is_narrowed_to_a_state(bobs, units):
    builders.simple_form(units)
    upload(bobs, GOOD)
    text = bobs.get("/projects/1/forms?state=draft").text
    assert "Visita" in text and "Sencillo" not in text
    assert "Sencillo" in bobs.get("/projects/1/forms?state=open").text


def test_the_workbook_and_the_definition_are_downloads(bobs):
    upload(bobs, GOOD, "Visita a la chacra.xlsx")
    bobs.post("/projects/1/forms/visita/publish", data={"version": "1"})
    source = bobs.get("/projects/1/forms/visita/source")
    assert source.data == GOOD and "attachment" in source.headers["Content-Disposition"]
    assert "Visita a la chacra.xlsx" in source.headers["Content-Disposition"]
    xform = bobs.get("/projects/1/forms/visita/xform")
    assert xform.text.startswith("<?xml") and "attachment" in xform.headers["Content-Disposition"]


def test_a_form_whose_id_has_a_slash_has_its_page(bobs):
    made = upload(bobs, builders.a_workbook(survey=SURVEY, choices=CHOICES,
                                            settings=[SETTINGS[0], ["Raro", "visita/ñ 1", "1"]]))
    if made.status_code == 303:
        assert "%2F" in urlsplit(made.location).path
        assert "Raro" in bobs.get(made.location).text
