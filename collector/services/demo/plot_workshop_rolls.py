"""Room of the rolls of the workshops: every half-day, at each door a tablet, by badge or from the list.

It must not know who enrolled how (`demo/workshops` says who is there). `demo/plot_workshop` takes these into the story.
"""

from dataclasses import replace
from random import Random

from collector.services.demo.answers import begun
from collector.services.demo.script import Act, Calendar, Sending
from collector.services.demo.workshops import IQUITOS, Leader, Workshop

FORM = "asistencia_taller"
TURNS = (("manana", 9, .97), ("tarde", 15, .9))  # turn, hour of the roll, how many of those enrolled come
TWICE = 28  # both tablets write this one down in the same half-day
SHORT = "asistencia/ejemplo_conchan_1/2/tarde/3"  # two rows were missing: sent back, and mended on the tablet
BOTH_DOORS = "asistencia/ejemplo_iquitos_1/2/tarde/5"
DOUBTS = {BOTH_DOORS: "EJEMPLO: una persona está también en la lista de la otra puerta, el mismo turno. "
                      "Queda en duda hasta saber por cuál entró."}
ASKED = "EJEMPLO: contaron a dos personas más de las que están en la lista. ¿Quiénes son?"


def rolls(calendar: Calendar, chance: Random, workshop: Workshop, leaders: list[Leader]) -> list[Sending]:
    """The roll of every half-day of a workshop; one of them twice, as it was sent first and as it was mended."""
    there = [one for one in leaders if one.workshop is workshop]
    made = []
    for day in range(1, workshop.days + 1):
        for turn, hour, share in TURNS:
            twice = (workshop, day, turn) == (IQUITOS, 2, "tarde")
            came = [one for one in there if chance.random() < share or (twice and one.number == TWICE)]
            parts: dict[int, list[Leader]] = {phone: [] for phone in workshop.doors}
            for one in came:
                at_both = twice and one.number == TWICE
                for phone in workshop.doors if at_both else (chance.choice(workshop.doors),):
                    parts[phone].append(one)
            for phone, part in parts.items():
                made.append(_roll(calendar, workshop, (day, turn, hour), phone, part, chance))
    return [each for one in made for each in (_mended(calendar, one) if one.key == SHORT else [one])]


def sent_back(calendar: Calendar) -> list[Act]:
    """What the supervisor does about the roll that did not add up."""
    return [Act(calendar.at(10, 1, 9, 40), FORM, SHORT, "returned", "", (("/conteo/presentes", ASKED),), 7),
            Act(calendar.at(10, 4, 9, 30), FORM, SHORT, "approved")]


def _roll(calendar: Calendar, workshop: Workshop, half: tuple[int, str, int], phone: int, part: list[Leader],
          chance: Random) -> Sending:
    day, turn, hour = half
    at = calendar.at(workshop.week, workshop.weekday + day - 1, hour, 41 + (phone == 5) * 4, 10)
    shy = int(chance.random() < .2)
    told = begun(at, 4 + len(part) * .6, phone) | {
        "evento": workshop.name, "fecha": at.date().isoformat(), "turno": turn, "aviso_leido": "si",
        "presentes": len(part) + shy, "sin_datos": shy, "ver_todos": "no",
        "asistente": [_row(one, chance) for one in part],
        "observaciones": "EJEMPLO: llovió y se empezó tarde." if (day, turn) == (2, "manana") else ""}
    return Sending(FORM, phone, at, f"asistencia/{workshop.name}/{day}/{turn}/{phone}", told)


def _row(one: Leader, chance: Random) -> dict:
    """A badge is read, or the person is found in the list; who enrolled at the door is not in it yet."""
    if one.at_door or chance.random() < .6:
        return {"escaneo": one.code}
    return {"elegido": one.entity}


def _mended(calendar: Calendar, one: Sending) -> list[Sending]:
    """The roll without its last two rows, and the same opened again two days after it came back."""
    short = replace(one, answers=one.answers | {"asistente": one.answers["asistente"][:-2]})
    at = calendar.at(10, 3, 16, 10)
    ended = begun(at, 0, one.phone)["end"]
    return [short, replace(one, key=f"{one.key}/otra", at=at, edits=one.key, answers=one.answers | {"end": ended})]
