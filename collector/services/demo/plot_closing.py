"""Room of the close-outs in the story: on some evenings a phone says how many records it sent and what it still holds.

It must not invent those numbers: they are counted in what the other plots tell, but for two that do not agree.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from random import Random

from collector.services.demo.answers import begun
from collector.services.demo.plot_review import reviewed
from collector.services.demo.script import Act, Calendar, Sending

SEED = 20_261_199
FORM = "cierre_jornada"
CREWS = ("NIEVA", "IMAZA", "URARINAS", "TALLER1", "MUNI", "TALLER2")
HOW_MANY = (7, 7, 6, 7, 11, 6)  # close-outs of each phone, about
AFTER = timedelta(minutes=14)  # that the last record of the day got through
TWISTED = ("version", "form")
SEVEN, TWO_MORE = 1, 4  # the phones that say more than arrived: one that it sent seven, one two more
DOUBTS = {SEVEN: "EJEMPLO: el celular dice 7 enviados y llegaron menos. Llamar a la brigada antes de que borre nada.",
          TWO_MORE: "EJEMPLO: faltan dos de los que el celular dice. ¿Se enviaron a otro proyecto?"}
PROBLEMS = ("ninguno", "ninguno", "ninguno", "lento", "gps", "pregunta")
UNFINISHED = ("incompleta", "incompleta", "falta_dato")


def plot(calendar: Calendar, told: Sequence[Sending | Act]) -> list[Sending | Act]:
    """Close-outs and their review. told: all that the other plots made."""
    sendings = [one for one in told if isinstance(one, Sending)]
    made, wrong = [], {}
    for phone, most in enumerate(HOW_MANY):
        own = sorted((one for one in sendings if one.phone == phone), key=lambda one: (one.arrives, one.key))
        days = _chosen(calendar, own, most)
        counts = {day: _evening(own, day) for day in days}
        more = _more(phone, counts)
        for place, day in enumerate(days):
            made.append(_closing(phone, day, own, place, more.get(day, 0), Random(SEED + phone * 1000 + place)))
        wrong |= {_key(phone, days.index(day)): DOUBTS[phone] for day in more}
    return [*made, *reviewed(calendar, made, wrong)]


def _key(phone: int, place: int) -> str:
    return f"cierre/{phone}/{place}"


def _chosen(calendar: Calendar, own: Iterable[Sending], most: int) -> list[date]:
    """Days on which a phone closes: spread over its days, the last one among them; none that is told in two ways."""
    arrived, unclear = defaultdict(int), set()
    waiting: set[date] = set()
    for one in own:
        day = one.arrives.date()
        arrived[day] += 1
        if one.edits or one.twist in TWISTED or one.arrives.hour >= 21:
            unclear.add(day)
        if one.at.date() != day:
            waiting.add(one.at.date())
    days = sorted(day for day in {*arrived, *waiting} - unclear if arrived[day] or day in waiting)
    if len(days) <= most:
        return days
    return sorted({days[place * (len(days) - 1) // (most - 1)] for place in range(most)})


def _evening(own: Sequence[Sending], day: date) -> tuple[datetime, int]:
    """When the phone closes that day, and how many of its records got through on it."""
    through = [one.arrives for one in own if one.arrives.date() == day]
    written = [one.at for one in own if one.at.date() == day]
    latest = max([*through, *written])
    return max(latest + AFTER, latest.replace(hour=18, minute=20, second=0)), len(through)


def _more(phone: int, counts: dict[date, tuple[datetime, int]]) -> dict[date, int]:
    """The day on which this phone says more than arrived, and how many more; empty for most phones."""
    for day, (_at, sent) in reversed(list(counts.items())[:-1]):
        if phone == SEVEN and 1 <= sent < 7:
            return {day: 7 - sent}
        if phone == TWO_MORE and sent > 2:
            return {day: 2}
    return {}


def _closing(phone: int, day: date, own: Sequence[Sending], place: int, more: int, chance: Random) -> Sending:
    at, sent = _evening(own, day)
    ready = [one.arrives for one in own if one.at <= at < one.arrives]
    drafts = chance.choice((0, 0, 0, 1, 2))
    before = sum(one.arrives <= at for one in own) + place
    problem = chance.choice(PROBLEMS)
    told = begun(at, chance.uniform(2, 5), phone) | {
        "fecha": day.isoformat(), "brigada": CREWS[phone], "etiqueta_cel": f"CEL-{phone + 1:02}", "hora_ok": "si",
        "borradores": drafts, "listos": len(ready), "enviados": before + more, "enviados_hoy": sent + more,
        "por_borrador": chance.choice(UNFINISHED), "por_listo": "sin_senal", "bateria": chance.randint(18, 90),
        "espacio": chance.choice(("mas_1gb", "mas_1gb", "menos_1gb")),
        "carga": chance.choice(("si", "si", "generador")),
        "problemas": problem, "problema_detalle": f"EJEMPLO: hubo dificultad ({problem}) y se resolvió en el momento.",
        "incidente": "no"}
    late = max(ready) + timedelta(minutes=2) if ready and not sent else None  # it gets through with the others
    return Sending(FORM, phone, at, _key(phone, place), told, sent=late)
