"""A record corrected in place on its page: tried, saved as a further version with its reasons, never over another's."""

import io
import re

import pytest

from collector.domain import access
from collector.services import records
from tests import builders

ID = "uuid:first"
AT = f"/projects/1/forms/visita/submissions/{ID}"
CORRECTION = f"{AT}/correction"
FORM = """
| survey |
|  | type | name | label::Español (es) | required | relevant | constraint | choice_filter | calculation |
|  | text | nombre | Nombre | yes |  |  |  |  |
|  | integer | edad | Edad |  |  | . < 120 |  |  |
|  | calculate | doble |  |  |  |  |  | ${edad} * 2 |
|  | select_one sino | menor | ¿Va a la escuela? |  | ${edad} < 18 |  |  |  |
|  | text | escuela | ¿Cuál? | yes | ${menor} = 'si' |  |  |  |
|  | select_one region | region | Región |  |  |  |  |  |
|  | select_one prov | prov | Provincia |  |  |  | en = ${region} |  |
|  | select_multiple uso | usos | Usos |  |  |  |  |  |
|  | geopoint | punto | Punto |  |  |  |  |  |
|  | date | dia | Día |  |  |  |  |  |
|  | time | hora | Hora |  |  |  |  |  |
|  | image | foto | Foto |  |  |  |  |  |
|  | begin_group | casa | La casa |  |  |  |  |  |
|  | note | aviso | Mire bien la casa |  |  |  |  |  |
|  | text | techo | Techo |  |  |  |  |  |
|  | end_group |  |  |  |  |  |  |  |
|  | begin_repeat | hijo | Hijos |  |  |  |  |  |
|  | text | llama | ¿Cómo se llama? |  |  |  |  |  |
|  | end_repeat |  |  |  |  |  |  |  |
| choices |
|  | list_name | name | label::Español (es) | en |
|  | sino | si | Sí |  |
|  | sino | no | No |  |
|  | region | lor | Loreto |  |
|  | region | ama | Amazonas |  |
|  | prov | dat | Datem | lor |
|  | prov | con | Condorcanqui | ama |
|  | uso | beber | Beber |  |
|  | uso | riego | Riego |  |
| settings |
|  | form_title | form_id | version | instance_name |
|  | Visita | visita | 1 | ${nombre} |
"""
BODY = ("<nombre>Ana</nombre><edad>30</edad><doble>60</doble><region>lor</region><prov>dat</prov><usos>beber</usos>"
        "<punto>-4.5 -77.5 0.0 4.0</punto><dia>2026-03-01</dia><hora>10:30:15.123-05:00</hora><foto>una.jpg</foto>"
        "<casa><techo/></casa><hijo><llama>Iris</llama></hijo><hijo><llama>Beto</llama></hijo>")


@pytest.fixture
def sent(units, phone):
    builders.a_form(units, FORM)
    xml = builders.a_submission("visita", "1", BODY, ID)
    assert phone.send(xml, {"una.jpg": builders.a_photo()}).status_code == 201


@pytest.fixture
def browser(app, sent):
    return builders.a_browser(app, "bob")


def typed(seen=ID, **changes):
    """What the page sends when only these answers are others; names of inputs with _ for : and /."""
    data = {"seen": seen, "act": "review"}
    for name, value in changes.items():
        kind, _, place = name.partition("_")
        data[f"{kind}:/{place}"] = value
    return data


def xml_of(units):
    with units.reading(access.SYSTEM) as unit:
        return records.record_xml(unit, records.find_record(unit, 1, "visita", ID)).decode()


def editions(units):
    with units.reading(access.SYSTEM) as unit:
        record = records.find_record(unit, 1, "visita", ID)
        return [one.version.instance_id for one in records.list_editions(unit, record)]


def test_the_page_has_an_input_for_each_answer(browser):
    assert CORRECTION in browser.get(AT).text
    page = browser.get(CORRECTION)
    assert page.status_code == 200
    for words in ("Corregir", "versión 2", "Cambios: 0", "Mire bien la casa", "Datem", "una.jpg", "Iris", "Beto",
                  'value="2026-03-01"', 'value="10:30"', 'value="-77.5"', 'name="v:/hijo[2]/llama"'):
        assert words in page.text, words
    assert "Condorcanqui" not in page.text and "escuela" not in page.text


def test_reviewing_shows_the_difference_and_keeps_nothing(browser, units):
    page = browser.post(f"{CORRECTION}/review", data=typed(v_edad="12", v_nombre="Eva"))
    assert page.status_code == 200 and "Cambios: 2" in page.text and "Guardar como versión 2" in page.text
    assert "<del>60</del> <ins>24</ins>" in page.text and "¿Va a la escuela?" in page.text
    assert "Faltan 2 cosas para guardar" in page.text and "Diga por qué cambia: Edad" in page.text
    assert editions(units) == [ID]


def test_htmx_is_answered_with_the_form_alone(browser):
    page = browser.post(f"{CORRECTION}/review", data=typed(v_edad="12"), headers={"HX-Request": "true"})
    assert page.text.lstrip().startswith("<form") and "<html" not in page.text and "HX-Request" in page.headers["Vary"]


def test_choices_follow_the_other_answers(browser):
    page = browser.post(f"{CORRECTION}/review", data=typed(v_region="ama"))
    assert "Condorcanqui" in page.text and "dat (ya no es una opción)" in page.text
    assert "no está entre las opciones" in page.text
    assert "Faltan" in page.text


def test_a_saved_correction_is_a_further_version_with_its_reasons(browser, units):
    data = typed(v_edad="12", why_edad="photo", v_nombre="Eva", why_nombre="other", say_nombre="Lo dijo su madre")
    answer = browser.post(CORRECTION, data=data)
    assert answer.status_code == 303 and answer.headers["Location"].endswith(AT)
    second, first = editions(units)
    xml = xml_of(units)
    assert first == ID and f"<deprecatedID>{ID}</deprecatedID>" in xml and f"<instanceID>{second}</instanceID>" in xml
    assert "<nombre>Eva</nombre><edad>12</edad><doble>24</doble><menor/>" in xml
    assert "<hora>10:30:15.123-05:00</hora>" in xml, "what nobody touched stays as it was sent"
    page = browser.get(AT).text
    assert "Corrigió 2 respuestas" in page and "Edad: Se lee en la foto del documento" in page
    assert "Nombre: Lo dijo su madre" in page and "Bob" in page
    assert browser.get(f"{AT}/pictures/small/una.jpg").status_code == 200, "files are taken over"


def test_nothing_is_saved_without_a_reason_or_against_the_form(browser, units):
    page = browser.post(CORRECTION, data=typed(v_edad="12"))
    assert page.status_code == 409 and "Diga por qué cambia: Edad" in page.text
    page = browser.post(CORRECTION, data=typed(v_edad="200", why_edad="photo"))
    assert page.status_code == 409 and "no cumple la condición" in page.text
    page = browser.post(CORRECTION, data=typed(v_edad="12", why_edad="photo", v_menor="si", why_menor="asked"))
    assert page.status_code == 409 and "¿Cuál?: Falta una respuesta obligatoria" in page.text
    page = browser.post(CORRECTION, data=typed(v_edad="30"))
    assert page.status_code == 409 and "No hay ningún cambio que guardar" in page.text
    assert editions(units) == [ID]


def test_one_reason_may_stand_for_all(browser, units):
    answer = browser.post(CORRECTION, data={**typed(v_edad="31", v_nombre="Eva"), "why": "slip"})
    assert answer.status_code == 303 and len(editions(units)) == 2


def test_instances_come_and_go(browser, units):
    page = browser.post(f"{CORRECTION}/review", data={"seen": ID, "add": "/hijo[3]"})
    assert 'name="v:/hijo[3]/llama"' in page.text and 'name="added" value="/hijo[3]"' in page.text
    data = {**typed(), "added": "/hijo[3]", "v:/hijo[3]/llama": "Rosa", "why:/hijo[3]": "asked", "drop": "/hijo[1]"}
    page = browser.post(f"{CORRECTION}/review", data=data)
    assert 'name="gone" value="/hijo[1]"' in page.text and "No quitarlo" in page.text and "Hijos 1, Iris" in page.text
    data = {**data, "gone": "/hijo[1]", "why:/hijo[1]": "source"}
    assert browser.post(CORRECTION, data=data).status_code == 303
    assert "<hijo><llama>Beto</llama></hijo><hijo><llama>Rosa</llama></hijo>" in xml_of(units)


def test_an_instance_that_never_was_leaves_nothing(browser):
    data = {"seen": ID, "added": "/hijo[3]", "v:/hijo[3]/llama": "Rosa", "drop": "/hijo[3]"}
    page = browser.post(f"{CORRECTION}/review", data=data)
    assert "Rosa" not in page.text and 'value="/hijo[3]"' in page.text and "Cambios: 0" in page.text


def test_a_file_is_replaced_over_two_steps(browser, units):
    photo = builders.a_photo("red")
    data = {**typed(), "file:/foto": (io.BytesIO(photo), "dni frente.jpg")}
    page = browser.post(f"{CORRECTION}/review", data=data, content_type="multipart/form-data")
    assert "Nuevo: dni_frente.jpg" in page.text
    token = re.search(r'name="kept:/foto" value="([^"]+)"', page.text)[1]
    answer = browser.post(CORRECTION, data={**typed(why_foto="source"), "kept:/foto": token})
    assert answer.status_code == 303 and "<foto>dni_frente.jpg</foto>" in xml_of(units)
    assert browser.get(f"{AT}/files/dni_frente.jpg").data == photo


def test_a_file_that_somebody_else_chose_is_not_taken(app, browser, units):
    data = {**typed(), "file:/foto": (io.BytesIO(b"x"), "x.jpg")}
    page = browser.post(f"{CORRECTION}/review", data=data, content_type="multipart/form-data")
    token = re.search(r'name="kept:/foto" value="([^"]+)"', page.text)[1]
    other = builders.a_browser(app, "alice")
    for said in (token, token[:-2], "{}"):
        answer = other.post(CORRECTION, data={**typed(why_foto="source"), "kept:/foto": said})
        assert answer.status_code == 409 and "No hay ningún cambio" in answer.text
    assert editions(units) == [ID]


def test_a_newer_version_is_told_and_not_overwritten(app, browser, units):
    other = builders.a_browser(app, "alice")
    assert other.post(CORRECTION, data=typed(v_nombre="Eva", why_nombre="slip")).status_code == 303
    newest = editions(units)[0]
    mine = typed(v_edad="31", why_edad="photo", v_nombre="Ana")
    page = browser.post(CORRECTION, data=mine)
    assert page.status_code == 409 and "Alice envió antes otra versión" in page.text
    assert "<del>Ana</del> <ins>Eva</ins>" in page.text and f'name="seen" value="{newest}"' in page.text
    assert 'value="Eva"' in page.text and 'value="31"' in page.text and len(editions(units)) == 2
    assert browser.post(CORRECTION, data={**mine, "v:/nombre": "Eva", "seen": newest}).status_code == 303
    assert "<nombre>Eva</nombre><edad>31</edad>" in xml_of(units)


def test_a_record_of_very_many_answers_is_taken(browser):
    data = {**typed(v_edad="31"), **{f"v:/hijo[{number}]/llama": "x" for number in range(3, 1500)}}
    page = browser.post(f"{CORRECTION}/review", data=data, content_type="multipart/form-data")
    assert page.status_code == 200 and "Cambios: 1" in page.text


def test_who_only_looks_corrects_nothing(app, units, sent):
    builders_carol(app, units, access.VIEWER.id)
    viewer = builders.a_browser(app, "carol")
    assert CORRECTION not in viewer.get(AT).text
    assert viewer.get(CORRECTION).status_code == 403
    for address in (CORRECTION, f"{CORRECTION}/review"):
        assert viewer.post(address, data=typed(v_edad="1", why_edad="slip")).status_code == 403
    assert editions(units) == [ID]


def test_a_supervisor_corrects(app, units, sent):
    builders_carol(app, units, access.SUPERVISOR.id)
    supervisor = builders.a_browser(app, "carol")
    assert supervisor.post(CORRECTION, data=typed(v_edad="31", why_edad="slip")).status_code == 303


def builders_carol(app, units, role):
    carol = builders.person(app, "carol")
    units.write(access.SYSTEM, lambda unit: builders.add_grant(unit, carol.id, role, "project", 1))


def test_an_encrypted_record_says_so(app, units, phone):
    builders.simple_form(units)
    xml = ('<data id="simple" version="1" encrypted="yes" xmlns="http://www.opendatakit.org/xforms/encrypted">'
           '<base64EncryptedKey>a</base64EncryptedKey><orx:meta xmlns:orx="http://openrosa.org/xforms">'
           "<orx:instanceID>uuid:e</orx:instanceID></orx:meta><encryptedXmlFile>submission.xml.enc</encryptedXmlFile>"
           "<base64EncryptedElementSignature>b</base64EncryptedElementSignature></data>")
    assert phone.send(xml, {"submission.xml.enc": b"x"}).status_code == 201
    browser = builders.a_browser(app, "bob")
    at = "/projects/1/forms/simple/submissions/uuid:e"
    assert "/correction" not in browser.get(at).text
    answer = browser.get(f"{at}/correction")
    assert answer.status_code == 409 and "está cifrado" in answer.text
