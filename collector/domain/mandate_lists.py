"""Room of lists that keep mandates: which property tells what, and mandates read out of versions of entities.

It must not know tables, nor who was in office (`mandates`). `services/mandates` asks it for every list.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from collector.domain import problems
from collector.domain.folded import fold
from collector.domain.mandates import SHARED, Mandate, read_day

USUAL = {  # what a property is called in lists that say nothing of it
    "community": ("comunidad", "community"), "person": ("persona", "person"), "office": ("cargo", "office"),
    "from": ("desde", "from"), "to": ("hasta", "to"), "basis": ("base", "sustento", "basis"),
    "board": ("junta", "board"), "ended": ("cese_motivo", "ended"), "name": ("comunidad_nombre", "community_name"),
    "recorded": ("verificado", "verified")}
NEEDED = ("person", "office", "from")
SHARED_OFFICES = "shared"  # beside the properties: offices that several hold at once
MOST_SHARED = 50


@dataclass(frozen=True, slots=True)
class Reading:
    """Which property tells what: {part: property}, parts as in USUAL. shared: folded offices that several hold."""

    properties: Mapping[str, str]
    shared: frozenset[str] = SHARED

    def of(self, part: str) -> str:
        """The property that tells it, '' for none."""
        return self.properties.get(part, "")


@dataclass(frozen=True, slots=True)
class Told:
    """A version of an entity. deleted_at: of the entity."""

    uuid: str
    deleted_at: datetime | None
    version: int
    data: Mapping[str, str]
    at: datetime


def reading_of(kept: Mapping | None, properties: Iterable[str]) -> Reading | None:
    """How mandates are read out of a list; None for a list that keeps none.

    kept: what was set for the list, else the usual names count.
    """
    names = {name.casefold(): name for name in properties}
    if kept:
        parts = {part: kept[part] for part in USUAL if kept.get(part)}
        shared = kept.get(SHARED_OFFICES)
        return Reading(parts, SHARED if shared is None else frozenset(map(fold, shared)))
    parts = {part: next((names[one] for one in usual if one in names), "") for part, usual in USUAL.items()}
    return Reading({part: name for part, name in parts.items() if name}) if all(map(parts.get, NEEDED)) else None


def read_setting(given: Mapping, properties: Iterable[str]) -> dict | None:
    """What is kept of what somebody set: {part: property}, and `shared`. Empty: the usual names count again.

    Raises 400.2 (a part is missing), 400.4 (unknown part), 400.8 (no such property), 400.11.
    """
    known, kept = set(properties), {}
    for part, value in given.items():
        if part == SHARED_OFFICES:
            if not isinstance(value, list) or len(value) > MOST_SHARED or not all(isinstance(x, str) for x in value):
                raise problems.wrong_type(part, str(value)[:200], "a list of offices")
            kept[part] = value
        elif part not in USUAL:
            raise problems.unexpected_parameter(str(part)[:200])
        elif value not in known:
            raise problems.unexpected_value(part, str(value)[:200], "the list has no such property",
                                            "la lista no tiene esa propiedad")
        else:
            kept[part] = value
    if not kept:
        return None
    for part in NEEDED:
        if part not in kept:
            raise problems.missing_parameter(part)
    return kept


def mandates_of(told: Iterable[Told], reading: Reading) -> list[Mandate]:
    """A mandate of every version: known from its arrival until the next one of its entity, or until that was deleted.

    told: each entity's versions in their order, one entity after the other.
    """
    found: list[Mandate] = []
    last: Told | None = None
    for one in told:
        if last is not None:
            found.append(_mandate(last, reading, one.at if one.uuid == last.uuid else last.deleted_at))
        last = one
    if last is not None:
        found.append(_mandate(last, reading, last.deleted_at))
    return found


def _mandate(one: Told, reading: Reading, until: datetime | None) -> Mandate:
    says = {part: (one.data.get(name) or "").strip() for part, name in reading.properties.items()}
    start, end = says.get("from", ""), says.get("to", "")
    days = {text: read_day(text) for text in (start, end)}
    return Mandate(
        one.uuid, says.get("community", ""), says.get("person", ""), says.get("office", ""), days[start], days[end],
        one.at, until, says.get("name", ""), says.get("basis", ""), says.get("board", ""), says.get("ended", ""),
        says.get("recorded", ""), one.version, tuple(text for text, day in days.items() if text and day is None))
