"""A form with every kind of answer that a record's page draws, a record of it, and a corrected version.

It must not know pages. Sends go over HTTP as Collect writes them.
"""

import io
import wave

import requests

from tests.browser import material
from tests.live import Api
from tests.phone import envelope

FORM = """
| survey |
| | type | name | label::Español (es) | label::English (en) | appearance | constraint | relevant |
| | start | inicio | | | | | |
| | end | fin | | | | | |
| | username | usuario | | | | | |
| | begin_group | visita | La visita | The visit | | | |
| | text | comunidad | ¿Qué comunidad es? | Which community is it? | | | |
| | select_one si_no | agua | ¿Hay agua? | Is there water? | | | |
| | text | fuente | ¿De dónde la traen? | Where from? | | | ${agua}='no' |
| | integer | pozos | ¿Cuántos pozos hay? | How many wells? | | | ${agua}='no' |
| | geopoint | punto | Punto de la casa comunal | Point of the communal house | | | |
| | geotrace | camino | Camino al río | Path to the river | | | |
| | geoshape | chacra | Contorno de la chacra | Outline of the field | | | |
| | image | foto | Foto del libro | Photo of the book | | | |
| | image | firma | Firma | Signature | signature | | |
| | audio | voz | Palabras del apu | Words of the apu | | | |
| | end_group | | | | | | |
| | begin_repeat | persona | Persona | Person | | | |
| | text | nombre | Nombre | Name | | | |
| | integer | edad | Edad | Age | | . < 120 | |
| | end_repeat | | | | | | |
| choices |
| | list_name | name | label::Español (es) | label::English (en) |
| | si_no | si | Sí, hay | Yes, there is |
| | si_no | no | No hay | There is not |
| settings |
| | form_title | form_id | version | default_language | instance_name |
| | Ficha de visita | {form_id} | 1 | Español (es) | concat('Visita a ', ${comunidad}) |
"""


def publish(api: Api, form_id: str) -> str:
    """The address that a phone sends records of the form to."""
    api.publish(FORM.replace("{form_id}", form_id), form_id)
    phone = api.phone(f"Teléfono de {form_id}", form_id)
    return f"{api._address}/v1/key/{phone['token']}/projects/1"


def record(form_id: str, number: int, ages: tuple[str, ...], community: str = "Nuevo Amanecer",
           replaces: int = 0) -> bytes:
    """The XML of a filled form; replaces: number of the version that it corrects."""
    people = "".join(f"<persona><nombre>Persona {at}</nombre><edad>{age}</edad></persona>"
                     for at, age in enumerate(ages, 1))
    old = f"<orx:deprecatedID>{instance_id(form_id, replaces)}</orx:deprecatedID>" if replaces else ""
    return (
        f'<data id="{form_id}" version="1" xmlns:orx="http://openrosa.org/xforms">'
        "<inicio>2026-11-02T10:15:00.000-05:00</inicio><fin>2026-11-02T11:21:00.000-05:00</fin>"
        f"<usuario>Wilmer</usuario><visita><comunidad>{community}</comunidad><agua>si</agua>"
        "<punto>-4.4716 -77.5232 306 12</punto>"
        "<camino>-4.4716 -77.5232 0 0; -4.4740 -77.5220 0 0; -4.4790 -77.5190 0 0</camino>"
        "<chacra>-4.4716 -77.5232 0 0; -4.4716 -77.5200 0 0; -4.4740 -77.5200 0 0; -4.4716 -77.5232 0 0</chacra>"
        f"<foto>foto.jpg</foto><firma>firma.png</firma><voz>voz.wav</voz></visita>{people}"
        f"<orx:meta><orx:instanceID>{instance_id(form_id, number)}</orx:instanceID>{old}"
        f"<orx:instanceName>Visita a {community}</orx:instanceName></orx:meta></data>").encode()


def instance_id(form_id: str, number: int) -> str:
    return f"uuid:{form_id}-{number}"


def send(address: str, xml: bytes, files: dict[str, bytes]) -> None:
    """Nothing; the record came in with its files."""
    parts = [("xml_submission_file", "visita.xml", "text/xml", xml)]
    parts += [(name, name, "application/octet-stream", data) for name, data in files.items()]
    body, kind = envelope.body(parts)
    answer = requests.post(f"{address}/submission?deviceID=collect%3Anavegador", data=body, timeout=30,
                           headers={**material.HEADERS, "Content-Type": kind})
    assert answer.status_code == 201, answer.text


def files() -> dict[str, bytes]:
    """A photo, a signature and half a second of sound."""
    return {**material.pictures(), "voz.wav": _sound()}


def _sound() -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8000)
        sound.writeframes(bytes(128 + (at // 8 % 2) * 40 for at in range(4000)))
    return out.getvalue()
