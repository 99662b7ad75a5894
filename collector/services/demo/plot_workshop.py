"""Room of the workshops in the story: sixty leaders enrol and are called by the roll twice a day at three workshops.

It must not know when this is played. Evaluations stand in `demo/plot_workshop_tests`, rolls in `plot_workshop_rolls`.
"""

from datetime import datetime
from random import Random

from collector.services.demo import pictures, plot_returns, plot_workshop_rolls, plot_workshop_tests
from collector.services.demo.answers import begun
from collector.services.demo.communities import COMMUNITIES
from collector.services.demo.plot_review import reviewed
from collector.services.demo.script import Act, Calendar, Sending
from collector.services.demo.workshops import CONCHAN, IQUITOS, WORKSHOPS, Leader, leaders

SEED = 20_261_160
DESKS = (3, 5)
OFFICES = ("apu_jefe", "vice", "secretaria", "tesorera", "vocal", "mujeres", "autoridad_local")
IN_TOWN = ("dirigente_aahh", "dirigente_aahh", "mujeres", "secretaria")
AGES = ("a18_29", "a30_44", "a30_44", "a45_59", "a60_mas")
SIGNED = (5, 21, 33, 47)  # the others agreed on paper or by word
MINOR, WAITING = 59, 60  # one is in doubt, about one nothing is decided
DOUBT = "EJEMPLO: falta la autorización firmada de su apoderado. No está en la caja de papeles."


def plot(calendar: Calendar) -> list[Sending | Act]:
    """The workshops, from the first enrolment to the last decision."""
    chance = Random(SEED)
    there = leaders(chance)
    enrolments = [_enrolment(calendar, one, Random(SEED + one.number)) for one in there] + [_refusal(calendar)]
    rolls = [roll for workshop in WORKSHOPS
             for roll in plot_workshop_rolls.rolls(calendar, chance, workshop, there)]
    tests = plot_workshop_tests.sendings(calendar, Random(SEED))
    doubts = {_key(MINOR): DOUBT} | plot_workshop_rolls.DOUBTS | plot_workshop_tests.DOUBTS
    acts = reviewed(calendar, [*enrolments, *rolls, *tests], doubts,
                    plot_returns.KEYS | {_key(WAITING), plot_workshop_rolls.SHORT})
    return [*enrolments, *rolls, *tests, *acts, *plot_workshop_rolls.sent_back(calendar)]


def _key(number: int | str) -> str:
    return f"taller/{number:02}"


def _moment(calendar: Calendar, one: Leader) -> datetime:
    """At the desk in one of the two weeks before, or at the door."""
    workshop, place = one.workshop, one.place
    if one.at_door:
        return calendar.at(workshop.week, workshop.weekday, 7, 6 + 8 * (workshop.leaders - place), 20)
    half = workshop.leaders // 2
    week, turn = (workshop.week - 2, place) if place < half else (workshop.week - 1, place - half)
    return calendar.at(week, turn % 5, 9 + turn // 5 * 3, turn * 17 % 50, 30)


def _enrolment(calendar: Calendar, one: Leader, chance: Random) -> Sending:
    at = _moment(calendar, one)
    phone = DESKS[0] if one.workshop is CONCHAN else one.workshop.doors[-1] if one.at_door else DESKS[one.place % 2]
    foreign, signed = one.language != "castellano", one.number in SIGNED
    told = begun(at, chance.uniform(5, 9), phone) | {
        "@id": one.entity, "evento": one.workshop.name, "acepta": "si", "mayor_edad": "si",
        "lengua_aviso": one.language, "interprete": "EJ", "acepta_fotos": chance.choice(("si", "si", "no")),
        "forma_consent": "firma" if signed else chance.choice(("papel", "verbal")),
        "firma": "firma.png" if signed else "", "nombres": f"EJEMPLO {one.first}", "apellidos": one.last,
        "sexo": "mujer" if one.is_woman else "hombre", "grupo_edad": chance.choice(AGES), "lengua": one.language,
        "apoyos": "interprete" if foreign else chance.choice(("ninguno", "ninguno", "ninos", "lectura")),
        "entrega_codigo": "impreso" if one.at_door else "a_mano", "entrega_papel": "OK"} | _origin(one, chance)
    told |= {"tiene_qr": "si", "qr": one.code} if one.at_door else {"tiene_qr": "no", "azar": one.code[1:8]}
    if one.number == MINOR:
        told |= {"mayor_edad": "no", "apoderado": "si", "grupo_edad": "menor_18", "cargo": "sin_cargo"}
    return Sending("inscripcion_taller", phone, at, _key(one.number), told,
                   {"firma.png": pictures.signature(chance)} if signed else {})


def _origin(one: Leader, chance: Random) -> dict:
    if one.community:
        return {"procedencia": "com_lista", "comunidad": COMMUNITIES[one.community].id, "cargo": chance.choice(OFFICES)}
    return {"procedencia": "asentamiento", "lugar_texto": one.settlement, "distrito": one.district,
            "cargo": chance.choice(IN_TOWN)}


def _refusal(calendar: Calendar) -> Sending:
    """Somebody who would rather ask at home first: nothing else is written down."""
    at = calendar.at(17, 3, 11, 20)
    told = begun(at, 3, 5) | {"evento": IQUITOS.name, "acepta": "no", "motivo_no": "consultar"}
    return Sending("inscripcion_taller", 5, at, "taller/no", told)
