"""Room where what somebody declared becomes a rule: its parameters checked against the fields of the form.

It must not keep rules nor look at answers (`rule_judging` does).
`services/rules` calls it with what the page, the API or the library's own list of rules gives.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

from collector.domain import problems
from collector.domain.checking.findings import ERROR, NOTE, WARNING
from collector.domain.dataset import is_dataset_name
from collector.domain.rules import (
    ALIKE,
    COUNTS,
    DATES,
    FILES,
    FORM,
    NOT_AFTER,
    NOT_BEFORE,
    PLACES,
    PROJECT,
    SIGNING,
    TYPES,
    Box,
    DateOrder,
    Definition,
    Distance,
    Duration,
    Ground,
    InOffice,
    Reconciled,
    SameFile,
    Unique,
    are_near,
)

SEVERITIES = (ERROR, WARNING, NOTE)
LONGEST_MESSAGE = 500
MOST_FURTHER = 4  # fields beside the first one
_ELSEWHERE = ("it stands in another repeat; choose one of the same repeat or around it",
              "está en otra repetición; elija uno de la misma repetición o de fuera de ella")
_SAME = ("it is the same field; choose another", "es el mismo campo; elija otro")


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
        return are_near(self.ground.columns, path, other)

    def paths(self, name: str, field: str, types: tuple[str, ...], es: str, en: str) -> tuple[str, ...]:
        """A few further fields of these types, each once, near the first field and near each other."""
        given = self.values.get(name)
        if given is not None and not isinstance(given, list | tuple):
            raise problems.wrong_type(name, given, "array")
        found: list[str] = []
        for path in [one for one in given or () if one != ""]:
            _Given({name: path}, self.ground).path(name, types, es, en)
            if path == field or path in found:
                raise _unusable(name, path, *_SAME)
            if not all(self.near(path, other) for other in (field, *found)):
                raise _unusable(name, path, *_ELSEWHERE)
            found.append(path)
        if len(found) > MOST_FURTHER:
            raise _unusable(name, found[-1], f"at most {MOST_FURTHER} further fields",
                            f"como máximo {MOST_FURTHER} campos más")
        return tuple(found)

    def one_of(self, name: str, known: tuple[str, ...]) -> str:
        """One of a few words; the first where nothing was said."""
        value = self.values.get(name) or known[0]
        if value not in known:
            raise _unusable(name, value, f"expected one of {', '.join(known)}", f"se espera {', '.join(known)}")
        return value


def _unique(given: _Given) -> Unique:
    wanted = ("texto, número, fecha, código o una sola opción", "text, a number, a date, a code or a single choice")
    path = given.path("field", ALIKE, *wanted)
    return Unique(path, given.one_of("scope", (FORM, PROJECT)), given.paths("also", path, ALIKE, *wanted))


def _date_order(given: _Given) -> DateOrder:
    wanted = ("una fecha", "a date")
    path, other = given.path("field", DATES, *wanted), given.path("other", DATES, *wanted)
    if path == other:
        raise _unusable("other", other, *_SAME)
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
            raise _unusable(name, path, *_SAME)
        if not given.near(path, field):
            raise _unusable(name, path, *_ELSEWHERE)
    dataset = str(given.values.get("dataset") or "").strip() or "mandatos"
    if not is_dataset_name(dataset):
        raise _unusable("dataset", dataset, "write the name of an entity list", "escriba el nombre de un padrón")
    return InOffice(field, paths[1], community, dataset)


def _reconciled(given: _Given) -> Reconciled:
    field = given.path("field", COUNTS, "un número entero", "a whole number")
    day = given.path("date", DATES, "una fecha", "a date")
    waiting = given.paths("waiting", field, COUNTS, "un número entero", "a whole number")
    for name, path in (("field", field), ("date", day), *(("waiting", one) for one in waiting)):
        if given.ground.columns[path].table:
            raise _unusable(name, path, "choose a field outside of repeats", "elija un campo fuera de las repeticiones")
    return Reconciled(field, day, waiting)


_READERS = {Unique: _unique, DateOrder: _date_order, Distance: _distance, Box: _box, Duration: _duration,
            SameFile: _same_file, InOffice: _in_office, Reconciled: _reconciled}


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
