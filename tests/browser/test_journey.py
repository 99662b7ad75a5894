"""From an empty project to a dataset, by the pages alone: what a coordinator does on a phone and on a laptop."""

import zipfile
from urllib.parse import urljoin

import pytest
import requests

from tests.browser import material
from tests.browser.visitor import LAPTOP, PHONE, Visitor
from tests.phone import provisioning

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

KINDS = {
    "phone": {"size": PHONE, "scheme": "light"},
    "laptop": {"size": LAPTOP, "scheme": "dark"},
    "phone_without_script": {"size": PHONE, "script": False},
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_reaches_a_phone_and_its_records_come_out_as_csv(kind, visit, enter):
    visitor = visit(**KINDS[kind])
    sign_in(visitor, enter)
    project = new_project(visitor, f"Prueba {kind}")
    form_id = f"visita_{kind}"
    upload_wrong_then_mended(visitor, form_id)
    name_and_give_media(visitor)
    publish_and_change_state(visitor)
    server_url = add_phone(visitor, form_id)
    instance_id = send_and_read(visitor, project, form_id, server_url)
    change_language(visitor)
    park_and_admit(visitor, project, form_id, server_url)
    download(visitor, project, form_id, instance_id)
    sign_out(visitor, project)


def sign_in(visitor: Visitor, enter) -> None:
    visitor.go("/projects")
    visitor.look("sign-in")
    enter(visitor, "otra cosa")
    assert "No pudimos entrar con esos datos" in visitor.text()
    assert visitor.page.input_value("#email") and not visitor.page.input_value("#password")
    visitor.look("sign-in-wrong", 401)
    enter(visitor)
    assert visitor.page.url.endswith("/projects"), "the way one was on goes on after signing in"
    visitor.look("projects")


def new_project(visitor: Visitor, name: str) -> str:
    """The address of the new project."""
    visitor.press("Nuevo proyecto")
    visitor.look("project-new")
    visitor.page.fill("#name", name)
    visitor.press("Crear el proyecto")
    visitor.look("home-empty")
    assert "Todavía no hay formularios" in visitor.text()
    return visitor.page.url


def upload(visitor: Visitor, data: bytes, field: str = "input[type=file]", name: str = "visita.xlsx") -> None:
    visitor.page.set_input_files(field, {"name": name, "mimeType": "application/octet-stream", "buffer": data})


def upload_wrong_then_mended(visitor: Visitor, form_id: str) -> None:
    visitor.press("Subir un XLSForm")
    visitor.look("upload")
    upload(visitor, material.workbook(form_id, wrong=True))
    visitor.press("Subir")
    told = visitor.text()
    assert "1 error impide publicar" in told and f"survey, fila {material.ERROR_ROW}" in told and "type" in told
    assert "imagenn" in told and "No se guardó nada de este archivo" in told
    visitor.look("upload-error", 400)
    upload(visitor, material.workbook(form_id))
    visitor.press("Subir otra vez")
    assert "El borrador está listo" in visitor.text()


def name_and_give_media(visitor: Visitor) -> None:
    line = visitor.page.locator("tr", has_text=material.LIST)
    assert "Falta" in line.inner_text() and "Publicar aunque falten archivos" in visitor.text()
    visitor.look("draft-media-missing")
    upload(visitor, material.PLACES, "tr input[type=file]", material.LIST)
    line.locator("button").click()
    visitor.page.wait_for_load_state()
    assert "Falta" not in line.inner_text()
    visitor.look("draft")


def publish_and_change_state(visitor: Visitor) -> None:
    visitor.press("Publicar")
    assert "Versión 1, publicada" in visitor.text()
    visitor.look("form")
    assert set_state(visitor, "closing") == "Por cerrar"
    assert set_state(visitor, "open") == "Abierto"


def set_state(visitor: Visitor, state: str) -> str:
    """The words of the badge after the form's state was set."""
    visitor.page.check(f"input[name=state][value={state}]")
    visitor.press("Guardar", "[aria-labelledby=h-state]")
    return visitor.text(".head .badge")


def add_phone(visitor: Visitor, form_id: str) -> str:
    """The address that the picture of the code gives a phone, which finds the form there."""
    if visitor.size == PHONE:
        visitor.press("Más", ".nav")
    visitor.press("Teléfonos", "main" if visitor.size == PHONE else ".nav")
    visitor.press("Añadir un teléfono")
    visitor.look("phone-new")
    visitor.page.fill("#name", "Teléfono 01")
    visitor.press("Añadir", "#add form")
    visitor.look("phone")
    picture = visitor.page.locator("img.qr")
    assert picture.is_visible() and picture.evaluate("one => one.complete && one.naturalWidth > 0")
    address = urljoin(visitor.page.url, picture.get_attribute("src"))
    general = provisioning.read_text(provisioning.read_picture(visitor.page.request.get(address).body()))["general"]
    forms = requests.get(f"{general['server_url']}/formList", headers=material.HEADERS, timeout=30)
    assert f"<formID>{form_id}</formID>" in forms.text
    return general["server_url"]


def send_and_read(visitor: Visitor, project: str, form_id: str, server_url: str) -> str:
    """The instance id of a submission that was sent, listed, found and read."""
    instance_id, xml = material.filled(form_id, "Nuevo Amanecer")
    assert material.send(server_url, xml).status_code == 201
    visitor.go(f"{project}/submissions")
    row = visitor.page.locator(".rec", has_text="Visita a Nuevo Amanecer")
    assert row.count() == 1 and "Teléfono 01" in row.inner_text() and "2 archivos" in row.inner_text()
    visitor.look("records")
    search(visitor, "nada de esto", "Ningún registro con este filtro")
    visitor.look("records-none")
    visitor.go(f"{project}/submissions")
    search(visitor, "amanecer", "Visita a Nuevo Amanecer")
    visitor.look("records-found")
    visitor.page.locator(".rec a").first.click()
    visitor.page.wait_for_load_state()
    read_record(visitor)
    return instance_id


def search(visitor: Visitor, words: str, found: str) -> None:
    """Nothing, once the filter's answer stands on the page and in the address."""
    if not visitor.page.locator("#q").is_visible():
        visitor.page.locator(".filter-fold > summary").click()
    visitor.page.fill("#q", words)
    visitor.press("Filtrar")
    visitor.page.wait_for_url("**q=*")
    visitor.page.locator("#rows", has_text=found).wait_for()


def read_record(visitor: Visitor) -> None:
    page = visitor.page
    told = visitor.text()
    for words in ("La visita", "¿Qué comunidad es? Nuevo Amanecer", "¿Dónde está? Borja", "¿Hay agua? Sí, hay", "Iris",
                  "Beto", "Llegó", "−4.47160, −77.52320", "306 m de altitud"):
        assert words in told, words
    for label in ("Foto del libro", "Firma"):
        picture = page.locator(f"img[alt='{label}']")
        picture.scroll_into_view_if_needed()
        page.wait_for_function("one => one.complete && one.naturalWidth > 100", arg=picture.element_handle())
        alone = page.request.get(urljoin(page.url, picture.locator("xpath=..").get_attribute("href")))
        assert alone.status == 200 and "/pictures/large/" in alone.text()
    caption = page.locator(".map figcaption")
    caption.scroll_into_view_if_needed()
    assert "Punto de la casa comunal" in caption.inner_text()
    if visitor.script:
        page.locator(".leaf.ready .map-pin").wait_for()
    assert page.locator(".leaf").is_visible() == visitor.script
    visitor.look("record")
    visitor.press("Ver códigos")
    assert "/visita/comunidad" in visitor.text() and "borja" in visitor.text()
    visitor.look("record-codes")
    visitor.press("Preguntas en English (en)")
    page.locator("main", has_text="Is there water?").wait_for()
    assert "¿Hay agua?" not in visitor.text()


def change_language(visitor: Visitor) -> None:
    visitor.page.locator(".top .me").click()
    visitor.page.wait_for_load_state()
    visitor.look("menu")
    for code, save, words in (("en", "Guardar", "Language"), ("es", "Save", "Idioma")):
        visitor.page.select_option("#language", code)
        visitor.press(save)
        assert words in visitor.text() and visitor.page.locator("html").get_attribute("lang") == code
        visitor.look(f"menu-{code}")


def park_and_admit(visitor: Visitor, project: str, form_id: str, server_url: str) -> None:
    form = f"{project}/forms/{form_id}"
    visitor.go(form)
    assert set_state(visitor, "closed") == "Cerrado"
    answer = material.send(server_url, material.filled(form_id, "Quebrada Honda")[1])
    assert 400 <= answer.status_code < 500, "a closed form takes nothing"
    visitor.go(f"{project}/parked")
    visitor.look("parked")
    visitor.page.locator("main table a").first.click()
    visitor.page.wait_for_load_state()
    visitor.look("parked-one")
    visitor.press("Admitir")
    assert "Se admitió" in visitor.text()
    visitor.look("parked-admitted")
    visitor.press("Ver el registro")
    assert "Quebrada Honda" in visitor.text("h1") and "Se admitió después de estar apartado" in visitor.text()


def download(visitor: Visitor, project: str, form_id: str, instance_id: str) -> None:
    visitor.go(f"{project}/forms/{form_id}")
    with visitor.page.expect_download() as begun:
        visitor.page.locator("main a.btn", has_text="CSV").first.click()
    with zipfile.ZipFile(begun.value.path()) as archive:
        tables = {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}
    root = tables[f"{form_id}.csv"]
    assert instance_id in root and "Nuevo Amanecer" in root and "Quebrada Honda" in root
    assert any("Iris" in text and instance_id in text for name, text in tables.items() if name != f"{form_id}.csv")


def sign_out(visitor: Visitor, project: str) -> None:
    visitor.page.locator(".top .me").click()
    visitor.page.wait_for_load_state()
    visitor.press("Salir")
    assert visitor.page.locator("#password").is_visible()
    visitor.go(project)
    assert "Entrar" in visitor.text("h1"), "who signed out sees nothing"
    visitor.context.clear_cookies()
