"""Records by the page: list, filter, paging, one record with its answers, files, map and history, the dataset."""

import io
import re
import zipfile

import pytest
from PIL import Image

from collector.domain import access
from collector.services import comments, review
from tests import builders

ID = "uuid:00000000-0000-4000-8000-000000000001"
HERE = "/projects/1/submissions"
RECORD = f"/projects/1/forms/simple/submissions/{ID}"
BILINGUAL = f"/projects/1/forms/dos_idiomas/submissions/{ID}"
CSV = b"name,label,region\nmanseriche,Manseriche,loreto\n"
PHOTO = builders.a_photo()


@pytest.fixture
def simple(units):
    return builders.simple_form(units)


@pytest.fixture
def bilingual(units, phone):
    """One record of the form in two languages, with a signature, a path and a file that is missing."""
    builders.a_form(units, builders.sample_form("bilingual"), media={"distritos.csv": CSV})
    body = ("<region>loreto</region><distrito>manseriche</distrito><firma>firma.png</firma><voz>voz.m4a</voz>"
            "<camino>-4.5 -77.5 0 0; -4.6 -77.6 0 0</camino><momento>2026-11-14T16:42:00.000-05:00</momento>")
    sent = phone.send(builders.a_submission("dos_idiomas", "2026112201", body, ID),
                      {"firma.png": builders.a_photo("white", (300, 200), "PNG")})
    assert sent.status_code == 201, sent.text


def rows_in(answer) -> list[str]:
    return re.findall(r'<span class="name">([^<]*)</span>', answer.text)


def send_many(phone, count: int, **about) -> list[str]:
    ids = [f"uuid:{number:032d}" for number in range(1, count + 1)]
    for number, instance_id in enumerate(ids, 1):
        assert phone.send(builders.a_submission(
            body=f"<nombre>Persona {number}</nombre>", instance_id=instance_id, **about)).status_code == 201
    return ids


def test_what_a_phone_sends_is_in_the_list_and_on_the_first_page(bobs, simple, phone):
    assert "Todavía no llegó ningún registro" in bobs.get(HERE).text
    phone.send(builders.a_submission(instance_id=ID))
    answer = bobs.get(HERE)
    assert RECORD in answer.text and "1 registro" in answer.text and "Teléfono 1" in answer.text
    home = bobs.get("/projects/1").text
    assert "<b>1</b>por revisar" in home and "1 registro en 14 días" in home


def test_pages_are_read_by_key_and_nothing_is_twice(bobs, simple, phone):
    ids = send_many(phone, 35)
    first = bobs.get(HERE)
    after = re.search(r'href="([^"]*before=[^"]*)" rel="next"', first.text)[1].replace("&amp;", "&")
    phone.send(builders.a_submission(instance_id="uuid:later"))
    second = bobs.get(after)
    found = re.findall(r"submissions/(uuid:\d{32})", first.text + second.text)
    assert found == ids[::-1]
    assert 'rel="prev"' in second.text and 'rel="next"' not in second.text


def test_filters_stand_in_the_address_and_can_be_taken_off_one_by_one(bobs, simple, phone, units):
    builders.simple_form(units, form_id="otro")
    phone.send(builders.a_submission(body="<nombre>Ñahui Quispe</nombre>", instance_id=ID))
    phone.send(builders.a_submission("otro", body="<nombre>Rosa</nombre><foto>1.jpg</foto>", instance_id="uuid:2"))
    assert "uuid:2" not in bobs.get(f"{HERE}?q=nahui").text and ID in bobs.get(f"{HERE}?q=nahui").text
    assert ID not in bobs.get(f"{HERE}?form=otro").text
    assert ID not in bobs.get(f"{HERE}?files=missing").text and "uuid:2" in bobs.get(f"{HERE}?files=missing").text
    assert ID not in bobs.get(f"{HERE}?until=2001-01-01").text
    assert ID in bobs.get(f"{HERE}?since=2001-01-01").text
    assert ID in bobs.get(f"{HERE}?phone={phone.id}").text and ID not in bobs.get(f"{HERE}?phone=1").text
    both = bobs.get(f"{HERE}?form=simple&q=nahui").text
    assert f'href="{HERE}?form=simple"' in both and f'href="{HERE}?q=nahui"' in both
    assert "Ningún registro con este filtro" in bobs.get(f"{HERE}?q=nadie").text


@pytest.mark.parametrize("odd", ["state=none", "phone=x", "phone=99999999999999999999999", "since=yesterday",
                                 "before=x", "before=99999999999999999999", "until=9999-12-31", "since=0001-01-01",
                                 "q=%00", "q=%25_%5C"])
def test_an_odd_filter_is_no_fault_of_ours(bobs, simple, phone, odd):
    phone.send(builders.a_submission(instance_id=ID))
    assert bobs.get(f"{HERE}?{odd}").status_code in (200, 400, 404)


def test_states_are_counted_and_narrow_the_list(bobs, simple, phone, units):
    ids = send_many(phone, 3)
    units.write(access.SYSTEM, lambda unit: review.decide(unit, 1, "simple", ids[0], "approved"))
    text = bobs.get(HERE).text
    assert "Aprobados <span>1</span>" in text and "Recibidos <span>2</span>" in text
    approved = bobs.get(f"{HERE}?state=approved").text
    assert ids[0] in approved and ids[1] not in approved


def test_a_record_shows_its_answers_in_the_words_of_the_form(bobs, bilingual):
    text = bobs.get(BILINGUAL).text
    assert "¿Qué región es?" in text and "Loreto" in text and "Manseriche" in text
    assert "14/11/2026, 16:42" in text
    assert "Which region is it?" not in text and ">loreto<" not in text
    assert "Which region is it?" in bobs.get(BILINGUAL + "?labels=English (en)").text
    codes = bobs.get(BILINGUAL + "?codes=1").text
    assert "/region" in codes and "loreto" in codes


def test_a_record_tells_which_files_are_missing_and_shows_the_signature(bobs, bilingual, phone):
    text = bobs.get(BILINGUAL).text
    assert "Falta 1 archivo declarado" in text and "1 de 2 aquí" in text
    assert "/pictures/small/firma.png" in text and "/pictures/small/voz.m4a" not in text


def test_a_record_has_a_map_of_its_places(bobs, bilingual):
    text = bobs.get(BILINGUAL).text
    assert "leaflet" in text and "[[-4.5, -77.5, &#34;Camino&#34;]]" in text
    assert "[[-4.5, -77.5], [-4.6, -77.6]]" in text


def test_a_record_tells_its_history(bobs, simple, phone, units):
    phone.send(builders.a_submission(instance_id=ID))
    phone.send(builders.a_submission(instance_id="uuid:2", deprecated_id=ID, body="<nombre>Ana María</nombre>"))
    units.write(access.SYSTEM, lambda unit: comments.comment(unit, 1, "simple", ID, "Revisar <b>el DNI</b>"))
    text = bobs.get(RECORD).text
    assert "Ana María" in text and "Editado, versión 2" in text
    assert "Llegó una versión corregida" in text and "Teléfono 1" in text
    assert "<blockquote class=\"said\">Revisar &lt;b&gt;el DNI&lt;/b&gt;</blockquote>" in text


def test_what_is_in_a_record_cannot_run_in_the_page(bobs, simple, phone):
    evil = "&lt;script&gt;alert(1)&lt;/script&gt;&quot; onload=&quot;x"
    phone.send(builders.a_submission(body=f"<nombre>{evil}</nombre>", instance_id=ID))
    for path in (RECORD, HERE, RECORD + "?codes=1"):
        assert "<script>alert" not in bobs.get(path).text and '" onload="x' not in bobs.get(path).text


def test_from_record_to_record_within_the_filter(bobs, simple, phone):
    ids = send_many(phone, 3)
    text = bobs.get(f"/projects/1/forms/simple/submissions/{ids[1]}?form=simple").text
    assert re.search(rf'href="[^"]*{ids[2]}\?form=simple" rel="prev"', text)
    assert re.search(rf'href="[^"]*{ids[0]}\?form=simple" rel="next"', text)
    assert f'href="{HERE}?form=simple"' in text


def test_an_encrypted_record_says_so_and_can_be_downloaded(bobs, simple, phone):
    xml = ('<data id="simple" version="1" encrypted="yes" xmlns="http://opendatakit.org/submissions">'
           "<base64EncryptedKey>a2V5</base64EncryptedKey>"
           f'<orx:meta xmlns:orx="http://openrosa.org/xforms"><orx:instanceID>{ID}</orx:instanceID></orx:meta>'
           "<encryptedXmlFile>submission.xml.enc</encryptedXmlFile></data>")
    assert phone.send(xml, {"submission.xml.enc": b"sealed"}).status_code == 201
    assert "está cifrado" in bobs.get(RECORD).text
    assert bobs.get(RECORD + "/xml").data == xml.encode()


def test_the_xml_and_files_are_downloads_byte_for_byte_in_which_nothing_runs(bobs, simple, phone, carols):
    xml = builders.a_submission(body="<nombre>A</nombre><foto>niña 1.svg</foto>", instance_id=ID)
    evil = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    phone.send(xml, {"niña 1.svg": evil})
    sent, held = bobs.get(RECORD + "/xml"), bobs.get(RECORD + "/files/ni%C3%B1a%201.svg")
    assert sent.data == xml.encode() and held.data == evil
    for answer in (sent, held):
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.mimetype not in ("image/svg+xml", "text/html", "application/xml", "text/xml")
    assert "filename*=UTF-8''ni%C3%B1a%201.svg" in held.headers["Content-Disposition"]
    assert bobs.get(RECORD + "/pictures/small/ni%C3%B1a%201.svg").status_code == 404
    assert carols.get(RECORD + "/files/ni%C3%B1a%201.svg").status_code == 403


@pytest.mark.parametrize("size, box", [("small", (320, 240)), ("large", (1600, 1600))])
def test_a_photo_is_drawn_anew_small_and_upright(bobs, simple, phone, size, box):
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "secret place"
    photo = builders.a_photo(size=(2000, 1000), exif=exif)
    phone.send(builders.a_submission(body="<foto>1.jpg</foto>", instance_id=ID), {"1.jpg": photo})
    answer = bobs.get(f"{RECORD}/pictures/{size}/1.jpg")
    drawn = Image.open(io.BytesIO(answer.data))
    assert answer.mimetype == "image/jpeg" and drawn.format == "JPEG"
    assert drawn.height > drawn.width and drawn.width <= box[0] and drawn.height <= box[1]
    assert not drawn.getexif() and b"secret place" not in answer.data
    again = bobs.get(f"{RECORD}/pictures/{size}/1.jpg", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304 and again.data == b""


def test_what_was_drawn_is_kept_beside_the_data_and_can_be_thrown_away(bobs, simple, phone, settings):
    phone.send(builders.a_submission(body="<foto>1.jpg</foto>", instance_id=ID), {"1.jpg": PHOTO})
    drawn = bobs.get(f"{RECORD}/pictures/small/1.jpg").data
    kept = [path for path in (settings.data / "thumbs").rglob("*") if path.is_file()]
    assert [path.read_bytes() for path in kept] == [drawn]
    kept[0].unlink()
    assert bobs.get(f"{RECORD}/pictures/small/1.jpg").data == drawn


def test_a_picture_that_would_fill_the_memory_is_not_drawn(bobs, simple, phone):
    bomb = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(bomb, "PNG")
    phone.send(builders.a_submission(body="<foto>1.png</foto>", instance_id=ID), {"1.png": bomb.getvalue()})
    assert bobs.get(RECORD + "/pictures/small/1.png").status_code == 404
    assert bobs.get(RECORD + "/files/1.png").data == bomb.getvalue()


@pytest.mark.parametrize("broken", [b" ", b"\xff\xd8\xff\xe0broken", PHOTO[:900], b"GIF89a"])
def test_a_broken_picture_is_no_fault_of_ours(bobs, simple, phone, broken):
    phone.send(builders.a_submission(body="<foto>1.jpg</foto>", instance_id=ID), {"1.jpg": broken})
    assert bobs.get(RECORD + "/pictures/small/1.jpg").status_code in (200, 404)
    assert bobs.get(RECORD).status_code == 200


def test_the_dataset_is_a_zip_of_the_records(bobs, simple, phone, carols):
    phone.send(builders.a_submission(body="<nombre>Ñahui</nombre><foto>1.jpg</foto>", instance_id=ID),
               {"1.jpg": PHOTO})
    assert "export.csv.zip" in bobs.get(f"{HERE}?form=simple").text
    answer = bobs.get("/projects/1/forms/simple/export.csv.zip")
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    assert archive.namelist() == ["simple.csv"] and "Ñahui" in archive.read("simple.csv").decode("utf-8-sig")
    with_files = bobs.get("/projects/1/forms/simple/export.csv.zip?media=1")
    assert zipfile.ZipFile(io.BytesIO(with_files.data)).read("media/1.jpg") == PHOTO
    assert carols.get("/projects/1/forms/simple/export.csv.zip").status_code == 403
    assert bobs.get("/projects/1/forms/none/export.csv.zip").status_code == 404


def test_a_record_of_the_library_is_shown_in_groups(bobs, units, phone):
    builders.a_form(units, builders.sample_form("nested"))
    body = ("<hogar><direccion>Puerto Galilea</direccion></hogar>"
            "<integrantes><nombre>Rosa</nombre><edad>40</edad><hijos><hijo_nombre>Luz</hijo_nombre></hijos>"
            "<n_hijos>1</n_hijos></integrantes><integrantes><nombre>Juan</nombre><edad>9</edad></integrantes>"
            "<n_chacras>0</n_chacras>")
    phone.send(builders.a_submission("hogar", body=body, instance_id=ID))
    text = bobs.get(f"/projects/1/forms/hogar/submissions/{ID}").text
    assert ">Hogar</h2>" in text and "Puerto Galilea" in text
    assert "1. Rosa" in text and "2. Juan" in text and "1. Luz" in text
