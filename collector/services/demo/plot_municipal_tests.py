"""Room of the assessments of officials: at the beginning, in the middle and at the end of the programme.

It must not know how anybody enrolled (`demo/municipalities` says who is there). `demo/plot_municipal` takes these.
"""

from datetime import datetime, timedelta
from random import Random

from collector.services.demo.answers import begun
from collector.services.demo.municipalities import MUNICIPALITIES, Municipality, Official, there
from collector.services.demo.script import Calendar, Sending

FORM = "evaluacion_capacidades_municipal"
PHONE = 4
MOMENTS = {"inicio": (.4, .15), "medio": (.6, .4), "final": (.8, .7)}  # moment -> how much is known, how much is seen
MIDDLE, FINAL = 10, 12  # of each municipality at most
ITEMS = {  # area -> name of its document; question -> the right answer and a wrong one
    "planeamiento": ("pl", {"pl1": ("pei", "poi"), "pl2": ("actividades", "sueldos"), "pl3": ("ceplan", "banco")}, 2),
    "presupuesto": ("pr", {"pr1": ("resultados", "gastar"), "pr2": ("tres", "uno"), "pr3": ("brechas", "orden")}, 2),
    "inversiones": ("in", {"in1": ("prog_form", "form_prog"), "in2": ("en_funcion", "nuevo"),
                           "in3": ("proyecto", "ioarr"), "in4": ("no", "si_poco")}, 2),
    "requerimientos": ("rq", {"rq1": ("tdr", "acta"), "rq2": ("area_usuaria", "proveedor"),
                              "rq3": ("direccion", "plazos")}, 2),
    "contrataciones": ("co", {"co1": ("ley_32069", "dl_1252"), "co2": ("oece", "ceplan"),
                              "co3": ("ocho_uit", "una_uit")}, 2)}
UNSEEN = ("sin_ver", "proceso", "proceso", "no", "no_sabe", "no_aplica")
HARD = ("internet", "personal", "rotacion", "normas", "presupuesto", "distancia")
DOUBTS = {"capacidades/imaza/medio/3": "EJEMPLO: el documento que anotó no es el que se pregunta. ¿Cuál vio?",
          "capacidades/datem_maranon/inicio/6": "EJEMPLO: la persona dice que no respondió esta área."}


def sendings(calendar: Calendar, people: list[Official], chance: Random) -> list[Sending]:
    """The assessments: everybody at the beginning, fewer later."""
    made: list[Sending] = []
    for municipality in MUNICIPALITIES:
        begin = [one for one in people if one.municipality is municipality and not one.came_later]
        made += _round(calendar, municipality, "inicio", municipality.first + 1, begin, chance)
        for moment, week, most in (("medio", municipality.middle, MIDDLE), ("final", municipality.last, FINAL)):
            known = [one for one in there(people, municipality, week) if not one.came_later]
            chosen = sorted(chance.sample(known, min(most, len(known))), key=lambda one: one.number)
            made += _round(calendar, municipality, moment, week, chosen, chance)
    late = [one for one in people if one.came_later]
    return made + [_newcomer(calendar, one, chance) for one in late]


def _round(calendar: Calendar, municipality: Municipality, moment: str, week: int, people: list[Official],
           chance: Random) -> list[Sending]:
    """On Monday and Tuesday, or from Tuesday to Thursday later on."""
    made, first = [], 0 if moment == "inicio" else 1
    for turn, one in enumerate(people):
        at = calendar.at(week, first + turn % 2, 8 + turn // 2, 25 + turn % 3 * 9, 5)
        made.append(_sheet(calendar, municipality, moment, one, turn, at, chance))
    return made


def _newcomer(calendar: Calendar, one: Official, chance: Random) -> Sending:
    """Whoever comes later begins on the day of the enrolment, with the code: no list has it yet."""
    at = calendar.at(one.week, 1, 14 + one.number % 4, 40)
    return _sheet(calendar, one.municipality, "inicio", one, 90 + one.number, at, chance)


def _sheet(calendar: Calendar, municipality: Municipality, moment: str, one: Official, turn: int, at: datetime,
           chance: Random) -> Sending:
    listed = one.where(calendar.week_of(at)) is municipality
    told = begun(at, chance.uniform(9, 18), PHONE) | {
        "momento": moment, "municipio": municipality.name, "acepta": "si", "en_lista": "si" if listed else "no",
        "funcionario": one.entity if listed else "", "codigo_mano": "" if listed else one.code,
        "areas": " ".join(one.areas), "barreras": " ".join(chance.sample(HARD, 2)),
        "ver_puntaje": chance.choice(("si", "no"))}
    for area in one.areas:
        told |= _area(area, moment, one.skill, chance)
    return Sending(FORM, PHONE, at, f"capacidades/{municipality.name}/{moment}/{turn}", told,
                   sent=_gets_through(calendar, municipality, moment, turn))


def _gets_through(calendar: Calendar, municipality: Municipality, moment: str, turn: int) -> datetime | None:
    """Where there is no signal, on the way back, on Wednesday of the first round."""
    if not municipality.no_signal or moment != "inicio" or turn >= 90:
        return None
    return calendar.at(municipality.first + 1, 2, 17, 20) + timedelta(seconds=20 * turn)


def _area(area: str, moment: str, skill: float, chance: Random) -> dict:
    prefix, questions, practices = ITEMS[area]
    known, seen = MOMENTS[moment]
    told: dict = {}
    for name, (right, wrong) in questions.items():
        told[name] = right if chance.random() < known + skill else chance.choice((wrong, "no_sabe"))
    names = [f"{prefix}{len(questions) + number}" for number in range(1, practices + 1)]
    told |= {name: "visto" if chance.random() < seen else chance.choice(UNSEEN) for name in names}
    return told | {f"{prefix}_doc": f"EJEMPLO Documento {chance.randint(1, 60)}-{area}"}
