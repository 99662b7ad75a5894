"""Room of what phones answer about records that were sent back to them, where nothing needs to be filled in again.

It must not know what the records say else. `demo/plot_workshop` and `demo/plot_municipal` leave these records alone.
"""

from dataclasses import dataclass

from collector.services.demo.answers import begun
from collector.services.demo.script import Act, Calendar, Sending

FORM = "devoluciones"
MAIL, MENDED = "ejemplo31@ejemplo.con", "ejemplo31@ejemplo.com"


@dataclass(frozen=True, slots=True)
class Return:
    """A record sent back on a Tuesday, answered on a phone on Thursday, decided on Friday.

    path: what is asked about; mended: what the supervisor writes there after the answer, '' where it was right.
    """

    form_id: str
    key: str
    phone: int
    week: int
    path: str
    asked: str
    answer: dict
    mended: str = ""


RETURNS = (
    Return("inscripcion_funcionario", "funcionario/31", 4, 3, "/contacto/correo",
           "EJEMPLO: el correo termina en «.con». ¿Cuál es?",
           {"respuesta": "aqui", "nuevo_texto": MENDED, "fuente": "EJEMPLO: lo dijo la persona, por teléfono"}, MENDED),
    Return("inscripcion_taller", "taller/07", 3, 8, "/persona/otro_lugar/lugar_texto",
           "EJEMPLO: ¿es el mismo asentamiento que el de la lista de Lurín?",
           {"respuesta": "esta_bien", "explica": "EJEMPLO: sí, así lo llaman sus vecinos."}),
    Return("asistencia_tecnica_municipal", "asistencia_tecnica/imaza/4", 4, 18, "/fechas/dias_presencial",
           "EJEMPLO: ¿los días incluyen el viaje?",
           {"respuesta": "esta_bien", "explica": "EJEMPLO: no, sólo los días en la municipalidad."}),
)
KEYS = frozenset(one.key for one in RETURNS)


def plot(calendar: Calendar) -> list[Sending | Act]:
    """What was asked, answered and decided."""
    return [step for one in RETURNS for step in _steps(calendar, one)]


def _steps(calendar: Calendar, one: Return) -> list[Sending | Act]:
    at = calendar.at(one.week, 3, 17, 20)
    told = begun(at, 4, one.phone) | {"devolucion": one.key} | one.answer
    steps: list[Sending | Act] = [
        Act(calendar.at(one.week, 1, 11, 15), one.form_id, one.key, "returned", "", ((one.path, one.asked),)),
        Sending(FORM, one.phone, at, f"devolucion/{one.key}", told)]
    if one.mended:
        steps.append(Act(calendar.at(one.week, 4, 10), one.form_id, one.key, "corrected", one.answer["fuente"],
                         ((one.path, one.mended),)))
    return [*steps, Act(calendar.at(one.week, 4, 10, 5), one.form_id, one.key, "approved"),
            Act(calendar.at(one.week, 4, 10, 5, 7), FORM, f"devolucion/{one.key}", "approved")]
