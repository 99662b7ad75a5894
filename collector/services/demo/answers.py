"""Room of what records of every form begin with: what a phone notes by itself, and names that nobody has.

It must not know any form. The plots (`demo/plot_*`) add what a person answers.
"""

from datetime import datetime, timedelta
from random import Random

from collector.services.demo.cast import device

FIRST = ("Ana", "Beto", "Carla", "Dino", "Elsa", "Fidel", "Gina", "Hugo", "Iris", "Juan", "Katia", "Lino", "Mirna")
LAST = ("Uno", "Dos", "Tres", "Cuatro", "Cinco", "Seis", "Siete", "Ocho", "Nueve", "Diez")


def begun(at: datetime, minutes: float, phone: int) -> dict:
    """What a phone notes by itself in a record finished at this moment and begun so many minutes before.

    The forms call these moments by their Spanish or their English names: a form takes what it knows.
    """
    start, end, today = _moment(at - timedelta(minutes=minutes)), _moment(at), at.date().isoformat()
    return {"inicio": start, "fin": end, "hoy": today, "equipo": device(phone),
            "start": start, "end": end, "today": today, "deviceid": device(phone)}


def person(chance: Random) -> str:
    """An invented name."""
    return f"EJEMPLO {chance.choice(FIRST)} {chance.choice(LAST)}"


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")
