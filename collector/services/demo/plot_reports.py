"""Room of the team's monthly reports from the municipalities: hours by area, who took part, what was delivered.

It must not know who enrolled how (`demo/municipalities` says who is there). `demo/plot_municipal` takes these.
"""

from datetime import datetime, timedelta
from random import Random

from collector.services.demo.answers import begun
from collector.services.demo.municipalities import (
    ALL_AREAS,
    CONDORCANQUI,
    DATEM,
    MANSERICHE,
    MUNICIPALITIES,
    URARINAS,
    Municipality,
    Official,
    there,
)
from collector.services.demo.script import Calendar, Sending

FORM = "asistencia_tecnica_municipal"
PHONE = 4
ENDS = (5, 9, 13, 17, 21, 25, 30, 34)  # the week in which each of the eight months ends
LATE = {(5, URARINAS): 3, (6, CONDORCANQUI): 2}  # (month, where) -> weeks after the month ended
MISSING = ((8, CONDORCANQUI), (8, URARINAS))
SLIP = f"asistencia_tecnica/{MANSERICHE.name}/3"  # 120 hours: a nought too many, sent back
TOO_MANY = f"asistencia_tecnica/{DATEM.name}/6"  # 31 women for 3, corrected
HOURS = {"planeamiento": "h_pl", "presupuesto": "h_pr", "inversiones": "h_in", "requerimientos": "h_rq",
         "contrataciones": "h_co"}
PRODUCTS = (("poi", "EJEMPLO Seguimiento del POI, trimestre {}", "planeamiento"),
            ("pei", "EJEMPLO Ajuste del PEI, versión {}", "planeamiento"),
            ("directiva", "EJEMPLO Directiva de ejecución presupuestal {}", "presupuesto"),
            ("perfil", "EJEMPLO Ficha técnica de agua segura {}", "inversiones"),
            ("ioarr", "EJEMPLO IOARR de local escolar {}", "inversiones"),
            ("expediente", "EJEMPLO Expediente técnico de embarcadero {}", "inversiones"),
            ("tdr", "EJEMPLO Términos de referencia de expediente {}", "requerimientos"),
            ("contratacion", "EJEMPLO Cuadro multianual de necesidades {}", "contrataciones"))
STATES = ("elaboracion", "elaboracion", "entregado", "observado", "entregado", "aprobado", "aprobado", "registrado")
HARD = ("ninguna", "rotacion", "internet", "informacion", "tiempo", "transporte internet")


def reports(calendar: Calendar, people: list[Official], chance: Random) -> list[Sending]:
    """A report of every municipality for every month, but those that nobody sent."""
    return [_report(calendar, month, place, municipality, people, chance)
            for month in range(1, len(ENDS) + 1) for place, municipality in enumerate(MUNICIPALITIES)
            if (month, municipality) not in MISSING]


def _report(calendar: Calendar, month: int, place: int, municipality: Municipality, people: list[Official],
            chance: Random) -> Sending:
    key, ends = f"asistencia_tecnica/{municipality.name}/{month}", ENDS[month - 1]
    week = ends + LATE.get((month, municipality), 0)
    at = calendar.at(week, 4, 13 + place, 20 + 3 * month, 40)
    since = calendar.day(max(ends - chance.randint(2, 3), municipality.first), chance.randint(0, 2))
    areas = [one for one in ALL_AREAS if chance.random() < .6] or ["planeamiento"]
    if key == SLIP and "planeamiento" not in areas:
        areas.insert(0, "planeamiento")
    hours = {HOURS[one]: f"{chance.randint(4, 24) + chance.choice((0, .5)):g}" for one in areas}
    known = there(people, municipality, week)
    took_part = sorted(one.entity for one in chance.sample(known, min(len(known), chance.randint(4, 8))))
    women = chance.randint(0, 4)
    told = begun(at, chance.uniform(20, 40), PHONE) | hours | {
        "mes": month, "municipio": municipality.name, "desde": since.isoformat(),
        "hasta": calendar.day(ends, 3).isoformat(), "dias_presencial": chance.randint(3, 8 if month > 1 else 4),
        "areas": " ".join(areas), "participantes": " ".join(took_part), "otras_mujeres": women,
        "otros_hombres": chance.randint(0, 5)}
    told |= _products(month, municipality, areas, chance) | _end(calendar, month, chance)
    if key == SLIP:
        told["h_pl"] = "120"
    if key == TOO_MANY:
        told["otras_mujeres"] = "31"
    return Sending(FORM, PHONE, at, key, told)


def _products(month: int, municipality: Municipality, areas: list[str], chance: Random) -> dict:
    fit = [one for one in PRODUCTS if one[2] in areas]
    chosen = chance.sample(fit, min(len(fit), 1 + (chance.random() < .4)))
    return {"hay_productos": "si", "producto": [_product(month, municipality, *one, chance) for one in chosen]}


def _product(month: int, municipality: Municipality, kind: str, title: str, area: str, chance: Random) -> dict:
    state = STATES[max(0, min(len(STATES) - 1, month - 1 + chance.randint(-2, 0)))]
    linked = chance.random() < .6
    has_code = month > 3 and chance.random() < .7
    return {"prod_tipo": kind, "prod_nombre": title.format(1 + month // 3), "prod_area": area, "prod_estado": state,
            "prod_tiene_cui": "si" if has_code else "todavia_no",
            "prod_cui": str(chance.randint(2_500_000, 2_699_999)) if has_code else "",
            "prod_sustento": "enlace" if linked else "despues",
            "prod_enlace": f"https://ejemplo.invalid/{municipality.name}/{month}/{kind}" if linked else ""}


def _end(calendar: Calendar, month: int, chance: Random) -> dict:
    ended: datetime = calendar.at(ENDS[month - 1], 3)
    told = {"dificultades": chance.choice(HARD),
            "detalle": "EJEMPLO: se trabajó con las oficinas según el plan del mes.",
            "conformidad": chance.choice(("conforme", "conforme", "con_obs")),
            "conf_cargo": chance.choice(("gerente", "jefe_unidad", "alcalde"))}
    if month < len(ENDS):
        told |= {"proximo": "EJEMPLO: revisar el avance con las oficinas.",
                 "proxima_fecha": (ended + timedelta(days=14)).date().isoformat()}
    return told
