"""What a return is on its way to the phone and back: the rows of its list, the answer that comes in a form.

It must not know who may return what (`services/returns`) nor how phones are answered. Source: forms/devoluciones.xlsx.
"""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass

FORM = "devoluciones"
FILE = "devoluciones.csv"
ARRIVED = "submission.return.arrived"  # the event of an answer in that form, on its own record
COLUMNS = ("name", "label", "formulario", "registro", "instance_id", "campo", "campo_etiqueta", "motivo",
           "valor_actual", "tipo_dato", "devuelto", "vence", "permite_edicion")
# what a person may answer, and whether nothing is left to do for that field on the phone
ANSWERS = {"aqui": True, "nuevo": True, "esta_bien": True, "editado": False, "despues": False, "no_puedo": False,
           "no_es_mio": False}
_KEY = re.compile(r"D([1-9][0-9]{0,14})-([1-9][0-9]{0,3})")
_BLANK = re.compile(r"\s+")
_KINDS = {"int": "numero", "decimal": "numero", "date": "fecha", "geopoint": "gps"}
_SAID = ("nuevo_texto", "nuevo_numero", "nuevo_fecha", "nuevo_foto", "nuevo_gps", "nuevo_registro", "podra", "porque",
         "explica", "fuente")


@dataclass(frozen=True, slots=True)
class Row:
    """What the phone's list says about one returned record. fields: as in `store/tables/returns`; days: yyyy-mm-dd."""

    number: int
    form: str
    record: str
    instance_id: str
    fields: tuple[dict, ...]
    words: str
    returned: str
    due: str
    editable: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back about one field of a return. place: from 1; said: one of ANSWERS; words: all that was written."""

    number: int
    place: int
    said: str
    words: dict[str, str]


def listing(rows: Iterable[Row]) -> bytes:
    """The CSV that the form on the phone reads: a line for each field that is not answered yet."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        for place, field in enumerate(row.fields or ({},), 1):
            if not is_settled(field):
                writer.writerow(_line(row, place, field))
    return out.getvalue().encode("utf-8")


def is_settled(field: dict) -> bool:
    """Whether nothing is left to do on the phone for this field."""
    return ANSWERS.get((field.get("answer") or {}).get("said", ""), False)


def kind_of(type: str, mediatype: str = "") -> str:
    """How the phone asks for the right answer to a field of this type: texto, numero, fecha, foto or gps."""
    return "foto" if mediatype.startswith("image/") else _KINDS.get(type, "texto")


def answer_of(told: dict[str, str]) -> Answer | None:
    """The answer in what a phone sent, by the names of its questions; None when it names no return."""
    found = _KEY.fullmatch(told.get("devolucion", "").strip())
    said = told.get("respuesta", "").strip()
    if found is None or said not in ANSWERS:
        return None
    words = {name: told[name].strip() for name in _SAID if told.get(name, "").strip()}
    return Answer(int(found[1]), int(found[2]), said, words)


def _line(row: Row, place: int, field: dict) -> tuple[str, ...]:
    label = _flat(field.get("label", ""))
    shown = " · ".join(filter(None, (row.record, label, row.due)))
    reason = " ".join(filter(None, (_flat(field.get("reason", "")), _flat(row.words))))
    return (f"D{row.number}-{place}", _flat(shown), _flat(row.form), _flat(row.record), row.instance_id,
            field.get("ref", "").lstrip("/"), label, reason, _flat(field.get("value", "")),
            field.get("type", "texto"), row.returned, row.due, "si" if row.editable else "no")


def _flat(text: str) -> str:
    return _BLANK.sub(" ", text or "").strip()
