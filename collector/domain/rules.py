"""Room for rules beyond the form: what a manager may declare, as data; each type with its parameters.

It must not know where rules are kept nor look at answers (`rule_judging` does).
`services/rules` reads what people typed with `read_rule`, keeps it, and makes definitions of what is kept.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from math import isfinite

from collector.domain import problems
from collector.domain.checking.findings import ERROR, NOTE, WARNING
from collector.domain.columns import Column
from collector.domain.dataset import is_dataset_name
from collector.domain.fields import FormModel

FORM, PROJECT = "form", "project"
NOT_AFTER, NOT_BEFORE = "not_after", "not_before"
SEVERITIES = (ERROR, WARNING, NOTE)
LONGEST_MESSAGE = 500

ALIKE = ("string", "int", "decimal", "barcode", "select1", "date", "time", "dateTime")
DATES = ("date", "dateTime", "string")
SIGNING = ("string", "select1", "barcode")
_ELSEWHERE = ("it stands in another repeat; choose one of the same repeat or around it",
              "está en otra repetición; elija uno de la misma repetición o de fuera de ella")
PLACES = ("geopoint", "geotrace", "geoshape")
FILES = ("binary",)


@dataclass(frozen=True, slots=True)
class Unique:
    """The answer to a field stands once: in the form, or in every field of that name in the project."""

    field: str
    scope: str = FORM


@dataclass(frozen=True, slots=True)
class DateOrder:
    """A date is not after (or not before) the date of another field. order: not_after, not_before."""

    field: str
    other: str
    order: str = NOT_AFTER


@dataclass(frozen=True, slots=True)
class Distance:
    """A point lies at most so many metres from a fixed one. Degrees WGS84."""

    field: str
    latitude: float
    longitude: float
    metres: float


@dataclass(frozen=True, slots=True)
class Box:
    """A point lies in a box. Degrees WGS84."""

    field: str
    south: float
    west: float
    north: float
    east: float


@dataclass(frozen=True, slots=True)
class Duration:
    """Filling took at least so many minutes. start, end: paths of the times that the phone notes."""

    minutes: float
    start: str
    end: str


@dataclass(frozen=True, slots=True)
class SameFile:
    """No file is byte for byte that of another record. field: '' for every photo, drawing, sound and film."""

    field: str = ""
    scope: str = FORM


@dataclass(frozen=True, slots=True)
class InOffice:
    """Who signs held office on the day of a date, as it was known when the record came.

    field: holds the id of a mandate; or with community, which holds that, the name of one of it. dataset: of mandates.
    """

    field: str
    date: str
    community: str = ""
    dataset: str = "mandatos"


Definition = Unique | DateOrder | Distance | Box | Duration | SameFile | InOffice
TYPES: dict[str, type] = {"unique": Unique, "date_order": DateOrder, "distance": Distance, "box": Box,
                          "duration": Duration, "same_file": SameFile, "in_office": InOffice}


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that is kept. messages: a manager's own words by language, where there are any."""

    id: int
    form_id: int
    type: str
    severity: str
    definition: Definition
    messages: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ground:
    """What the parameters of a form's rules are checked against. start, end: paths of the phone's own times."""

    columns: Mapping[str, Column]
    start: str = ""
    end: str = ""


def ground_of(columns: Iterable[Column], model: FormModel | None) -> Ground:
    """The ground of a form: its columns over all versions, and where the current version notes start and end."""
    times = {one.preload_params: one.path for one in (model.leaves() if model else ()) if one.preload == "timestamp"}
    return Ground({one.path: one for one in columns}, times.get("start", ""), times.get("end", ""))


def definition(type: str, parameters: Mapping) -> Definition:
    """The definition that was kept."""
    return TYPES[type](**parameters)


def parameters(definition: Definition) -> dict:
    """What is kept of a definition."""
    return asdict(definition)


def read_rule(type, given, ground: Ground) -> Definition:
    """What somebody declared, checked. type: a key of TYPES; given: parameter -> what was typed, numbers also as text.

    Raises 400.2 (a parameter is missing), 400.4 (one too many), 400.8 (says which one and what to write),
    400.11 (no object).
    """
    if type not in TYPES:
        raise _unusable("type", type, f"expected one of {', '.join(TYPES)}", f"se espera {', '.join(TYPES)}")
    if not isinstance(given, Mapping):
        raise problems.wrong_type("parameters", given, "object")
    kind = TYPES[type]
    for name in given:
        if name not in kind.__dataclass_fields__:
            raise problems.unexpected_parameter(str(name))
    return _READERS[kind](_Given(given, ground))


def read_severity(given) -> str:
    """The severity, checked. Raises 400.8."""
    if given not in SEVERITIES:
        raise _unusable("severity", given, f"expected one of {', '.join(SEVERITIES)}",
                        f"se espera {', '.join(SEVERITIES)}")
    return given


def read_message(name: str, given) -> str | None:
    """A manager's own words, None for none. name: of the parameter. Raises 400.11, 400.13."""
    if given is None:
        return None
    if not isinstance(given, str):
        raise problems.wrong_type(name, given, "string")
    words = " ".join(given.split())
    if len(words) > LONGEST_MESSAGE:
        raise problems.too_long(name)
    return words or None


@dataclass(frozen=True, slots=True)
class _Given:
    """What was typed, and what it is checked against."""

    values: Mapping
    ground: Ground

    def path(self, name: str, types: tuple[str, ...], es: str, en: str, otherwise: str | None = None) -> str:
        """A field of the form of one of these types; es, en: what kind of field is wanted."""
        path = self.values.get(name)
        if path in (None, ""):
            if otherwise is None:
                raise problems.missing_parameter(name)
            return otherwise
        column = self.ground.columns.get(path) if isinstance(path, str) else None
        if column is None:
            raise _unusable(name, path, "the form has no such field; write its path, such as /group/name",
                            "el formulario no tiene ese campo; escriba su ruta, por ejemplo /grupo/nombre")
        if column.type not in types:
            raise _unusable(name, path, f"its type is {column.type}; choose {en}",
                            f"su tipo es {column.type}; elija {es}")
        return path

    def number(self, name: str, low: float, high: float, unit: str = "") -> float:
        """A number between two others; a comma may stand for the point."""
        value = self.values.get(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            raise problems.missing_parameter(name)
        number = _number(value)
        if number is None or not low <= number <= high:
            raise _unusable(name, value, f"write a number from {low:g} to {high:g}{unit}",
                            f"escriba un número de {low:g} a {high:g}{unit}")
        return number

    def near(self, path: str, other: str) -> bool:
        """Whether two fields stand in the same repeat, or one around the other."""
        one, two = (self.ground.columns[each].table for each in (path, other))
        return _holds(one, two) or _holds(two, one)

    def one_of(self, name: str, known: tuple[str, ...]) -> str:
        """One of a few words; the first where nothing was said."""
        value = self.values.get(name) or known[0]
        if value not in known:
            raise _unusable(name, value, f"expected one of {', '.join(known)}", f"se espera {', '.join(known)}")
        return value


def _unique(given: _Given) -> Unique:
    path = given.path("field", ALIKE, "texto, número, fecha, código o una sola opción",
                      "text, a number, a date, a code or a single choice")
    return Unique(path, given.one_of("scope", (FORM, PROJECT)))


def _date_order(given: _Given) -> DateOrder:
    wanted = ("una fecha", "a date")
    path, other = given.path("field", DATES, *wanted), given.path("other", DATES, *wanted)
    if path == other:
        raise _unusable("other", other, "it is the same field; choose another", "es el mismo campo; elija otro")
    if not given.near(path, other):
        raise _unusable("other", other, *_ELSEWHERE)
    return DateOrder(path, other, given.one_of("order", (NOT_AFTER, NOT_BEFORE)))


def _distance(given: _Given) -> Distance:
    path = given.path("field", PLACES, "un punto, una línea o un área", "a point, a line or an area")
    return Distance(path, given.number("latitude", -90, 90), given.number("longitude", -180, 180),
                    given.number("metres", 1, 20_000_000, " m"))


def _box(given: _Given) -> Box:
    path = given.path("field", PLACES, "un punto, una línea o un área", "a point, a line or an area")
    south, north = given.number("south", -90, 90), given.number("north", -90, 90)
    west, east = given.number("west", -180, 180), given.number("east", -180, 180)
    if south >= north:
        raise _unusable("north", north, "it must be more than south", "debe ser mayor que el sur")
    if west >= east:
        raise _unusable("east", east, "it must be more than west", "debe ser mayor que el oeste")
    return Box(path, south, west, north, east)


def _duration(given: _Given) -> Duration:
    minutes = given.number("minutes", 0.1, 100_000, " min")
    paths = []
    for name, own in (("start", given.ground.start), ("end", given.ground.end)):
        if not own and not given.values.get(name):
            raise _unusable(name, "", f"the form does not note it; add a row of type {name} to the survey sheet",
                            f"el formulario no la anota; añada una fila de tipo {name} en la hoja survey")
        paths.append(given.path(name, ("dateTime",), "una fecha con hora", "a date with its time", own))
    for name, path in zip(("start", "end"), paths, strict=True):
        if given.ground.columns.get(path) is None or given.ground.columns[path].table:
            raise _unusable(name, path, "choose a time outside of repeats", "elija una hora fuera de las repeticiones")
    if paths[0] == paths[1]:
        raise _unusable("end", paths[1], "it is the same field as start", "es el mismo campo que el inicio")
    return Duration(minutes, *paths)


def _same_file(given: _Given) -> SameFile:
    path = given.path("field", FILES, "una foto, firma u otro archivo", "a photo, signature or other file", "")
    return SameFile(path, given.one_of("scope", (FORM, PROJECT)))


def _in_office(given: _Given) -> InOffice:
    wanted = ("texto o una sola opción", "text or a single choice")
    field, community = given.path("field", SIGNING, *wanted), given.path("community", SIGNING, *wanted, "")
    paths = [field, given.path("date", DATES, "una fecha", "a date"), *filter(None, [community])]
    for place, (name, path) in enumerate(zip(("field", "date", "community"), paths, strict=False)):
        if path in paths[:place]:
            raise _unusable(name, path, "it is the same field; choose another", "es el mismo campo; elija otro")
        if not given.near(path, field):
            raise _unusable(name, path, *_ELSEWHERE)
    dataset = str(given.values.get("dataset") or "").strip() or "mandatos"
    if not is_dataset_name(dataset):
        raise _unusable("dataset", dataset, "write the name of an entity list", "escriba el nombre de un padrón")
    return InOffice(field, paths[1], community, dataset)


_READERS = {Unique: _unique, DateOrder: _date_order, Distance: _distance, Box: _box, Duration: _duration,
            SameFile: _same_file, InOffice: _in_office}


def _holds(outer: str, inner: str) -> bool:
    """Whether rows of the inner table belong to rows of the outer one, or are those themselves."""
    return outer in ("", inner) or inner.startswith(outer + "/")


def _number(value) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        value = value.strip().replace("−", "-")
        if value.count(",") == 1 and "." not in value:
            value = value.replace(",", ".")
        if not value.isascii() or "_" in value or len(value) > 40:
            return None
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if isfinite(number) else None


def _unusable(name: str, value, en: str, es: str) -> problems.Problem:
    return problems.unexpected_value(name, value, en, es)
