"""Room of the evaluations of the workshops: answer sheets before, after and looking back, known by a card's code alone.

It must not know who took part (`demo/workshops` says how many): nobody's card is known. Next: `demo/plot_workshop`.
"""

from dataclasses import dataclass
from datetime import datetime
from random import Random

from collector.services.demo.answers import begun
from collector.services.demo.codes import coded
from collector.services.demo.script import Calendar, Sending
from collector.services.demo.workshops import CONCHAN, IQUITOS, WORKSHOPS, Workshop

FORM = "evaluacion_taller"
BEFORE, AFTER = .42, .76  # of the ten questions, on the whole, known
LOOKING_BACK = 6  # of those of one workshop, a month later
OWN_WORDS = {(0, 1): ("MA", 7, "LU"), (1, 2): ("RO", 21, "IQ")}  # (workshop, sheet): who lost the card builds a code
AGAIN = "evaluacion/ejemplo_iquitos_1/pre/otra"  # somebody else's sheet with a card that was used
RIGHT = {"k1": "nac_reg_loc", "k2": "regidores", "k3": "no_hace_falta", "k4": "acordar", "k5": "programacion",
         "k6": "brechas", "k7": "rehabilitar", "k8": "no", "k9": "informar", "k10": "existe"}
WRONG = {"k1": "ejec_leg_jud", "k2": "gerentes", "k3": "siempre", "k4": "repartir", "k5": "ejecucion",
         "k6": "mas_grande", "k7": "fiesta", "k8": "si_alcalde", "k9": "pedir", "k10": "si_paga"}
DOUBTS = {AGAIN: "EJEMPLO: esta tarjeta ya tiene una evaluación inicial de la otra tableta. ¿De quién es cada hoja?"}
TONGUES = {CONCHAN: ("castellano",), IQUITOS: ("awajun", "castellano", "wampis", "castellano")}
HELP = {"castellano": ("sola", "sola", "leyeron"), "": ("leyeron", "tradujeron", "tradujeron")}
BEST = ("EJEMPLO: los casos de la zona.", "EJEMPLO: cómo pedir información por escrito.", "",
        "EJEMPLO: saber qué es una IOARR.", "")


@dataclass(frozen=True, slots=True)
class Somebody:
    """Who holds a card. place: which one of the workshop; sheets: before, both or after."""

    workshop: Workshop
    place: int
    sheets: tuple[str, ...]
    told: dict
    skill: float


def sendings(calendar: Calendar, chance: Random) -> list[Sending]:
    """Every sheet of the three workshops."""
    made: list[Sending] = []
    for number, workshop in enumerate(WORKSHOPS):
        people = _people(number, workshop, chance)
        for moment in ("pre", "post"):
            those = [one for one in people if moment in one.sheets]
            made += [_sheet(calendar, one, moment, turn, chance) for turn, one in enumerate(those)]
        if workshop is IQUITOS:
            made += [_second_use(calendar, people[7], chance), _refusal(calendar)]
            made += [_retrospective(calendar, one, turn, chance)
                     for turn, one in enumerate(people[4:4 + LOOKING_BACK])]
    return made


def _people(number: int, workshop: Workshop, chance: Random) -> list[Somebody]:
    kinds = [("pre",)] * workshop.before + [("pre", "post")] * workshop.both + [("post",)] * workshop.after
    cards = chance.sample(range(1000, 9999), len(kinds))
    made = []
    for place, (sheets, card) in enumerate(zip(kinds, cards, strict=True)):
        settled = chance.random() < 1 - workshop.of_communities / workshop.leaders
        language = "castellano" if settled else chance.choice(TONGUES.get(workshop, ("kukama", "castellano")))
        own = OWN_WORDS.get((number, place))
        told = {"sexo": chance.choice(("mujer", "hombre")),
                "cargo": chance.choice(("con_cargo", "con_cargo", "sin_cargo")),
                "grupo_edad": chance.choice(("menor_30", "a30_44", "a30_44", "a45_mas")),
                "procedencia": "asentamiento" if settled else "comunidad", "lengua": language,
                "lengua_aplica": language, "tiene_tarjeta": "no" if own else "si"}
        told |= (dict(zip(("letras_madre", "dia_nac", "letras_lugar"), own, strict=True)) if own
                 else {"tarjeta_mano": coded("EV", card, 4)})
        made.append(Somebody(workshop, place, sheets, told, chance.uniform(-.14, .14)))
    return made


def _head(workshop: Workshop, moment: str, at: datetime, phone: int, minutes: float) -> dict:
    return begun(at, minutes, phone) | {"evento": workshop.name, "momento": moment, "acepta": "si"}


def _at(calendar: Calendar, workshop: Workshop, moment: str, turn: int) -> datetime:
    """Before the first morning's roll or after the last afternoon's; two sheets at a time, ten minutes each."""
    minutes, last = turn // 2 * 10 + turn % 2 * 4, workshop.days - 1
    if moment == "pre":
        return calendar.at(workshop.week, workshop.weekday, 7 + (40 + minutes) // 60, (40 + minutes) % 60, 40)
    return calendar.at(workshop.week, workshop.weekday + last, 16 + (20 + minutes) // 60, (20 + minutes) % 60, 40)


def _sheet(calendar: Calendar, one: Somebody, moment: str, turn: int, chance: Random) -> Sending:
    at, phone = _at(calendar, one.workshop, moment, turn), (3, 5)[turn % 2]
    known = one.skill + (BEFORE if moment == "pre" else AFTER)
    told = _head(one.workshop, moment, at, phone, chance.uniform(6, 9)) | one.told | _known(chance, known)
    told |= {"ayuda": _help(one, chance), "ver_puntaje": chance.choice(("si", "no"))}
    if moment == "post":
        told |= _faces(chance)
    return Sending(FORM, phone, at, f"evaluacion/{one.workshop.name}/{moment}/{one.place}", told)


def _second_use(calendar: Calendar, one: Somebody, chance: Random) -> Sending:
    at = calendar.at(one.workshop.week, one.workshop.weekday, 9, 50, 5)
    told = _head(one.workshop, "pre", at, 5, 8) | one.told | _known(chance, BEFORE)
    told |= {"sexo": "mujer", "grupo_edad": "menor_30", "ayuda": "leyeron", "ver_puntaje": "no"}
    return Sending(FORM, 5, at, AGAIN, told)


def _refusal(calendar: Calendar) -> Sending:
    at = calendar.at(IQUITOS.week, IQUITOS.weekday, 9, 58)
    told = _head(IQUITOS, "pre", at, 3, 2) | {"acepta": "no"}
    return Sending(FORM, 3, at, "evaluacion/ejemplo_iquitos_1/pre/no", told)


def _retrospective(calendar: Calendar, one: Somebody, turn: int, chance: Random) -> Sending:
    at = calendar.at(IQUITOS.week + 5, 1 + turn // 3, 9 + turn % 3 * 2, 25)
    told = _head(IQUITOS, "retro", at, 3, 11) | one.told | {"ayuda": _help(one, chance)}
    for each in range(1, 7):
        before = chance.randint(1, 2)
        told |= {f"r{each}_antes": before, f"r{each}_ahora": min(3, before + chance.choice((0, 1, 1)))}
    told |= {"ya_satisfaccion": "si" if "post" in one.sheets else "no"} | _faces(chance)
    return Sending(FORM, 3, at, f"evaluacion/{IQUITOS.name}/retro/{one.place}", told)


def _known(chance: Random, share: float) -> dict:
    """Ten answers; what is not known is a wrong one or said not to be known."""
    return {name: right if chance.random() < share else chance.choice((WRONG[name], "no_sabe"))
            for name, right in RIGHT.items()}


def _faces(chance: Random) -> dict:
    faces = {name: chance.choice((2, 3, 3, 3)) for name in ("s_util", "s_claro", "s_respeto", "s_lengua", "s_lugar")}
    return faces | {"lo_mejor": chance.choice(BEST),
                    "mejoras": " ".join(chance.sample(("tiempo", "ejemplos", "materiales", "comida"), 2))}


def _help(one: Somebody, chance: Random) -> str:
    return chance.choice(HELP.get(one.told["lengua"], HELP[""]))
