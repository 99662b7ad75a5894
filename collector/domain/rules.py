"""Room for rules beyond the form: what a manager may declare, as data; each type with its parameters.

It must not know where rules are kept, read what people typed (`rule_declaring`) nor look at answers (`rule_judging`).
`services/rules` keeps the parameters of a definition, and makes definitions of what is kept.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field

from collector.domain.columns import Column
from collector.domain.fields import FormModel

FORM, PROJECT = "form", "project"
NOT_AFTER, NOT_BEFORE = "not_after", "not_before"

ALIKE = ("string", "int", "decimal", "barcode", "select1", "date", "time", "dateTime")
DATES = ("date", "dateTime", "string")
SIGNING = ("string", "select1", "barcode")
PLACES = ("geopoint", "geotrace", "geoshape")
FILES = ("binary",)
COUNTS = ("int",)


@dataclass(frozen=True, slots=True)
class Unique:
    """The answer to a field stands once: in the form, or in every field of that name in the project.

    also: fields whose answers make up a combination with it, and that stands once; one without all of them is free.
    """

    field: str
    scope: str = FORM
    also: tuple[str, ...] = ()


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


@dataclass(frozen=True, slots=True)
class Reconciled:
    """As many records as a phone is said to have sent on a day did arrive from it that day, from whatever form.

    field: how many it sent; date: the day; waiting: how many it still held, finished or not. The record that says so
    is not counted, and where nothing tells which phone it came from nothing is said.
    """

    field: str
    date: str
    waiting: tuple[str, ...] = ()


Definition = Unique | DateOrder | Distance | Box | Duration | SameFile | InOffice | Reconciled
TYPES: dict[str, type] = {"unique": Unique, "date_order": DateOrder, "distance": Distance, "box": Box,
                          "duration": Duration, "same_file": SameFile, "in_office": InOffice, "reconciled": Reconciled}


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
    return TYPES[type](**{name: tuple(value) if isinstance(value, list) else value
                          for name, value in parameters.items()})


def parameters(definition: Definition) -> dict:
    """What is kept of a definition: as JSON, without lists that are empty."""
    return {name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(definition).items() if value != ()}


def scope_of(definition: Definition) -> str:
    """Whether it looks at its form alone or at the project: what arrived from a phone is of any form."""
    return PROJECT if isinstance(definition, Reconciled) else getattr(definition, "scope", FORM)


def paths_of(definition: Definition) -> list[str]:
    """The fields that it reads, its own first."""
    named = [getattr(definition, name, "") for name in ("field", "other", "start", "end", "date", "community")]
    return [*filter(None, named), *getattr(definition, "also", ()), *getattr(definition, "waiting", ())]


def are_near(columns: Mapping[str, Column], path: str, other: str) -> bool:
    """Whether two fields stand in the same repeat, or one around the other."""
    one, two = columns[path].table, columns[other].table
    return _holds(one, two) or _holds(two, one)


def _holds(outer: str, inner: str) -> bool:
    """Whether rows of the inner table belong to rows of the outer one, or are those themselves."""
    return outer in ("", inner) or inner.startswith(outer + "/")
