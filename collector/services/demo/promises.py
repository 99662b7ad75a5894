"""Room of the agreements of the demonstration: with which community, when, what was promised and what becomes of it.

It must not know any form. `demo/plot_agreements` signs them, `demo/plot_followups` looks at each promise again.
"""

from dataclasses import dataclass
from datetime import date
from random import Random

from collector.services.demo.script import Calendar, named

# What becomes of a promise. MET: on time; LATE: met after its day; OVERDUE: begun, past its day; FORGOTTEN: past its
# day and never looked at; HALF: in part, and nothing more; MOVED: another day was agreed on, still to come; MOVED_MET:
# the same, and met by then; UNMET: it will not be; ANNULLED; UNSEEN: nobody could check it; BEGUN: its day is still to
# come; WAITING: the same, not begun.
MET, LATE, OVERDUE, FORGOTTEN, HALF, MOVED, MOVED_MET, UNMET, ANNULLED, UNSEEN, BEGUN, WAITING = "MLONHRUXAVPW"
_DUE = {MET: 7, LATE: 5, OVERDUE: 5, FORGOTTEN: 5, HALF: 6, MOVED: 5, MOVED_MET: 5, UNMET: 6, ANNULLED: 8, UNSEEN: 7}
AFTER = 41  # week: of a day that the end of the story does not reach

# community, week, weekday, what becomes of each promise
_SIGNED = (
    (1, 5, 2, "ML"), (2, 6, 3, "MO"), (14, 7, 1, "LX"), (3, 8, 4, "ML"), (5, 9, 2, "MH"),
    (11, 10, 2, "ML"), (8, 11, 1, "MR"), (18, 11, 3, "LN"), (1, 12, 2, "MM"), (15, 12, 4, "OU"),
    (4, 13, 1, "M"), (9, 13, 3, "LMO"), (3, 14, 2, "MA"), (11, 14, 3, "LN"), (16, 14, 4, "MV"),
    (2, 15, 1, "ML"), (6, 16, 4, "M"), (5, 17, 2, "LO"), (7, 18, 3, "MX"), (10, 18, 4, "ML"),
    (9, 19, 2, "MN"), (3, 20, 1, "RM"), (14, 20, 3, "LP"), (8, 21, 2, "MO"), (1, 22, 4, "MP"),
    (10, 23, 1, "HM"), (11, 24, 3, "OP"), (17, 24, 4, "M"), (5, 25, 2, "MN"), (9, 26, 4, "MP"),
    (2, 27, 1, "PO"), (7, 28, 2, "WP"), (18, 28, 3, "MW"), (3, 29, 2, "PW"), (12, 29, 4, "WP"),
    (8, 30, 1, "W"), (13, 30, 3, "WP"), (10, 31, 2, "WW"), (12, 31, 4, "W"))
# what, kind, which party, how it will be known
_WHATS = (
    ("Reparar el techo del local comunal", "infraestructura", "empresa", "Acta de entrega y foto"),
    ("Dos jornadas de atención de salud en la comunidad", "salud", "municipalidad", "Parte de atenciones"),
    ("Taller de monitoreo del agua para doce personas", "agua", "empresa", "Lista de asistencia"),
    ("Reunión de la mesa de diálogo cada tres meses", "dialogo", "empresa", "Acta de cada reunión"),
    ("Becas de estudio para cuatro jóvenes", "educacion", "empresa", "Constancias de matrícula"),
    ("Limpieza del derecho de vía con trabajo local", "empleo", "empresa", "Planilla de la cuadrilla"),
    ("Aviso previo de cinco días antes de ingresar", "conducta", "empresa", "Cuaderno de avisos"),
    ("Limpiar la trocha comunal hasta la quebrada", "conducta", "comunidad", "Acta de faena"),
    ("Mejorar la bajada al puerto", "infraestructura", "municipalidad", "Acta de entrega y foto"),
    ("Bomba de agua para la escuela", "agua", "municipalidad", "Acta de entrega"),
    ("Semillas y herramientas para huertos", "productivo", "empresa", "Lista de entrega"),
    ("Presentar el expediente del título ante la región", "tramite", "estado", "Cargo de recepción"),
    ("Capacitar a seis vigilantes ambientales", "capacitacion", "empresa", "Constancias"),
    ("Retirar chatarra de la orilla", "ambiente", "empresa", "Foto de antes y después"))
WHO = {"empresa": "EJEMPLO Operador, relaciones comunitarias",
       "municipalidad": "EJEMPLO Municipalidad, gerencia social",
       "estado": "EJEMPLO Gobierno regional, dirección agraria", "comunidad": "EJEMPLO Junta directiva"}


@dataclass(frozen=True, slots=True)
class Promise:
    """A commitment. fate: what becomes of it; week: of the signature."""

    key: str
    community: int
    week: int
    fate: str
    what: str
    kind: str
    party: str
    proof: str
    place: int

    @property
    def id(self) -> str:
        """Its identifier in the list."""
        return named(self.key)

    def due(self, calendar: Calendar) -> date:
        """The day that was agreed on when it was promised."""
        week = self.week + _DUE[self.fate] if self.fate in _DUE else AFTER + self.place % 9
        return calendar.day(week, self.place % 5)


@dataclass(frozen=True, slots=True)
class Agreement:
    """An agreement: signed with a community on a day, with its promises."""

    number: int
    community: int
    week: int
    weekday: int
    promises: tuple[Promise, ...]

    @property
    def key(self) -> str:
        """Its name in the story."""
        return f"acuerdo/{self.number:02}"


def _agreements() -> tuple[Agreement, ...]:
    chance, made, place = Random("EJEMPLO acuerdos"), [], 0
    for number, (community, week, weekday, fates) in enumerate(_SIGNED, 1):
        kinds = chance.sample(_WHATS, len(fates))
        promises = []
        for nth, (fate, kind) in enumerate(zip(fates, kinds, strict=True), 1):
            what, *rest = kind
            key = f"compromiso/{number:02}/{nth}"
            promises.append(Promise(key, community, week, fate, f"EJEMPLO: {what}", *rest, place))
            place += 1
        made.append(Agreement(number, community, week, weekday, tuple(promises)))
    return tuple(made)


AGREEMENTS = _agreements()
PROMISES = tuple(promise for one in AGREEMENTS for promise in one.promises)
