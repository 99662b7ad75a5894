"""Room of who appears in the demonstration, and of the question whether it is there.

It must stay light: a server that starts asks it. `demo/demonstration` makes what is named here.
"""

from collector.domain import access
from collector.services.unit import UnitOfWork
from collector.store.queries import people as people_queries

PROJECT = {"es": "Demostración (datos simulados)", "en": "Demonstration (simulated data)"}
SUPERVISOR = ("supervisora@demo.local", "Supervisora EJEMPLO", access.ROLES[20], "Supervisora")
PEOPLE = (SUPERVISOR,
          ("analista@demo.local", "Analista EJEMPLO", access.ROLES[21], "Analista"),
          ("coordinadora@demo.local", "Coordinadora EJEMPLO", access.ROLES[5], "Coordinadora"))
PHONES = ("EJEMPLO Brigada Nieva", "EJEMPLO Brigada Imaza", "EJEMPLO Brigada Urarinas", "EJEMPLO Tableta de talleres",
          "EJEMPLO Equipo municipal", "EJEMPLO Segunda tableta de talleres")


def device(phone: int) -> str:
    """The deviceid of a phone of the story."""
    return f"collect:EJEMPLO{phone + 1:08}"


def is_needed(unit: UnitOfWork) -> bool:
    """Whether the demonstration is not there, or not whole: its people are made last."""
    unit.require_system()
    return any(people_queries.find_login(unit.session, email) is None for email, *_rest in PEOPLE)
