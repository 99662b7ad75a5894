"""The form that tests bring to the pages: its workbook, with an error and mended, and what a phone sends of it.

It must not know pages. Sends go over HTTP as Collect writes them.
"""

import io
import uuid
from xml.sax.saxutils import escape

import requests
from openpyxl import Workbook
from PIL import Image, ImageDraw

from tests.phone import envelope

LIST = "localidades.csv"
PLACES = b"name,label\nsaramiriza,Saramiriza\nborja,Borja\n"
HEADERS = {"X-OpenRosa-Version": "1.0", "User-Agent": "org.odk.collect.android/v2026.1 Dalvik/2.1.0"}

SURVEY = [
    ["type", "name", "label::Español (es)", "label::English (en)", "appearance", "parameters"],
    ["begin_group", "visita", "La visita", "The visit"],
    ["text", "comunidad", "¿Qué comunidad es?", "Which community is it?"],
    [f"select_one_from_file {LIST}", "lugar", "¿Dónde está?", "Where is it?"],
    ["select_one si_no", "agua", "¿Hay agua?", "Is there water?"],
    ["geopoint", "punto", "Punto de la casa comunal", "Point of the communal house"],
    ["image", "foto", "Foto del libro", "Photo of the book", None, "max-pixels=1024"],
    ["image", "firma", "Firma", "Signature", "signature", "max-pixels=1024"],
    ["end_group"],
    ["begin_repeat", "persona", "Persona", "Person"],
    ["text", "nombre", "Nombre", "Name"],
    ["end_repeat"],
]
ERROR_ROW = 7
CHOICES = [["list_name", "name", "label::Español (es)", "label::English (en)"],
           ["si_no", "si", "Sí, hay", "Yes, there is"], ["si_no", "no", "No hay", "There is not"]]


def workbook(form_id: str, wrong: bool = False) -> bytes:
    """The form as a coordinator saves it; wrong: the type in row 7 does not exist."""
    book = Workbook()
    book.remove(book.active)
    survey = [list(row) for row in SURVEY]
    if wrong:
        survey[ERROR_ROW - 1][0] = "imagenn"
    settings = [["form_title", "form_id", "version", "default_language", "instance_name"],
                [f"Visita {form_id}", form_id, "1", "Español (es)", "concat('Visita a ', ${comunidad})"]]
    for title, rows in (("survey", survey), ("choices", CHOICES), ("settings", settings)):
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def filled(form_id: str, community: str) -> tuple[str, bytes]:
    """(instance id, XML) of a filled form that names two pictures."""
    instance_id = f"uuid:{uuid.uuid4()}"
    people = "".join(f"<persona><nombre>{name}</nombre></persona>" for name in ("Iris", "Beto"))
    return instance_id, (
        f'<data id="{form_id}" version="1" xmlns:orx="http://openrosa.org/xforms"><visita>'
        f"<comunidad>{escape(community)}</comunidad><lugar>borja</lugar><agua>si</agua>"
        f"<punto>-4.4716 -77.5232 306 12</punto><foto>foto.jpg</foto><firma>firma.png</firma></visita>{people}"
        f"<orx:meta><orx:instanceID>{instance_id}</orx:instanceID>"
        f"<orx:instanceName>Visita a {escape(community)}</orx:instanceName></orx:meta></data>").encode()


def pictures() -> dict[str, bytes]:
    """A photo and a signature."""
    photo, signature = Image.new("RGB", (800, 600), "#5a7f4c"), Image.new("RGB", (600, 300), "white")
    ImageDraw.Draw(photo).rectangle((200, 150, 600, 450), "#d9c7a0")
    ImageDraw.Draw(signature).line(((60, 200), (180, 90), (300, 220), (520, 110)), "#10204a", 6)
    return {"foto.jpg": _bytes(photo, "JPEG"), "firma.png": _bytes(signature, "PNG")}


def _bytes(picture: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind)
    return out.getvalue()


def send(server_url: str, xml: bytes) -> requests.Response:
    """The answer to one POST with everything in it, as Collect sends it."""
    parts = [("xml_submission_file", "visita.xml", "text/xml", xml)]
    parts += [(name, name, envelope.TYPES[name.rpartition(".")[2]], data) for name, data in pictures().items()]
    body, kind = envelope.body(parts)
    return requests.post(f"{server_url}/submission?deviceID=collect%3Anavegador", data=body, timeout=30,
                         headers={**HEADERS, "Content-Type": kind})
