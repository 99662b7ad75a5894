"""Room of the workshops of the demonstration: where and when they are, who leads there, all invented.

It must not know any form or phone. The plots (`demo/plot_workshop*`) take who, when and where from here.
"""

from dataclasses import dataclass
from datetime import date
from random import Random

from collector.services.demo.answers import FIRST, LAST
from collector.services.demo.codes import coded
from collector.services.demo.communities import COMMUNITIES
from collector.services.demo.script import Calendar, named

MONTHS = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "set", "oct", "nov", "dic")
WOMEN = frozenset(("Ana", "Carla", "Elsa", "Gina", "Iris", "Katia", "Mirna"))
AT_DOOR = 3  # of each workshop enrol on its first morning
SECTION = 13  # communities of Section II come first
PLACES = {"150119": "Lurín", "160101": "Iquitos", "160108": "Punchana"}
SETTLEMENTS = {"150119": ("EJEMPLO Asentamiento Humano Arena Clara", "EJEMPLO Asentamiento Humano Loma Nueva",
                          "EJEMPLO Asentamiento Humano Mirador del Sur", "EJEMPLO Asentamiento Humano Tres Cruces"),
               "160101": ("EJEMPLO Asentamiento Humano Ribera Nueva",),
               "160112": ("EJEMPLO Asentamiento Humano Casa Alta",),
               "160113": ("EJEMPLO Asentamiento Humano El Aguaje",),
               "160108": ("EJEMPLO Asentamiento Humano Punta Verde", "EJEMPLO Asentamiento Humano Los Ceibos")}


@dataclass(frozen=True, slots=True)
class Workshop:
    """One of the list of events. week, weekday, days: when; leaders: how many, and how many of communities; doors: the
    tablets that call the roll; districts: where its settlements lie; before, both, after: how many answer only the
    test before, both, only the one after."""

    name: str
    title: str
    week: int
    weekday: int
    days: int
    leaders: int
    of_communities: int
    doors: tuple[int, ...]
    districts: tuple[str, ...]
    before: int
    both: int
    after: int

    def day(self, calendar: Calendar, number: int) -> date:
        """Its first day is number 1."""
        return calendar.day(self.week, self.weekday + number - 1)


CONCHAN = Workshop("ejemplo_conchan_1", "EJEMPLO Taller de gobernanza, Conchán", 9, 1, 2, 20, 0, (3,), ("150119",),
                   2, 17, 1)
IQUITOS = Workshop("ejemplo_iquitos_1", "EJEMPLO Taller de gobernanza, Iquitos", 18, 2, 3, 24, 16, (3, 5),
                   ("160101", "160112", "160113"), 3, 19, 1)
PUNCHANA = Workshop("ejemplo_iquitos_2", "EJEMPLO Taller de gobernanza, Punchana", 32, 0, 2, 16, 8, (5,), ("160108",),
                    1, 12, 2)
WORKSHOPS = (CONCHAN, IQUITOS, PUNCHANA)


@dataclass(frozen=True, slots=True)
class Leader:
    """Somebody who takes part. place: which one of the workshop; community: its number, 0 where it is a settlement."""

    number: int
    workshop: Workshop
    place: int
    first: str
    last: str
    code: str
    community: int
    district: str
    settlement: str

    @property
    def entity(self) -> str:
        """The id in the list of participants."""
        return named(f"participante/{self.number:02}")

    @property
    def is_woman(self) -> bool:
        """By the first name."""
        return self.first in WOMEN

    @property
    def at_door(self) -> bool:
        """Whether this one enrols on the first morning, with a printed badge."""
        return self.place >= self.workshop.leaders - AT_DOOR

    @property
    def language(self) -> str:
        """The one that is spoken best."""
        return COMMUNITIES[self.community].language if self.community else "castellano"


def leaders(chance: Random) -> list[Leader]:
    """The sixty, in the order of the workshops; number: from 1."""
    pairs = [(first, f"{last} {other}") for first in FIRST for last in LAST for other in LAST if last != other]
    people = chance.sample(pairs, sum(one.leaders for one in WORKSHOPS))
    numbers = chance.sample(range(1_000_000, 10_000_000), len(people))
    made: list[Leader] = []
    for workshop in WORKSHOPS:
        # Those of communities and of settlements come in turns, so that some of both are at the door.
        for place in range(workshop.leaders):
            community = _community(workshop, place)
            district = "" if community else chance.choice(workshop.districts)
            settlement = chance.choice(SETTLEMENTS[district]) if district else ""
            (first, last), number = people[len(made)], numbers[len(made)]
            made.append(Leader(len(made) + 1, workshop, place, first, last, coded("P", number), community, district,
                               settlement))
    return made


def events(calendar: Calendar) -> bytes:
    """The list of events (CSV) of the demonstration: the same workshops, on the days on which they are in the story."""
    lines = ["name,label,tipo,sede,ubigeo,distrito,esquema,fecha_inicio,fecha_fin"]
    for number, one in enumerate(WORKSHOPS):
        begins, ends = one.day(calendar, 1), one.day(calendar, one.days)
        when = f"{begins.day} {MONTHS[begins.month - 1]} a {ends.day} {MONTHS[ends.month - 1]} {ends.year}"
        where = one.districts[0]
        lines.append(f'{one.name},"{one.title} ({when})",taller,EJEMPLO Local comunal {LAST[number]},{where},'
                     f"{PLACES[where]},INEI,{begins},{ends}")
    return ("\n".join(lines) + "\n").encode()


def _community(workshop: Workshop, place: int) -> int:
    """Its number: of three places two, or of two one, until all of the workshop's are given."""
    share = workshop.of_communities / workshop.leaders
    before, now = int(place * share + 1e-9), int((place + 1) * share + 1e-9)
    return 1 + (before + (workshop is PUNCHANA) * 16) % SECTION if now > before else 0
