"""Room of the municipalities in the story: officials enrol, change post or leave, and a team reports month by month.

It must not know when this is played. Assessments stand in `demo/plot_municipal_tests`, the months in `plot_reports`.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from random import Random

from collector.services.demo import pictures, plot_municipal_tests, plot_returns
from collector.services.demo.answers import begun
from collector.services.demo.municipalities import (
    CHANGES,
    MANSERICHE,
    UNITS,
    Change,
    Municipality,
    Official,
    officials,
)
from collector.services.demo.plot_reports import SLIP, TOO_MANY, reports
from collector.services.demo.plot_review import reviewed
from collector.services.demo.script import Act, Calendar, Sending

SEED = 20_261_180
PHONE = 4
FORM = "inscripcion_funcionario"
HANDS = 12  # so many scribbles are drawn, and used in turn
YEARS = ("menos_1", "de_1_3", "de_1_3", "de_4_10", "mas_10")
DOUBT = "EJEMPLO: falta la resolución con que se le designó. La municipalidad la enviará."
ASKED = "EJEMPLO: ¿120 horas de planeamiento en un mes? Revise si sobra un cero."
HOURS, WOMEN = "/horas/h_pl", "/otros/otras_mujeres"


def plot(calendar: Calendar) -> list[Sending | Act]:
    """The programme with the municipalities, from the first enrolment to the last decision."""
    people = officials(Random(SEED))
    enrolments = [_enrolment(calendar, one, Random(SEED + one.number)) for one in people]
    enrolments.append(_refusal(calendar))
    changes = [_change(calendar, one, people, Random(SEED + one.week)) for one in CHANGES]
    tests = plot_municipal_tests.sendings(calendar, people, Random(SEED))
    months = reports(calendar, people, Random(SEED))
    doubts = {_key(one.number): DOUBT for one in people if one.came_later} | plot_municipal_tests.DOUBTS
    acts = reviewed(calendar, [*enrolments, *changes, *tests, *months], doubts, plot_returns.KEYS | {SLIP, TOO_MANY})
    return [*enrolments, *changes, *tests, *months, *acts, *_mended(calendar, months)]


def gets_through(calendar: Calendar, municipality: Municipality, at: datetime) -> datetime | None:
    """When a record from there arrives where there is no signal: on the way back, on Wednesday of the next week."""
    if not municipality.no_signal:
        return None
    back = calendar.at(municipality.first + 1, 2, 17)
    return back + timedelta(seconds=(at - back).total_seconds() % 3000) if at < back else None


@cache
def _scribble(number: int) -> bytes:
    return pictures.signature(Random(SEED + number))


def _key(number: int) -> str:
    return f"funcionario/{number:02}"


def _moment(calendar: Calendar, one: Official) -> datetime:
    """On Thursday or Friday of the first week there; who comes later, on a Tuesday."""
    if one.came_later:
        return calendar.at(one.week, 1, 10 + one.number % 4, 15)
    return calendar.at(one.week, 3 + one.place % 2, 9, 10, 15) + timedelta(minutes=45 * (one.place // 2))


def _enrolment(calendar: Calendar, one: Official, chance: Random) -> Sending:
    at = _moment(calendar, one)
    told = begun(at, chance.uniform(6, 11), PHONE) | {
        "municipio": one.municipality.name, "tramite": "nuevo", "acepta": "si", "firma": "firma.png",
        "nombres": f"EJEMPLO {one.first}", "apellidos": one.last, "sexo": "mujer" if one.is_woman else "hombre",
        "cursos": "ninguno" if chance.random() < .5 else one.areas[0], "necesita": one.areas[-1],
        "sistemas": chance.choice(("ninguno", "siaf", "ceplan siaf", "banco_inv", "seace pladicop")),
        "internet": chance.choice(("siempre", "a_veces", "a_veces")), "id_nuevo": one.entity, "azar": one.code[1:8]}
    told |= _work(one.post, one.work, chance) | {"correo": plot_returns.MAIL if one.number == 31 else ""}
    return Sending(FORM, PHONE, at, _key(one.number), told, {"firma.png": _scribble(one.number % HANDS)},
                   sent=gets_through(calendar, one.municipality, at))


def _work(post: str, work: str, chance: Random) -> dict:
    years = chance.choice(YEARS)
    return {"cargo": post, "unidad": UNITS[work], "area_trabajo": work, "anios_puesto": years,
            "anios_estado": YEARS[max(YEARS.index(years), chance.randrange(len(YEARS)))],
            "seguimiento": chance.choice(("si", "si", "no"))}


def _refusal(calendar: Calendar) -> Sending:
    at = calendar.at(2, 4, 15, 5)
    told = begun(at, 3, PHONE) | {"municipio": MANSERICHE.name, "tramite": "nuevo", "acepta": "no"}
    return Sending(FORM, PHONE, at, "funcionario/no", told)


def _change(calendar: Calendar, change: Change, people: list[Official], chance: Random) -> Sending:
    one = people[change.official - 1]
    at = calendar.at(change.week, 2, 11, 35)
    told = begun(at, 4, PHONE) | {"previo": one.entity}
    if change.to is None:
        told |= {"tramite": "salida", "municipio": one.municipality.name, "salida_motivo": change.reason}
    else:
        told |= _work(change.post, one.work, chance)
        told |= {"tramite": "cambio", "municipio": change.to.name, "acepta": "si"}
        told |= {"anios_puesto": "menos_1", "anios_estado": "de_4_10"}
    return Sending(FORM, PHONE, at, f"{_key(one.number)}/{change.week}", told)


def _mended(calendar: Calendar, months: list[Sending]) -> list[Sending | Act]:
    """A report sent back and mended by the team, and one that the supervisor mended with what the team told her."""
    slip = next(one for one in months if one.key == SLIP)
    many = next(one for one in months if one.key == TOO_MANY)
    week, later = calendar.week_of(slip.arrives) + 1, calendar.week_of(many.arrives) + 1
    at = calendar.at(week, 4, 16, 20)
    told = slip.answers | {"end": begun(at, 0, PHONE)["end"], "h_pl": "12"}
    said = "EJEMPLO: el equipo municipal contó 3 mujeres, y se escribió 31."
    return [Act(calendar.at(week, 3, 10, 30), slip.form_id, SLIP, "returned", "", ((HOURS, ASKED),), 7),
            replace(slip, at=at, key=f"{SLIP}/otra", edits=SLIP, answers=told),
            Act(calendar.at(week + 1, 0, 9, 20), slip.form_id, SLIP, "approved"),
            Act(calendar.at(later, 3, 10, 40), many.form_id, TOO_MANY, "corrected", said, ((WOMEN, "3"),)),
            Act(calendar.at(later, 3, 10, 42), many.form_id, TOO_MANY, "approved")]
