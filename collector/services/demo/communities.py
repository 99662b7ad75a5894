"""Room of the communities of the demonstration: where they are, who speaks for them in which term, all invented.

It must not know any form or phone. The plots (`demo/plot_*`) take who and where from here.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from collector.services.demo.answers import FIRST, LAST
from collector.services.demo.script import Calendar, named

KINDS = {"comunidad_nativa": "Comunidad Nativa", "anexo": "Anexo", "asentamiento": "Asentamiento"}
YEARS = 2  # of a board, by its statute


@dataclass(frozen=True, slots=True)
class Community:
    """A community. phone: whose brigade goes there; legal: recognition, registration, registry office, title."""

    number: int
    called: str
    kind: str
    ubigeo: str
    department: str
    section: str
    km: float | None
    people: str
    language: str
    families: int
    river: str
    place: tuple[float, float]
    phone: int
    legal: tuple[str, str, str, str]

    @property
    def id(self) -> str:
        """Its identifier in the list."""
        return named(f"comunidad/{self.number:02}")

    @property
    def name(self) -> str:
        """Its name, marked as made up."""
        return f"EJEMPLO {KINDS[self.kind]} {self.called}"

    @property
    def record(self) -> str:
        """What the number of its file at the registry is; of eight figures as those are."""
        return f"0000{self.number:02}77"

    @property
    def resolution(self) -> str:
        """The number of its recognition."""
        return f"EJEMPLO {100 + self.number}-{1978 + self.number}"


@dataclass(frozen=True, slots=True)
class Board:
    """Who was chosen in one assembly. week: of the first visit that wrote it down; left: days that it still had then.

    left None: nobody knows until when. group: the name of its group where two say that they are the board.
    again: offices that whoever had them before was chosen for once more.
    """

    community: int
    term: int
    week: int
    weekday: int
    base: str
    left: int | None
    offices: tuple[str, ...]
    group: str = ""
    again: tuple[str, ...] = ()

    def until(self, calendar: Calendar) -> date | None:
        """Its last day, as the document says."""
        return None if self.left is None else calendar.day(self.week, self.weekday) + timedelta(days=self.left)

    def since(self, calendar: Calendar) -> date:
        """Its first day."""
        end = self.until(calendar) or calendar.day(self.week, self.weekday) + timedelta(days=300)
        return end.replace(year=end.year - YEARS, day=min(end.day, 28))


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody in an office for one term. id: of the mandate in its list."""

    id: str
    board: Board
    office: str
    person: str
    sex: str


FULL = ("jefe", "vicejefe", "secretario", "tesorero", "fiscal")
THREE = ("jefe", "secretario", "tesorero")
FOUR = ("jefe", "vicejefe", "secretario", "tesorero")
TWO = ("jefe", "secretario")
TITLED = ("reconocida", "inscrita", "bagua", "titulada")
FILED = ("reconocida", "inscrita", "yurimaguas", "titulada")
KNOWN = ("reconocida", "en_tramite", "", "en_tramite")
ASKING = ("en_tramite", "no_inscrita", "", "no")
_NATIVE, _ANNEX = "comunidad_nativa", "anexo"

COMMUNITIES = {one.number: one for one in (
    Community(1, "Agua Mansa", _NATIVE, "160703", "loreto", "tramo_2", 308.5,
              "awajun", "awajun", 96, "río Marañón", (-4.532, -77.421), 0, FILED),
    Community(2, "Tres Remos", _NATIVE, "160703", "loreto", "tramo_2", 322.0,
              "wampis", "wampis", 74, "río Marañón", (-4.487, -77.507), 0, FILED),
    Community(3, "Puerto Lindero", "asentamiento", "160703", "loreto", "tramo_2", 335.2,
              "mestizo", "castellano", 118, "río Marañón", (-4.468, -77.596), 0,
              ("reconocida", "inscrita", "yurimaguas", "no_aplica")),
    Community(4, "Monte Callado", _NATIVE, "010401", "amazonas", "tramo_2", 358.0,
              "awajun", "awajun", 52, "río Nieva", (-4.612, -77.743), 0, TITLED),
    Community(5, "Flor de Guaba", _NATIVE, "010401", "amazonas", "tramo_2", 371.4,
              "awajun", "awajun", 88, "río Nieva", (-4.655, -77.868), 0, TITLED),
    Community(6, "Dos Orillas", _NATIVE, "010401", "amazonas", "tramo_2", 384.9,
              "awajun", "awajun", 131, "río Nieva", (-4.741, -77.912), 0, TITLED),
    Community(7, "Quebrada Honda", _ANNEX, "010401", "amazonas", "tramo_2", 390.0,
              "awajun", "awajun", 27, "quebrada Honda", (-4.803, -77.951), 0, ASKING),
    Community(8, "Piedra Clara", _NATIVE, "010205", "amazonas", "tramo_2", 421.3,
              "awajun", "awajun", 109, "río Chiriaco", (-5.012, -78.163), 1, KNOWN),
    Community(9, "Garza Blanca", _NATIVE, "010205", "amazonas", "tramo_2", 436.8,
              "awajun", "awajun", 84, "río Chiriaco", (-5.094, -78.247), 1, TITLED),
    Community(10, "Alto Shiringa", _NATIVE, "010205", "amazonas", "tramo_2", 447.1,
              "awajun", "awajun", 65, "río Chiriaco", (-5.158, -78.305), 1, TITLED),
    Community(11, "Buen Camino", _NATIVE, "010205", "amazonas", "tramo_2", 455.6,
              "awajun", "awajun", 72, "río Chiriaco", (-5.203, -78.361), 1, TITLED),
    Community(12, "Cerro Verde", _NATIVE, "010205", "amazonas", "tramo_2", 463.0,
              "awajun", "awajun", 58, "río Marañón", (-5.247, -78.402), 1, TITLED),
    Community(13, "Nueva Balsa", _NATIVE, "010205", "amazonas", "tramo_2", 470.7,
              "awajun", "awajun", 43, "río Marañón", (-5.289, -78.437), 1, KNOWN),
    Community(14, "Lago Sereno", _NATIVE, "160305", "loreto", "tramo_1", 42.0,
              "kukama", "castellano", 92, "río Marañón", (-4.731, -75.204), 2,
              ("reconocida", "inscrita", "iquitos", "titulada")),
    Community(15, "Playa Larga", _NATIVE, "160305", "loreto", "tramo_1", 57.5,
              "urarina", "urarina", 61, "río Chambira", (-4.612, -75.388), 2,
              ("reconocida", "en_tramite", "", "titulada")),
    Community(16, "Lomas del Tucán", _NATIVE, "160302", "loreto", "tramo_1", 18.3,
              "kukama", "castellano", 77, "río Marañón", (-4.603, -74.512), 2,
              ("reconocida", "inscrita", "iquitos", "en_tramite")),
    Community(17, "Vuelta Grande", "asentamiento", "160701", "loreto", "tramo_1", 211.0,
              "mestizo", "castellano", 49, "río Marañón", (-4.828, -76.607), 2,
              ("en_tramite", "no_inscrita", "", "no_aplica")),
    Community(18, "Boca del Tigrillo", _NATIVE, "160706", "loreto", "orn", 12.0,
              "achuar", "achuar", 55, "río Pastaza", (-2.912, -76.402), 2, FILED),
    Community(19, "Isla Quieta", _NATIVE, "160705", "loreto", "orn", 148.0,
              "quechua", "quechua", 38, "río Pastaza", (-3.704, -76.518), 2, FILED),
)}

# Communities whose board is as it should be, lapses soon, lapsed, is disputed, is known by word alone; and renewals.
BOARDS = (
    Board(1, 1, 2, 1, "asiento", 430, FULL), Board(14, 1, 2, 2, "asiento", 390, FOUR),
    Board(2, 1, 3, 3, "acta", 510, FOUR), Board(3, 1, 4, 1, "acta", 200, THREE),
    Board(5, 1, 5, 2, "asiento", 365, FULL), Board(10, 1, 6, 3, "asiento", -95, THREE),
    Board(6, 1, 6, 1, "acta", 410, THREE, "Grupo del sector alto"), Board(11, 1, 6, 4, "asiento", 49, FOUR),
    Board(4, 1, 7, 2, "asiento", -140, THREE), Board(8, 1, 8, 1, "titulo", 640, FOUR),
    Board(6, 2, 8, 3, "acta", 600, THREE, "Grupo del sector bajo"), Board(18, 1, 8, 2, "asiento", 330, THREE),
    Board(7, 1, 9, 4, "palabra", None, TWO), Board(15, 1, 9, 1, "credencial", 480, THREE),
    Board(9, 1, 10, 2, "asiento", 560, FULL), Board(16, 1, 11, 3, "acta", 38, FOUR),
    Board(17, 1, 14, 2, "palabra", None, TWO), Board(10, 2, 15, 4, "acta", 700, FOUR, "", ("jefe",)),
    Board(16, 2, 18, 1, "acta", 690, FOUR, "", ("secretario",)), Board(19, 1, 20, 3, "asiento", -30, THREE),
    Board(11, 2, 22, 2, "titulo", 715, FOUR, "", ("jefe", "tesorero")), Board(13, 1, 25, 1, "acta", 540, THREE),
    Board(12, 1, 26, 2, "asiento", 85, FOUR),
)


def _holders() -> tuple[Holder, ...]:
    chance = Random("EJEMPLO autoridades")
    free = [f"EJEMPLO {first} {last}" for first in FIRST for last in LAST]
    chance.shuffle(free)
    made: dict[str, Holder] = {}
    for board in BOARDS:
        for office in board.offices:
            before = made.get(f"{board.community}/{office}/{board.term - 1}") if office in board.again else None
            person = before.person if before else free.pop()
            sex = "mujer" if person.split()[1].endswith(("a", "is")) else "hombre"
            made[f"{board.community}/{office}/{board.term}"] = Holder(
                named(f"mandato/{board.community:02}/{office}/{board.term}"), board, office, person, sex)
    return tuple(made.values())


HOLDERS = _holders()
LEFT_EARLY = ("05", "tesorero", 1)  # resigned; who came instead is in no board's row
REPLACED = Holder(named("mandato/05/tesorero/2"), BOARDS[4], "tesorero", "EJEMPLO Zoila Once", "mujer")


def holders_of(board: Board) -> list[Holder]:
    """Its office-holders in the order of their offices."""
    return [one for one in HOLDERS if one.board is board]


def in_office(calendar: Calendar, community: int, day: date) -> list[Holder]:
    """Those whom a phone finds in the list as in office on this day, those of the week's lists."""
    known = [one for one in HOLDERS if one.board.community == community and one.board.week < _week(calendar, day)]
    return [one for one in known if one.board.since(calendar) <= day <= (one.board.until(calendar) or day)
            and (f"{community:02}", one.office, one.board.term) != LEFT_EARLY]


def _week(calendar: Calendar, day: date) -> int:
    return (day - calendar.first.date()).days // 7
