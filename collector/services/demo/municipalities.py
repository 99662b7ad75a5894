"""Room of the five municipalities of the demonstration: when the team is there, who works there and who leaves.

The municipalities are real, their officials invented. It must not know any form or phone (`demo/plot_municipal*` do).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

from collector.services.demo.answers import FIRST, LAST
from collector.services.demo.codes import coded
from collector.services.demo.script import named
from collector.services.demo.workshops import WOMEN

POSTS = ("gerente", "subgerente", "jefe_unidad", "especialista", "especialista", "asistente", "regidor")
WORK = ("planeamiento", "presupuesto", "inversiones", "inversiones", "logistica", "social", "alta", "legal")
UNITS = {"planeamiento": "EJEMPLO Oficina de Planeamiento", "presupuesto": "EJEMPLO Oficina de Presupuesto",
         "inversiones": "EJEMPLO Unidad Formuladora", "logistica": "EJEMPLO Unidad de Abastecimiento",
         "social": "EJEMPLO Gerencia de Desarrollo Social", "alta": "EJEMPLO Gerencia Municipal",
         "legal": "EJEMPLO Asesoría Jurídica"}
AREAS = {"planeamiento": ("planeamiento", "presupuesto"), "presupuesto": ("planeamiento", "presupuesto"),
         "inversiones": ("inversiones", "requerimientos"), "logistica": ("requerimientos", "contrataciones"),
         "social": ("planeamiento", "inversiones"), "alta": ("planeamiento", "presupuesto"),
         "legal": ("requerimientos", "contrataciones")}  # what somebody is asked about, by where the work is
ALL_AREAS = ("planeamiento", "presupuesto", "inversiones", "requerimientos", "contrataciones")


@dataclass(frozen=True, slots=True)
class Municipality:
    """One of the five. first, middle, last: weeks of its three assessments' beginning; officials: how many enrol at the
    beginning; no_signal: what is filled in there gets through days later."""

    name: str
    first: int
    middle: int
    last: int
    officials: int
    no_signal: bool = False


IMAZA = Municipality("imaza", 0, 15, 30, 16)
CONDORCANQUI = Municipality("condorcanqui", 1, 16, 33, 15)
MANSERICHE = Municipality("manseriche", 2, 17, 31, 15)
DATEM = Municipality("datem_maranon", 3, 18, 32, 15)
URARINAS = Municipality("urarinas", 4, 19, 34, 15, no_signal=True)
MUNICIPALITIES = (IMAZA, CONDORCANQUI, MANSERICHE, DATEM, URARINAS)


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to an official later. to: where from then on, None for a departure; reason: of it; post: the new."""

    week: int
    official: int
    to: Municipality | None
    reason: str = ""
    post: str = ""


CHANGES = (Change(11, 5, None, "contrato"), Change(14, 22, CONDORCANQUI, post="jefe_unidad"),
           Change(21, 38, None, "renuncia"), Change(22, 41, DATEM, post="subgerente"),
           Change(24, 52, None, "rotacion"), Change(27, 68, None, "contrato"), Change(28, 9, IMAZA, post="gerente"))
NEWCOMERS = ((29, IMAZA), (29, MANSERICHE), (34, DATEM), (34, URARINAS))  # in the places of those who left


@dataclass(frozen=True, slots=True)
class Official:
    """Somebody who enrols. number: from 1; week: of the enrolment; place: which one of those of that municipality."""

    number: int
    municipality: Municipality
    week: int
    place: int
    first: str
    last: str
    code: str
    post: str
    work: str
    areas: tuple[str, ...]
    skill: float

    @property
    def entity(self) -> str:
        """The id in the list of officials."""
        return named(f"funcionario/{self.number:02}")

    @property
    def is_woman(self) -> bool:
        """By the first name."""
        return self.first in WOMEN

    @property
    def came_later(self) -> bool:
        """Whether somebody enrolled in the place of one who left."""
        return self.week != self.municipality.first

    def where(self, week: int) -> Municipality | None:
        """Where the lists of that week say that this one works; None before they know, and for one who left."""
        known = self.week + (2 if self.municipality.no_signal else 1)
        place = self.municipality if week >= known else None
        for change in CHANGES:
            if change.official == self.number and change.week < week:
                place = change.to
        return place


def officials(chance: Random) -> list[Official]:
    """The eighty, first those of the beginning."""
    begin = [(one.first, one) for one in MUNICIPALITIES for _each in range(one.officials)]
    posts = [*begin, *NEWCOMERS]
    pairs = [(first, f"{last} {other}") for first in FIRST for last in LAST for other in LAST if last != other]
    people = chance.sample(pairs, len(posts))
    codes = chance.sample(range(1_000_000, 10_000_000), len(posts))
    made: list[Official] = []
    for number, ((week, municipality), (first, last), code) in enumerate(zip(posts, people, codes, strict=True), 1):
        work = chance.choice(WORK)
        areas = ALL_AREAS if number % 16 == 3 else AREAS[work]
        made.append(Official(number, municipality, week, _place(made, municipality, week), first, last,
                             coded("F", code), chance.choice(POSTS), work, areas, chance.uniform(-.13, .13)))
    return made


def there(people: Iterable[Official], municipality: Municipality, week: int) -> list[Official]:
    """Who can be chosen in a municipality with the lists of that week."""
    return [one for one in people if one.where(week) is municipality]


def _place(made: list[Official], municipality: Municipality, week: int) -> int:
    return sum(one.municipality is municipality and one.week == week for one in made)
