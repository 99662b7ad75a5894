"""A record looked at whole: on a phone and on a laptop, with and without a script, and on paper."""

import re
from urllib.parse import urljoin

import pytest

from tests.browser import record_material as material
from tests.browser.visitor import LAPTOP, PHONE, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

KINDS = {
    "phone": {"size": PHONE, "scheme": "dark"},
    "laptop": {"size": LAPTOP},
    "phone_without_script": {"size": PHONE, "script": False},
}
PLAYED = """one => new Promise((done, failed) => {
  one.oncanplay = () => done(one.duration); one.onerror = () => failed(one.error.message);
  one.preload = 'auto'; one.load(); })"""
LIGHTEST_LINK = 60_000  # bytes of a page with all that it needs, before photos


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_is_read_talked_about_and_compared(kind, visit, enter, server):
    form_id = f"ficha_{kind}"
    address = material.publish(server.administrator(), form_id)
    here = f"/projects/1/forms/{form_id}/submissions/{material.instance_id(form_id, 1)}"
    material.send(address, material.record(form_id, 1, ("30", "130")), material.files())
    visitor = visit(**KINDS[kind])
    visitor.go(here)
    enter(visitor)
    read(visitor)
    look_closer(visitor, here)
    talk(visitor, here)
    material.send(address, material.record(form_id, 2, ("30", "13", "8"), "Alto Amanecer", 1), material.files())
    compare(visitor, here)
    other_words(visitor, here)


def read(visitor: Visitor) -> None:
    told = visitor.text()
    for words in ("se llenó el 02/11/2026, de 10:15 a 11:21 (Wilmer)", "3 puntos, 947 m", "4.7 ha", "±12 m",
                  "No se preguntó ¿De dónde la traen? · ¿Cuántos pozos hay?"):
        assert words in told, words
    page = visitor.page
    until_checked(visitor)
    assert page.locator("details.fold[open]", has_text="Persona 2").count() == 1, "open when it holds a finding"
    assert page.locator("details.fold:not([open])", has_text="Persona 1").count() == 1
    assert page.locator(".fold[open] .hit.error .finding").is_visible(), "the finding stands beside its answer"
    sound = page.locator("audio")
    answer = page.request.get(urljoin(page.url, sound.get_attribute("src")))
    assert answer.status == 200 and answer.headers["content-type"].startswith("audio/")
    if visitor.script:
        assert sound.evaluate(PLAYED) == pytest.approx(0.5, abs=0.1)
        page.locator(".map").scroll_into_view_if_needed()
        page.locator(".leaf.ready .map-pin").first.wait_for()
        assert page.locator(".leaf path.map-shape").count() == 2
    else:
        assert page.locator(".map figcaption", has_text="Camino al río").is_visible()
    for picture in page.locator(".answers img").all():
        picture.scroll_into_view_if_needed()
    visitor.look("record-whole")


def until_checked(visitor: Visitor) -> None:
    for _again in range(40):
        if visitor.page.locator(".hit.error").count():
            return
        visitor.page.wait_for_timeout(500)
        visitor.page.reload()
    raise AssertionError("the record was not checked")


def look_closer(visitor: Visitor, here: str) -> None:
    page = visitor.page
    page.locator("img[alt='Foto del libro']").click()
    page.wait_for_load_state()
    visitor.look("record-photo")
    whole = box(visitor)
    assert whole["width"] > whole["height"]
    visitor.press("Derecha")
    page.locator(".photo img.turn-1").wait_for()
    turned = box(visitor)
    assert turned["height"] > turned["width"] and "turn=90" in page.url
    frame = page.locator(".photo").bounding_box()
    for side, length in (("x", "width"), ("y", "height")):
        assert frame[side] - 1 <= turned[side], "a turned photo stays in its frame"
        assert turned[side] + turned[length] <= frame[side] + frame[length] + 1, "a turned photo stays in its frame"
    visitor.look("record-photo-turned")
    page.locator("a[rel=next]").click()
    page.wait_for_load_state()
    assert visitor.text("h1") == "Firma"
    assert page.locator(".photo").evaluate("one => getComputedStyle(one).backgroundColor") == "rgb(255, 255, 255)"
    visitor.look("record-signature")
    visitor.go(here)


def box(visitor: Visitor) -> dict:
    picture = visitor.page.locator(".photo img")
    visitor.page.wait_for_function("one => one.complete && one.naturalWidth > 100", arg=picture.element_handle())
    return picture.bounding_box()


def talk(visitor: Visitor, here: str) -> None:
    page = visitor.page
    page.fill("#body", "¿La elección fue el 2 de marzo?")
    visitor.press("Comentar")
    assert "Se guardó el comentario" in visitor.text()
    page.locator(".thread summary").click()
    page.locator(".thread textarea").fill("Sí: lo dice el acta.")
    page.locator(".thread form button").click()
    page.wait_for_load_state()
    assert re.search(r"¿La elección fue .*Sí: lo dice el acta", visitor.text(".thread"))
    page.locator(".thread summary").click()
    visitor.look("record-comments")


def compare(visitor: Visitor, here: str) -> None:
    page = visitor.page
    visitor.go(here)
    told = visitor.text("section[aria-labelledby=h-versions]")
    assert "La última cambió 4 respuestas" in told and "Alto Amanecer" in told and "se agregó" in told
    visitor.look("record-versions")
    page.locator("section[aria-labelledby=h-versions] ol a").first.click()
    page.wait_for_load_state()
    assert visitor.text("h1") == "Versión 2 de 2"
    assert page.locator("del", has_text="130").count() == 1 and page.locator("ins", has_text="13").count() == 1
    visitor.look("record-version")
    page.locator("a[rel=prev]").click()
    page.wait_for_load_state()
    assert "Es una versión anterior" in visitor.text()
    visitor.look("record-version-first")


def other_words(visitor: Visitor, here: str) -> None:
    visitor.go(here)
    visitor.press("Ver códigos")
    assert "/visita/comunidad" in visitor.text()
    visitor.press("Preguntas en English (en)")
    assert "Is there water?" in visitor.text() and "/visita/comunidad" in visitor.text()
    visitor.look("record-codes-english")


def test_a_record_on_paper_is_a4_with_its_edges_and_photos_whole(visit, enter, server):
    address = material.publish(server.administrator(), "ficha_papel")
    for number, ages in enumerate((("30", "130"), ("30", "13") * 9), 1):
        material.send(address, material.record("ficha_papel", number, ages, replaces=number - 1), material.files())
    visitor = visit(size=LAPTOP)
    visitor.go(f"/projects/1/forms/ficha_papel/submissions/{material.instance_id('ficha_papel', 1)}")
    enter(visitor)
    visitor.press("Imprimir")
    visitor.look("record-print")
    page = visitor.page
    page.emulate_media(media="print")
    assert not page.locator(".top, .nav, main .no-print").locator("visible=true").count()
    photo = page.locator(".team img").first
    page.wait_for_function("one => one.complete", arg=photo.element_handle())
    shape = photo.evaluate("one => [one.clientWidth / one.clientHeight, one.naturalWidth / one.naturalHeight]")
    assert shape[0] == pytest.approx(shape[1], rel=0.02), "photos are evidence: never cropped"
    assert page.locator(".a4-top .qr").evaluate("one => one.getBoundingClientRect().width") >= 132, "3.5 cm"
    pdf = page.pdf(prefer_css_page_size=True)
    sizes = set(re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf))
    assert {(round(float(wide)), round(float(high))) for wide, high in sizes} <= {(595, 842), (596, 842), (595, 841)}
    assert pdf.count(b"/Type /Page\n") >= 2


def test_a_phone_prints_the_same_sheet_and_it_fits_the_screen(visit, enter, server):
    address = material.publish(server.administrator(), "ficha_angosta")
    material.send(address, material.record("ficha_angosta", 1, ("30", "130")), material.files())
    visitor = visit(size=PHONE, script=False)
    visitor.go(f"/projects/1/forms/ficha_angosta/submissions/{material.instance_id('ficha_angosta', 1)}/print")
    enter(visitor)
    visitor.look("record-print")


def test_the_pages_of_a_record_are_light(visit, enter, server):
    address = material.publish(server.administrator(), "ficha_leve")
    for number in (1, 2):
        material.send(address, material.record("ficha_leve", number, ("30", "130") * number, replaces=number - 1),
                      material.files())
    here = f"/projects/1/forms/ficha_leve/submissions/{material.instance_id('ficha_leve', 1)}"
    first = visit()
    first.go(here)
    enter(first)
    for path in ("", "?codes=1", "/versions/" + material.instance_id("ficha_leve", 2), "/photos/foto.jpg", "/print"):
        fresh = visit()
        fresh.context.add_cookies(first.context.cookies())
        answers = []
        fresh.page.on("response", lambda answer, told=answers: told.append(answer))
        fresh.page.goto(here + path, wait_until="networkidle")
        weights = {answer.url.rpartition("/")[2]: answer.request.sizes()["responseBodySize"] for answer in answers
                   if not any(part in answer.url for part in ("/pictures/", "/files/"))}
        assert 10_000 < sum(weights.values()) < LIGHTEST_LINK, (path, weights)
