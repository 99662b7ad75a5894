"""One record by the page: how it can be looked at, its versions, photos, sound, comments, paper."""

import html
import re

import pytest

from collector.settings import Settings
from collector.web.frame import content_policy
from tests import builders

ID, SECOND, THIRD = "uuid:first", "uuid:second", "uuid:third"
RECORD = f"/projects/1/forms/dos_idiomas/submissions/{ID}"
CSV = b"name,label,region\nmanseriche,Manseriche,loreto\nmorona,Morona,loreto\n"
BODY = ("<region>loreto</region><distrito>{district}</distrito><firma>firma.png</firma><voz>voz.m4a</voz>"
        "<camino>-4.5 -77.5 0 0; -4.6 -77.5 0 0</camino><chacra>0 0 0 0;0 0.01 0 0;0.01 0.01 0 0;0 0 0 0</chacra>")
FILES = {"firma.png": builders.a_photo("white", (300, 200), "PNG"), "voz.m4a": b"\0\0\0\x18ftypM4A sound"}


@pytest.fixture
def record(units, phone):
    """One record in two languages, with a signature and a recording."""
    builders.a_form(units, builders.sample_form("bilingual"), media={"distritos.csv": CSV})
    sent = phone.send(builders.a_submission("dos_idiomas", "2026112201", BODY.format(district="manseriche"), ID), FILES)
    assert sent.status_code == 201, sent.text


@pytest.fixture
def corrected(record, phone):
    """The same, corrected twice: another district; then nothing but a computed field's surroundings."""
    for number, (new, old, district) in enumerate(((SECOND, ID, "morona"), (THIRD, SECOND, "morona"))):
        body = BODY.format(district=district) + ("<codigo>X1</codigo>" if number else "")
        sent = phone.send(builders.a_submission("dos_idiomas", "2026112201", body, new, old), FILES)
        assert sent.status_code == 201, sent.text


def words(answer) -> str:
    """What can be read on the page."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def test_questions_and_codes_are_links_that_keep_each_other(bobs, record):
    text = bobs.get(RECORD).text
    codes = re.search(r'href="([^"]*codes=1[^"]*)"', text)[1]
    english = html.unescape(re.search(r'href="([^"]*labels=English[^"]*)"', bobs.get(codes).text)[1])
    assert "codes=1" in english
    seen = bobs.get(english).text
    assert "Which region is it?" in seen and "/region" in seen
    assert "labels=Espa" in seen, "the way back to the form's own language"


def test_what_nobody_was_asked_takes_one_row_until_codes_are_asked_for(bobs, record):
    seen = words(bobs.get(RECORD))
    assert "No se preguntó Video · Archivo" in seen
    assert "Fecha y hora · Hora · Código" in seen
    assert words(bobs.get(RECORD + "?codes=1")).count("No se preguntó") >= 5


def test_lines_and_shapes_are_measured(bobs, record):
    seen = words(bobs.get(RECORD))
    assert "2 puntos, 11.1 km" in seen and re.search(r"4 puntos, [\d.]+ km, 62\.0 ha", seen)


def test_what_was_found_in_the_version_before_is_told_so_until_the_new_one_is_checked(bobs, units, phone):
    builders.a_form(units, builders.sample_form("nested"))
    here = f"/projects/1/forms/hogar/submissions/{ID}"
    bad = "<hogar><direccion/></hogar><n_chacras>x</n_chacras>"
    phone.send(builders.a_submission("hogar", body=bad, instance_id=ID))
    builders.run_steps(units)
    stale = "todavía se revisa: esto se encontró en la anterior"
    assert "por atender" in words(bobs.get(here)) and stale not in words(bobs.get(here))
    units.wake = lambda: None
    phone.send(builders.a_submission("hogar", body=bad, instance_id=SECOND, deprecated_id=ID))
    assert stale in words(bobs.get(here))
    builders.run_steps(units)
    assert stale not in words(bobs.get(here))


def test_versions_are_told_with_what_changed_in_the_words_of_the_form(bobs, corrected):
    text = bobs.get(RECORD).text
    assert "Llegó una versión corregida" in text and "Versión 3" in text and "la que vale" in text
    history = text[text.index('id="h-history"'):]
    assert [f"/versions/{one}" in history for one in (ID, SECOND, THIRD)] == [False, True, True]
    second = bobs.get(f"{RECORD}/versions/{SECOND}")
    assert "<del><span class=\"vh\">Antes: </span>Manseriche</del>" in second.text
    assert "<ins><span class=\"vh\">Ahora: </span>Morona</ins>" in second.text
    assert "Versión 2 de 3" in second.text and "Es una versión anterior" in second.text
    first = words(bobs.get(f"{RECORD}/versions/{ID}"))
    assert "Versión 1 de 3" in first and "Qué cambió" not in first and "Manseriche" in first
    assert bobs.get(f"{RECORD}/versions/uuid:none").status_code == 404
    assert b"morona" in bobs.get(f"{RECORD}/versions/{SECOND}/xml").data
    assert b"manseriche" in bobs.get(f"{RECORD}/versions/{ID}/xml").data


def test_files_of_an_earlier_version_are_its_own(bobs, record, phone):
    body = BODY.format(district="morona")
    phone.send(builders.a_submission("dos_idiomas", "2026112201", body.replace("firma.png", "otra.png"), SECOND, ID),
               {"otra.png": builders.a_photo("white", (30, 20), "PNG"), "voz.m4a": FILES["voz.m4a"]})
    assert bobs.get(f"{RECORD}/files/firma.png").status_code == 404
    assert bobs.get(f"{RECORD}/files/firma.png?version={ID}").data == FILES["firma.png"]
    assert f"/photos/firma.png?version={ID}" in bobs.get(f"{RECORD}/versions/{ID}").text
    assert bobs.get(f"{RECORD}/photos/firma.png?version={ID}").status_code == 200
    assert bobs.get(f"{RECORD}/photos/firma.png").status_code == 404


@pytest.mark.parametrize(("asked", "shown"), [("", 0), ("?turn=90", 1), ("?turn=270", 3), ("?turn=450", 1),
                                              ("?turn=x", 0)])
def test_a_photo_has_a_page_where_it_turns_without_a_script(bobs, record, asked, shown):
    text = bobs.get(f"{RECORD}/photos/firma.png{asked}").text
    assert f'<img class="turn-{shown}"' in text and "/pictures/large/firma.png" in text
    assert f"turn={(shown + 1) % 4 * 90}" in text and f"turn={(shown - 1) % 4 * 90}" in text
    assert 'class="photo drawn"' in text, "a signature lies on white"


def test_only_photos_that_are_here_have_such_a_page(bobs, record):
    assert bobs.get(f"{RECORD}/photos/voz.m4a").status_code == 404
    assert f'href="{RECORD}/photos/firma.png"' in bobs.get(RECORD).text


def test_sound_is_played_in_parts_and_nothing_runs_in_it(bobs, record):
    assert re.search(r"<audio[^>]* controls preload=\"none\" src=\"[^\"]*/files/voz\.m4a\"", bobs.get(RECORD).text)
    answer = bobs.get(f"{RECORD}/files/voz.m4a", headers={"Range": "bytes=8-"})
    assert answer.status_code == 206 and answer.data == FILES["voz.m4a"][8:] and answer.mimetype == "audio/mp4"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_people_talk_in_threads_below_the_record(bobs, alices, record):
    assert bobs.post(f"{RECORD}/comments", data={"body": "¿Es <b>el</b> apu?\r\nSí o no"}).status_code == 303
    text = bobs.get(RECORD).text
    number = re.search(r'id="comment-(\d+)"', text)[1]
    assert "¿Es &lt;b&gt;el&lt;/b&gt; apu?\nSí o no" in text
    answered = alices.post(f"{RECORD}/comments", data={"body": "Lo es", "reply_to": number, "carried": "q=apu&x=1"})
    assert f"{RECORD}?q=apu#comment-" in answered.headers["Location"]
    seen = words(bobs.get(RECORD))
    assert "Comentarios 2" in seen and re.search(r"Bob .* apu\? Sí o no Alice .* Lo es", seen)


@pytest.mark.parametrize(("body", "told"), [("", "Escriba algo"), ("x" * 5001, "muy largo"), ("a\x00", "no se pueden")])
def test_what_cannot_be_said_is_told_and_not_kept(bobs, record, body, told):
    answer = bobs.post(f"{RECORD}/comments", data={"body": body}, follow_redirects=True)
    assert answer.status_code == 200 and told in words(answer) and "comment-" not in answer.text


def test_the_sheet_has_answers_history_and_a_code(bobs, corrected):
    seen = words(bobs.get(RECORD + "/print"))
    for part in ("¿Qué distrito es? Morona", "Camino 2 puntos, 11.1 km", "Versión 2, cambió:", "Manseriche → Morona",
                 "Lo que no se preguntó no se imprime", "versión 3"):
        assert part in seen, part
    assert "Which district is it?" in bobs.get(RECORD + "/print?labels=English (en)").text
    code = bobs.get(RECORD + "/qr.svg")
    assert code.mimetype == "image/svg+xml" and b"<script" not in code.data


def test_the_edge_of_each_page_can_not_be_broken_out_of(bobs, units, phone):
    builders.simple_form(units)
    evil = 'A"; } body { display: none } /* \\ </style>'
    name = html.escape(evil)
    xml = builders.a_submission(instance_id=ID).replace(
        "</instanceID>", f"</instanceID><orx:instanceName>{name}</orx:instanceName>")
    phone.send(xml)
    edge = bobs.get(f"/projects/1/forms/simple/submissions/{ID}/print.css")
    assert edge.mimetype == "text/css" and "counter(pages)" in edge.text
    first = next(line for line in edge.text.splitlines() if "@top-left" in line)
    assert first.count('"') == 2 and "\\22 ; }" in first and "</style" not in first


@pytest.mark.parametrize("path", ["", "/print", "/print.css", "/qr.svg", f"/versions/{ID}", f"/versions/{ID}/xml",
                                  "/photos/firma.png", "/files/voz.m4a"])
def test_none_of_it_is_for_strangers(carols, record, path):
    assert carols.get(RECORD + path).status_code in (403, 404)
    assert carols.post(f"{RECORD}/comments", data={"body": "hola"}).status_code in (403, 404)


@pytest.mark.parametrize(("tiles", "origin"), [
    ("", ""), ("https://tiles.example.org/{z}/{x}/{y}.png", " https://tiles.example.org"),
    ("https://{s}.tile.example.org:8443/osm/{z}/{x}/{y}.png?key=1", " https://*.tile.example.org:8443"),
    ("/static/tiles/{z}/{x}/{y}.png", ""), ("https://a b; script-src *//{z}", "")])
def test_pages_may_show_pictures_from_where_the_tiles_are(tiles, origin):
    assert f"img-src 'self' data: blob:{origin};" in content_policy(Settings(map_tiles=tiles))
